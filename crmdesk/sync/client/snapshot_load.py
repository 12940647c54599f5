"""Loads a chunk of a snapshot into a table with the raw driver: nothing is done in Python for each value."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnDefault, Connection, bindparam, column, func, insert, table
from sqlalchemy.dialects import sqlite

from crmdesk.domain.errors import Unavailable
from crmdesk.domain.language import tr
from crmdesk.domain.quick import dataclass
from crmdesk.models.base import Id
from crmdesk.models.registry import SYNCED, table_of
from crmdesk.sync.wire import SnapshotReply


@dataclass(frozen=True, slots=True)
class _Loading:
    """How rows of an entity go into the file: the statement, which of the values it takes, what is put behind them."""

    statement: str
    places: tuple[int, ...] | None
    defaults: tuple[Any, ...]


@cache
def _loading(entity: str, columns: tuple[str, ...]) -> _Loading:
    """Return how rows with these columns are loaded; SQLite itself turns ids from hexadecimal text into bytes.

    Nothing else differs between the wire and the file: instants are microseconds, days ISO text in both.
    """
    known = table_of(entity).c
    taken = [name for name in columns if name in known]
    absent = [(c.key, c.default) for c in known if c.key not in columns]
    filled = {key: given.arg for key, given in absent if isinstance(given, ColumnDefault) and given.is_scalar}
    names = [*taken, *filled]
    target = table(entity, *(column(name) for name in names))
    values: dict[str, Any] = {name: bindparam(name) for name in names}
    values |= {name: func.unhex(values[name]) for name in taken if isinstance(known[name].type, Id)}
    compiled = insert(target).prefix_with("OR REPLACE").values(values).compile(dialect=sqlite.dialect())
    assert list(compiled.positiontup or ()) == names
    places = None if len(taken) == len(columns) else tuple(columns.index(name) for name in taken)
    return _Loading(str(compiled), places, tuple(filled.values()))


def load(conn: Connection, reply: SnapshotReply) -> int:
    """Write the rows of a chunk and return how many; a row that is there already is replaced.

    Raises Unavailable when they cannot be what was asked for.
    """
    if reply.table is None or reply.table.entity not in SYNCED:
        return 0
    if not {"id", "ver"} <= set(reply.table.columns):
        raise Unavailable(tr("The server's answer is incomplete."), tr("It is asked again."))
    how = _loading(reply.table.entity, reply.table.columns)
    rows: Sequence[Sequence[Any]] = reply.table.rows
    if how.places is not None:
        rows = [itemgetter(*how.places)(row) for row in rows]
    if how.defaults:
        rows = [(*row, *how.defaults) for row in rows]
    cursor = conn.connection.cursor()
    try:
        cursor.executemany(how.statement, rows)
    except ValueError as error:
        raise Unavailable(tr("The server's answer is incomplete."), tr("It is asked again.")) from error
    finally:
        cursor.close()
    return len(rows)
