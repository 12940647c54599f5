"""What each agent did when: states as intervals that follow each other without overlap and without a gap.

Wrap-up is ours, since no phone system tells of it: it begins when a conversation ends and lasts until the desk says
that it is done, or until the queue's wrap-up time is over. While the phone system is not heard, the last
state known stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from crmdesk.domain.calls.live import AgentState, AgentStatus
from crmdesk.domain.quick import dataclass


@dataclass(frozen=True, slots=True)
class StateInterval:
    """One agent in one state from ``began`` up to ``ended`` (None while it lasts): ``reason`` of a break, ``queue`` of
    the call or of the call that is wrapped up."""

    agent: str
    state: AgentState
    reason: str | None
    queue: str | None
    began: datetime
    ended: datetime | None = None

    def seconds(self, now: datetime) -> float:
        """Return how long it lasted, up to ``now`` while it does."""
        return max(0.0, ((self.ended or now) - self.began).total_seconds())


StatusAt = Callable[[str, datetime], AgentStatus]
"""Returns what an agent does at an instant."""


class StateBook:
    """Makes intervals of what agents are seen to do. ``told`` collects what began or ended, until it is taken."""

    def __init__(self) -> None:
        self._now: dict[str, StateInterval] = {}
        self._over_at: dict[str, datetime] = {}
        self.told: list[StateInterval] = []

    def follow(self, agents: Iterable[str], at: datetime, status_at: StatusAt, over_at: Mapping[str, datetime]) -> None:
        """Take note of what ``agents`` do at ``at``; ``over_at`` says when the wrap-up of each would be over by itself.

        Whoever's wrap-up ended by itself since is taken note of as well.
        """
        ended = [agent for agent, over in self._over_at.items() if over <= at]
        for agent in ended:
            over = self._over_at.pop(agent)
            if over > self._now[agent].began:
                self._see(status_at(agent, over), over)
        for agent in {*agents, *ended}:
            self._see(status_at(agent, at), at)
            if self._now[agent].state is AgentState.WRAP_UP and agent in over_at:
                self._over_at[agent] = over_at[agent]
            else:
                self._over_at.pop(agent, None)

    def _see(self, status: AgentStatus, at: datetime) -> None:
        known = self._now.get(status.extension)
        if known is not None and (known.state, known.reason, known.queue) == _what(status):
            return
        began = min(status.since, at)
        if known is not None:
            began = max(began, known.began)
            if began > known.began:
                self.told.append(replace(known, ended=began))
        opened = StateInterval(status.extension, status.state, status.reason, status.queue, began)
        self._now[status.extension] = opened
        self.told.append(opened)

    def take(self) -> tuple[StateInterval, ...]:
        """Return what began or ended since the last time, in that order; one that came to nothing is left out."""
        told, self.told = self.told, []
        newest = {(interval.agent, interval.began): interval for interval in told}
        return tuple(newest.values())

    @property
    def present(self) -> tuple[StateInterval, ...]:
        """The interval that lasts now of each agent."""
        return tuple(self._now.values())


def _what(status: AgentStatus) -> tuple[AgentState, str | None, str | None]:
    return status.state, status.reason, status.queue


def spliced(day: Iterable[StateInterval], newer: Iterable[StateInterval]) -> tuple[StateInterval, ...]:
    """Return an agent's intervals with newer ones put in: from the first of these on, only they stand."""
    after = sorted(newer, key=lambda interval: interval.began)
    if not after:
        return tuple(day)
    cut = after[0].began
    before = [
        one if one.ended is not None and one.ended <= cut else replace(one, ended=cut) for one in day if one.began < cut
    ]
    return (*before, *after)


def clipped(intervals: Iterable[StateInterval], begin: datetime, end: datetime) -> tuple[StateInterval, ...]:
    """Return what of the intervals lies between two instants."""
    found = []
    for one in intervals:
        began, ended = max(one.began, begin), min(one.ended or end, end)
        if began < ended:
            found.append(replace(one, began=began, ended=ended))
    return tuple(found)


_BUSY = frozenset({AgentState.TALKING, AgentState.HELD, AgentState.WRAP_UP})
_FREE = frozenset({AgentState.READY, AgentState.RINGING})


def occupancy(seconds: Mapping[AgentState, float]) -> float | None:
    """Return (talk + hold + wrap-up) / (talk + hold + wrap-up + ready and ringing), None when there is no such time.

    Breaks are not in it: who is away cannot be given a call (usual practice of the field).
    """
    busy = sum(spent for state, spent in seconds.items() if state in _BUSY)
    whole = busy + sum(spent for state, spent in seconds.items() if state in _FREE)
    return busy / whole if whole > 0 else None
