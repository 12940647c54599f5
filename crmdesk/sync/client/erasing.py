"""Erases rows on this desk with everything that knows their words (GDPR art. 17): nothing is left to be found.

The row goes with what belongs to it, its place in the full-text tables, drafts, conflicts, kept server rows and queued
changes, here and in the second file. Old versions of pages go too: deleted bytes are overwritten, and both files' logs
are emptied after the transaction (``models.keeping``). Of a change that was to be sent only its number stays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from crmdesk.domain.changes import Changes, Kind
from crmdesk.models.attachment import CachedContent, WaitingContent
from crmdesk.models.base import Merge
from crmdesk.models.duplicates import DuplicatePairRow
from crmdesk.models.kept import NOBODY
from crmdesk.models.local import ConflictRow, DraftRow, Outbox, OutboxState, ServerRow, ToKeep, ToKeepKind
from crmdesk.models.registry import SYNCED, parent_of, references_to, table_of
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.sync.client import anew
from crmdesk.sync.wire import Op

# A file that was loaded in bulk may have been opened without it.
_OVERWRITE = text("PRAGMA secure_delete = ON")
_PERSON = "customer"
_CHUNK = 500


def erase(uow: UnitOfWork, entity: str, ids: Sequence[UUID]) -> Changes:
    """Erase rows and what belongs to them; return what changed on the screens."""
    session = uow.session
    session.execute(_OVERWRITE)
    session.flush()
    gone = _with_what_belongs(session, entity, ids)
    for name, rows in gone.items():
        table = table_of(name)
        for part in _parts(rows):
            session.execute(delete(table).where(table.c.id.in_(part)))
            session.execute(delete(ServerRow).where(ServerRow.entity == name, ServerRow.row_id.in_(part)))
    forget_words(session, [row_id for rows in gone.values() for row_id in rows])
    every = frozenset(row_id for rows in gone.values() for row_id in rows)
    uow.touched(Kind.DRAFT, *every)
    return Changes.merged([*(Changes.of(Kind(name), *rows) for name, rows in gone.items()), Changes(erased=every)])


def forget_words(session: Session, ids: Iterable[UUID]) -> None:
    """Remove what only this desk has of erased rows: drafts, conflicts, queued changes, contents of files; the second
    file follows."""
    for part in _parts(list(dict.fromkeys(ids))):
        session.execute(delete(DraftRow).where(DraftRow.subject.in_(part)))
        session.execute(delete(ConflictRow).where(ConflictRow.row_id.in_(part)))
        session.execute(
            delete(WaitingContent).where(WaitingContent.id.in_(part) | WaitingContent.draft_subject.in_(part))
        )
        session.execute(delete(CachedContent).where(CachedContent.id.in_(part)))
        pair = DuplicatePairRow.one.in_(part) | DuplicatePairRow.other.in_(part)
        session.execute(delete(DuplicatePairRow).where(pair))
        for entry in session.scalars(select(Outbox).where(Outbox.row_id.in_(part))):
            if entry.state == OutboxState.WAITING.value:
                empty(entry)
            else:
                session.delete(entry)
        session.add_all(ToKeep(what=ToKeepKind.ERASED.value, row_id=row_id) for row_id in part)
        session.flush()


def empty(entry: Outbox) -> None:
    """Leave nothing of a queued change but its number: the server takes no gaps."""
    entry.entity, entry.row_id, entry.op = _PERSON, NOBODY, Op.UPDATE.value
    entry.group_seq = entry.seq
    entry.base_ver, entry.base, entry.set_ = 0, {}, {}
    entry.title = entry.reason = ""


def erased_here(session: Session) -> list[UUID]:
    """Return the rows whose erasure was noted in this file."""
    found = session.scalars(select(ToKeep.row_id).where(ToKeep.what == ToKeepKind.ERASED.value))
    return [row_id for row_id in found if row_id is not None]


def _with_what_belongs(session: Session, entity: str, ids: Sequence[UUID]) -> Mapping[str, list[UUID]]:
    """Return the rows with those that refer to an erased customer and those whose parent goes, as the server erases.

    Of what the server has it names each row itself, and it knows better: a merge that waits here was never made there,
    and one that was taken apart there may still show here. So only what nobody but this desk has goes along.
    """
    found: dict[str, dict[UUID, None]] = defaultdict(dict)
    found[entity].update(dict.fromkeys(ids))
    waiting = [(entity, list(ids))]
    while waiting:
        name, rows = waiting.pop()
        for child, column in _belonging(name):
            for part in _parts(rows):
                more = [row_id for row_id in _naming(session, child, column, part) if row_id not in found[child]]
                if more:
                    found[child].update(dict.fromkeys(more))
                    waiting.append((child, more))
    return {name: list(rows) for name, rows in found.items() if rows}


def _naming(session: Session, entity: str, column: str, ids: Sequence[UUID]) -> list[UUID]:
    """Return the rows that nobody but this desk has, as far as is known here, and that name one of ``ids`` in a column.

    They were made here and not taken yet, or a server that was put back has not shown them again. What waits to be
    changed in them may never be: it is answered for itself.
    """
    named = [id_.hex for id_ in ids]
    made = select(Outbox.row_id).where(Outbox.entity == entity, Outbox.op == Op.INSERT.value)
    unsent = made.where(
        Outbox.state != OutboxState.ACKED.value, func.json_extract(Outbox.set_, f"$.{column}").in_(named)
    )
    found = list(session.scalars(unsent))
    if anew.is_under_way(session):
        table = table_of(entity)
        covered = select(ServerRow.row_id).where(ServerRow.entity == entity)
        beneath = covered.where(func.json_extract(ServerRow.values, f"$.{column}").in_(named))
        theirs = (table.c[column].in_(ids) & table.c.id.not_in(covered)) | table.c.id.in_(beneath)
        unseen = select(table.c.id).where(theirs, table.c.id.not_in(made), ~anew.was_seen(entity, table))
        found += session.scalars(unseen)
    return found


def _belonging(entity: str) -> list[tuple[str, str]]:
    """Return the columns by which rows belong to one of this entity; what a row was merged into is none."""
    if entity != _PERSON:
        return [(name, parent[0]) for name in SYNCED if (parent := parent_of(name)) is not None and parent[1] == entity]
    columns = references_to(_PERSON)
    return [(name, column) for name, column in columns if table_of(name).c[column].info["merge"] is not Merge.SURVIVOR]


def _parts(ids: Sequence[UUID]) -> Iterable[Sequence[UUID]]:
    for start in range(0, len(ids), _CHUNK):
        yield ids[start : start + _CHUNK]
