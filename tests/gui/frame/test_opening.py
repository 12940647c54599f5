"""The sheets before the file is open: a passphrase typed twice, a wrong one told at its field, the way on behind it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from crmdesk.domain.errors import DamagedStore, UserMistake
from crmdesk.ui.frame.cover import Cover
from crmdesk.ui.frame.opening import PassphraseSheet, TroubleSheet
from crmdesk.ui.kit import Field, Label
from tests.gui.waiting import press, type_words

Shown = Callable[[QWidget], QWidget]
WRONG = UserMistake("passphrase", "This passphrase does not open the file.", "Try again.")


@pytest.fixture
def window(shown: Shown) -> QWidget:
    """Return a window to cover."""
    window = QWidget()
    window.resize(1366, 768)
    return shown(window)


def given(sheet: PassphraseSheet) -> list[str]:
    """Return a list that grows with what is handed over."""
    told: list[str] = []
    sheet.given.connect(told.append)
    return told


def test_the_first_passphrase_is_typed_twice_with_enter_alone(window: QWidget) -> None:
    sheet = PassphraseSheet(first_time=True)
    Cover(window, sheet)
    told = given(sheet)
    type_words("correct horse")
    press(Qt.Key.Key_Return)
    assert told == []
    type_words("correct house")
    press(Qt.Key.Key_Return)
    assert told == []
    assert sheet.repeat is not None
    assert sheet.repeat.problem == "The two are not the same. Type it once more."
    type_words("correct horse")
    press(Qt.Key.Key_Return)
    assert told == ["correct horse"]


def test_a_wrong_passphrase_is_told_at_the_field_which_has_the_keyboard(window: QWidget) -> None:
    sheet = PassphraseSheet(first_time=False)
    Cover(window, sheet)
    told = given(sheet)
    type_words("correct house")
    press(Qt.Key.Key_Return)
    sheet.show_mistake(WRONG)
    sheet.offer_set_aside()
    assert sheet.field.problem == "This passphrase does not open the file. Try again."
    assert QApplication.focusWidget() is sheet.field.edit
    type_words("correct horse")
    press(Qt.Key.Key_Return)
    assert told == ["correct house", "correct horse"]


def test_setting_aside_is_a_second_step_that_says_what_stays_behind(window: QWidget) -> None:
    sheet = PassphraseSheet(first_time=False)
    Cover(window, sheet)
    aside: list[bool] = []
    sheet.set_aside.connect(lambda: aside.append(True))
    assert sheet.lost.isHidden()
    sheet.show_mistake(WRONG)
    sheet.offer_set_aside()
    sheet.lost.click()
    words = " ".join(label.text() for label in sheet.findChildren(Label) if label.isVisible())
    assert "not sent yet stays in the file set aside" in words
    assert aside == []
    press(Qt.Key.Key_Tab)
    press(Qt.Key.Key_Space)
    assert aside == [True]


def test_no_word_of_a_sheet_is_cut(window: QWidget, qapp: QApplication) -> None:
    sheet = TroubleSheet(DamagedStore("The local file cannot be read: it is damaged or its key is another. " * 2), True)
    Cover(window, sheet)
    qapp.processEvents()
    for label in sheet.findChildren(Label):
        assert label.height() >= label.heightForWidth(label.width())


def test_a_problem_of_two_lines_has_room_under_its_field(window: QWidget, qapp: QApplication) -> None:
    field = Field("Server", parent=window)
    field.setFixedWidth(320)
    field.show_problem("The server's address is not one that can be asked. Write it like https://desk.example.org.")
    field.show()
    field.adjustSize()
    qapp.processEvents()
    problem = field.findChildren(Label)[-1]
    assert problem.heightForWidth(problem.width()) > problem.heightForWidth(2000)
    assert problem.height() >= problem.heightForWidth(problem.width())
    assert problem.geometry().bottom() <= field.height()
