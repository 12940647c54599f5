"""Takes over what a look at the whole phone system found: after a connection began, and whenever somebody asks."""

from __future__ import annotations

from datetime import datetime

from crmdesk.domain.calls.agents import Agents
from crmdesk.domain.calls.call import Far
from crmdesk.domain.calls.contact import PauseChange
from crmdesk.domain.calls.events import LegsSeen, LineKind, QueuesSeen, SeenLeg, SeenState, WaitingCaller
from crmdesk.domain.calls.finder import Finder
from crmdesk.domain.calls.handed_unseen import Hands
from crmdesk.domain.calls.leg import SAME_MOMENT, before, earliest
from crmdesk.domain.calls.stay import Stay


def see_queues(finder: Finder, agents: Agents, event: QueuesSeen) -> list[PauseChange]:
    """Take over who serves the queues and who waits (others left unseen); return the breaks that changed."""
    changes = [change for member in event.members if (change := agents.changed(member)) is not None]
    for queue in event.queues:
        agents.only_members(queue, {member.agent for member in event.members if member.queue == queue})
    found = {(entry.call, entry.queue) for entry in event.waiting}
    for call in list(finder.registry.calls.values()):
        for stay in call.stays:
            waits = stay.ended_at() is None and stay.begun_at() < event.at - SAME_MOMENT
            if waits and stay.queue in event.queues and (call.key, stay.queue) not in found:
                stay.unseen_at = event.at
                finder.touched[call.key] = call
    for entry in event.waiting:
        known = finder.registry.calls.get(entry.call)
        if known is None or not known.waits_in(entry.queue):
            _see_waiting(finder, event, entry)
    return changes


def _see_waiting(finder: Finder, event: QueuesSeen, entry: WaitingCaller) -> None:
    joined = before(event.at, entry.waited_s)
    call = finder.call(entry.call, joined, entry.line, entry.caller)
    if call is None:
        return
    for stay in call.stays:
        if stay.queue == entry.queue and stay.ended_at() is None:
            break
    else:
        stay = Stay(entry.queue, joined)
        call.stays.append(stay)
    if stay.joined_at is None:
        stay.joined_at, stay.about_joined = joined, True


def see_legs(finder: Finder, event: LegsSeen) -> None:
    """Take over all legs there are; calls and legs that are not among them are gone since at the latest now."""
    found = {leg.leg for leg in event.legs}
    for call in list(finder.registry.calls.values()):
        if call.gone_at() is None and call.absorbed_by is None and call.began < event.at - SAME_MOMENT:
            customer = set(call.far) or {call.key}
            if not found & (customer | {call.key}):
                call.vanished_at = earliest(call.vanished_at, event.at)
                finder.touched[call.key] = call
    for leg in list(finder.registry.legs.values()):
        keys = {leg.key, leg.phone, leg.key.removesuffix("/t")}
        if leg.ended_at() is None and leg.rang_at < event.at - SAME_MOMENT and not found & keys:
            leg.hung_at = leg.unseen_at = earliest(leg.hung_at, event.at)
            finder.touched[leg.call.key] = leg.call
    for seen in event.legs:
        if seen.leg == seen.call and seen.line.kind is not LineKind.OTHER:
            _see_call(finder, event, seen)
    hands = Hands(finder, event)
    for seen in event.legs:
        if seen.leg == seen.call or seen.inner:
            continue
        if seen.line.kind is LineKind.PHONE:
            if not hands.saw(seen):
                _see_phone(finder, event, seen)
        elif seen.line.kind is LineKind.TRUNK:
            _see_outside(finder, event, seen)


def _see_call(finder: Finder, event: LegsSeen, seen: SeenLeg) -> None:
    call = finder.call(seen.leg, before(event.at, seen.age_s), seen.line, seen.caller)
    if call is None or seen.queue is None or call.stays:
        return
    if seen.bridged:
        stay = Stay(seen.queue, event.at)
        stay.answered_at, stay.started_unseen = event.at, True
        call.stays.append(stay)


def _see_answered(finder: Finder, event: LegsSeen, seen: SeenLeg) -> None:
    """Take over that a phone that rang when it was last heard of is talking now: nobody saw it answer."""
    leg = finder.leg(seen.leg)
    if leg is None or not leg.is_ring or leg.own or leg.talked or leg.ended_at() is not None or not seen.bridged:
        return
    leg.answered_at = event.at
    for stay in leg.call.stays:
        if stay.queue == leg.in_queue() and (stay.ended_at() is None or stay.unseen_at == stay.ended_at()):
            stay.answered_at = event.at


def _see_phone(finder: Finder, event: LegsSeen, seen: SeenLeg) -> None:
    if seen.state is SeenState.UP:
        _see_answered(finder, event, seen)
    if seen.leg in finder.registry.legs or seen.line.extension is None or seen.state is SeenState.OTHER:
        return
    call = finder.call(seen.call, event.at)
    if call is None:
        return
    leg = call.leg(seen.leg, seen.line.extension, before(event.at, seen.age_s))
    leg.queue = call.stays[-1].queue if call.stays else None
    if seen.state is SeenState.UP:
        leg.answered_at = event.at
    finder.registry.add_leg(leg)


def _see_outside(finder: Finder, event: LegsSeen, seen: SeenLeg) -> None:
    """Take over the outside leg of a call that an agent made before anybody listened."""
    call = finder.registry.calls.get(seen.call)
    if call is None or call.line is None or call.line.extension is None or seen.leg in finder.registry.far:
        return
    began = before(event.at, seen.age_s)
    far = call.far[seen.leg] = Far(seen.caller.number, began)
    if seen.state is SeenState.UP:
        far.answered_at = event.at
    finder.registry.add_far(call, seen.leg, far)
    if call.key not in call.legs:
        leg = call.leg(call.key, call.line.extension, call.began)
        leg.calling = True
        finder.registry.add_leg(leg)


def end_what_nobody_saw(finder: Finder, agents: Agents, lost_at: datetime, at: datetime) -> None:
    """End the calls of before the loss whose phones are all free now, where no look at the legs is allowed.

    An account that sees only queues is told neither hang-ups nor channels; a free phone is all the evidence there is.
    """
    for call in list(finder.registry.calls.values()):
        if call.gone_at() is not None or call.began >= lost_at or call.absorbed_by is not None:
            continue
        for leg in call.legs.values():
            if leg.ended_at() is None and leg.rang_at < lost_at and agents.is_idle(leg.agent):
                leg.hung_at = leg.unseen_at = earliest(leg.hung_at, at)
                finder.touched[call.key] = call
        waits = any(stay.ended_at() is None for stay in call.stays)
        if not waits and all(leg.ended_at() is not None for leg in call.legs.values()):
            call.vanished_at = earliest(call.vanished_at, at)
            finder.touched[call.key] = call
