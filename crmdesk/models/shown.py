"""Rows as an agent sees them: the server's row, overlaid with the changes still queued on this desk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from crmdesk.models.local import LAID_OVER, Outbox, ServerRow
from crmdesk.models.registry import table_of
from crmdesk.models.wireform import from_wire, to_wire


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
    """Return the changes that are laid over one row, in order: those that wait, and those whose own change was not
    pulled back yet.

    What was refused is not among them: it waits in the list of unsent work, and the row shows what the server has.
    """
    query = select(Outbox).where(Outbox.entity == entity, Outbox.row_id == row_id).order_by(Outbox.seq)
    return list(session.scalars(query.where(Outbox.state.in_(LAID_OVER))))


def reshow(session: Session, entity: str, row_id: UUID) -> None:
    """Show the row as the server has it with what is queued now; the server's copy goes when nothing covers it.

    Does nothing for a row that the server never sent.
    """
    kept = session.get(ServerRow, (entity, row_id))
    if kept is None:
        return
    queued = queued_for(session, entity, row_id)
    write_rows(session, entity, [_overlaid(table_of(entity), kept.values, queued)])
    if not queued:
        session.delete(kept)
        session.flush()


def server_said(session: Session, entity: str, row_id: UUID, told: Mapping[str, Any]) -> None:
    """Take single values (in wire form) that the server told of a row before the row itself comes, and show it anew."""
    kept = session.get(ServerRow, (entity, row_id))
    if kept is not None:
        kept.values = {**kept.values, **told}
        reshow(session, entity, row_id)
        return
    covered = {name for entry in queued_for(session, entity, row_id) for name in entry.set_}
    shown = from_wire(entity, {name: value for name, value in told.items() if name not in covered})
    if shown:
        table = table_of(entity)
        session.execute(table.update().where(table.c.id == row_id).values(**shown))


def keep_server_row(session: Session, entity: str, row_id: UUID) -> bool:
    """Keep a row as the server has it before something is laid over it; return False if this desk does not hold it.

    A row that the server never sent is not kept: there is nothing under it.
    """
    if session.get(ServerRow, (entity, row_id)) is not None:
        return True
    table = table_of(entity)
    row = session.execute(select(table).where(table.c.id == row_id)).mappings().one_or_none()
    if row is None:
        return False
    if row["ver"] == 0:
        return True
    session.add(ServerRow(entity=entity, row_id=row_id, values=to_wire(dict(row))))
    session.flush()
    return True


def server_values(session: Session, entity: str, row_id: UUID) -> dict[str, Any] | None:
    """Return the row as the server has it, as far as this desk knows, in wire form; None if it is not here."""
    kept = session.get(ServerRow, (entity, row_id))
    if kept is not None:
        return kept.values
    table = table_of(entity)
    row = session.execute(select(table).where(table.c.id == row_id)).mappings().one_or_none()
    return None if row is None else to_wire(dict(row))


def _overlaid(table: Table, row: dict[str, Any], queued: Iterable[Outbox]) -> dict[str, Any]:
    shown = dict(row)
    for entry in queued:
        shown.update({name: value for name, value in entry.set_.items() if name in table.c})
    return shown
