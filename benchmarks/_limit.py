"""The least time in which rows can go from one desk's file to the server and on to another's: COPY and bulk load.

Into tables with the same columns and indexes, durable on both sides (PostgreSQL with fsync; an encrypted file with WAL
and ``synchronous=FULL``), in one transaction each, by the fastest way known: nothing is done in Python for a value, as
SQLite and PostgreSQL turn ids into text and back. Without anything that makes sync: no outbox, no feed, no triggers, no
row-level security, no conflicts, no network.

``pull`` is without search as well, and the budget is held against it, though every desk has to index the words of names
and any solution would pay for that. ``pull_searchable`` is the same with both indexes of names, filled by one statement
each at the end: it is told beside, to show how much of the distance that is, and nothing is judged by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Column, MetaData
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from benchmarks._store import KEY
from crmdesk.models.base import Id
from crmdesk.models.engine import connector
from crmdesk.models.registry import table_of
from crmdesk.models.search_schema import FULL_TEXT, create_statements

_TABLE = table_of("customer")
_COLUMNS = tuple(c.key for c in _TABLE.columns if c.key not in ("fver", "updated_at", "updated_by"))
_LIST = ", ".join(_COLUMNS)


def _hex_in_sqlite(column: Column[Any]) -> str:
    return f"nullif(hex({column.key}), '')" if isinstance(column.type, Id) else column.key


def _from_hex(column: Column[Any]) -> str:
    return "unhex(?)" if isinstance(column.type, Id) else "?"


def _hex_in_postgres(column: Column[Any]) -> sql.Composable:
    name = sql.Identifier(column.key)
    return sql.SQL("encode(uuid_send({}), 'hex')").format(name) if isinstance(column.type, Id) else name


_MARKS = ", ".join(_from_hex(_TABLE.c[name]) for name in _COLUMNS)
_READ = f"select {', '.join(_hex_in_sqlite(_TABLE.c[name]) for name in _COLUMNS)} from customer order by id limit ?"
_TAKEN = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS if name != "id")
_INSERT = f"insert into customer ({_LIST}, fver) values ({_MARKS}, '{{}}') on conflict (id) do update set {_TAKEN}"
_SET = sql.SQL(", ").join(sql.SQL("{0} = s.{0}").format(sql.Identifier(name)) for name in _COLUMNS if name != "id")
_UPDATE = sql.SQL("update bench.customer t set {} from bench.come s where s.id = t.id").format(_SET)
_FIELDS = sql.SQL(", ").join(map(sql.Identifier, _COLUMNS))
_SENT = sql.SQL(", ").join(_hex_in_postgres(_TABLE.c[name]) for name in _COLUMNS)
_NAMES = tuple(each for each in FULL_TEXT if each.follows == "customer")


class Limit:
    """Measures both ways with the rows that a desk has in its file."""

    def __init__(self, source: Path, database: str, folder: Path) -> None:
        self._source = connector(source, KEY)()
        self._target = _new_file(folder / "limit.db")
        self._searchable = _new_file(folder / "searchable.db")
        for each in _NAMES:
            for statement in create_statements(each):
                self._searchable.execute(statement)
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
        return self._pull(self._target, count, ())

    def pull_searchable(self, count: int) -> float:
        """Return the seconds from the server's table into another file in which new names can be searched for."""
        return self._pull(self._searchable, count, [_learn(each.name, each.columns) for each in _NAMES])

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
        self._searchable.close()
        self._server.close()

    def _pull(self, target: Any, count: int, at_the_end: Sequence[str]) -> float:
        began = perf_counter()
        copy = sql.SQL("copy (select {} from bench.customer order by id limit {}) to stdout").format(_SENT, count)
        with self._server.cursor() as cursor, cursor.copy(copy) as out:
            out.set_types(["text"] * len(_COLUMNS))
            rows = list(out.rows())
        target.execute("begin immediate")
        last = target.execute("select coalesce(max(rowid), 0) from customer").fetchone()[0]
        target.executemany(_INSERT, rows)
        for statement in at_the_end:
            target.execute(statement, (last,))
        target.execute("commit")
        return perf_counter() - began

    def _read(self, count: int) -> list[Sequence[Any]]:
        found: list[Sequence[Any]] = self._source.execute(_READ, (count,)).fetchall()
        return found

    def _copy_in(self, table: str, rows: Sequence[Sequence[Any]]) -> None:
        into = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier("bench", table), _FIELDS)
        with self._server.cursor() as cursor, cursor.copy(into) as copy:
            for row in rows:
                copy.write_row(row)


def _new_file(path: Path) -> Any:
    connection = connector(path, KEY)()
    table = _TABLE.to_metadata(MetaData())
    connection.execute(str(CreateTable(table).compile(dialect=sqlite.dialect())))
    for index in table.indexes:
        connection.execute(str(CreateIndex(index).compile(dialect=sqlite.dialect())))
    return connection


def _learn(index: str, columns: Sequence[str]) -> str:
    names = ", ".join(columns)
    return f"insert into {index}(rowid, {names}) select rowid, {names} from customer where rowid > ?"
