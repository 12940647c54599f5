"""Takes the reports that something ended: an agent's part, a leg, a call that came to nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crmdesk.domain.calls import events as ev
from crmdesk.domain.calls.call import Call
from crmdesk.domain.calls.finder import Finder
from crmdesk.domain.calls.leg import Leg, before, earliest
from crmdesk.domain.calls.stay import Stay


class Endings:
    """Notes ends as evidence on the call and its legs."""

    def __init__(self, finder: Finder) -> None:
        self._finder = finder
        self.handlers: dict[type[Any], Callable[[Any], None]] = {
            ev.AgentDone: self._agent_done,
            ev.HangupAsked: self._hangup_asked,
            ev.LegEnded: self._leg_ended,
            ev.CallFailed: self._call_failed,
            ev.CallClosed: self._call_closed,
        }

    def _agent_done(self, event: ev.AgentDone) -> None:
        call = self._finder.call(event.call, event.at, event.line, event.caller)
        if call is None:
            return
        leg = self._finder.leg(event.leg) if event.leg is not None else call.last_talk_of(event.agent)
        if leg is None:
            leg = self._done_unseen(call, event)
        leg.done_at = earliest(leg.done_at, event.at)
        leg.done_by = leg.done_by or event.by
        leg.told_talk_s = event.told_talk_s if leg.told_talk_s is None else leg.told_talk_s
        for stay in call.stays:
            if stay.queue == event.queue and stay.answered_at == leg.answered_at:
                stay.told_wait_s = event.told_wait_s if stay.told_wait_s is None else stay.told_wait_s

    def _done_unseen(self, call: Call, event: ev.AgentDone) -> Leg:
        """Make the leg of a talk whose beginning was not seen; the switch tells how long it was."""
        began = before(event.at, event.told_talk_s or 0)
        leg = call.leg(event.leg or f"{call.key}/{event.agent}", event.agent, began)
        leg.queue, leg.answered_at = event.queue, began
        self._finder.registry.add_leg(leg)
        stay = call.stay_for(event.queue, began, Stay.may_be_answered)
        stay.answered_at, stay.started_unseen = began, True
        stay.told_wait_s = event.told_wait_s
        return leg

    def _hangup_asked(self, event: ev.HangupAsked) -> None:
        call = self._finder.registry.calls.get(event.leg)
        if call is not None:
            call.asked_at = earliest(call.asked_at, event.at)
            self._finder.touched[call.key] = call
        leg = self._finder.leg(event.leg)
        if leg is not None:
            leg.asked_at = earliest(leg.asked_at, event.at)
            if not leg.talked:
                leg.causes.add(event.cause)
        far = self._finder.far(event.leg)
        if far is not None:
            far.asked_at = earliest(far.asked_at, event.at)
        if call is None and leg is None and far is None:
            self._finder.registry.keep_early(event.leg, event)

    def _leg_ended(self, event: ev.LegEnded) -> None:
        call = self._finder.registry.calls.get(event.leg)
        if call is not None and not event.inner:
            call.describe(event.at, event.line, event.caller, None)
            call.hung_at = earliest(call.hung_at, event.at)
            call.hung_cause = call.hung_cause or event.cause
            self._finder.touched[call.key] = call
            self._finder.known(call.key)
        leg = self._finder.leg(event.leg)
        if leg is not None:
            self._end_leg(leg, event)
        far = self._finder.far(event.leg)
        if far is not None:
            far.hung_at = earliest(far.hung_at, event.at)
            far.causes.add(event.cause)
        if call is None and leg is None and far is None:
            self._finder.registry.keep_early(event.leg, event)

    @staticmethod
    def _end_leg(leg: Leg, event: ev.LegEnded) -> None:
        if not leg.talked:
            leg.causes.add(event.cause)
        if not event.inner or leg.phone is None:
            leg.hung_at = earliest(leg.hung_at, event.at)
        elif not leg.talked:
            leg.ring_ended_at = earliest(leg.ring_ended_at, event.at)

    def _call_failed(self, event: ev.CallFailed) -> None:
        call = self._finder.call(event.call, event.at)
        if call is not None and call.key == event.call:
            call.placed = call.placed or event.number
            call.failed_at = earliest(call.failed_at, event.at)
            call.failed_rang = call.failed_rang or event.rang

    def _call_closed(self, event: ev.CallClosed) -> None:
        call = self._finder.known(event.call)
        if call is not None:
            call.closings[event.at] = call.closings.get(event.at) or event.by
