"""Customers that were two records of one person: merging them, undoing that, and finding the one that is left.

What the survivor takes over of the duplicate's fields is remembered with the duplicate, so that any desk can undo it.
The server re-points everything that refers to the duplicate. Until it has, and that may be a day later where a desk is
offline, what the duplicate has is shown with the survivor's.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, exists, select

from crmdesk.domain.card import CARD_FIELDS
from crmdesk.domain.changes import Kind
from crmdesk.domain.customers import MergedCustomer, PartOf
from crmdesk.domain.errors import Refused
from crmdesk.domain.language import mark, tr
from crmdesk.domain.merge_preview import Choice, both
from crmdesk.models.base import Id
from crmdesk.models.customer import Customer
from crmdesk.models.people import Agent
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.models.wireform import from_wire, to_wire

MOST_STEPS = 20
"""A longer chain of merges is a circle that arose from two of them on their way, and is not followed."""

_NOT_HERE = (mark("One of these customers is not on this computer."), mark("Find both again, then merge them."))
log = logging.getLogger(__name__)

_customer = Customer.__table__
_part = _customer.alias("part")
_THIS = bindparam("customer", type_=Id)

HAS_PARTS = exists().where(_part.c.merged_into == _THIS)
"""Whether anything was merged into the customer that ``:customer`` names."""

_STANDS = select(_customer.c.merged_into, HAS_PARTS.label("has_parts")).where(_customer.c.id == _THIS)
_PARTS = select(_customer.c.id).where(_customer.c.merged_into == _THIS)


def survivor_of(uow: UnitOfWork, customer_id: UUID) -> UUID:
    """Return the customer that this one was merged into, itself where it never was."""
    for _ in range(MOST_STEPS):
        into = uow.session.scalar(select(_customer.c.merged_into).where(_customer.c.id == customer_id))
        if into is None:
            return customer_id
        customer_id = into
    return customer_id


def parts_of(uow: UnitOfWork, customer_id: UUID) -> tuple[UUID, ...]:
    """Return the customer and everything that was merged into it, directly or by way of another."""
    found = [customer_id]
    for part in found:
        found += [one for one in uow.session.scalars(_PARTS, {"customer": part}) if one not in found]
    return tuple(found)


def whole(uow: UnitOfWork, customer_id: UUID) -> tuple[UUID, ...]:
    """Return the ids under which rows of this customer may be found, the survivor's first; the one alone as a rule."""
    stands = uow.session.execute(_STANDS, {"customer": customer_id}).one_or_none()
    if stands is None or (stands.merged_into is None and not stands.has_parts):
        return (customer_id,)
    return parts_of(uow, survivor_of(uow, customer_id))


def living(uow: UnitOfWork, ids: Sequence[UUID]) -> list[UUID]:
    """Return the ids in their order, each of a merged customer replaced by its survivor's, none twice."""
    merged = select(_customer.c.id).where(_customer.c.id.in_(ids), _customer.c.merged_into.is_not(None))
    gone = set(uow.session.scalars(merged))
    return list(dict.fromkeys(survivor_of(uow, one) if one in gone else one for one in ids))


def merged_into(uow: UnitOfWork, customer_id: UUID) -> tuple[MergedCustomer, ...]:
    """Return what was merged into a customer, directly or by way of another, and can be taken out again, the newest
    first."""
    parts = parts_of(uow, customer_id)
    rows = uow.session.execute(
        select(Customer, Agent.display_name)
        .outerjoin(Agent, Agent.id == Customer.updated_by)
        .where(Customer.merged_into.in_(parts))
        .order_by(Customer.updated_at.desc())
    )
    return tuple(MergedCustomer(row.id, row.name, row.summary, who or "", row.updated_at) for row, who in rows)


def parts_among(uow: UnitOfWork, ids: Collection[UUID]) -> dict[UUID, PartOf]:
    """Return those of these records that were merged into another, with what they and the survivor are called."""
    found = {}
    for row in uow.session.scalars(select(Customer).where(Customer.id.in_(ids), Customer.merged_into.is_not(None))):
        survivor = uow.session.get(Customer, survivor_of(uow, row.id))
        if survivor is not None:
            details = ", ".join(part for part in (row.summary, row.city) if part)
            found[row.id] = PartOf(survivor.name, row.name, details)
    return found


def merge(uow: UnitOfWork, duplicate: UUID, survivor: UUID, chosen: Mapping[str, Choice] | None = None) -> UUID:
    """Merge a customer into another and return the survivor's id; what both are merged into already counts for them.

    ``chosen`` says for fields of the card with which value the survivor goes on; it keeps its own in all others. Who
    asked not to be called goes on having asked. Raises Refused when the two are one already or one of them is not here.
    """
    loser, winner = two(uow, duplicate, survivor)
    taken = _taken(loser, winner, chosen or {})
    before = {name: getattr(winner, name) for name in taken}
    note = json.dumps([winner.id.hex, to_wire(before), to_wire(taken)]) if taken else ""
    uow.update(
        loser,
        tr("Merged, {name} into {other}", name=loser.name, other=winner.name),
        merged_into=winner.id,
        taken_over=note,
    )
    wishes = {"do_not_call": True} if loser.do_not_call else {}
    uow.update(winner, tr("Taken over from {name}, {other}", name=loser.name, other=winner.name), **taken, **wishes)
    uow.touched(Kind.CUSTOMER, winner.id)
    return winner.id


def undo(uow: UnitOfWork, duplicate: UUID) -> None:
    """Take a merged customer out again: it gets back what it had, and what was written since stays with the survivor.

    Fields that the survivor took over become what they were, unless somebody changed them since. Raises Refused when it
    is not merged or not here.
    """
    row = uow.session.get(Customer, duplicate)
    if row is None or row.merged_into is None:
        raise Refused(tr("This customer is not merged any more."), tr("There is nothing left to undo."))
    uow.touched(Kind.CUSTOMER, row.merged_into)
    winner = uow.session.get(Customer, row.merged_into)
    back = _given_back(row, winner) if winner is not None and row.taken_over else {}
    uow.update(row, tr("Merge undone, {name}", name=row.name), merged_into=None)
    if winner is not None:
        uow.update(winner, tr("Given back to {name}, {other}", name=row.name, other=winner.name), **back)


def two(uow: UnitOfWork, duplicate: UUID, survivor: UUID) -> tuple[Customer, Customer]:
    """Return the rows of who would go and who would stay; raises Refused where they are one or not both here."""
    loser, winner = (uow.session.get(Customer, survivor_of(uow, one)) for one in (duplicate, survivor))
    if loser is None or winner is None:
        raise Refused(*map(tr, _NOT_HERE))
    if loser.id == winner.id:
        raise Refused(tr("These two are one already."), tr("There is nothing left to merge."))
    return loser, winner


def _taken(loser: Customer, winner: Customer, chosen: Mapping[str, Choice]) -> dict[str, Any]:
    """Return the survivor's new values."""
    taken: dict[str, Any] = {}
    for field in CARD_FIELDS:
        theirs, own = getattr(loser, field.name), getattr(winner, field.name)
        match chosen.get(field.name, Choice.KEEP):
            case Choice.TAKE if theirs != own:
                taken[field.name] = theirs
            case Choice.BOTH if field.lines and (joined := both(own, theirs)) != own:
                taken[field.name] = joined
    return taken


def _given_back(row: Customer, winner: Customer) -> dict[str, Any]:
    """Return what the survivor had before in fields that still are as they were taken over.

    What an earlier merge noted, into somebody else, is left alone: desks of before note nothing.
    """
    try:
        into, *values = json.loads(row.taken_over)
        before, taken = (from_wire(Customer.__tablename__, each) for each in values)
    except (ValueError, TypeError, AttributeError):  # it came from another desk and is not what this one writes
        log.warning("what a merge took over cannot be read")
        return {}
    if into != winner.id.hex:
        return {}
    fields = [field.name for field in CARD_FIELDS if field.name in taken and field.name in before]
    return {name: before[name] for name in fields if getattr(winner, name) == taken[name]}
