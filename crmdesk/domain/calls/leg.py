"""What is known of one leg on one agent's phone, kept as evidence so that the order of reports does not matter."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from crmdesk.domain.calls.events import HangupCause, RingEnd
from crmdesk.domain.calls.live import EndedBy, Phase, PopReason, RingResult

if TYPE_CHECKING:
    from crmdesk.domain.calls.call import Call

SAME_MOMENT = timedelta(milliseconds=5)
"""Reports this close together may arrive in any order (17 % of recorded rings did)."""


NEARBY = timedelta(milliseconds=60)
"""How far apart the reports of one thing were read at worst when 25 calls a second came (recorded)."""


def earliest(known: datetime | None, seen: datetime) -> datetime:
    """Return the earlier of what was known and what is now seen."""
    return seen if known is None or seen < known else known


def before(at: datetime, told_s: int) -> datetime:
    """Return the instant so many told seconds before ``at``; nothing on a phone lasts longer than a week."""
    return at - timedelta(seconds=min(max(told_s, 0), 7 * 86_400))


def first_of(*instants: datetime | None) -> datetime | None:
    """Return the earliest of those that are known."""
    first: datetime | None = None
    for instant in instants:
        if instant is not None and (first is None or instant < first):
            first = instant
    return first


class Leg:
    """One ring, or the agent's own calling leg, or what an attended transfer made of a consultation."""

    __slots__ = (
        "agent",
        "answered_at",
        "asked",
        "asked_at",
        "call",
        "calling",
        "causes",
        "done_at",
        "done_by",
        "ends",
        "handed_on_at",
        "handed_to",
        "handled",
        "holds",
        "hung_at",
        "key",
        "own",
        "phone",
        "picked_up_at",
        "queue",
        "rang_at",
        "ring_ended_at",
        "taken_over",
        "told_talk_s",
        "unseen_at",
    )

    def __init__(self, call: Call, key: str, agent: str, rang_at: datetime) -> None:
        self.call = call
        self.key = key
        self.agent = agent
        self.rang_at = rang_at
        self.queue: str | None = None
        self.phone: str | None = None
        self.own = False
        """The agent's own phone in a click-to-dial."""
        self.calling = False
        """The leg by which the agent calls: nothing rang."""
        self.taken_over = False
        """The customer came by an attended transfer: nothing rang for it."""
        self.picked_up_at: datetime | None = None
        self.answered_at: datetime | None = None
        self.ring_ended_at: datetime | None = None
        self.ends: set[RingEnd] = set()
        self.causes: set[HangupCause] = set()
        self.asked: Call | None = None
        """The call by which this agent asks somebody, over the same line (Asterisk's Atxfer)."""
        self.asked_at: datetime | None = None
        self.hung_at: datetime | None = None
        self.unseen_at: datetime | None = None
        """When a look found it gone: that it ended is known, and not when."""
        self.done_at: datetime | None = None
        self.done_by: EndedBy | None = None
        self.told_talk_s: int | None = None
        self.handed_on_at: datetime | None = None
        self.handed_to: str | None = None
        self.handled = False
        self.holds: list[tuple[datetime, datetime | None]] = []

    # Derived -------------------------------------------------------------------------------------------------------

    @property
    def is_ring(self) -> bool:
        """Return True if a phone rang."""
        return not self.calling and not self.taken_over

    @property
    def talked(self) -> bool:
        """Return True if the agent had the other side on the line."""
        return self.answered_at is not None

    def let_go_at(self) -> datetime | None:
        """Return when this leg itself ended, whatever became of its call."""
        return first_of(self.hung_at, self.handed_on_at, None if self.talked else self.ring_ended_at)

    def asks(self) -> str | None:
        """Return whom this agent asks while the other side waits, None while nobody is asked."""
        asked = self.asked
        if asked is None or asked.absorbed_by is not None or asked.gone_at() is not None:
            return None
        return next((leg.agent for leg in asked.legs.values()), None)

    def ended_at(self) -> datetime | None:
        """Return when this leg ended, None while it goes on."""
        gone = self.call.gone_at()
        if self.answered_at is not None:
            done = self.done_at
            if done is not None and self.taken_over and done <= self.answered_at + NEARBY:
                done = None
            return first_of(self.hung_at, self.handed_on_at, done, gone)
        if self.picked_up_at is not None or self.calling:
            return first_of(self.hung_at, gone)
        return first_of(self.ring_ended_at, self.hung_at, self.call.answered_elsewhere(self), gone)

    def end_was_seen(self, ended: datetime | None) -> bool:
        """Return False for an end at ``ended`` that only a look found: how long the talk was is not known then."""
        return ended is None or (ended != self.unseen_at and not self.call.vanished_by(ended))

    def ring_result(self, ended: datetime | None) -> RingResult | None:
        """Return how the ring ended that ended at ``ended``, None while it rings or when nothing rang."""
        if not self.is_ring:
            return None
        if self.answered_at is not None or self.picked_up_at is not None:
            return RingResult.ANSWERED
        if ended is None:
            return None
        if HangupCause.BUSY in self.causes or RingEnd.BUSY in self.ends:
            return RingResult.BUSY
        if HangupCause.REJECTED in self.causes or RingEnd.REJECTED in self.ends:
            return RingResult.REJECTED
        if RingEnd.NO_ANSWER in self.ends:
            return RingResult.NO_ANSWER
        if HangupCause.ELSEWHERE in self.causes or RingEnd.ELSEWHERE in self.ends:
            return RingResult.CANCELLED
        if self.call.answered_elsewhere(self) is not None:
            return RingResult.CANCELLED
        if self.own or HangupCause.NO_ANSWER in self.causes:
            return RingResult.NO_ANSWER
        if self.call.caller_left_by(ended):
            return RingResult.CALLER_HUNG_UP
        return RingResult.CANCELLED if RingEnd.CANCELLED in self.ends else RingResult.NO_ANSWER

    def pop(self) -> PopReason | None:
        """Return why the customer is put before the agent, None when there is nothing to put."""
        if self.calling or self.own or self.call.is_internal():
            return None
        if self.taken_over or (self.in_queue() is None and self.call.was_handed_on_before(self.rang_at)):
            return PopReason.TRANSFER
        return PopReason.RING

    def in_queue(self) -> str | None:
        """Return the queue that rings this phone."""
        return self.queue or (None if self.calling or self.own else self.call.queue_at(self.rang_at))

    def phase(self) -> Phase:
        """Return where this leg stands."""
        return self.phase_when(self.ended_at())

    def phase_when(self, ended: datetime | None) -> Phase:
        """Return where this leg stands, given when it ended."""
        if ended is not None:
            return Phase.ENDED
        if self.answered_at is None:
            return Phase.RINGING
        return Phase.HELD if self.held_since() is not None else Phase.TALKING

    # Hold ----------------------------------------------------------------------------------------------------------

    def hold(self, at: datetime) -> None:
        """Note that a hold began; a repeated report changes nothing."""
        for index, (start, end) in enumerate(self.holds):
            if start == at or abs(start - at) <= SAME_MOMENT or (end is None and at >= start):
                return
            if end is None and at < start:
                self.holds[index] = (at, None)
                return
        self.holds.append((at, None))

    def resume(self, at: datetime) -> None:
        """Note that a hold ended; without one nothing happens (every REFER reports it)."""
        for index, (start, end) in enumerate(self.holds):
            if end is None and at >= start:
                self.holds[index] = (start, at)
                return

    def held_since(self) -> datetime | None:
        """Return when the hold that goes on began."""
        return next((start for start, end in self.holds if end is None), None)

    def hold_s(self, until: datetime | None) -> float:
        """Return the seconds on hold up to ``until`` (finished holds only while None)."""
        total = 0.0
        for start, end in self.holds:
            stop = first_of(end, until)
            if stop is not None and stop > start:
                total += (stop - start).total_seconds()
        return total

    def talk_s(self, until: datetime | None) -> float:
        """Return the seconds of talking, hold left out, up to ``until`` (0 while it goes on)."""
        if self.answered_at is None or until is None or until <= self.answered_at:
            return 0.0
        return max(0.0, (until - self.answered_at).total_seconds() - self.hold_s(until))
