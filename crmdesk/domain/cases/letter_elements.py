"""What must be in a letter, and what is: found in its words where they can tell, else ticked by a person."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from crmdesk.domain.cases.letters import BOLD
from crmdesk.domain.language import mark, tr
from crmdesk.domain.quick import dataclass
from crmdesk.domain.sla.regime_letters import ANY, Element, Ombudsman, RegimeLetter

_TITLES = {
    "received": mark("Received and looked into"),
    "timetable": mark("What happens when"),
    "delay": mark("Why it takes longer"),
    "expected": mark("When we expect to answer"),
    "resolved": mark("That it is settled"),
    "decision": mark("Decision"),
    "reasons": mark("Reasons for it"),
    "redress": mark("Redress and when"),
    "actions": mark("What is still to be done"),
    "stage": mark("Stage of the complaint"),
    "next": mark("How to take it further"),
    "ombudsman": mark("Ombudsman’s rights"),
    "six_months": mark("Six-month limit"),
    "waiver": mark("Words on a later referral"),
    "web": mark("Ombudsman’s web page"),
    "more": mark("Where to read more"),
    "leaflet": mark("Leaflet attached"),
}
"""The elements of the regimes that are shipped; any other is said by its own title."""


@dataclass(frozen=True, slots=True)
class ElementView:
    """An element of a letter: its title in the language that is spoken, whether it is there, and whether its words tell
    (then nobody can tick it)."""

    key: str
    title: str
    there: bool
    by_words: bool


@dataclass(frozen=True, slots=True)
class Around:
    """What a letter's words are held against: its language, the complaint's reference, and who the ombudsman is."""

    language: str
    reference: str
    ombudsman: Ombudsman | None


def looked_through(
    asked: RegimeLetter | None, words: str, ticked: Collection[str], around: Around
) -> tuple[ElementView, ...]:
    """Return what a letter must contain, with what is there, in the order of the regime; none where it asks nothing."""
    elements = () if asked is None else asked.elements
    return tuple(_view(one, _plain(words), ticked, around) for one in elements)


def contained(elements: Collection[ElementView]) -> tuple[str, ...]:
    """Return the keys of what is there."""
    return tuple(one.key for one in elements if one.there)


def missing(elements: Collection[ElementView]) -> tuple[ElementView, ...]:
    """Return what is not there yet."""
    return tuple(one for one in elements if not one.there)


def _view(element: Element, words: str, ticked: Collection[str], around: Around) -> ElementView:
    title = tr(_TITLES.get(element.key, element.title))
    wanted = _wanted(element, around)
    if not wanted:
        return ElementView(element.key, title, element.key in ticked, by_words=False)
    return ElementView(element.key, title, _plain(wanted) in words, by_words=True)


def _wanted(element: Element, around: Around) -> str:
    finds = element.finds
    words = finds.get(around.language) or finds.get(around.language.partition("-")[0]) or finds.get(ANY, "")
    return _places(around).get(words, words)


def _places(around: Around) -> Mapping[str, str]:
    who = around.ombudsman
    return {
        "{reference}": around.reference,
        "{ombudsman}": "" if who is None else who.name,
        "{web}": "" if who is None else who.web.removeprefix("https://").removeprefix("www."),
    }


def _plain(words: str) -> str:
    return " ".join(words.replace(BOLD, "").casefold().split())
