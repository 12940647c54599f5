"""The server of the machine: people and devices made once, a fresh copy of the database for each run, backups of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import Connection, create_engine, text
from sqlalchemy import Engine as SqlEngine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from crmdesk.domain.clock import SystemClock
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.people import Role
from crmdesk.server.local_postgres import FAST_AND_FORGETFUL, local_postgres
from crmdesk.sync.engine import Engine, principal_at
from crmdesk.sync.engine.erasing import erase_customer
from crmdesk.sync.engine.journal import Journal
from crmdesk.sync.engine.moving import move_customer, team_named
from crmdesk.sync.engine.people import NewPerson, add_person
from crmdesk.sync.engine.restoring import begin_anew
from crmdesk.sync.engine.setup import initialise
from tests.support.server import add_device

TEAMS = ("North", "South")
LOGINS = (("ada", "North", Role.AGENT), ("ben", "North", Role.AGENT), ("cleo", "South", Role.SUPERVISOR))
"""Who works here: two colleagues of one team, and one who leads another and sees both."""

_SEES_ALL = text(
    "insert into sync.principal_scope (user_id, scope_id) select :person, scope_id from sync.scope where kind = 'team' "
    "on conflict do nothing"
)

_PASSWORD = "a password for the machine"
_TEMPLATE = "machine"
_IMPATIENT = "-c lock_timeout=60"
"""Whoever meets a transaction that stays open gives up soon, as behind a real gateway's time limits."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A device of one person: what a desk needs to introduce itself."""

    device: UUID
    person: UUID
    nonce: UUID


def is_in_the_way(error: DBAPIError) -> bool:
    """Return True if a transaction that is still open holds what somebody else needs."""
    return getattr(error.orig, "sqlstate", "") == "55P03"


class House:
    """One PostgreSQL cluster in which every run of the machine gets a database of its own."""

    def __init__(self, url: str) -> None:
        self._admin = create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
        self._url = make_url(url)
        self._numbers = count(1)
        self._furnished = _TEMPLATE
        self._run(f"create database {_TEMPLATE}")
        engine = Engine(self._url_of(_TEMPLATE))
        initialise(engine, lambda: NewPerson("admin", "Ada Min", Role.ADMINISTRATOR, _PASSWORD))
        self.seats: tuple[Seat, ...] = engine.run(_people)
        engine.close()

    def open(self, folder: Path) -> Shop:
        """Return a fresh server as it was furnished, whose journal of erasures lies in ``folder``."""
        return Shop(self, self.copy(self._furnished), folder)

    def furnish(self, name: str) -> None:
        """Let every server begin as a copy of this database."""
        self._furnished = self.copy(name)

    def copy(self, source: str) -> str:
        """Copy a database that nobody is connected to; return the name of the copy."""
        name = f"shop_{next(self._numbers)}"
        self._run(f"create database {name} template {source} strategy file_copy")
        return name

    def drop(self, name: str) -> None:
        """Remove a database and whoever is still in it."""
        self._run(f"drop database if exists {name} with (force)")

    def engine(self, name: str) -> Engine:
        """Return the sync engine on one of the databases."""
        return Engine(self._url_of(name))

    def plain(self, name: str) -> SqlEngine:
        """Return connections to one of the databases for transactions of the machine's own."""
        return create_engine(self._url_of(name), poolclass=NullPool)

    def close(self) -> None:
        """Let go of the cluster."""
        self._admin.dispose()

    def _url_of(self, name: str) -> str:
        url = self._url.set(drivername="postgresql+psycopg", database=name).update_query_dict({"options": _IMPATIENT})
        return url.render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        with self._admin.connect() as conn:
            conn.execute(text(statement))


@contextmanager
def a_house() -> Iterator[House]:
    """Start a PostgreSQL for the machine and stop it afterwards."""
    with local_postgres(FAST_AND_FORGETFUL) as postgres:
        house = House(postgres.url())
        try:
            yield house
        finally:
            house.close()


def _people(conn: Connection) -> tuple[Seat, ...]:
    seats = []
    for login, team, role in LOGINS:
        person = add_person(conn, NewPerson(login, login.title(), role, _PASSWORD, team=team))
        if role is Role.SUPERVISOR:
            conn.execute(_SEES_ALL, {"person": person})
        nonce = uuid4()
        seats.append(Seat(add_device(conn, person, nonce).device_id, person, nonce))
    return tuple(seats)


class Shop:
    """One server: its engine, and transactions that somebody left open."""

    def __init__(self, house: House, name: str, folder: Path) -> None:
        self._house = house
        self._clock = SystemClock()
        self.journal = Journal(folder / "erasures")
        self._name = name
        self._backup: str | None = None
        self._open: list[Connection] = []
        self.engine = house.engine(name)
        self._late = house.plain(name)

    @property
    def has_backup(self) -> bool:
        """Whether there is something to put back."""
        return self._backup is not None

    @property
    def open_transactions(self) -> int:
        """How many writers have begun and not ended."""
        return len(self._open)

    def begin(self) -> Connection:
        """Begin a transaction that stays open, with an id of its own: nobody's changes pass it until it ends."""
        conn = self._late.connect()
        conn.execute(text("select pg_current_xact_id()"))
        self._open.append(conn)
        return conn

    def end(self, which: int) -> None:
        """Commit one of the open transactions, unless the server ended it for idling too long."""
        conn = self._open.pop(which % len(self._open))
        try:
            conn.commit()
        except DBAPIError:
            conn.invalidate()
        conn.close()

    def forget_last(self) -> None:
        """Roll back the transaction that began last."""
        conn = self._open.pop()
        conn.invalidate()
        conn.close()

    def end_all(self) -> None:
        """Commit everything that is open."""
        while self._open:
            self.end(0)

    def erase(self, customer: UUID) -> bool:
        """Erase a customer and all that is about them; return whether they were there and nobody was in the way."""
        return self._done(lambda conn: erase_customer(conn, customer, self.journal, self._clock.now))

    def move(self, customer: UUID, team: str) -> bool:
        """Give a customer to another team; return whether they were there and nobody was in the way."""
        author = self._house.seats[-1].person
        return self._done(lambda conn: move_customer(conn, customer, team_named(conn, team), author))

    def _done(self, work: Callable[[Connection], object]) -> bool:
        try:
            self.engine.run(work)
        except UserMistake:
            return False
        except DBAPIError as error:
            if is_in_the_way(error):
                return False
            raise
        return True

    def back_up(self) -> None:
        """Keep a copy of the database as it is now, instead of an earlier one."""
        self._pause()
        if self._backup is not None:
            self._house.drop(self._backup)
        self._backup = self._house.copy(self._name)
        self._resume()

    def put_back(self) -> None:
        """Put the copy in the database's place, as an administrator does after a disaster, and begin anew with it."""
        assert self._backup is not None
        self._pause()
        self._house.drop(self._name)
        self._name = self._house.copy(self._backup)
        self._resume()
        self.engine.run(lambda conn: begin_anew(conn, self.journal))

    def leave(self) -> str:
        """Let go of the database and return its name."""
        self._pause()
        return self._name

    def close(self) -> None:
        """Remove everything."""
        self._pause()
        self._house.drop(self._name)
        if self._backup is not None:
            self._house.drop(self._backup)

    def _pause(self) -> None:
        self.end_all()
        self.engine.close()
        self._late.dispose()

    def _resume(self) -> None:
        self.engine = self._house.engine(self._name)
        self._late = self._house.plain(self._name)


__all__ = ["House", "Seat", "Shop", "a_house", "principal_at"]
