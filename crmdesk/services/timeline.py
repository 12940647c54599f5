"""One stream of what happened with a customer, newest first, in pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Integer, Row, Select, bindparam, or_, select

from crmdesk.domain.calls.live import Direction, Outcome
from crmdesk.domain.complaints import category_words
from crmdesk.domain.ids import instant_ms
from crmdesk.domain.interactions import InteractionState
from crmdesk.domain.knowledge.script import Answered, answer_words, standing
from crmdesk.domain.language import mark, tr, tr_in
from crmdesk.domain.learning.feedback import Answer
from crmdesk.domain.requests.kinds import RequestKind
from crmdesk.domain.requests.views import title_of
from crmdesk.domain.stream import Channel, EntryKind, TimelineEntry, TimelinePage, Wanted
from crmdesk.domain.values import grade, known, known_or_none
from crmdesk.models.base import Id, Instant, from_microseconds
from crmdesk.models.callback import Callback
from crmdesk.models.complaint import Complaint
from crmdesk.models.interaction import Interaction, Note
from crmdesk.models.knowledge import ScriptAnswer
from crmdesk.models.learning import Feedback
from crmdesk.models.local import ConflictRow, Outbox, OutboxState
from crmdesk.models.message import Message
from crmdesk.models.people import Agent, Disposition, Queue
from crmdesk.models.request import Request
from crmdesk.models.task import Task
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services import feedback
from crmdesk.services.field_words import label_of
from crmdesk.services.merging import whole

PAGE = 50
"""Entries of the first page, which is read while the phone rings."""

OLDER_PAGE = 200
"""Entries of every other page."""

Older = tuple[datetime, UUID]

# Rows, not entities, and statements made once: the first page is read while the phone rings.
_call = Interaction.__table__
_note = Note.__table__
_complaint = Complaint.__table__
_request = Request.__table__
_answer = ScriptAnswer.__table__
_agent = Agent.__table__
_queue = Queue.__table__
_disposition = Disposition.__table__
_message = Message.__table__
_task = Task.__table__
_callback = Callback.__table__
_feedback = Feedback.__table__
_outbox = Outbox.__table__
_conflict = ConflictRow.__table__


def _newest(query: Select[Any], at: ColumnElement[datetime], row: FromClause) -> tuple[Select[Any], Select[Any]]:
    """Return the statements of the first page and of those older than an entry, for one kind of entry."""
    first = query.where(row.c.customer_id == bindparam("customer")).order_by(at.desc(), row.c.id.desc())
    first = first.limit(bindparam("most", type_=Integer))
    instant, last = bindparam("instant", type_=Instant), bindparam("last", type_=Id)
    return first, first.where(at <= instant, or_(at < instant, row.c.id < last))


def _by_somebody(row: FromClause, at: str, by: str, *names: str) -> tuple[Select[Any], Select[Any]]:
    """Return both statements for a kind of entry that stands at ``at`` and is of the agent in ``by``, as ``who``."""
    who = _agent.c.display_name.label("who")
    query = select(row.c.id, row.c[at], *(row.c[name] for name in names), who)
    return _newest(query.select_from(row).outerjoin(_agent, _agent.c.id == row.c[by]), row.c[at], row)


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
_NOTES = _by_somebody(_note, "written_at", "author_id", "body")
_COMPLAINTS = _by_somebody(_complaint, "received_at", "registered_by", "category", "verbatim", "reference", "severity")
_REQUESTS = _by_somebody(
    _request, "received_at", "registered_by", "kind", "category", "product", "verbatim", "reference"
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
_MESSAGES = _by_somebody(_message, "happened_at", "author_id", "channel", "direction", "address", "subject", "body")
_TASKS = _by_somebody(_task, "made_at", "assigned_to", "words", "due_at", "state", "result")
_FEEDBACK = _by_somebody(_feedback, "made_at", "made_by", "product", "words", "topic_id")
_CALLBACKS = (
    select(
        _callback.c.id,
        _callback.c.reason,
        _callback.c.due_at,
        _callback.c.state,
        _agent.c.display_name.label("who"),
    )
    .select_from(_callback)
    .outerjoin(_agent, _agent.c.id == _callback.c.assigned_to)
    .where(_callback.c.customer_id == bindparam("customer"))
)
"""All of one customer: there are few, and when one was promised is told by its id alone."""

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


EVERYTHING = Wanted()


def page(
    uow: UnitOfWork,
    customer_id: UUID,
    older: Older | None = None,
    limit: int | None = None,
    wanted: Wanted = EVERYTHING,
) -> TimelinePage:
    """Return up to ``limit`` entries that are wanted before ``older`` (None: from now).

    Words are looked for in whole pages until enough is found: SQLite knows lower and upper case of ASCII alone.
    """
    most = limit or (PAGE if older is None else OLDER_PAGE)
    parts = whole(uow, customer_id)
    found: list[TimelineEntry] = []
    while len(found) <= most:
        size = most if not wanted.words else max(most, _SEARCHED)
        entries = _read(uow, parts, older, size, wanted)
        more = len(entries) > size
        found += [entry for entry in entries[:size] if wanted.fits(entry)]
        if not more:
            break
        older = (entries[size - 1].at, entries[size - 1].id)
        if not wanted.words:
            break
    shown = found[:most]
    over = more or len(found) > most
    unsent = _unsent_ids(uow, [entry.id for entry in shown])
    marked = tuple(replace(entry, unsent=True) if entry.id in unsent else entry for entry in shown)
    if not over:
        return TimelinePage(marked, None)
    last = older if len(found) <= most or not shown else (shown[-1].at, shown[-1].id)
    return TimelinePage(marked, last)


def _read(
    uow: UnitOfWork, parts: Sequence[UUID], older: Older | None, limit: int, wanted: Wanted
) -> list[TimelineEntry]:
    """Return up to ``limit`` + 1 entries of the wanted kinds before ``older``, newest first."""
    values: dict[str, Any] = {"most": limit + 1}
    if older is not None:
        values |= {"instant": older[0], "last": older[1]}
    which = 0 if older is None else 1
    execute = uow.session.execute
    entries: list[TimelineEntry] = []
    for part in parts:
        values["customer"] = part
        for kind, statements, make in _STREAMS:
            if wanted.holds(kind):
                entries += map(make, execute(statements[which], values))
        if wanted.holds(EntryKind.TASK):
            entries += [e for e in map(_of_callback, execute(_CALLBACKS, {"customer": part})) if _is_older(e, older)]
        if wanted.holds(EntryKind.SCRIPT):
            entries += _scripts(uow, execute(_SCRIPTS[which], values).all())
        if wanted.holds(EntryKind.FEEDBACK):
            entries += _told(uow, execute(_FEEDBACK[which], values).all())
        if wanted.holds(EntryKind.CHANGE):
            entries += _changes(uow, part, older)
    entries.sort(key=lambda entry: (entry.at, entry.id.int), reverse=True)
    return entries[: limit + 1]


def _of_call(row: Row[*tuple[Any, ...]]) -> TimelineEntry:
    return TimelineEntry(
        id=row.id,
        kind=EntryKind.CALL,
        at=row.began_at,
        title=tr_in("what was written", "Call"),
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
        id=row.id, kind=EntryKind.NOTE, at=row.written_at, title=tr("Note"), who=row.who or "", body=row.body
    )


def _of_complaint(row: Row[*tuple[Any, ...]]) -> TimelineEntry:
    return TimelineEntry(
        id=row.id,
        kind=EntryKind.COMPLAINT,
        at=row.received_at,
        title=category_words(row.category),
        who=row.who or "",
        body=row.verbatim,
        reference=row.reference,
        severity=grade(row.severity),
    )


def _of_request(row: Row[*tuple[Any, ...]]) -> TimelineEntry:
    kind = known(RequestKind, row.kind, RequestKind.SERVICE)
    return TimelineEntry(
        id=row.id,
        kind=EntryKind.REQUEST,
        at=row.received_at,
        title=title_of(kind, row.category, row.product),
        who=row.who or "",
        body=row.verbatim,
        reference=row.reference,
        request=kind,
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
            body="\n".join(
                f"{one.question} {answer_words(one.answer)}"
                for one in standing(runs[row.id][0].step, runs[row.id]).path
            ),
        )
        for row in rows
    ]


def _told(uow: UnitOfWork, rows: Sequence[Row[*tuple[Any, ...]]]) -> list[TimelineEntry]:
    """Return what product teams were told, each with what they answered to it."""
    if not rows:
        return []
    answers = feedback.answers_to(uow, {row.topic_id for row in rows})
    return [
        TimelineEntry(
            id=row.id,
            kind=EntryKind.FEEDBACK,
            at=row.made_at,
            title=row.product,
            who=row.who or "",
            body="\n".join((row.words, *(_answered(one) for one in answers.get(row.topic_id, ())))),
            disposition=tr_in("of feedback", "Answered") if answers.get(row.topic_id) else "",
        )
        for row in rows
    ]


def _answered(one: Answer) -> str:
    name = one.by or tr("Product team")
    return tr_in("who answered and what", "{name}: {words}", name=name, words=one.words)


def _of_message(row: Row[*tuple[Any, ...]]) -> TimelineEntry:
    return TimelineEntry(
        id=row.id,
        kind=EntryKind.MESSAGE,
        at=row.happened_at,
        title=row.subject,
        who=row.who or "",
        body=row.body,
        direction=known(Direction, row.direction, Direction.INBOUND),
        channel=known(Channel, row.channel, Channel.LETTER),
        address=row.address,
    )


def _of_task(row: Row[*tuple[Any, ...]]) -> TimelineEntry:
    return TimelineEntry(
        id=row.id,
        kind=EntryKind.TASK,
        at=row.made_at,
        title=" ".join(row.words.split()),
        who=row.who or "",
        disposition=row.result or tr(_BECAME.get(row.state, "")),
        due_at=row.due_at,
    )


def _of_callback(row: Row[*tuple[Any, ...]]) -> TimelineEntry:
    return TimelineEntry(
        id=row.id,
        kind=EntryKind.TASK,
        at=from_microseconds(instant_ms(row.id) * 1000),
        title=" ".join(row.reason.split()) or tr("Call back"),
        who=row.who or "",
        disposition=tr(_BECAME.get(row.state, "")),
        due_at=row.due_at,
    )


_BECAME = {"done": mark("Done"), "cancelled": mark("Cancelled")}
_SEARCHED = 400
"""Entries that are looked through at once."""

_STREAMS = (
    (EntryKind.CALL, _CALLS, _of_call),
    (EntryKind.NOTE, _NOTES, _of_note),
    (EntryKind.COMPLAINT, _COMPLAINTS, _of_complaint),
    (EntryKind.REQUEST, _REQUESTS, _of_request),
    (EntryKind.MESSAGE, _MESSAGES, _of_message),
    (EntryKind.TASK, _TASKS, _of_task),
)


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
    return [each for each in found if _is_older(each, older)]


def _is_older(entry: TimelineEntry, older: Older | None) -> bool:
    return older is None or (entry.at, entry.id.int) < (older[0], older[1].int)


def _unsent_ids(uow: UnitOfWork, ids: list[UUID]) -> set[UUID]:
    return set(uow.session.scalars(_UNSENT, {"ids": ids})) if ids else set()
