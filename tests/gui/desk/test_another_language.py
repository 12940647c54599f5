"""The desk in another language: all its own words are said in it, none is cut, and what customers said stays."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import NullTranslations

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QWidget

from crmdesk.domain.language import ENGLISH, speak
from crmdesk.ui.kit import Button, PaneTitle, SectionTitle, Tab
from tests.gui.desk.conftest import OpenDesk
from tests.gui.desk.hand import Hand
from tests.support.desk import MARGARET, OMARS_LINE, answered, hung_up, ringing

BEGIN, END = "⟦", "⟧"


class Bracketed(NullTranslations):
    """English in brackets: what stands without them was not translated. ``twice`` is what was translated again."""

    def __init__(self) -> None:
        super().__init__()
        self.twice: list[str] = []

    def gettext(self, message: str) -> str:
        if BEGIN in message:
            self.twice.append(message)
        return f"{BEGIN}{message}{END}"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return self.gettext(message) if any(map(str.isalpha, message)) else message


@pytest.fixture
def abroad(open_a_desk: OpenDesk) -> Iterator[Hand]:
    """An agent whose desk speaks another language; nothing may be translated twice."""
    catalogue = Bracketed()
    speak("xx", catalogue)
    yield open_a_desk()
    speak(ENGLISH, NullTranslations())
    assert catalogue.twice == []


def own_words(panes: tuple[QWidget, ...]) -> list[str]:
    """Return the words in sight that are never a customer's: buttons, titles, hints of fields, their spoken names."""
    found: list[str] = []
    for pane in panes:
        for one in (pane, *pane.findChildren(QWidget)):
            if not one.isVisible():
                continue
            if isinstance(one, Button | Tab | SectionTitle | PaneTitle):
                found.append(one.text())
            if isinstance(one, QLineEdit):
                found += [one.placeholderText(), one.accessibleName()]
    return [words for words in found if words]


def all_words(panes: tuple[QWidget, ...]) -> list[str]:
    """Return every text in sight."""
    found: list[str] = []
    for pane in panes:
        for one in (pane, *pane.findChildren(QWidget)):
            found += [one.accessibleName(), one.accessibleDescription(), one.toolTip()]
            if isinstance(one, QLabel | QAbstractButton):
                found.append(one.text())
    return [words for words in found if words]


def is_said_once(words: str) -> bool:
    return words.startswith(BEGIN) and words.endswith(END)


def is_whole(words: str) -> bool:
    """Say whether nothing was cut: each bracket has its other one."""
    open_now = 0
    for mark in words:
        open_now += (mark == BEGIN) - (mark == END)
        if open_now < 0:
            return False
    return open_now == 0


def test_the_idle_desk_says_its_own_words_in_the_language(abroad: Hand) -> None:
    idle = (abroad.page.view.idle,)
    assert "⟦Your work⟧" in own_words(idle)
    assert [words for words in own_words(idle) if not is_said_once(words)] == []
    assert [words for words in all_words(abroad.page.panes()) if not is_whole(words)] == []


def test_a_customer_and_their_note_are_said_in_the_language_and_their_own_words_stay(abroad: Hand) -> None:
    abroad.open_customer(MARGARET)
    abroad.until(lambda: abroad.page.view.call.timeline.list.rows.rows)
    panes = abroad.page.panes()
    assert "⟦Reach them⟧" in own_words(panes)
    assert [words for words in own_words(panes) if not is_said_once(words)] == []
    assert [words for words in all_words(panes) if not is_whole(words)] == []
    assert abroad.page.view.call.customer.name.text() == "Margaret Ellison"
    assert abroad.note.title.text() == "⟦Note, Margaret Ellison⟧"


def test_a_wrap_up_is_said_in_the_language(abroad: Hand) -> None:
    call = abroad.hear(answered(abroad.hear(ringing("omar", OMARS_LINE))))
    abroad.until(abroad.writes_in_note)
    abroad.hear(hung_up(call))
    abroad.until(lambda: abroad.note.outcomes.chosen is not None)
    panes = (abroad.note,)
    assert "⟦Finish and get ready⟧" in own_words(panes)
    assert [words for words in own_words(panes) if not is_said_once(words)] == []
    assert [words for words in all_words(panes) if not is_whole(words)] == []


def test_a_promise_is_asked_for_with_an_example_as_it_is_read(abroad: Hand) -> None:
    abroad.open_customer(MARGARET)
    abroad.press("Ctrl+P")
    line = abroad.note.promise
    abroad.until(line.edit.hasFocus)
    assert line.edit.placeholderText() == "⟦What, and when: call back tomorrow 10⟧"
    abroad.write("call back tomorrow 10")
    assert line.when.text() == "⟦⟦⟦Thu⟧ 24 ⟦Dec⟧⟧, 10:00⟧"
