"""What holds for every page of the registry, also for one that is added later."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSize
from PySide6.QtWidgets import QAbstractButton, QWidget

import crmdesk.ui.pages as pages
from crmdesk.domain.people import Role
from crmdesk.domain.translations import translations
from crmdesk.ui.frame.page import pages_of
from crmdesk.ui.frame.window import MainWindow
from crmdesk.ui.kit import Button, Label
from crmdesk.ui.language import own_name
from crmdesk.ui.theme import SchemeChoice, Theme
from tests.gui.conftest import LoopRunner
from tests.gui.pages.conftest import OpenWindow
from tests.support.boards import a_board
from tests.support.desk import House
from tests.support.foreign import foreign_spoken, untranslated
from tests.support.reading_order import misplaced

SPECS = pages_of(pages)
every_page = pytest.mark.parametrize("page_id", [spec.id for spec in SPECS])


def test_no_two_pages_share_an_id_or_a_letter() -> None:
    assert [name for name, count in Counter(spec.id for spec in SPECS).items() if count > 1] == []
    assert [letter for letter, count in Counter(spec.letter for spec in SPECS).items() if count > 1] == []


def test_the_desk_comes_first_and_the_pages_of_part_one_are_there() -> None:
    assert SPECS[0].id == "desk"
    assert {"desk", "search", "cases", "board", "unsent", "settings"} <= {spec.id for spec in SPECS}


def test_a_supervisor_has_the_board_and_the_complaints() -> None:
    seen = {spec.id for spec in SPECS if Role.SUPERVISOR in spec.roles}
    assert {"board", "cases"} <= seen


@every_page
def test_it_fits_with_nothing_cut_from_a_button(
    page_id: str, open_pages: OpenWindow, house: House, qt_loop: LoopRunner, look: Theme
) -> None:
    house.desk.phone.heard_board(a_board())
    window = open_pages(page_id)

    async def story(size: QSize) -> list[str]:
        window.resize(size)
        window.go_to(page_id)
        for scheme in (SchemeChoice.LIGHT, SchemeChoice.DARK):
            look.choose(scheme)
            assert not window.grab().isNull()
        assert window.size() == size
        page = window.page(page_id)
        # A key that begins to work is told to the layouts by a posted event.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        return [button.words for button in page.findChildren(Button) if button.isVisible() and _is_cut(button)]

    for size in (QSize(1440, 900), QSize(1366, 768), QSize(1024, 640)):
        assert qt_loop.run(story(size)) == []


@every_page
def test_it_speaks_the_language_of_the_program(
    page_id: str, open_pages: OpenWindow, house: House, qt_loop: LoopRunner
) -> None:
    house.desk.phone.heard_board(a_board())

    async def story(window: MainWindow) -> list[str]:
        window.go_to(page_id)
        return untranslated(window.page(page_id), frozenset(map(own_name, translations())))

    with foreign_spoken():
        assert qt_loop.run(story(open_pages(page_id))) == []


def _is_cut(button: QAbstractButton) -> bool:
    return button.width() < button.minimumSizeHint().width()


@every_page
def test_everything_that_takes_the_keyboard_is_named(
    page_id: str, open_pages: OpenWindow, house: House, qt_loop: LoopRunner
) -> None:
    house.desk.phone.heard_board(a_board())
    window = open_pages(page_id)

    async def story() -> list[str]:
        window.go_to(page_id)
        page = window.page(page_id)
        return [
            repr(control)
            for control in page.findChildren(QWidget)
            if control.focusPolicy().value and control.isVisible() and not control.accessibleName()
        ]

    assert qt_loop.run(story()) == []


@every_page
def test_it_is_read_aloud_in_the_order_in_which_it_stands(
    page_id: str, open_pages: OpenWindow, house: House, qt_loop: LoopRunner
) -> None:
    house.desk.phone.heard_board(a_board())
    window = open_pages(page_id)

    async def story() -> list[str]:
        window.go_to(page_id)
        await window.shown()
        return misplaced(window)

    assert qt_loop.run(story()) == []


@every_page
def test_words_a_third_longer_do_not_break_it_at_1366(
    page_id: str, open_pages: OpenWindow, house: House, qt_loop: LoopRunner
) -> None:
    house.desk.phone.heard_board(a_board())
    window = open_pages(page_id)

    async def story() -> list[str]:
        window.go_to(page_id)
        page = window.page(page_id)
        for label in page.findChildren(Label):
            if label.text():
                label.set_text(_longer(label.text()))
        for button in page.findChildren(Button):
            button.set_words(_longer(button.words))
        await asyncio.sleep(0)
        return [button.words for button in page.findChildren(Button) if button.isVisible() and _is_cut(button)]

    assert qt_loop.run(story()) == []
    assert window.width() == 1366
    assert window.page(page_id).minimumSizeHint().width() <= window.page(page_id).width()


def _longer(words: str) -> str:
    return words + "w" * max(1, round(len(words) * 0.35))
