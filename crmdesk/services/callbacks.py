"""Callbacks: promised, taken on by whoever is first at the server, given back, done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select

from crmdesk.domain.changes import Kind
from crmdesk.domain.desk import CallbackState, CallbackView, NewCallback
from crmdesk.domain.errors import Refused, UserMistake
from crmdesk.domain.ids import new_id
from crmdesk.domain.phone import normalise
from crmdesk.domain.values import known
from crmdesk.models.callback import Callback
from crmdesk.models.customer import Customer
from crmdesk.models.limits import check_length
from crmdesk.models.local import Outbox, OutboxState
from crmdesk.models.people import Agent
from crmdesk.models.unit_of_work import UnitOfWork

_CLAIM = Callback.assigned_to.key
_OPEN = CallbackState.OPEN.value


def make(uow: UnitOfWork, new: NewCallback, region: str) -> UUID:
    """Promise a callback and return its id.

    Raises UserMistake at the field that is wrong: nobody to ring, no phone number of ``region`` or of the world, no
    such time zone, or more words than the server takes.
    """
    number = normalise(new.number, region) if new.number.strip() else None
    if number is not None and number.e164 is None and number.extension is None:
        raise UserMistake(
            "number", "This is not a phone number.", "Write it with its country code, like +44 20 7946 0172."
        )
    if number is None and new.customer_id is None:
        raise UserMistake("number", "Nobody is named to be rung back.", "Choose a customer or type a number.")
    _check_zone(new.due_zone)
    check_length("reason", new.reason.strip(), Callback.reason)
    callback = Callback(
        id=new_id(),
        customer_id=new.customer_id,
        interaction_id=new.interaction_id,
        e164=number.e164 if number else None,
        extension=number.extension if number else None,
        reason=new.reason.strip(),
        queue=new.queue,
        due_at=new.due_at,
        due_zone=new.due_zone,
        state=_OPEN,
        assigned_to=uow.actor if new.mine else None,
    )
    uow.insert(callback, _title(uow, "Callback", callback))
    return callback.id


def claim(uow: UnitOfWork, callback_id: UUID) -> None:
    """Take a callback on. It is ours at once on this desk, unconfirmed until the server answers.

    Raises Refused when somebody has it already, or there is nothing left to do.
    """
    row = _open_one(uow, callback_id)
    if row.assigned_to not in (None, uow.actor):
        raise Refused(f"{_name(uow, row.assigned_to)} has taken this callback on.", "Choose another one.")
    seen(uow, callback_id)
    uow.update(row, _title(uow, "Callback claimed", row), assigned_to=uow.actor)


def give_back(uow: UnitOfWork, callback_id: UUID) -> None:
    """Let others take it on; raises Refused when it is somebody else's."""
    row = _open_one(uow, callback_id)
    if row.assigned_to not in (None, uow.actor):
        raise Refused(f"{_name(uow, row.assigned_to)} has taken this callback on.", "Only they can give it back.")
    uow.update(row, _title(uow, "Callback given back", row), assigned_to=None)


def done(uow: UnitOfWork, callback_id: UUID) -> None:
    """Say that the customer was rung back; raises Refused when there is nothing left to do."""
    row = _open_one(uow, callback_id)
    uow.update(row, _title(uow, "Callback done", row), state=CallbackState.DONE.value)


def cancel(uow: UnitOfWork, callback_id: UUID) -> None:
    """Say that nobody needs to ring back any more; raises Refused when there is nothing left to do."""
    row = _open_one(uow, callback_id)
    uow.update(row, _title(uow, "Callback cancelled", row), state=CallbackState.CANCELLED.value)


def seen(uow: UnitOfWork, callback_id: UUID) -> None:
    """Forget that a claim of ours was not taken: the person has seen who was first."""
    lost = select(Outbox).where(Outbox.entity == Callback.__tablename__, Outbox.row_id == callback_id)
    for entry in uow.session.scalars(lost.where(Outbox.state == OutboxState.TAKEN.value)):
        uow.session.delete(entry)
        uow.touched(Kind.CALLBACK, callback_id)


def due(uow: UnitOfWork, until: datetime | None = None, limit: int = 200) -> tuple[CallbackView, ...]:
    """Return the open callbacks, the most urgent first; those due by ``until`` where it is given."""
    query = select(Callback).where(Callback.state == _OPEN)
    if until is not None:
        query = query.where(Callback.due_at <= until)
    return _views(uow, uow.session.scalars(query.order_by(Callback.due_at, Callback.id).limit(limit)).all())


def of_customer(uow: UnitOfWork, customer_id: UUID) -> tuple[CallbackView, ...]:
    """Return the open callbacks to one customer, the most urgent first."""
    query = select(Callback).where(Callback.customer_id == customer_id, Callback.state == _OPEN)
    return _views(uow, uow.session.scalars(query.order_by(Callback.due_at, Callback.id)).all())


def of_contact(uow: UnitOfWork, contact_id: UUID) -> tuple[CallbackView, ...]:
    """Return the open callbacks promised in one contact, the most urgent first, whoever is to be rung back."""
    query = select(Callback).where(Callback.interaction_id == contact_id, Callback.state == _OPEN)
    return _views(uow, uow.session.scalars(query.order_by(Callback.due_at, Callback.id)).all())


def one(uow: UnitOfWork, callback_id: UUID) -> CallbackView | None:
    """Return one callback, None if this desk does not hold it."""
    row = uow.session.get(Callback, callback_id)
    return None if row is None else _views(uow, [row])[0]


def _views(uow: UnitOfWork, rows: Sequence[Callback]) -> tuple[CallbackView, ...]:
    queued = _queued(uow, [row.id for row in rows])
    customers = _names(uow, [row.customer_id for row in rows])
    return tuple(_view(uow, row, queued.get(row.id, []), customers) for row in rows)


def _view(uow: UnitOfWork, row: Callback, queued: Sequence[Outbox], customers: dict[UUID, str]) -> CallbackView:
    mine = row.assigned_to is not None and row.assigned_to == uow.actor
    waiting = [entry for entry in queued if entry.state == OutboxState.WAITING.value]
    asked = any(entry.op == "update" and entry.set_.get(_CLAIM) for entry in waiting)
    lost = next((entry.reason for entry in queued if entry.state == OutboxState.TAKEN.value), "")
    return CallbackView(
        id=row.id,
        customer_id=row.customer_id,
        customer_name=customers.get(row.customer_id, "") if row.customer_id else "",
        number=row.e164,
        extension=row.extension,
        reason=row.reason,
        queue=row.queue,
        due_at=row.due_at,
        due_zone=row.due_zone,
        state=known(CallbackState, row.state, CallbackState.OPEN),
        owner_id=row.assigned_to,
        owner=_name(uow, row.assigned_to) if row.assigned_to else "",
        mine=mine,
        unconfirmed=mine and asked,
        lost="" if mine else lost,
        unsent=bool(waiting),
        interaction_id=row.interaction_id,
    )


def _queued(uow: UnitOfWork, ids: Sequence[UUID]) -> dict[UUID, list[Outbox]]:
    found: dict[UUID, list[Outbox]] = {}
    query = select(Outbox).where(Outbox.entity == Callback.__tablename__, Outbox.row_id.in_(ids))
    for entry in uow.session.scalars(query.order_by(Outbox.seq)):
        found.setdefault(entry.row_id, []).append(entry)
    return found


def _names(uow: UnitOfWork, ids: Sequence[UUID | None]) -> dict[UUID, str]:
    rows = uow.session.execute(select(Customer.id, Customer.name).where(Customer.id.in_(filter(None, ids))))
    return {row.id: row.name for row in rows}


def _name(uow: UnitOfWork, agent_id: UUID | None) -> str:
    agent = uow.session.get(Agent, agent_id) if agent_id else None
    return agent.display_name if agent else "A colleague"


def _open_one(uow: UnitOfWork, callback_id: UUID) -> Callback:
    row = uow.session.get(Callback, callback_id)
    if row is None:
        raise Refused("This callback is no longer on this computer.", "Choose another one.")
    if row.state != _OPEN:
        raise Refused("This callback was finished already.", "There is nothing left to do.")
    return row


def _title(uow: UnitOfWork, what: str, row: Callback) -> str:
    customer = uow.session.get(Customer, row.customer_id) if row.customer_id else None
    whom = customer.name if customer else row.e164 or row.extension
    return f"{what}, {whom}"


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise UserMistake("due_zone", "There is no such time zone.", "Choose one like Europe/London.") from error
