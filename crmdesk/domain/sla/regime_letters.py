"""What a regime demands of letters: which elements each kind must contain, and to whom a complainant can turn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crmdesk.domain.cases.letters import LetterKind
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import tr
from crmdesk.domain.quick import dataclass
from crmdesk.domain.sla.documents import fields, typed
from crmdesk.domain.values import known_or_none

ANY = "any"
"""Names words that are looked for in a letter of any language."""

_PLACES = frozenset({"{reference}", "{ombudsman}", "{web}"})


@dataclass(frozen=True, slots=True)
class Element:
    """Something that a letter must contain. ``title`` is English; ``finds`` are words by language (``ANY``: in any) of
    which a letter that has it has those of its language. Without words for its language a person ticks it."""

    key: str
    title: str
    finds: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RegimeLetter:
    """What letters of a kind must contain; ``source`` is where that stands, ``unverified`` what no source confirmed."""

    kind: LetterKind
    elements: tuple[Element, ...]
    source: str
    unverified: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ombudsman:
    """To whom a complainant can turn: name and web address, within how many months of the final response (0: the regime
    names none), and the rule whose words about a later referral the letter must have (empty: none)."""

    name: str
    web: str
    months: int
    waiver: str
    source: str
    unverified: tuple[str, ...]


def letters_from(document: object) -> tuple[RegimeLetter, ...]:
    """Return the letters of a version; raises UserMistake that names the place for what is not as it must be."""
    letters = tuple(_letter(one) for one in typed(document, list, "letter"))
    if len({letter.kind for letter in letters}) < len(letters):
        raise UserMistake("letter", tr("Two letters of a version are of the same kind."), tr("Make them one."))
    return letters


def ombudsman_from(document: object) -> Ombudsman:
    """Return to whom a version lets complainants turn; raises UserMistake that names the place."""
    whole = fields(document, "ombudsman", ("name", "web", "source", "unverified"), ("months", "waiver"))
    name, web, source = (_filled(whole, place) for place in ("name", "web", "source"))
    return Ombudsman(
        name,
        web,
        typed(whole.get("months", 0), int, "months"),
        typed(whole.get("waiver", ""), str, "waiver"),
        source,
        _texts(whole["unverified"]),
    )


def _letter(document: object) -> RegimeLetter:
    whole = fields(document, "letter", ("kind", "elements", "source", "unverified"), ())
    kind = known_or_none(LetterKind, typed(whole["kind"], str, "kind"))
    if kind is None:
        names = ", ".join(member.value for member in LetterKind)
        raise UserMistake(
            "kind", tr("There is no letter {kind}.", kind=repr(whole["kind"])), tr("Use one of {names}.", names=names)
        )
    elements = tuple(_element(one) for one in typed(whole["elements"], list, "elements"))
    if len({element.key for element in elements}) < len(elements):
        raise UserMistake("elements", tr("Two elements of a letter have the same key."), tr("Give one another key."))
    return RegimeLetter(kind, elements, _filled(whole, "source"), _texts(whole["unverified"]))


def _element(document: object) -> Element:
    whole = fields(document, "elements", ("key", "title"), ("finds",))
    finds = typed(whole.get("finds", {}), dict, "finds")
    key, title = _filled(whole, "key"), _filled(whole, "title")
    if "," in key:
        raise UserMistake("key", tr("{code} is no code.", code=repr(key)), tr("Use small letters and no comma."))
    return Element(key, title, {language: _looked_for(words) for language, words in finds.items()})


def _looked_for(document: object) -> str:
    words = typed(document, str, "finds").strip()
    if not words or ("{" in words and words not in _PLACES):
        raise UserMistake(
            "finds",
            tr("{words} cannot be looked for.", words=repr(words)),
            tr("Write the words, or one of {names}.", names=", ".join(sorted(_PLACES))),
        )
    return words


def _filled(whole: Mapping[str, Any], place: str) -> str:
    words = typed(whole[place], str, place).strip()
    if not words:
        raise UserMistake(place, tr("{name} is empty.", name=repr(place)), tr("Write it; each claim has a source."))
    return words


def _texts(document: object) -> tuple[str, ...]:
    return tuple(typed(one, str, "unverified") for one in typed(document, list, "unverified"))
