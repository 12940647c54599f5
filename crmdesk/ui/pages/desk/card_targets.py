"""What can be edited on a card: how it is called, in which order Tab goes, and how it is kept as a draft."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from crmdesk.domain.card import CARD_FIELDS, FieldRef, KeptEdit, RelationKind, card_field
from crmdesk.domain.changes import Kind
from crmdesk.domain.customers import ContactPointKind, CustomerCard
from crmdesk.domain.interactions import DraftKey
from crmdesk.domain.language import mark, tr
from crmdesk.domain.quick import dataclass
from crmdesk.domain.values import known_or_none
from crmdesk.runtime.desk.card import CardDesk
from crmdesk.ui.pages.desk.facts import WHOLE, Adding, TagRef, Target

DRAFT = "card"
_ADDED = {
    Adding.PHONE: (mark("Phone"), mark("Like +44 20 7946 0172")),
    Adding.EMAIL: (mark("E-mail"), mark("Like m.ellison@example.org")),
    Adding.ADDRESS: (mark("Address"), ""),
    Adding.TAG: (mark("Tag"), mark("One word, like landlord")),
    Adding.HOUSEHOLD: (mark("Somebody of the household"), mark("Name, what they are, may speak")),
    Adding.COMPANY: (mark("Somebody of the company"), mark("Name, what they are, may speak")),
}
_POINTS = {
    Adding.PHONE: ContactPointKind.PHONE,
    Adding.EMAIL: ContactPointKind.EMAIL,
    Adding.ADDRESS: ContactPointKind.ADDRESS,
}
_RELATIONS = {Adding.HOUSEHOLD: RelationKind.HOUSEHOLD, Adding.COMPANY: RelationKind.COMPANY}
_FIELDS = {"value": mark("Number or address"), "label": mark("What it is"), WHOLE: mark("Who they are")}
_HINTS = {
    "since": mark("Like 4 Mar 2019"),
    "value": mark("Like +44 20 7946 0172"),
    "label": mark("Like home, mobile"),
    WHOLE: mark("Name, what they are, may speak"),
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """Words typed into a field and not kept: ``seen`` is what stood there."""

    target: Target
    seen: str
    typed: str


def label_of(target: Target) -> str:
    """Return the name of what is edited."""
    match target:
        case FieldRef(kind=Kind.CUSTOMER, field=name):
            return tr(card_field(name).label)
        case FieldRef(field=name):
            return tr(_FIELDS.get(name, name))
        case TagRef():
            return tr(_ADDED[Adding.TAG][0])
        case _:
            return tr(_ADDED[target][0])


def placeholder_of(target: Target) -> str:
    """Return an example of what may be typed."""
    match target:
        case FieldRef(field=name):
            return tr(_HINTS.get(name, ""))
        case TagRef():
            return tr(_ADDED[Adding.TAG][1])
        case _:
            return tr(_ADDED[target][1])


def is_lines(target: Target) -> bool:
    """Say whether several lines may be typed."""
    return isinstance(target, FieldRef) and target.kind is Kind.CUSTOMER and card_field(target.field).lines


def order_of(card: CustomerCard) -> tuple[Target, ...]:
    """Return the fields of a card in the order of Tab: the customer's own, who belongs to them, how to reach them."""
    own = [FieldRef(Kind.CUSTOMER, card.id, one.name) for one in CARD_FIELDS]
    relations = [FieldRef(Kind.RELATIONSHIP, one.id, WHOLE) for one in card.relations]
    points = [FieldRef(Kind.CONTACT_POINT, point.id, name) for point in card.contact_points for name in _POINT_FIELDS]
    return (*own, *relations, *points)


_POINT_FIELDS = ("value", "label")


async def add(
    door: CardDesk, customer_id: UUID, target: Adding | TagRef, typed: str, draft: DraftKey | None = None
) -> KeptEdit:
    """Put something new on a card, in the place of its draft; raises UserMistake where it cannot be taken."""
    if isinstance(target, TagRef) or target is Adding.TAG:
        return await door.add_tag(customer_id, typed, draft)
    if target in _RELATIONS:
        return await door.add_relation(customer_id, _RELATIONS[target], typed, draft)
    return await door.add_point(customer_id, _POINTS[target], typed, draft)


def fields_of(waiting: Waiting) -> Mapping[str, str]:
    """Return words as a draft keeps them."""
    target = waiting.target
    words = {"seen": waiting.seen, "typed": waiting.typed}
    if isinstance(target, FieldRef):
        return words | {"kind": target.kind.value, "row": target.row_id.hex, "field": target.field}
    return words | {"add": Adding.TAG.value if isinstance(target, TagRef) else target.value}


def waiting_of(fields: Mapping[str, str]) -> Waiting | None:
    """Return the words that a draft keeps, None for a draft that says nothing to this version."""
    typed, seen = fields.get("typed", ""), fields.get("seen", "")
    adding, kind = known_or_none(Adding, fields.get("add")), known_or_none(Kind, fields.get("kind"))
    if adding is not None:
        return Waiting(adding, seen, typed)
    if kind is None or not fields.get("row"):
        return None
    return Waiting(FieldRef(kind, UUID(fields["row"]), fields.get("field", "")), seen, typed)
