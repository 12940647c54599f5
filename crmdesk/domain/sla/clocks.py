"""Clocks of a case: their rules, how they stand now, what a reopening does, and what moves with a calendar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import tr
from crmdesk.domain.quick import dataclass
from crmdesk.domain.sla.due import ClockKind, due
from crmdesk.domain.sla.pauses import Pause
from crmdesk.domain.sla.targets import Ending, Target
from crmdesk.domain.sla.timetable import Timetable


class Reopening(StrEnum):
    """What a clock does when its closed case is opened again.

    ``EXCLUDE_CLOSED``: the time closed was a pause. ``CONTINUE``: it ran on all the time, and may be breached at once.
    ``RESTART``: it begins anew at the last reopening. ``STAYS_MET``: met by the first closing, for good.
    """

    EXCLUDE_CLOSED = "exclude_closed"
    CONTINUE = "continue"
    RESTART = "restart"
    STAYS_MET = "stays_met"


class ClockState(StrEnum):
    """How a clock stands."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"
    WAIVED = "waived"


_DONE = frozenset({ClockState.MET, ClockState.BREACHED, ClockState.WAIVED})


@dataclass(frozen=True, slots=True)
class ClockRule:
    """What a clock measures. Raises ``UserMistake`` for a legal one that time closed would pause: none ever pauses."""

    kind: ClockKind
    target: Target
    reopening: Reopening

    def __post_init__(self) -> None:
        if self.kind is ClockKind.LEGAL and self.reopening is Reopening.EXCLUDE_CLOSED:
            raise UserMistake(
                "reopening",
                tr("A legal clock never pauses, not while a case is closed either."),
                tr("Let it continue, restart or stay met."),
            )


@dataclass(frozen=True, slots=True)
class Closure:
    """A case was closed, and opened again unless ``reopened_at`` is None."""

    closed_at: datetime
    reopened_at: datetime | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What happened to a clock: all that its reading depends on besides rule and calendar.

    ``met_at`` is when what it waits for was done; ``closures`` are in order.
    """

    started_at: datetime
    pauses: tuple[Pause, ...] = ()
    closures: tuple[Closure, ...] = ()
    met_at: datetime | None = None
    waived: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """What a clock counts, once reopenings are taken into account: from when, without what, until when."""

    start: datetime
    pauses: tuple[Pause, ...]
    met_at: datetime | None


@dataclass(frozen=True, slots=True)
class Reading:
    """A clock at a moment: when it is due (UTC; None: stands still, or never) and how it stands."""

    due_at: datetime | None
    state: ClockState


@dataclass(frozen=True, slots=True)
class Moved:
    """A clock whose due time is another one with this calendar."""

    clock: UUID
    was: datetime | None
    now: datetime | None


@dataclass(frozen=True, slots=True)
class OpenClock:
    """A clock as it is kept: its rule, what happened, and how it was last read."""

    id: UUID
    rule: ClockRule
    facts: Facts
    last: Reading


def run(rule: ClockRule, facts: Facts) -> Run:
    """Return what a clock counts. A closing without a reopening meets every clock that nothing else met before."""
    closures = facts.closures
    reopened = [closure for closure in closures if closure.reopened_at is not None]
    start, pauses, met_at = facts.started_at, facts.pauses, facts.met_at
    closed_at = closures[-1].closed_at if closures and closures[-1].reopened_at is None else None
    match rule.reopening:
        case Reopening.EXCLUDE_CLOSED:
            pauses += tuple(map(_closed_for, reopened))
        case Reopening.RESTART if reopened:
            start = reopened[-1].reopened_at or start
            met_at = met_at if met_at is not None and met_at >= start else None
        case Reopening.STAYS_MET if closures:
            closed_at = closures[0].closed_at
        case _:
            pass
    return Run(start, pauses, min((at for at in (met_at, closed_at) if at is not None), default=None))


def _closed_for(closure: Closure) -> Pause:
    """Return the time closed. Two computers told its ends: where their clocks disagree, it lasted no time."""
    reopened_at = closure.reopened_at
    return Pause(closure.closed_at, reopened_at if reopened_at is None else max(closure.closed_at, reopened_at))


def read(rule: ClockRule, facts: Facts, timetable: Timetable, now: datetime) -> Reading:
    """Return how a clock stands at ``now``; the same again whenever nothing of the four changed.

    A clock that was met is due as it was then: what paused later does not move it.
    """
    counted = run(rule, facts)
    until = counted.met_at
    pauses = counted.pauses if until is None else _before(counted.pauses, until)
    due_at = due(counted.start, rule.target, timetable, pauses, rule.kind)
    if facts.waived:
        return Reading(due_at, ClockState.WAIVED)
    if until is not None:
        return Reading(due_at, ClockState.BREACHED if is_late(until, due_at, rule.target) else ClockState.MET)
    if is_late(now, due_at, rule.target):
        return Reading(due_at, ClockState.BREACHED)
    paused = rule.kind is ClockKind.SERVICE and any(_covers(pause, now) for pause in pauses)
    return Reading(due_at, ClockState.PAUSED if paused else ClockState.RUNNING)


def is_late(done: datetime, due_at: datetime | None, target: Target) -> bool:
    """Return whether something done then came too late. What is due by the end of a day is late at its midnight."""
    if due_at is None:
        return False
    return done >= due_at if target.seconds is None and target.ends is Ending.END_OF_DAY else done > due_at


def moved(clocks: Iterable[OpenClock], timetable: Timetable, now: datetime) -> Iterator[Moved]:
    """Yield the clocks whose due time is another one with a calendar.

    What was met, breached or waived stays as it was: a new calendar does not rewrite what happened.
    """
    for clock in clocks:
        if clock.last.state in _DONE:
            continue
        due_at = read(clock.rule, clock.facts, timetable, now).due_at
        if due_at != clock.last.due_at:
            yield Moved(clock.id, clock.last.due_at, due_at)


def _before(pauses: Sequence[Pause], until: datetime) -> tuple[Pause, ...]:
    """Return the pauses as they were up to an instant."""
    begun = [pause for pause in pauses if pause.begin < until]
    return tuple(Pause(one.begin, until if one.end is None else min(one.end, until), one.reason) for one in begun)


def _covers(pause: Pause, at: datetime) -> bool:
    return pause.begin <= at and (pause.end is None or at < pause.end)
