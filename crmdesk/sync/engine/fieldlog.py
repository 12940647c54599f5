"""Who set a field and when: written with every change by a person, read when somebody else's change meets it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import Connection, text

from crmdesk.models.registry import ENTITY_CODES
from crmdesk.sync.engine.hands import Key
from crmdesk.sync.engine.hot import Hot
from crmdesk.sync.wire import Result, Theirs

_WRITE = Hot(
    text(
        "insert into sync.field_change (entity, row_id, field, ver, by_user) "
        "select f.entity, f.row_id, f.field, f.ver, :author from unnest(cast(:entities as smallint[]), "
        "cast(:rows as uuid[]), cast(:fields as text[]), cast(:vers as bigint[])) as f(entity, row_id, field, ver) "
        "on conflict (entity, row_id, field) do update set ver = excluded.ver, by_user = excluded.by_user, at = now()"
    )
)
_READ = text(
    "select f.entity, f.row_id, f.field, f.ver, f.by_user, (extract(epoch from f.at) * 1000000)::bigint "
    "from (select distinct * from unnest(cast(:entities as smallint[]), cast(:rows as uuid[])) as w(entity, row_id)) w "
    "join sync.field_change f on f.entity = w.entity and f.row_id = w.row_id"
)


class FieldChange(NamedTuple):
    """A field that a person set, and the row's version since."""

    key: Key
    field: str
    ver: int


def write(conn: Connection, author: UUID, changes: Sequence[FieldChange]) -> None:
    """Note who set these fields, now."""
    if not changes:
        return
    ordered = sorted(changes, key=lambda c: (ENTITY_CODES[c.key[0]], c.key[1].int, c.field))
    values = {
        "author": author,
        "entities": _array(str(ENTITY_CODES[c.key[0]]) for c in ordered),
        "rows": _array(c.key[1].hex for c in ordered),
        "fields": _array(c.field for c in ordered),
        "vers": _array(str(c.ver) for c in ordered),
    }
    _WRITE.run(conn, values)


def _array(words: Iterable[str]) -> str:
    """Return numbers, ids and columns' names as one text that PostgreSQL reads as an array: none needs a quote."""
    return "{" + ",".join(words) + "}"


def signed(conn: Connection, results: Sequence[Result], rows: Mapping[int, Key]) -> list[Result]:
    """Return the results with the names and times of those whose values stood in the way; ``rows`` says which row each
    result is about, by its number."""
    wanted = {rows[r.seq] for r in results if r.conflicts and r.seq in rows}
    if not wanted:
        return list(results)
    known = _read(conn, wanted)
    return [_signed(r, known.get(rows[r.seq], {})) if r.conflicts and r.seq in rows else r for r in results]


def _read(conn: Connection, keys: Iterable[Key]) -> dict[Key, dict[tuple[str, int], tuple[UUID, int]]]:
    names = {code: name for name, code in ENTITY_CODES.items()}
    asked = list(keys)
    found: dict[Key, dict[tuple[str, int], tuple[UUID, int]]] = {}
    values = {"entities": [ENTITY_CODES[name] for name, _ in asked], "rows": [row for _, row in asked]}
    for entity, row, field, ver, by, at_us in conn.execute(_READ, values):
        found.setdefault((names[entity], row), {})[(field, ver)] = (by, at_us)
    return found


def _signed(result: Result, known: Mapping[tuple[str, int], tuple[UUID, int]]) -> Result:
    conflicts = {}
    for name, theirs in result.conflicts.items():
        by, at_us = known.get((name, theirs.ver), (None, 0))
        conflicts[name] = Theirs(theirs.value, theirs.ver, by, at_us)
    return msgspec.structs.replace(result, conflicts=conflicts)
