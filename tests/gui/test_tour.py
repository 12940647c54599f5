"""The tour: five steps by keyboard, once per profile, never during a call."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QWidget

from crmdesk.ui.frame.window import MainWindow
from crmdesk.ui.kit import Button, Label
from crmdesk.ui.qt.tasks import running
from crmdesk.ui.tour import STEPS, TourCard, TourGuide
from tests.gui.conftest import LoopRunner
from tests.gui.pages.conftest import OpenWindow, house, open_pages
from tests.gui.waiting import focused, press, until
from tests.support.desk import House, ringing

__all__ = ["house", "open_pages"]


def guide_of(window: MainWindow) -> TourGuide:
    """Return the guide of a window, made as the program makes it."""
    assert window._place is not None
    return TourGuide(window._place)


def card_of(guide: TourGuide) -> TourCard:
    """Return the card that is shown."""
    assert guide.card is not None
    return guide.card


def seen(guide: TourGuide) -> bool:
    """Say whether the tour is on the screen."""
    return guide.card is not None and guide.card.isVisible()


def test_enter_goes_through_five_steps_and_it_is_never_shown_again(
    open_pages: OpenWindow, house: House, qt_loop: LoopRunner
) -> None:
    window = open_pages("desk")
    before = focused()
    guide = guide_of(window)
    guide.show_if_new()
    titles = []
    for _ in STEPS:
        titles.append(card_of(guide).title.text())
        press(Qt.Key.Key_Return)
    assert titles == [step.title for step in STEPS]
    assert len(STEPS) == 5
    assert not seen(guide)
    assert focused() is before
    qt_loop.run(until(lambda: not running(guide)))
    assert qt_loop.run(house.desk.preferences.read()).toured
    guide.show_if_new()
    assert not seen(guide)
    guide.show()
    assert seen(guide)


def test_esc_skips_it_for_good(open_pages: OpenWindow, house: House) -> None:
    guide = guide_of(open_pages("desk"))
    guide.show_if_new()
    press(Qt.Key.Key_Escape)
    assert not seen(guide)
    assert house.desk.preferences.now.toured


def test_the_arrows_go_on_and_back(open_pages: OpenWindow) -> None:
    guide = guide_of(open_pages("desk"))
    guide.show_if_new()
    numbers = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Left):
        press(key)
        numbers.append(card_of(guide).number)
    assert numbers == [1, 2, 1, 0, 0]


def test_a_ring_ends_it_and_it_comes_again_another_time(
    open_pages: OpenWindow, house: House, qt_loop: LoopRunner
) -> None:
    guide = guide_of(open_pages("desk"))
    guide.show_if_new()
    shown = [seen(guide)]
    qt_loop.run(house.desk.phone.heard_call(ringing()))
    shown.append(seen(guide))
    guide.show_if_new()
    guide.show()
    shown.append(seen(guide))
    assert shown == [True, False, False]
    assert not house.desk.preferences.now.toured


@pytest.mark.parametrize("size", [QSize(1366, 768), QSize(1920, 1080), QSize(1024, 640)])
def test_no_step_is_cut_off_or_beyond_the_window(open_pages: OpenWindow, qt_loop: LoopRunner, size: QSize) -> None:
    window = open_pages("desk")
    window.resize(size)
    guide = guide_of(window)
    guide.show()

    async def look() -> list[str]:
        await until(lambda: window.size() == size)
        return [
            repr(part)
            for part in card_of(guide).findChildren(QWidget)
            if isinstance(part, Label | Button) and part.isVisible() and part.width() < _needed(part)
        ]

    for _ in STEPS:
        card = card_of(guide)
        assert qt_loop.run(look()) == []
        assert window.rect().contains(card.card_rect().toRect().translated(card.pos()))
        assert card.accessibleName()
        press(Qt.Key.Key_Return)


def _needed(part: QWidget) -> int:
    return part.minimumSizeHint().width()


def test_the_card_follows_the_window(open_pages: OpenWindow, qt_loop: LoopRunner) -> None:
    window = open_pages("desk")
    guide = guide_of(window)
    guide.show()
    for _ in range(3):
        press(Qt.Key.Key_Return)
    window.resize(1100, 700)
    card = card_of(guide)
    qt_loop.run(until(lambda: window.rect().contains(card.card_rect().toRect().translated(card.pos()))))
