"""What the receiver of a transferred call should know: the notes of this contact, what is promised and open."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from crmdesk.domain.hand_over import HandOver, Said
from crmdesk.models.interaction import Note
from crmdesk.models.people import Agent
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services import callbacks, customers


def hand_over(uow: UnitOfWork, contact_id: UUID, customer_id: UUID | None) -> HandOver:
    """Return the hand-over of a contact, oldest note first; without a customer only its notes are known."""
    notes = (
        select(Note.body, Agent.display_name, Note.written_at)
        .outerjoin(Agent, Agent.id == Note.author_id)
        .where(Note.interaction_id == contact_id)
        .order_by(Note.written_at, Note.id)
    )
    said = tuple(Said(body, who or "", at) for body, who, at in uow.session.execute(notes))
    card = customers.card(uow, customer_id) if customer_id is not None else None
    if card is None:
        return HandOver(said, (), ())
    return HandOver(said, callbacks.of_customer(uow, card.id), card.open_complaints)
