"""Desk sessions on real profiles against a real gateway process, on one event loop without Qt."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest

from crmdesk.domain.clock import SystemClock
from crmdesk.domain.people import Role
from crmdesk.runtime.bus import Bus
from crmdesk.runtime.profile import STORE
from crmdesk.runtime.session import DeskSession
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine.people import NewPerson, add_person
from tests.support.blank import open_blank
from tests.support.gateway import GatewayProcess, gateway
from tests.support.waiting import until_async

T = TypeVar("T")
PASSWORD = "open sesame, please"
LIMIT_S = 20.0


class Eye:
    """Watches a bus; ``until`` returns when what it waits for has been published."""

    def __init__(self, bus: Bus, kind: type[Any]) -> None:
        self.seen: list[Any] = []
        self._more = asyncio.Event()
        bus.subscribe(kind, self._saw)

    def _saw(self, event: Any) -> None:
        self.seen.append(event)
        self._more.set()

    async def until(self, wanted: Callable[[Any], bool]) -> Any:
        """Return the first event that is wanted, past or to come."""
        async with asyncio.timeout(LIMIT_S):
            while True:
                for event in self.seen:
                    if wanted(event):
                        return event
                self._more.clear()
                await self._more.wait()


@asynccontextmanager
async def session_at(folder: Path, ca_file: str | None = None) -> AsyncIterator[DeskSession]:
    """Open a profile's file and its session while the block runs."""
    engines = await asyncio.to_thread(open_blank, folder / STORE)
    session = DeskSession(engines, SystemClock(), Bus(), "GB", ca_file)
    try:
        yield session
    finally:
        await session.close()


async def until_sent(session: DeskSession) -> None:
    """Return when the server has everything that was written on a desk. What the desk says of it may lag behind, and
    between two writes of a test nothing is unsent either."""

    async def all_sent() -> bool:
        return not await session.desk.sync.changes()

    await until_async(all_sent, "everything is sent")


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine on a loop of its own, bounded in time."""

    async def bounded() -> T:
        async with asyncio.timeout(90):
            return await coroutine

    return asyncio.run(bounded())


@pytest.fixture
def people(engine: Engine) -> Engine:
    """Anna and Bela may sign in."""
    for login, role in (("anna", Role.AGENT), ("bela", Role.SUPERVISOR)):
        person = NewPerson(login, login.title(), role, PASSWORD, extension=None)
        engine.run(lambda conn, person=person: add_person(conn, person))  # type: ignore[misc]
    return engine


@pytest.fixture
def listen() -> str:
    """An address of this computer that stays the same when the gateway is started again."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{free.getsockname()[1]}"


@pytest.fixture
def server(people: Engine, database_url: str, listen: str) -> Iterator[GatewayProcess]:
    """A running gateway."""
    with gateway(database_url, listen=listen) as process:
        yield process
