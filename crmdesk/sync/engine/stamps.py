"""STAMPS: who changed the fields of some records last, asked when somebody wants to know (ADR 38)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, select, text

from crmdesk.domain.language import mark
from crmdesk.models.registry import ENTITY_CODES
from crmdesk.sync.engine.access import Principal, at_device, within
from crmdesk.sync.engine.refusal import OTHER_VERSION, Code, Rejection
from crmdesk.sync.engine.rows import among, stored_table
from crmdesk.sync.stamp_wire import MOST_ROWS, AskStamps, StampOf, StampsReply

_READ = text(
    "select row_id, field, by_user, (extract(epoch from at) * 1000000)::bigint as at_us from sync.field_change "
    "where entity = :entity and row_id = any(cast(:rows as uuid[])) order by row_id, field"
)


def stamps(conn: Connection, principal: Principal, message: AskStamps) -> StampsReply:
    """Return who changed which field of the records last, of those that whoever asks may see.

    Raises Rejection for a device that may hold nothing any more, and for a question that cannot be answered.
    """
    at_device(principal, message.device_id)
    if principal.barred:
        raise Rejection(Code.NOT_HELD, mark("This computer was taken out of use."), mark("Ask your administrator."))
    if len(message.rows) > MOST_ROWS or any(name not in ENTITY_CODES for name, _ in message.rows):
        raise Rejection(Code.BAD_REQUEST, mark("Nobody can tell who changed this."), OTHER_VERSION)
    wanted: dict[str, set[UUID]] = {}
    for name, row in message.rows:
        wanted.setdefault(name, set()).add(row)
    found: list[StampOf] = []
    for name, rows in wanted.items():
        table = stored_table(name)
        with within(conn, principal.scopes):
            seen = list(conn.scalars(select(table.c.id).where(among(table.c.id, rows))))
        told = conn.execute(_READ, {"entity": ENTITY_CODES[name], "rows": seen})
        found += [StampOf(name, row.row_id, row.field, row.by_user, row.at_us) for row in told]
    return StampsReply(tuple(found))
