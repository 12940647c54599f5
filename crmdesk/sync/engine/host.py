"""One engine on one database: the pool of connections and how its errors are told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, LiteralString, TypeVar
from urllib.parse import quote

import psycopg
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from crmdesk.domain.errors import Unavailable, UserMistake
from crmdesk.domain.language import mark
from crmdesk.sync.engine.access import Principal
from crmdesk.sync.engine.acknowledge import ack
from crmdesk.sync.engine.attempts import NeedsSavepoints, boldly
from crmdesk.sync.engine.greet import hello
from crmdesk.sync.engine.look_up import look_up
from crmdesk.sync.engine.pull import pull
from crmdesk.sync.engine.push import push
from crmdesk.sync.engine.snapshot import snapshot
from crmdesk.sync.wire import (
    Ack,
    AckReply,
    Hello,
    HelloReply,
    LookUp,
    LookUpReply,
    Pull,
    PullReply,
    Push,
    PushReply,
    Snapshot,
    SnapshotReply,
)

T = TypeVar("T")

_DRIVER = "postgresql+psycopg"
_CLASHES = frozenset({"40001", "40P01"})
_GONE = frozenset({"57P01", "57P02", "57P03", "53300"})
_CLASHES_BORNE = 3
_HOLDER_SILENT = text(
    "select extract(epoch from clock_timestamp() - a.state_change)::float from pg_locks l "
    "join pg_stat_activity a on a.pid = l.pid join pg_database d on d.oid = l.database "
    "where l.locktype = 'advisory' and l.granted and l.objsubid = 1 and d.datname = current_database() "
    "and l.classid::bigint = :key >> 32 and l.objid::bigint = :key & 4294967295"
)
_NOTICED_WHEN_GONE = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "tcp_user_timeout": 20_000,
}
"""libpq's settings by which a computer that vanished from the network is noticed within 20 s, not in an hour."""

_TRY_LOCK = text("select pg_try_advisory_lock(:key)")
_STILL_THERE = text("select 1")
_LIFE: LiteralString = (
    "select pg_postmaster_start_time()::text || ' ' || oid from pg_database where datname = current_database()"
)
_LIFE_KEY = "crmdesk life"


class DatabaseAway(Unavailable):
    """The database cannot be reached. ``detail`` is the driver's reason: for an administrator, not for desks."""

    def __init__(self, error: DBAPIError) -> None:
        super().__init__(mark("The database cannot be reached."), mark("It is tried again by itself."))
        lines = str(error.orig).strip().splitlines()
        self.detail = lines[0].rpartition("FATAL:")[2].strip() if lines else ""


class NotSettled(Unavailable):
    """The database came back, and nobody looked yet whether it is still the same: it serves nobody until then."""

    def __init__(self) -> None:
        super().__init__(mark("The database came back and is being looked at."), mark("It is tried again by itself."))


class Engine:
    """Runs pieces of work in transactions on a PostgreSQL database.

    A URL may name several hosts, a primary and its standbys: it works on the one that takes writes. Raises UserMistake
    for a URL that is not a PostgreSQL one. Close it when done; it is safe for threads.
    """

    def __init__(self, url: str, connections: int = 8) -> None:
        url = _address(url)
        self._held: list[HeldLock] = []
        self._guarded = False
        self._settled_life = ""
        try:
            self._engine = create_engine(
                url,
                pool_size=connections,
                max_overflow=0,
                pool_timeout=10,
                pool_use_lifo=True,
                hide_parameters=True,  # they are customers' data and would reach logs
                connect_args={"connect_timeout": 5, "application_name": "crmdesk", **_NOTICED_WHEN_GONE},
            )
        except (ArgumentError, ValueError) as error:
            raise UserMistake("database", "This database address cannot be read.", EXAMPLE) from error

        event.listen(self._engine, "connect", _introduce)

    def run(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in one transaction and return its value; again when it lost against another transaction, when
        its connection had been lost before, or when it needs savepoints after all. Nothing of an earlier attempt is
        left in the database.

        Raises Unavailable when the database cannot be reached or is shutting down, NotSettled where it is guarded and
        was started anew.
        """
        return self._run(self._checked(work))

    @property
    def connects_to(self) -> dict[str, Any]:
        """What the driver is asked for, by libpq's names; for an administrator, it may hold a password."""
        return dict(self._engine.dialect.create_connect_args(self._engine.url)[1])

    def guard(self) -> None:
        """From now on serve only from a database that was settled, each time after it was started or put back."""
        self._guarded = True

    def unsettle(self) -> None:
        """Serve nobody until the database was settled again."""
        self._settled_life = ""

    def settle(self, work: Callable[[Connection], T], then: Callable[[T], Callable[[Connection], bool] | None]) -> T:
        """Look at the database by ``work``, and serve from it after that.

        ``then`` may name a step that has to be done, in transactions of its own, until it returns True.
        """
        value, life = self._run(lambda conn: (work(conn), _life(conn)))
        step = then(value)
        while step is not None:
            done, now = self._run(lambda conn: (step(conn), _life(conn)))
            if now != life:
                raise NotSettled
            if done:
                break
        self._settled_life = life
        return value

    def _checked(self, work: Callable[[Connection], T]) -> Callable[[Connection], T]:
        if not self._guarded:
            return work

        def checked(conn: Connection) -> T:
            if _life(conn) != self._settled_life:
                raise NotSettled
            return work(conn)

        return checked

    def _run(self, work: Callable[[Connection], T]) -> T:
        bold, found_dead, clashes, committing = True, False, 0, False
        while True:
            try:
                with self._engine.begin() as conn:
                    committing = False
                    value = work(boldly(conn) if bold else conn)
                    committing = True
                return value
            except NeedsSavepoints:
                bold = False
            except DBAPIError as error:
                if _state(error) in _CLASHES and clashes < _CLASHES_BORNE:
                    clashes += 1
                    continue
                if error.connection_invalidated and not committing and not found_dead:
                    # The server was started anew since the connections were last used: none of them is good.
                    found_dead = True
                    self._engine.dispose()
                    continue
                if _is_away(error):
                    raise DatabaseAway(error) from error
                raise
            except PoolTimeout as error:
                raise Unavailable(mark("The database is too busy."), mark("It is tried again by itself.")) from error

    def hello(self, principal: Principal, message: Hello) -> HelloReply:
        """Answer HELLO in a transaction of its own."""
        return self.run(lambda conn: hello(conn, principal, message))

    def push(self, principal: Principal, message: Push) -> PushReply:
        """Answer PUSH in a transaction of its own."""
        return self.run(lambda conn: push(conn, principal, message))

    def pull(self, principal: Principal, message: Pull) -> PullReply:
        """Answer PULL in a transaction of its own."""
        return self.run(lambda conn: pull(conn, principal, message))

    def snapshot(self, principal: Principal, message: Snapshot) -> SnapshotReply:
        """Answer SNAPSHOT in a transaction of its own."""
        return self.run(lambda conn: snapshot(conn, principal, message))

    def look_up(self, principal: Principal, message: LookUp) -> LookUpReply:
        """Answer LOOK-UP in a transaction of its own."""
        return self.run(lambda conn: look_up(conn, principal, message))

    def ack(self, principal: Principal, message: Ack) -> AckReply:
        """Answer ACK in a transaction of its own."""
        return self.run(lambda conn: ack(conn, principal, message))

    def try_lock(self, key: int) -> HeldLock | None:
        """Return a lock that only one process of all that use this database can hold, None while another has it.

        Raises Unavailable as ``run`` does.
        """
        conn: Connection | None = None
        try:
            conn = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            if conn.execute(_TRY_LOCK, {"key": key}).scalar_one():
                held = HeldLock(conn)
                self._held.append(held)
                return held
        except DBAPIError as error:
            if conn is not None:
                conn.invalidate()
            raise DatabaseAway(error) from error
        except PoolTimeout as error:
            raise Unavailable(mark("The database is too busy."), mark("It is tried again by itself.")) from error
        conn.close()
        return None

    def holder_silent_s(self, key: int) -> float | None:
        """Return for how many seconds the process that holds a lock has not checked it, None where nobody holds it.

        Raises Unavailable as ``run`` does.
        """
        silent: float | None = self.run(lambda conn: conn.execute(_HOLDER_SILENT, {"key": key}).scalar_one_or_none())
        return silent

    def close(self) -> None:
        """Give back every lock and close every connection that is not in use."""
        while self._held:
            self._held.pop().release()
        self._engine.dispose()


def _introduce(connection: psycopg.Connection[Any], record: ConnectionPoolEntry) -> None:
    """Note which life of which database this is, and let no transaction of ours stay open over nothing: it would hold
    back what every desk receives."""
    connection.execute("set idle_in_transaction_session_timeout = 5000")
    (life,) = connection.execute(_LIFE).fetchone() or ("",)
    record.info[_LIFE_KEY] = life
    connection.commit()


def _life(conn: Connection) -> str:
    return str(conn.info[_LIFE_KEY])


class HeldLock:
    """A lock held by a connection of its own; it is lost when the connection is."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def check(self) -> None:
        """Raise Unavailable if the lock was lost."""
        try:
            self._conn.execute(_STILL_THERE)
        except DBAPIError as error:
            raise Unavailable(
                mark("The database connection was lost."), mark("It is tried again by itself.")
            ) from error

    def release(self) -> None:
        """Give the lock back; closing the connection for good does that in every case. May be done twice."""
        if not self._conn.closed:
            self._conn.invalidate()
            self._conn.close()


EXAMPLE = "An example: postgresql://user@host:5432/crmdesk"


def _address(url: str) -> str:
    """Return a URL as SQLAlchemy takes it, where several hosts are not parts of the authority but of the query.

    Of several hosts the one that takes writes is meant, unless the URL says otherwise. Raises UserMistake.
    """
    scheme, _, rest = url.partition("://")
    if scheme not in ("postgresql", "postgres", _DRIVER):
        raise UserMistake("database", "This is not the address of a PostgreSQL database.", EXAMPLE)
    authority, slash, path = rest.partition("/")
    user, at, hosts = authority.rpartition("@")
    name, _, query = path.partition("?")
    several = [f"host={quote(host, safe='[]:')}" for host in hosts.split(",")] if "," in hosts else []
    wanted = [*several, *query.split("&")] if query else several
    if sum(part.startswith("host=") for part in wanted) > 1 and "target_session_attrs=" not in query:
        wanted.append("target_session_attrs=read-write")
    authority = user + at + ("" if several else hosts)
    return f"{_DRIVER}://{authority}{slash or '/'}{name}{'?' + '&'.join(wanted) if wanted else ''}"


def _state(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", None) or "")


def _is_away(error: DBAPIError) -> bool:
    if error.connection_invalidated or _state(error) in _GONE:
        return True
    return isinstance(error, OperationalError | InterfaceError) and not _state(error)
