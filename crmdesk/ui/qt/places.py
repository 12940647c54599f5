"""Places in a text as Qt counts them: in UTF-16, where an emoji takes two, and not in characters as Python does."""

from __future__ import annotations

_WIDE = "\uffff"
_BYTES = 2


def units(text: str) -> int:
    """Return how long a text is for Qt."""
    return len(text) if text.isascii() else len(_encoded(text)) // _BYTES


def part(text: str, start: int, length: int) -> str:
    """Return the part of a text that Qt says begins at ``start`` and is so long."""
    if text.isascii() or max(text, default="") <= _WIDE:
        return text[start : start + length]
    return _encoded(text)[start * _BYTES : (start + length) * _BYTES].decode("utf-16-le", "surrogatepass")


def _encoded(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")
