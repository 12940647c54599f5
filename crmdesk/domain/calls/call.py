"""One call from its first leg to its end, kept as evidence; all that is told is derived: order does not matter."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from uuid import UUID

from crmdesk.domain.calls.contact import Handover
from crmdesk.domain.calls.events import Caller, HangupCause, Line, LineKind, RingEnd, Transferred
from crmdesk.domain.calls.leg import NEARBY, SAME_MOMENT, Leg, earliest, first_of
from crmdesk.domain.calls.live import Direction, EndedBy, TransferKind
from crmdesk.domain.calls.stay import Stay
from crmdesk.domain.ids import derived_id

_EPOCH_AND_COUNTER = re.compile(r"(\d{9,11})\.\d+$")
_MANY_LEGS = 64


def contact_id(key: str, seen_at: datetime) -> UUID:
    """Return the id of the contact whose first leg is ``key``.

    A key that ends in an epoch second and a counter (Asterisk's Uniqueid) carries its own instant, so that every
    process makes the same id whenever it first hears of the call; for others ``seen_at`` counts.
    """
    match = _EPOCH_AND_COUNTER.search(key)
    return derived_id(datetime.fromtimestamp(int(match[1]), UTC) if match else seen_at, key)


class Far:
    """An outside leg that a call dialled."""

    __slots__ = ("answered_at", "asked_at", "causes", "ends", "hung_at", "number", "rang_at")

    def __init__(self, number: str | None, rang_at: datetime) -> None:
        self.number = number
        self.rang_at = rang_at
        self.answered_at: datetime | None = None
        self.asked_at: datetime | None = None
        self.hung_at: datetime | None = None
        self.ends: set[RingEnd] = set()
        self.causes: set[HangupCause] = set()


class Call:
    """Everything known of one call: who, where from, the stays in queues, the legs on agents' phones, the end."""

    def __init__(self, key: str, seen_at: datetime) -> None:
        self.key = key
        self.id = contact_id(key, seen_at)
        self.began = seen_at
        self.line: Line | None = None
        self.numbers: tuple[datetime, str] | None = None
        self.name: tuple[datetime, str] | None = None
        self.withheld = False
        self.did: str | None = None
        self.placed: str | None = None
        self.stays: list[Stay] = []
        self.legs: dict[str, Leg] = {}
        self.far: dict[str, Far] = {}
        self.transfers: dict[tuple[TransferKind, str], Handover] = {}
        self.hung_at: datetime | None = None
        self.hung_cause: HangupCause | None = None
        self.asked_at: datetime | None = None
        self.vanished_at: datetime | None = None
        self.closings: dict[datetime, EndedBy | None] = {}
        """When nothing more could be told of the call, as it seemed then, and who had ended it."""
        self.failed_at: datetime | None = None
        self.failed_rang = False
        self.absorbed_by: Call | None = None
        self.asked_by: Leg | None = None
        """The leg of the agent who lets the other side wait and asks here: nothing else began this call."""
        self.put_aside = False
        self.dropped: list[Leg] = []
        """Old rings that are kept no longer and are to be forgotten everywhere."""

    # What is known -------------------------------------------------------------------------------------------------

    def describe(self, at: datetime, line: Line | None, caller: Caller | None, did: str | None) -> None:
        """Take over what a report says of the calling side; the earliest word on a thing stands."""
        self.began = min(self.began, at)
        if line is not None and (self.line is None or self.line.kind is LineKind.OTHER):
            self.line = line
        if did:
            self.did = did if self.did is None else min(self.did, did)
        if caller is None:
            return
        self.withheld = self.withheld or caller.withheld
        if self.numbers is not None and at > self.numbers[0] and self.name is not None and at > self.name[0]:
            return
        if caller.number and (self.numbers is None or (at, caller.number) < self.numbers):
            self.numbers = (at, caller.number)
        if caller.name and (self.name is None or (at, caller.name) < self.name):
            self.name = (at, caller.name)

    def leg(self, key: str, agent: str, rang_at: datetime) -> Leg:
        """Return the leg ``key``, made if it is new."""
        leg = self.legs.get(key)
        if leg is None:
            if len(self.legs) >= _MANY_LEGS:
                self._forget_old_rings()
            leg = self.legs[key] = Leg(self, key, agent, rang_at)
        leg.rang_at = min(leg.rang_at, rang_at)
        return leg

    def hand_on(self, event: Transferred) -> None:
        """Note that the customer was handed on; the same report twice is one transfer."""
        hand = Handover(event.at, event.kind, event.by_agent, event.target_agent or event.to)
        self.transfers.setdefault((event.kind, event.by), hand)

    def last_talk_of(self, agent: str) -> Leg | None:
        """Return the latest leg on which this agent talked."""
        legs = [leg for leg in self.talks() if leg.agent == agent and leg.is_ring]
        return legs[-1] if legs else None

    def _forget_old_rings(self) -> None:
        """Drop the oldest rings that came to nothing: a caller may wait for an hour of them."""
        idle = [key for key, leg in self.legs.items() if not leg.talked and leg.ended_at() is not None]
        for key in idle[: _MANY_LEGS // 2]:
            self.dropped.append(self.legs.pop(key))

    # Derived -------------------------------------------------------------------------------------------------------

    def is_internal(self) -> bool:
        """Return True if both ends are in the house."""
        return self.direction() is Direction.INTERNAL

    def direction(self) -> Direction:
        """Return who called whom."""
        if self.placed is not None:
            return Direction.OUTBOUND
        if self.line is None or self.line.kind is not LineKind.PHONE:
            return Direction.INBOUND
        if self.far:
            return Direction.OUTBOUND
        inside = self.stays or any(leg.is_ring for leg in self.legs.values())
        looks_outside = self.did is not None and len(self.did.lstrip("+")) > 6
        return Direction.OUTBOUND if looks_outside and not inside else Direction.INTERNAL

    def other_number(self) -> str | None:
        """Return the number of the other side, as written: of the caller, or the one that was dialled."""
        if self.direction() is Direction.OUTBOUND:
            dialled = next((far.number for far in self.far.values() if far.number), None)
            return dialled or self.placed or self.did
        return self.numbers[1] if self.numbers else None

    def far_answered_at(self) -> datetime | None:
        """Return when somebody outside answered."""
        if not self.far:
            return None
        return first_of(*(far.answered_at for far in self.far.values()))

    def gone_at(self) -> datetime | None:
        """Return when the customer was gone (for a call inside: the caller), None while the call goes on."""
        if self.asked_by is not None:
            return first_of(self.asked_by.ended_at(), *(leg.let_go_at() for leg in self.legs.values()))
        hung = self.hung_at
        if not (self.far or self.closings or self.vanished_at or self.failed_at):
            return hung
        if self.far and self.direction() is Direction.OUTBOUND:
            answered = [far for far in self.far.values() if far.answered_at is not None]
            if answered:
                ends = [far.hung_at for far in answered]
                last = None if None in ends else max(end for end in ends if end is not None)
                hung = last if self.transfers else first_of(last, hung)
        return first_of(hung, self.vanished_at, self._closed_for_good(), self.failed_at)

    def vanished_by(self, gone: datetime) -> bool:
        """Return True if all that is known of an end at ``gone`` is that a look did not find the call any more."""
        return self.vanished_at is not None and gone == self.vanished_at and gone != self.hung_at

    def _closed_for_good(self) -> datetime | None:
        """Return when nothing more could be told, unless the caller went on into another queue."""
        if not self.closings:
            return None
        closed = max(self.closings)
        if any(stay.joined_at and stay.joined_at > closed - SAME_MOMENT for stay in self.stays):
            return None
        return None if any(leg.rang_at > closed + SAME_MOMENT for leg in self.legs.values()) else closed

    def caller_left_by(self, at: datetime | None) -> bool:
        """Return True if the caller had given up when a ring ended at ``at``."""
        if at is None:
            return False
        left = [*(stay.abandoned_at for stay in self.stays), self.asked_at, self.hung_at, *self.closings]
        return any(moment is not None and abs(moment - at) <= NEARBY * 4 for moment in left)

    def answered_elsewhere(self, ring: Leg) -> datetime | None:
        """Return when another phone took the call that ``ring`` rang for."""
        if ring.own or ring.calling:
            return None
        found: datetime | None = None
        for leg in self.legs.values():
            at = leg.answered_at
            if leg is not ring and at is not None and leg.is_ring and not leg.own and at >= ring.rang_at:
                found = earliest(found, at)
        return found

    def taken_by(self, ring: Leg) -> str | None:
        """Return the extension that took the call that ``ring`` rang for."""
        at = self.answered_elsewhere(ring)
        return next((leg.agent for leg in self.legs.values() if at and leg.answered_at == at), None)

    def stay_for(self, queue: str, at: datetime, fits: Callable[[Stay, datetime], bool]) -> Stay:
        """Return the stay in ``queue`` that a report at ``at`` is about, one that began unseen if there is none."""
        for stay in self.stays:
            if stay.queue == queue and fits(stay, at):
                return stay
        stay = Stay(queue, at)
        self.stays.append(stay)
        return stay

    def stay_near(self, at: datetime) -> Stay:
        """Return the stay that a report without the queue's name is about: the last one that was going on then."""
        near = [stay for stay in self.stays if stay.is_at(at)]
        return (near or self.stays)[-1]

    def waits_in(self, queue: str) -> bool:
        """Return True if the caller is known to wait there, and since when."""
        stays = self.stays
        return any(s.queue == queue and s.joined_at is not None and s.ended_at() is None for s in stays)

    def queue_at(self, at: datetime) -> str | None:
        """Return the queue in which the caller waited at ``at``."""
        return next((stay.queue for stay in reversed(self.stays) if stay.is_at(at)), None)

    def handed_on_by(self, leg: Leg) -> str | None:
        """Return who had handed the customer on last when a leg began, None if nobody had or nobody can tell."""
        before = [hand for hand in self.transfers.values() if hand.at <= leg.rang_at + SAME_MOMENT]
        return max(before, key=lambda hand: hand.at).from_agent if before else None

    def whom_asks(self, agent: str) -> Leg | None:
        """Return the leg of another agent who talks to this customer and lets them wait, None if nobody does."""
        if self.asked_by is not None:
            return None
        waiting = (leg for leg in self.talks() if leg.agent != agent and leg.ended_at() is None)
        return next((leg for leg in waiting if leg.held_since() is not None), None)

    def was_handed_on_before(self, at: datetime) -> bool:
        """Return True if the customer had been handed on when a ring began at ``at``."""
        return any(hand.at <= at + SAME_MOMENT for hand in self.transfers.values())

    def talks(self) -> Iterator[Leg]:
        """Yield the legs of agents who had the other side on the line, in the order in which they did."""
        talks = [leg for leg in self.legs.values() if leg.answered_at is not None]
        return iter(sorted(talks, key=_talk_order) if len(talks) > 1 else talks)


def _talk_order(leg: Leg) -> tuple[datetime, str]:
    return (leg.answered_at or leg.rang_at, leg.key)
