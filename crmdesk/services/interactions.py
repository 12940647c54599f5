"""Calls as interactions: opened at the first ring, given a customer, noted, wrapped up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select

from crmdesk.domain.calls.live import AgentCall, Direction, Outcome, Phase, RingResult
from crmdesk.domain.errors import Refused, UserMistake
from crmdesk.domain.ids import new_id
from crmdesk.domain.interactions import DispositionView, InteractionState, RecentCall
from crmdesk.domain.language import tr, tr_in
from crmdesk.domain.values import known, known_or_none
from crmdesk.models.callback import Callback
from crmdesk.models.complaint import Complaint
from crmdesk.models.customer import Customer
from crmdesk.models.interaction import Interaction, Note
from crmdesk.models.knowledge import ScriptAnswer
from crmdesk.models.limits import check_length
from crmdesk.models.local import DraftRow
from crmdesk.models.people import Agent, Disposition, Queue
from crmdesk.models.request import Request
from crmdesk.models.task import Task
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services import drafts

Promised = TypeVar("Promised", Callback, Task)

REQUEST_CODE = "request"
"""The disposition that is proposed when a request was registered during the call, and no complaint filed."""
COMPLAINT_CODE = "complaint"
"""The disposition that is proposed when a complaint was filed during the call."""
CALLBACK_CODE = "callback_promised"
"""The disposition that is proposed when a callback was promised during the call, and no complaint filed."""


def opened(uow: UnitOfWork, call: AgentCall) -> UUID:
    """Make the interaction of a call that this agent answered or made, if it is not here yet; return its id.

    The gateway makes the same row with the same id, so whoever comes second changes nothing.
    """
    row = uow.session.get(Interaction, call.contact_id)
    if row is None:
        row = Interaction(
            id=call.contact_id,
            direction=call.direction.value,
            e164=call.party.e164,
            extension=call.party.extension,
            withheld=call.party.withheld,
            caller_name=call.party.name or "",
            did=call.did or "",
            queue=call.queue or "",
            agent_id=uow.actor,
            began_at=call.contact_began,
            wait_s=call.waited_s,
            state=InteractionState.OPEN.value,
        )
        uow.insert(row, tr_in("what was written", "Call"))
    return row.id


def state_of(uow: UnitOfWork, interaction_id: UUID) -> InteractionState | None:
    """Return where an interaction stands on this desk, None if it is not here."""
    row = uow.session.get(Interaction, interaction_id)
    return None if row is None else known(InteractionState, row.state, InteractionState.CLOSED)


def identify(uow: UnitOfWork, interaction_id: UUID, customer_id: UUID | None) -> None:
    """Say whose call this is (None: nobody's, only the number); notes and answers given on it follow.

    Raises Refused when the interaction is not here.
    """
    row = _interaction(uow, interaction_id)
    before = row.customer_id
    uow.update(row, tr("Customer of the call"), customer_id=customer_id)
    for note in uow.session.scalars(select(Note).where(Note.interaction_id == interaction_id)):
        uow.update(note, tr("Customer of the note"), customer_id=customer_id)
    for answer in uow.session.scalars(select(ScriptAnswer).where(ScriptAnswer.interaction_id == interaction_id)):
        uow.update(answer, tr("Customer of the script"), customer_id=customer_id)
    made: list[Callback | Task] = [*_made_in(uow, Task, interaction_id), *_made_in(uow, Callback, interaction_id)]
    for promised in made:
        if promised.customer_id in (None, before):  # what was promised to somebody else on this call stays theirs
            uow.update(promised, tr("Customer of the promise"), customer_id=customer_id)


def _made_in(uow: UnitOfWork, model: type[Promised], interaction_id: UUID) -> Sequence[Promised]:
    return uow.session.scalars(select(model).where(model.interaction_id == interaction_id)).all()


def ended(uow: UnitOfWork, call: AgentCall) -> None:
    """Keep what the phone said when a call that this agent talked on has ended; it now waits for its wrap-up.

    A call between colleagues has none: the gateway closes it.
    """
    if call.phase is not Phase.ENDED or call.ring_result is not RingResult.ANSWERED:
        return
    if call.direction is Direction.INTERNAL:
        return
    row = _interaction(uow, call.contact_id)
    if row.state != InteractionState.OPEN.value:
        return
    uow.update(row, tr("End of the call"), state=InteractionState.WRAP_UP.value, outcome=Outcome.ANSWERED.value)


def unseen_end(uow: UnitOfWork, call: AgentCall) -> None:
    """Keep when a call that this agent talked on was answered, and by when it was over: no gateway will.

    Who ended it and how long they talked nobody knows. It now waits for its wrap-up.
    """
    row = uow.session.get(Interaction, call.contact_id)
    if row is None or row.ended_at is not None:
        return
    times: dict[str, object] = {"answered_at": call.answered_at, "ended_at": call.ended_at}
    if row.state == InteractionState.OPEN.value:
        times |= {"state": InteractionState.WRAP_UP.value, "outcome": Outcome.ANSWERED.value}
    uow.update(row, tr("End of the call"), **times)


def customer_of(uow: UnitOfWork, interaction_id: UUID) -> UUID | None:
    """Return whose call it is, None while nobody was chosen; raises Refused when the interaction is not here."""
    return _interaction(uow, interaction_id).customer_id


def add_note(uow: UnitOfWork, interaction_id: UUID | None, customer_id: UUID | None, body: str) -> UUID:
    """Write a note and return its id.

    Raises UserMistake when there is nothing in it, or more than the server takes.
    """
    text = body.strip()
    if not text:
        raise UserMistake("note", tr("The note is empty."), tr("Write what was said, or go on without a note."))
    check_length("note", text, Note.body)
    customer = uow.session.get(Customer, customer_id) if customer_id else None
    note = Note(
        id=new_id(),
        interaction_id=interaction_id,
        customer_id=customer_id,
        author_id=uow.actor,
        body=text,
        written_at=uow.clock.now(),
    )
    uow.insert(note, tr("Note, {name}", name=customer.name) if customer else tr("Note"))
    return note.id


def wrap_up(uow: UnitOfWork, interaction_id: UUID, disposition_id: UUID, note: str) -> None:
    """Close an interaction with its outcome, its note (may be empty) and without its draft, in one transaction.

    Raises Refused when the interaction is not here, UserMistake when the note is too long.
    """
    row = _interaction(uow, interaction_id)
    if note.strip():
        add_note(uow, interaction_id, row.customer_id, note)
    uow.update(
        row,
        tr("Wrap-up"),
        disposition_id=disposition_id,
        agent_id=uow.actor,
        state=InteractionState.CLOSED.value,
        closed_reason="wrapped up",  # not shown
    )
    drafts.discard(uow, drafts.NOTE, interaction_id)


def dispositions(uow: UnitOfWork, interaction_id: UUID) -> tuple[DispositionView, ...]:
    """Return the outcomes to choose from; the one that fits what was done comes first and says why."""
    rows = list(
        uow.session.scalars(
            select(Disposition).where(Disposition.active.is_(True)).order_by(Disposition.position, Disposition.label)
        )
    )
    filed = uow.session.scalar(select(Complaint.id).where(Complaint.interaction_id == interaction_id).limit(1))
    asked = uow.session.scalar(select(Request.id).where(Request.interaction_id == interaction_id).limit(1))
    rung_back = uow.session.scalar(select(Callback.id).where(Callback.interaction_id == interaction_id).limit(1))
    codes = {row.code for row in rows}
    done = (
        (filed, COMPLAINT_CODE, tr("you filed one")),
        (asked, REQUEST_CODE, tr("you registered one")),
        (rung_back, CALLBACK_CODE, tr("you promised one")),
    )
    why = next(({code: said} for found, code, said in done if found is not None and code in codes), {})
    proposed = next((row for row in rows if row.code in why), rows[0] if rows else None)
    rows.sort(key=lambda row: row is not proposed)
    return tuple(
        DispositionView(
            id=row.id,
            code=row.code,
            label=row.label,
            why=why.get(row.code, ""),
            proposed=row is proposed,
        )
        for row in rows
    )


def wrap_up_times(uow: UnitOfWork) -> dict[str, float]:
    """Return how long wrap-up lasts by queue, in seconds; queues by their name on the phone system."""
    rows = uow.session.execute(select(Queue.name, Queue.wrap_up_s))
    return {row.name: row.wrap_up_s for row in rows}


def names_by_extension(uow: UnitOfWork) -> dict[str, str]:
    """Return the names of those who work here and have a phone, by their extension."""
    rows = uow.session.execute(
        select(Agent.extension, Agent.display_name).where(Agent.active, Agent.extension.is_not(None))
    )
    return {row.extension: row.display_name for row in rows}


def recent(uow: UnitOfWork, agent_id: UUID, limit: int = 50) -> tuple[RecentCall, ...]:
    """Return the agent's own calls, newest first; those not wrapped up come before the others."""
    query = (
        select(Interaction, Customer.name, Disposition.label, Queue.label, DraftRow.subject)
        .outerjoin(Customer, Customer.id == Interaction.customer_id)
        .outerjoin(Disposition, Disposition.id == Interaction.disposition_id)
        .outerjoin(Queue, Queue.name == Interaction.queue)
        .outerjoin(DraftRow, (DraftRow.subject == Interaction.id) & (DraftRow.kind == drafts.NOTE))
        .where(Interaction.agent_id == agent_id)
        .order_by((Interaction.state == InteractionState.WRAP_UP.value).desc(), Interaction.began_at.desc())
        .limit(limit)
    )
    return tuple(
        RecentCall(
            interaction_id=row.id,
            customer_id=row.customer_id,
            customer_name=name or "",
            number=row.e164,
            withheld=row.withheld,
            began=row.began_at,
            queue=queue or row.queue,
            outcome=known_or_none(Outcome, row.outcome),
            disposition=disposition or "",
            state=known(InteractionState, row.state, InteractionState.CLOSED),
            has_draft=draft is not None,
        )
        for row, name, disposition, queue, draft in uow.session.execute(query)
    )


def _interaction(uow: UnitOfWork, interaction_id: UUID) -> Interaction:
    row = uow.session.get(Interaction, interaction_id)
    if row is None:
        raise Refused(tr("This call is not on this computer."), tr("Wait until it has been received, then try again."))
    return row
