"""Calls that a telephone program on this computer tells of, where no phone system tells the gateway."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from crmdesk.domain.calls.live import AgentCall, Direction, EndedBy, Party, Phase, PopReason, RingResult
from crmdesk.domain.clock import Clock
from crmdesk.domain.ids import new_id
from crmdesk.domain.knock import Knock, KnockEvent

if TYPE_CHECKING:
    from crmdesk.runtime.desk.phone import PhoneDesk

RINGS_S = 60.0
"""A ring of which nothing more is told is over after so long."""

_PREFIX = "beside:"


class Beside:
    """Makes calls of what is told at the door, and gives them to the phone's door like any other call.

    A ring from a number that rings or talks here already is that call, not another.
    """

    def __init__(self, phone: PhoneDesk, region: str, clock: Clock) -> None:
        self._phone = phone
        self._region = region
        self._clock = clock
        self._in_order = asyncio.Lock()
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._ended: set[asyncio.Task[None]] = set()

    async def told(self, knock: Knock) -> None:
        """Take one word of a telephone program; raises what ``heard_call`` raises."""
        async with self._in_order:  # threads overtake each other: an end must not be heard before its ring
            party = await asyncio.to_thread(_party, knock, self._region)
        known = self._open(knock, party)
        call = self._after(knock, known, party)
        if call is None:
            return
        self._forget_timer(call.key)
        if call.phase is Phase.RINGING:
            loop = asyncio.get_running_loop()
            self._timers[call.key] = loop.call_later(RINGS_S, self._rang_out, call)
        await self._phone.heard_call(call)

    def _open(self, knock: Knock, party: Party) -> AgentCall | None:
        """Return the call that is meant: by its name where it has one, otherwise the latest with that number."""
        calls = self._phone.calls
        if knock.call_id:
            named = [call for call in calls if call.key.startswith(f"{_PREFIX}{knock.call_id}:")]
            if named or knock.event is not KnockEvent.RING:
                return named[-1] if named else None
        same = [call for call in calls if call.direction is Direction.INBOUND and _is_same(call.party, party)]
        return same[-1] if same else None

    def _after(self, knock: Knock, known: AgentCall | None, party: Party) -> AgentCall | None:
        now = self._clock.now()
        if known is not None and not known.key.startswith(_PREFIX):
            return None  # the phone system tells of it, and knows better
        if knock.event is KnockEvent.END:
            return None if known is None else self._ended_now(known)
        if known is None:
            id_ = new_id()
            name = f"{_PREFIX}{knock.call_id}:{id_}"
            known = AgentCall(
                name, 0, "", id_, Phase.RINGING, Direction.INBOUND, party, PopReason.RING,
                knock.queue or None, knock.did or None, now, now,
            )  # fmt: skip
        elif knock.event is KnockEvent.RING or known.phase is not Phase.RINGING:
            return None
        if knock.event is KnockEvent.RING:
            return replace(known, revision=1)
        return replace(
            known,
            revision=known.revision + 1,
            phase=Phase.TALKING,
            answered_at=now,
            ring_result=RingResult.ANSWERED,
        )

    def _ended_now(self, call: AgentCall) -> AgentCall:
        now = self._clock.now()
        over = replace(call, revision=call.revision + 1, phase=Phase.ENDED, ended_at=now)
        if call.answered_at is None:
            return replace(over, ring_result=RingResult.CALLER_HUNG_UP, ended_by=EndedBy.CALLER)
        return replace(over, talk_s=(now - call.answered_at).total_seconds())

    def _rang_out(self, call: AgentCall) -> None:
        self._timers.pop(call.key, None)
        over = replace(self._ended_now(call), ring_result=RingResult.NO_ANSWER, ended_by=None)
        task = asyncio.get_running_loop().create_task(self._phone.heard_call(over))
        self._ended.add(task)
        task.add_done_callback(self._ended.discard)

    def _forget_timer(self, key: str) -> None:
        timer = self._timers.pop(key, None)
        if timer is not None:
            timer.cancel()

    def close(self) -> None:
        """Wait for no ring any more."""
        for key in tuple(self._timers):
            self._forget_timer(key)


def _party(knock: Knock, region: str) -> Party:
    from crmdesk.domain.phone import PhoneKind, normalise  # heavy, and for a thread

    read = normalise(knock.number, region)
    withheld = read.kind is PhoneKind.WITHHELD or not knock.number
    return Party(read.e164, None if read.e164 else read.extension, withheld, knock.name or None)


def _is_same(one: Party, other: Party) -> bool:
    if one.withheld or other.withheld:
        return one.withheld and other.withheld
    return (one.e164, one.extension) == (other.e164, other.extension)
