"""Too many desks at once: they are told when to come back and do so by themselves; nobody waits for ever."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

import httpx
import pytest

from crmdesk.domain.clock import SystemClock
from crmdesk.domain.errors import Unavailable
from crmdesk.domain.people import Identity, Role
from crmdesk.server.app import create_app
from crmdesk.server.crowd import Crowded, Turnstile
from crmdesk.server.gateway import PULLS_AT_ONCE, PULLS_WAITING, SNAPSHOTS_AT_ONCE, SNAPSHOTS_WAITING, Gateway
from crmdesk.sync.engine import Engine
from crmdesk.sync.transports.http import GatewayClient
from crmdesk.sync.wire import Failure, Pull, PullReply, Refresh, Session, encode

_BUSY = encode(Failure("unavailable", "The server is busy with other desks.", "It is tried again by itself."))
_PAGE = encode(PullReply((), (), b"cursor", "1", more=False))


class Busy(ThreadingHTTPServer):
    """A gateway that is busy for the first ``times`` pulls and asks to wait ``pause`` seconds."""

    daemon_threads = True

    def __init__(self, times: int, pause: str) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.left = times
        self.pause = pause
        self.was_busy = threading.Event()
        self.pulls = 0


class _Answers(BaseHTTPRequestHandler):
    server: Busy

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        if self.path == "/auth/refresh":
            identity = Identity(uuid4(), "anna", "Anna", None, Role.AGENT, ())
            self._say(200, encode(Session("access", "refresh", 900, identity)))
            return
        self.server.pulls += 1
        self.server.left -= 1
        busy = self.server.left >= 0
        self._say(503 if busy else 200, _BUSY if busy else _PAGE)
        if busy:
            self.server.was_busy.set()

    def _say(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        if status == 503 and self.server.pause:
            self.send_header("Retry-After", self.server.pause)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Say nothing."""


@contextmanager
def busy(times: int, pause: str) -> Iterator[tuple[Busy, GatewayClient]]:
    """Run such a gateway, and a desk's client at it."""
    server = Busy(times, pause)
    serving = threading.Thread(target=server.serve_forever, args=(0.01,))
    serving.start()
    client = GatewayClient(f"http://127.0.0.1:{server.server_address[1]}", list[Session]().append)
    client.remember(Refresh("refresh", uuid4(), uuid4()))
    try:
        yield server, client
    finally:
        client.close()
        server.shutdown()
        serving.join()
        server.server_close()


def test_a_desk_comes_back_by_itself_when_a_busy_server_says_when() -> None:
    with busy(times=2, pause="0") as (server, client):
        assert client.pull(Pull(uuid4(), None)).cursor == b"cursor"
        assert server.pulls == 3


def test_a_server_that_stays_busy_is_unavailable_in_the_end() -> None:
    with busy(times=1000, pause="0") as (server, client):
        with pytest.raises(Unavailable):
            client.pull(Pull(uuid4(), None))
        assert 2 < server.pulls < 20


@pytest.mark.parametrize("pause", ["", "soon", "-1", "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_a_server_that_does_not_say_when_is_unavailable_at_once(pause: str) -> None:
    with busy(times=1, pause=pause) as (server, client):
        with pytest.raises(Unavailable):
            client.pull(Pull(uuid4(), None))
        assert server.pulls == 1


def test_a_desk_that_ends_does_not_wait_for_a_busy_server() -> None:
    with busy(times=1, pause="86400") as (server, client):
        gone: list[BaseException] = []

        def ask() -> None:
            try:
                client.pull(Pull(uuid4(), None))
            except Unavailable as error:
                gone.append(error)

        asking = threading.Thread(target=ask)
        asking.start()
        assert server.was_busy.wait(10)
        client.close()
        asking.join(10)
        assert not asking.is_alive()
        assert len(gone) == 1


def test_a_turnstile_lets_so_many_in_and_others_only_after_them() -> None:
    async def scene() -> None:
        gate, turnstile = threading.Event(), Turnstile("test", places=2, waiting=1, pause_s=3)
        inside = [asyncio.create_task(turnstile.pass_through(gate.wait)) for _ in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(Crowded) as turned_away:
            await turnstile.pass_through(gate.wait)
        assert 1 <= turned_away.value.retry_after_s <= 3
        gate.set()
        assert await asyncio.gather(*inside) == [True] * 3
        assert await turnstile.pass_through(lambda: "in") == "in"
        turnstile.close()

    asyncio.run(scene())


def test_a_desk_that_hangs_up_keeps_its_place_till_its_work_is_done() -> None:
    async def scene() -> None:
        gate, turnstile = threading.Event(), Turnstile("test", places=1, waiting=0, pause_s=1)
        inside = asyncio.create_task(turnstile.pass_through(gate.wait))
        await asyncio.sleep(0)
        inside.cancel()
        await asyncio.gather(inside, return_exceptions=True)
        with pytest.raises(Crowded):
            await turnstile.pass_through(gate.wait)
        gate.set()
        async with asyncio.timeout(10):
            while not await _is_let_in(turnstile):
                await asyncio.to_thread(gate.wait)
        turnstile.close()

    asyncio.run(scene())


async def _is_let_in(turnstile: Turnstile) -> bool:
    try:
        return await turnstile.pass_through(lambda: True)
    except Crowded:
        return False


def test_a_full_gateway_says_when_to_come_back_and_goes_on_with_the_rest(database_url: str) -> None:
    async def scene() -> None:
        gateway, gate = Gateway(Engine(database_url), SystemClock()), threading.Event()
        app: Any = create_app(gateway)  # the two libraries type the same interface differently
        transport = httpx.ASGITransport(app)
        async with gateway.running(), httpx.AsyncClient(transport=transport, base_url="http://gateway") as desk:
            for turnstile, path, places in (
                (gateway.pulls, "/sync/pull", PULLS_AT_ONCE + PULLS_WAITING),
                (gateway.snapshots, "/sync/snapshot", SNAPSHOTS_AT_ONCE + SNAPSHOTS_WAITING),
            ):
                gate.clear()
                inside = [asyncio.create_task(turnstile.pass_through(gate.wait)) for _ in range(places)]
                await asyncio.sleep(0)
                turned_away = await desk.post(path, content=b"")
                assert turned_away.status_code == 503
                assert 1 <= int(turned_away.headers["retry-after"]) <= 3
                assert (await desk.post("/sync/hello", content=b"")).status_code == 400
                gate.set()
                await asyncio.gather(*inside)
                assert (await desk.post(path, content=b"")).status_code == 400

    asyncio.run(scene())
