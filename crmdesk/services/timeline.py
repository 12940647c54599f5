"""One stream of what happened with a customer, newest first, in pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, or_, select

from crmdesk.domain.calls.live import Direction, Outcome
from crmdesk.domain.desk import EntryKind, InteractionState, TimelineEntry, TimelinePage
from crmdesk.domain.values import grade, known, known_or_none
from crmdesk.models.complaint import Complaint
from crmdesk.models.interaction import Interaction, Note
from crmdesk.models.local import Outbox, OutboxState
from crmdesk.models.people import Agent, Disposition, Queue
from crmdesk.models.unit_of_work import UnitOfWork

PAGE = 50
Query = TypeVar("Query", bound=Select[*tuple[Any, ...]])


def page(
    uow: UnitOfWork, customer_id: UUID, older: tuple[datetime, UUID] | None = None, limit: int = PAGE
) -> TimelinePage:
    """Return up to ``limit`` entries before ``older`` (None: from now)."""
    entries = [
        *_calls(uow, customer_id, older, limit),
        *_notes(uow, customer_id, older, limit),
        *_complaints(uow, customer_id, older, limit),
    ]
    entries.sort(key=lambda entry: (entry.at, entry.id.int), reverse=True)
    shown = tuple(entries[:limit])
    unsent = _unsent_ids(uow, [entry.id for entry in shown])
    marked = tuple(replace(entry, unsent=True) if entry.id in unsent else entry for entry in shown)
    more = len(entries) > limit
    return TimelinePage(marked, (shown[-1].at, shown[-1].id) if more else None)


def _before(query: Query, at: Any, row_id: Any, older: tuple[datetime, UUID] | None, limit: int) -> Query:
    if older is not None:
        instant, last = older
        query = query.where(at <= instant, or_(at < instant, row_id < last))
    return query.order_by(at.desc(), row_id.desc()).limit(limit + 1)


def _calls(
    uow: UnitOfWork, customer_id: UUID, older: tuple[datetime, UUID] | None, limit: int
) -> Iterable[TimelineEntry]:
    query = (
        select(Interaction, Agent.display_name, Queue.label, Disposition.label)
        .outerjoin(Agent, Agent.id == Interaction.agent_id)
        .outerjoin(Queue, Queue.name == Interaction.queue)
        .outerjoin(Disposition, Disposition.id == Interaction.disposition_id)
        .where(Interaction.customer_id == customer_id)
    )
    for call, who, queue, disposition in uow.session.execute(
        _before(query, Interaction.began_at, Interaction.id, older, limit)
    ):
        yield TimelineEntry(
            id=call.id,
            kind=EntryKind.CALL,
            at=call.began_at,
            title="Call",
            who=who or "",
            queue=queue or call.queue,
            disposition=disposition or "",
            direction=known(Direction, call.direction, Direction.INBOUND),
            outcome=known_or_none(Outcome, call.outcome),
            duration_s=None if call.talk_s is None else call.talk_s + (call.hold_s or 0.0),
            waited_s=call.wait_s,
            ongoing=call.state == InteractionState.OPEN.value and call.ended_at is None,
        )


def _notes(
    uow: UnitOfWork, customer_id: UUID, older: tuple[datetime, UUID] | None, limit: int
) -> Iterable[TimelineEntry]:
    query = (
        select(Note, Agent.display_name)
        .outerjoin(Agent, Agent.id == Note.author_id)
        .where(Note.customer_id == customer_id)
    )
    for note, who in uow.session.execute(_before(query, Note.written_at, Note.id, older, limit)):
        yield TimelineEntry(
            id=note.id, kind=EntryKind.NOTE, at=note.written_at, title="Note", who=who or "", body=note.body
        )


def _complaints(
    uow: UnitOfWork, customer_id: UUID, older: tuple[datetime, UUID] | None, limit: int
) -> Iterable[TimelineEntry]:
    query = (
        select(Complaint, Agent.display_name)
        .outerjoin(Agent, Agent.id == Complaint.registered_by)
        .where(Complaint.customer_id == customer_id)
    )
    for row, who in uow.session.execute(_before(query, Complaint.received_at, Complaint.id, older, limit)):
        yield TimelineEntry(
            id=row.id,
            kind=EntryKind.COMPLAINT,
            at=row.received_at,
            title=row.category,
            who=who or "",
            body=row.verbatim,
            reference=row.reference,
            severity=grade(row.severity),
        )


def _unsent_ids(uow: UnitOfWork, ids: list[UUID]) -> set[UUID]:
    if not ids:
        return set()
    queued = select(Outbox.row_id).where(Outbox.row_id.in_(ids), Outbox.state != OutboxState.ACKED.value)
    return set(uow.session.scalars(queued))
