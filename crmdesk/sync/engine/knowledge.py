"""Publishes editions at the server: what changed becomes the next version, what did not is left alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from crmdesk.domain.errors import Refused
from crmdesk.domain.ids import new_id
from crmdesk.domain.knowledge.edition import NewEdition, Shelf, edition_of
from crmdesk.domain.quick import dataclass
from crmdesk.sync.engine import identities
from crmdesk.sync.engine.access import within
from crmdesk.sync.engine.apply import apply
from crmdesk.sync.engine.compare import Hand
from crmdesk.sync.engine.hands import Writer
from crmdesk.sync.engine.people import HOUSE
from crmdesk.sync.engine.rows import stored_table
from crmdesk.sync.wire import Mutation, Op, Status


@dataclass(frozen=True, slots=True)
class Published:
    """How many things were new, got another version, or were there as they are."""

    new: int
    changed: int
    same: int


def publish(conn: Connection, author: UUID, editions: Sequence[NewEdition]) -> Published:
    """Publish editions in somebody's name, as one change; raises Refused when somebody published the same meanwhile."""
    identities.share(conn)
    newest = {shelf: _newest(conn, shelf) for shelf in Shelf}
    numbers = count(1)
    mutations: list[Mutation] = []
    new = changed = 0
    for one in editions:
        before = newest[one.shelf].get(one.code)
        values = values_of(one, 1 if before is None else before["version"] + 1)
        if before is not None and all(before[name] == values[name] for name in values.keys() - {"version", "edition"}):
            continue
        new, changed = (new + 1, changed) if before is None else (new, changed + 1)
        mutations.append(Mutation(next(numbers), new_id(), 1, one.shelf.value, new_id(), Op.INSERT, 0, {}, values))
    writer = Writer(author, (HOUSE,), HOUSE, Hand.PERSON, leads=True)
    refused = [result for result in apply(conn, writer, mutations) if result.status is not Status.OK]
    if refused:
        raise Refused(
            f"The server refused it: {refused[0].reason or refused[0].status}",
            "Nothing was published: correct what it names, then run it again.",
        )
    return Published(new, changed, len(editions) - new - changed)


def values_of(one: NewEdition, version: int) -> dict[str, Any]:
    """Return the columns of an edition's row."""
    values = {
        "code": one.code,
        "version": version,
        "edition": edition_of(one.code, version),
        "title": one.title,
        "language": one.language,
        "state": one.state.value,
        "body": one.body,
    }
    own = {Shelf.ARTICLE: {"keywords": one.keywords}, Shelf.SCRIPT: {"queue": one.queue}}
    return {**values, **own.get(one.shelf, {})}


def _newest(conn: Connection, shelf: Shelf) -> Mapping[str, Mapping[str, Any]]:
    table = stored_table(shelf.value)
    with within(conn, [HOUSE]):
        rows = conn.execute(select(table).order_by(table.c.code, table.c.version)).mappings().all()
    return {row["code"]: dict(row) for row in rows}
