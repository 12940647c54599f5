"""One AMI connection from the greeting to its end: sign-in, actions and their answers, the stream of messages."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from typing import TypeVar

from crmdesk.telephony.ami.reader import AmiReader, Message
from crmdesk.telephony.link import ConnectionLost, SignInRefused

_GREETING = "Asterisk Call Manager"
_CHUNK = 65536
_T = TypeVar("_T")


class AmiSession:
    """Talks over one pair of streams. ``take`` is given every event; answers go to who asked.

    An action is sent once and never again: what was not answered when the connection broke stays unanswered.
    """

    def __init__(
        self,
        streams: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        take: Callable[[Message], None],
        answer_s: float,
    ) -> None:
        self._reader, self._writer = streams
        self._take = take
        self._answer_s = answer_s
        self._numbers = itertools.count(1)
        self._answers: dict[str, asyncio.Future[Message]] = {}
        self._lists: dict[str, asyncio.Future[None]] = {}
        self._outcomes: dict[str, asyncio.Future[Message]] = {}
        self._greeted = asyncio.Event()
        self._sign_in_number: str | None = None
        self.messages = AmiReader()
        self.heard_at = asyncio.get_running_loop().time()
        """When anything came last, by the loop's clock."""

    async def listen(self) -> None:
        """Take what comes until the connection ends; raises ConnectionLost, or SignInRefused where that was why.

        A refused sign-in is told here, not where it is waited for: the other side hangs up right behind its answer.
        """
        loop = asyncio.get_running_loop()
        while data := await self._reader.read(_CHUNK):
            self.heard_at = loop.time()
            for message in self.messages.feed(data):
                self._give(message)
            greeting = self.messages.greeting
            if greeting is not None and not self._greeted.is_set():
                if not greeting.startswith(_GREETING):
                    raise ConnectionLost("What answers there is not an Asterisk manager interface.")
                self._greeted.set()
        raise ConnectionLost("The phone system closed the connection.")

    def _give(self, message: Message) -> None:
        action = message.get("ActionID")
        if message.name == "" and action is not None:
            if action == self._sign_in_number and message.get("Response") != "Success":
                raise SignInRefused(message.get("Message") or "no reason given")
            answer = self._answers.pop(action, None)
            if answer is not None and not answer.done():
                answer.set_result(message)
            return
        if message.name:
            self._take(message)
        if action is not None and message.name == "OriginateResponse":
            outcome = self._outcomes.pop(action, None)
            if outcome is not None and not outcome.done():
                outcome.set_result(message)
        if action is not None and message.get("EventList") == "Complete":
            complete = self._lists.pop(action, None)
            if complete is not None and not complete.done():
                complete.set_result(None)

    async def sign_in(self, username: str, secret: str) -> None:
        """Wait for the greeting and sign in; raises ConnectionLost."""
        try:
            async with asyncio.timeout(self._answer_s):
                await self._greeted.wait()
        except TimeoutError as fault:
            raise ConnectionLost("Nothing that answers like an Asterisk manager interface.") from fault
        fields = {"Username": username, "Secret": secret, "Events": "on"}
        answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._sign_in_number = self._number()
        self._answers[self._sign_in_number] = answer
        await self._send("Login", self._sign_in_number, fields)
        await self._in_time(answer, "Login")

    async def action(self, name: str, **fields: str) -> Message:
        """Send one action and return its answer; raises ConnectionLost when none comes in time.

        Raises ValueError for a field that could be read as another line.
        """
        number = self._number()
        answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._answers[number] = answer
        await self._send(name, number, fields)
        return await self._in_time(answer, name)

    async def originate(self, patience_s: float, **fields: str) -> Message | None:
        """Let a call be placed; return how it came out if that is told in time, else None: it is on its way.

        A phone system that does not even try says so in the message. Raises ConnectionLost.
        """
        number = self._number()
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Message] = loop.create_future()
        outcome: asyncio.Future[Message] = loop.create_future()
        self._answers[number], self._outcomes[number] = answer, outcome
        try:
            await self._send("Originate", number, fields)
            taken = await self._in_time(answer, "Originate")
            if taken.get("Response") != "Success":
                return taken
            async with asyncio.timeout(patience_s):
                return await outcome
        except TimeoutError:
            return None
        finally:
            self._outcomes.pop(number, None)

    async def list_of(self, name: str) -> bool:
        """Ask for a list and wait until all of it was taken; return False if it is refused."""
        number = self._number()
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Message] = loop.create_future()
        complete: asyncio.Future[None] = loop.create_future()
        self._answers[number], self._lists[number] = answer, complete
        await self._send(name, number, {})
        if (await self._in_time(answer, name)).get("Response") != "Success":
            self._lists.pop(number, None)
            return False
        await self._in_time(complete, name)
        return True

    def _number(self) -> str:
        return f"crmdesk-{next(self._numbers)}"

    async def _send(self, name: str, number: str, fields: dict[str, str]) -> None:
        lines = [f"Action: {name}", f"ActionID: {number}", *(f"{key}: {value}" for key, value in fields.items())]
        if any("\r" in line or "\n" in line or "\0" in line for line in lines):
            raise ValueError(f"a field of {name} has a line end in it")
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode("utf-8"))
        await self._writer.drain()

    async def _in_time(self, future: asyncio.Future[_T], name: str) -> _T:
        try:
            async with asyncio.timeout(self._answer_s):
                return await future
        except TimeoutError as fault:
            raise ConnectionLost(f"The phone system did not answer {name} in time.") from fault

    async def close(self) -> None:
        """End the connection."""
        for answer in (*self._answers.values(), *self._outcomes.values()):
            _give_up(answer)
        for complete in self._lists.values():
            complete.cancel()
        self._writer.close()
        try:
            async with asyncio.timeout(1.0):
                await self._writer.wait_closed()
        except (OSError, TimeoutError):
            return


def _give_up(answer: asyncio.Future[Message]) -> None:
    """Tell whoever waits for an answer that none will come; nobody may wait any more."""
    if not answer.done():
        answer.set_exception(ConnectionLost("The connection ended before the phone system answered."))
        answer.exception()
