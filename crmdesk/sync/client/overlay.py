"""What an agent sees = the server's row, overlaid with the changes still queued on this desk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Table, delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from crmdesk.models.local import Outbox, OutboxState, ServerRow
from crmdesk.models.registry import table_of
from crmdesk.models.wireform import from_wire


def write_rows(session: Session, entity: str, rows: Sequence[dict[str, Any]]) -> None:
    """Insert or replace whole rows of one entity; ``rows`` hold wire values of every column."""
    if not rows:
        return
    table = table_of(entity)
    statement = insert(table)
    changed = {name: statement.excluded[name] for name in rows[0] if name != "id"}
    upsert = statement.on_conflict_do_update(index_elements=["id"], set_=changed)
    session.execute(upsert, [from_wire(entity, row) for row in rows])


def queued_for(session: Session, entity: str, row_id: UUID) -> list[Outbox]:
    """Return the queued changes of one row in order: sent and unsent ones, and refused ones that still are shown."""
    query = select(Outbox).where(Outbox.entity == entity, Outbox.row_id == row_id).order_by(Outbox.seq)
    return list(session.scalars(query))


def receive(session: Session, entity: str, row: dict[str, Any]) -> None:
    """Take the server's version of a row that has queued changes: keep it, and show it with them laid over.

    A change that was acknowledged is dropped now if this row already contains it, and only then, so that what the
    agent wrote never flickers back.
    """
    row_id = UUID(row["id"])
    table = table_of(entity)
    for entry in queued_for(session, entity, row_id):
        if entry.state == OutboxState.ACKED.value and entry.acked_ver <= row["ver"]:
            session.delete(entry)
    session.flush()
    remaining = queued_for(session, entity, row_id)
    if remaining:
        session.merge(ServerRow(entity=entity, row_id=row_id, values=row))
    else:
        session.execute(delete(ServerRow).where(ServerRow.entity == entity, ServerRow.row_id == row_id))
    write_rows(session, entity, [_overlaid(table, row, remaining)])


def _overlaid(table: Table, row: dict[str, Any], queued: Iterable[Outbox]) -> dict[str, Any]:
    shown = dict(row)
    for entry in queued:
        shown.update({name: value for name, value in entry.set_.items() if name in table.c})
    return shown


def forget(session: Session, entity: str, row_id: UUID) -> None:
    """Remove a row that left this desk's scopes, with what was kept of it; unsent changes stay in the outbox."""
    table = table_of(entity)
    session.execute(delete(ServerRow).where(ServerRow.entity == entity, ServerRow.row_id == row_id))
    acked = delete(Outbox).where(
        Outbox.entity == entity, Outbox.row_id == row_id, Outbox.state == OutboxState.ACKED.value
    )
    session.execute(acked)
    session.execute(delete(table).where(table.c.id == row_id))
