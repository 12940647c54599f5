"""Applies a run of checked mutations to the entity tables, set-based and in order.

All rows that the run touches are read and locked with one statement per table, the mutations are applied to them in
memory one after the other (``compare``), and what changed is written with one statement per table. Mutations of one
group stand or fall together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, IntegrityError

from crmdesk.models.registry import ENTITY_CODES
from crmdesk.sync.engine import ownership, rows
from crmdesk.sync.engine.columns import Entity, Unfit, entity_of
from crmdesk.sync.engine.compare import Hand, Row, changed, created, joined
from crmdesk.sync.wire import Mutation, Op, Result, Status, Theirs

Key = tuple[str, UUID]

_STANDING = frozenset({Status.OK, Status.CONFLICT})
_FELL = "Another part of the same change was refused."
_NOT_THERE = "There is no such record here."
_NOT_YOURS = "This record belongs to somebody else."
_NO_SUCH_VERSION = "This change was made on a version of the record that the server never had."


@dataclass(frozen=True, slots=True)
class Writer:
    """Whose mutations are applied: where their new rows go, which scopes they may name, whether a person writes, and
    whether they lead others and may change their calls."""

    author: UUID
    scopes: tuple[int, ...]
    home_scope: int
    hand: Hand
    leads: bool = False


@dataclass(slots=True)
class _Work:
    """What is known of the rows that a run touches, and which of them were made or changed."""

    known: dict[Key, Row] = field(default_factory=dict)
    foreign: frozenset[Key] = frozenset()
    of_others: frozenset[UUID] = frozenset()
    holders: dict[tuple[str, str, str], tuple[UUID, int]] = field(default_factory=dict)
    made: set[Key] = field(default_factory=set)
    touched: set[Key] = field(default_factory=set)


class _Collision(Exception):
    """Somebody else made the same rows first."""

    def __init__(self, keys: frozenset[Key]) -> None:
        super().__init__()
        self.keys = keys


def apply(conn: Connection, writer: Writer, mutations: Sequence[Mutation]) -> list[Result]:
    """Apply mutations in order and return their results in order. Must run ``within`` the writer's scopes.

    Values that no check foresaw make their own group refused and nothing else.
    """
    try:
        return _in_one_go(conn, writer, mutations)
    except (IntegrityError, DataError):
        return [result for group in _groups(mutations) for result in _alone(conn, writer, group)]


def _alone(conn: Connection, writer: Writer, group: Sequence[Mutation]) -> list[Result]:
    try:
        return _in_one_go(conn, writer, group)
    except (IntegrityError, DataError):
        return [_denied(m, "The database cannot hold these values.") for m in group]


def _in_one_go(conn: Connection, writer: Writer, mutations: Sequence[Mutation]) -> list[Result]:
    """Apply under savepoints; again when somebody made one of the new rows in the meantime."""
    foreign: frozenset[Key] = frozenset()
    while True:
        try:
            with conn.begin_nested():
                work = _prepared(conn, writer, mutations)
                work.foreign = foreign - work.known.keys()
                results = [result for group in _groups(mutations) for result in _group(work, writer, group)]
                _write(conn, writer, work)
                return results
        except _Collision as collision:
            foreign |= collision.keys


def _groups(mutations: Sequence[Mutation]) -> Iterator[list[Mutation]]:
    """Yield neighbours of one group together; group 0 is no group."""
    for number, members in groupby(mutations, key=lambda m: m.group):
        if number == 0:
            yield from ([m] for m in members)
        else:
            yield list(members)


# Reading and writing -----------------------------------------------------------------------------------------------


def _prepared(conn: Connection, writer: Writer, mutations: Sequence[Mutation]) -> _Work:
    work = _Work()
    ids: dict[str, set[UUID]] = defaultdict(set)
    for m in mutations:
        if m.entity in ENTITY_CODES:
            ids[m.entity].add(m.row)
    for name in sorted(ids, key=ENTITY_CODES.__getitem__):
        entity = entity_of(name)
        assert entity is not None
        if not entity.for_insert:
            continue
        work.known.update({(name, id_): row for id_, row in rows.locked_rows(conn, entity, ids[name]).items()})
        for unique in entity.unique:
            _read_holders(conn, work, name, unique, mutations)
    if not writer.leads:
        interactions = {id_: row for (name, id_), row in work.known.items() if name == "interaction"}
        work.of_others = ownership.calls_of_others(conn, writer.author, interactions)
    return work


def _read_holders(conn: Connection, work: _Work, name: str, unique: str, mutations: Sequence[Mutation]) -> None:
    wanted = {value for m in mutations if m.entity == name and isinstance(value := m.set.get(unique), str)}
    fit = [value for value in wanted if "\x00" not in value]
    for value, holder in rows.holders_of(conn, name, unique, fit).items():
        work.holders[(name, unique, value)] = holder


def _write(conn: Connection, writer: Writer, work: _Work) -> None:
    by_entity: dict[str, tuple[dict[UUID, Row], dict[UUID, Row]]] = defaultdict(lambda: ({}, {}))
    for key in work.made | work.touched:
        by_entity[key[0]][0 if key in work.made else 1][key[1]] = work.known[key]
    for name in sorted(by_entity, key=ENTITY_CODES.__getitem__):
        new, old = by_entity[name]
        if new:
            missing = new.keys() - rows.insert_rows(conn, name, new, writer.author)
            if missing:
                raise _Collision(frozenset((name, id_) for id_ in missing))
        if old:
            rows.replace_rows(conn, name, old, writer.author)


# One group, one mutation -------------------------------------------------------------------------------------------


def _group(work: _Work, writer: Writer, group: Sequence[Mutation]) -> list[Result]:
    """Apply a group to the rows in memory; put everything back when one of its members cannot stand."""
    before = {key: work.known.get(key) for m in group for key in [(m.entity, m.row)]}
    made, touched, holders = set(work.made), set(work.touched), dict(work.holders)
    results = [_one(work, writer, m) for m in group]
    if all(r.status in _STANDING for r in results):
        return results
    for key, row in before.items():
        if row is None:
            work.known.pop(key, None)
        else:
            work.known[key] = row
    work.made, work.touched, work.holders = made, touched, holders
    return [_denied(m, _FELL) if r.status in _STANDING else r for m, r in zip(group, results, strict=True)]


def _one(work: _Work, writer: Writer, m: Mutation) -> Result:
    # Part 2 puts its answers here: ERASED for a row in the erasure journal, TAKEN for a claim that somebody else won.
    entity = entity_of(m.entity)
    if entity is None:
        return _denied(m, f"This server keeps no {m.entity[:60]!r}.")
    if not entity.for_insert:
        return _denied(m, f"The table {m.entity} is kept by an administrator at the server.")
    if m.entity == "call_leg":
        return _denied(m, ownership.NOT_BY_HAND)
    if m.base_ver < 0:
        return _denied(m, _NO_SUCH_VERSION)
    key = (m.entity, m.row)
    try:
        if m.op is Op.INSERT:
            return _insert(work, writer, entity, key, m)
        return _update(work, writer, entity, key, m)
    except Unfit as unfit:
        return _denied(m, str(unfit))


def _insert(work: _Work, writer: Writer, entity: Entity, key: Key, m: Mutation) -> Result:
    wanted = dict(m.set)
    if wanted.pop("id", m.row.hex) != m.row.hex:
        return _denied(m, "The record's id is not the one it names.")
    scope = wanted.pop("scope_id", None) or writer.home_scope
    values = entity.checked(wanted, entity.for_insert)
    if scope not in writer.scopes:
        return _denied(m, "That team's records are not yours to make.")
    if key in work.foreign:
        return _denied(m, _NOT_YOURS)
    if _in_anothers_name(writer, entity, values):
        return _denied(m, ownership.NOT_IN_THEIR_NAME)
    twin = _twin(work, entity, m.row, values)
    if twin is not None:
        return Result(m.seq, Status.DUPLICATE_OF, conflicts=twin)
    row = work.known.get(key)
    if row is not None:
        if m.row in work.of_others:
            values = {name: value for name, value in values.items() if name in ownership.OPEN_TO_ALL}
        return _keep(work, key, row, m, joined(row, values, writer.hand))
    missing = entity.missing(values)
    if missing is not None:
        return _denied(m, f"The field {missing} of {entity.name} may not be empty.")
    work.known[key] = created(entity.defaults(), values, scope, writer.hand)
    work.made.add(key)
    for name in entity.unique:
        work.holders[(entity.name, name, values[name])] = (m.row, 1)
    return Result(m.seq, Status.OK, ver=1)


def _update(work: _Work, writer: Writer, entity: Entity, key: Key, m: Mutation) -> Result:
    values = entity.checked(m.set, entity.for_update)
    row = work.known.get(key)
    if row is None:
        return _denied(m, _NOT_THERE)
    if m.base_ver > row.ver:
        return _denied(m, _NO_SUCH_VERSION)
    if m.row in work.of_others and ownership.rewrites(row, values):
        return _denied(m, ownership.NOT_YOUR_CALL)
    if _in_anothers_name(writer, entity, values):
        return _denied(m, ownership.NOT_IN_THEIR_NAME)
    return _keep(work, key, row, m, changed(row, values, m.base, m.base_ver, writer.hand))


def _in_anothers_name(writer: Writer, entity: Entity, values: Mapping[str, Any]) -> bool:
    if writer.leads or entity.name != "interaction":
        return False
    return values.get("agent_id") not in (None, writer.author.hex)


def _keep(work: _Work, key: Key, row: Row, m: Mutation, compared: tuple[Row, dict[str, Theirs]]) -> Result:
    after, conflicts = compared
    if after is not row:
        work.known[key] = after
        work.touched.add(key)
    return Result(m.seq, Status.CONFLICT if conflicts else Status.OK, ver=after.ver, conflicts=conflicts)


def _twin(work: _Work, entity: Entity, row: UUID, values: Mapping[str, Any]) -> dict[str, Theirs] | None:
    """Return the id of the other row that holds a unique value of ``values``, as the conflict in ``id``."""
    for name in entity.unique:
        holder = work.holders.get((entity.name, name, values.get(name, "")))
        if holder is not None and holder[0] != row:
            return {"id": Theirs(holder[0].hex, holder[1])}
    return None


def _denied(m: Mutation, reason: str) -> Result:
    return Result(m.seq, Status.DENIED, reason=reason)
