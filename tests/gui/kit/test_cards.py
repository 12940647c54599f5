"""What floats takes nothing that is not given to it, and gives back what it took."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.ui.kit import (
    Banner,
    Button,
    EmptyState,
    Entrance,
    FloatingCard,
    Flow,
    Hint,
    Label,
    Notice,
    Popover,
    Skeleton,
    text_width,
)
from crmdesk.ui.kit.wrapping import broken
from crmdesk.ui.theme import Icon, TextRole, Theme
from tests.support.waiting import LIMIT_MS

Show = Callable[[QWidget], QWidget]


@pytest.fixture
def page(shown: Show) -> QWidget:
    """Return a page with a field in which somebody types."""
    made = QWidget()
    made.resize(600, 400)
    QVBoxLayout(made).addWidget(QLineEdit())
    shown(made)
    field(made).setFocus()
    return made


def field(page: QWidget) -> QLineEdit:
    """Return the field of the page."""
    found = page.findChild(QLineEdit)
    assert found is not None
    return found


def test_a_floating_card_takes_no_focus_and_is_no_window(page: QWidget) -> None:
    card = FloatingCard(page)
    QVBoxLayout(card.body).addWidget(Button("Open"))
    card.place_card(20, 20, 200, 100)
    card.appear()
    assert field(page).hasFocus()
    assert not card.isWindow()
    card.go()
    assert field(page).hasFocus()


def test_a_card_fades_in_unless_motion_is_reduced_and_a_pop_never_does(
    page: QWidget, look: Theme, qtbot: QtBot
) -> None:
    look.reduced_motion = False
    fading, pop = FloatingCard(page), FloatingCard(page)
    pop.appear(Entrance.AT_ONCE)
    assert pop.graphicsEffect() is None
    fading.appear()
    assert fading.graphicsEffect() is not None
    qtbot.waitUntil(lambda: fading.graphicsEffect() is None)
    look.reduced_motion = True
    fading.go()
    fading.appear()
    assert fading.graphicsEffect() is None


def test_a_card_that_goes_while_it_fades_is_gone(page: QWidget, look: Theme, qtbot: QtBot) -> None:
    look.reduced_motion = False
    card = FloatingCard(page)
    card.appear()
    with qtbot.waitSignal(card.closed, timeout=LIMIT_MS):
        card.go()
    assert (card.isVisible(), card.graphicsEffect()) == (False, None)


def open_popover(page: QWidget) -> Popover:
    """Return an open popover with a button in it."""
    popover = Popover(page)
    QVBoxLayout(popover.body).addWidget(Button("Try now"))
    popover.open_at(QPoint(20, 380), 200, 100)
    return popover


def test_a_popover_takes_the_keyboard_and_gives_it_back_at_esc(page: QWidget) -> None:
    popover = open_popover(page)
    button = popover.findChild(Button)
    assert button is not None
    assert button.hasFocus()
    QTest.keyClick(button, Qt.Key.Key_Escape)
    assert not popover.isVisible()
    assert field(page).hasFocus()


def test_a_click_outside_closes_a_popover_and_one_inside_does_not(page: QWidget) -> None:
    popover = open_popover(page)
    QTest.mouseClick(popover.body, Qt.MouseButton.LeftButton, pos=QPoint(4, 4))
    assert popover.isVisible()
    QTest.mouseClick(page, Qt.MouseButton.LeftButton, pos=QPoint(500, 20))
    assert not popover.isVisible()


def test_a_skeleton_is_drawn_only_when_reading_takes_long(shown: Show, qtbot: QtBot) -> None:
    skeleton = Skeleton((1.0, 0.5))
    skeleton.resize(200, 44)
    shown(skeleton)
    skeleton.hide()
    skeleton.show()
    plain = skeleton.grab().toImage()
    qtbot.waitUntil(lambda: skeleton.grab().toImage() != plain)
    assert not skeleton._wait.isActive()


def test_banner_notice_and_empty_place_speak_in_words(page: QWidget) -> None:
    banner = Banner(Icon.GIT_COMPARE, parent=page)
    assert not banner.isVisible()
    banner.say("Two versions of a text", "Yours and Petra’s")
    assert (banner.isVisible(), banner.accessibleName()) == (True, "Two versions of a text. Yours and Petra’s")
    notice = Notice(page, Icon.ALARM_CLOCK)
    notice.say("Callback in 5 min", "Margaret Ellison")
    assert notice.accessibleName() == "Callback in 5 min. Margaret Ellison"
    empty = EmptyState(Icon.LIST_CHECKS, "Nothing is due", "No callbacks.", parent=page)
    empty.say("Nothing found", "Try fewer words.")
    assert (empty.title.text(), empty.text.text()) == ("Nothing found", "Try fewer words.")


def test_an_empty_place_that_takes_the_keyboard_has_a_name(page: QWidget) -> None:
    empty = EmptyState(Icon.LIST_CHECKS, "Nothing is due", "No callbacks.", parent=page)
    empty.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    assert empty.accessibleName() == "Nothing is due"
    empty.say("Nobody waits", "")
    assert empty.accessibleName() == "Nobody waits"


def test_a_hint_is_as_high_as_its_words(shown: Show) -> None:
    window = QWidget()
    column = QVBoxLayout(window)
    hint = Hint(Icon.KEYBOARD, "Your keys stay in this note", "The ring waits on the left. " * 4)
    column.addWidget(hint)
    column.addStretch(1)
    window.resize(300, 400)
    shown(window)
    narrow = hint.height()
    assert hint.text.height() >= hint.text.heightForWidth(hint.text.width())
    window.resize(900, 400)
    assert hint.height() < narrow


def test_wrapped_words_in_a_card_are_all_there(shown: Show) -> None:
    label = Label("A sentence that is longer than the place it stands in, and must not be cut.", flow=Flow.WRAP)
    window = QWidget()
    column = QVBoxLayout(window)
    column.addWidget(label)
    column.addStretch(1)
    window.resize(180, 300)
    shown(window)
    assert " ".join(label._lines(label.width())) == label.text()
    assert label.height() >= label.heightForWidth(label.width())


@pytest.mark.parametrize("width", range(120, 420, 20))
def test_wrapped_words_with_emoji_are_broken_between_words_and_none_is_cut(width: int) -> None:
    family = "\U0001f469\u200d\U0001f469\u200d\U0001f467"
    text = f"Nobody came \U0001f621\U0001f621 and {family} sat in the cold, b<again>b \U0001f976 all night"
    lines = list(broken(text, TextRole.BODY, width))
    assert " ".join(lines) == text
    assert all(text_width(line, TextRole.BODY) <= width for line in lines)
