"""What became of the rows that mutations name: erased, or merged into another.

Whoever changes this (a merge, an erasure, a move) does it alone in the database; pushes share it among themselves. So
no push can write of a row that is being erased, or under a name that is being merged away.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, text

from crmdesk.domain.quick import dataclass
from crmdesk.models.registry import ENTITY_CODES
from crmdesk.sync.engine.access import throughout
from crmdesk.sync.engine.columns import Entity, entity_of
from crmdesk.sync.engine.hands import Key
from crmdesk.sync.engine.hot import Hot
from crmdesk.sync.engine.rows import listed, scopes_of
from crmdesk.sync.wire import Mutation, Op

_SHARED = text("select pg_advisory_xact_lock_shared(hashtext('crmdesk identities'))")
_ALONE = text("select pg_advisory_xact_lock(hashtext('crmdesk identities'))")
_FATES = Hot(
    text(
        "select 'E', row_id, null::uuid from sync.erasure where row_id = any(cast(:ids as uuid[])) union all "
        "select 'M', loser, winner from sync.merge where undone_at is null and loser = any(cast(:ids as uuid[]))"
    )
)
# An erased row was nobody's doing here; one that lapsed was somebody's.
_LAPSE = text(
    "insert into sync.erasure (row_id, entity, by_user) values (:row, :entity, :author) on conflict do nothing"
)
_COME_TO_BE = text(
    "delete from sync.erasure where row_id = any(cast(:rows as uuid[])) and by_user is not null returning row_id"
)
_canonical = re.compile(r"[0-9a-f]{32}").fullmatch


@dataclass(frozen=True, slots=True)
class Fates:
    """What became of rows, by id as hexadecimal text: ``winners`` names the row that a merged one belongs to now."""

    erased: frozenset[str]
    winners: Mapping[str, str]


def share(conn: Connection) -> None:
    """Let nobody merge, erase or move until this transaction ends."""
    conn.execute(_SHARED)


def have_alone(conn: Connection) -> None:
    """Let nobody write rows until this transaction ends."""
    conn.execute(_ALONE)


def look_up(conn: Connection, ids: Iterable[str]) -> Fates:
    """Return what became of these ids; a merged row whose last winner was erased counts as erased."""
    erased: set[str] = set()
    into: dict[str, str] = {}
    asked: set[str] = set()
    waiting = set(ids)
    while waiting:
        for fate, row, winner in _FATES.all(conn, {"ids": f"{{{','.join(waiting)}}}"}):
            if fate == "E":
                erased.add(row.hex)
            else:
                into[row.hex] = winner.hex
        asked |= waiting
        waiting = set(into.values()) - asked
    winners = {loser: _last(into, loser) for loser in into}
    erased |= {loser for loser, winner in winners.items() if winner in erased}
    return Fates(frozenset(erased), winners)


def _last(into: Mapping[str, str], loser: str) -> str:
    winner = into[loser]
    while winner in into:
        winner = into[winner]
    return winner


# What a mutation names ---------------------------------------------------------------------------------------------


def canonical(value: Any) -> str | None:
    """Return an id in wire form as the server writes it, or None for what is no id."""
    if not isinstance(value, str):
        return None
    if _canonical(value):
        return value
    try:
        return UUID(value).hex
    except ValueError:
        return None


def named_by(m: Mutation) -> Sequence[str]:
    """Return the ids that a mutation names: its row, and the rows that it makes its row refer to."""
    entity = entity_of(m.entity)
    columns: Collection[str] = entity.named if entity is not None else ()
    others = (canonical(m.set.get(column)) for column in columns)
    return [m.row.hex, *(id_ for id_ in others if id_ is not None)]


def rewritten(m: Mutation, fates: Fates) -> Mutation:
    """Return the mutation as if it had been made of the rows that merged ones belong to now.

    A change of a merged row itself is judged by values alone: its version counted another row's changes.
    """
    entity = entity_of(m.entity)
    if entity is None or not fates.winners:
        return m
    changes: dict[str, Any] = {"set": _renamed(entity, m.set, fates), "base": _renamed(entity, m.base, fates)}
    winner = fates.winners.get(m.row.hex)
    if winner is not None and m.op is Op.UPDATE:
        changes |= {"row": UUID(winner), "base_ver": 0}
    return msgspec.structs.replace(m, **changes)


def without_erased(m: Mutation, erased: AbstractSet[str]) -> Mutation | None:
    """Return a mutation without the erased rows that it names in passing, or None when it is about one.

    The rule is that of ``kinship``: a complaint that came up in an erased call and is another customer's stays theirs.
    """
    if m.row.hex in erased:
        return None
    entity = entity_of(m.entity)
    gone = [name for name in entity.named if canonical(m.set.get(name)) in erased] if entity is not None else []
    if not gone:
        return m
    assert entity is not None
    owner = None if entity.parent is None else canonical(m.set.get(entity.parent[0]))
    if owner is None or owner in erased or any(entity.fields[name].refers == "customer" for name in gone):
        return None
    return msgspec.structs.replace(m, set={**m.set, **dict.fromkeys(gone)})


def lapse(conn: Connection, rows: Collection[Key], author: UUID) -> None:
    """Note that rows which were made of somebody erased never came to be: what belongs to them does not either."""
    if not rows:
        return
    with throughout(conn):
        there = {key for key in rows if scopes_of(conn, key[0], [key[1]])}
    for name, row in sorted(set(rows) - there):
        conn.execute(_LAPSE, {"entity": ENTITY_CODES[name], "row": row, "author": author})


def come_to_be(conn: Connection, rows: Collection[UUID]) -> frozenset[str]:
    """Return those of these rows that only lapsed, and let them be: the phone system says that there was a call."""
    return frozenset(row.hex for row in conn.scalars(_COME_TO_BE, {"rows": listed(rows)}))


def _renamed(entity: Entity, values: Mapping[str, Any], fates: Fates) -> dict[str, Any]:
    renamed = dict(values)
    for column in entity.named:
        id_ = canonical(values.get(column))
        if id_ is not None and id_ in fates.winners:
            renamed[column] = fates.winners[id_]
    return renamed
