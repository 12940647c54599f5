"""Who has this number: the look-up behind every pop."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, func, select

from crmdesk.domain.desk import ComplaintState, LookUp, LookUpKind
from crmdesk.domain.ranking import CallerHistory, rank
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
_LAST = select(func.max(_interaction.c.began_at)).where(
    _interaction.c.customer_id == bindparam("customer"), _interaction.c.id != bindparam("this")
)
_CHOSEN = (
    select(_interaction.c.customer_id, func.count())
    .where(_interaction.c.e164 == bindparam("e164"), _interaction.c.customer_id.is_not(None))
    .group_by(_interaction.c.customer_id)
)


def describe(summary: str, city: str) -> str:
    """Return the line under a name: what the customer is, and where."""
    return ", ".join(part for part in (summary, city) if part)


def who_calls(uow: UnitOfWork, e164: str | None, withheld: bool, this_contact: UUID) -> LookUp:
    """Return who is probably calling.

    ``e164`` is the caller's number, None if it is none; ``withheld`` says the caller hid it; ``this_contact`` is the
    call itself, which is no evidence for anybody.
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
    chosen: dict[UUID, int] = {row[0]: row[1] for row in session.execute(_CHOSEN, {"e164": e164})}
    total = sum(chosen.values())
    histories = []
    for holder in holders:
        last: datetime | None = session.scalar(_LAST, {"customer": holder.id, "this": this_contact})
        histories.append(
            CallerHistory(
                customer_id=holder.id,
                name=holder.name,
                latin_name=holder.latin_name,
                summary=describe(holder.summary, holder.city),
                open_complaints=session.scalar(_OPEN, {"customer": holder.id}) or 0,
                last_contact_at=last,
                chosen=chosen.get(holder.id, 0),
                chosen_total=total,
            )
        )
    candidates = rank(histories, uow.clock.now())
    kind = LookUpKind.ONE if len(candidates) == 1 else LookUpKind.SEVERAL
    return LookUp(kind, e164, candidates[:MOST_CANDIDATES])
