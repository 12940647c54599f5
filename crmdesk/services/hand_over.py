"""What the receiver of a transferred call should know: the notes of this contact, what is promised and open."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from crmdesk.domain.callbacks import CallbackView
from crmdesk.domain.customers import OpenComplaint, OpenRequest
from crmdesk.domain.hand_over import HandOver, Said
from crmdesk.domain.tasks import TaskView
from crmdesk.models.interaction import Note
from crmdesk.models.people import Agent
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services import callbacks, customers, drafts, interactions, tasks


def leave_note(uow: UnitOfWork, contact_id: UUID, body: str) -> None:
    """Make a note of what was typed on a call that is handed on, for whoever has it now; its draft goes with it.

    Raises Refused when the interaction is not here, UserMistake when the note is longer than the server takes.
    """
    interactions.add_note(uow, contact_id, interactions.customer_of(uow, contact_id), body)
    drafts.discard(uow, drafts.NOTE, contact_id)


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
    promised: list[CallbackView | TaskView] = [
        *callbacks.of_contact(uow, contact_id),
        *tasks.of_contact(uow, contact_id),
    ]
    if card is not None:
        promised += [*callbacks.of_customer(uow, card.id), *tasks.of_customer(uow, card.id)]
    once = {one.id: one for one in promised}
    open_: tuple[OpenComplaint | OpenRequest, ...] = (
        (*card.open_complaints, *card.open_requests) if card is not None else ()
    )
    return HandOver(said, tuple(sorted(once.values(), key=_urgency)), open_)


def _urgency(view: CallbackView | TaskView) -> tuple[datetime, UUID]:
    return view.due_at, view.id
