"""What one transaction of the main file means for the second file, and how it is written there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, column, delete, func, select, table, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite import insert

from crmdesk.domain.quick import dataclass
from crmdesk.models.kept import CHANGE, CONFLICT, CONTENT, DRAFT, EMPTY, Fact, KeptBase
from crmdesk.models.local import OutboxState

KEPT_FOR = timedelta(days=10)
"""How long a change is kept after the server had it: a week in which a server may be put back from a backup, and three
days for clocks that are set wrong."""

THROUGH = "through"
"""The fact that says up to which note of the main file this one came."""

_FACT = KeptBase.metadata.tables[Fact.__tablename__]
_LAST_SEQ = "last_seq"
_REPLACE = {each.name: insert(each).prefix_with("OR REPLACE") for each in KeptBase.metadata.sorted_tables}
_NOT_THE_SERVERS = frozenset({OutboxState.REFUSED.value, OutboxState.TAKEN.value})
_CHUNK = 500

STORED_CHANGE = table(CHANGE.name, *(column(c.name) for c in CHANGE.columns if c.name != "acked_at"))
"""A change in either file as it is stored there, without types that would turn it into Python's and back."""

_COPY = str(insert(STORED_CHANGE).prefix_with("OR REPLACE").compile(dialect=sqlite.dialect()))

Values = dict[str, Any]


class Extent(Enum):
    """What a batch is: what changed since the last, everything, or everything under new numbers."""

    CHANGED = auto()
    EVERYTHING = auto()
    RENUMBERED = auto()


@dataclass(slots=True)
class Batch:
    """What one transaction of the main file changed, for the second. ``gone`` names changes that left the outbox, with
    the state in which they did; ``copies`` are changes as they are stored, values in the order of ``STORED_CHANGE``."""

    extent: Extent
    through: int
    last_seq: int
    now: datetime
    changes: list[Values] = field(default_factory=list)
    copies: list[tuple[Any, ...]] = field(default_factory=list)
    gone: dict[int, str] = field(default_factory=dict)
    drafts: list[Values] = field(default_factory=list)
    gone_drafts: list[tuple[str, UUID]] = field(default_factory=list)
    conflicts: list[Values] = field(default_factory=list)
    gone_conflicts: list[UUID] = field(default_factory=list)
    contents: list[Values] = field(default_factory=list)
    gone_contents: list[UUID] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    erased: list[UUID] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything that the second file has."""

    changes: Sequence[Mapping[str, Any]]
    drafts: Sequence[Mapping[str, Any]]
    conflicts: Sequence[Mapping[str, Any]]
    facts: Mapping[str, Any]
    contents: Sequence[Mapping[str, Any]] = ()

    @property
    def last_seq(self) -> int:
        """The highest number that this desk ever gave to a change."""
        return int(self.facts.get(_LAST_SEQ, 0))

    @property
    def through(self) -> int:
        """The last note of the main file that was followed."""
        return int(self.facts.get(THROUGH, 0))


def apply(connection: Connection, batch: Batch) -> None:
    """Write a batch; within one transaction of the second file, with the fact of how far it goes."""
    if batch.extent is Extent.EVERYTHING:
        for each in KeptBase.metadata.sorted_tables:
            connection.execute(delete(each))
    elif batch.extent is Extent.RENUMBERED:
        _make_room(connection, batch)
    _upsert(connection, CHANGE, batch.changes)
    if batch.copies:
        connection.exec_driver_sql(_COPY, batch.copies)
    _upsert(connection, DRAFT, batch.drafts)
    _upsert(connection, CONFLICT, batch.conflicts)
    _upsert(connection, CONTENT, batch.contents)
    _forget(connection, batch)
    _erase(connection, batch.erased)
    facts = {**batch.facts, THROUGH: batch.through, _LAST_SEQ: batch.last_seq}
    _upsert(connection, _FACT, [{"key": key, "value": value} for key, value in facts.items()])


def prune(connection: Connection, now: datetime) -> None:
    """Forget changes that the server has had for long, the oldest first: what is kept has no gaps in its numbers."""
    acked = (CHANGE.c.state == OutboxState.ACKED.value) & (CHANGE.c.acked_at < now - KEPT_FOR)
    needed = connection.scalar(select(func.min(CHANGE.c.seq)).where(CHANGE.c.seq > 0, ~func.coalesce(acked, False)))
    old = delete(CHANGE).where(acked)
    connection.execute(old if needed is None else old.where(CHANGE.c.seq < needed))


def empty_confirmed(connection: Connection) -> None:
    """Leave nothing but the numbers of changes that the server has."""
    connection.execute(update(CHANGE).where(CHANGE.c.state == OutboxState.ACKED.value).values(EMPTY))


def _upsert(connection: Connection, into: Table, rows: Sequence[Values]) -> None:
    if rows:
        connection.execute(_REPLACE[into.name], list(rows))


def _forget(connection: Connection, batch: Batch) -> None:
    """Mark what left the outbox as the server's; of what somebody threw away only the number stays."""
    acked = {"state": OutboxState.ACKED.value, "acked_at": batch.now}
    thrown_away = [seq for seq, state in batch.gone.items() if state in _NOT_THE_SERVERS]
    for numbers in chunks(list(batch.gone)):
        connection.execute(update(CHANGE).where(CHANGE.c.seq.in_(numbers)).values(acked))
    for numbers in chunks(thrown_away):
        connection.execute(update(CHANGE).where(CHANGE.c.seq.in_(numbers)).values(EMPTY))
    for kind, subject in batch.gone_drafts:
        connection.execute(delete(DRAFT).where(DRAFT.c.kind == kind, DRAFT.c.subject == subject))
    for ids in chunks(batch.gone_conflicts):
        connection.execute(delete(CONFLICT).where(CONFLICT.c.id.in_(ids)))
    for ids in chunks(batch.gone_contents):
        connection.execute(delete(CONTENT).where(CONTENT.c.id.in_(ids)))


def _erase(connection: Connection, erased: Sequence[UUID]) -> None:
    for ids in chunks(erased):
        connection.execute(update(CHANGE).where(CHANGE.c.row_id.in_(ids)).values(EMPTY))
        connection.execute(delete(CONFLICT).where(CONFLICT.c.row_id.in_(ids)))
        connection.execute(delete(DRAFT).where(DRAFT.c.subject.in_(ids)))
        connection.execute(delete(CONTENT).where(CONTENT.c.id.in_(ids) | CONTENT.c.draft_subject.in_(ids)))


def _make_room(connection: Connection, batch: Batch) -> None:
    """Number what the former device had acknowledged downwards from the batch's lowest number, in its old order."""
    present = {row["id"] for row in batch.changes}
    former = [
        row for row in connection.execute(select(CHANGE).order_by(CHANGE.c.seq)).mappings() if row["id"] not in present
    ]
    for each in (CHANGE, DRAFT, CONFLICT):
        connection.execute(delete(each))
    below = min([1, *(row["seq"] for row in batch.changes)]) - len(former)
    _upsert(connection, CHANGE, [{**row, "seq": below + place} for place, row in enumerate(former)])


def chunks(ids: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Yield the ids in parts that a statement can take."""
    for start in range(0, len(ids), _CHUNK):
        yield ids[start : start + _CHUNK]
