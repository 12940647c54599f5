"""PostgreSQL fails over to its streaming standby while desks write: what was confirmed is there, work goes on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from crmdesk.domain.errors import Refused, Unavailable, UserMistake
from crmdesk.domain.ids import new_id
from crmdesk.domain.people import Role
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine.people import NewPerson
from crmdesk.sync.engine.setup import initialise
from crmdesk.sync.wire import Mutation, Status
from tests.support.gateway import gateway
from tests.support.replicated import Replicated, replicated
from tests.support.server import desk_of
from tests.support.wire_desk import PASSWORD, Desk, made

ENOUGH = 15
"""Changes confirmed before and after the primary dies."""


@pytest.fixture
def clusters() -> Iterator[Replicated]:
    with replicated() as running:
        engine = Engine(running.url)
        initialise(engine, lambda: NewPerson("admin", "Ada Min", Role.ADMINISTRATOR, PASSWORD))
        desk_of(engine, "anna")
        engine.close()
        yield running


class Writer(threading.Thread):
    """A desk that writes without a pause, and sends again what was not confirmed."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(name="writer")
        self.desk = desk
        self.confirmed: list[UUID] = []
        self._grown = threading.Condition()
        self._ending = threading.Event()

    def run(self) -> None:
        """Write until told to end."""
        seq = 1
        while not self._ending.is_set():
            row = new_id()
            change = made(seq, row)
            while not self._is_confirmed(change):
                if self._ending.is_set():
                    return
            with self._grown:
                self.confirmed.append(row)
                self._grown.notify_all()
            seq += 1

    def _is_confirmed(self, change: Mutation) -> bool:
        try:
            return self.desk.push(change) == [Status.OK]
        except (Unavailable, Refused):
            return False

    def wait_for(self, count: int) -> None:
        """Wait until so many more are confirmed."""
        with self._grown:
            wanted = len(self.confirmed) + count
            assert self._grown.wait_for(lambda: len(self.confirmed) >= wanted, 90), "nothing is confirmed any more"

    def end(self) -> None:
        """Stop writing."""
        self._ending.set()
        self.join(30)


def test_nothing_that_was_confirmed_is_lost_and_the_epoch_stays(clusters: Replicated) -> None:
    clusters.wait_for_standby()
    before, after, writer = failed_over(clusters)
    at_new = stored(clusters.standby)
    assert set(writer.confirmed) <= at_new.rows
    assert at_new.mutations == at_new.last_seq, "each change took effect once"
    assert at_new.timeline > 1
    assert after == before


def test_without_synchronous_replication_a_new_epoch_lets_desks_send_again_what_they_kept(
    clusters: Replicated,
) -> None:
    before, after, _ = failed_over(clusters)
    assert after != before


def failed_over(clusters: Replicated) -> tuple[UUID, UUID, Writer]:
    """Kill the primary while a desk writes and let the standby take over; return the epochs before and after."""
    with gateway(clusters.url) as process:
        desk = Desk(process.url, "anna")
        before = desk.hello().epoch
        writer = Writer(desk)
        writer.start()
        try:
            writer.wait_for(ENOUGH)
            clusters.kill_primary()
            clusters.promote()
            writer.wait_for(ENOUGH)
        finally:
            writer.end()
        after = desk.hello().epoch
        desk.close()
    return before, after, writer


@dataclass(frozen=True, slots=True)
class Stored:
    """What one cluster has: customers, results, the desk's highest number, the timeline that was noted."""

    rows: frozenset[UUID]
    mutations: int
    last_seq: int
    timeline: int


def stored(sockets: Path) -> Stored:
    """Read it."""
    with psycopg.connect(f"host={sockets} user=postgres") as conn:
        conn.execute("select set_config('crmdesk.scopes', crm.every_scope(), false)")
        rows = frozenset(row[0] for row in conn.execute("select id from crm.customer"))
        found = conn.execute(
            "select (select count(*) from sync.mutation), (select max(last_seq) from sync.device), timeline "
            "from sync.server"
        ).fetchone()
        assert found is not None
        return Stored(rows, *found)


@pytest.mark.parametrize(
    ("url", "hosts", "ports"),
    [
        ("postgresql://u@h1:5432,h2:5433/db?target_session_attrs=read-write", "h1,h2", "5432,5433"),
        ("postgresql://u:p%40ss@h1:5432,h2:5433/db", "h1,h2", "5432,5433"),
        ("postgres://u@/db?host=/a:5432&host=/b:5433", "/a,/b", "5432,5433"),
    ],
)
def test_a_url_may_name_several_hosts_and_means_the_one_that_takes_writes(url: str, hosts: str, ports: str) -> None:
    asked = Engine(url).connects_to
    assert (asked["host"], asked["port"], asked["dbname"]) == (hosts, ports, "db")
    assert asked["target_session_attrs"] == "read-write"


def test_one_host_is_asked_as_it_is() -> None:
    asked = Engine("postgresql://u@h1/db").connects_to
    assert asked["host"] == "h1"
    assert "target_session_attrs" not in asked


@pytest.mark.parametrize("url", ["mysql://h/db", "postgresql://u@h1:x,h2/db", "h1,h2"])
def test_what_is_no_address_is_said(url: str) -> None:
    with pytest.raises(UserMistake):
        Engine(url)
