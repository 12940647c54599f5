"""Values and texts that came from elsewhere, made fit to be shown."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

Known = TypeVar("Known", bound=StrEnum)

TURNS_TEXT_ROUND = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that reverse the order in which the text after them is shown (Unicode Standard Annex 9)."""

_LINES = frozenset("\n\r\t")


def known(kind: type[Known], value: str | None, default: Known) -> Known:
    """Return the member of ``kind`` with this value, ``default`` for one that this version does not know."""
    return known_or_none(kind, value) or default


def known_or_none(kind: type[Known], value: str | None) -> Known | None:
    """Return the member of ``kind`` with this value, None for no value and for one that this version does not know."""
    try:
        return None if value is None else kind(value)
    except ValueError:
        return None


def is_unseen(character: str) -> bool:
    """Return True for a character that changes or hides others: a control other than line ends and tabs, a turn."""
    return character in TURNS_TEXT_ROUND or (
        (character < " " or "\x7f" <= character <= "\x9f") and character not in _LINES
    )


def plain(words: str) -> str:
    """Return the text without characters that change how others are shown; pasted numbers often carry some.

    Those that part words, as a word processor's own line end, leave a space.
    """
    if words.isprintable():
        return words
    return "".join(c if not is_unseen(c) else " " if c.isspace() else "" for c in words)


def storable(words: str) -> str:
    """Return the text without what no database takes: NUL, and halves of characters (lone surrogates).

    A paste may carry them. PostgreSQL refuses NUL in text, and UTF-8 has no surrogates (RFC 3629, section 3).
    """
    return words.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def grade(value: int) -> int:
    """Return a grade from 1 to 5, the nearest for a number beyond."""
    return min(max(value, 1), 5)
