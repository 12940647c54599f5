"""A small AMI server on loopback that plays recordings to whoever signed in: for the demo and for tests."""

from __future__ import annotations

import asyncio
import hmac
import re
import time
from collections.abc import Mapping
from enum import Enum

from crmdesk.telephony.ami.recording import Recording

_END = b"\r\n\r\n"
_GREETING = b"Asterisk Call Manager/11.0.0\r\n"
_LONGEST_ACTION = 65536


class Pace(Enum):
    """How a recording is played: with its own pauses, or as fast as it can be sent."""

    RECORDED = "recorded"
    AT_ONCE = "at_once"


class Numbering(Enum):
    """Whether calls keep the recorded channel ids or get those of the present second, as a second call would."""

    RECORDED = "recorded"
    FRESH = "fresh"


class Playback:
    """Listens on 127.0.0.1, checks the account, answers Login, Ping, QueueStatus, CoreShowChannels and Logoff.

    ``await start()`` returns the port; ``await play(name)`` sends that recording's events to every connection that is
    signed in and returns when the last was sent; ``await stop()`` ends everything. QueueStatus answers the queues and
    members of the first recording that has them, with nobody waiting; CoreShowChannels answers none.
    """

    def __init__(self, recordings: Mapping[str, Recording], username: str, secret: str) -> None:
        self._recordings = dict(recordings)
        self._username = username
        self._secret = secret
        self._server: asyncio.Server | None = None
        self._signed_in: set[asyncio.StreamWriter] = set()
        self._connections: set[asyncio.StreamWriter] = set()
        self._handlers: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Condition()
        lists = (recording.queue_status() for recording in self._recordings.values())
        self._queues: list[bytes] = next((parts for parts in lists if parts), [])

    async def start(self, port: int = 0) -> int:
        """Listen on loopback; return the port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port, limit=_LONGEST_ACTION)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Close all connections and the port."""
        if self._server is not None:
            self._server.close()
        await self.drop_connections()
        for task in list(self._handlers):
            task.cancel()
        await asyncio.gather(*self._handlers, return_exceptions=True)
        if self._server is not None:
            await self._server.wait_closed()
            self._server = None

    async def drop_connections(self) -> None:
        """Cut all connections, as a phone system that restarts does; the port stays open."""
        for writer in list(self._connections):
            writer.transport.abort()
        self._signed_in.clear()

    async def signed_in(self, count: int = 1) -> None:
        """Wait until that many connections are signed in."""
        async with self._changed:
            await self._changed.wait_for(lambda: len(self._signed_in) >= count)

    def recording(self, name: str) -> Recording:
        """Return a recording by its name; raises KeyError for one that was not given."""
        return self._recordings[name]

    async def play(self, name: str, pace: Pace = Pace.RECORDED, numbering: Numbering = Numbering.RECORDED) -> None:
        """Send the events of a recording; raises KeyError for a name that was not given."""
        recording = self.recording(name)
        if numbering is Numbering.FRESH:
            recording = recording.begun_at(int(time.time()))
        began = asyncio.get_running_loop().time()
        for seconds, event in recording.events():
            if pace is Pace.RECORDED:
                wait = began + seconds - asyncio.get_running_loop().time()
                if wait > 0:
                    await asyncio.sleep(wait)
            await self.send(event)

    async def send(self, data: bytes) -> None:
        """Send bytes as they are to every connection that is signed in."""
        for writer in list(self._signed_in):
            try:
                writer.write(data)
                await writer.drain()
            except (ConnectionError, OSError):
                self._signed_in.discard(writer)

    # Connections ---------------------------------------------------------------------------------------------------

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._handlers.add(task)
            task.add_done_callback(self._handlers.discard)
        self._connections.add(writer)
        try:
            writer.write(_GREETING)
            while True:
                block = await reader.readuntil(_END)
                if not await self._answer(_fields(block), writer):
                    break
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            return
        finally:
            self._connections.discard(writer)
            self._signed_in.discard(writer)
            writer.close()

    async def _answer(self, fields: dict[str, str], writer: asyncio.StreamWriter) -> bool:
        """Answer one action; return False when the connection is to end."""
        action, number = fields.get("Action", ""), fields.get("ActionID", "")
        if action == "Login":
            return await self._sign_in(fields, number, writer)
        if writer not in self._signed_in:
            writer.write(_block("Response: Error", number, "Message: Permission denied"))
            return True
        if action == "Ping":
            writer.write(_block("Response: Success", number, "Ping: Pong", f"Timestamp: {time.time():.6f}"))
        elif action == "QueueStatus":
            self._answer_list(writer, number, self._queues, "QueueStatusComplete")
        elif action == "CoreShowChannels":
            self._answer_list(writer, number, [], "CoreShowChannelsComplete")
        elif action == "Logoff":
            writer.write(_block("Response: Goodbye", number, "Message: Thanks for all the fish."))
            return False
        else:
            writer.write(_block("Response: Error", number, "Message: Invalid/unknown command"))
        await writer.drain()
        return True

    async def _sign_in(self, fields: dict[str, str], number: str, writer: asyncio.StreamWriter) -> bool:
        same = hmac.compare_digest(fields.get("Secret", "").encode(), self._secret.encode())
        if fields.get("Username") != self._username or not same:
            writer.write(_block("Response: Error", number, "Message: Authentication failed"))
            await writer.drain()
            return False
        writer.write(_block("Response: Success", number, "Message: Authentication accepted"))
        writer.write(_block("Event: FullyBooted", "", "Privilege: system,all", "Status: Fully Booted"))
        async with self._changed:
            self._signed_in.add(writer)
            self._changed.notify_all()
        return True

    @staticmethod
    def _answer_list(writer: asyncio.StreamWriter, number: str, parts: list[bytes], last: str) -> None:
        writer.write(_block("Response: Success", number, "EventList: start", "Message: Status will follow"))
        for part in parts:
            writer.write(part + f"\r\nActionID: {number}".encode() + _END)
        writer.write(_block(f"Event: {last}", number, "EventList: Complete", f"ListItems: {len(parts)}"))


def _block(first: str, number: str, *lines: str) -> bytes:
    numbered = [f"ActionID: {number}"] if number else []
    return "\r\n".join([first, *numbered, *lines]).encode() + _END


def _fields(block: bytes) -> dict[str, str]:
    text = block.decode("utf-8", "replace")
    return dict(re.findall(r"^([A-Za-z]+): ?([^\r\n]*)", text, re.MULTILINE))
