"""The phone system of a shift: an AMI server that rings one agent's phone when told to, for callers of a queue."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count

from crmdesk.telephony.ami.playback import Playback
from tests.support.ami_server import SECRET, USERNAME, recording

_EPOCH = 1_795_900_000
_WITHHELD = "anonymous"
_DID = "13125550102"


@dataclass(frozen=True, slots=True)
class Caller:
    """One call: the number it comes from (None: withheld), the queue, and its keys in the phone system."""

    number: str | None
    queue: str
    at: int

    @property
    def unique(self) -> str:
        """The caller's channel."""
        return f"{_EPOCH}.{2 * self.at}"

    @property
    def leg(self) -> str:
        """The agent's channel."""
        return f"{_EPOCH}.{2 * self.at + 1}"


class Phone:
    """Rings ``extension``; a call is told of as Asterisk tells of one."""

    def __init__(self, extension: str) -> None:
        self._extension = extension
        self._switch = Playback({"e_hold": recording("e_hold")}, USERNAME, SECRET)
        self._calls = count(1)

    async def start(self) -> int:
        """Listen on loopback; return the port."""
        return await self._switch.start()

    async def stop(self) -> None:
        """Hang up on the gateway."""
        await self._switch.stop()

    async def heard(self) -> None:
        """Wait until the gateway listens."""
        await self._switch.signed_in()

    async def ring(self, number: str | None, queue: str) -> Caller:
        """Let somebody call, be put into a queue, and ring the agent's phone; return the call."""
        call = Caller(number, queue, next(self._calls))
        await self._say("Newchannel", self._outside(call, "4"), Exten=_DID)
        await self._say("QueueCallerJoin", self._outside(call), Queue=queue, Position="1", Count="1")
        await self._say("AgentCalled", self._both(call), Queue=queue, **self._member())
        await self._say("DialBegin", self._both(call), DialString=f"PJSIP/{self._extension}")
        await self._member_is(queue, "6")
        return call

    async def answer(self, call: Caller) -> None:
        """The agent lifts the phone."""
        await self._say("DialEnd", self._both(call), DialStatus="ANSWER")
        await self._say("QueueCallerLeave", self._outside(call), Queue=call.queue, Position="1", Count="0")
        await self._say(
            "AgentConnect", self._both(call), Queue=call.queue, HoldTime="2", RingTime="2", **self._member()
        )
        await self._member_is(call.queue, "2")

    async def hang_up(self, call: Caller) -> None:
        """The caller hangs up."""
        done = {"Queue": call.queue, "HoldTime": "2", "TalkTime": "60", "Reason": "caller"}
        await self._say("AgentComplete", self._both(call), **done, **self._member())
        await self._say("Hangup", self._inside(call), Cause="16")
        await self._say("Hangup", self._outside(call), Cause="16")
        await self._member_is(call.queue, "1")

    async def give_up(self, call: Caller) -> None:
        """The caller hangs up while the agent's phone rings."""
        await self._say("QueueCallerAbandon", self._outside(call), Queue=call.queue, HoldTime="4")
        await self._say("QueueCallerLeave", self._outside(call), Queue=call.queue, Position="1", Count="0")
        await self._say("DialEnd", self._both(call), DialStatus="CANCEL")
        await self._say("Hangup", self._inside(call), Cause="0")
        await self._say("Hangup", self._outside(call), Cause="0")

    def _outside(self, call: Caller, state: str = "6") -> dict[str, str]:
        number = call.number or _WITHHELD
        hidden = {"ChanVariable": "CRM_PRES=prohib_passed_screen"} if call.number is None else {}
        return {
            "Channel": f"PJSIP/trunk-{2 * call.at:08x}",
            "ChannelState": state,
            "CallerIDNum": number,
            "CallerIDName": "<unknown>",
            "Uniqueid": call.unique,
            "Linkedid": call.unique,
            **hidden,
        }

    def _inside(self, call: Caller) -> dict[str, str]:
        channel = f"PJSIP/{self._extension}-{2 * call.at + 1:08x}"
        return {"Channel": channel, "ChannelState": "6", "Uniqueid": call.leg, "Linkedid": call.unique}

    def _both(self, call: Caller) -> dict[str, str]:
        inside = {f"Dest{name}": value for name, value in self._inside(call).items()}
        return {**self._outside(call), **inside, "DestCallerIDNum": self._extension}

    def _member(self) -> dict[str, str]:
        return {"Interface": f"PJSIP/{self._extension}", "MemberName": f"Agent {self._extension}"}

    async def _member_is(self, queue: str, status: str) -> None:
        await self._say("QueueMemberStatus", {}, Queue=queue, **self._member(), Status=status, Paused="0")

    async def _say(self, event: str, fields: dict[str, str], **more: str) -> None:
        lines = [f"Event: {event}", *(f"{name}: {value}" for name, value in (fields | more).items())]
        await self._switch.send("\r\n".join(lines).encode() + b"\r\n\r\n")


@asynccontextmanager
async def phone_of(extension: str) -> AsyncIterator[tuple[Phone, int]]:
    """Run such a phone system; yield it and its port."""
    phone = Phone(extension)
    port = await phone.start()
    try:
        yield phone, port
    finally:
        await phone.stop()
