"""Looks for duplicates among all customers of this computer, a few hundred rows of an index at a time.

Whoever shares a number, an e-mail address or an address is compared; nothing is scanned. One step reads for some
milliseconds, so that a desk can go on with it for days beside its work.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Integer, Select, Text, bindparam, select
from sqlalchemy.dialects.sqlite import insert

from crmdesk.domain.changes import Kind
from crmdesk.domain.duplicate_views import DuplicateList, DuplicatePair, Progress, Stage
from crmdesk.domain.duplicates import compare
from crmdesk.domain.quick import dataclass
from crmdesk.models.customer import WRITTEN, ContactPoint, Customer
from crmdesk.models.duplicates import DuplicatePairRow, DuplicateWalk
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services.duplicates import Known, known, resembling
from crmdesk.services.not_duplicates import ordered, said_of

ROWS = 100
SHOWN = 100
AGAIN_AFTER = timedelta(days=1)
"""After so long everything is gone through again: a pull may have changed more than was told one by one."""

_MANY = 12
"""What more customers share than this (a switchboard, an old people's home) singles nobody out."""

_point = ContactPoint.__table__
_AFTER: BindParameter[str] = bindparam("after", type_=Text)
_BY_NUMBER = (
    select(_point.c.e164, _point.c.customer_id)
    .where(_point.c.e164 > _AFTER, _point.c.customer_id.is_not(None))
    .order_by(_point.c.e164)
    .limit(bindparam("rows", type_=Integer))
)
_BY_WORDS = (
    select(_point.c.value, _point.c.customer_id)
    .where(WRITTEN, _point.c.kind == bindparam("kind"), _point.c.value > _AFTER)
    .where(_point.c.customer_id.is_not(None), ~_point.c.removed)
    .order_by(_point.c.value)
    .limit(bindparam("rows", type_=Integer))
)
_QUERIES: Mapping[Stage, Select[Any]] = {Stage.PHONE: _BY_NUMBER, Stage.EMAIL: _BY_WORDS, Stage.ADDRESS: _BY_WORDS}
_pair = DuplicatePairRow.__table__
_one, _other = Customer.__table__.alias("one"), Customer.__table__.alias("other")
_LISTED = (
    select(_pair.c.one, _pair.c.other, _pair.c.found_at)
    .join_from(_pair, _one, (_one.c.id == _pair.c.one) & _one.c.merged_into.is_(None))
    .join(_other, (_other.c.id == _pair.c.other) & _other.c.merged_into.is_(None))
    .order_by(_pair.c.chance.desc(), _pair.c.one)
    .limit(2 * SHOWN)
)
"""Tables, not entities: a desk that starts need not set all of them up for this."""

_NEXT = {Stage.PHONE: Stage.EMAIL, Stage.EMAIL: Stage.ADDRESS, Stage.ADDRESS: Stage.DONE}


@dataclass(frozen=True, slots=True)
class FoundPair:
    """Two customers who are probably one, in the order in which pairs are kept."""

    one: UUID
    other: UUID
    chance: float
    reasons: str


@dataclass(frozen=True, slots=True)
class Step:
    """What a step found, and where the next one goes on."""

    found: tuple[FoundPair, ...]
    then: Progress


def progress(uow: UnitOfWork) -> Progress:
    """Return where the search stands; at its beginning again, where it was finished long ago."""
    row = uow.session.get(DuplicateWalk, 1)
    if row is None:
        return Progress()
    if row.finished_at is not None and uow.clock.now() - row.finished_at > AGAIN_AFTER:
        return Progress()
    return Progress(Stage(row.stage), row.after)


def step(uow: UnitOfWork, at: Progress, most: int = ROWS) -> Step:
    """Look at the next rows, at most so many; ``at`` is not the end. What more than these share is passed over."""
    values = {"after": at.after, "kind": at.stage.value, "rows": most}
    rows = [tuple(row) for row in uow.session.execute(_QUERIES[at.stage], values)]
    groups: dict[str, list[UUID]] = {}
    for shared, customer_id in rows:
        groups.setdefault(shared, []).append(customer_id)
    then = Progress(_NEXT[at.stage])
    if len(rows) == most:
        last = rows[-1][0]
        if len(groups) > 1:  # the last one may go on behind the rows that were read
            del groups[last]
            last = next(reversed(groups))
        then = Progress(at.stage, last)
    return Step(_pairs(uow, groups.values()), then)


def look_at(uow: UnitOfWork, ids: Sequence[UUID]) -> tuple[FoundPair, ...]:
    """Return the pairs that some customers (who were made or changed) are part of."""
    found = {}
    for customer_id in ids:
        for one, likeness in resembling(uow, customer_id):
            pair = FoundPair(*ordered(customer_id, one.customer_id), likeness.chance, likeness.reasons)
            found[pair.one, pair.other] = pair
    return tuple(found.values())


def _pairs(uow: UnitOfWork, groups: Iterable[Sequence[UUID]]) -> tuple[FoundPair, ...]:
    wanted = {
        ordered(one, other)
        for group in groups
        if 1 < len(members := dict.fromkeys(group)) <= _MANY
        for one, other in combinations(members, 2)
    }
    if not wanted:
        return ()
    people = known(uow, list({customer_id for pair in wanted for customer_id in pair}))
    likely = []
    for one, other in sorted(wanted):
        if one in people and other in people:
            likeness = compare(people[one].traits, people[other].traits)
            if likeness.is_probable:
                likely.append(FoundPair(one, other, likeness.chance, likeness.reasons))
    said = said_of(uow, {pair.one for pair in likely}) if likely else frozenset()
    return tuple(pair for pair in likely if (pair.one, pair.other) not in said)


def keep(uow: UnitOfWork, found: Sequence[FoundPair], then: Progress) -> None:
    """Write down what was found and how far the search is."""
    if found:
        rows = [
            {"one": p.one, "other": p.other, "chance": p.chance, "reasons": p.reasons, "found_at": uow.clock.now()}
            for p in found
        ]
        statement = insert(DuplicatePairRow)
        newer = {"chance": statement.excluded.chance, "reasons": statement.excluded.reasons}
        uow.session.execute(statement.on_conflict_do_update(index_elements=["one", "other"], set_=newer), rows)
        uow.touched(Kind.DUPLICATE_PAIR, *(pair.one for pair in found))
    row = uow.session.get(DuplicateWalk, 1) or DuplicateWalk(one=1, stage="", after="")
    if row.stage != then.stage.value and then.stage is Stage.DONE:
        row.finished_at = uow.clock.now()
        uow.touched(Kind.DUPLICATE_PAIR, UUID(int=0))
    row.stage, row.after = then.stage.value, then.after
    uow.session.add(row)


def listed(uow: UnitOfWork) -> DuplicateList:
    """Return the likeliest pairs as their customers are now: compared anew, without those that stand for one already or
    are known to be two."""
    rows = uow.session.execute(_LISTED).all()
    ids = list(dict.fromkeys(customer_id for row in rows for customer_id in (row.one, row.other)))
    people, two = known(uow, ids), said_of(uow, ids)
    pairs = [
        pair
        for row in rows
        if (row.one, row.other) not in two
        and row.one in people
        and row.other in people
        and (pair := _as_pair(people[row.one], people[row.other], row.found_at)) is not None
    ]
    pairs.sort(key=_likeliest_first)
    walk = uow.session.get(DuplicateWalk, 1)
    more = len(pairs) > SHOWN or len(rows) == 2 * SHOWN
    return DuplicateList(tuple(pairs[:SHOWN]), more, complete=walk is not None and walk.finished_at is not None)


def _as_pair(one: Known, other: Known, found_at: datetime) -> DuplicatePair | None:
    likeness = compare(one.traits, other.traits)
    if not likeness.is_probable:
        return None
    return DuplicatePair(one.as_like(likeness), other.as_like(likeness), likeness.chance, likeness.reasons, found_at)


def _likeliest_first(pair: DuplicatePair) -> tuple[float, int]:
    return (-pair.chance, pair.one.customer_id.int)
