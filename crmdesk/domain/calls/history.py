"""What is kept of a day for good: counts per queue and quarter of an hour, time per agent, state and reason.

Everything is a sum, so that quarters make hours and days make weeks without a mean of means.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from crmdesk.domain.calls.contact import Visit, VisitOutcome
from crmdesk.domain.calls.intervals import StateInterval, clipped, occupancy
from crmdesk.domain.calls.live import AgentState
from crmdesk.domain.calls.records import DayRecords, in_time, is_short
from crmdesk.domain.calls.service_level import Counts, ServiceLevel, ServiceLevelFormula, share
from crmdesk.domain.quick import dataclass

QUARTER = timedelta(minutes=15)


class Step(StrEnum):
    """How long one line of a history is."""

    QUARTER = "quarter"
    HALF_HOUR = "half_hour"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class QueueSlice:
    """One queue in one part of a day that began at ``at``; contacts count where their wait began, parts of agents where
    they ended. ``waiting`` are those whose wait was not over at the end. Times in whole microseconds. ``level`` is the
    service level's name, "" where different ones were added up.
    """

    queue: str
    at: datetime
    level: str = ""
    offered: int = 0
    answered: int = 0
    answered_in_time: int = 0
    abandoned: int = 0
    abandoned_in_time: int = 0
    short_abandoned: int = 0
    timed_out: int = 0
    waiting: int = 0
    waits_known: int = 0
    wait_us: int = 0
    handled: int = 0
    handle_us: int = 0

    @property
    def mean_wait_s(self) -> float | None:
        """Return the average speed of answer."""
        return self.wait_us / self.waits_known / 1e6 if self.waits_known else None

    @property
    def mean_handle_s(self) -> float | None:
        """Return the average handling time."""
        return self.handle_us / self.handled / 1e6 if self.handled else None

    @property
    def service_level(self) -> float | None:
        """Return the share by the formula of that time, None without a basis or a common formula."""
        name = self.level.partition("/")[0]
        if name not in set(ServiceLevelFormula):
            return None
        counts = Counts(
            self.answered,
            self.answered_in_time,
            self.abandoned,
            self.abandoned_in_time,
            self.short_abandoned,
            self.timed_out,
        )
        return share(ServiceLevelFormula(name), counts)


@dataclass(frozen=True, slots=True)
class AgentTime:
    """One agent in one state, of a break with its ``reason``: how often it began or went on, and for how long."""

    agent: str
    state: AgentState
    reason: str
    times: int
    spent_us: int


@dataclass(frozen=True, slots=True)
class AgentWork:
    """An agent's finished parts in calls of queues: how many, and talk, hold and wrap-up together."""

    agent: str
    handled: int
    handle_us: int


@dataclass(frozen=True, slots=True)
class OutcomeCount:
    """How many interactions of a queue and an agent ended with an outcome that was chosen at wrap-up, and how long they
    talked together; ``agent`` and ``outcome`` in words, ``outcome`` empty where none was chosen."""

    queue: str
    agent: str
    outcome: str
    count: int
    talk_s: float


@dataclass(frozen=True, slots=True)
class History:
    """Queues by part of the day or by day, agents and outcomes over all days asked for. ``missing`` are days of which
    nothing is known; ``labels`` and ``names`` are the words for queues and extensions."""

    queues: tuple[QueueSlice, ...]
    times: tuple[AgentTime, ...]
    work: tuple[AgentWork, ...]
    missing: tuple[date, ...]
    labels: Mapping[str, str]
    names: Mapping[str, str]
    outcomes: tuple[OutcomeCount, ...] = ()


_SUMS = tuple(field.name for field in fields(QueueSlice) if field.name not in ("queue", "at", "level"))


def queue_slices(records: DayRecords, level_of: Callable[[str], ServiceLevel]) -> tuple[QueueSlice, ...]:
    """Return the quarters of a day in which anything happened, by queue and time."""
    sums: dict[tuple[str, datetime], Counter[str]] = defaultdict(Counter)
    for _, visit in records.visits():
        began = max(visit.began, records.midnight)
        sums[visit.queue, _quarter(began)].update(_counted(visit, level_of(visit.queue)))
    for _, leg in records.parts():
        if leg.queue is not None and leg.ended_at is not None and leg.handle_s is not None:
            spent = _microseconds(leg.handle_s)
            sums[leg.queue, _quarter(leg.ended_at)].update(handled=1, handle_us=spent)
    for interval in _wrap_ups(records):
        if interval.queue and interval.ended is not None:
            spent = _microseconds(interval.seconds(interval.ended))
            sums[interval.queue, _quarter(interval.ended)].update(handle_us=spent)
    return tuple(QueueSlice(queue, at, level_of(queue).name, **sums[queue, at]) for queue, at in sorted(sums))


def _counted(visit: Visit, level: ServiceLevel) -> dict[str, int]:
    found = {"offered": 1}
    match visit.outcome:
        case VisitOutcome.ANSWERED:
            found |= {"answered": 1, "answered_in_time": int(in_time(visit, level))}
            if visit.wait_s is not None:
                found |= {"waits_known": 1, "wait_us": _microseconds(visit.wait_s)}
        case VisitOutcome.ABANDONED:
            short = int(is_short(visit, level))
            found |= {"abandoned": 1, "abandoned_in_time": int(in_time(visit, level)), "short_abandoned": short}
        case VisitOutcome.TIMED_OUT:
            found["timed_out"] = 1
        case _:
            found["waiting"] = 1
    return found


def _wrap_ups(records: DayRecords) -> Iterable[StateInterval]:
    for intervals in list(records.intervals.values()):
        for one in intervals:
            if one.state is AgentState.WRAP_UP and one.ended is not None and one.ended >= records.midnight:
                yield one


def agent_times(records: DayRecords, end: datetime) -> tuple[AgentTime, ...]:
    """Return how long each agent was in each state between midnight and ``end``."""
    times: Counter[tuple[str, AgentState, str]] = Counter()
    spent: Counter[tuple[str, AgentState, str]] = Counter()
    for intervals in list(records.intervals.values()):
        for one in clipped(intervals, records.midnight, end):
            key = (one.agent, one.state, one.reason or "")
            times[key] += 1
            spent[key] += _microseconds(one.seconds(end))
    return tuple(AgentTime(*key, times[key], spent[key]) for key in sorted(times))


def agent_work(records: DayRecords) -> tuple[AgentWork, ...]:
    """Return the finished parts of each agent."""
    handled: Counter[str] = Counter()
    spent: Counter[str] = Counter()
    for _, leg in records.parts():
        if leg.handle_s is not None:
            handled[leg.agent] += 1
            spent[leg.agent] += _microseconds(leg.handle_s)
    for one in _wrap_ups(records):
        if one.queue and one.ended is not None:
            spent[one.agent] += _microseconds(one.seconds(one.ended))
    return tuple(AgentWork(agent, handled[agent], spent[agent]) for agent in sorted(spent))


def added_up(slices: Iterable[QueueSlice], at_of: Callable[[datetime], datetime]) -> tuple[QueueSlice, ...]:
    """Return longer parts: ``at_of`` says in which a quarter lies. By queue and time."""
    sums: dict[tuple[str, datetime], Counter[str]] = defaultdict(Counter)
    levels: dict[tuple[str, datetime], set[str]] = defaultdict(set)
    for one in slices:
        key = (one.queue, at_of(one.at))
        sums[key].update({name: getattr(one, name) for name in _SUMS})
        levels[key].add(one.level)
    return tuple(
        QueueSlice(queue, at, levels[queue, at].pop() if len(levels[queue, at]) == 1 else "", **sums[queue, at])
        for queue, at in sorted(sums)
    )


def half_hour(at: datetime) -> datetime:
    """Return the half hour in which an instant lies."""
    return at.replace(minute=at.minute // 30 * 30, second=0, microsecond=0)


def all_times(days: Iterable[AgentTime]) -> tuple[AgentTime, ...]:
    """Return the times of several days together."""
    whole: dict[tuple[str, AgentState, str], AgentTime] = {}
    for one in days:
        key = (one.agent, one.state, one.reason)
        before = whole.get(key)
        whole[key] = one if before is None else replace(
            one, times=one.times + before.times, spent_us=one.spent_us + before.spent_us
        )  # fmt: skip
    return tuple(whole[key] for key in sorted(whole))


def all_work(days: Iterable[AgentWork]) -> tuple[AgentWork, ...]:
    """Return the work of several days together."""
    handled: Counter[str] = Counter()
    spent: Counter[str] = Counter()
    for one in days:
        handled[one.agent] += one.handled
        spent[one.agent] += one.handle_us
    return tuple(AgentWork(agent, handled[agent], spent[agent]) for agent in sorted(spent))


def occupancy_of(times: Iterable[AgentTime]) -> Mapping[str, float | None]:
    """Return the occupancy of each agent."""
    spent: dict[str, Counter[AgentState]] = defaultdict(Counter)
    for one in times:
        spent[one.agent][one.state] += one.spent_us
    return {agent: occupancy(by_state) for agent, by_state in spent.items()}


def _quarter(at: datetime) -> datetime:
    return at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)


def _microseconds(seconds: float) -> int:
    """Return whole microseconds: sums of them are the same in any order."""
    return round(seconds * 1_000_000)
