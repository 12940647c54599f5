"""Desks with real encrypted files that sync with a real engine on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import func, select

from crmdesk.domain.changes import Changes
from crmdesk.domain.errors import Unavailable
from crmdesk.models.engine import StoreEngines
from crmdesk.models.keeping import Keeper, transaction
from crmdesk.models.local import Outbox, ServerRow
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.runtime import settings
from crmdesk.runtime.profile import STORE
from crmdesk.sync.client.cycle import Device as Installation
from crmdesk.sync.client.cycle import SyncCycle
from crmdesk.sync.engine import Engine
from crmdesk.sync.transports import Transport
from crmdesk.sync.transports.in_process import InProcess
from crmdesk.sync.wire import (
    PULL_LIMIT,
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
from tests.support.blank import open_blank
from tests.support.clock import StandingClock
from tests.support.server import Device, desk_of, known_device

T = TypeVar("T")


class Weather:
    """A network that fails on demand: ``lose_request`` and ``lose_answer`` count how many pushes still meet it.

    ``rows_of_a_page`` makes pages smaller than they were asked for; ``sent`` are the pushes that were tried.
    """

    def __init__(self, inner: Transport) -> None:
        self._inner = inner
        self.lose_request = 0
        self.lose_answer = 0
        self.lose_pull = 0
        self.rows_of_a_page = PULL_LIMIT
        self.pulls = 0
        self.sent: list[Push] = []
        self._push_meets: dict[int, str] = {}
        self._last_pull: int | None = None
        self.min_protocol = 1

    def let_through(self, pushes: int, then: str) -> None:
        """Let some pushes through, and let the next meet what ``lose_request`` or ``lose_answer`` says."""
        self._push_meets = {len(self.sent) + pushes + 1: then}

    def lose_pulls_after(self, pulls: int | None) -> None:
        """Let this many pulls through and lose those behind them, none where it is None."""
        self._last_pull = None if pulls is None else self.pulls + pulls

    def hello(self, message: Hello) -> HelloReply:
        return msgspec.structs.replace(self._inner.hello(message), min_protocol=self.min_protocol)

    def push(self, message: Push) -> PushReply:
        self.sent.append(message)
        meets = self._push_meets.pop(self.pushes, "")
        self.lose_request += meets == "lose_request"
        self.lose_answer += meets == "lose_answer"
        if self.lose_request:
            self.lose_request -= 1
            raise Unavailable("lost on the way there")
        reply = self._inner.push(message)
        if self.lose_answer:
            self.lose_answer -= 1
            raise Unavailable("lost on the way back")
        return reply

    def pull(self, message: Pull) -> PullReply:
        self.pulls += 1
        if self.lose_pull:
            self.lose_pull -= 1
            raise Unavailable("nothing came")
        if self._last_pull is not None and self.pulls > self._last_pull:
            raise Unavailable("nothing more came")
        return self._inner.pull(msgspec.structs.replace(message, limit=min(message.limit, self.rows_of_a_page)))

    @property
    def pushes(self) -> int:
        """How many pushes were tried."""
        return len(self.sent)

    def snapshot(self, message: Snapshot) -> SnapshotReply:
        return self._inner.snapshot(message)

    def look_up(self, message: LookUp) -> LookUpReply:
        return self._inner.look_up(message)

    def ack(self, message: Ack) -> AckReply:
        return self._inner.ack(message)


class SyncedDesk:
    """One desk: its file, its writing thread, and its turns of sync."""

    def __init__(self, engine: Engine, device: Device, folder: Path) -> None:
        self.principal = device.principal
        self.folder = folder / str(device.principal.device_id)
        self.engines: StoreEngines = open_blank(self.folder / STORE)
        self.clock = StandingClock()
        self.told: list[Changes] = []
        self._writer = ThreadPoolExecutor(1)
        self.do(_is_device, device)
        self.sign_in(engine)

    def sign_in(self, engine: Engine) -> None:
        """Sign the person in at the device that this profile is now; the server makes its acquaintance if need be."""
        device, nonce = self.do(settings.device)
        self.principal = engine.run(lambda conn: known_device(conn, self.principal.user_id, device, nonce))
        self.weather = Weather(InProcess(engine, self.principal))
        self._cycle = SyncCycle(self.weather, self._write, Installation(device, nonce, "0.1"), self.told.append)

    @property
    def keeper(self) -> Keeper:
        """The second file."""
        assert self.engines.keeper is not None
        return self.engines.keeper

    def close_files(self) -> None:
        """Close both files, as at the end of the program."""
        self.engines.dispose()

    def open_files(self) -> None:
        """Open both files, as at a start."""
        self.engines = open_blank(self.folder / STORE)

    def sync(self) -> None:
        """Do one turn."""
        self._cycle.run()

    def reconnect(self) -> None:
        """Begin the next turn as after a lost connection."""
        self._cycle.greet_again()

    def do(self, use_case: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Run a use case in a transaction of its own, as the person at this desk."""
        return self._write(use_case, *args, **kwargs)[0]

    def close(self) -> None:
        """Close the file."""
        self._writer.shutdown()
        self.engines.dispose()

    def _write(self, use_case: Callable[..., T], *args: Any, **kwargs: Any) -> tuple[T, Changes]:
        return self._writer.submit(partial(self._run, use_case, *args, **kwargs)).result()

    def _run(self, use_case: Callable[..., T], *args: Any, **kwargs: Any) -> tuple[T, Changes]:
        with transaction(self.engines.write, self.clock, self.principal.user_id, self.engines.keeper) as uow:
            uow.session.expire_on_commit = False
            value = use_case(uow, *args, **kwargs)
        return value, uow.changes


def _is_device(uow: UnitOfWork, device: Device) -> None:
    """Let a profile be the installation that the server knows."""
    settings.put(uow, "device_id", device.principal.device_id.hex)
    settings.put(uow, "install_nonce", device.nonce.hex)


@pytest.fixture
def at_desk(engine: Engine, tmp_path: Path) -> Iterator[Callable[[Device], SyncedDesk]]:
    """Put somebody's device at a desk with a file of its own."""
    made: list[SyncedDesk] = []

    def sit_down(device: Device) -> SyncedDesk:
        made.append(SyncedDesk(engine, device, tmp_path))
        return made[-1]

    yield sit_down
    for desk in made:
        desk.close()


@pytest.fixture
def anna(engine: Engine, at_desk: Callable[[Device], SyncedDesk]) -> SyncedDesk:
    """Anna at her desk, before its first turn."""
    return at_desk(desk_of(engine, "anna"))


@pytest.fixture
def bela(engine: Engine, at_desk: Callable[[Device], SyncedDesk]) -> SyncedDesk:
    """Bela at his desk, before its first turn."""
    return at_desk(desk_of(engine, "bela"))


def same_row(uow: UnitOfWork, model: type[T], row_id: UUID) -> T:
    """Return a row of this desk."""
    return uow.session.get_one(model, row_id)


def _count(uow: UnitOfWork, table: type[Any]) -> int:
    return uow.session.scalar(select(func.count()).select_from(table)) or 0


def left_over(desk: SyncedDesk) -> int:
    """Return how many changes are still queued on this desk, and server rows kept under them."""
    tables = (Outbox, ServerRow)
    return sum(desk.do(_count, table) for table in tables)
