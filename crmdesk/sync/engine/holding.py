"""Rows of other teams that a device holds for a while: taken in, and given back when their time is over."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Connection, text

from crmdesk.models.registry import ENTITY_CODES

HELD_FOR = timedelta(days=14)
"""How long a caller of another team stays on a desk after they were last looked up."""

_HOLD = text(
    "insert into sync.held as t (scope_id, entity, row_id, until) "
    "select :scope, :entity, r, now() + cast(:period as interval) from unnest(cast(:rows as uuid[])) as u(r) "
    "on conflict (scope_id, entity, row_id) do update set until = greatest(t.until, excluded.until)"
)
# Stamped also when it was held already: a desk that lost its file gets it again.
_STAMP = text(
    "insert into sync.change (scope_id, entity, row_id, op) select :scope, :entity, r, 'U' "
    "from unnest(cast(:rows as uuid[])) as u(r) "
    "on conflict (scope_id, entity, row_id) do update set op = 'U', xid = excluded.xid"
)
_LET_GO = text(
    "with over as (delete from sync.held where until < now() returning scope_id, entity, row_id) "
    "insert into sync.change (scope_id, entity, row_id, op) select scope_id, entity, row_id, 'R' from over "
    "order by scope_id, entity, row_id on conflict (scope_id, entity, row_id) do update set op = 'R', "
    "xid = excluded.xid where change.op <> 'E' returning 1"
)


def hold(conn: Connection, scope: int, found: Mapping[str, Collection[UUID]]) -> None:
    """Let a device's scope hold these rows, by entity, for HELD_FOR from now on.

    Whoever calls has them locked, so that no change of them passes between their reading and their being held.
    """
    for name, ids in found.items():
        values = {"scope": scope, "entity": ENTITY_CODES[name], "rows": sorted(ids)}
        if ids:
            conn.execute(_HOLD, {**values, "period": HELD_FOR})
            conn.execute(_STAMP, values)


def let_go(conn: Connection) -> int:
    """Give back what was held for long enough and tell the desks; return how many rows."""
    return len(conn.execute(_LET_GO).all())
