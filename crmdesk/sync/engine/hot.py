"""Statements of every push and pull, handed to the driver as they are.

SQLAlchemy spends about four times as long on a small statement as the driver does: on the way there and back, not in
the database. So these are compiled once, and sent by one cursor for each connection. Transactions, the pool and the
kinds of errors stay SQLAlchemy's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import psycopg
from sqlalchemy import Connection, Executable
from sqlalchemy.dialects.postgresql.psycopg import dialect
from sqlalchemy.exc import DBAPIError

_CURSOR = "crmdesk cursor"
_DIALECT = dialect()  # type: ignore[no-untyped-call]
_NOTHING: Mapping[str, Any] = {}

Answer = tuple[Any, ...]


class Hot:
    """A statement that is compiled once. Its values are taken as the driver takes them, by name, and its rows are given
    as the driver gives them; raises DBAPIError as a connection's ``execute`` does."""

    __slots__ = ("_sql",)

    def __init__(self, statement: Executable) -> None:
        self._sql = str(statement.compile(dialect=_DIALECT))  # type: ignore[attr-defined]

    def run(self, conn: Connection, values: Mapping[str, Any] = _NOTHING) -> None:
        """Carry it out; what it returns is not read."""
        self._sent(conn, values)

    def all(self, conn: Connection, values: Mapping[str, Any] = _NOTHING) -> list[Answer]:
        """Return its rows."""
        return self._sent(conn, values).fetchall()

    def first(self, conn: Connection, values: Mapping[str, Any] = _NOTHING) -> Answer | None:
        """Return its first row, None where there is none."""
        return self._sent(conn, values).fetchone()

    def one(self, conn: Connection, values: Mapping[str, Any] = _NOTHING) -> Answer:
        """Return its first row; raises LookupError where there is none."""
        row = self.first(conn, values)
        if row is None:
            raise LookupError("the statement returned no row")
        return row

    def _sent(self, conn: Connection, values: Mapping[str, Any]) -> psycopg.Cursor[Answer]:
        cursor = _cursor(conn)
        try:
            # The statement is ours; the driver would like to see it written out here.
            cursor.execute(cast("Any", self._sql), values)
        except psycopg.Error as error:
            raise _told(conn, self._sql, error) from error
        return cursor


def _cursor(conn: Connection) -> psycopg.Cursor[Answer]:
    """Return the cursor of a connection: of the driver's own, so that it goes when that goes."""
    kept = conn.info.get(_CURSOR)
    if kept is None or kept.closed:
        driver = conn.connection.driver_connection
        assert driver is not None
        kept = conn.info[_CURSOR] = driver.cursor()
    return cast("psycopg.Cursor[Answer]", kept)


def _told(conn: Connection, sql: str, error: psycopg.Error) -> BaseException:
    """Return the driver's error as SQLAlchemy tells it, without the values; give up a connection that is lost."""
    lost = conn.dialect.is_disconnect(cast("Any", error), cast("Any", conn.connection.driver_connection), None)
    if lost:
        conn.invalidate(error)
    return DBAPIError.instance(
        sql, None, error, psycopg.Error, hide_parameters=True, connection_invalidated=lost, dialect=conn.dialect
    )
