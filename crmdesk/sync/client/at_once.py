"""The usual case of sending and receiving, many at a time: the server took it as it was, and nothing else is queued."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Table, Text, bindparam, cast, delete, func, select, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from crmdesk.models.kept import NOBODY
from crmdesk.models.local import Outbox, OutboxState, ServerRow
from crmdesk.models.registry import table_of
from crmdesk.sync.wire import Result, Status

_LAID_OVER = (OutboxState.WAITING.value, OutboxState.ACKED.value)


def _table(model: type[Outbox] | type[ServerRow]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


_OUTBOX = _table(Outbox)
_SERVER_ROW = _table(ServerRow)

_VALUE = func.json_each(bindparam("numbers")).table_valued("value")
_NUMBERS = select(_VALUE.c.value)
_EACH = func.json_each(bindparam("ids")).table_valued("value")
_IDS = select(func.unhex(_EACH.c.value))
_WIRE_ID = func.lower(func.hex(_OUTBOX.c.row_id))
_OF_ROWS = (_OUTBOX.c.entity == bindparam("entity")) & _OUTBOX.c.row_id.in_(_IDS)
_ANY = select(_OUTBOX.c.seq).where(_OUTBOX.c.entity == bindparam("entity")).limit(1)
_QUEUED = select(_WIRE_ID).where(_OF_ROWS).distinct()
_OVER = select(_OUTBOX.c.seq, _WIRE_ID, _OUTBOX.c.state, _OUTBOX.c.acked_ver).where(
    _OF_ROWS, _OUTBOX.c.state.in_(_LAID_OVER)
)
_DROP = delete(_OUTBOX).where(_OUTBOX.c.seq.in_(_NUMBERS))
_LET_GO = delete(_SERVER_ROW).where(_SERVER_ROW.c.entity == bindparam("entity"), _SERVER_ROW.c.row_id.in_(_IDS))
_ENTITIES = select(Outbox.entity).where(Outbox.seq.between(bindparam("first"), bindparam("last"))).distinct()
_ACKED = str(
    update(_OUTBOX)
    .where(_OUTBOX.c.seq == bindparam("number"))
    .values(state=bindparam("acked"), acked_ver=bindparam("taken"))
    .compile(dialect=sqlite.dialect())
)


def is_plain(result: Result) -> bool:
    """Return True for a result that says nothing but that the change was taken."""
    return result.status is Status.OK and not result.conflicts and result.row is None


def acknowledge(session: Session, results: Sequence[Result]) -> dict[int, tuple[str, UUID]]:
    """Mark the changes of plain results as acknowledged; return the rows by number.

    Left out are those that need more: the row came already, or is not here, or nothing is left of the change.
    """
    session.flush()
    taken = {result.seq: result.ver for result in results}
    extent = {"first": min(taken), "last": max(taken)}
    marked: dict[int, tuple[str, UUID]] = {}
    for entity in session.scalars(_ENTITIES, extent).all():
        for seq, row_id, seen in session.execute(_sent(entity), extent):
            if seq in taken and seen is not None and seen < taken[seq]:
                marked[seq] = (entity, row_id)
    if marked:
        acked = OutboxState.ACKED.value
        session.connection().exec_driver_sql(_ACKED, [(acked, taken[seq], seq) for seq in marked])
        session.expire_all()
    return marked


@cache
def _sent(entity: str) -> Select[int, UUID, Any]:
    """Return the question for the waiting changes of an entity and the version of each row as the server has it: that
    of its copy, where there is one (whose JSON need not be read for that)."""
    table = table_of(entity)
    version = func.coalesce(func.json_extract(ServerRow.values, "$.ver"), table.c.ver)
    return (
        select(Outbox.seq, Outbox.row_id, version)
        .outerjoin(ServerRow, (ServerRow.entity == Outbox.entity) & (ServerRow.row_id == Outbox.row_id))
        .outerjoin(table, table.c.id == Outbox.row_id)
        .where(Outbox.seq.between(bindparam("first"), bindparam("last")), Outbox.entity == entity)
        .where(Outbox.state == OutboxState.WAITING.value, Outbox.row_id != NOBODY, cast(Outbox.set_, Text) != "{}")
    )


def queued_among(session: Session, entity: str, ids: Sequence[str]) -> set[str]:
    """Return those of the rows that have queued changes; ids are in wire form here."""
    session.flush()
    if session.scalar(_ANY, {"entity": entity}) is None:
        return set()
    return set(session.scalars(_QUEUED, {"entity": entity, "ids": json.dumps(ids)}))


def uncovered(session: Session, entity: str, versions: Mapping[str, int]) -> set[str]:
    """Drop the changes that the server's rows of these versions contain, and return the rows that none is left of.

    Of these the server's copy goes as well: they are shown as they came. Ids are in wire form.
    """
    clear = set(versions)
    if not clear:
        return clear
    contained: dict[str, list[int]] = defaultdict(list)
    for seq, row_id, state, acked_ver in session.execute(_OVER, {"entity": entity, "ids": json.dumps(list(versions))}):
        if state == OutboxState.ACKED.value and acked_ver <= versions[row_id]:
            contained[row_id].append(seq)
        else:
            clear.discard(row_id)
    if clear:
        numbers = [seq for row_id in clear for seq in contained[row_id]]
        session.execute(_DROP, {"numbers": json.dumps(numbers)})
        session.execute(_LET_GO, {"entity": entity, "ids": json.dumps(list(clear))})
        session.expire_all()
    return clear
