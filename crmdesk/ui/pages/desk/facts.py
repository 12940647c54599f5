"""What the customer pane says, as groups of facts: only what is known takes room."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, tzinfo
from enum import StrEnum
from uuid import UUID

from crmdesk.domain import words
from crmdesk.domain.card import DueKind, DueView, FieldRef, RelationKind, RelationView
from crmdesk.domain.cases.words import DeadlineWords
from crmdesk.domain.changes import Kind
from crmdesk.domain.customers import ContactPointKind, ContactPointView, CustomerCard, OpenComplaint, OpenRequest
from crmdesk.domain.language import left_to_right, mark, tr, tr_in
from crmdesk.domain.quick import dataclass
from crmdesk.ui.kit import ChipSpec
from crmdesk.ui.pop import say
from crmdesk.ui.pop.deadline_chip import by_deadline, deadline_chip
from crmdesk.ui.requests.looks import REQUEST_ICONS, named, standing_chip, urgent_chip
from crmdesk.ui.theme import Icon, Voice

WHOLE = "whole"
"""The field of a relationship that stands for all of it, typed as one line."""

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
_RELATIONS = {RelationKind.HOUSEHOLD: mark("Household"), RelationKind.COMPANY: mark("Company")}
DUE_KINDS = {DueKind.CALL: mark("Call from us"), DueKind.PROMISE: "", DueKind.FOLLOW_UP: mark("Follow-up")}
"""What is due, marked for translation; a promise is said by its own words."""

_SOON_S = 4 * 3600


class Adding(StrEnum):
    """What can be put on a card beside the customer's own fields."""

    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    TAG = "tag"
    HOUSEHOLD = "household"
    COMPANY = "company"


@dataclass(frozen=True, slots=True)
class TagRef:
    """A tag of the customer shown: it is put on or taken off, never changed."""

    word: str


Target = FieldRef | Adding | TagRef
"""What is edited: a field that is there, something new, or a tag."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: icon, words, and a chip below where something is to be done about it, ``beside`` it another one.
    ``dials`` is a number to call, ``target`` what is edited in its place."""

    icon: Icon
    text: str
    chip: ChipSpec | None = None
    dials: str = ""
    target: Target | None = None
    beside: ChipSpec | None = None


@dataclass(frozen=True, slots=True)
class FactGroup:
    """Facts under a title."""

    title: str
    facts: tuple[Fact, ...]


def groups_of(
    card: CustomerCard,
    now: datetime,
    zone: tzinfo,
    number: Callable[[str], str],
    deadlines: Mapping[UUID, DeadlineWords],
) -> tuple[FactGroup, ...]:
    """Return what is known of a customer, in the order in which an agent needs it; ``deadlines`` are those of the open
    cases that are known by now."""
    known = {one.customer_id for one in card.relations}
    groups = (
        FactGroup(
            tr("How they like it"),
            (
                *_lines(card, "accessibility", card.accessibility, Icon.EAR),
                *(Fact(_manner(line), line, target=_own(card, "preferences")) for line in card.preferences),
                *_lines(card, "good_service", card.good_service, Icon.QUOTE),
            ),
        ),
        FactGroup(tr("Promises due"), tuple(_due(one, now, zone) for one in card.due)),
        FactGroup(
            tr("Open complaints"),
            tuple(
                _complaint(one, now, zone, deadlines.get(one.id))
                for one in by_deadline(card.open_complaints, deadlines)
            ),
        ),
        FactGroup(
            tr("Open requests"),
            tuple(
                _request(one, now, zone, deadlines.get(one.id)) for one in by_deadline(card.open_requests, deadlines)
            ),
        ),
        FactGroup(
            tr_in("of an insurance", "Cover"),
            _lines(card, "product", (card.product,) if card.product else (), Icon.SHIELD_CHECK),
        ),
        *(
            FactGroup(tr(title), tuple(_relation(one) for one in card.relations if one.kind is kind))
            for kind, title in _RELATIONS.items()
        ),
        FactGroup(
            tr("Same number"),
            tuple(
                Fact(Icon.USER, ", ".join(part for part in (one.name, one.summary) if part))
                for one in card.household
                if one.customer_id not in known
            ),
        ),
        FactGroup(tr("Reach them"), tuple(_reach(point, number) for point in _each_once(card.contact_points))),
        FactGroup(tr("Tags"), tuple(Fact(Icon.HASH, word, target=TagRef(word)) for word in card.tags)),
    )
    return tuple(group for group in groups if group.facts)


def _own(card: CustomerCard, field: str) -> FieldRef:
    return FieldRef(Kind.CUSTOMER, card.id, field)


def _lines(card: CustomerCard, field: str, lines: tuple[str, ...], icon: Icon) -> tuple[Fact, ...]:
    return tuple(Fact(icon, line, target=_own(card, field)) for line in lines)


def _manner(line: str) -> Icon:
    lower = line.casefold()
    return next((icon for icon, stems in _MANNERS if any(stem in lower for stem in stems)), Icon.QUOTE)


def _due(one: DueView, now: datetime, zone: tzinfo) -> Fact:
    left = (one.due_at - now).total_seconds()
    voice = Voice.LATE if left < 0 else Voice.SOON if left < _SOON_S else Voice.REST
    when = say.sentence(words.moment(one.due_at, now, zone))
    text = f"{when}, {words.due(one.due_at, now)}" if left < _SOON_S else when
    said = " ".join(one.what.split())
    what = ", ".join(part for part in (tr(DUE_KINDS[one.kind]), said, one.owner) if part)
    return Fact(Icon.HANDSHAKE, what, ChipSpec(text, voice, Icon.CLOCK_ALERT if left < 0 else Icon.CLOCK))


def _complaint(one: OpenComplaint, now: datetime, zone: tzinfo, said: DeadlineWords | None) -> Fact:
    what = f"{left_to_right(one.reference)} {one.category}"
    if said is None:
        return Fact(Icon.SCALE, what, say.complaint_chip(one, now, zone))
    return Fact(Icon.SCALE, what, deadline_chip(said), beside=say.grave_chip(one))


def _request(one: OpenRequest, now: datetime, zone: tzinfo, said: DeadlineWords | None) -> Fact:
    chip = standing_chip(one, now, zone)
    if said is None:
        return Fact(REQUEST_ICONS[one.kind], named(one), chip)
    return Fact(REQUEST_ICONS[one.kind], named(one), deadline_chip(said), beside=urgent_chip(one))


def _relation(one: RelationView) -> Fact:
    may = tr("may speak for them") if one.may_speak else ""
    icon = Icon.USER_ROUND_CHECK if one.may_speak else Icon.USER
    words_ = ", ".join(part for part in (one.name, one.role, may) if part)
    return Fact(icon, words_, target=FieldRef(Kind.RELATIONSHIP, one.id, WHOLE))


def _each_once(points: Iterable[ContactPointView]) -> Iterable[ContactPointView]:
    """Return each way to reach them once: two merged records may have the same number."""
    found: dict[object, ContactPointView] = {}
    for point in points:
        known = found.get(key := (point.kind, point.e164 or point.value, point.extension))
        if known is None:
            found[key] = point
        else:
            found[key] = replace(known, label=known.label or point.label, shared=known.shared or point.shared)
    return found.values()


def _reach(point: ContactPointView, number: Callable[[str], str]) -> Fact:
    target = FieldRef(Kind.CONTACT_POINT, point.id, "value")
    return Fact(_WAYS[point.kind], _point(point, number), dials=point.e164 or "", target=target)


def _point(point: ContactPointView, number: Callable[[str], str]) -> str:
    value = left_to_right(number(point.e164)) if point.e164 else point.value
    if point.kind is ContactPointKind.EMAIL:
        value = left_to_right(value)
    if point.extension:
        extension = left_to_right(point.extension)
        value = tr("{number} ext. {extension}", number=value, extension=extension) if point.e164 else extension
    marks = [mark for mark in (point.label, tr("shared") if point.shared else "") if mark]
    return f"{value} {', '.join(marks)}" if marks else value
