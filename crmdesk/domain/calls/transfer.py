"""What an attended transfer does: two calls become one, and the receiver has the customer, not the colleague."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from crmdesk.domain.calls.call import Call
from crmdesk.domain.calls.events import Caller, Line, LineKind, Transferred
from crmdesk.domain.calls.finder import Finder
from crmdesk.domain.calls.leg import SAME_MOMENT, Leg, earliest
from crmdesk.domain.calls.registry import TAKEN_OVER, Registry


def take_over(registry: Registry, event: Transferred) -> list[Call]:
    """Merge the consultation into the customer's call; return the calls that changed.

    The report names the leg that was handed on, the transferor's two legs and the leg that takes it (recorded:
    REFER with Replaces). Which of the two calls is the customer's is told by which comes from outside.
    """
    event = _with_target(registry, event)
    own = registry.find(event.call)
    consult = registry.find(event.consult) if event.consult else None
    if (consult is None or consult is own) and event.target:
        consult = registry.find(event.target)
    if own is None or consult is own:
        return _hand_on_only(registry, event, own)
    target = event.target
    if consult is not None and own.is_internal() and not consult.is_internal():
        own, consult, target = consult, own, _other_phone(own, event)
    own.hand_on(event)
    for key in (event.by, event.consult):
        leg = registry.legs.get(key) if key else None
        if leg is not None:
            leg.handed_on_at = earliest(leg.handed_on_at, event.at)
            leg.handed_to = event.target_agent or event.to
    _receive(registry, own, target, event)
    if consult is None:
        return [own]
    consult.absorbed_by = own
    own.stays.extend(consult.stays)
    consult.stays = []
    return [own, consult]


def _with_target(registry: Registry, event: Transferred) -> Transferred:
    """Return a report that names who takes the customer over.

    Asterisk may leave it out where the agent asked over the customer's own line and then hung up (recorded: Atxfer,
    22.10): then it is whom they asked.
    """
    by = registry.legs.get(event.by)
    if event.target is not None or by is None or by.asked is None or by.asked.absorbed_by is not None:
        return event
    there = (leg for leg in by.asked.talks() if leg.hung_at is None or leg.hung_at >= event.at - SAME_MOMENT)
    target = next(there, None)
    return event if target is None else replace(event, target=target.key, target_agent=target.agent)


def ask(finder: Finder, asker: Leg, key: str, agent: str, at: datetime) -> Call:
    """Return the call by which an agent asks somebody over the line on which a customer waits.

    Asterisk gives such a leg the customer's Linkedid (recorded: Atxfer); what is said there is none of the customer's.
    """
    consult = finder.registry.calls.get(key)
    if consult is None:
        consult = finder.registry.calls[key] = Call(key, at)
    consult.describe(at, Line(LineKind.PHONE, asker.agent), Caller(asker.agent), agent)
    consult.asked_by, asker.asked = asker, consult
    finder.touched[consult.key] = consult
    finder.touched[asker.call.key] = asker.call
    return consult


def asked_nobody(finder: Finder, leg: Leg, call: Call, at: datetime) -> None:
    """Let a ring be the customer's that was taken for one by which an agent asks: that they were handed on to it was
    told after it, within the same moment, and before that they were on hold."""
    asked = leg.asked
    if asked is None or asked.absorbed_by is not None or abs(asked.began - at) > SAME_MOMENT:
        return
    leg.asked, asked.asked_by, asked.absorbed_by = None, None, call
    for ring in asked.legs.values():
        ring.call = call
        call.legs[ring.key] = ring
    asked.legs = {}
    finder.touched[asked.key] = asked


def _hand_on_only(registry: Registry, event: Transferred, own: Call | None) -> list[Call]:
    if own is None or (own.transfers and any(hand.at == event.at for hand in own.transfers.values())):
        return [] if own is None else [own]
    own.hand_on(event)
    leg = registry.legs.get(event.by)
    if leg is not None:
        leg.handed_on_at = earliest(leg.handed_on_at, event.at)
        leg.handed_to = event.target_agent or event.to
    _receive(registry, own, event.target, event)
    return [own]


def _other_phone(call: Call, event: Transferred) -> str | None:
    legs = [leg for leg in call.talks() if leg.key not in (event.by, event.consult)]
    return legs[-1].key if legs else None


def _receive(registry: Registry, own: Call, target: str | None, event: Transferred) -> None:
    old = registry.legs.get(target) if target else None
    agent = old.agent if old is not None else event.target_agent
    if target is None or agent is None or (old is not None and old.taken_over):
        return
    leg = Leg(own, target + TAKEN_OVER, agent, event.at)
    leg.taken_over = True
    leg.answered_at = event.at
    if old is not None:
        old.handed_on_at = earliest(old.handed_on_at, event.at)
        leg.phone, leg.queue, leg.hung_at = old.phone, None, None
        if old.hung_at is not None and old.hung_at > event.at:
            leg.hung_at = old.hung_at
    own.legs[leg.key] = leg
    registry.add_leg(leg, target, leg.phone)
