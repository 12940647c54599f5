"""The queues of the house for one day: counters that change only with the stays they count, and the figures of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from crmdesk.domain.calls.agents import Agents
from crmdesk.domain.calls.call import Call
from crmdesk.domain.calls.live import AgentState, AgentStatus, QueueFigures
from crmdesk.domain.calls.service_level import ServiceLevel
from crmdesk.domain.calls.stay import Stay, Timing
from crmdesk.domain.calls.tally import Tally
from crmdesk.domain.calls.verdict import stay_outcome

_QUARTER = timedelta(minutes=15)


class QueueBook:
    """All queues that were heard of; ``changed`` names those with new figures."""

    def __init__(self, level: ServiceLevel, levels: Mapping[str, ServiceLevel], timing: Timing) -> None:
        self._level = level
        self._levels = levels
        self._timing = timing
        self._tallies: dict[str, Tally] = {}
        self._midnight: datetime | None = None
        self.changed: set[str] = set()
        self.unheard: dict[str, datetime] = {}
        """Queues that a look at all of them did not name, and since when."""

    def know(self, queue: str) -> Tally:
        """Return the tally of a queue, begun if it was not heard of before."""
        tally = self._tallies.get(queue)
        if tally is None:
            tally = self._tallies[queue] = Tally(queue, self._levels.get(queue, self._level))
        return tally

    def seen(self, queues: Collection[str], at: datetime) -> None:
        """Take note of which queues a look at all of them named."""
        for queue in self._tallies:
            if queue in queues:
                self.unheard.pop(queue, None)
            else:
                self.unheard.setdefault(queue, at)

    def count(self, call: Call, stay: Stay) -> None:
        """Count a stay as it stands now; one whose answer nobody saw is not counted."""
        if stay.started_unseen:
            self.know(stay.queue)
            return
        outcome = stay_outcome(call, stay)
        wait = None if outcome is None else stay.wait_s(self._timing)
        if self.know(stay.queue).count(stay, outcome, wait, self._quarter(stay.begun_at())):
            self.changed.add(stay.queue)

    def count_handled(self, call: Call) -> None:
        """Add each finished part of an agent once to the handling time of its queue, where its end was seen."""
        for leg in call.legs.values():
            if leg.handled or not leg.talked:
                continue
            ended, queue = leg.ended_at(), leg.in_queue()
            if ended is not None and queue is not None:
                leg.handled = True
                if leg.end_was_seen(ended):
                    self.know(queue).handle(leg.talk_s(ended) + leg.hold_s(ended))
                    self.changed.add(queue)

    def count_wrap_up(self, queue: str, seconds: float) -> None:
        """Add an agent's after-call work to the handling time of its queue."""
        self.know(queue).wrap_up(seconds)
        self.changed.add(queue)

    def new_day(self, midnight: datetime) -> None:
        """Begin a day: all counters at none, whoever waits is offered today."""
        self._midnight = midnight
        for queue, old in list(self._tallies.items()):
            new = self._tallies[queue] = Tally(queue, old.level)
            self.changed.add(queue)
            for stay in old.waiting.values():
                stay.counted = None
                new.count(stay, None, None, 0)

    def _quarter(self, at: datetime) -> int:
        return int((at - self._midnight) / _QUARTER) if self._midnight is not None else 0

    def figures(
        self, now: datetime, statuses: tuple[AgentStatus, ...], agents: Agents, labels: Mapping[str, str]
    ) -> tuple[QueueFigures, ...]:
        """Return the figures of all queues at ``now``, by name."""
        states = {status.extension: status.state for status in statuses}
        return tuple(
            self._figures(tally, now, states, agents, labels.get(queue, queue))
            for queue, tally in sorted(self._tallies.items())
        )

    def _figures(
        self, tally: Tally, now: datetime, states: Mapping[str, AgentState], agents: Agents, label: str
    ) -> QueueFigures:
        serving = [
            (states.get(agent.extension, AgentState.OFFLINE), member.paused)
            for agent, member in agents.of_queue(tally.queue)
        ]
        since = tally.waiting_since()
        in_state = [state for state, _ in serving]
        return QueueFigures(
            queue=tally.queue,
            label=label,
            waiting=len(since),
            waiting_since=since,
            offered=tally.offered,
            answered=tally.counts.answered,
            abandoned=tally.counts.abandoned,
            short_abandoned=tally.counts.short_abandoned,
            timed_out=tally.counts.timed_out,
            service_level=tally.service_level,
            service_level_name=tally.level.name,
            mean_wait_s=tally.mean_wait_s,
            mean_handle_s=tally.mean_handle_s,
            states=tuple((state, count) for state in AgentState if (count := in_state.count(state))),
            agents_ready=sum(state is AgentState.READY and not paused for state, paused in serving),
            agents=sum(state is not AgentState.OFFLINE for state, _ in serving),
            stale_since=self.unheard.get(tally.queue),
            offered_per_quarter=tuple(tally.per_quarter[: max(self._quarter(now), 0) + 1]),
        )
