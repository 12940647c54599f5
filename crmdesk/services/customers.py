"""The customer's card, creating a customer, and attaching a number."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select

from crmdesk.domain.desk import (
    ComplaintState,
    ContactPointKind,
    ContactPointView,
    CustomerCard,
    CustomerKind,
    NewCustomer,
    OpenComplaint,
    Relative,
)
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.ids import new_id
from crmdesk.domain.phone import normalise
from crmdesk.domain.values import grade, known, plain
from crmdesk.models.complaint import Complaint
from crmdesk.models.customer import ContactPoint, Customer
from crmdesk.models.interaction import Interaction
from crmdesk.models.local import Outbox, OutboxState
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services.look_up import describe

REPEAT_WINDOW = timedelta(days=7)


def card(uow: UnitOfWork, customer_id: UUID) -> CustomerCard | None:
    """Return everything the customer pane shows, or None if this desk does not hold the customer."""
    customer = uow.session.get(Customer, customer_id)
    if customer is None:
        return None
    points = _points(uow, customer_id)
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
        preferences=tuple(line for line in customer.preferences.splitlines() if line.strip()),
        contact_points=points,
        open_complaints=_open_complaints(uow, customer_id),
        household=_household(uow, customer_id, points),
        contacts_last_7_days=_recent_contacts(uow, customer_id),
        unsent=_unsent(uow, customer_id),
    )


def _points(uow: UnitOfWork, customer_id: UUID) -> tuple[ContactPointView, ...]:
    rows = uow.session.scalars(
        select(ContactPoint)
        .where(ContactPoint.customer_id == customer_id)
        .order_by(ContactPoint.kind.desc(), ContactPoint.id)
    )
    return tuple(
        ContactPointView(
            id=row.id,
            kind=known(ContactPointKind, row.kind, ContactPointKind.ADDRESS),
            value=row.value,
            e164=row.e164,
            extension=row.extension,
            label=row.label,
            shared=row.shared,
        )
        for row in rows
    )


def _open_complaints(uow: UnitOfWork, customer_id: UUID) -> tuple[OpenComplaint, ...]:
    rows = uow.session.scalars(
        select(Complaint)
        .where(Complaint.customer_id == customer_id, Complaint.state != ComplaintState.CLOSED.value)
        .order_by(Complaint.received_at)
    )
    return tuple(
        OpenComplaint(
            id=row.id,
            reference=row.reference,
            product=row.product,
            category=row.category,
            severity=grade(row.severity),
            state=known(ComplaintState, row.state, ComplaintState.REGISTERED),
            received_at=row.received_at,
        )
        for row in rows
    )


def _household(uow: UnitOfWork, customer_id: UUID, points: tuple[ContactPointView, ...]) -> tuple[Relative, ...]:
    numbers = [point.e164 for point in points if point.e164]
    if not numbers:
        return ()
    rows = uow.session.execute(
        select(Customer.id, Customer.name, Customer.summary, Customer.city)
        .distinct()
        .join(ContactPoint, ContactPoint.customer_id == Customer.id)
        .where(ContactPoint.e164.in_(numbers), Customer.id != customer_id)
        .order_by(Customer.name)
        .limit(5)
    )
    return tuple(Relative(row.id, row.name, describe(row.summary, row.city)) for row in rows)


def _recent_contacts(uow: UnitOfWork, customer_id: UUID) -> int:
    since = uow.clock.now() - REPEAT_WINDOW
    counted = select(func.count()).select_from(Interaction)
    return uow.session.scalar(counted.where(Interaction.customer_id == customer_id, Interaction.began_at >= since)) or 0


def _unsent(uow: UnitOfWork, customer_id: UUID) -> bool:
    queued = select(Outbox.seq).where(
        Outbox.entity == Customer.__tablename__, Outbox.row_id == customer_id, Outbox.state != OutboxState.ACKED.value
    )
    return uow.session.scalar(queued.limit(1)) is not None


def create(uow: UnitOfWork, new: NewCustomer, region: str) -> UUID:
    """Make a customer, with a phone number if one is given, and return its id.

    Raises UserMistake when the name is empty or the number is none.
    """
    name = plain(new.name).strip()
    if not name:
        raise UserMistake("name", "A customer needs a name.", "Type the name as the person writes it.")
    customer = Customer(id=new_id(), kind=new.kind.value, name=name)
    uow.insert(customer, f"New customer, {name}")
    if new.number.strip():
        attach_number(uow, customer.id, new.number, region)
    return customer.id


def attach_number(uow: UnitOfWork, customer_id: UUID, number: str, region: str) -> UUID:
    """Give a customer a phone number and return the contact point's id; one that is there already stays as it is.

    Raises UserMistake when the text is no phone number of ``region`` or of the world.
    """
    parsed = normalise(number, region)
    if parsed.e164 is None and parsed.extension is None:
        raise UserMistake(
            "number", "This is not a phone number.", "Write it with its country code, like +44 20 7946 0172."
        )
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
    uow.insert(point, f"Number, {customer.name if customer else 'no customer'}")
    return point.id
