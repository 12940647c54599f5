"""What a new file takes over from the one it replaces: everything that only this desk has, laid over the new rows."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import Table, delete, insert, select, text
from sqlalchemy.orm import Session

from crmdesk.domain.errors import Unavailable
from crmdesk.domain.language import tr
from crmdesk.models.attachment import CachedContent
from crmdesk.models.local import Cursor, HeldScope, LocalBase, Outbox, ServerRow
from crmdesk.models.registry import table_of
from crmdesk.models.wireform import to_wire
from crmdesk.sync.client import anew
from crmdesk.sync.client.erasing import erased_here, forget_words
from crmdesk.sync.client.overlay import receive, write_rows
from crmdesk.sync.client.snapshot_live import forget_places
from crmdesk.sync.wire import Op

_SEQUENCES = text("SELECT name, seq FROM sqlite_sequence")
_NO_SEQUENCES = text("DELETE FROM sqlite_sequence")
_SEQUENCE = text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :seq)")
_OF_THE_NEW_FILE = frozenset({HeldScope.__tablename__, CachedContent.__tablename__})
"""What is not brought over: which scopes are whole, and contents of files that can be fetched again."""


def carry_over(live: Session, part: Session) -> None:
    """Bring outbox, drafts, conflicts, settings and the like of the file in use into a finished new one.

    Both are transactions that nobody else writes beside. Done again it gives the same, whatever was carried before.
    Raises Unavailable when the two are not of the same server.
    """
    old, new = live.get_one(Cursor, 1), part.get_one(Cursor, 1)
    if old.epoch != new.epoch:
        raise Unavailable(tr("The server was restored meanwhile."), tr("Everything is fetched again."))
    position, erased = new.position, erased_here(part)
    _copy_tables(live, part)
    forget_words(part, erased)
    part.expire_all()
    part.get_one(Cursor, 1).position = position
    forget_places(part)
    anew.end(part)
    part.flush()
    for entity, row_id, made_here in _queued(part):
        _lay_over(live, part, entity, row_id, made_here)


def _copy_tables(live: Session, part: Session) -> None:
    """Make the desk's own tables equal. Triggers of the new file note what the old one has noted already: those notes
    are overwritten with the old one's, so the table that holds them comes last, and then the counters."""
    tables = [table for name, table in LocalBase.metadata.tables.items() if name not in _OF_THE_NEW_FILE]
    for table in sorted(tables, key=lambda table: table.name == "to_keep"):
        part.execute(delete(table))
        rows = [dict(row) for row in live.execute(select(table)).mappings()]
        if rows:
            part.execute(insert(table), rows)
        if table.name == "to_keep":
            part.execute(delete(table).where(table.c.id.not_in([row["id"] for row in rows])))
    part.execute(_NO_SEQUENCES)
    for name, seq in live.execute(_SEQUENCES).all():
        part.execute(_SEQUENCE, {"name": name, "seq": seq})


def _queued(part: Session) -> Iterator[tuple[str, UUID, bool]]:
    """Yield each row with queued changes, and whether it was made at this desk."""
    queued = part.execute(select(Outbox.entity, Outbox.row_id, Outbox.op).order_by(Outbox.seq)).all()
    made_here = {(entity, row_id) for entity, row_id, op in queued if op == Op.INSERT.value}
    for row in dict.fromkeys((entity, row_id) for entity, row_id, _ in queued):
        yield (*row, row in made_here)


def _lay_over(live: Session, part: Session, entity: str, row_id: UUID, made_here: bool) -> None:
    """Show a row with what is queued for it. A row that the server does not have yet is taken as it is here; one that
    it has no more is gone, and only its change stays, to be refused in words."""
    table = table_of(entity)
    theirs = _row(part, table, row_id)
    if theirs is not None:
        receive(part, entity, theirs)
        return
    part.execute(delete(ServerRow).where(ServerRow.entity == entity, ServerRow.row_id == row_id))
    mine = _row(live, table, row_id) if made_here else None
    if mine is not None:
        write_rows(part, entity, [mine])


def _row(session: Session, table: Table, row_id: UUID) -> dict[str, object] | None:
    row = session.execute(select(table).where(table.c.id == row_id)).one_or_none()
    return None if row is None else to_wire(row._asdict())
