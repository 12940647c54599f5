"""What people write in the machine: each record holds one word of its own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from crmdesk.domain.ids import new_id
from crmdesk.models.callback import Callback
from crmdesk.models.complaint import Complaint
from crmdesk.models.interaction import Interaction, Note
from crmdesk.models.knowledge import ScriptAnswer
from crmdesk.models.task import Task
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services import drafts


def note(uow: UnitOfWork, customer: UUID, word: str) -> Note:
    """Make a note."""
    note = Note(customer_id=customer, author_id=uow.actor, body=word, written_at=uow.clock.now())
    return uow.insert(note, "note")


def complaint(uow: UnitOfWork, customer: UUID, word: str) -> Complaint:
    """Register a complaint."""
    values: dict[str, Any] = {"product": "Boiler", "category": "No visit", "severity": 3, "received_zone": "UTC"}
    complaint = Complaint(
        reference=f"CP-{word}", customer_id=customer, verbatim=word, received_at=uow.clock.now(), **values
    )
    return uow.insert(complaint, "complaint")


def callback(uow: UnitOfWork, customer: UUID, word: str) -> Callback:
    """Promise to ring back."""
    due = uow.clock.now() + timedelta(hours=1)
    callback = Callback(customer_id=customer, reason=word, due_at=due, due_zone="UTC", state="open", queue="")
    return uow.insert(callback, "callback")


def promise(uow: UnitOfWork, customer: UUID, word: str) -> Task:
    """Make a promise."""
    now = uow.clock.now()
    due = {"due_at": now + timedelta(days=1), "due_zone": "UTC", "state": "open"}
    task = Task(kind="promise", words=word, customer_id=customer, made_by=uow.actor, made_at=now, queue="", **due)
    task.result = ""
    return uow.insert(task, "promise")


def answer(uow: UnitOfWork, customer: UUID, word: str) -> ScriptAnswer:
    """Make a call in which an answer was taken down by a script."""
    now = uow.clock.now()
    call = uow.insert(Interaction(customer_id=customer, direction="inbound", began_at=now), "call")
    row = new_id()
    answer = ScriptAnswer(
        id=row,
        interaction_id=call.id,
        customer_id=customer,
        run_id=row,
        script="gas/1",
        title="Gas",
        step="a",
        question="Do you smell gas?",
        answer=word,
        author_id=uow.actor,
        answered_at=now,
    )
    return uow.insert(answer, "answer")


def draft(uow: UnitOfWork, customer: UUID, word: str) -> None:
    """Type on at the note that was begun about a customer."""
    begun = drafts.load(uow, drafts.NOTE, customer)
    before = begun.fields["note"] if begun is not None else ""
    drafts.keep(uow, drafts.NOTE, customer, {"note": f"{before} {word}".strip()}, "note")
