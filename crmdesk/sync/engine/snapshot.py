"""SNAPSHOT: everything in one scope, in chunks ordered by entity and id, for a desk that has nothing of it yet.

Each chunk is a transaction of its own, so nothing is held up however long a desk takes, and any chunk can be asked for
again. What changes meanwhile, also behind the place that was reached, comes with the pull: it begins at the watermark
of before the first chunk, with the erasures of before it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from itertools import compress
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Connection, Select, any_, bindparam, exists, or_, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from crmdesk.domain.language import mark
from crmdesk.models.registry import ENTITY_CODES
from crmdesk.sync.engine import feed, rows
from crmdesk.sync.engine.access import Principal, at_device, within
from crmdesk.sync.engine.feed import Position
from crmdesk.sync.engine.hot import Hot
from crmdesk.sync.engine.refusal import Code, Rejection
from crmdesk.sync.wire import SNAPSHOT_LIMIT, Rows, Snapshot, SnapshotReply

_IN_ORDER = tuple(ENTITY_CODES)
_NO_SUCH_PLACE = mark("Fetch everything of this team again.")
_HELD = text("select entity, row_id from sync.held where scope_id = :scope and entity = any(:entities)")
# What the planner thinks of the feed, which has a row for each row of the scope: counting a million takes too long.
_ESTIMATE = text("explain (format json) select from sync.change where scope_id = :scope and op <> 'E'")


def snapshot(conn: Connection, principal: Principal, message: Snapshot) -> SnapshotReply:
    """Return the chunk after the message's place.

    Raises Rejection for a scope that is not the desk's (any more), and for a place or a cursor that was not told here.
    """
    at_device(principal, message.device_id)
    if message.scope not in principal.scopes:
        raise Rejection(
            Code.NOT_HELD, mark("These are not this desk's records."), mark("It asks anew what it may hold.")
        )
    cursor = _begun(conn, message)
    limit = max(1, min(message.limit, SNAPSHOT_LIMIT))
    first = 0 if message.entity is None else _place(message.entity)
    total = _total(conn, message.scope)
    held = _held(conn, message.scope, _IN_ORDER[first:])
    with within(conn, [message.scope]):
        there = held.keys() | _of_which_any(conn, message.scope)
        for name in filter(there.__contains__, _IN_ORDER[first:]):
            after = message.after if name == message.entity else None
            found = _chunk(conn, name, message.scope, held.get(name, ()), after, limit)
            if found:
                return _reply(name, found, limit, cursor, total)
    return SnapshotReply(None, _IN_ORDER[-1], None, cursor, done=True, total=total)


def _begun(conn: Connection, message: Snapshot) -> bytes:
    """Return the cursor of the first chunk: the message's, or the present watermark when this is the first."""
    present = feed.present(conn)
    if message.cursor is None:
        if message.entity is not None or message.after is not None:
            raise Rejection(Code.BAD_REQUEST, mark("This snapshot never began."), _NO_SUCH_PLACE)
        return present.to_bytes(Position(high=present.watermark, erasures=True))
    present.position(message.cursor)
    return message.cursor


def _place(entity: str) -> int:
    if entity not in ENTITY_CODES:
        raise Rejection(Code.BAD_REQUEST, mark("This server keeps no such records."), _NO_SUCH_PLACE)
    return _IN_ORDER.index(entity)


def _reply(name: str, found: list[tuple[Any, ...]], limit: int, cursor: bytes, total: int) -> SnapshotReply:
    """Return a chunk. A short one is the entity's last, and the next question begins with the next entity."""
    columns = rows.sent_columns(name)
    table = Rows(name, columns, found)
    if len(found) == limit:
        return SnapshotReply(table, name, UUID(found[-1][columns.index("id")]), cursor, done=False, total=total)
    later = _IN_ORDER[_IN_ORDER.index(name) + 1 :]
    return SnapshotReply(table, later[0] if later else name, None, cursor, done=not later, total=total)


def _held(conn: Connection, scope: int, entities: Sequence[str]) -> dict[str, list[UUID]]:
    """Return by entity what a scope holds beyond its own: rows of callers of other teams, a few hundred at most."""
    by_code = {ENTITY_CODES[name]: name for name in entities}
    held: dict[str, list[UUID]] = defaultdict(list)
    for code, row in conn.execute(_HELD, {"scope": scope, "entities": list(by_code)}):
        held[by_code[code]].append(row)
    return held


def _total(conn: Connection, scope: int) -> int:
    (plan,) = conn.execute(_ESTIMATE, {"scope": scope}).scalar_one()
    return int(plan["Plan"]["Plan Rows"])


@cache
def _whether_any() -> Hot:
    """Return the question which entities a scope has any of: one for all, since most scopes have few of them."""
    own = (rows.stored_table(name).c.scope_id == bindparam("scope") for name in _IN_ORDER)
    return Hot(select(*(exists().where(mine).label(name) for name, mine in zip(_IN_ORDER, own, strict=True))))


def _of_which_any(conn: Connection, scope: int) -> set[str]:
    return set(compress(_IN_ORDER, _whether_any().one(conn, {"scope": scope})))


@cache
def _question(entity: str, *, held: bool, after: bool) -> Select[Any]:
    table, wanted = rows.in_wire_form(entity)
    own = table.c.scope_id == bindparam("scope")
    beyond = table.c.id == any_(bindparam("held", type_=ARRAY(Uuid())))
    wanted = wanted.where(or_(own, beyond) if held else own)
    if after:
        wanted = wanted.where(table.c.id > bindparam("after", type_=Uuid()))
    return wanted.order_by(table.c.id).limit(bindparam("limit"))


def _chunk(
    conn: Connection, entity: str, scope: int, held: Sequence[UUID], after: UUID | None, limit: int
) -> list[tuple[Any, ...]]:
    values: dict[str, Any] = {"scope": scope, "limit": limit}
    if held:
        values["held"] = held
    if after is not None:
        values["after"] = after
    found = conn.execute(_question(entity, held=bool(held), after=after is not None), values)
    cursor = found.cursor
    assert cursor is not None
    # Tuples, which travel as lists do: nothing is done for each row here.
    return cast("list[tuple[Any, ...]]", cursor.fetchall())
