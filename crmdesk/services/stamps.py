"""Who changed which field of a card last: what waits on this computer, and the names of those whom the server tells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from crmdesk.domain.card import FieldRef, FieldStamp
from crmdesk.domain.changes import Kind
from crmdesk.models.customer import ContactPoint, Relationship
from crmdesk.models.local import LAID_OVER, Outbox
from crmdesk.models.people import Agent
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services.merging import whole

Told = Mapping[FieldRef, tuple[UUID, datetime]]
"""Who changed a field and when, as the server tells."""


def records_of(uow: UnitOfWork, customer_id: UUID) -> tuple[tuple[Kind, UUID], ...]:
    """Return the records whose fields stand on a card: the customer, the ways to reach them, who belongs to them."""
    parts = whole(uow, customer_id)
    found: list[tuple[Kind, UUID]] = [(Kind.CUSTOMER, parts[0])]
    for kind, model in ((Kind.CONTACT_POINT, ContactPoint), (Kind.RELATIONSHIP, Relationship)):
        ids = uow.session.scalars(select(model.id).where(model.customer_id.in_(parts), ~model.removed))
        found += [(kind, row_id) for row_id in ids]
    return tuple(found)


def stamps(uow: UnitOfWork, records: Iterable[tuple[Kind, UUID]], told: Told) -> tuple[FieldStamp, ...]:
    """Return the stamps of fields: one's own changes that the server has not taken come before what it tells."""
    found: dict[FieldRef, FieldStamp] = {ref: FieldStamp(ref, _name(uow, by), at) for ref, (by, at) in told.items()}
    rows = {row_id: kind for kind, row_id in records}
    waiting = select(Outbox).where(Outbox.row_id.in_(rows), Outbox.state.in_(LAID_OVER), Outbox.op == "update")
    for entry in uow.session.scalars(waiting.order_by(Outbox.seq)):
        for name in entry.set_:
            ref = FieldRef(rows[entry.row_id], entry.row_id, name)
            found[ref] = FieldStamp(ref, _name(uow, uow.actor), entry.made_at, unsent=True)
    return tuple(found.values())


def _name(uow: UnitOfWork, agent_id: UUID | None) -> str:
    agent = uow.session.get(Agent, agent_id) if agent_id is not None else None
    return agent.display_name if agent is not None else ""
