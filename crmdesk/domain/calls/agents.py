"""What each agent is doing: from their legs, the breaks, the after-call work, and only then from the switch's word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from crmdesk.domain.calls.contact import PauseChange
from crmdesk.domain.calls.events import Device, MemberChanged, MemberPaused
from crmdesk.domain.calls.intervals import StateBook
from crmdesk.domain.calls.leg import Leg
from crmdesk.domain.calls.live import AgentState, AgentStatus, Phase
from crmdesk.domain.quick import dataclass


@dataclass(slots=True)
class Member:
    """An agent's standing in one queue."""

    device: Device
    paused: bool
    reason: str | None
    paused_since: datetime
    device_since: datetime | None = None
    """When the phone was last said to be taken or given back by something other than a call that was seen."""


_OUTSIDE_CALLS = frozenset({Device.IN_USE, Device.ON_HOLD, Device.OFFLINE})
_AFTER_A_CALL = timedelta(seconds=5)
"""The switch's word on a phone comes so much later than the end of the call at most."""


class Agent:
    """One agent: name, standing per queue, open legs."""

    __slots__ = ("extension", "last_ended_at", "last_queue", "legs", "name", "queues", "seen_at", "wrapped_up_at")

    def __init__(self, extension: str, seen_at: datetime) -> None:
        self.extension = extension
        self.name = ""
        self.seen_at = seen_at
        self.queues: dict[str, Member] = {}
        self.legs: dict[str, Leg] = {}
        self.last_ended_at: datetime | None = None
        self.last_queue: str | None = None
        self.wrapped_up_at: datetime | None = None


class Agents:
    """All agents that were heard of."""

    def __init__(self, wrap_up_s: Mapping[str, float]) -> None:
        self._wrap_up_s = wrap_up_s
        self._all: dict[str, Agent] = {}
        self._touched: set[str] = set()
        self.book = StateBook()

    def get(self, extension: str, at: datetime) -> Agent:
        """Return the agent, made when first heard of."""
        agent = self._all.get(extension)
        if agent is None:
            agent = self._all[extension] = Agent(extension, at)
        agent.seen_at = min(agent.seen_at, at)
        self._touched.add(extension)
        return agent

    def changed(self, event: MemberChanged) -> PauseChange | None:
        """Take over a report of the switch; return the break that began or ended, if one did."""
        agent = self.get(event.agent, event.at)
        agent.name = event.name or agent.name
        known = agent.queues.get(event.queue)
        if known is None:
            agent.queues[event.queue] = Member(event.device, event.paused, event.reason, event.at)
            return None
        self._device_told(agent, known, event)
        return self._paused(agent, known, event)

    def _device_told(self, agent: Agent, known: Member, event: MemberChanged) -> None:
        before, known.device = known.device, event.device
        if before is event.device or not {before, event.device} & _OUTSIDE_CALLS or agent.legs:
            return
        if agent.last_ended_at is None or event.at - agent.last_ended_at > _AFTER_A_CALL:
            known.device_since = event.at

    def paused(self, event: MemberPaused) -> PauseChange | None:
        """Take over that an agent was paused or came back; return the change if it is one."""
        agent = self.get(event.agent, event.at)
        agent.name = event.name or agent.name
        known = agent.queues.get(event.queue)
        if known is None:
            known = Member(Device.UNKNOWN, not event.paused, None, event.at)
            agent.queues[event.queue] = known
        return self._paused(agent, known, event)

    def _paused(self, agent: Agent, known: Member, event: MemberChanged | MemberPaused) -> PauseChange | None:
        if known.paused == event.paused and (not event.paused or known.reason == event.reason):
            return None
        if not known.paused or not event.paused:
            known.paused_since = event.at
        known.paused, known.reason = event.paused, event.reason
        return PauseChange(event.at, agent.extension, event.queue, event.paused, event.reason)

    def removed(self, extension: str, queue: str) -> None:
        """Take an agent out of a queue."""
        agent = self._all.get(extension)
        if agent is not None:
            agent.queues.pop(queue, None)
            self._touched.add(extension)

    def only_members(self, queue: str, extensions: set[str]) -> None:
        """Take everybody else out of ``queue``."""
        for agent in self._all.values():
            if agent.extension not in extensions and agent.queues.pop(queue, None) is not None:
                self._touched.add(agent.extension)

    def is_idle(self, extension: str) -> bool:
        """Return True if the switch says of every queue that this agent's phone does nothing."""
        agent = self._all.get(extension)
        devices = {member.device for member in agent.queues.values()} if agent is not None else set()
        return bool(devices) and devices <= {Device.FREE, Device.OFFLINE}

    def of_queue(self, queue: str) -> Iterator[tuple[Agent, Member]]:
        """Yield who serves ``queue``."""
        for agent in self._all.values():
            member = agent.queues.get(queue)
            if member is not None:
                yield agent, member

    def track(self, leg: Leg, phase: Phase) -> None:
        """Note that a leg is open or ended."""
        agent = self.get(leg.agent, leg.rang_at)
        if phase is not Phase.ENDED:
            agent.legs[leg.key] = leg
            return
        agent.legs.pop(leg.key, None)
        if leg.talked:
            ended = leg.ended_at()
            if ended is not None and (agent.last_ended_at is None or ended > agent.last_ended_at):
                agent.last_ended_at, agent.last_queue = ended, leg.in_queue()

    def open_legs(self, extension: str) -> list[Leg]:
        """Return the open legs of one agent, oldest first."""
        agent = self._all.get(extension)
        return sorted(agent.legs.values(), key=lambda leg: leg.rang_at) if agent else []

    @property
    def is_touched(self) -> bool:
        """Say whether anybody was heard of since their states were last followed."""
        return bool(self._touched)

    def follow(self, at: datetime) -> None:
        """Take note of what those do who were heard of since the last time, and whose wrap-up is over at ``at``."""
        touched, self._touched = self._touched, set()
        over = {extension: end for extension in touched if (end := self._wrap_up_end(self._all[extension])) is not None}
        self.book.follow(touched, at, self._status_of, over)

    def _status_of(self, extension: str, at: datetime) -> AgentStatus:
        """Return a status whose ``since`` is when this state began again: on the board, talk goes on over a hold."""
        agent = self._all[extension]
        status = self.status(agent, at)
        if status.state is not AgentState.TALKING:
            return status
        resumed = [end for leg in agent.legs.values() for _, end in leg.holds if end is not None and end <= at]
        return replace(status, since=max([status.since, *resumed]))

    def members(self, at: datetime) -> tuple[MemberChanged, ...]:
        """Return everybody's standing in every queue as if the switch told it at ``at``."""
        return tuple(
            MemberChanged(at, queue, agent.extension, agent.name, member.device, member.paused, member.reason)
            for _, agent in sorted(self._all.items())
            for queue, member in sorted(agent.queues.items())
        )

    def statuses(self, now: datetime) -> tuple[AgentStatus, ...]:
        """Return everybody's state, by extension."""
        return tuple(self.status(agent, now) for _, agent in sorted(self._all.items()))

    def status(self, agent: Agent, now: datetime) -> AgentStatus:
        """Return what one agent does and since when."""
        state, since, reason, queue = self._state(agent, now)
        return AgentStatus(agent.extension, agent.name or agent.extension, state, since, reason, queue)

    def _state(self, agent: Agent, now: datetime) -> tuple[AgentState, datetime, str | None, str | None]:
        for phase, state in (
            (Phase.TALKING, AgentState.TALKING),
            (Phase.HELD, AgentState.HELD),
            (Phase.RINGING, AgentState.RINGING),
        ):
            legs = [leg for leg in agent.legs.values() if leg.rang_at <= now and leg.phase() is phase]
            if legs:
                leg = min(legs, key=lambda one: one.rang_at)
                since = (leg.held_since() if phase is Phase.HELD else leg.answered_at) or leg.rang_at
                return state, since, None, leg.in_queue()
        over = self._wrap_up_end(agent)
        if over is not None and agent.last_ended_at is not None and now < over:
            return AgentState.WRAP_UP, agent.last_ended_at, None, agent.last_queue
        free_since = max(filter(None, (agent.seen_at, agent.last_ended_at, over)))
        members = list(agent.queues.values())
        if members and all(member.paused and member.paused_since <= now for member in members):
            latest = max(members, key=lambda member: member.paused_since)
            return AgentState.BREAK, max(latest.paused_since, over or latest.paused_since), latest.reason, None
        return self._told_state(members, free_since)

    def _told_state(
        self, members: list[Member], since: datetime
    ) -> tuple[AgentState, datetime, str | None, str | None]:
        devices = {member.device for member in members}
        since = max(since, *(member.device_since for member in members if member.device_since), since)
        if not members or devices <= {Device.OFFLINE}:
            return AgentState.OFFLINE, since, None, None
        since = max(since, *(member.paused_since for member in members))
        if Device.IN_USE in devices:
            return AgentState.TALKING, since, None, None
        if Device.ON_HOLD in devices:
            return AgentState.HELD, since, None, None
        return AgentState.READY, since, None, None

    def _wrap_up_end(self, agent: Agent) -> datetime | None:
        """Return when the after-call work of the last conversation is or was over, None when there is none."""
        ended = agent.last_ended_at
        seconds = self._wrap_up_s.get(agent.last_queue or "", 0.0)
        if ended is None or seconds <= 0:
            return None
        by_itself = ended + timedelta(seconds=seconds)
        if agent.wrapped_up_at is not None and agent.wrapped_up_at >= ended:
            return min(agent.wrapped_up_at, by_itself)
        return by_itself
