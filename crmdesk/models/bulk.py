"""Writes many rows that came from the server into the desk's file: nothing is done in Python for each value.

What travels (``sync.wire``) is, but for ids, what SQLite stores: instants are microseconds, days ISO text. Ids are
turned from hexadecimal text into bytes by SQLite itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import bindparam, column, func, table
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from crmdesk.models.base import Id
from crmdesk.models.registry import table_of


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
    if rows:
        session.flush()
        stored = [tuple(row) for row in rows] if not defaults else [(*row, *defaults) for row in rows]
        session.connection().exec_driver_sql(statement, stored)
