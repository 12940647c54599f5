"""Takes the server's rows under what is queued here, and lets rows go that left this desk."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from crmdesk.models.local import Outbox, OutboxState, ServerRow
from crmdesk.models.registry import table_of
from crmdesk.models.shown import queued_for, reshow, write_rows
from crmdesk.sync.client import holding


def receive(session: Session, entity: str, row: dict[str, Any]) -> None:
    """Take the server's version of a row that has queued changes: keep it, and show it with them laid over.

    A change that was acknowledged is dropped now if this row already contains it, and only then, so that what the
    agent wrote never flickers back.
    """
    row_id = UUID(row["id"])
    holding.heard_of(session, entity, row_id)
    for entry in queued_for(session, entity, row_id):
        if entry.state == OutboxState.ACKED.value and entry.acked_ver <= row["ver"]:
            session.delete(entry)
    session.merge(ServerRow(entity=entity, row_id=row_id, values=row))
    session.flush()
    reshow(session, entity, row_id)


def forget(session: Session, entity: str, row_id: UUID) -> None:
    """Remove a row that left this desk's scopes, with what was kept of it; unsent changes stay in the outbox.

    A conflict that nobody settled stays, since it is the only place where its words are.
    """
    table = table_of(entity)
    session.execute(delete(ServerRow).where(ServerRow.entity == entity, ServerRow.row_id == row_id))
    acked = delete(Outbox).where(
        Outbox.entity == entity, Outbox.row_id == row_id, Outbox.state == OutboxState.ACKED.value
    )
    session.execute(acked)
    session.execute(delete(table).where(table.c.id == row_id))


__all__ = ["forget", "receive", "write_rows"]
