"""Folds what people and systems type around digits to plain ASCII, so that the grammar behind has one alphabet."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

MAX_LENGTH = 1024
"""Longest text that is looked at (characters). A SIP header is shorter; a longer one is no caller id."""

_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
# Signs that stand for a dash or a tilde in East Asian and mathematical text but are in other Unicode categories.
_DASHES = frozenset("−ー－﹣ｰ")
_VARIATION_SELECTORS = frozenset("\ufe0e\ufe0f")
_TILDES = frozenset("⁓∼～˜")


def _fold_character(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Nd":  # not shown
        return str(unicodedata.decimal(character))
    if category == "Cf" or character in _VARIATION_SELECTORS:  # not shown
        return ""
    if category == "Zs" or character == "\t":  # not shown
        return " "
    if category == "Pd" or character in _DASHES:  # not shown
        return "-"
    if character in _TILDES:
        return "~"
    if "！" <= character <= "｝":  # full-width forms: U+FF01 to U+FF5D are ASCII, moved
        return chr(ord(character) - 0xFEE0)
    return character


def fold(raw: str) -> str | None:
    """Return ``raw`` with digits, dashes and spaces of any script as ASCII and invisible characters removed.

    Letters stay as they are. ``None`` when the text is longer than ``MAX_LENGTH`` or has a line break or another
    control character inside: such a text is an attack on whatever reads it next, not a caller id.
    """
    if len(raw) > MAX_LENGTH:
        return None
    text = raw.strip()
    if any(unicodedata.category(c) in {"Cc", "Zl", "Zp"} and c != "\t" for c in text):  # not shown
        return None
    if text.isascii():
        return text.replace("\t", " ")
    return "".join(map(_fold_character, unicodedata.normalize("NFC", text))).strip()


def decode_percent(text: str) -> str | None:
    """Return ``text`` with percent-encoding (RFC 3986) undone once and folded; ``None`` as for :func:`fold`."""
    return fold(unquote(text, errors="replace")) if _PERCENT.search(text) else text
