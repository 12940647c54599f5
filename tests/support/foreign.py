"""A made-up language in which every word of the program can be told from a text: what is not translated, and what is
translated twice, is seen on the screen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from gettext import NullTranslations

from PySide6.QtWidgets import QAbstractButton, QLineEdit, QTextEdit, QWidget

from crmdesk.domain.language import ENGLISH, speak, spoken
from crmdesk.ui.kit import KeyCap, Label

SIGN = "§"


class Foreign(NullTranslations):
    """Every message begins with a sign; marks between figures stay what they are."""

    def gettext(self, message: str) -> str:
        """Return the message with the sign. One that bears it already was translated before: ``AssertionError``."""
        assert SIGN not in message, f"translated twice: {message!r}"
        return f"{SIGN}{message}"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the form for a number, with the sign."""
        return self.gettext(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        """Return a message of a context with the sign, if it has letters."""
        return self.gettext(message) if any(map(str.isalpha, message)) else message


@contextmanager
def foreign_spoken() -> Iterator[None]:
    """Speak the made-up language meanwhile."""
    assert spoken() == ENGLISH
    speak("xx", Foreign())
    try:
        yield
    finally:
        speak(ENGLISH, NullTranslations())


def untranslated(root: QWidget, own: frozenset[str] = frozenset()) -> list[str]:
    """Return the words that stand in English below a widget: in labels, buttons and empty fields, and the names that
    are read aloud.

    ``own`` are texts shown as they are: names of people, of languages. Key caps are Qt's to translate; figures,
    marks and what has no small letter are no words.
    """
    found: set[str] = set()
    for widget in (root, *root.findChildren(QWidget)):
        if isinstance(widget, KeyCap):
            continue
        said = [widget.accessibleName(), widget.toolTip()]
        if isinstance(widget, Label):
            said.append(widget.text())
        if isinstance(widget, QAbstractButton):
            said.append(widget.text())
        if isinstance(widget, QLineEdit | QTextEdit):
            said.append(widget.placeholderText())
        found |= {words for words in said if SIGN not in words and any(map(str.islower, words))}
    return sorted(found - own)
