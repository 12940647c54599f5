"""A gateway waits for slow desks, not for ever for somebody who begins requests and does not go on."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn

from crmdesk.server.patience import LEAST, PatientProtocol
from tests.runtime.conftest import run
from tests.support.gateway import gateway


class Hurried(PatientProtocol):
    """As in the gateway, with less patience."""

    patience_s = 0.3


class Unhurried(PatientProtocol):
    """As in the gateway, with patience that outlasts a moment in which the machine does something else."""

    patience_s = 1.5


async def echo(scope: dict[str, object], receive: object, send: object) -> None:
    """Answer with the length of what came, once all of it did."""
    if scope["type"] != "http":
        return
    length = 0
    while True:
        event = await receive()  # type: ignore[operator]
        length += len(event.get("body", b""))
        if not event.get("more_body"):
            break
    body = str(length).encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})  # type: ignore[operator]
    await send({"type": "http.response.body", "body": body})  # type: ignore[operator]


@asynccontextmanager
async def listening(http: type[PatientProtocol] = Hurried) -> AsyncIterator[int]:
    """Serve on a port of this computer while the block runs."""
    server = uvicorn.Server(uvicorn.Config(echo, port=0, http=http, log_config=None, lifespan="off"))
    task = asyncio.create_task(server.serve())
    try:
        async with asyncio.timeout(10):
            while not server.started:  # noqa: ASYNC110  (uvicorn has no event to wait on)
                await asyncio.sleep(0)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await task


def test_who_sends_nothing_or_half_a_head_is_let_go() -> None:
    async def story() -> None:
        async with listening() as port:
            for begun in (b"", b"POST /sync/push HTTP/1.1\r\nHost: a\r\nX-Slow: ", b"POST / HTTP/1.1\r\nHost: a\r\n"):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(begun)
                assert await reader.read() == b""
                writer.close()

    run(story())


def test_who_drips_a_body_is_let_go() -> None:
    async def story() -> None:
        async with listening() as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n")
            dripping = asyncio.create_task(drip(writer))
            assert await reader.read() == b""
            dripping.cancel()
            writer.close()

    run(story())


def test_a_gateway_takes_as_many_connections_as_the_system_lets_it(database_url: str) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    few = 256
    resource.setrlimit(resource.RLIMIT_NOFILE, (few, hard))
    try:
        with gateway(database_url) as running:
            now, _ = resource.prlimit(running.process.pid, resource.RLIMIT_NOFILE)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert now > few


async def drip(writer: asyncio.StreamWriter) -> None:
    while not writer.is_closing():
        writer.write(b"x")
        await asyncio.sleep(0.05)


def test_a_slow_desk_whose_words_keep_coming_is_waited_for() -> None:
    async def story() -> None:
        async with listening(Unhurried) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            parts = 20
            head = f"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {parts * LEAST}\r\n\r\n"
            writer.write(head.encode())
            for _ in range(parts):
                writer.write(b"x" * LEAST)
                await asyncio.sleep(0.1)  # together longer than the patience with somebody who brings nothing
            answer = await reader.read()
            assert answer.endswith(str(parts * LEAST).encode())
            writer.close()

    run(story())
