"""Who serves which queue: FreeSWITCH tells an agent's status and state, and only a look tells the agent's queues."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from crmdesk.domain.calls.events import MemberChanged
from crmdesk.domain.quick import dataclass
from crmdesk.telephony.freeswitch.fields import agent_extension, device_of

_BREAK = "On Break"


@dataclass(slots=True)
class Agent:
    """One agent of the call centre as it last was told."""

    extension: str
    status: str
    state: str


class Members:
    """All agents and their queues."""

    def __init__(self) -> None:
        self._agents: dict[str, Agent] = {}
        self._queues: dict[str, list[str]] = {}

    def seen(self, agents: Sequence[dict[str, str]], tiers: Sequence[dict[str, str]]) -> None:
        """Take over a look at everything."""
        self._agents = {
            row["name"]: Agent(
                agent_extension(row["name"], row.get("contact", "")), row.get("status", ""), row.get("state", "")
            )
            for row in agents
            if row.get("name")
        }
        self._queues = {}
        for tier in tiers:
            if tier.get("agent") and tier.get("queue"):
                self._queues.setdefault(tier["agent"], []).append(tier["queue"])

    def extension(self, name: str) -> str:
        """Return the extension of an agent by name."""
        agent = self._agents.get(name)
        return agent.extension if agent is not None else agent_extension(name, "")

    def change(self, name: str, at: datetime, *, status: str = "", state: str = "") -> Iterator[MemberChanged]:
        """Take over a change and yield the agent's standing in each queue."""
        agent = self._agents.setdefault(name, Agent(agent_extension(name, ""), "Available", "Waiting"))
        agent.status, agent.state = status or agent.status, state or agent.state
        yield from self._standing(name, agent, at)

    def standing(self, at: datetime) -> Iterator[MemberChanged]:
        """Yield everybody's standing in each queue."""
        for name, agent in self._agents.items():
            yield from self._standing(name, agent, at)

    def _standing(self, name: str, agent: Agent, at: datetime) -> Iterator[MemberChanged]:
        device = device_of(agent.status, agent.state)
        for queue in self._queues.get(name, ()):
            paused = agent.status == _BREAK
            yield MemberChanged(at, queue, agent.extension, "", device, paused, None)
