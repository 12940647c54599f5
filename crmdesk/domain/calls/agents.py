"""What each agent is doing: from their legs, the breaks, the after-call work, and only then from the switch's word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from crmdesk.domain.calls.contact import PauseChange
from crmdesk.domain.calls.events import Device, MemberChanged, MemberPaused
from crmdesk.domain.calls.leg import Leg
from crmdesk.domain.calls.live import AgentState, AgentStatus, Phase


@dataclass(slots=True)
class Member:
    """An agent's standing in one queue."""

    device: Device
    paused: bool
    reason: str | None
    paused_since: datetime


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

    def get(self, extension: str, at: datetime) -> Agent:
        """Return the agent, made when first heard of."""
        agent = self._all.get(extension)
        if agent is None:
            agent = self._all[extension] = Agent(extension, at)
        agent.seen_at = min(agent.seen_at, at)
        return agent

    def changed(self, event: MemberChanged) -> PauseChange | None:
        """Take over a report of the switch; return the break that began or ended, if one did."""
        agent = self.get(event.agent, event.at)
        agent.name = event.name or agent.name
        known = agent.queues.get(event.queue)
        if known is None:
            agent.queues[event.queue] = Member(event.device, event.paused, event.reason, event.at)
            return None
        known.device = event.device
        return self._paused(agent, known, event)

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

    def only_members(self, queue: str, extensions: set[str]) -> None:
        """Take everybody else out of ``queue``."""
        for agent in self._all.values():
            if agent.extension not in extensions:
                agent.queues.pop(queue, None)

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
            legs = [leg for leg in agent.legs.values() if leg.phase() is phase]
            if legs:
                leg = min(legs, key=lambda one: one.rang_at)
                since = (leg.held_since() if phase is Phase.HELD else leg.answered_at) or leg.rang_at
                return state, since, None, leg.in_queue()
        wrap_up = self._wrap_up(agent, now)
        if wrap_up is not None:
            return AgentState.WRAP_UP, wrap_up, None, agent.last_queue
        members = list(agent.queues.values())
        if members and all(member.paused for member in members):
            latest = max(members, key=lambda member: member.paused_since)
            return AgentState.BREAK, latest.paused_since, latest.reason, None
        return self._told_state(agent, members)

    def _told_state(self, agent: Agent, members: list[Member]) -> tuple[AgentState, datetime, str | None, str | None]:
        devices = {member.device for member in members}
        since = max(filter(None, (agent.seen_at, agent.last_ended_at, agent.wrapped_up_at)))
        if not members or devices <= {Device.OFFLINE}:
            return AgentState.OFFLINE, since, None, None
        since = max(since, *(member.paused_since for member in members))
        if Device.IN_USE in devices:
            return AgentState.TALKING, since, None, None
        if Device.ON_HOLD in devices:
            return AgentState.HELD, since, None, None
        return AgentState.READY, since, None, None

    def _wrap_up(self, agent: Agent, now: datetime) -> datetime | None:
        ended = agent.last_ended_at
        seconds = self._wrap_up_s.get(agent.last_queue or "", 0.0)
        if ended is None or seconds <= 0 or now >= ended + timedelta(seconds=seconds):
            return None
        if agent.wrapped_up_at is not None and agent.wrapped_up_at >= ended:
            return None
        return ended
