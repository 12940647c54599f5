"""Turns the evidence of a call into what others are told: one agent's call, one contact."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from crmdesk.domain.calls.call import Call
from crmdesk.domain.calls.contact import CallLeg, Contact
from crmdesk.domain.calls.leg import Leg
from crmdesk.domain.calls.live import AgentCall, Direction, EndedBy, Party
from crmdesk.domain.calls.stay import Timing
from crmdesk.domain.calls.verdict import ended_by, outcome, stay_outcome
from crmdesk.domain.phone import PhoneKind, normalise
from crmdesk.domain.phone.withheld import names_no_number


class Parties:
    """Makes the other side of calls out of numbers as written; remembers the last few thousand readings."""

    def __init__(self, region: str | None) -> None:
        self._region = region
        self._read: dict[tuple[str | None, str | None, bool, bool], Party] = {}

    def of(self, call: Call) -> Party:
        """Return the other side of a call, seen from the agent who gets it."""
        direction = call.direction()
        if direction is Direction.INTERNAL:
            extension = call.line.extension if call.line is not None else None
            return Party(extension=extension, name=_shown(call.name[1] if call.name else None))
        inbound = direction is Direction.INBOUND
        name = call.name[1] if call.name and inbound else None
        key = (call.other_number(), name, call.withheld and inbound, inbound)
        party = self._read.get(key)
        if party is None:
            if len(self._read) > 4096:
                self._read.clear()
            party = self._read[key] = self._make(*key)
        return party

    def called(self, call: Call) -> Party:
        """Return the other side of an internal call, seen from the agent who made it."""
        return Party(extension=next((leg.agent for leg in call.legs.values() if leg.is_ring), call.did))

    def _make(self, number: str | None, name: str | None, withheld: bool, inbound: bool) -> Party:
        if withheld:
            return Party(withheld=True)
        if not inbound and number is None:
            return Party()
        read = normalise(number, self._region)
        hidden = read.kind is PhoneKind.WITHHELD and inbound
        return Party(read.e164, None if read.e164 else read.extension, hidden, _shown(name))


def _shown(name: str | None) -> str | None:
    return None if name is None or names_no_number(name) else name


def agent_call(leg: Leg, told: AgentCall | None, parties: Parties) -> AgentCall:
    """Return one agent's call as it stands: ``told`` itself if nothing changed since, else with the next revision."""
    call = leg.call
    direction = call.direction()
    ended = leg.ended_at()
    result = leg.ring_result(ended)
    pop = leg.pop()
    queue = leg.in_queue()
    if queue is None and pop is not None:
        queue = _queue_before(leg)
    internal_own = leg.calling and direction is Direction.INTERNAL
    held_since = leg.held_since() if ended is None else None
    revision = 1 if told is None else told.revision
    now = AgentCall(
        key=leg.key,
        revision=revision,
        agent=leg.agent,
        contact_id=call.id,
        phase=leg.phase_when(ended),
        direction=direction,
        party=parties.called(call) if internal_own else parties.of(call),
        pop=pop,
        queue=queue,
        did=call.did if direction is Direction.INBOUND else None,
        contact_began=call.began,
        rang_at=leg.rang_at,
        waited_s=_waited(leg, queue),
        answered_at=leg.answered_at,
        held_since=held_since,
        hold_s=leg.hold_s(ended),
        ended_at=ended,
        talk_s=leg.talk_s(ended) if leg.end_was_seen(ended) else 0.0,
        end_seen=leg.end_was_seen(ended),
        ring_result=result,
        ended_by=_leg_ended_by(leg, ended),
        taken_by=call.taken_by(leg) if leg.answered_at is None and ended is not None and leg.is_ring else None,
        transferred_to=leg.handed_to,
        handed_by=call.handed_on_by(leg) if pop is not None and call.transfers else None,
        asks=leg.asks() if ended is None else None,
    )
    if told is None:
        return now
    return told if now == told else replace(now, revision=revision + 1)


def _queue_before(leg: Leg) -> str | None:
    """Return the queue through which the customer had come when this leg began."""
    before = [stay.queue for stay in leg.call.stays if stay.begun_at() < leg.rang_at]
    return before[-1] if before else None


def _waited(leg: Leg, queue: str | None) -> float | None:
    if leg.calling or leg.own or leg.taken_over:
        return None
    until = leg.answered_at or leg.rang_at
    stays = [stay for stay in leg.call.stays if stay.queue == queue]
    began = stays[-1].begun_at() if stays else leg.call.began
    return max(0.0, (until - began).total_seconds())


def _leg_ended_by(leg: Leg, ended: datetime | None) -> EndedBy | None:
    if ended is None or not leg.talked or leg.handed_on_at is not None:
        return None
    if leg.asked_at is not None:
        return EndedBy.AGENT
    return leg.done_by or ended_by(leg.call)


def contact(call: Call, parties: Parties, timing: Timing) -> Contact:
    """Return the contact as it stands."""
    into = call.absorbed_by
    direction = call.direction()
    ended = call.gone_at()
    talks = [leg for leg in call.talks() if not _is_other_side(leg)]
    talk_s, hold_s = _durations(talks, timing)
    visits = tuple([stay.visit(stay_outcome(call, stay), timing) for stay in call.stays])
    return Contact(
        id=call.id,
        key=call.key,
        direction=direction,
        party=parties.of(call),
        did=call.did if direction is Direction.INBOUND else None,
        began=call.began,
        queue=visits[0].queue if visits else None,
        visits=visits,
        legs=tuple([_call_leg(leg) for leg in talks]),
        transfers=tuple(sorted(call.transfers.values(), key=lambda hand: hand.at)) if call.transfers else (),
        agents=tuple(dict.fromkeys([leg.agent for leg in talks])),
        answered_at=(talks[0].answered_at if talks else None) or call.far_answered_at(),
        ended_at=ended,
        talk_s=talk_s,
        hold_s=hold_s,
        outcome=outcome(call),
        ended_by=ended_by(call) if ended is not None else None,
        merged_into=into.id if into is not None else None,
    )


def _is_other_side(leg: Leg) -> bool:
    """Return True for the calling side of a call inside the house: its agent is the party there."""
    return leg.calling and leg.call.is_internal()


def _call_leg(leg: Leg) -> CallLeg:
    ended = leg.ended_at()
    answered = leg.answered_at or leg.rang_at
    seen = leg.end_was_seen(ended)
    return CallLeg(
        leg.key, leg.agent, leg.in_queue(), leg.rang_at, answered, ended,
        leg.talk_s(ended) if seen else None, leg.hold_s(ended) if seen else None, leg.pop(),
    )  # fmt: skip


def _durations(talks: list[Leg], timing: Timing) -> tuple[float | None, float | None]:
    """Return talk and hold; by the switch's word only where that is not false (its talk time includes hold)."""
    if not talks:
        return 0.0, 0.0
    if not all(leg.end_was_seen(leg.ended_at()) for leg in talks):
        return None, None
    if timing is Timing.OWN_CLOCK:
        ends = [(leg, leg.ended_at()) for leg in talks]
        return sum(leg.talk_s(end) for leg, end in ends), sum(leg.hold_s(end) for leg, end in ends)
    if any(leg.holds for leg in talks):
        return None, None
    told = [leg.told_talk_s for leg in talks]
    return (None if None in told else float(sum(seconds or 0 for seconds in told))), 0.0
