"""What the customer pane says, as groups of facts: only what is known takes room."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo

from crmdesk.domain.desk import ContactPointKind, ContactPointView, CustomerCard
from crmdesk.domain.quick import dataclass
from crmdesk.ui.kit import ChipSpec
from crmdesk.ui.pop import say
from crmdesk.ui.theme import Icon

_MANNERS = (
    (Icon.EAR, ("hear", "speak", "slow", "loud")),
    (Icon.PHONE, ("phone", "call", "ring")),
    (Icon.MAIL, ("letter", "mail", "post", "print")),
    (Icon.LANGUAGES, ("language", "interpreter")),
)
_WAYS = {
    ContactPointKind.PHONE: Icon.PHONE,
    ContactPointKind.EMAIL: Icon.MAIL,
    ContactPointKind.ADDRESS: Icon.MAP_PIN,
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: icon, words, and a chip below where something is to be done about it. ``dials`` is a number to call."""

    icon: Icon
    text: str
    chip: ChipSpec | None = None
    dials: str = ""


@dataclass(frozen=True, slots=True)
class FactGroup:
    """Facts under a title."""

    title: str
    facts: tuple[Fact, ...]


def groups_of(card: CustomerCard, now: datetime, zone: tzinfo, number: Callable[[str], str]) -> tuple[FactGroup, ...]:
    """Return what is known of a customer, in the order in which an agent needs it."""
    groups = (
        FactGroup("How they like it", tuple(Fact(_manner(line), line) for line in card.preferences)),
        FactGroup(
            "Open complaints",
            tuple(
                Fact(Icon.SCALE, f"{open_.reference} {open_.category}", say.complaint_chip(open_, now, zone))
                for open_ in card.open_complaints
            ),
        ),
        FactGroup("Cover", (Fact(Icon.SHIELD_CHECK, card.product),) if card.product else ()),
        FactGroup(
            "Same number",
            tuple(
                Fact(Icon.USER, ", ".join(part for part in (one.name, one.summary) if part)) for one in card.household
            ),
        ),
        FactGroup("Reach them", tuple(_reach(point, number) for point in card.contact_points)),
    )
    return tuple(group for group in groups if group.facts)


def _manner(line: str) -> Icon:
    lower = line.casefold()
    return next((icon for icon, stems in _MANNERS if any(stem in lower for stem in stems)), Icon.QUOTE)


def _reach(point: ContactPointView, number: Callable[[str], str]) -> Fact:
    return Fact(_WAYS[point.kind], _point(point, number), dials=point.e164 or "")


def _point(point: ContactPointView, number: Callable[[str], str]) -> str:
    value = number(point.e164) if point.e164 else point.value
    if point.extension:
        value = f"{value} ext. {point.extension}" if point.e164 else point.extension
    marks = [mark for mark in (point.label, "shared" if point.shared else "") if mark]
    return f"{value} {', '.join(marks)}" if marks else value
