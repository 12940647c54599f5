"""Phone systems for tests: the playing server with the project's recordings, and servers that misbehave."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from crmdesk.telephony.ami.playback import Playback
from crmdesk.telephony.ami.recording import Recording

ROOT = Path(__file__).resolve().parents[2]
USERNAME, SECRET = "crmdesk", "not-a-real-secret"

Conversation = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def recording(name: str) -> Recording:
    """Return a recording of the project by name, wherever it lies."""
    for folder in (ROOT / "resources" / "demo" / "ami", ROOT / "tests" / "data" / "ami"):
        for suffix in (".ami", ".ami.gz"):
            path = folder / (name + suffix)
            if path.is_file():
                return Recording.load(path)
    raise FileNotFoundError(name)


@asynccontextmanager
async def playing(*names: str, port: int = 0) -> AsyncIterator[tuple[Playback, int]]:
    """Run a playing server with these recordings; yields it and its port."""
    server = Playback({name: recording(name) for name in names}, USERNAME, SECRET)
    port = await server.start(port)
    try:
        yield server, port
    finally:
        await server.stop()


class Misbehaving:
    """A server that holds one and the same conversation with whoever connects."""

    def __init__(self, talk: Conversation) -> None:
        self._talk = talk
        self._tasks: set[asyncio.Task[None]] = set()
        self._tries = 0
        self._tried = asyncio.Condition()
        self._server: asyncio.Server | None = None
        self.port = 0

    async def start(self) -> None:
        """Listen on loopback."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Hang up on everybody."""
        assert self._server is not None
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def tried(self, count: int) -> None:
        """Wait until somebody has connected that often."""
        async with asyncio.timeout(10), self._tried:
            await self._tried.wait_for(lambda: self._tries >= count)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        async with self._tried:
            self._tries += 1
            self._tried.notify_all()
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()


@asynccontextmanager
async def misbehaving(talk: Conversation) -> AsyncIterator[int]:
    """Run a server that holds this conversation with whoever connects; yields its port."""
    async with watched(talk) as server:
        yield server.port


@asynccontextmanager
async def watched(talk: Conversation) -> AsyncIterator[Misbehaving]:
    """Run such a server; yields it, to wait for those who connect."""
    server = Misbehaving(talk)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Greet and take any sign-in."""
    writer.write(b"Asterisk Call Manager/11.0.0\r\n")
    number = await _action_number(reader)
    writer.write(b"Response: Success\r\nActionID: " + number + b"\r\nMessage: Authentication accepted\r\n\r\n")


async def refuse_lists(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, count: int) -> None:
    """Answer the next ``count`` actions with an error, as a narrow account is answered."""
    for _ in range(count):
        number = await _action_number(reader)
        writer.write(b"Response: Error\r\nActionID: " + number + b"\r\nMessage: Permission denied\r\n\r\n")


async def answer_pings_then_know_the_queues(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, refusals: int
) -> None:
    """Refuse so many lists, answer pings, then tell one queue: a switch whose queues load after its manager."""
    while True:
        block = await reader.readuntil(b"\r\n\r\n")
        number = block.split(b"ActionID: ")[1].split(b"\r\n")[0]
        if b"Action: Ping" in block:
            writer.write(b"Response: Success\r\nActionID: " + number + b"\r\nPing: Pong\r\n\r\n")
        elif b"Action: QueueStatus" in block and refusals <= 0:
            for part in (
                b"Response: Success\r\nEventList: start\r\n",
                b"Event: QueueParams\r\nQueue: sales\r\n",
                b"Event: QueueStatusComplete\r\nEventList: Complete\r\nListItems: 1\r\n",
            ):
                writer.write(part + b"ActionID: " + number + b"\r\n\r\n")
        else:
            refusals -= 1
            writer.write(b"Response: Error\r\nActionID: " + number + b"\r\nMessage: Invalid\r\n\r\n")


async def _action_number(reader: asyncio.StreamReader) -> bytes:
    block = await reader.readuntil(b"\r\n\r\n")
    return block.split(b"ActionID: ")[1].split(b"\r\n")[0]
