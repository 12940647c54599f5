"""A gateway or a database that is killed while desks send: what was acknowledged stays, the rest is sent, each once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from crmdesk.domain.errors import Unavailable
from crmdesk.server.local_postgres import local_postgres
from tests.faults.cluster import Cluster, wait_until
from tests.faults.desk import Desk, unsettled
from tests.faults.site import Children, Site, a_site
from tests.faults.weather import Gateways
from tests.support.postgres import Databases

KILLS = 2
TURNS_BETWEEN = 3


class Sending:
    """Desks that write and send without a pause, each on a thread of its own."""

    def __init__(self, site: Site, desks: list[Desk]) -> None:
        self._site = site
        self._enough = threading.Event()
        self._lock = threading.Lock()
        self.turns = 0
        self.failed = 0
        self.faults: list[BaseException] = []
        self._threads = [threading.Thread(target=self._send, args=(desk,)) for desk in desks]
        for thread in self._threads:
            thread.start()

    def goes_on(self) -> None:
        """Wait until some more turns came to their end."""
        wanted = self.turns + TURNS_BETWEEN
        wait_until(lambda: self.turns >= wanted or bool(self.faults), "more turns that come to their end")

    def stop(self) -> None:
        """End; raises what a desk fell over."""
        self._enough.set()
        for thread in self._threads:
            thread.join(60)
        if self.faults:
            raise self.faults[0]

    def _send(self, desk: Desk) -> None:
        try:
            while not self._enough.is_set():
                with self._lock:
                    words = self._site.words(3)
                pieces = desk.work(words)
                with self._lock:
                    self._site.remember(0, pieces)
                try:
                    desk.turn()
                    self.turns += 1
                except Unavailable:
                    self.failed += 1
        except BaseException as fault:
            self.faults.append(fault)
            raise


@contextmanager
def _desks(site: Site, server: str, folder: Path, many: int) -> Iterator[list[Desk]]:
    with ExitStack() as opened:
        desks = [opened.enter_context(closing(Desk(folder / f"desk {n}", server))) for n in range(many)]
        for desk in desks:
            site.seat(desk)
            desk.come_to_rest()
        yield desks


def _all_arrived(site: Site, desks: list[Desk]) -> None:
    for _ in range(2):
        for desk in desks:
            desk.come_to_rest()
    for desk in desks:
        assert desk.do(unsettled) == 0
        site.check(desk)


def test_a_gateway_that_is_killed_again_and_again_gets_every_change_once(
    databases: Databases, tmp_path: Path, children: Children
) -> None:
    database = databases.ready()
    with (
        closing(Gateways(database)) as gateways,
        closing(Site(database, f"http://{gateways.address}", tmp_path, children)) as site,
        _desks(site, site.server, tmp_path, 2) as desks,
    ):
        _ended_again_and_again(site, desks, gateways.kill_and_start)


@pytest.mark.parametrize("end", [Cluster.stop_at_once, Cluster.kill], ids=["stopped at once", "killed"])
def test_a_database_that_ends_in_the_middle_keeps_what_it_acknowledged(
    tmp_path: Path, children: Children, end: Callable[[Cluster], None]
) -> None:
    with (
        local_postgres({"synchronous_commit": "on", "fsync": "on"}) as postgres,
        closing(Cluster(postgres)) as cluster,
        closing(Databases(postgres)) as databases,
        a_site(databases.ready(), tmp_path, children) as site,
        _desks(site, site.server, tmp_path, 2) as desks,
    ):

        def stop_and_start() -> None:
            end(cluster)
            cluster.start()

        _ended_again_and_again(site, desks, stop_and_start)


def _ended_again_and_again(site: Site, desks: list[Desk], end: Callable[[], None]) -> None:
    sending = Sending(site, desks)
    try:
        for _ in range(KILLS):
            sending.goes_on()
            end()
        sending.goes_on()
    finally:
        sending.stop()
    assert sending.failed > 0, "no turn met the gap"
    _all_arrived(site, desks)
