"""A small HTTP client for putting load on a gateway: it must not need the processor that it measures.

It speaks HTTP/1.1 with connections that are kept open, as any client does; answers have a Content-Length.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self, cast

_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length:"


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and body."""

    status: int
    body: bytes


class _Connection(asyncio.Protocol):
    """One connection, with one question at a time on it."""

    def __init__(self) -> None:
        self._come = bytearray()
        self._waiting: asyncio.Future[Answer] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own is none by name

    @property
    def is_open(self) -> bool:
        """Whether it can be asked; the gateway hangs up where nobody asks for a while."""
        return self._transport is not None and not self._transport.is_closing()

    def connection_lost(self, error: Exception | None) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(error or ConnectionResetError("the gateway hung up"))

    def data_received(self, data: bytes) -> None:
        self._come += data
        head, end, body = self._come.partition(_HEAD_END)
        if not end:
            return
        lines = head.split(b"\r\n")
        length = next(int(line.split(b":")[1]) for line in lines if line.lower().startswith(_LENGTH))
        if len(body) < length or self._waiting is None:
            return
        self._waiting.set_result(Answer(int(lines[0].split(b" ")[1]), bytes(body)))
        self._come.clear()

    async def ask(self, request: bytes) -> Answer:
        """Send a request and return the answer to it."""
        assert self._transport is not None
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._waiting

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()


class Client:
    """Up to ``connections`` connections to one gateway; who finds none free waits."""

    def __init__(self, url: str, connections: int) -> None:
        self._host, _, port = url.removeprefix("http://").partition(":")
        self._port = int(port)
        self._free: asyncio.LifoQueue[_Connection] = asyncio.LifoQueue()
        self._wanted = connections
        self._opened: list[_Connection] = []

    async def __aenter__(self) -> Self:
        for _ in range(self._wanted):
            self._free.put_nowait(_Connection())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for connection in self._opened:
            connection.close()

    async def get(self, path: str) -> Answer:
        """GET."""
        return await self._ask(f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\n\r\n".encode())

    async def post(self, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """POST."""
        lines = [
            f"POST {path} HTTP/1.1",
            f"Host: {self._host}",
            *(f"{name}: {value}" for name, value in headers.items()),
        ]
        lines += [f"Content-Length: {len(body)}", "", ""]
        return await self._ask("\r\n".join(lines).encode() + body)

    async def _ask(self, request: bytes) -> Answer:
        connection = await self._free.get()
        try:
            if not connection.is_open:
                connection = await self._connect()
            return await connection.ask(request)
        finally:
            self._free.put_nowait(connection)

    async def _connect(self) -> _Connection:
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(_Connection, self._host, self._port)
        self._opened.append(connection)
        return connection
