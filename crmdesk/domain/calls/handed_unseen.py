"""What a look tells of transfers and consultations that happened while nobody listened: who hears whom now."""

from __future__ import annotations

from crmdesk.domain.calls.call import Call
from crmdesk.domain.calls.events import LegsSeen, SeenLeg, SeenState, Transferred
from crmdesk.domain.calls.finder import Finder
from crmdesk.domain.calls.leg import Leg, before
from crmdesk.domain.calls.live import TransferKind
from crmdesk.domain.calls.transfer import ask, take_over


class Hands:
    """Reads one look. A phone system tells which legs hear each other, not how that came about; what is concluded is
    only what leaves no other way: a customer who was talked to by one agent and has another now was handed on."""

    def __init__(self, finder: Finder, event: LegsSeen) -> None:
        self._finder = finder
        self._event = event
        self._seen = {seen.leg: seen for seen in event.legs}

    def saw(self, seen: SeenLeg) -> bool:
        """Take what is seen of a phone; return whether it is known by that: what it is needs no other reading."""
        call = self._finder.known(seen.call)
        if call is None or seen.line.extension is None or seen.state is SeenState.OTHER or call.is_internal():
            return False
        leg = self._finder.leg(seen.leg)
        if leg is not None:
            return self._received(call, leg, seen) or self._asks(call, leg, seen)
        asker = self._asker(call, seen)
        if asker is not None:
            self._is_asked(asker, seen)
            return True
        return self._handed_on(call, seen)

    def _received(self, call: Call, leg: Leg, seen: SeenLeg) -> bool:
        """Take over that the customer came to somebody who was asked, by an attended transfer."""
        if leg.call is call or seen.state is not SeenState.UP or leg.taken_over:
            return False
        asker = leg.call.asked_by or self._gone_from(call)
        if asker is None or asker.call is not call or self._is_there(asker):
            return False
        event = Transferred(
            self._event.at, TransferKind.ATTENDED, call.key, asker.key, asker.agent, leg.agent,
            leg.call.key, leg.key, leg.agent,
        )  # fmt: skip
        for touched in take_over(self._finder.registry, event):
            self._finder.touched[touched.key] = touched
        return True

    def _asks(self, call: Call, leg: Leg, seen: SeenLeg) -> bool:
        """Note that an agent is not together with the customer: the customer waits."""
        customer = self._seen.get(call.key)
        apart = customer is not None and bool(seen.bridge and customer.bridge) and seen.bridge != customer.bridge
        if leg.call is not call or not leg.talked or not apart:
            return False
        if any(other.inner and other.bridge == seen.bridge for other in self._event.legs):
            leg.hold(self._event.at)
        return True

    def _asker(self, call: Call, seen: SeenLeg) -> Leg | None:
        """Return who lets the customer wait while this phone, which is not together with the customer, is asked."""
        customer = self._seen.get(call.key)
        if customer is None or (seen.bridge and seen.bridge == customer.bridge) or not self._helper(seen):
            return None
        for leg in call.talks():
            own = self._seen.get(leg.phone or leg.key) or self._seen.get(leg.key)
            if leg.agent == seen.line.extension or own is None or own.bridge in ("", customer.bridge):
                continue
            leg.hold(self._event.at)
            return leg
        return None

    def _is_asked(self, asker: Leg, seen: SeenLeg) -> None:
        helper = self._helper(seen)
        agent, at = seen.line.extension, before(self._event.at, seen.age_s)
        assert agent is not None
        assert helper is not None
        leg = ask(self._finder, asker, helper, agent, at).leg(helper, agent, at)
        leg.phone = seen.leg
        if seen.state is SeenState.UP:
            leg.answered_at = self._event.at
        self._finder.registry.add_leg(leg, seen.leg)

    def _helper(self, seen: SeenLeg) -> str | None:
        """Return the key of the helper by which this phone was rung."""
        of_phone = (s for s in self._event.legs if s.inner and s.call == seen.call)
        return next((one.leg for one in of_phone if one.line.extension == seen.line.extension), None)

    def _handed_on(self, call: Call, seen: SeenLeg) -> bool:
        """Take over that the customer was sent on to this phone: who had them is gone, and no queue rings."""
        before_it = self._gone_from(call)
        customer = self._seen.get(call.key)
        if before_it is None or before_it.agent == seen.line.extension or customer is None or customer.queue:
            return False
        agent, at = seen.line.extension or "", before(self._event.at, seen.age_s)
        call.hand_on(Transferred(at, TransferKind.BLIND, call.key, before_it.key, before_it.agent, agent))
        before_it.handed_on_at, before_it.handed_to = before_it.hung_at, agent
        leg = call.leg(seen.leg, agent, at)
        if seen.state is SeenState.UP:
            leg.answered_at = self._event.at
        self._finder.registry.add_leg(leg)
        return True

    def _gone_from(self, call: Call) -> Leg | None:
        """Return the leg of the agent who had the customer when somebody last listened, and has not any more."""
        talks = list(call.talks())
        last = talks[-1] if talks else None
        return last if last is not None and last.hung_at == self._event.at else None

    def _is_there(self, leg: Leg) -> bool:
        return any(key in self._seen for key in (leg.key, leg.phone, leg.key.removesuffix("/t")) if key is not None)
