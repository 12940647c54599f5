"""Open alerts: a cell that rose, until it was quiet for a week; what rose together is one alert."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from crmdesk.domain.quick import dataclass
from crmdesk.domain.radar.cells import Case, Cell, DailyCounts, count
from crmdesk.domain.radar.detector import Alarm, look
from crmdesk.domain.radar.rules import USUAL, Rules

LOOK_BACK_DAYS = 42
"""So many days before today are looked at again, to tell since when an alert is open: by then a rise that lasts has
become what is expected."""

_ONE_RISE = 0.5
"""Cells whose common cases are this share of what either has too many rose together."""


@dataclass(frozen=True, slots=True)
class Episode:
    """A cell that rose: its first alarm and its latest one."""

    first: Alarm
    latest: Alarm

    @property
    def cell(self) -> Cell:
        """Where."""
        return self.latest.cell

    @property
    def begin(self) -> date:
        """The first of the days whose cases were too many."""
        return self.first.day - timedelta(days=self.first.window - 1)


@dataclass(frozen=True, slots=True)
class Alert:
    """An open alert: the cell that tells it best, others that rose with it, and the ids of its cases, newest first.
    ``days`` are its counts by day up to the day that was looked at."""

    episode: Episode
    also: tuple[Cell, ...]
    cases: tuple[UUID, ...]
    days: tuple[int, ...]

    @property
    def cell(self) -> Cell:
        """Where."""
        return self.episode.cell

    @property
    def since(self) -> date:
        """The day of its first alarm."""
        return self.episode.first.day

    @property
    def latest(self) -> Alarm:
        """Its latest alarm, with the figures that are shown."""
        return self.episode.latest

    @property
    def chance_in_hundred(self) -> int:
        """How many of a hundred alerts at least as strong are chance, rounded up."""
        return -int(-100 * self.latest.chance // 1)

    @property
    def cells(self) -> tuple[Cell, ...]:
        """All cells that rose."""
        return (self.cell, *self.also)


@dataclass(frozen=True, slots=True)
class Radar:
    """What the radar says on a day: the open alerts, the least likely first. ``cells`` were looked at. Until
    ``ready_on`` too few days are known to say anything; it is None once enough are."""

    day: date
    alerts: tuple[Alert, ...]
    cells: int
    ready_on: date | None


class Episodes:
    """The open episodes, day after day. ``open`` are those of the latest day that was followed."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self.open: dict[Cell, Episode] = {}

    def follow(self, day: date, alarms: Iterable[Alarm]) -> tuple[Episode, ...]:
        """Take the alarms of the next day and return the episodes that began with them."""
        quiet = day - timedelta(days=self._rules.quiet_days)
        self.open = {cell: episode for cell, episode in self.open.items() if episode.latest.day >= quiet}
        begun = []
        for alarm in alarms:
            before = self.open.get(alarm.cell)
            episode = Episode(alarm if before is None else before.first, alarm)
            self.open[alarm.cell] = episode
            if before is None:
                begun.append(episode)
        return tuple(begun)


def together(counts: DailyCounts, episodes: Iterable[Episode]) -> tuple[tuple[Episode, ...], ...]:
    """Return episodes in groups that are one rise seen in several cells, the one that tells it best first in each."""
    groups: list[list[Episode]] = []
    for episode in sorted(episodes, key=_strongest):
        group = next((group for group in groups if _one_rise(counts, group[0].latest, episode.latest)), None)
        if group is None:
            groups.append([episode])
        else:
            group.append(episode)
    return tuple(map(tuple, groups))


def radar(
    cases: Sequence[Case],
    today: date,
    known_from: date | None,
    exposure: Mapping[date, float] | None = None,
    rules: Rules = USUAL,
) -> Radar:
    """Return what is open today, of cases in any order.

    ``known_from`` is the first day of which all complaints are known, None where there is none yet. ``exposure`` says
    how much of a usual day a day was (0: closed); a day that is not named was a usual one.
    """
    exposure = exposure or {}
    if known_from is None:
        return Radar(today, (), 0, _ready(today, rules))
    first = max(known_from, today - timedelta(days=LOOK_BACK_DAYS + rules.baseline_days + rules.guard_days - 1))
    counts = count(cases, first, today)
    episodes = Episodes(rules)
    for place in range(max(0, counts.days - LOOK_BACK_DAYS), counts.days):
        day = first + timedelta(days=place)
        episodes.follow(day, look(counts, day, exposure, rules) or ())
    alerts = tuple(_alert(counts, group, cases) for group in together(counts, episodes.open.values()))
    ready = _ready(known_from, rules)
    return Radar(today, alerts, len(counts.by_cell), ready if ready > today else None)


def _ready(known_from: date, rules: Rules) -> date:
    return known_from + timedelta(days=rules.least_baseline_days + rules.guard_days - 1)


def _alert(counts: DailyCounts, group: tuple[Episode, ...], cases: Sequence[Case]) -> Alert:
    head = group[0]
    mine = sorted((case.day, case.id) for case in cases if case.day >= head.begin and _counts_in(case, head.cell))
    last = counts.first + timedelta(days=counts.days - 1)
    return Alert(
        head,
        tuple(episode.cell for episode in group[1:]),
        tuple(row_id for day, row_id in reversed(mine) if day <= last),
        tuple(counts.by_cell[head.cell]),
    )


def _counts_in(case: Case, cell: Cell) -> bool:
    parts = (case.product, case.category, case.area)
    return all(not wanted or wanted == part for wanted, part in zip(cell.parts, parts, strict=True))


def _one_rise(counts: DailyCounts, one: Alarm, other: Alarm) -> bool:
    """Say whether two alarms are about the same cases, for the greater part of what they have too many."""
    if not one.cell.meets(other.cell):
        return False
    common = counts.by_cell.get(Cell(*(a or b for a, b in zip(one.cell.parts, other.cell.parts, strict=True))))
    if common is None:
        return False
    end = counts.place(max(one.day, other.day)) + 1
    shared = sum(common[max(0, end - max(one.window, other.window)) : end])
    return shared >= _ONE_RISE * max(one.observed - one.expected, other.observed - other.expected)


def _strongest(episode: Episode) -> tuple[float, tuple[int, tuple[str, str, str]]]:
    return episode.latest.p, episode.cell.order
