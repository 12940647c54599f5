"""Which rows are a customer's: found from what the columns declare, for erasing all of them and nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import field
from uuid import UUID

from sqlalchemy import Connection, select

from crmdesk.domain.quick import dataclass
from crmdesk.models.base import Merge
from crmdesk.models.registry import parent_of, references_to, table_of
from crmdesk.sync.engine.rows import among, stored_table

Reference = tuple[str, str]
"""A column that holds the id of another row: its entity and its name."""


@dataclass(slots=True)
class Kin:
    """Rows that go together, by entity, and rows of others that name one of them in passing, by column."""

    rows: dict[str, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    passing: dict[Reference, set[UUID]] = field(default_factory=lambda: defaultdict(set))


def references(entity: str) -> list[Reference]:
    """Return every column by which a row may refer to one of this entity; what it was merged into is none."""
    return [
        (name, column)
        for name, column in references_to(entity)
        if table_of(name).c[column].info["merge"] is not Merge.SURVIVOR
    ]


def kin_of(conn: Connection, first: Mapping[str, Collection[UUID]]) -> Kin:
    """Return rows and everything that is about them. Must run ``throughout``.

    What names a customer is that customer's, and so is what was written in their calls. A complaint or callback that
    came up in the call and is another customer's is theirs: it only names the call.
    """
    kin = Kin()
    waiting: list[tuple[str, set[UUID]]] = [(name, set(ids)) for name, ids in first.items() if ids]
    while waiting:
        entity, ids = waiting.pop(0)
        new = ids - kin.rows[entity]
        kin.rows[entity] |= new
        for name, column in references(entity) if new else ():
            own, passing = _referring(conn, kin, name, column, entity, new)
            waiting.append((name, own))
            kin.passing[(name, column)] |= passing
    for (name, _), ids in kin.passing.items():
        ids -= kin.rows[name]
    return kin


def _referring(
    conn: Connection, kin: Kin, name: str, column: str, entity: str, ids: set[UUID]
) -> tuple[set[UUID], set[UUID]]:
    """Return the rows that refer to ``ids`` by a column: those that belong to them, and those that belong to others."""
    table = stored_table(name)
    parent = parent_of(name)
    if parent is None or parent == (column, entity) or entity == "customer":
        return set(conn.scalars(select(table.c.id).where(among(table.c[column], ids)))), set()
    own: set[UUID] = set()
    passing: set[UUID] = set()
    for row, owner in conn.execute(select(table.c.id, table.c[parent[0]]).where(among(table.c[column], ids))):
        (own if owner is None or owner in kin.rows[parent[1]] else passing).add(row)
    return own, passing
