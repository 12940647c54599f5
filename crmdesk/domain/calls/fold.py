"""The one fold that makes contacts, agents' calls and boards of call events; pure, and the same for every replay."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from crmdesk.domain.calls import events as ev
from crmdesk.domain.calls.agents import Agents
from crmdesk.domain.calls.board import QueueBook
from crmdesk.domain.calls.call import Call
from crmdesk.domain.calls.contact import Contact, PauseChange
from crmdesk.domain.calls.control import Ends
from crmdesk.domain.calls.endings import Endings
from crmdesk.domain.calls.finder import Finder
from crmdesk.domain.calls.hands import ends_of
from crmdesk.domain.calls.intake import Intake
from crmdesk.domain.calls.intervals import StateInterval
from crmdesk.domain.calls.leg import Leg, first_of
from crmdesk.domain.calls.live import AgentCall, AgentState, Board, Phase
from crmdesk.domain.calls.look import end_what_nobody_saw, see_legs, see_queues
from crmdesk.domain.calls.picture import Parties, agent_call, contact
from crmdesk.domain.calls.registry import Registry
from crmdesk.domain.calls.service_level import ServiceLevel
from crmdesk.domain.calls.stay import Timing
from crmdesk.domain.quick import dataclass

_LATE = timedelta(seconds=2)
"""How long after its end a leg's result may still be told better."""
_KEPT = timedelta(seconds=60)
"""How long an ended call is kept for late reports."""
MOST_CALLS = 20_000
"""How many calls are kept at once: with more, the oldest are taken to have ended while nobody told."""


@dataclass(frozen=True, slots=True)
class FoldSettings:
    """What the house decides: region of numbers (ISO 3166), zone of its midnight (IANA), service levels, wrap-up times.

    ``labels``, ``service_levels`` and ``wrap_up_s`` are by queue; ``service_level`` holds for the others. ``timing``
    is TOLD only for a recording without times.
    """

    region: str | None = None
    zone: str = "UTC"
    service_level: ServiceLevel = field(default_factory=ServiceLevel)
    service_levels: Mapping[str, ServiceLevel] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    wrap_up_s: Mapping[str, float] = field(default_factory=dict)
    timing: Timing = Timing.OWN_CLOCK


@dataclass(frozen=True, slots=True)
class FoldOutput:
    """What changed: whole states of agents' calls and contacts, breaks, the names of queues with new figures, and the
    agents' states that began or ended."""

    agent_calls: tuple[AgentCall, ...] = ()
    contacts: tuple[Contact, ...] = ()
    pauses: tuple[PauseChange, ...] = ()
    queues: frozenset[str] = frozenset()
    intervals: tuple[StateInterval, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenCounts:
    """How much is going on: calls, phones ringing, customers put before agents."""

    contacts: int
    rings: int
    pops: int


class CallFold:
    """Folds call events; the order of events within 5 ms does not matter, and a repeated event changes nothing.

    ``apply`` takes one event and returns what it changed. A reader of many events takes each with ``absorb`` and asks
    ``drain`` once per chunk: the states told are whole, so steps between may be left out.
    """

    def __init__(self, settings: FoldSettings | None = None) -> None:
        self.settings = settings or FoldSettings()
        self._zone = ZoneInfo(self.settings.zone)
        self._registry = Registry()
        self._agents = Agents(self.settings.wrap_up_s)
        self._finder = Finder(self._registry)
        self._queues = QueueBook(self.settings.service_level, self.settings.service_levels, self.settings.timing)
        self._parties = Parties(self.settings.region)
        self._told_legs: dict[str, AgentCall] = {}
        self._told_contacts: dict[str, Contact] = {}
        self._pauses: list[PauseChange] = []
        self._intervals: list[StateInterval] = []
        self._ended: deque[tuple[datetime, Call]] = deque()
        self._latest: datetime | None = None
        self._day_ends: datetime | None = None
        self._stale_since: datetime | None = None
        self._silent_since: datetime | None = None
        self._legs_seen_since_loss = False
        self._looked_at: datetime | None = None
        self._revision = 0
        self._handlers: dict[type[Any], Callable[[Any], None]] = {
            **Intake(self._finder).handlers,
            **Endings(self._finder).handlers,
            ev.MemberChanged: self._member_changed,
            ev.MemberPaused: self._member_paused,
            ev.MemberRemoved: self._member_removed,
            ev.QueuesSeen: self._queues_seen,
            ev.LegsSeen: self._legs_seen,
            ev.LinkLost: self._link_lost,
            ev.StreamSilent: self._stream_silent,
            ev.StreamHeard: self._stream_heard,
            ev.LinkUp: self._link_up,
            ev.WrapUpEnded: self._wrap_up_ended,
        }

    # Taking events -------------------------------------------------------------------------------------------------

    def apply(self, event: ev.CallEvent) -> FoldOutput:
        """Take one event and return everything that it changed."""
        self.absorb(event)
        return self.drain()

    def absorb(self, event: ev.CallEvent) -> None:
        """Take one event; what it changed is told by the next ``drain``."""
        at = event.at
        if self._latest is None or at > self._latest:
            self._latest = at
            self._roll_over(at)
        if self._queues.unheard:
            self._queues.unheard.pop(getattr(event, "queue", None) or "", None)
        self._handlers[type(event)](event)
        while self._registry.overtaken:
            waiting = self._registry.overtaken.pop(0)
            self._handlers[type(waiting)](waiting)

    def drain(self) -> FoldOutput:
        """Return everything that changed since the last time, each thing once, as it stands now."""
        touched = self._finder.touched
        if not (touched or self._pauses or self._queues.changed or self._intervals or self._agents.is_touched):
            return FoldOutput()
        self._give_up_the_oldest()
        self._touch_consultations()
        calls = list(touched.values())
        touched.clear()
        for call in calls:
            self._settle(call)
        legs = [told for call in calls for told in self._tell_legs(call)]
        contacts = [told for call in calls if (told := self._tell_contact(call)) is not None]
        intervals = self._take_intervals()
        changed = frozenset(self._queues.changed)
        output = FoldOutput(tuple(legs), tuple(contacts), tuple(self._pauses), changed, intervals)
        self._pauses.clear()
        self._queues.changed.clear()
        self._revision += 1
        self._put_away()
        return output

    def _touch_consultations(self) -> None:
        """What becomes of a consultation shows on the call it is about, and the other way round."""
        touched = self._finder.touched
        for call in list(touched.values()):
            near = [leg.asked for leg in call.legs.values() if leg.asked is not None]
            if call.asked_by is not None:
                near.append(call.asked_by.call)
            touched.update({other.key: other for other in near if not other.put_aside})

    def _take_intervals(self) -> tuple[StateInterval, ...]:
        if self._latest is not None:
            self._follow_agents(self._latest)
        intervals, self._intervals = tuple(self._intervals), []
        return intervals

    def _follow_agents(self, at: datetime) -> None:
        """Let the agents' states go on up to ``at``, and count the wrap-ups that ended."""
        self._agents.follow(at)
        taken = self._agents.book.take()
        self._intervals += taken
        for interval in taken:
            if interval.state is AgentState.WRAP_UP and interval.ended is not None and interval.queue:
                self._queues.count_wrap_up(interval.queue, interval.seconds(at))

    def _tell_contact(self, call: Call) -> Contact | None:
        now = contact(call, self._parties, self.settings.timing)
        if self._told_contacts.get(call.key) == now:
            return None
        self._told_contacts[call.key] = now
        return now

    def _tell_legs(self, call: Call) -> list[AgentCall]:
        told = []
        for leg in call.legs.values():
            known = self._told_legs.get(leg.key)
            if known is not None and self._is_settled(known):
                continue
            now = agent_call(leg, known, self._parties)
            if now is not known:
                self._told_legs[leg.key] = now
                told.append(now)
            self._agents.track(leg, now.phase)
        return told

    def _is_settled(self, known: AgentCall) -> bool:
        return known.ended_at is not None and self._latest is not None and self._latest - known.ended_at > _LATE

    def _settle(self, call: Call) -> None:
        """Draw the conclusions that need the whole call: the calling side's answer, the counters, the end."""
        calling = call.legs.get(call.key)
        if calling is not None and (calling.calling or calling.own):
            answers = (leg.answered_at for leg in call.legs.values() if leg.is_ring and not leg.own)
            inside = None if calling.own else first_of(*answers)
            calling.answered_at = first_of(call.far_answered_at(), inside)
        for leg in call.dropped:
            self._registry.forget_leg(leg)
            self._told_legs.pop(leg.key, None)
        call.dropped.clear()
        for stay in call.stays:
            self._queues.count(call, stay)
        self._queues.count_handled(call)
        if (call.gone_at() is not None or call.absorbed_by is not None) and not call.put_aside:
            call.put_aside = True
            self._ended.append((self._latest or call.began, call))

    def _put_away(self) -> None:
        while self._ended and self._latest is not None and self._may_go(self._latest - self._ended[0][0]):
            _, call = self._ended.popleft()
            if call.gone_at() is None and call.absorbed_by is None:
                call.put_aside = False
                continue
            self._registry.forget(call)
            self._told_contacts.pop(call.key, None)
            for leg in call.legs.values():
                self._told_legs.pop(leg.key, None)
                self._agents.track(leg, Phase.ENDED)

    def _may_go(self, ended_for: timedelta) -> bool:
        return ended_for > _KEPT or len(self._registry.calls) > MOST_CALLS

    def _give_up_the_oldest(self) -> None:
        """End the oldest calls where there are more than any house has: a stream that never tells ends has no bound."""
        surplus = len(self._registry.calls) - len(self._ended) - MOST_CALLS
        if surplus <= 0 or self._latest is None:
            return
        living = (call for call in self._registry.calls.values() if not call.put_aside)
        for call in islice(living, surplus):
            call.vanished_at = call.vanished_at or self._latest
            self._finder.touched[call.key] = call

    def _roll_over(self, at: datetime) -> None:
        if self._day_ends is not None and at < self._day_ends:
            return
        local = at.astimezone(self._zone)
        midnight = datetime.combine(local.date(), time(), self._zone)
        following = datetime.combine(local.date() + timedelta(days=1), time(), self._zone)
        self._queues.new_day(midnight.astimezone(UTC))
        self._day_ends = following.astimezone(UTC)

    # Reports that are not about one call ---------------------------------------------------------------------------

    def _member_changed(self, event: ev.MemberChanged) -> None:
        self._queues.know(event.queue)
        change = self._agents.changed(event)
        self._note_member(event.queue, change)

    def _member_paused(self, event: ev.MemberPaused) -> None:
        self._note_member(event.queue, self._agents.paused(event))

    def _note_member(self, queue: str, change: PauseChange | None) -> None:
        self._queues.know(queue)
        self._queues.changed.add(queue)
        if change is not None:
            self._pauses.append(change)

    def _member_removed(self, event: ev.MemberRemoved) -> None:
        self._agents.removed(event.agent, event.queue)
        self._queues.changed.add(event.queue)

    def _queues_seen(self, event: ev.QueuesSeen) -> None:
        for queue in event.queues:
            self._queues.know(queue)
            self._queues.changed.add(queue)
        self._queues.seen(event.queues, event.at)
        self._pauses.extend(see_queues(self._finder, self._agents, event))

    def _legs_seen(self, event: ev.LegsSeen) -> None:
        see_legs(self._finder, event)
        self._legs_seen_since_loss = True

    def _link_lost(self, event: ev.LinkLost) -> None:
        if self._stale_since is None:
            self._stale_since, self._legs_seen_since_loss = event.at, False

    def _stream_silent(self, event: ev.StreamSilent) -> None:
        self._silent_since = self._silent_since or event.at

    def _stream_heard(self, _: ev.StreamHeard) -> None:
        self._silent_since = None

    def _link_up(self, event: ev.LinkUp) -> None:
        if self._stale_since is not None and not self._legs_seen_since_loss:
            end_what_nobody_saw(self._finder, self._agents, self._stale_since, event.at)
        if self._legs_seen_since_loss:
            self._looked_at = event.at
        self._stale_since = self._silent_since = None

    def _wrap_up_ended(self, event: ev.WrapUpEnded) -> None:
        agent = self._agents.get(event.agent, event.at)
        agent.wrapped_up_at = event.at

    # What there is -------------------------------------------------------------------------------------------------

    @property
    def looked_at(self) -> datetime | None:
        """When all legs of the phone system were looked at last: every call that went on then is known here, so a call
        of before that is not known has ended. None where no look at the legs was had."""
        return self._looked_at

    @property
    def unheard_since(self) -> datetime | None:
        """Since when the phone system is not heard, None while it is."""
        return first_of(self._stale_since, self._silent_since)

    def board(self, now: datetime) -> Board:
        """Return all queues and agents as of ``now`` (as of the loss of the phone system while it is not heard)."""
        self._settle_touched()
        self._roll_over(now)
        self._revision += 1
        as_of = self.unheard_since or now
        self._follow_agents(as_of)
        agents = self._agents.statuses(as_of)
        queues = self._queues.figures(as_of, agents, self._agents, self.settings.labels)
        return Board(self._revision, as_of, queues, agents, self.unheard_since)

    def agent_calls(self, extension: str) -> tuple[AgentCall, ...]:
        """Return the open calls of one agent, oldest first, for a desk that connects late."""
        self._settle_touched()
        return tuple(self._as_told(leg) for leg in self._agents.open_legs(extension))

    def standing(self, at: datetime) -> tuple[ev.MemberChanged, ...]:
        """Return everybody's standing in every queue as events of ``at``: a fold that begins then learns it."""
        return self._agents.members(at)

    def ends_of(self, extension: str, key: str) -> Ends | None:
        """Return the ends of an agent's open call on the phone system, None if the agent has no such call now."""
        self._settle_touched()
        return ends_of(self._registry, extension, key)

    def contacts(self) -> tuple[Contact, ...]:
        """Return the contacts that are open or ended within the last minute, oldest first."""
        self._settle_touched()
        calls = sorted(self._registry.calls.values(), key=lambda call: (call.began, call.key))
        return tuple(contact(call, self._parties, self.settings.timing) for call in calls)

    def legs_kept(self) -> int:
        """Return how many legs are kept at all, for watching memory."""
        return max(len(self._registry.legs), len(self._told_legs))

    def open_counts(self) -> OpenCounts:
        """Return how many contacts, rings and pops are open."""
        self._settle_touched()
        calls = [call for call in self._registry.calls.values() if call.absorbed_by is None]
        legs = [leg for call in calls for leg in call.legs.values() if leg.phase() is not Phase.ENDED]
        return OpenCounts(
            contacts=sum(call.gone_at() is None for call in calls),
            rings=sum(leg.is_ring and leg.ring_result(None) is None for leg in legs),
            pops=sum(leg.pop() is not None for leg in legs),
        )

    def _settle_touched(self) -> None:
        for call in self._finder.touched.values():
            self._settle(call)
            for leg in call.legs.values():
                self._agents.track(leg, leg.phase())

    def _as_told(self, leg: Leg) -> AgentCall:
        return agent_call(leg, self._told_legs.get(leg.key), self._parties)
