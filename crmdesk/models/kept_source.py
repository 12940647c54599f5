"""What a transaction of the main file changed, read in that transaction for the second file."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Select, Table, bindparam, select, text
from sqlalchemy.orm import Session

from crmdesk.models.attachment import WaitingContent
from crmdesk.models.base import Id
from crmdesk.models.kept_batch import STORED_CHANGE, Batch, Extent, Values, chunks
from crmdesk.models.local import ConflictRow, DraftRow, Outbox, Setting, ToKeep, ToKeepKind
from crmdesk.models.numbering import last_number

FACTS = ("device_id", "install_nonce", "server", "login", "identity")
"""The settings that are kept twice; the triggers name the same."""

STORE_ID = "store_id"
"""The fact, in both files, by which they know that they belong together."""


# Made once: these run with every save.
_NOTES = text("SELECT id, what, number, word, row_id FROM to_keep WHERE id > :done ORDER BY id").columns(row_id=Id)
_FOLLOWED = text("DELETE FROM to_keep WHERE id <= :done AND what <> :stays")
_SEQ = list(STORED_CHANGE.c.keys()).index("seq")
# As SQLite stores it: both files store it alike, so nothing is turned into Python's types and back.
_CHANGED = select(STORED_CHANGE).where(
    STORED_CHANGE.c.seq.in_(
        select(ToKeep.number).where(ToKeep.id > bindparam("done"), ToKeep.what == ToKeepKind.CHANGE.value)
    )
)


def changed_since(session: Session, done: int, now: datetime, stays: str) -> Batch | None:
    """Return what was noted after note ``done``, None where nothing was; what was followed is noted no longer, except
    notes of the kind ``stays``."""
    connection = session.connection()
    notes = connection.execute(_NOTES, {"done": done}).all()
    if not notes:
        return None
    connection.execute(_FOLLOWED, {"done": done, "stays": stays})
    batch = Batch(Extent.CHANGED, notes[-1].id, last_number(session), now)
    kinds = {note.what for note in notes}
    batch.erased = [note.row_id for note in notes if note.what == ToKeepKind.ERASED]
    if ToKeepKind.CONTENT in kinds:
        ids = {note.row_id for note in notes if note.what == ToKeepKind.CONTENT}
        for part in chunks(list(ids)):
            batch.contents += _rows(session, _table(WaitingContent), WaitingContent.id.in_(part))
        batch.gone_contents = list(ids - {row["id"] for row in batch.contents})
    if ToKeepKind.ANEW in kinds:
        batch.extent = Extent.RENUMBERED
        _fill_everything(session, batch)
        return batch
    if ToKeepKind.CHANGE in kinds:
        batch.copies = [tuple(row) for row in connection.execute(_CHANGED, {"done": done})]
        there = {row[_SEQ] for row in batch.copies}
        batch.gone = {
            note.number: note.word or ""
            for note in notes
            if note.what == ToKeepKind.CHANGE and note.number not in there
        }
    if ToKeepKind.DRAFT in kinds:
        pairs = {(note.word, note.row_id) for note in notes if note.what == ToKeepKind.DRAFT}
        for kind, subject in pairs:
            found = _rows(session, _table(DraftRow), (DraftRow.kind == kind) & (DraftRow.subject == subject))
            batch.drafts += found
            if not found:
                batch.gone_drafts.append((kind, subject))
    if ToKeepKind.CONFLICT in kinds:
        ids = {note.row_id for note in notes if note.what == ToKeepKind.CONFLICT}
        for part in chunks(list(ids)):
            batch.conflicts += _rows(session, _table(ConflictRow), ConflictRow.id.in_(part))
        batch.gone_conflicts = list(ids - {row["id"] for row in batch.conflicts})
    if ToKeepKind.FACT in kinds:
        batch.facts = _facts_of(session)
    return batch


def everything(session: Session, now: datetime) -> Batch:
    """Return all that is kept twice, with the fact by which the two files know each other."""
    if session.get(Setting, STORE_ID) is None:
        session.add(Setting(key=STORE_ID, value=uuid4().hex))
        session.flush()
    batch = Batch(Extent.EVERYTHING, last_number(session, "to_keep"), last_number(session), now)
    _fill_everything(session, batch)
    batch.contents = [dict(row) for row in session.execute(select(_table(WaitingContent))).mappings()]
    return batch


def all_rows(connection: Connection, query: Select[Any], **values: Any) -> list[Values]:
    """Return what a query finds, a dict for each row."""
    return [dict(row) for row in connection.execute(query, values).mappings()]


def _table(model: type[Outbox | DraftRow | ConflictRow | WaitingContent]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


def _rows(session: Session, table: Table, condition: Any) -> list[Values]:
    return [dict(row) for row in session.execute(select(table).where(condition)).mappings()]


def _fill_everything(session: Session, batch: Batch) -> None:
    batch.changes, batch.drafts, batch.conflicts = (
        [dict(row) for row in session.execute(select(_table(model))).mappings()]
        for model in (Outbox, DraftRow, ConflictRow)
    )
    batch.facts = _facts_of(session)


def _facts_of(session: Session) -> dict[str, Any]:
    query = select(Setting.key, Setting.value).where(Setting.key.in_((*FACTS, STORE_ID)))
    return {row.key: row.value for row in session.execute(query)}
