"""The customer's card, creating a customer, and attaching a number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import chain
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, bindparam, exists, func, select

from crmdesk.domain.complaints import ComplaintState, category_words
from crmdesk.domain.customers import (
    ContactPointKind,
    ContactPointView,
    CustomerCard,
    CustomerKind,
    NewCustomer,
    OpenComplaint,
    OpenRequest,
    Relative,
)
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.ids import new_id
from crmdesk.domain.language import left_to_right, tr
from crmdesk.domain.phone import normalise
from crmdesk.domain.requests.kinds import RequestKind, RequestState
from crmdesk.domain.requests.views import title_of
from crmdesk.domain.values import grade, known, plain
from crmdesk.models.base import Id, Instant
from crmdesk.models.complaint import Complaint
from crmdesk.models.customer import ContactPoint, Customer
from crmdesk.models.interaction import Interaction
from crmdesk.models.local import Outbox, OutboxState
from crmdesk.models.request import Request
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services import card_parts
from crmdesk.services.look_up import describe
from crmdesk.services.merging import HAS_PARTS, parts_of, survivor_of

REPEAT_WINDOW = timedelta(days=7)
MOST_RELATIVES = 5

# Rows, not entities, and statements made once: a card is read while the phone rings.
_customer = Customer.__table__
_point = ContactPoint.__table__
_complaint = Complaint.__table__
_request = Request.__table__
_interaction = Interaction.__table__
_outbox = Outbox.__table__
_other = _point.alias("other")
_THIS = bindparam("customer", type_=Id)

_CUSTOMER = select(
    _customer.c.id,
    _customer.c.kind,
    _customer.c.name,
    _customer.c.latin_name,
    _customer.c.summary,
    _customer.c.city,
    _customer.c.since,
    _customer.c.care,
    _customer.c.tier,
    _customer.c.language,
    _customer.c.product,
    _customer.c.preferences,
    _customer.c.do_not_call,
    _customer.c.segment,
    _customer.c.accessibility,
    _customer.c.good_service,
    _customer.c.merged_into,
    HAS_PARTS.label("has_parts"),
    exists()
    .where(
        _outbox.c.entity == Customer.__tablename__,
        _outbox.c.row_id == _THIS,
        _outbox.c.state != OutboxState.ACKED.value,
    )
    .label("unsent"),
).where(_customer.c.id == _THIS)
_POINTS = (
    select(
        _point.c.id,
        _point.c.kind,
        _point.c.value,
        _point.c.e164,
        _point.c.extension,
        _point.c.label,
        _point.c.shared,
    )
    .where(_point.c.customer_id == _THIS, ~_point.c.removed)
    .order_by(_point.c.kind.desc(), _point.c.id)
)
_OPEN = (
    select(
        _complaint.c.id,
        _complaint.c.reference,
        _complaint.c.product,
        _complaint.c.category,
        _complaint.c.severity,
        _complaint.c.state,
        _complaint.c.received_at,
    )
    .where(_complaint.c.customer_id == _THIS, _complaint.c.state != ComplaintState.CLOSED.value)
    .order_by(_complaint.c.received_at)
)
_REQUESTS = (
    select(
        _request.c.id,
        _request.c.kind,
        _request.c.reference,
        _request.c.category,
        _request.c.product,
        _request.c.urgency,
        _request.c.safety,
        _request.c.state,
        _request.c.received_at,
    )
    .where(_request.c.customer_id == _THIS, _request.c.state != RequestState.CLOSED.value)
    .order_by(_request.c.received_at)
)
HOUSEHOLD = (
    select(_customer.c.id, _customer.c.name, _customer.c.summary, _customer.c.city)
    .distinct()
    .join_from(_point, _other, _other.c.e164 == _point.c.e164)
    .join(_customer, _customer.c.id == _other.c.customer_id)
    .where(_point.c.customer_id == _THIS, _customer.c.id != _THIS, _customer.c.merged_into.is_(None))
    .order_by(_customer.c.name)
    .limit(MOST_RELATIVES)
)
_LATELY = (
    select(func.count())
    .select_from(_interaction)
    .where(_interaction.c.customer_id == _THIS, _interaction.c.began_at >= bindparam("since", type_=Instant))
)


def card(uow: UnitOfWork, customer_id: UUID) -> CustomerCard | None:
    """Return everything the customer pane shows, or None if this desk does not hold the customer.

    The id of a merged customer leads to the card of the one that it was merged into.
    """
    this = {"customer": customer_id}
    execute = uow.session.execute
    customer = execute(_CUSTOMER, this).one_or_none()
    if customer is None:
        return None
    if customer.merged_into is not None and (survivor := survivor_of(uow, customer_id)) != customer_id:
        return card(uow, survivor)
    parts = parts_of(uow, customer_id) if customer.has_parts else (customer_id,)
    return _card(uow, customer, [{"customer": part} for part in parts])


def _card(uow: UnitOfWork, customer: Row[*tuple[Any, ...]], parts: Sequence[dict[str, UUID]]) -> CustomerCard:
    """Return the card of a customer with what is written down to any of its parts."""
    session, since = uow.session, uow.clock.now() - REPEAT_WINDOW

    def rows(query: Select[Any]) -> Iterator[Row[*tuple[Any, ...]]]:
        return chain.from_iterable(session.execute(query, part) for part in parts)

    relatives = dict.fromkeys(
        Relative(row.id, row.name, describe(row.summary, row.city)) for row in rows(HOUSEHOLD) if row.id != customer.id
    )
    return CustomerCard(
        id=customer.id,
        kind=known(CustomerKind, customer.kind, CustomerKind.PERSON),
        name=customer.name,
        latin_name=customer.latin_name,
        summary=customer.summary,
        city=customer.city,
        since=customer.since,
        care=customer.care,
        tier=customer.tier,
        language=customer.language,
        product=customer.product,
        preferences=_lines(customer.preferences),
        contact_points=tuple(map(_contact_point, rows(_POINTS))),
        open_complaints=tuple(map(_open_complaint, rows(_OPEN))),
        household=tuple(relatives)[:MOST_RELATIVES],
        contacts_last_7_days=sum(session.execute(_LATELY, part | {"since": since}).scalar_one() for part in parts),
        unsent=customer.unsent,
        do_not_call=customer.do_not_call,
        segment=customer.segment,
        accessibility=_lines(customer.accessibility),
        good_service=_lines(customer.good_service),
        tags=card_parts.tags(uow, parts),
        relations=card_parts.relations(uow, customer.id, parts),
        due=card_parts.due(uow, parts),
        open_requests=tuple(map(_open_request, rows(_REQUESTS))),
    )


def _lines(words: str) -> tuple[str, ...]:
    return tuple(line for line in words.splitlines() if line.strip())


def _contact_point(row: Row[*tuple[Any, ...]]) -> ContactPointView:
    return ContactPointView(
        id=row.id,
        kind=known(ContactPointKind, row.kind, ContactPointKind.ADDRESS),
        value=row.value,
        e164=row.e164,
        extension=row.extension,
        label=row.label,
        shared=row.shared,
    )


def _open_complaint(row: Row[*tuple[Any, ...]]) -> OpenComplaint:
    return OpenComplaint(
        id=row.id,
        reference=row.reference,
        product=row.product,
        category=category_words(row.category),
        severity=grade(row.severity),
        state=known(ComplaintState, row.state, ComplaintState.REGISTERED),
        received_at=row.received_at,
    )


def _open_request(row: Row[*tuple[Any, ...]]) -> OpenRequest:
    kind = known(RequestKind, row.kind, RequestKind.SERVICE)
    return OpenRequest(
        id=row.id,
        kind=kind,
        reference=row.reference,
        title=title_of(kind, row.category, row.product),
        urgency=row.urgency,
        safety=row.safety,
        state=known(RequestState, row.state, RequestState.REGISTERED),
        received_at=row.received_at,
    )


def create(uow: UnitOfWork, new: NewCustomer, region: str) -> UUID:
    """Make a customer, with a phone number if one is given, and return its id.

    Raises UserMistake when the name is empty or the number is none.
    """
    name = plain(new.name).strip()
    if not name:
        raise UserMistake("name", tr("A customer needs a name."), tr("Type the name as the person writes it."))
    customer = Customer(id=new_id(), kind=new.kind.value, name=name)
    uow.insert(customer, tr("New customer, {name}", name=name))
    if new.number.strip():
        attach_number(uow, customer.id, new.number, region)
    return customer.id


def attach_number(uow: UnitOfWork, customer_id: UUID, number: str, region: str) -> UUID:
    """Give a customer a phone number and return the contact point's id; one that is there already stays as it is.

    Raises UserMistake when the text is no phone number of ``region`` or of the world.
    """
    parsed = normalise(number, region)
    if parsed.e164 is None and parsed.extension is None:
        raise no_number("number")
    session = uow.session
    same = select(ContactPoint).where(ContactPoint.customer_id == customer_id, ContactPoint.e164 == parsed.e164)
    existing = session.scalar(same.where(ContactPoint.extension.is_not_distinct_from(parsed.extension)).limit(1))
    if existing is not None:
        return existing.id
    shared = parsed.e164 is not None and session.scalar(
        select(ContactPoint.id).where(ContactPoint.e164 == parsed.e164).limit(1)
    )
    point = ContactPoint(
        id=new_id(),
        customer_id=customer_id,
        kind=ContactPointKind.PHONE.value,
        value=plain(number).strip(),
        e164=parsed.e164,
        extension=parsed.extension,
        shared=bool(shared),
    )
    customer = session.get(Customer, customer_id)
    uow.insert(point, tr("Number, {name}", name=customer.name) if customer else tr("Number, no customer"))
    return point.id


def no_number(field: str) -> UserMistake:
    """Return what is said at a field in which no phone number stands."""
    advice = tr("Write it with its country code, like {number}.", number=left_to_right("+44 20 7946 0172"))
    return UserMistake(field, tr("This is not a phone number."), advice)
