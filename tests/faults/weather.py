"""Everything that can happen to two desks, their network, their gateway and its database, at random from a seed."""

from __future__ import annotations

import random
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from crmdesk.domain.clock import SystemClock
from crmdesk.domain.errors import Unavailable
from tests.faults.cluster import Cluster
from tests.faults.crashes import colleague_adds, shared_customers
from tests.faults.desk import Desk
from tests.faults.proxy import Kind, Proxy, Trouble, Way, a_network
from tests.faults.site import Children, Site
from tests.support.gateway import GatewayProcess, gateway

_DAY = timedelta(days=1)
_AROUND_A_TURN = 9_000
"""Bytes that go one way in a turn, and some more."""


class JumpingClock(SystemClock):
    """The computer's clock, as wrong as somebody set it; its steady count of seconds does not jump."""

    def __init__(self) -> None:
        self.wrong_by = timedelta()

    def now(self) -> datetime:
        """Return what the clock shows."""
        return super().now() + self.wrong_by


class Gateways:
    """The gateway at one address: killed, and started again."""

    def __init__(self, database: str) -> None:
        self._database = database
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.address = f"127.0.0.1:{probe.getsockname()[1]}"
        self._running = ExitStack()
        self._now: GatewayProcess = self._start()

    def kill_and_start(self) -> None:
        """End it as a power cut would, and start it again."""
        self._now.kill()
        self._now = self._start()

    def close(self) -> None:
        """End it."""
        self._running.close()

    def _start(self) -> GatewayProcess:
        return self._running.enter_context(gateway(self._database, listen=self.address))


class Weather:
    """Two desks behind a network. ``happen`` lets one thing happen and heals it."""

    def __init__(
        self, site: Site, network: Proxy, gateways: Gateways, cluster: Cluster, folder: Path, chance: random.Random
    ) -> None:
        self._site = site
        self._network = network
        self._gateways = gateways
        self._cluster = cluster
        self._chance = chance
        self._folders = [folder / "one", folder / "other"]
        self._clocks = [JumpingClock(), JumpingClock()]
        self._desks = [self._open(number) for number in (0, 1)]
        for desk in self._desks:
            site.seat(desk)
            desk.come_to_rest()
        self._shared: tuple[UUID, ...] = tuple(shared_customers(site, 3))
        self._settle()

    def happen(self) -> str:
        """Let something happen while both desks work and sync, and return what; raises AssertionError when a promise
        was broken by it."""
        name, event = self._chance.choice(self._events())
        for desk in self._desks:
            self._site.work(desk, self._chance.randint(1, 8))
            self._site.work(desk, self._chance.randint(0, 4), self._shared)
        colleague_adds(self._site, self._chance.choice(self._shared))
        try:
            event()
            self._network.set(None)
            self._settle()
        except AssertionError as error:
            raise AssertionError(f"after {name}: {error}") from error
        return name

    def close(self) -> None:
        """End both desks."""
        for desk in self._desks:
            desk.close()

    def _events(self) -> list[tuple[str, Callable[[], None]]]:
        common: list[tuple[str, Callable[[], None]]] = [
            ("a connection cut", lambda: self._in_trouble(Kind.CUT)),
            ("a request repeated", lambda: self._in_trouble(Kind.REPEAT)),
            ("a connection that drips", lambda: self._in_trouble(Kind.DRIP)),
            ("a slow connection", lambda: self._in_trouble(Kind.DELAY)),
            ("a clock set wrong", self._set_a_clock),
            ("a desk started anew", self._start_a_desk_anew),
        ]
        rare: list[tuple[str, Callable[[], None]]] = [
            ("a gateway killed", lambda: self._during_turns(self._gateways.kill_and_start)),
            ("a database stopped", lambda: self._during_turns(self._stop_the_database)),
            ("a half-open connection", lambda: self._in_trouble(Kind.SWALLOW)),
        ]
        return common * 4 + rare

    def _in_trouble(self, kind: Kind) -> None:
        after = self._chance.randrange(_AROUND_A_TURN) if kind in (Kind.CUT, Kind.SWALLOW) else 0
        self._network.set(Trouble(kind, self._chance.choice(list(Way)), after))
        self._turns()

    def _set_a_clock(self) -> None:
        self._chance.choice(self._clocks).wrong_by += self._chance.choice((_DAY, -_DAY))
        self._turns()

    def _start_a_desk_anew(self) -> None:
        number = self._chance.randrange(2)
        self._desks[number].close()
        self._desks[number] = self._open(number)

    def _stop_the_database(self) -> None:
        self._cluster.stop_at_once()
        self._cluster.start()

    def _during_turns(self, event: Callable[[], None]) -> None:
        turning = threading.Thread(target=self._turns)
        turning.start()
        turning.join(self._chance.uniform(0, 0.2))
        event()
        turning.join()

    def _turns(self) -> None:
        for desk in self._desks:
            desk.cycle.greet_again()
            with suppress(Unavailable):
                desk.turn()

    def _settle(self) -> None:
        for _ in range(2):
            for desk in self._desks:
                desk.come_to_rest()
        for desk in self._desks:
            self._site.check(desk)

    def _open(self, number: int) -> Desk:
        return Desk(self._folders[number], self._network.url, self._clocks[number])


@contextmanager
def some_weather(
    database: str, cluster: Cluster, children: Children, folder: Path, chance: random.Random
) -> Iterator[Weather]:
    """Have two desks, a network and a gateway while the block runs."""
    with (
        closing(Gateways(database)) as gateways,
        a_network(f"http://{gateways.address}") as network,
        closing(Site(database, network.url, folder, children)) as site,
        closing(Weather(site, network, gateways, cluster, folder, chance)) as weather,
    ):
        yield weather
