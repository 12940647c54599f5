"""Who has this number: the look-up behind every pop."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import bindparam, func, select

from crmdesk.domain.callbacks import CallbackState
from crmdesk.domain.candidates import LookUp, LookUpKind
from crmdesk.domain.complaints import ComplaintState
from crmdesk.domain.ranking import REPEAT_WITHIN_DAYS, CallerHistory, rank
from crmdesk.models.callback import Callback
from crmdesk.models.complaint import Complaint
from crmdesk.models.customer import ContactPoint, Customer
from crmdesk.models.interaction import Interaction
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services.merging import living

MOST_CANDIDATES = 9
"""Ctrl+1 to Ctrl+9; a number with more customers than this is a switchboard and is searched instead."""

_customer = Customer.__table__
_point = ContactPoint.__table__
_complaint = Complaint.__table__
_interaction = Interaction.__table__
_callback = Callback.__table__

_SHOWN = (
    *(_customer.c.id, _customer.c.name, _customer.c.latin_name, _customer.c.summary, _customer.c.city),
    _customer.c.merged_into,
)
HOLDERS = (
    select(*_SHOWN)
    .distinct()
    .join_from(_point, _customer, _customer.c.id == _point.c.customer_id)
    .where(_point.c.e164 == bindparam("e164"))
    .limit(50)
)
_THESE = select(*_SHOWN).where(_customer.c.id.in_(bindparam("ids", expanding=True)))
_OPEN = (
    select(func.count())
    .select_from(_complaint)
    .where(_complaint.c.customer_id == bindparam("customer"), _complaint.c.state != ComplaintState.CLOSED.value)
)
_CONTACTS = (
    select(_interaction.c.began_at, _interaction.c.queue)
    .where(_interaction.c.customer_id == bindparam("customer"), _interaction.c.id != bindparam("this"))
    .order_by(_interaction.c.began_at.desc())
    .limit(20)
)
_DUE = select(_callback.c.due_at).where(
    _callback.c.customer_id == bindparam("customer"), _callback.c.state == CallbackState.OPEN.value
)
_CHOSEN = (
    select(_interaction.c.customer_id)
    .where(
        _interaction.c.e164 == bindparam("e164"),
        _interaction.c.customer_id.is_not(None),
        _interaction.c.id != bindparam("this"),
    )
    .order_by(_interaction.c.began_at.desc())
    .limit(50)
)


def describe(summary: str, city: str) -> str:
    """Return the line under a name: what the customer is, and where."""
    return ", ".join(part for part in (summary, city) if part)


def who_calls(
    uow: UnitOfWork, e164: str | None, withheld: bool, this_contact: UUID, queue: str | None = None
) -> LookUp:
    """Return who is probably calling.

    ``e164`` is the caller's number, None if it is none; ``withheld`` says the caller hid it; ``this_contact`` is the
    call itself, which is no evidence for anybody; ``queue`` is the one it came in, if any.
    """
    if withheld:
        return LookUp(LookUpKind.WITHHELD, None)
    if e164 is None:
        return LookUp(LookUpKind.UNKNOWN, None)
    session = uow.session
    holders = session.execute(HOLDERS, {"e164": e164}).all()
    if any(holder.merged_into is not None for holder in holders):
        survivors = living(uow, [holder.id for holder in holders])
        holders = session.execute(_THESE, {"ids": survivors}).all()
    if not holders:
        return LookUp(LookUpKind.UNKNOWN, e164)
    chosen = Counter(session.scalars(_CHOSEN, {"e164": e164, "this": this_contact}))
    histories = [
        _history(
            uow,
            CallerHistory(
                customer_id=holder.id,
                name=holder.name,
                latin_name=holder.latin_name,
                summary=describe(holder.summary, holder.city),
                chosen=chosen[holder.id],
                chosen_total=chosen.total(),
            ),
            this_contact,
            queue,
        )
        for holder in holders
    ]
    candidates = rank(histories, uow.clock.now())
    kind = LookUpKind.ONE if len(candidates) == 1 else LookUpKind.SEVERAL
    return LookUp(kind, e164, candidates[:MOST_CANDIDATES])


def _history(uow: UnitOfWork, holder: CallerHistory, this_contact: UUID, queue: str | None) -> CallerHistory:
    """Return somebody's history with what they have to do with this house."""
    session, now, of = uow.session, uow.clock.now(), {"customer": holder.customer_id}
    contacts = session.execute(_CONTACTS, {**of, "this": this_contact}).all()
    return replace(
        holder,
        open_complaints=session.scalar(_OPEN, of) or 0,
        callback_due_at=min(session.scalars(_DUE, of), key=lambda due: abs(due - now), default=None),
        last_contact_at=contacts[0].began_at if contacts else None,
        contacts_lately=sum(now - contact.began_at < timedelta(days=REPEAT_WITHIN_DAYS) for contact in contacts),
        contacts=len(contacts),
        in_queue=sum(contact.queue == queue for contact in contacts) if queue else 0,
    )
