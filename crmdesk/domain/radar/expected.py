"""What was to be expected of a cell: its rate over the baseline by weekday and exposure, and how widely it scatters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from math import sqrt
from statistics import median

from crmdesk.domain.quick import dataclass
from crmdesk.domain.radar.cells import Cell, DailyCounts
from crmdesk.domain.radar.rules import Rules
from crmdesk.domain.radar.tail import level

_WEEK = 7
_FIRST_GUESS = 1.5
_ROUNDS = 2
_NEVER_CAPPED = 1
_FAR_OUT = 2.0
_LEAST_SPREAD = 1.01
_FEW_DAYS = 2
_ENOUGH_CELLS = 150
_SURELY_EXPECTED = 0.7
"""Capping and its own weekdays hardly ever take more from what a cell is expected to have."""

_RISEN_WEEK = 1.5
_STANDS_OUT = 2.5
"""In standard deviations: what is less unlikely than one in a thousand, under any control for chance, is none."""

_BEFOREHAND = 0.5
"""How many cases a cell counts as having had besides: nothing is impossible because it was never seen."""

_TELLING_CASES = 20
"""From so many cases in the baseline a cell says something about overdispersion."""


@dataclass(frozen=True, slots=True)
class Days:
    """Consecutive days at places ``begin`` to ``end`` of the counts, ``end`` not included: weekday (Monday is 0) and
    exposure of each, where 1 is a usual day and 0 one on which nobody could complain."""

    begin: int
    end: int
    weekdays: tuple[int, ...]
    exposures: tuple[float, ...]

    def weights(self, factors: Sequence[float]) -> list[float]:
        """Return how much of a mean day each day is, by the factors of the weekdays."""
        return [factors[weekday] * part for weekday, part in zip(self.weekdays, self.exposures, strict=True)]


@dataclass(frozen=True, slots=True)
class Habit:
    """How a cell behaves: cases on a mean day, the factor of each weekday, the cases seen in the baseline, and the
    overdispersion (variance over mean) of its days."""

    rate: float
    factors: tuple[float, ...]
    seen: float
    dispersion: float

    def expected(self, days: Days, last: int) -> float:
        """Return how many cases the last so many of some days were to bring."""
        parts = zip(days.weekdays[-last:], days.exposures[-last:], strict=True)
        return self.rate * sum([self.factors[weekday] * part for weekday, part in parts])

    def shape(self, expected: float) -> float:
        """Return the shape of the negative binomial distribution of such a sum: it scatters by the overdispersion of
        the days, and by how little is known of the rate (Gamma-Poisson)."""
        return 1.0 / ((self.dispersion - 1.0) / expected + self.dispersion / (self.seen + _BEFOREHAND))


def days_between(counts: DailyCounts, first: date, last: date, exposure: Mapping[date, float]) -> Days:
    """Return the days from ``first`` to ``last``, both included; what is not in ``exposure`` is a usual day."""
    whole = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return Days(
        counts.place(first),
        counts.place(last) + 1,
        tuple([day.weekday() for day in whole]),
        tuple([exposure.get(day, 1.0) for day in whole]),
    )


def usual_factors(counts: DailyCounts, baseline: Days) -> tuple[float, ...]:
    """Return how much of a mean day each weekday is over all complaints; 1 for all where there are none.

    The busiest day of each weekday is left out: one that stands out must not make its weekday a busy one.
    """
    everything = counts.by_cell.get(Cell())
    if everything is None:
        return (1.0,) * _WEEK
    usual = _by_weekday(everything[baseline.begin : baseline.end], baseline.weekdays, baseline.exposures)
    rates = [(seen + _BEFOREHAND) / (whole + _BEFOREHAND) for seen, whole in usual]
    mean = sum(rates) / _WEEK
    return tuple([rate / mean for rate in rates])


def _by_weekday(listed: Sequence[int], weekdays: Sequence[int], weights: Sequence[float]) -> list[tuple[float, float]]:
    """Return the cases and the weight of the days of each weekday, without the busiest one of each."""
    days: list[list[tuple[float, int, float]]] = [[] for _ in range(_WEEK)]
    for weekday, weight, count in zip(weekdays, weights, listed, strict=True):
        if weight > 0:
            days[weekday].append((count / weight, count, weight))
    kept = [sorted(found)[:-1] if len(found) > _FEW_DAYS else found for found in days]
    return [(sum([count for _, count, _ in found]), sum([weight for *_, weight in found])) for found in kept]


class Expecting:
    """The habits of cells over one baseline. ``usual`` are the factors of the weekdays over all complaints."""

    def __init__(self, counts: DailyCounts, baseline: Days, rules: Rules) -> None:
        self._counts, self._baseline, self._rules = counts, baseline, rules
        self.usual = usual_factors(counts, baseline)
        self._usual_weights = baseline.weights(self.usual)
        self._whole = sum(self._usual_weights)
        self._pooled: float | None = None

    def habit(self, cell: Cell) -> Habit:
        """Return how a cell behaves, its overdispersion drawn to that of the others as far as it saw few cases."""
        own = self._own(self._listed(self._counts.by_cell[cell]))
        low, high = self._rules.dispersion_range
        trust = own.seen / (own.seen + self._rules.dispersion_worth)
        drawn = min(high, max(low, trust * own.dispersion + (1 - trust) * self.pooled))
        return Habit(own.rate, own.factors, own.seen, drawn)

    def may_have_risen(self, cell: Cell, window: list[int], days: Days) -> bool:
        """Say in a hundredth of the time whether it is worth asking how unlikely the last days of a cell are: measured
        against less than is expected, and scattering as little as can be, one of the windows stands out."""
        listed = self._listed(self._counts.by_cell[cell])
        rate = _SURELY_EXPECTED * (sum(listed) + _BEFOREHAND) / self._whole
        weights = days.weights(self.usual)
        for length in self._rules.windows:
            expected, observed = rate * sum(weights[-length:]), sum(window[-length:])
            if observed >= self._rules.least_count and observed >= expected + _STANDS_OUT * sqrt(expected):
                return True
        return False

    @property
    def pooled(self) -> float:
        """The median overdispersion of the cells that saw enough to tell it, of some hundred of them at most."""
        if self._pooled is None:
            telling = [days for days in map(self._listed, self._counts.by_cell.values()) if sum(days) >= _TELLING_CASES]
            some = telling[:: max(1, len(telling) // _ENOUGH_CELLS)]
            self._pooled = median([self._own(days).dispersion for days in some]) if some else _FIRST_GUESS
        return self._pooled

    def _listed(self, series: list[int]) -> list[int]:
        return series[self._baseline.begin : self._baseline.end]

    def _own(self, listed: list[int]) -> Habit:
        """Return how a cell behaves by its own days alone, days that stand out capped."""
        weights, factors = self._usual_weights, self.usual
        if sum(listed) >= self._rules.weekday_worth / 2:
            factors = self._own_factors(listed)
            weights = self._baseline.weights(factors)
        listed, weights = self._without_old_rises(listed, weights)
        whole = sum(weights)
        capped = listed
        rate, dispersion = (sum(capped) + _BEFOREHAND) / whole, _FIRST_GUESS
        for _ in range(_ROUNDS if max(listed) > _NEVER_CAPPED else 0):
            before, capped = capped, self._capped(listed, rate, weights, dispersion)
            if capped == before:
                break
            rate = (sum(capped) + _BEFOREHAND) / whole
            dispersion = _dispersion(capped, rate, weights)
        return Habit(rate, factors, sum(capped), _dispersion(capped, rate, weights))

    def _without_old_rises(self, listed: list[int], weights: list[float]) -> tuple[list[int], list[float]]:
        """Return the days of the weeks that do not stand far above the middle one: a rise that is over, or another's
        that took this cell along, is not what is to be expected. A level that stays becomes the middle one."""
        weeks = range(len(listed) % _WEEK, len(listed), _WEEK)
        loads = [(sum(listed[at : at + _WEEK]), sum(weights[at : at + _WEEK])) for at in weeks]
        usual = median([seen / load if load > 0 else 0.0 for seen, load in loads])
        spread = self._rules.dispersion_range[1] ** 0.5
        out = []
        for at, (seen, load) in zip(weeks, loads, strict=True):
            expected = max(usual * load, _BEFOREHAND)
            if seen > _RISEN_WEEK * expected and seen > expected + _STANDS_OUT * sqrt(spread * expected):
                out.append(at)
        if not out or len(out) > len(loads) // 3:
            return listed, weights
        kept = [at for at in range(len(listed)) if not any(begin <= at < begin + _WEEK for begin in out)]
        left = [weights[at] for at in kept]
        return ([listed[at] for at in kept], left) if any(left) else (listed, weights)

    def _own_factors(self, listed: list[int]) -> tuple[float, ...]:
        """Return the weekdays of a cell that has many cases, drawn to the usual ones."""
        mine = _by_weekday(listed, self._baseline.weekdays, self._usual_weights)
        rate = max(sum([seen for seen, _ in mine]), _BEFOREHAND) / sum([whole for _, whole in mine])
        worth = self._rules.weekday_worth / _WEEK
        parts = zip(self.usual, mine, strict=True)
        return tuple([usual * (seen + worth) / (rate * whole + worth) for usual, (seen, whole) in parts])

    def _capped(self, listed: list[int], rate: float, weights: list[float], dispersion: float) -> list[int]:
        """Return the days with each cut at the level that few days exceed: an old rise must not hide a new one."""
        spread = min(max(dispersion, _LEAST_SPREAD), self._rules.dispersion_range[1])
        out = _FAR_OUT * sqrt(rate * spread)
        pairs = zip(listed, weights, strict=True)
        return [
            count
            if count <= _NEVER_CAPPED or count <= rate * weight + out * sqrt(weight)
            else min(count, self._highest(rate * weight, spread))
            for count, weight in pairs
        ]

    def _highest(self, mean: float, spread: float) -> int:
        if mean <= 0:
            return _NEVER_CAPPED
        return max(_NEVER_CAPPED, level(mean, mean / (spread - 1), self._rules.capped_share))


def _dispersion(listed: Sequence[float], rate: float, weights: list[float]) -> float:
    """Return Pearson's estimate of variance over mean; 1 where there is next to nothing to tell it from."""
    squares, days = 0.0, 0
    for count, weight in zip(listed, weights, strict=True):
        if weight > 0:
            mean = rate * weight
            squares += (count - mean) * (count - mean) / mean
            days += 1
    return squares / (days - 1) if days > 1 else 1.0
