"""One stream of what happened with a customer, newest first, in pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Integer, Row, Select, bindparam, or_, select

from crmdesk.domain.calls.live import Direction, Outcome
from crmdesk.domain.desk import EntryKind, InteractionState, TimelineEntry, TimelinePage
from crmdesk.domain.knowledge.script import Answered, standing
from crmdesk.domain.values import grade, known, known_or_none
from crmdesk.models.base import Id, Instant
from crmdesk.models.complaint import Complaint
from crmdesk.models.interaction import Interaction, Note
from crmdesk.models.knowledge import ScriptAnswer
from crmdesk.models.local import ConflictRow, Outbox, OutboxState
from crmdesk.models.people import Agent, Disposition, Queue
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services.field_words import label_of
from crmdesk.services.merging import whole

PAGE = 50
Older = tuple[datetime, UUID]

# Rows, not entities, and statements made once: the first page is read while the phone rings.
_call = Interaction.__table__
_note = Note.__table__
_complaint = Complaint.__table__
_answer = ScriptAnswer.__table__
_agent = Agent.__table__
_queue = Queue.__table__
_disposition = Disposition.__table__
_outbox = Outbox.__table__
_conflict = ConflictRow.__table__


def _newest(query: Select[Any], at: ColumnElement[datetime], row: FromClause) -> tuple[Select[Any], Select[Any]]:
    """Return the statements of the first page and of those older than an entry, for one kind of entry."""
    first = query.where(row.c.customer_id == bindparam("customer")).order_by(at.desc(), row.c.id.desc())
    first = first.limit(bindparam("most", type_=Integer))
    instant, last = bindparam("instant", type_=Instant), bindparam("last", type_=Id)
    return first, first.where(at <= instant, or_(at < instant, row.c.id < last))


_CALLS = _newest(
    select(
        _call.c.id,
        _call.c.began_at,
        _call.c.ended_at,
        _call.c.queue,
        _call.c.direction,
        _call.c.outcome,
        _call.c.talk_s,
        _call.c.hold_s,
        _call.c.wait_s,
        _call.c.state,
        _agent.c.display_name.label("who"),
        _queue.c.label.label("queue_label"),
        _disposition.c.label.label("disposition"),
    )
    .select_from(_call)
    .outerjoin(_agent, _agent.c.id == _call.c.agent_id)
    .outerjoin(_queue, _queue.c.name == _call.c.queue)
    .outerjoin(_disposition, _disposition.c.id == _call.c.disposition_id),
    _call.c.began_at,
    _call,
)
_NOTES = _newest(
    select(_note.c.id, _note.c.written_at, _note.c.body, _agent.c.display_name.label("who"))
    .select_from(_note)
    .outerjoin(_agent, _agent.c.id == _note.c.author_id),
    _note.c.written_at,
    _note,
)
_COMPLAINTS = _newest(
    select(
        _complaint.c.id,
        _complaint.c.received_at,
        _complaint.c.category,
        _complaint.c.verbatim,
        _complaint.c.reference,
        _complaint.c.severity,
        _agent.c.display_name.label("who"),
    )
    .select_from(_complaint)
    .outerjoin(_agent, _agent.c.id == _complaint.c.registered_by),
    _complaint.c.received_at,
    _complaint,
)
_SCRIPTS = _newest(
    select(_answer.c.id, _answer.c.answered_at, _answer.c.title, _agent.c.display_name.label("who"))
    .select_from(_answer)
    .outerjoin(_agent, _agent.c.id == _answer.c.author_id)
    .where(_answer.c.run_id == _answer.c.id),
    _answer.c.answered_at,
    _answer,
)
"""A run of a script is one entry, at its first answer."""

_ANSWERS = (
    select(
        *(_answer.c[name] for name in ("id", "run_id", "script", "title", "step", "question", "answer", "leads_to")),
        _answer.c.answered_at.label("at"),
    )
    .where(_answer.c.run_id.in_(bindparam("runs", expanding=True)))
    .order_by(_answer.c.answered_at, _answer.c.id)
)
_CHANGES = (
    select(
        _conflict.c.id,
        _conflict.c.field,
        _conflict.c.found_at,
        _conflict.c.mine_at,
        _conflict.c.theirs_at,
        _agent.c.display_name.label("who"),
    )
    .select_from(_conflict)
    .outerjoin(_agent, _agent.c.id == _conflict.c.theirs_by)
    .where(_conflict.c.row_id == bindparam("customer"))
)
"""Both changes of each field that two people changed: who, what and when."""

_ME = select(_agent.c.display_name).where(_agent.c.id == bindparam("me", type_=Id))
_UNSENT = select(_outbox.c.row_id).where(
    _outbox.c.row_id.in_(bindparam("ids", expanding=True)), _outbox.c.state != OutboxState.ACKED.value
)


def page(uow: UnitOfWork, customer_id: UUID, older: Older | None = None, limit: int = PAGE) -> TimelinePage:
    """Return up to ``limit`` entries before ``older`` (None: from now)."""
    values: dict[str, Any] = {"most": limit + 1}
    if older is not None:
        values |= {"instant": older[0], "last": older[1]}
    which = 0 if older is None else 1
    execute = uow.session.execute
    entries: list[TimelineEntry] = []
    for part in whole(uow, customer_id):
        values["customer"] = part
        entries += map(_of_call, execute(_CALLS[which], values))
        entries += map(_of_note, execute(_NOTES[which], values))
        entries += map(_of_complaint, execute(_COMPLAINTS[which], values))
        entries += _scripts(uow, execute(_SCRIPTS[which], values).all())
        entries += _changes(uow, part, older)
    entries.sort(key=lambda entry: (entry.at, entry.id.int), reverse=True)
    shown = tuple(entries[:limit])
    unsent = _unsent_ids(uow, [entry.id for entry in shown])
    marked = tuple(replace(entry, unsent=True) if entry.id in unsent else entry for entry in shown)
    more = len(entries) > limit
    return TimelinePage(marked, (shown[-1].at, shown[-1].id) if more else None)


def _of_call(row: Row[*tuple[Any, ...]]) -> TimelineEntry:
    return TimelineEntry(
        id=row.id,
        kind=EntryKind.CALL,
        at=row.began_at,
        title="Call",
        who=row.who or "",
        queue=row.queue_label or row.queue,
        disposition=row.disposition or "",
        direction=known(Direction, row.direction, Direction.INBOUND),
        outcome=known_or_none(Outcome, row.outcome),
        duration_s=None if row.talk_s is None else row.talk_s + (row.hold_s or 0.0),
        waited_s=row.wait_s,
        ongoing=row.state == InteractionState.OPEN.value and row.ended_at is None,
    )


def _of_note(row: Row[*tuple[Any, ...]]) -> TimelineEntry:
    return TimelineEntry(
        id=row.id, kind=EntryKind.NOTE, at=row.written_at, title="Note", who=row.who or "", body=row.body
    )


def _of_complaint(row: Row[*tuple[Any, ...]]) -> TimelineEntry:
    return TimelineEntry(
        id=row.id,
        kind=EntryKind.COMPLAINT,
        at=row.received_at,
        title=row.category,
        who=row.who or "",
        body=row.verbatim,
        reference=row.reference,
        severity=grade(row.severity),
    )


def _scripts(uow: UnitOfWork, rows: Sequence[Row[*tuple[Any, ...]]]) -> list[TimelineEntry]:
    """Return runs of scripts, each with the answers that count in it."""
    if not rows:
        return []
    runs: dict[UUID, list[Answered]] = {row.id: [] for row in rows}
    for a in uow.session.execute(_ANSWERS, {"runs": list(runs)}):
        given = Answered(a.id, a.run_id, a.script, a.title, a.step, a.question, a.answer, a.leads_to, a.at)
        runs[a.run_id].append(given)
    return [
        TimelineEntry(
            id=row.id,
            kind=EntryKind.SCRIPT,
            at=row.answered_at,
            title=row.title,
            who=row.who or "",
            body="\n".join(f"{one.question} {one.answer}" for one in standing(runs[row.id][0].step, runs[row.id]).path),
        )
        for row in rows
    ]


def _changes(uow: UnitOfWork, customer_id: UUID, older: Older | None) -> list[TimelineEntry]:
    """Return who changed the same field as somebody else at the same time, each of both as an entry of its own."""
    rows = uow.session.execute(_CHANGES, {"customer": customer_id}).all()
    if not rows:
        return []
    me = uow.session.scalar(_ME, {"me": uow.actor}) or ""
    found: list[TimelineEntry] = []
    for row in rows:
        label = label_of(row.field)
        theirs = TimelineEntry(
            id=row.id, kind=EntryKind.CHANGE, at=row.theirs_at or row.found_at, title=label, who=row.who or ""
        )
        mine = UUID(int=row.id.int ^ 1)  # an entry of its own has an id of its own
        found += [theirs, replace(theirs, id=mine, at=row.mine_at or row.found_at, who=me)]
    return [each for each in found if older is None or (each.at, each.id.int) < (older[0], older[1].int)]


def _unsent_ids(uow: UnitOfWork, ids: list[UUID]) -> set[UUID]:
    return set(uow.session.scalars(_UNSENT, {"ids": ids})) if ids else set()
