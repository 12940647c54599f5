"""Who of the server's customers resembles somebody about to be made: found by the indexes of numbers and addresses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, and_, or_, select

from crmdesk.domain.duplicate_pairs import pairs_of
from crmdesk.domain.duplicates import Likeness, Traits, compare, traits
from crmdesk.domain.quick import dataclass
from crmdesk.models.customer import WRITTEN
from crmdesk.sync.engine.access import within
from crmdesk.sync.engine.rows import among, stored_table

MOST = 2000
"""So many customers at most are compared with one batch; a number that everybody gave brings no more."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody about to be made: what is compared of them, and their addresses as written."""

    traits: Traits
    written: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Alike:
    """Whom a newcomer probably is: the customer's id and name (of one that stands before them in the batch as well)."""

    customer_id: UUID
    name: str
    likeness: Likeness


def alike(
    conn: Connection, scope: int, newcomers: Mapping[UUID, Newcomer], names: Mapping[UUID, str]
) -> dict[UUID, Alike]:
    """Return, of those who are probably on file already or stand before in the same batch, whom they are likeliest."""
    there = _on_file(conn, scope, newcomers)
    ids = [*there, *newcomers]
    compared = [*(traits_ for _, traits_ in there.values()), *(one.traits for one in newcomers.values())]
    found: dict[UUID, Alike] = {}
    for earlier, later in pairs_of(compared):
        if later < len(there):
            continue
        likeness = compare(compared[earlier], compared[later])
        best = found.get(ids[later])
        if likeness.is_probable and (best is None or best.likeness.chance < likeness.chance):
            other = ids[earlier]
            name = there[other][0] if other in there else names[other]
            found[ids[later]] = Alike(other, name, likeness)
    return found


def _on_file(conn: Connection, scope: int, newcomers: Mapping[UUID, Newcomer]) -> dict[UUID, tuple[str, Traits]]:
    """Return name and traits of the customers who share a number or an address with any of these."""
    customer, point = stored_table("customer"), stored_table("contact_point")
    numbers = {phone.partition(";")[0] for one in newcomers.values() for phone in one.traits.phones}
    written = {pair for one in newcomers.values() for pair in one.written}
    shares: list[Any] = [point.c.e164.in_(numbers)] if numbers else []
    for kind in sorted({kind for kind, _ in written}):
        values = [value for of_kind, value in written if of_kind == kind]
        shares.append(and_(WRITTEN, point.c.kind == kind, point.c.value.in_(values)))
    if not shares:
        return {}
    with within(conn, [scope]):
        holders = select(point.c.customer_id).where(or_(*shares), point.c.customer_id.is_not(None)).limit(MOST)
        ids = {row for row in conn.scalars(holders) if row not in newcomers}
        people = conn.execute(
            select(customer.c.id, customer.c.name, customer.c.latin_name, customer.c.city).where(
                among(customer.c.id, ids), customer.c.merged_into.is_(None)
            )
        ).all()
        points: dict[UUID, list[Any]] = defaultdict(list)
        wanted = select(point.c.customer_id, point.c.kind, point.c.value, point.c.e164, point.c.extension)
        for row in conn.execute(wanted.where(among(point.c.customer_id, ids), ~point.c.removed)):
            points[row.customer_id].append(row)
    return {row.id: (row.name, _traits(row, points[row.id])) for row in people}


def _traits(row: Any, points: list[Any]) -> Traits:
    return traits(
        row.name,
        row.latin_name,
        phones=[f"{p.e164};{p.extension}" if p.extension else p.e164 for p in points if p.e164],
        emails=[p.value for p in points if p.kind == "email"],
        addresses=[p.value for p in points if p.kind == "address"],
        city=row.city,
    )
