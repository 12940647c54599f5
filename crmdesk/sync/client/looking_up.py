"""Takes what the server told of a caller whom this desk did not hold: rows like any others."""

from __future__ import annotations

from uuid import UUID

import msgspec
from sqlalchemy import select

from crmdesk.models.local import Cursor
from crmdesk.models.registry import SYNCED, table_of
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.sync.client.receiving import apply_rows
from crmdesk.sync.wire import LookUpReply, Rows


def position(uow: UnitOfWork) -> bytes | None:
    """Return how far this desk has pulled, to be asked before the question."""
    return uow.session.scalar(select(Cursor.position))


def take(uow: UnitOfWork, reply: LookUpReply, asked_at: bytes | None) -> bool:
    """Write the rows of an answer; return False, with nothing written, when something was pulled since ``asked_at``.

    Then the answer may be older than what is here, and would bring back what was erased meanwhile: it is asked anew.
    """
    if position(uow) != asked_at:
        return False
    for rows in reply.tables:
        changes = apply_rows(uow, _news(uow, rows))
        for kind, row_id in changes.rows:
            uow.touched(kind, row_id)
    return True


def _news(uow: UnitOfWork, rows: Rows) -> Rows:
    """Return the rows without those that are here in the same version or a newer one."""
    if rows.entity not in SYNCED or "id" not in rows.columns or "ver" not in rows.columns:
        return rows
    at, ver = rows.columns.index("id"), rows.columns.index("ver")
    table = table_of(rows.entity)
    ids = [UUID(row[at]) for row in rows.rows]
    here = {row.id: row.ver for row in uow.session.execute(select(table.c.id, table.c.ver).where(table.c.id.in_(ids)))}
    return msgspec.structs.replace(
        rows, rows=[row for row, id_ in zip(rows.rows, ids, strict=True) if here.get(id_, -1) < row[ver]]
    )
