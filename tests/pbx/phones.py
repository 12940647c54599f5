"""SIP user agents that play the agents' phones and the outside, and remember truly what each of them saw."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from enum import Enum
from itertools import count
from typing import Any

from tests.pbx import sip
from tests.pbx.sip import Message
from tests.support.waiting import until

RINGING, OK, BUSY, UNAVAILABLE, GONE, DECLINED = 180, 200, 486, 480, 487, 603
_REASONS = {
    100: "Trying",
    180: "Ringing",
    200: "OK",
    480: "Unavailable",
    486: "Busy",
    487: "Terminated",
    603: "Decline",
}
_FIRST_REPEAT_S, _LONGEST_REPEAT_S = 0.5, 4.0
"""T1 and T2 of RFC 3261, section 17."""


class End(Enum):
    """How a leg ended, as its phone saw it."""

    REFUSED = "refused"
    CANCELLED = "cancelled"
    HUNG_UP_HERE = "hung up here"
    HUNG_UP_THERE = "hung up there"
    LOST = "lost"


class Leg:
    """One call on one phone. ``shown`` is the number that the phone showed, or dialled."""

    def __init__(self, phone: Phone, call: str, shown: str) -> None:
        self.phone, self.call, self.shown = phone, call, shown
        self.began_here = True
        self.rang = self.up = False
        self.end: End | None = None
        self.refusal: int | None = None
        self.local, self.remote, self.target = "", "", ""
        self.local_tag, self.remote_tag = secrets.token_hex(5), ""
        self.invite: Message | None = None
        self.last_answer = b""
        self.sequence = secrets.randbelow(900) + 1
        self.version = count(1)
        self.invited: tuple[int, str] = (0, "")
        self.renegotiated = 0

    @property
    def over(self) -> bool:
        """Say whether the leg has ended."""
        return self.end is not None

    # What its person does --------------------------------------------------------------------------------------------

    def answer(self) -> None:
        """Pick up."""
        assert self.invite is not None
        self.up = True
        self.phone.respond(self, self.invite, OK, sip.offer(self.phone.host, next(self.version)))

    def refuse(self, code: int) -> None:
        """Let the phone say no: busy, declined, unavailable."""
        assert self.invite is not None
        self.refusal, self.end = code, End.REFUSED
        self.phone.respond(self, self.invite, code)

    def hang_up(self) -> None:
        """End the call: a bye where it was answered, otherwise its cancelling."""
        if self.over:
            return
        if self.up:
            self.end = End.HUNG_UP_HERE
            self.phone.request(self, "BYE")
        else:
            self.phone.request(self, "CANCEL", again=self.invited)

    async def hold(self) -> None:
        """Put the other side on hold; returns once the switch agreed."""
        await self._renegotiate("sendonly")

    async def resume(self) -> None:
        """Take the other side from hold."""
        await self._renegotiate("sendrecv")

    async def _renegotiate(self, direction: str) -> None:
        done = self.renegotiated + 1
        self.invited = self.phone.request(self, "INVITE", sip.offer(self.phone.host, next(self.version), direction))
        await until(lambda: self.renegotiated >= done, "the switch agreed")

    def hand_on(self, to: str, consult: Leg | None = None) -> None:
        """Transfer the other side: blind, or by way of a consultation (RFC 3515, RFC 3891)."""
        host = self.phone.switch[0]
        address = f"sip:{to}@{host}"
        if consult is not None:
            tags = f"to-tag%3D{consult.remote_tag}%3Bfrom-tag%3D{consult.local_tag}"
            address += f"?Replaces={consult.call}%3B{tags}"
        own = f"<sip:{self.phone.user}@{self.phone.host}>"
        self.phone.request(self, "REFER", extra=(("Refer-To", f"<{address}>"), ("Referred-By", own)))


class Phone(asyncio.DatagramProtocol):
    """One user agent at one address. ``manner`` is called with each ring; without it a phone just rings."""

    def __init__(self, user: str, address: tuple[str, int], switch: tuple[str, int]) -> None:
        self.user, self.host, self.port, self.switch = user, *address, switch
        self.legs: list[Leg] = []
        self.manner: Callable[[Leg], None] | None = None
        self._by_call: dict[str, Leg] = {}
        self._repeats: dict[tuple[str, int, str], asyncio.TimerHandle] = {}
        self._transport: asyncio.DatagramTransport | None = None

    async def open(self) -> None:
        """Listen at the address."""
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(lambda: self, local_addr=(self.host, self.port))

    def connection_made(self, transport: Any) -> None:
        """Keep what to send with."""
        self._transport = transport

    def close(self) -> None:
        """Leave."""
        for repeat in self._repeats.values():
            repeat.cancel()
        if self._transport is not None:
            self._transport.close()

    def forget(self) -> None:
        """Begin anew: nothing of what was, and whoever rings just rings."""
        self.legs.clear()
        self.manner = None

    def leave(self) -> None:
        """End whatever is left of a story."""
        for leg in self.legs:
            if not leg.over and not leg.up and not leg.began_here:
                leg.refuse(UNAVAILABLE)
            leg.hang_up()

    def lose(self) -> None:
        """Let go of every call: the switch is gone."""
        for leg in self.legs:
            leg.end = leg.end or End.LOST
        for repeat in self._repeats.values():
            repeat.cancel()
        self._repeats.clear()

    @property
    def rings(self) -> list[Leg]:
        """The legs that others began, in order."""
        return [leg for leg in self.legs if not leg.began_here]

    async def ring(self, shown: str | None = None) -> Leg:
        """Return the ring that is there or comes; ``shown`` names the number that it shows."""

        def found() -> Leg | None:
            mine = (leg for leg in self.rings if not leg.over and not leg.up)
            return next((leg for leg in mine if shown in (None, leg.shown)), None)

        return await until(found, f"phone {self.user} rings for {shown or 'anybody'}")

    # Calling ---------------------------------------------------------------------------------------------------------

    def dial(self, number: str, sender: str | None = None, extra: tuple[tuple[str, str], ...] = ()) -> Leg:
        """Call a number; ``sender`` is the From as it is to be shown."""
        leg = Leg(self, secrets.token_hex(10), number)
        leg.local = sender or f"<sip:{self.user}@{self.host}>"
        leg.remote = leg.target = f"sip:{number}@{self.switch[0]}:{self.switch[1]}"
        self._keep(leg)
        leg.invited = self.request(leg, "INVITE", sip.offer(self.host, next(leg.version)), extra)
        return leg

    def _keep(self, leg: Leg) -> None:
        self.legs.append(leg)
        self._by_call[leg.call] = leg

    def request(
        self,
        leg: Leg,
        method: str,
        body: str = "",
        extra: tuple[tuple[str, str], ...] = (),
        again: tuple[int, str] | None = None,
    ) -> tuple[int, str]:
        """Send a request within a call and again until it is answered; return its number and branch."""
        if again is None:
            leg.sequence += 1
        sequence, branch = again or (leg.sequence, f"z9hG4bK{secrets.token_hex(8)}")
        remote = f"<{leg.remote}>" + (f";tag={leg.remote_tag}" if leg.remote_tag and method != "CANCEL" else "")
        headers = (
            ("Via", f"SIP/2.0/UDP {self.host}:{self.port};rport;branch={branch}"),
            ("Max-Forwards", "70"),
            ("From", f"{leg.local};tag={leg.local_tag}"),
            ("To", remote),
            ("Call-ID", leg.call),
            ("CSeq", f"{sequence} {method}"),
            ("Contact", self._contact),
            ("Allow", "INVITE, ACK, BYE, CANCEL, OPTIONS, REFER, NOTIFY, UPDATE"),
            ("Supported", "replaces"),
            *extra,
        )
        data = sip.write(f"{method} {leg.target} SIP/2.0", headers, body)
        self._send(data)
        if method != "ACK":
            self._repeat((leg.call, sequence, method), data, _FIRST_REPEAT_S)
        return sequence, branch

    def _repeat(self, key: tuple[str, int, str], data: bytes, wait_s: float) -> None:
        def again() -> None:
            self._send(data)
            self._repeat(key, data, min(wait_s * 2, _LONGEST_REPEAT_S))

        self._repeats[key] = asyncio.get_running_loop().call_later(wait_s, again)

    @property
    def _contact(self) -> str:
        return f"<sip:{self.user}@{self.host}:{self.port}>"

    def _send(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(data, self.switch)

    # Hearing ---------------------------------------------------------------------------------------------------------

    def datagram_received(self, data: bytes, addr: Any) -> None:
        """Take one message of the switch."""
        message = Message.read(data)
        leg = self._by_call.get(message.call)
        if message.status is not None:
            self._answered(message, message.status, leg)
        elif leg is None:
            self._strange(message)
        else:
            self._asked(message, leg)

    def _strange(self, message: Message) -> None:
        leg = Leg(self, message.call, sip.user(sip.uri(message.get("from"))))
        if message.method != "INVITE":
            if message.method != "ACK":
                self.respond(leg, message, OK if message.method == "OPTIONS" else 481)
            return
        leg.began_here, leg.rang, leg.invite = False, True, message
        leg.remote_tag, leg.remote = sip.tag(message.get("from")), sip.uri(message.get("from"))
        leg.local, leg.target = f"<{sip.uri(message.get('to'))}>", sip.uri(message.get("contact"))
        self._keep(leg)
        self.respond(leg, message, RINGING)
        if self.manner is not None:
            self.manner(leg)

    def _asked(self, message: Message, leg: Leg) -> None:
        match message.method:
            case "INVITE" if leg.invite is not None and message.number == leg.invite.number:
                self._send(leg.last_answer)
            case "INVITE":
                self.respond(leg, message, OK, sip.offer(self.host, next(leg.version), sip.direction_for(message.body)))
            case "CANCEL":
                self.respond(leg, message, OK)
                if not leg.up and not leg.over and leg.invite is not None:
                    leg.end = End.CANCELLED
                    self.respond(leg, leg.invite, GONE)
            case "ACK":
                return
            case "BYE":
                self.respond(leg, message, OK)
                leg.end = leg.end or End.HUNG_UP_THERE
            case _:
                self.respond(leg, message, OK)

    def respond(self, leg: Leg, message: Message, code: int, body: str = "") -> None:
        """Answer a request."""
        to = message.get("to")
        headers = (
            *(("Via", value) for value in message.headers["via"]),
            ("From", message.get("from")),
            ("To", to if ";tag=" in to else f"{to};tag={leg.local_tag}"),
            ("Call-ID", message.call),
            ("CSeq", message.get("cseq")),
            ("Contact", self._contact),
        )
        data = sip.write(f"SIP/2.0 {code} {_REASONS.get(code, 'No')}", headers, body)
        if message is leg.invite:
            leg.last_answer = data
        self._send(data)

    def _answered(self, message: Message, status: int, leg: Leg | None) -> None:
        repeat = self._repeats.pop((message.call, message.number, message.method), None)
        if repeat is not None:
            repeat.cancel()
        if leg is None or message.method != "INVITE":
            return
        leg.rang = leg.rang or status == RINGING
        if status < OK:
            return
        leg.remote_tag = sip.tag(message.get("to"))
        number, branch = message.number, leg.invited[1]
        if status >= 300:
            self.request(leg, "ACK", again=(number, branch))
            if not leg.up:
                leg.refusal = status
                leg.end = leg.end or (End.CANCELLED if status == GONE else End.REFUSED)
            leg.renegotiated += leg.up
            return
        leg.target = sip.uri(message.get("contact")) or leg.target
        self.request(leg, "ACK", again=(number, f"z9hG4bK{secrets.token_hex(8)}"))
        if leg.up and leg.invited[0] == number:
            leg.renegotiated += 1
        elif leg.began_here and not leg.up and not leg.over:
            leg.up = True
