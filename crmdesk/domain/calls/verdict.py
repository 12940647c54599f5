"""How a call ended and who ended it, judged from all the evidence there is, so that no order of reports matters."""

from __future__ import annotations

from datetime import datetime, timedelta

from crmdesk.domain.calls.call import Call
from crmdesk.domain.calls.contact import VisitOutcome
from crmdesk.domain.calls.events import HangupCause, RingEnd
from crmdesk.domain.calls.leg import NEARBY, SAME_MOMENT, Leg
from crmdesk.domain.calls.live import Direction, EndedBy, Outcome
from crmdesk.domain.calls.stay import Stay

_STILL_THERE = timedelta(seconds=1)
"""A caller whose line lives so much longer than the stay did not hang up in the queue."""


def stay_outcome(call: Call, stay: Stay) -> VisitOutcome | None:
    """Return how a stay ended, None while the caller waits or nobody has said how yet."""
    if stay.answered_at is not None:
        return VisitOutcome.ANSWERED
    if stay.timed_out:
        return VisitOutcome.TIMED_OUT
    if stay.abandoned_at is not None:
        return _how_given_up(call, stay, stay.abandoned_at)
    if stay.left_at is not None:
        if _went_on_after(call, stay.left_at):
            return VisitOutcome.TIMED_OUT
        gone = call.gone_at()
        if gone is not None:
            return VisitOutcome.ABANDONED if call.asked_at else VisitOutcome.TIMED_OUT
        return None
    if stay.unseen_at is not None or call.vanished_at is not None:
        return VisitOutcome.UNSEEN
    return VisitOutcome.ABANDONED if call.gone_at() is not None else None


def _how_given_up(call: Call, stay: Stay, at: datetime) -> VisitOutcome:
    if call.asked_at is not None:
        # Who hangs up later was still there when the queue let go.
        return VisitOutcome.ABANDONED if call.asked_at <= at + NEARBY else VisitOutcome.TIMED_OUT
    if stay.given_up_by_the_queue() or _went_on_after(call, at):
        return VisitOutcome.TIMED_OUT
    if call.hung_cause is HangupCause.NORMAL:
        # A caller who gives up leaves no cause (95 of 95 recorded); a dialplan that hangs up after the queue does.
        return VisitOutcome.TIMED_OUT
    if call.hung_at is not None and call.hung_at > at + _STILL_THERE:
        return VisitOutcome.TIMED_OUT
    return VisitOutcome.ABANDONED


def _went_on_after(call: Call, at: datetime) -> bool:
    later = at + NEARBY
    if any(stay.joined_at is not None and stay.joined_at >= at for stay in call.stays):
        return True
    return any(leg.rang_at > later for leg in call.legs.values())


def outcome(call: Call) -> Outcome | None:
    """Return how the call ended for the caller, None while nobody answered and it goes on."""
    if any(leg.talked for leg in call.legs.values()) or call.far_answered_at() is not None:
        return Outcome.ANSWERED
    if call.gone_at() is None:
        return None
    if call.stays:
        last = stay_outcome(call, call.stays[-1])
        return Outcome.TIMED_OUT if last is VisitOutcome.TIMED_OUT else Outcome.ABANDONED
    rang = call.failed_rang or any(leg.is_ring for leg in call.legs.values())
    if call.direction() is Direction.INBOUND and ended_by(call) is EndedBy.CALLER:
        return Outcome.ABANDONED
    if call.far:
        failed = all(RingEnd.FAILED in far.ends for far in call.far.values())
        return Outcome.FAILED if failed else Outcome.NO_ANSWER
    return Outcome.NO_ANSWER if rang else Outcome.FAILED


def ended_by(call: Call) -> EndedBy | None:
    """Return who ended the call; by the hang-up that was seen, then by what the queue says, then by the causes.

    None while it goes on, and for one that was gone when somebody looked again: nobody knows.
    """
    gone = call.gone_at()
    if gone is None:
        return None
    outbound = call.direction() is Direction.OUTBOUND
    if any(far.asked_at is not None and far.answered_at is not None for far in call.far.values()):
        return EndedBy.CALLER
    if call.asked_at is not None and not (outbound and call.transfers):
        return EndedBy.AGENT if outbound else EndedBy.CALLER
    last = list(call.talks())[-1:]
    for leg in last:
        if leg.asked_at is not None and leg.handed_on_at is None:
            return EndedBy.AGENT
        if leg.done_by is not None:
            return leg.done_by
    closed_by = call.closings.get(gone)
    if closed_by is not None:
        return closed_by
    if call.stays and stay_outcome(call, call.stays[-1]) is VisitOutcome.ABANDONED:
        return EndedBy.CALLER
    return None if call.vanished_by(gone) else _ended_by_the_causes(call, last)


def _ended_by_the_causes(call: Call, last: list[Leg]) -> EndedBy:
    if not last:
        if call.hung_cause is not HangupCause.CALLER_GAVE_UP:
            return EndedBy.SYSTEM
        return EndedBy.AGENT if call.direction() is Direction.OUTBOUND else EndedBy.CALLER
    leg = last[0]
    if leg.calling:
        return EndedBy.AGENT
    ended_first = leg.hung_at is not None and call.hung_at is not None and leg.hung_at < call.hung_at - SAME_MOMENT
    return EndedBy.AGENT if ended_first and leg.handed_on_at is None else EndedBy.CALLER
