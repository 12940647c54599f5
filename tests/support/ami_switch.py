"""A phone system on loopback that can be asked to act: it writes every action down and answers as it is told to."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.support.ami_server import SECRET, USERNAME, Misbehaving

_MEMBERS = (("support", "PJSIP/1001"), ("sales", "PJSIP/1001"), ("support", "Local/1009@from-queue/n"))
_QUIET = frozenset({"Login", "Ping", "QueueStatus", "CoreShowChannels"})
Action = dict[str, str]


class Switch:
    """``acted`` are the actions besides sign-in, pings and looks; ``answers`` what to say to an action, by its name.

    An action without an answer is taken (``Success``); ``None`` is silence. ``raw`` is every byte that was received.
    """

    def __init__(self) -> None:
        self.acted: list[Action] = []
        self.answers: dict[str, tuple[str, ...] | None] = {"CoreShowChannels": ("Response: Error",)}
        self.raw = bytearray()
        self.port = 0
        self.signed_in = 0
        self._writers: set[asyncio.StreamWriter] = set()
        self._moved = asyncio.Condition()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Greet, then answer until the other side goes."""
        self._writers.add(writer)
        writer.write(b"Asterisk Call Manager/11.0.0\r\n")
        try:
            while True:
                block = await reader.readuntil(b"\r\n\r\n")
                self.raw += block
                fields = dict(re.findall(r"^([A-Za-z]+): ?([^\r\n]*)", block.decode(), re.MULTILINE))
                await self._answer(fields, writer)
        finally:
            self._writers.discard(writer)

    async def _answer(self, fields: Action, writer: asyncio.StreamWriter) -> None:
        name, number = fields["Action"], fields["ActionID"]
        if name == "QueueStatus":
            self._list(writer, number, [f"Event: QueueMember\r\nQueue: {q}\r\nLocation: {i}" for q, i in _MEMBERS])
            return
        if name not in _QUIET:
            self.acted.append(fields)
        else:
            known = (fields.get("Username"), fields.get("Secret")) == (USERNAME, SECRET)
            self.signed_in += name == "Login" and known
        said = self.answers.get(name, ("Response: Success",))
        if said is not None:
            for part in said:
                writer.write(f"{part}\r\nActionID: {number}\r\n\r\n".encode())
        async with self._moved:
            self._moved.notify_all()

    @staticmethod
    def _list(writer: asyncio.StreamWriter, number: str, parts: list[str]) -> None:
        queues = dict.fromkeys(queue for queue, _ in _MEMBERS)
        parts = [*(f"Event: QueueParams\r\nQueue: {queue}" for queue in queues), *parts]
        end = f"Event: QueueStatusComplete\r\nEventList: Complete\r\nListItems: {len(parts)}"
        for part in ("Response: Success\r\nEventList: start", *parts, end):
            writer.write(f"{part}\r\nActionID: {number}\r\n\r\n".encode())

    def tell(self, *events: str) -> None:
        """Send events to whoever is connected, each as its lines."""
        for writer in self._writers:
            for event in events:
                writer.write(event.replace("\n", "\r\n").encode() + b"\r\n\r\n")

    def hang_up_on_everybody(self) -> None:
        """Cut the connections, as a restart does."""
        for writer in list(self._writers):
            writer.transport.abort()

    async def until_acted(self, count: int) -> None:
        """Wait until so many actions came."""
        async with asyncio.timeout(10), self._moved:
            await self._moved.wait_for(lambda: len(self.acted) >= count)

    def ring(self, agent: str = "1001", call: str = "1795285690.1", leg: str = "1795285690.2") -> None:
        """Let a customer call and the agent answer."""
        trunk = f"Channel: PJSIP/trunk-00000001\nUniqueid: {call}\nLinkedid: {call}\nCallerIDNum: +13055550123"
        dest = f"DestChannel: PJSIP/{agent}-00000002\nDestUniqueid: {leg}\nDestLinkedid: {call}"
        self.tell(
            f"Event: Newchannel\n{trunk}\nChannelState: 4\nExten: 13125550110",
            f"Event: DialBegin\n{trunk}\n{dest}\nDialString: {agent}",
            f"Event: DialEnd\n{trunk}\n{dest}\nDialStatus: ANSWER",
        )


@asynccontextmanager
async def switching() -> AsyncIterator[Switch]:
    """Run such a phone system; yields it."""
    switch = Switch()
    server = Misbehaving(switch.talk)
    await server.start()
    switch.port = server.port
    try:
        yield switch
    finally:
        await server.stop()
