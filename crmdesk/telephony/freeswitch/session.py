"""One event socket connection from the greeting to its end: sign-in, questions and their answers, the events."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from crmdesk.telephony.freeswitch.reader import EslReader, NotAnEventSocket, Packet
from crmdesk.telephony.link import ConnectionLost, SignInRefused

_CHUNK = 65536
_EVENT = "text/event-json"
_ANSWERS = frozenset({"command/reply", "api/response"})
_ENDS = frozenset({"text/disconnect-notice", "text/rude-rejection"})


class EslSession:
    """Talks over one pair of streams. ``take`` is given the body of every event; answers come in the order asked."""

    def __init__(
        self,
        streams: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        take: Callable[[bytes], None],
        answer_s: float,
    ) -> None:
        self._reader, self._writer = streams
        self._take = take
        self._answer_s = answer_s
        self._asked: deque[asyncio.Future[Packet]] = deque()
        self._greeted = asyncio.Event()
        self._signing_in = False
        self.packets = EslReader()
        self.heard_at = asyncio.get_running_loop().time()
        """When anything came last, by the loop's clock."""

    async def listen(self) -> None:
        """Take what comes until the connection ends; raises ConnectionLost, or SignInRefused where that was why.

        A refused sign-in is told here, not where it is waited for: the other side hangs up right behind its answer.
        """
        loop = asyncio.get_running_loop()
        try:
            while data := await self._reader.read(_CHUNK):
                self.heard_at = loop.time()
                for packet in self.packets.feed(data):
                    self._give(packet)
        except NotAnEventSocket as fault:
            raise ConnectionLost("What answers there is not a FreeSWITCH event socket.") from fault
        raise ConnectionLost("The phone system closed the connection.")

    def _give(self, packet: Packet) -> None:
        if packet.kind == _EVENT:
            self._take(packet.body)
        elif packet.kind in _ANSWERS and self._asked:
            if self._signing_in and not packet.headers.get("Reply-Text", "").startswith("+OK"):
                raise SignInRefused("the password is wrong")
            self._signing_in = False
            answer = self._asked.popleft()
            if not answer.done():
                answer.set_result(packet)
        elif packet.kind == "auth/request":
            self._greeted.set()
        elif packet.kind in _ENDS:
            raise ConnectionLost("The phone system does not want this connection (its access list, or it stops).")

    async def sign_in(self, password: str) -> None:
        """Wait for the greeting and sign in; raises ConnectionLost."""
        try:
            async with asyncio.timeout(self._answer_s):
                await self._greeted.wait()
        except TimeoutError as fault:
            raise ConnectionLost("Nothing that answers like a FreeSWITCH event socket.") from fault
        self._signing_in = True
        await self._ask(f"auth {password}")

    async def subscribe(self, events: str) -> None:
        """Ask for events; raises ConnectionLost where they are refused."""
        answer = await self._ask(f"event json {events}")
        if not answer.headers.get("Reply-Text", "").startswith("+OK"):
            raise ConnectionLost("The phone system does not tell its events.")

    async def api(self, question: str) -> str:
        """Return the answer to an API command; raises ConnectionLost when none comes in time."""
        return (await self._ask(f"api {question}")).body.decode("utf-8", "replace")

    async def _ask(self, line: str) -> Packet:
        if "\n" in line or "\r" in line or "\0" in line:
            raise ValueError("a command has a line end in it")
        answer: asyncio.Future[Packet] = asyncio.get_running_loop().create_future()
        self._asked.append(answer)
        self._writer.write(f"{line}\n\n".encode())
        await self._writer.drain()
        try:
            async with asyncio.timeout(self._answer_s):
                return await answer
        except TimeoutError as fault:
            raise ConnectionLost("The phone system did not answer in time.") from fault

    async def close(self) -> None:
        """End the connection."""
        for answer in self._asked:
            answer.cancel()
        self._writer.close()
        try:
            async with asyncio.timeout(1.0):
                await self._writer.wait_closed()
        except (OSError, TimeoutError):
            return
