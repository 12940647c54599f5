"""Signing in: what is kept is filled in, what is wrong is said at its field, nothing is sent twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from crmdesk.domain.errors import CrmdeskError, Refused, Unavailable, UserMistake
from crmdesk.ui.frame.cover import Cover
from crmdesk.ui.pages.sign_in import SignInSheet
from crmdesk.ui.theme import SchemeChoice, Theme
from tests.gui.waiting import press, type_words


@pytest.fixture
def sheet(shown: Callable[[QWidget], QWidget]) -> SignInSheet:
    """Return the sheet over a window, as a person who was here before finds it."""
    window = QWidget()
    window.resize(1366, 768)
    shown(window)
    sheet = SignInSheet("https://desk.example.org", "sam")
    Cover(window, sheet)
    return sheet


def sent(sheet: SignInSheet) -> list[tuple[str, ...]]:
    """Return a list that grows with what is handed over."""
    told: list[tuple[str, ...]] = []

    def note(*values: str) -> None:
        told.append(values)

    sheet.submitted.connect(note)
    return told


def test_who_was_here_before_types_the_password_and_enter(sheet: SignInSheet) -> None:
    told = sent(sheet)
    assert QApplication.focusWidget() is sheet.password.edit
    type_words("correct horse")
    press(Qt.Key.Key_Return)
    assert told == [("https://desk.example.org", "sam", "correct horse")]


def test_a_first_time_begins_with_the_server(shown: Callable[[QWidget], QWidget]) -> None:
    window = QWidget()
    shown(window)
    sheet = SignInSheet("", "")
    Cover(window, sheet)
    assert QApplication.focusWidget() is sheet.server.edit


def test_an_empty_field_is_said_and_nothing_is_sent(sheet: SignInSheet) -> None:
    told = sent(sheet)
    press(Qt.Key.Key_Return)
    assert sheet.password.problem == "Type your password."
    assert told == []


def test_the_password_is_hidden_until_it_is_asked_for(sheet: SignInSheet) -> None:
    assert sheet.password.edit.echoMode() is QLineEdit.EchoMode.Password
    sheet.reveal.click()
    assert sheet.password.edit.echoMode() is QLineEdit.EchoMode.Normal
    sheet.reveal.click()
    assert sheet.password.edit.echoMode() is QLineEdit.EchoMode.Password


def test_while_the_server_is_asked_nothing_is_sent_twice(sheet: SignInSheet) -> None:
    told = sent(sheet)
    type_words("secret")
    press(Qt.Key.Key_Return)
    sheet.show_busy()
    sheet.submit()
    assert len(told) == 1
    assert sheet.trouble == "Asking the server"
    assert not sheet.password.edit.isEnabled()


def test_a_mistake_is_said_at_its_field_and_the_password_is_gone(sheet: SignInSheet) -> None:
    type_words("wrong")
    sheet.show_busy()
    sheet.show_trouble(UserMistake("password", "Login or password is wrong.", "Type it again."))
    assert sheet.password.problem == "Login or password is wrong. Type it again."
    assert sheet.password.text == ""
    assert sheet.password.edit.isEnabled()
    assert QApplication.focusWidget() is sheet.password.edit


def test_a_wrong_address_keeps_the_password_that_was_typed(sheet: SignInSheet) -> None:
    type_words("secret")
    sheet.show_trouble(UserMistake("server", "This is no address.", "It begins with https://."))
    assert sheet.server.problem
    assert sheet.password.text == "secret"


@pytest.mark.parametrize(
    "error", [Unavailable("The server does not answer."), Refused("This account is closed.", "Ask your supervisor.")]
)
def test_what_belongs_to_no_field_is_said_above_the_button(sheet: SignInSheet, error: CrmdeskError) -> None:
    sheet.show_busy()
    sheet.show_trouble(error)
    assert sheet.trouble == f"{error.what} {error.next_step}".strip()
    assert sheet.button.isEnabled()


def test_words_of_the_server_are_never_markup(sheet: SignInSheet) -> None:
    sheet.show_trouble(Unavailable("<b>down</b>"))
    assert sheet.trouble == "<b>down</b>"
    assert sheet._trouble.textFormat() is Qt.TextFormat.PlainText


def test_who_was_signed_in_before_may_work_offline(sheet: SignInSheet) -> None:
    assert not sheet.work_offline.isVisible()
    chosen: list[bool] = []

    def note() -> None:
        chosen.append(True)

    sheet.offline.connect(note)
    sheet.offer_offline("Sam Okafor")
    sheet.show_trouble(Unavailable("The server does not answer."))
    sheet.work_offline.click()
    assert sheet.work_offline.words == "Work offline as Sam Okafor"
    assert chosen == [True]


def test_it_fits_in_both_schemes(sheet: SignInSheet, look: Theme) -> None:
    for scheme in (SchemeChoice.LIGHT, SchemeChoice.DARK):
        look.choose(scheme)
        assert not sheet.window().grab().isNull()
    assert sheet.width() == 400
