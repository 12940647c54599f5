"""Fixtures: one real PostgreSQL for the whole run, one fresh crmdesk database for each test that asks."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy import Engine as SqlEngine

from crmdesk.domain.people import Role
from crmdesk.models.registry import SYNCED
from crmdesk.server.local_postgres import FAST_AND_FORGETFUL, LocalPostgres, local_postgres
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine.people import NewPerson
from crmdesk.sync.engine.setup import initialise

ADMIN_PASSWORD = "correct horse battery"
_TEMPLATE = "crmdesk_template"


_OTHERS = text(
    "select pg_terminate_backend(pid) from pg_stat_activity "
    "where datname = current_database() and pid <> pg_backend_pid()"
)
_SYNC_TABLES = (
    *(
        "mail",
        "fired_rung",
        "signed_return",
        "routing_edition",
        "seal",
        "phone_action",
        "cti_delivery",
        "cti_token",
        "gateway",
        "looked_up",
        "held",
        "erasure",
    ),
    *("merge_moved", "merge", "field_change"),
    *("change", "mutation", "reference_block", "reference_year", "telephony_event", "sign_in_failure"),
    *("agent_interval", "rolled_day", "queue_limits", "device", "principal_scope", "principal", "scope", "server"),
)
_SET_UP = ("sync.server", "sync.scope", "sync.principal", "sync.principal_scope", "crm.agent", "crm.disposition")


_EMPTYING = ";".join(
    [
        *(f"delete from crm.{name}" for name in SYNCED),
        *(f"delete from sync.{name}" for name in _SYNC_TABLES),
        *(f"insert into {name} table kept.{name.replace('.', '_')}" for name in _SET_UP),
        "alter sequence sync.scope_scope_id_seq restart with 2",
    ]
)


def _administrator() -> NewPerson:
    return NewPerson("admin", "Ada Min", Role.ADMINISTRATOR, ADMIN_PASSWORD)


def _keep_a_copy(conn: Connection) -> None:
    """Remember the rows that a database has when it was just set up."""
    conn.execute(text("create schema kept"))
    for name in _SET_UP:
        conn.execute(text(f"create table kept.{name.replace('.', '_')} as table {name}"))


def _empty(conn: Connection) -> None:
    """Bring a database back to how it was when it was just set up."""
    conn.execute(_OTHERS)
    conn.exec_driver_sql(_EMPTYING)  # in one go: most of it is the way there and back


class Databases:
    """Makes empty databases, and copies of one that crmdesk was set up in."""

    def __init__(self, postgres: LocalPostgres) -> None:
        self.postgres = postgres
        self._engine: SqlEngine = create_engine(postgres.url(), isolation_level="AUTOCOMMIT")
        self._numbers = count(1)
        self._shelf: list[str] = []
        self._emptying: dict[str, Engine] = {}
        self._run("create database " + _TEMPLATE)
        engine = Engine(postgres.url(_TEMPLATE))
        initialise(engine, _administrator)
        engine.run(_keep_a_copy)
        engine.close()

    def empty(self, how: str = "") -> str:
        """Return the URL of a new database with nothing in it, made as the words of ``how`` say."""
        name = f"empty_{next(self._numbers)}"
        self._run(f"create database {name} {how}")
        return self.postgres.url(name)

    def ready(self) -> str:
        """Return the URL of a new database with crmdesk's schema and one administrator, ``admin``."""
        name = f"test_{next(self._numbers)}"
        self._run(f"create database {name} template {_TEMPLATE} strategy file_copy")
        return self.postgres.url(name)

    def lend(self) -> str:
        """Return the URL of a database as ``ready`` makes it; one that was given back, where there is one."""
        return self._shelf.pop() if self._shelf else self.ready()

    def give_back(self, url: str) -> None:
        """Take a database back and empty it: that takes a twentieth of making another."""
        # A session that has met the tables before needs a quarter of the time of a new one.
        if url not in self._emptying:
            self._emptying[url] = Engine(url, connections=1)
        self._emptying[url].run(_empty)
        self._shelf.append(url)

    def drop(self, url: str) -> None:
        """Remove a database that nobody needs any more, and whoever is still in it."""
        self._run(f"drop database if exists {_name(url)} with (force)")

    def copy(self, url: str) -> str:
        """Return the URL of a copy of a database that nobody else is connected to: a backup."""
        self._let_go(url)
        name = f"copy_{next(self._numbers)}"
        self._run(f"create database {name} template {_name(url)} strategy file_copy")
        return self.postgres.url(name)

    def put_back(self, backup: str, url: str) -> None:
        """Put a copy in a database's place, whoever works on it."""
        self.drop(url)
        self._run(f"create database {_name(url)} template {_name(backup)} strategy file_copy")

    def close(self) -> None:
        """Let go of the cluster."""
        for url in self._emptying:
            self._let_go(url)
        self._engine.dispose()

    def _let_go(self, url: str) -> None:
        if url in self._emptying:
            self._emptying[url].close()

    def _run(self, statement: str) -> None:
        with self._engine.connect() as conn:
            conn.execute(text(statement))


def _name(url: str) -> str:
    return url.partition("@/")[2].partition("?")[0]


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """One PostgreSQL for the whole run."""
    with local_postgres(FAST_AND_FORGETFUL) as postgres:
        made = Databases(postgres)
        yield made
        made.close()


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """The URL of a fresh crmdesk database with one administrator."""
    url = databases.lend()
    yield url
    databases.give_back(url)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """The sync engine on a fresh crmdesk database."""
    made = Engine(database_url)
    yield made
    made.close()
