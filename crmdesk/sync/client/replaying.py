"""Brings back to a main file that is new, or was put back, what the second file kept: nothing written is lost with it.

The rows themselves come from the server. What was not sent yet is shown at once and sent under its old number: what the
server has had already is answered with its stored result.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crmdesk.models.attachment import WaitingContent
from crmdesk.models.kept import NOBODY
from crmdesk.models.kept_batch import Contents
from crmdesk.models.kept_source import FACTS, STORE_ID
from crmdesk.models.local import ConflictRow, Cursor, DraftRow, Outbox, OutboxState, Setting
from crmdesk.models.numbering import go_on_after, last_number
from crmdesk.models.registry import SYNCED, table_of
from crmdesk.models.shown import keep_server_row, reshow, write_rows
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.models.wireform import from_wire
from crmdesk.sync.wire import Op

Kept = Mapping[str, Any]


def bring_back(uow: UnitOfWork, kept: Contents) -> None:
    """Give the main file what only the second has: who this desk is, queued changes, drafts, conflicts,
    contents of files that wait to be sent."""
    session = uow.session
    for name in ("to_keep", "outbox"):
        before = last_number(session, name)
        go_on_after(session, max(before, kept.through if name == "to_keep" else kept.last_seq), name)
    for key in (*FACTS, STORE_ID):
        if key in kept.facts:
            session.merge(Setting(key=key, value=kept.facts[key]))
    _changes(session, kept)
    for row in kept.drafts:
        present = session.get(DraftRow, (row["kind"], row["subject"]))
        if present is None or present.saved_at < row["saved_at"]:
            session.merge(DraftRow(**row))
    for row in kept.conflicts:
        session.merge(ConflictRow(**row))
    for row in kept.contents:
        session.merge(WaitingContent(**row))
    session.flush()


def _changes(session: Session, kept: Contents) -> None:
    present = {entry.seq: entry for entry in session.scalars(select(Outbox))}
    missing: list[Kept] = []
    for change in sorted(kept.changes, key=lambda row: int(row["seq"])):
        entry = present.get(change["seq"])
        acked = change["state"] == OutboxState.ACKED.value
        if entry is not None and acked:
            entry.state, entry.acked_ver = OutboxState.ACKED.value, change["acked_ver"]
        elif entry is None and not acked:
            missing.append(change)
    scope = session.scalar(select(Cursor.home_scope)) or 0
    for change in missing:
        if change["entity"] in SYNCED and change["row_id"] != NOBODY:
            _show(session, change, scope)
        session.add(entry_of(change))
        session.flush()
    for entity, row_id in dict.fromkeys((change["entity"], change["row_id"]) for change in missing):
        reshow(session, entity, row_id)


def entry_of(change: Kept) -> Outbox:
    """Return the queue's entry for a change that was kept."""
    values = {("set_" if key == "set" else key): value for key, value in change.items() if key != "acked_at"}
    return Outbox(**values)


def _show(session: Session, change: Kept, scope: int) -> None:
    """Show a change that was not sent: make its row if it made one, lay it over the row if that is here."""
    entity, row_id = change["entity"], change["row_id"]
    table = table_of(entity)
    there = session.execute(select(table.c.ver).where(table.c.id == row_id)).one_or_none()
    known = {name: value for name, value in change["set"].items() if name in table.c}
    if there is None and change["op"] == Op.INSERT.value:
        write_rows(session, entity, [{**known, "id": row_id.hex, "scope_id": scope, "ver": 0, "fver": {}}])
    elif there is not None and there.ver == 0:
        session.execute(table.update().where(table.c.id == row_id).values(**from_wire(entity, known)))
    elif there is not None:
        keep_server_row(session, entity, row_id)
