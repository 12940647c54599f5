"""The least time in which rows can go from one desk's file to the server and on to another's: COPY and bulk load.

Into tables with the same columns and indexes, durable on both sides, but without anything that makes sync: no outbox,
no feed, no triggers, no row-level security, no conflicts, no search, no network.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from sqlalchemy import MetaData
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from benchmarks._store import KEY
from crmdesk.models.engine import connector
from crmdesk.models.registry import table_of

_COLUMNS = tuple(c.key for c in table_of("customer").columns if c.key not in ("fver", "updated_at", "updated_by"))
_LIST = ", ".join(_COLUMNS)
_MARKS = ", ".join("?" * len(_COLUMNS))
_READ = f"select {_LIST} from customer order by id limit ?"
_INSERT = f"insert or replace into customer ({_LIST}, fver) values ({_MARKS}, '{{}}')"
_SET = sql.SQL(", ").join(sql.SQL("{0} = s.{0}").format(sql.Identifier(name)) for name in _COLUMNS if name != "id")
_UPDATE = sql.SQL("update bench.customer t set {} from bench.come s where s.id = t.id").format(_SET)
_FIELDS = sql.SQL(", ").join(map(sql.Identifier, _COLUMNS))
_IDS = [at for at, name in enumerate(_COLUMNS) if name in ("id", "merged_into")]
_SINCE = _COLUMNS.index("since")


class Limit:
    """Measures both ways with the rows that a desk has in its file."""

    def __init__(self, source: Path, database: str, folder: Path) -> None:
        self._source = connector(source, KEY)()
        self._target = connector(folder / "limit.db", KEY)()
        table = table_of("customer").to_metadata(MetaData())
        self._target.execute(str(CreateTable(table).compile(dialect=sqlite.dialect())))
        for index in table.indexes:
            self._target.execute(str(CreateIndex(index).compile(dialect=sqlite.dialect())))
        self._server = psycopg.connect(database.replace("+psycopg", ""), autocommit=True)
        self._server.execute("create schema bench")
        self._server.execute("create table bench.customer (like crm.customer including defaults including indexes)")
        self._server.execute("create table bench.come (like crm.customer including defaults)")

    def push(self, count: int) -> float:
        """Return the seconds from the file into the server's table."""
        began = perf_counter()
        self._copy_in("customer", self._read(count))
        return perf_counter() - began

    def pull(self, count: int) -> float:
        """Return the seconds from the server's table into another file."""
        began = perf_counter()
        copy = sql.SQL("copy (select {} from bench.customer order by id limit {}) to stdout").format(_FIELDS, count)
        with self._server.cursor() as cursor, cursor.copy(copy) as out:
            out.set_types(["text"] * len(_COLUMNS))
            rows = [_for_sqlite(row) for row in out.rows()]
        self._target.execute("begin immediate")
        self._target.executemany(_INSERT, rows)
        self._target.execute("commit")
        return perf_counter() - began

    def push_changed(self, count: int) -> float:
        """Return the seconds in which rows that are there already are replaced at the server."""
        began = perf_counter()
        with self._server.transaction():
            self._copy_in("come", self._read(count))
            self._server.execute(_UPDATE)
        return perf_counter() - began

    def close(self) -> None:
        """Close everything."""
        self._source.close()
        self._target.close()
        self._server.close()

    def _read(self, count: int) -> list[Sequence[Any]]:
        found: list[Sequence[Any]] = self._source.execute(_READ, (count,)).fetchall()
        return found

    def _copy_in(self, table: str, rows: Sequence[Sequence[Any]]) -> None:
        into = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier("bench", table), _FIELDS)
        with self._server.cursor() as cursor, cursor.copy(into) as copy:
            for row in rows:
                copy.write_row(_for_postgres(row))


def _for_postgres(row: Sequence[Any]) -> list[Any]:
    values = list(row)
    for at in _IDS:
        values[at] = values[at] and UUID(bytes=values[at])
    values[_SINCE] = values[_SINCE] and date.fromisoformat(values[_SINCE])
    return values


def _for_sqlite(row: Sequence[Any]) -> list[Any]:
    values = list(row)
    for at in _IDS:
        values[at] = values[at] and UUID(values[at]).bytes
    return values
