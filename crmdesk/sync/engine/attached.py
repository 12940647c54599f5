"""Files attached to cases, as the server takes their rows: so many for each case, each in its own person's name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select

from crmdesk.domain.attachments.limits import MOST_FILES
from crmdesk.domain.language import mark
from crmdesk.models.attachment import ATTACHMENTS
from crmdesk.sync.engine.access import throughout
from crmdesk.sync.engine.columns import entity_of
from crmdesk.sync.engine.compare import Row
from crmdesk.sync.engine.hands import Key, Writer
from crmdesk.sync.engine.identities import canonical
from crmdesk.sync.engine.rows import among, stored_table
from crmdesk.sync.wire import Mutation, Op

ENTITIES = frozenset(model.__tablename__ for model in ATTACHMENTS.values())

TOO_MANY = mark("This case has as many files as a case can have.")
_NOT_IN_THEIR_NAME = mark("A file is added in the name of whoever adds it.")
_NOT_YOURS_TO_TAKE = mark("Only whoever added a file, or who leads, can take it back.")
_GONE = mark("A file that was taken back stays so.")

Counts = Counter[tuple[str, str]]
"""How many files a case has, by the table of its attachments and its id in wire form."""


def counted(conn: Connection, mutations: Iterable[Mutation]) -> Counts:
    """Return how many files the cases have to which a run would add some, whoever holds them."""
    wanted: dict[str, set[UUID]] = defaultdict(set)
    for m in mutations:
        if m.op is Op.INSERT and m.entity in ENTITIES and (id_ := canonical(m.set.get(owner_of(m.entity)))) is not None:
            wanted[m.entity].add(UUID(id_))
    found: Counts = Counter()
    if not wanted:
        return found
    with throughout(conn):
        for name, cases in wanted.items():
            table = stored_table(name)
            case = table.c[owner_of(name)]
            query = select(case, func.count()).where(among(case, cases), ~table.c.removed).group_by(case)
            found.update({(name, id_.hex): number for id_, number in conn.execute(query)})
    return found


def owner_of(entity: str) -> str:
    """Return the column that names the case of an attachment."""
    known = entity_of(entity)
    assert known is not None and known.parent is not None
    return known.parent[0]


def refusal(
    counts: Counts, made: Iterable[Key], known: Mapping[Key, Row], writer: Writer, name: str, values: Mapping[str, Any]
) -> str | None:
    """Return why a file is not added, None if it is; ``made`` are the rows that the same run makes."""
    if values.get("added_by") != writer.author.hex:
        return _NOT_IN_THEIR_NAME
    owner = owner_of(name)
    case = values[owner]
    beside = sum(key[0] == name and known[key].values[owner] == case for key in made)
    return TOO_MANY if counts[(name, case)] + beside >= MOST_FILES else None


def stays(writer: Writer, row: Row, values: Mapping[str, Any]) -> str | None:
    """Return why an added file is not changed so, None if it is: it can be taken back once, in one's own name."""
    if not values.get("removed", True):
        return _GONE
    if values.get("removed_by", writer.author.hex) != writer.author.hex:
        return _NOT_IN_THEIR_NAME
    return None if writer.leads or row.values["added_by"] == writer.author.hex else _NOT_YOURS_TO_TAKE
