"""Looks at one day: which cells rose above what was expected, with a bound on how many of them are chance."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from crmdesk.domain.quick import dataclass
from crmdesk.domain.radar.cells import Cell, DailyCounts
from crmdesk.domain.radar.expected import Days, Expecting, days_between
from crmdesk.domain.radar.rules import Rules
from crmdesk.domain.radar.tail import upper_tail


@dataclass(frozen=True, slots=True)
class Alarm:
    """A cell that rose on ``day``: over the ``window`` of days that end on it ``observed`` cases, where ``expected``
    were to be expected. ``p`` is how likely so many were by chance in any of the windows; ``chance`` the share of
    alarms at least as strong that are chance."""

    cell: Cell
    day: date
    window: int
    observed: int
    expected: float
    p: float
    chance: float

    @property
    def ratio(self) -> float:
        """How many times what was expected."""
        return self.observed / self.expected


def look(counts: DailyCounts, day: date, exposure: Mapping[date, float], rules: Rules) -> tuple[Alarm, ...] | None:
    """Return the alarms of a day, the least likely first; None while too few days before it are known, or all of them
    were days on which nobody could complain.

    Of all cells that ever had a case the false discovery rate is held at ``rules.false_share`` (Benjamini and Hochberg
    1995); it holds for cells that contain each other, which rise together (Benjamini and Yekutieli 2001).
    """
    last = day - timedelta(days=rules.guard_days)
    first = max(counts.first, last - timedelta(days=rules.baseline_days - 1))
    if (last - first).days + 1 < rules.least_baseline_days:
        return None
    baseline = days_between(counts, first, last, exposure)
    if not any(baseline.exposures):
        return None
    expecting = Expecting(counts, baseline, rules)
    longest = days_between(counts, day - timedelta(days=max(rules.windows) - 1), day, exposure)
    found = []
    for cell, series in counts.by_cell.items():
        window = series[longest.begin : longest.end]
        if sum(window) >= rules.least_count and expecting.may_have_risen(cell, window, longest):
            alarm = _rise(cell, day, window, longest, expecting, rules)
            if alarm is not None:
                found.append(alarm)
    return _controlled(found, len(counts.by_cell), rules.false_share)


def _rise(cell: Cell, day: date, window: list[int], days: Days, expecting: Expecting, rules: Rules) -> Alarm | None:
    """Return the window in which so many are least likely, None where no window has enough."""
    habit = expecting.habit(cell)
    best: Alarm | None = None
    for length in rules.windows:
        observed = sum(window[-length:])
        expected = habit.expected(days, length)
        if observed < rules.least_count or observed < rules.least_ratio * expected or expected <= 0:
            continue
        p = min(1.0, upper_tail(observed, expected, habit.shape(expected)) * len(rules.windows))
        if best is None or p < best.p:
            best = Alarm(cell, day, length, observed, expected, p, 1.0)
    return best


def _controlled(found: list[Alarm], looked_at: int, false_share: float) -> tuple[Alarm, ...]:
    """Return those of the candidates that the procedure of Benjamini and Hochberg rejects, with their q-values."""
    ordered = sorted(found, key=_unlikeliest)
    chances: list[float] = []
    least = 1.0
    for rank in range(len(ordered), 0, -1):
        least = min(least, ordered[rank - 1].p * looked_at / rank)
        chances.append(least)
    chances.reverse()
    return tuple(
        Alarm(one.cell, one.day, one.window, one.observed, one.expected, one.p, chance)
        for one, chance in zip(ordered, chances, strict=True)
        if chance <= false_share
    )


def _unlikeliest(alarm: Alarm) -> tuple[float, tuple[int, tuple[str, str, str]]]:
    return alarm.p, alarm.cell.order
