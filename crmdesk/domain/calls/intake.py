"""Puts each report about a call where it belongs: as evidence on the call, its stays in queues and its legs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from crmdesk.domain.calls import events as ev
from crmdesk.domain.calls.call import Call, Far
from crmdesk.domain.calls.finder import Finder
from crmdesk.domain.calls.leg import Leg, earliest
from crmdesk.domain.calls.live import TransferKind
from crmdesk.domain.calls.stay import Stay
from crmdesk.domain.calls.transfer import ask, asked_nobody, take_over


class Intake:
    """Takes reports of what begins and goes on, one by one."""

    def __init__(self, finder: Finder) -> None:
        self._finder = finder
        self.handlers: dict[type[Any], Callable[[Any], None]] = {
            ev.Offered: self._offered,
            ev.CallDescribed: self._described,
            ev.QueueJoined: self._joined,
            ev.QueueLeft: self._left,
            ev.Ringing: self._ringing,
            ev.Dialled: self._dialled,
            ev.RingEnded: self._ring_ended,
            ev.Answered: self._answered,
            ev.Held: self._held,
            ev.Resumed: self._resumed,
            ev.Transferred: self._transferred,
        }

    # Beginnings ----------------------------------------------------------------------------------------------------

    def _offered(self, event: ev.Offered) -> None:
        call = self._finder.call(event.call, event.at, event.line, event.caller, event.did)
        if call is None or call.key != event.call:
            return
        if event.placed is not None:
            call.placed = event.placed
        elif event.line.kind is ev.LineKind.PHONE and event.line.extension is not None:
            self._calling_leg(call, event.line.extension, event.at)

    def _calling_leg(self, call: Call, agent: str, at: datetime) -> Leg:
        """Return the leg by which an agent calls."""
        leg = call.leg(call.key, agent, at)
        leg.calling = not leg.own
        self._finder.registry.add_leg(leg)
        return leg

    def _described(self, event: ev.CallDescribed) -> None:
        call = self._finder.known(event.call)
        if call is None:
            self._finder.registry.keep_early(event.call, event)
        elif call.key == event.call:
            call.did = call.did or event.did
            call.withheld = call.withheld or event.withheld

    def _ringing(self, event: ev.Ringing) -> None:
        parent = self._finder.leg(event.via) if event.via is not None else None
        if parent is not None:
            if parent.call.key != event.leg and self._is_phone_of(parent, event):
                parent.phone = event.leg
                self._finder.registry.add_leg(parent, event.leg)
                return
            call: Call | None = parent.call
            if call is not None and call.absorbed_by is not None:
                call = self._finder.known(call.key)
        else:
            call = self._finder.call(event.call or event.leg, event.at, event.line, event.caller, event.did)
        if call is None:
            return
        known = self._finder.registry.legs.get(event.leg)
        if known is not None and (known.taken_over or known.call.asked_by is not None):
            return
        if known is None and event.queue is None and not event.own and parent is None:
            asker = call.whom_asks(event.agent)
            call = call if asker is None else ask(self._finder, asker, event.leg, event.agent, event.at)
        leg = known if known is not None else call.leg(event.leg, event.agent, event.at)
        leg.rang_at = min(leg.rang_at, event.at)
        if event.own and leg.call is call:
            leg.own, leg.calling = True, False
        leg.queue = leg.queue or event.queue
        leg.phone = leg.phone or event.phone
        self._finder.registry.add_leg(leg, event.phone)
        if known is None and event.queue is not None:
            call.stay_for(event.queue, event.at, Stay.is_at)

    @staticmethod
    def _is_phone_of(parent: Leg, event: ev.Ringing) -> bool:
        """Return True if the ring ``parent`` reaches this phone; a helper leg rings others after a blind transfer."""
        if parent.phone is not None:
            return parent.phone == event.leg
        return not parent.talked and parent.handed_on_at is None

    def _dialled(self, event: ev.Dialled) -> None:
        call = self._finder.call(event.call, event.at, event.line)
        if call is None or event.leg in self._finder.registry.far:
            return
        far = call.far[event.leg] = Far(event.number, event.at)
        self._finder.registry.add_far(call, event.leg, far)
        if call.line is not None and call.line.extension is not None and call.placed is None:
            self._calling_leg(call, call.line.extension, call.began)

    # Queues --------------------------------------------------------------------------------------------------------

    def _joined(self, event: ev.QueueJoined) -> None:
        call = self._finder.call(event.call, event.at, event.line, event.caller, event.did)
        if call is None:
            return
        for stay in call.stays:
            if stay.queue == event.queue and stay.joins_at(event.at):
                stay.joined(event.at)
                return
        stay = Stay(event.queue, event.at)
        stay.joined(event.at)
        call.stays.append(stay)

    def _left(self, event: ev.QueueLeft) -> None:
        call = self._finder.call(event.call, event.at, event.line, event.caller)
        if call is None:
            return
        if event.queue is None:
            if event.how is ev.QueueExit.TIMED_OUT and call.stays:
                call.stay_near(event.at).timed_out = True
            return
        fits = Stay.may_be_abandoned if event.how is ev.QueueExit.ABANDONED else Stay.may_be_left
        stay = call.stay_for(event.queue, event.at, fits)
        if event.told_wait_s is not None:
            stay.told_wait_s = event.told_wait_s
        if event.how is ev.QueueExit.ABANDONED:
            stay.abandoned_at = earliest(stay.abandoned_at, event.at)
        else:
            stay.left_at = earliest(stay.left_at, event.at)
            stay.timed_out = stay.timed_out or event.how is ev.QueueExit.TIMED_OUT

    # Ring, talk, hold ----------------------------------------------------------------------------------------------

    def _ring_ended(self, event: ev.RingEnded) -> None:
        leg = self._finder.leg(event.leg)
        if leg is None:
            far = self._finder.far(event.leg)
            if far is not None:
                far.ends.add(event.how)
            else:
                self._finder.registry.keep_early(event.leg, event)
            return
        if leg.talked:
            return
        leg.ends.add(event.how)
        leg.ring_ended_at = earliest(leg.ring_ended_at, event.at)
        if event.how is ev.RingEnd.NO_ANSWER:
            for stay in leg.call.stays:
                if stay.queue == leg.queue and stay.is_at(event.at):
                    stay.no_answer_at(event.at)

    def _answered(self, event: ev.Answered) -> None:
        far = self._finder.far(event.leg)
        if far is not None:
            far.answered_at = earliest(far.answered_at, event.at)
            return
        leg = self._finder.leg(event.leg)
        if leg is None:
            leg = self._answered_unseen(event)
            if leg is None:
                return
        if leg.own:
            leg.picked_up_at = earliest(leg.picked_up_at, event.at)
        elif not leg.taken_over:
            leg.answered_at = earliest(leg.answered_at, event.at)
        if event.queue is not None:
            leg.queue = leg.queue or event.queue
            stay = leg.call.stay_for(event.queue, event.at, Stay.may_be_answered)
            stay.answered_at = earliest(stay.answered_at, event.at)
            stay.told_wait_s = event.told_wait_s if stay.told_wait_s is None else stay.told_wait_s

    def _answered_unseen(self, event: ev.Answered) -> Leg | None:
        """Make the leg of a call whose ring was not seen (the connection began later)."""
        if event.agent is None or event.call is None:
            self._finder.registry.keep_early(event.leg, event)
            return None
        call = self._finder.call(event.call, event.at, event.line, event.caller)
        if call is None:
            return None
        leg = call.leg(event.leg, event.agent, event.at)
        self._finder.registry.add_leg(leg)
        return leg

    def _held(self, event: ev.Held) -> None:
        leg = self._finder.leg(event.leg)
        if leg is not None and leg.hung_at is None:
            leg.hold(event.at)
        elif leg is None:
            self._finder.registry.keep_early(event.leg, event)

    def _resumed(self, event: ev.Resumed) -> None:
        leg = self._finder.leg(event.leg)
        if leg is not None:
            leg.resume(event.at)

    def _transferred(self, event: ev.Transferred) -> None:
        if event.kind is TransferKind.ATTENDED:
            for call in take_over(self._finder.registry, event):
                self._finder.touched[call.key] = call
            return
        call_of_customer = self._finder.call(event.call, event.at)
        leg = self._finder.leg(event.by)
        if leg is not None:
            leg.handed_on_at = earliest(leg.handed_on_at, event.at)
            leg.handed_to = event.to
        if call_of_customer is not None:
            call_of_customer.hand_on(event)
            if leg is not None:
                asked_nobody(self._finder, leg, call_of_customer, event.at)
