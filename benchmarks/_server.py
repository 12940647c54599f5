"""A real server with generated customers: PostgreSQL of its own, filled by COPY, and a gateway process before it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from time import perf_counter
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from benchmarks._history import Subject
from benchmarks._rows import Values
from benchmarks._store import CUSTOMER, POINT, SEED, customers
from crmdesk.domain.people import Role
from crmdesk.server.local_postgres import local_postgres
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine.people import NewPerson, add_person
from crmdesk.sync.engine.setup import initialise

LOGIN, PASSWORD = "anna", "made-up customers only"
_PATIENCE_S = 15.0


@contextmanager
def server(count: int, seed: int = SEED) -> Iterator[tuple[str, dict[str, float]]]:
    """Run a server with ``count`` customers while the block runs; yield its address and how long loading took."""
    with local_postgres() as postgres:
        database = postgres.url()
        engine = Engine(database, connections=2)
        initialise(engine, lambda: NewPerson("admin", "Ada Min", Role.ADMINISTRATOR, PASSWORD))
        engine.run(lambda conn: add_person(conn, NewPerson(LOGIN, "Anna", Role.AGENT, PASSWORD)))
        engine.close()
        took = _fill(database, count, seed)
        with _gateway(database) as url:
            yield url, took


def _fill(database: str, count: int, seed: int) -> dict[str, float]:
    began = perf_counter()
    address = database.replace("+psycopg", "", 1)  # as the driver itself takes it
    points: list[Values] = []
    subjects: list[Subject] = []
    with psycopg.connect(address) as conn:
        made = _copy(conn, "customer", CUSTOMER, customers(count, seed, subjects, points))
        numbers = _copy(conn, "contact_point", POINT, points)
    with psycopg.connect(address, autocommit=True) as conn:
        conn.execute("analyze")
    return {"customers": made, "contact_points": numbers, "loaded_s": round(perf_counter() - began, 1)}


def _copy(conn: psycopg.Connection[Any], entity: str, columns: tuple[str, ...], rows: Iterable[Values]) -> int:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    into = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier("crm", entity), names)
    ids = [at for at, name in enumerate(columns) if name in ("id", "customer_id")]
    days = [at for at, name in enumerate(columns) if name == "since"]
    flags = [at for at, name in enumerate(columns) if name == "shared"]
    count = 0
    with conn.cursor() as cursor, cursor.copy(into) as copy:
        for row in rows:
            values = list(row)
            for at in ids:
                values[at] = UUID(bytes=values[at])
            for at in days:
                values[at] = date.fromisoformat(values[at])
            for at in flags:
                values[at] = bool(values[at])
            copy.write_row(values)
            count += 1
    return count


@contextmanager
def _gateway(database: str) -> Iterator[str]:
    command = [sys.executable, "-m", "crmdesk", "serve", "--announce", "--listen", "127.0.0.1:0"]
    environment = {**os.environ, "CRMDESK_DATABASE": database}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)
    assert process.stdout is not None
    try:
        yield str(json.loads(process.stdout.readline())["url"])
    finally:
        process.terminate()
        process.wait(_PATIENCE_S)
        process.stdout.close()
