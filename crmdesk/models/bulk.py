"""Writes many rows that came from the server into the desk's file: nothing is done in Python for each value.

What travels (``sync.wire``) is, but for ids, what SQLite stores: instants are microseconds, days ISO text. Ids are
turned from hexadecimal text into bytes by SQLite itself. One statement reads the words of new rows into the full text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from sqlalchemy import Insert, Select, bindparam, column, delete, func, literal, select, table
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from crmdesk.models.base import Id
from crmdesk.models.local import IndexedLater
from crmdesk.models.registry import table_of
from crmdesk.models.search_schema import FULL_TEXT

_WORTH_A_MARK = 20
"""For fewer rows four more statements would cost more than they save."""


@cache
def _upsert(entity: str, names: tuple[str, ...]) -> tuple[str, tuple[Any, ...]]:
    """Return the statement that takes values in this order, and what has to follow them: the defaults of columns that
    an older server does not send."""
    known = table_of(entity).c
    absent = [c for c in known if c.key not in names and not c.nullable and c.server_default is None]
    defaults = {c.key: c.default.arg for c in absent if isinstance(c.default, ScalarElementColumnDefault)}
    target = table(entity, *(column(name) for name in (*names, *defaults)))
    values: dict[str, Any] = {name: bindparam(name) for name in (*names, *defaults)}
    values |= {name: func.unhex(values[name]) for name in names if isinstance(known[name].type, Id)}
    statement = insert(target).values(values)
    changed = {name: statement.excluded[name] for name in names if name != "id"}
    compiled = statement.on_conflict_do_update(index_elements=[target.c.id], set_=changed).compile(
        dialect=sqlite.dialect()
    )
    assert list(compiled.positiontup or ()) == list(values)
    return str(compiled), tuple(defaults.values())


def write_values(session: Session, entity: str, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert or replace rows of one entity; ``rows`` hold wire values in the order of ``names``, the id among them.

    Raises KeyError for an unknown column, IntegrityError for an id that is none.
    """
    statement, defaults = _upsert(entity, tuple(names))
    if not rows:
        return
    session.flush()
    stored = [tuple(row) for row in rows] if not defaults else [(*row, *defaults) for row in rows]
    if len(stored) < _WORTH_A_MARK or not _learning(entity):
        session.connection().exec_driver_sql(statement, stored)
        return
    with indexed_together(session, entity):
        session.connection().exec_driver_sql(statement, stored)


@contextmanager
def indexed_together(session: Session, entity: str) -> Iterator[None]:
    """Read the words of all rows that the block adds to an entity's table into the full text at its end.

    Nothing may be searched for inside the block; what the block changes in rows that were there is followed at once.
    """
    session.execute(_marking(entity))
    yield
    for statement in _learning(entity):
        session.execute(statement)
    session.execute(delete(IndexedLater).where(IndexedLater.name == entity))


@cache
def _marking(entity: str) -> Insert:
    last: Select[*tuple[Any, ...]] = select(literal(entity), func.coalesce(func.max(column("rowid")), 0)).select_from(
        table_of(entity)
    )
    return insert(IndexedLater).from_select(["name", "above"], last)


@cache
def _learning(entity: str) -> tuple[Insert, ...]:
    """Return the statements that read an entity's rows above its mark into each full text that follows it."""
    mark = select(IndexedLater.above).where(IndexedLater.name == entity).scalar_subquery()
    made = []
    for each in (full_text for full_text in FULL_TEXT if full_text.follows == entity):
        names = ["rowid", *each.columns]
        found: Select[*tuple[Any, ...]] = (
            select(*map(column, names)).select_from(table_of(entity)).where(column("rowid") > mark)
        )
        made.append(insert(table(each.name, *map(column, names))).from_select(names, found))
    return tuple(made)
