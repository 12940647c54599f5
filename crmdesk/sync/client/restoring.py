"""A server that was put back from a backup: what it does not know any more is sent again, everything is fetched anew.

Rows stay as they are until the server's have come: no desk is ever empty. At the end those go that the server has no
more, except where something is queued for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, exists, select, update

from crmdesk.domain.cases.steps import STEP_WORDS
from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.language import tr
from crmdesk.domain.requests.kinds import REQUEST_STEP_WORDS
from crmdesk.models.installation import installation
from crmdesk.models.kept import NOBODY
from crmdesk.models.kept_batch import Values
from crmdesk.models.local import APART, ConflictRow, Cursor, HeldScope, Outbox, OutboxState
from crmdesk.models.numbering import last_number
from crmdesk.models.registry import SYNCED, table_of, writable_columns
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.sync.client import anew, contents
from crmdesk.sync.client.erasing import empty
from crmdesk.sync.client.forking import number_anew
from crmdesk.sync.client.overlay import forget
from crmdesk.sync.client.replaying import entry_of
from crmdesk.sync.wire import HelloReply

_LOOKED_AT = 5_000
_LISTED = 500


def first_kept(uow: UnitOfWork) -> int:
    """Return the lowest number that can be sent again, or the next number where nothing was kept."""
    kept = uow.keeper.first_kept() if uow.keeper is not None else 0
    waiting = uow.session.scalar(select(Outbox.seq).where(Outbox.seq > 0).order_by(Outbox.seq).limit(1)) or 0
    return min([number for number in (kept, waiting) if number] or [last_number(uow.session) + 1])


def is_ahead(uow: UnitOfWork, reply: HelloReply) -> bool:
    """Return whether the server had changes of this device that this profile never made: it is in use twice."""
    return reply.last_seq > last_number(uow.session)


def was_restored(uow: UnitOfWork, reply: HelloReply) -> bool:
    """Return whether the server lost something that it had confirmed: another epoch, or a lower number."""
    cursor = uow.session.get(Cursor, 1)
    if cursor is None:
        return False
    unsent = select(Outbox.seq).where(Outbox.state == OutboxState.WAITING.value, Outbox.seq > 0)
    first = uow.session.scalar(unsent.order_by(Outbox.seq).limit(1)) or last_number(uow.session) + 1
    return cursor.epoch != reply.epoch or reply.last_seq < first - 1


def begin(uow: UnitOfWork, reply: HelloReply) -> None:
    """Queue again what the server does not know any more, and let everything be fetched anew."""
    session = uow.session
    cursor = session.get_one(Cursor, 1)
    cursor.epoch, cursor.position = reply.epoch, None
    session.execute(delete(HeldScope))
    anew.begin(session, reply.epoch)
    session.execute(update(ConflictRow).values(ver=0), execution_options={"synchronize_session": False})
    _send_again(uow, reply.last_seq)
    contents.offer_again(uow)
    forget_versions(uow)


def forget_versions(uow: UnitOfWork) -> None:
    """Let waiting changes stand on the values that the person saw: the versions were those of another history."""
    statement = update(Outbox).where(Outbox.state == OutboxState.WAITING.value).values(base_ver=0)
    uow.session.execute(statement, execution_options={"synchronize_session": False})
    uow.session.expire_all()


def remove_unseen(uow: UnitOfWork, entity: str, after: UUID | None) -> tuple[Changes, UUID | None]:
    """Remove what the server has no more among the next few thousand rows; return what went, and the last looked at."""
    session = uow.session
    table = table_of(entity)
    some = select(table.c.id).order_by(table.c.id).limit(_LOOKED_AT)
    ids = list(session.scalars(some if after is None else some.where(table.c.id > after)))
    if not ids:
        return Changes(), None
    # What was taken and has not come back went to another team on the way there; what was emptied was erased.
    open_ = and_(Outbox.state != OutboxState.ACKED.value, Outbox.title != "")
    queued = exists().where(Outbox.entity == entity, Outbox.row_id == table.c.id, open_)
    gone = list(
        session.scalars(
            select(table.c.id).where(table.c.id.between(ids[0], ids[-1]), ~anew.was_seen(entity, table), ~queued)
        )
    )
    brought_back = _taken_for_this_desk(uow, entity, gone)
    for row_id in gone:
        forget(session, entity, row_id)
    for title, values in brought_back:
        uow.apart()
        uow.insert(SYNCED[entity](**values), title)
    changes = Changes.of(Kind(entity), *gone) if len(gone) <= _LISTED else Changes(everything=True)
    return changes, ids[-1] if len(ids) == _LOOKED_AT else None


def _taken_for_this_desk(uow: UnitOfWork, entity: str, gone: Sequence[UUID]) -> list[tuple[str, Values]]:
    """Return the steps among these rows that the server had taken in this desk's name by itself, of cases that it has,
    each with its title.

    A letter that went out by e-mail is a step that no desk pushed: none would send it again.
    """
    if entity not in _STEPS or not gone:
        return []
    words, case = _STEPS[entity]
    step, cases = table_of(entity), table_of(case)
    pushed = exists().where(Outbox.entity == entity, Outbox.row_id == step.c.id)
    names = sorted(writable_columns(entity) | {"id"})
    query = (
        select(cases.c.reference, *(step.c[name] for name in names))
        .join(cases, cases.c.id == step.c[f"{case}_id"])
        .where(step.c.id.in_(gone), step.c.device_id == installation(uow.session)[0], ~pushed)
        .order_by(step.c.accepted)
    )
    found = []
    for row in uow.session.execute(query).mappings():
        title = tr("{what}, {reference}", what=tr(words[row["kind"]]), reference=row["reference"])
        found.append((title, {name: row[name] for name in names}))
    return found


def finished(uow: UnitOfWork) -> None:
    """End fetching anew."""
    forget_versions(uow)
    anew.end(uow.session)


ENTITIES = tuple(SYNCED)
_STEPS: Mapping[str, tuple[Mapping[Any, str], str]] = {
    "complaint_step": (STEP_WORDS, "complaint"),
    "request_step": (REQUEST_STEP_WORDS, "request"),
}
"""The entities of steps: what each kind is called, and the entity of their cases."""


# Sending again -----------------------------------------------------------------------------------------------------


def _send_again(uow: UnitOfWork, known: int) -> None:
    """Queue every change above the server's last number, as it was kept; a number of which nothing is left is filled.

    A server that does not know this device at all gets also what a former device of this profile had confirmed.
    """
    session = uow.session
    kept: list[Values] = [] if uow.keeper is None else uow.keeper.changes_after(known)
    present = {entry.seq: entry for entry in session.scalars(select(Outbox).where(Outbox.seq > known))}
    by_number = {int(row["seq"]): row for row in kept}
    for seq in range(known + 1, last_number(session) + 1):
        entry = present.get(seq)
        if entry is None:
            entry = entry_of(by_number[seq]) if seq in by_number else _filler(uow, seq)
            session.add(entry)
        _wait(entry)
    if known == 0 and uow.keeper is not None:
        everything = uow.keeper.changes_after(-(1 << 62))
        former = [
            row for row in everything if row["seq"] < 1 and row["row_id"] != NOBODY and row["reason"] not in APART
        ]
        for row in former:
            entry = session.get(Outbox, row["seq"])
            if entry is None:
                entry = entry_of(row)
                session.add(entry)
            _wait(entry)
        if former:
            number_anew(session)
    session.flush()


def _wait(entry: Outbox) -> None:
    entry.state, entry.reason, entry.acked_ver = OutboxState.WAITING.value, "", 0


def _filler(uow: UnitOfWork, seq: int) -> Outbox:
    entry = Outbox(seq=seq, id=UUID(int=seq), made_at=uow.clock.now())
    empty(entry)
    return entry
