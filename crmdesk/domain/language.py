"""The one language in which a running program speaks to people, and the words in it (docs/adr/0047).

Words are written in English where they are used: ``tr("Nobody waits")``. Values stand in braces and are given by name,
so that a translation can put them elsewhere; the text of a value is never looked into. What a module says once, before
the language is known, or what is kept and compared, is only marked there (``mark``) and translated where it is shown.
"""

from __future__ import annotations

import re
from decimal import Decimal
from gettext import NullTranslations
from string import Formatter

from crmdesk.domain.quick import dataclass
from crmdesk.domain.values import TURNS_TEXT_ROUND

ENGLISH = "en"
MIRRORED = "ar-XB"
"""The made-up language by which right-to-left is looked at: English letters that run the other way."""

_RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})
_MARK = "\u200f"
_WORDS = re.compile(r"(\s+)")
_REVERSED, _LEFT_TO_RIGHT, _END, _END_ISOLATE = "\u202e", "\u2066", "\u202c", "\u2069"
_ENDS = dict.fromkeys("\u202a\u202b\u202d\u202e", _END) | dict.fromkeys("\u2066\u2067\u2068", _END_ISOLATE)


class Mirrored(NullTranslations):
    """English, with letters that run from right to left."""

    def gettext(self, message: str) -> str:
        """Return the message with each word between its values reversed: a line may end after any of them."""
        parts: list[str] = []
        for literal, name, form, conversion in Formatter().parse(message):
            braces = literal.replace("{", "{{").replace("}", "}}") if "{" in message else literal
            parts += [_reversed(word) if word.strip() else word for word in _WORDS.split(braces)]
            if name is not None:
                parts.append(f"{{{name}{'!' + conversion if conversion else ''}{':' + form if form else ''}}}")
        return "".join(parts)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the form for a number, reversed."""
        return self.gettext(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        """Return the message of a context, reversed if it has letters: marks between figures stay what they are."""
        return self.gettext(message) if any(map(str.isalpha, message)) else message


def _reversed(word: str) -> str:
    return f"{_MARK}{_REVERSED}{word}{_END}{_MARK}"


@dataclass(slots=True)
class _Spoken:
    """What was chosen when the program began."""

    code: str
    catalogue: NullTranslations
    right_to_left: bool


_spoken = _Spoken(ENGLISH, NullTranslations(), right_to_left=False)


def speak(code: str, catalogue: NullTranslations) -> None:
    """Speak this language from now on: before the first word is shown. ``code`` is a language tag of BCP 47."""
    _spoken.code, _spoken.catalogue, _spoken.right_to_left = code, catalogue, _runs_left(code)


def spoken() -> str:
    """Return the tag of the language that is spoken."""
    return _spoken.code


def is_right_to_left(code: str | None = None) -> bool:
    """Return whether a language is written from right to left; the one that is spoken where none is named."""
    return _spoken.right_to_left if code is None else _runs_left(code)


def _runs_left(code: str) -> bool:
    return code.partition("-")[0] in _RIGHT_TO_LEFT


def mark(message: str) -> str:
    """Return the message as it is: it stands here to be found by translators, and is translated where it is shown."""
    return message


def mark_in(context: str, message: str) -> tuple[str, str]:
    """Return a message with its context, to be translated where it is shown: ``tr_in(*marked)``."""
    return context, message


def mark_n(one: str, many: str) -> tuple[str, str]:
    """Return both forms of a message for a number, to be translated where they are shown: ``tr_n(*forms, n)``."""
    return one, many


def tr(message: str, /, **values: object) -> str:
    """Return a message in the language that is spoken, with its values. An empty one stays empty."""
    if not message:
        return ""
    said = _spoken.catalogue.gettext(message)
    return said.format(**_quoted(values)) if values else said


def tr_in(context: str, message: str, /, **values: object) -> str:
    """Return a message that means something else elsewhere: ``context`` tells translators which one this is."""
    said = _spoken.catalogue.pgettext(context, message)
    return said.format(**_quoted(values)) if values else said


def tr_n(one: str, many: str, n: int, /, **values: object) -> str:
    """Return a message for a number, which its forms call ``{n}``: "1 call", "1,200 calls"."""
    return _spoken.catalogue.ngettext(one, many, n).format(n=grouped(n), **_quoted(values))


def _quoted(values: dict[str, object]) -> dict[str, object]:
    """Return the values as they stand in a sentence: one that would turn the words behind it round loses its turns."""
    return {name: unturned(value) if isinstance(value, str) else value for name, value in values.items()}


def unturned(text: str) -> str:
    """Return what a person wrote so that others of our words may stand behind it on a line: without the characters that
    turn text round, where one of them is not ended within it."""
    if text.isascii() or not _turns_others(text):
        return text
    return "".join(character for character in text if character not in TURNS_TEXT_ROUND)


def _turns_others(text: str) -> bool:
    """Say whether a text begins a turn that it does not end, or ends one that it did not begin (Unicode Standard
    Annex 9, X1 to X8); a line end ends all."""
    for line in text.splitlines():
        begun: list[str] = []
        for character in line:
            if character in _ENDS:
                begun.append(_ENDS[character])
            elif character in TURNS_TEXT_ROUND and (not begun or begun.pop() != character):
                return True
        if begun:
            return True
    return False


def grouped(value: int) -> str:
    """Return a whole number with the marks of this language between its thousands."""
    return f"{value:,}".replace(",", tr_in("between thousands", ","))


def decimal(value: float | Decimal, places: int) -> str:
    """Return a number with the marks of this language, rounded to ``places`` after the decimal mark."""
    whole, _, rest = f"{value:,.{places}f}".partition(".")
    whole = whole.replace(",", tr_in("between thousands", ","))
    return f"{whole}{tr_in('decimal mark', '.')}{rest}" if rest else whole


def left_to_right(text: str) -> str:
    """Return text that is read from left to right in every language (a telephone number, a reference), set apart from
    what stands around it."""
    return f"{_LEFT_TO_RIGHT}{text}{_END_ISOLATE}" if text and is_right_to_left() else text
