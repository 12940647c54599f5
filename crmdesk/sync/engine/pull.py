"""PULL: the next page of what changed in the person's scopes, with the rows themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import Connection

from crmdesk.models.registry import ENTITY_CODES
from crmdesk.sync.engine import feed, rows
from crmdesk.sync.engine.access import Principal, at_device, from_now_on
from crmdesk.sync.engine.feed import Position, Step
from crmdesk.sync.wire import PULL_LIMIT, Gone, Pull, PullReply, Rows

_NAMES = {code: name for name, code in ENTITY_CODES.items()}


def pull(conn: Connection, principal: Principal, message: Pull) -> PullReply:
    """Return a page after the message's cursor. Pages of one round end at one watermark, so that a round ends while
    others write; a row that changed again meanwhile comes in the next round. After a first copy the erasures of before
    it come first.

    Raises Rejection for a cursor that was not made here, PutBack for one of before a restore.
    """
    at_device(principal, message.device_id)
    present = feed.present(conn)
    after, mark = present.position(message.cursor), present.watermark
    limit = max(1, min(message.limit, PULL_LIMIT))
    if after.erasures:
        gone, reached = _erasures(conn, principal, after, limit)
        return PullReply((), gone, present.to_bytes(reached), str(mark), True, principal.scopes)  # the changes follow
    high = min(after.high, mark) if after.high else mark
    steps = feed.page(conn, principal.scopes, after, high, limit)
    tables, gone = _contents(conn, principal, steps) if steps else ((), ())
    more = len(steps) == limit
    if more:
        last = steps[-1]
        reached = Position(last.xid, last.row, last.scope, last.entity, high)
    else:
        reached = Position(xid=max(high, after.xid))
    return PullReply(tables, gone, present.to_bytes(reached), str(mark), more, principal.scopes)


def _erasures(conn: Connection, principal: Principal, after: Position, limit: int) -> tuple[tuple[Gone, ...], Position]:
    steps = feed.erasures(conn, principal.scopes, after, limit)
    gone: dict[tuple[str, str], dict[UUID, None]] = defaultdict(dict)
    for step in steps:
        if step.entity in _NAMES:
            gone[(_NAMES[step.entity], step.op)][step.row] = None
    told = tuple(Gone(name, op, list(ids)) for (name, op), ids in gone.items())
    if len(steps) < limit:
        return told, Position(xid=after.high)
    last = steps[-1]
    return told, Position(last.xid, last.row, last.scope, last.entity, after.high, erasures=True)


def _contents(
    conn: Connection, principal: Principal, steps: Sequence[Step]
) -> tuple[tuple[Rows, ...], tuple[Gone, ...]]:
    upserted: dict[str, dict[UUID, None]] = defaultdict(dict)
    left: dict[tuple[str, str], dict[UUID, None]] = defaultdict(dict)
    for step in steps:
        name = _NAMES.get(step.entity)
        if name is None:
            continue
        if step.op == "U":
            upserted[name][step.row] = None
        else:
            left[(name, step.op)][step.row] = None
    tables = []
    from_now_on(conn, principal.scopes)  # nothing comes after these rows
    for name, ids in upserted.items():
        found = rows.wire_rows(conn, name, ids)
        if found:
            tables.append(Rows(name, rows.sent_columns(name), found))
        if len(found) < len(ids):
            # It left the scopes meanwhile, or was let go while somebody changed it: say so now.
            at = rows.sent_columns(name).index("id")
            there = {UUID(row[at]) for row in found}
            left[(name, "R")].update(dict.fromkeys(id_ for id_ in ids if id_ not in there))
    return tuple(tables), _gone(conn, left)


def _gone(conn: Connection, left: Mapping[tuple[str, str], Mapping[UUID, None]]) -> tuple[Gone, ...]:
    """Return what is no longer held: a row that left one scope and is in another of the person's is still theirs."""
    result: list[Gone] = []
    for (name, op), ids in left.items():
        held = rows.visible_ids(conn, name, ids)
        lost = [id_ for id_ in ids if id_ not in held]
        if lost:
            result.append(Gone(name, op, lost))
    return tuple(result)
