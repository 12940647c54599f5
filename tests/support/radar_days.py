"""Complaints as a large house has them, with rises put in: what the radar is measured on. Its figures were written down
before anything was tuned, and are not the radar's own."""

from __future__ import annotations

import math
from datetime import date, timedelta
from random import Random

from crmdesk.domain.quick import dataclass
from crmdesk.domain.radar.cells import Cell, DailyCounts

PRODUCTS, CATEGORIES, AREAS = 12, 8, 16
"""With every roll-up 13 × 9 × 17 = 1,989 cells."""

BEFORE = 63
_RATE_OF_A_LEAF = 0.2
_PRODUCT_SPREAD, _CATEGORY_SPREAD, _AREA_SPREAD, _OWN_SPREAD = 0.7, 0.7, 0.6, 0.5
_WEEKDAYS = (1.25, 1.15, 1.1, 1.05, 1.0, 0.5, 0.35)
_WEEKEND_SPREAD = 0.2
_GROWTH = (-0.3, 0.4)
_SEASON = 0.25
_SIZES = (3.0, 15.0)
_DAY_SPREAD = 0.04
_RISE, _RISE_DAYS = 3.0, 10
_DAYS_FOR_A_RISE = 6
_LEAST_RATE = 1.0
_FIRST = date(2026, 1, 5)


@dataclass(frozen=True, slots=True)
class Rise:
    """A cell in which complaints came ``times`` as often, from place ``begin`` for ten days."""

    cell: Cell
    begin: int
    rate: float

    @property
    def is_leaf(self) -> bool:
        """Whether it is one product, category and area."""
        return all(self.cell.parts)

    def explains(self, cell: Cell, place: int, tail: int = 7) -> bool:
        """Say whether an alarm in a cell on a day may come from this rise: they share cases, and its days are not
        longer ago than the longest window."""
        return self.begin <= place < self.begin + _RISE_DAYS + tail and self.cell.meets(cell)


@dataclass(frozen=True, slots=True)
class SimulatedDays:
    """Counts of ``BEFORE`` days and the days to be looked at, and the rises in them."""

    counts: DailyCounts
    rises: tuple[Rise, ...]

    def day(self, place: int) -> date:
        """Return the day at a place of the counts."""
        return self.counts.first + timedelta(days=place)


def simulate(seed: int, days: int, with_rises: bool = True) -> SimulatedDays:
    """Return ``days`` days to be looked at, after those of the first baseline."""
    rng = Random(seed)
    whole = BEFORE + days
    rates = _rates(rng)
    means: dict[Cell, float] = {}
    for leaf, rate in rates.items():
        for cell in _rolled_into(leaf):
            means[cell] = means.get(cell, 0.0) + rate
    busy = sorted((cell for cell, rate in means.items() if rate >= _LEAST_RATE and any(cell.parts)), key=_parts)
    rises: list[Rise] = []
    if with_rises:
        for _ in range(days // _DAYS_FOR_A_RISE):
            cell = rng.choice(busy)
            rises.append(Rise(cell, rng.randrange(BEFORE, whole - 5), means[cell]))
    growth = {f"p{n}": rng.uniform(*_GROWTH) for n in range(PRODUCTS)}
    weekend = {f"p{n}": math.exp(rng.gauss(0, _WEEKEND_SPREAD)) for n in range(PRODUCTS)}
    season = {f"c{n}": (rng.uniform(0, _SEASON), rng.uniform(0, math.tau)) for n in range(CATEGORIES)}
    common = [math.exp(rng.gauss(0, _DAY_SPREAD)) for _ in range(whole)]
    leaves: dict[Cell, list[int]] = {}
    for cell, rate in rates.items():
        size = rng.uniform(*_SIZES)
        swing, phase = season[cell.category]
        mine = [rise for rise in rises if rise.cell.meets(cell)]
        series = []
        for place in range(whole):
            weekday = (_FIRST.weekday() + place) % 7
            mean = rate * _WEEKDAYS[weekday] * (weekend[cell.product] if weekday > 4 else 1.0)
            mean *= (1 + growth[cell.product]) ** (place / 365) * (1 + swing * math.sin(math.tau * place / 365 + phase))
            mean *= common[place]
            if any(rise.begin <= place < rise.begin + _RISE_DAYS for rise in mine):
                mean *= _RISE
            series.append(poisson(rng, rng.gammavariate(size, mean / size)))
        leaves[cell] = series
    return SimulatedDays(DailyCounts(_FIRST, whole, _rolled_up(leaves)), tuple(rises))


def _parts(cell: Cell) -> tuple[str, str, str]:
    return cell.parts


def _rates(rng: Random) -> dict[Cell, float]:
    """Return the mean cases a day of each leaf."""
    products = [math.exp(rng.gauss(0, _PRODUCT_SPREAD)) for _ in range(PRODUCTS)]
    categories = [math.exp(rng.gauss(0, _CATEGORY_SPREAD)) for _ in range(CATEGORIES)]
    areas = [math.exp(rng.gauss(0, _AREA_SPREAD)) for _ in range(AREAS)]
    return {
        Cell(f"p{p}", f"c{c}", f"a{a}"): _RATE_OF_A_LEAF * one * two * three * math.exp(rng.gauss(0, _OWN_SPREAD))
        for p, one in enumerate(products)
        for c, two in enumerate(categories)
        for a, three in enumerate(areas)
    }


def _rolled_up(leaves: dict[Cell, list[int]]) -> dict[Cell, list[int]]:
    """Return the leaves and every sum of them."""
    sums: dict[Cell, list[int]] = {}
    for leaf, series in leaves.items():
        for cell in _rolled_into(leaf):
            before = sums.get(cell, [0] * len(series))
            sums[cell] = [one + other for one, other in zip(before, series, strict=True)]
    return sums


def _rolled_into(leaf: Cell) -> list[Cell]:
    """Return the eight cells in which a case of a leaf counts."""
    return [
        Cell(product, category, area)
        for product in ("", leaf.product)
        for category in ("", leaf.category)
        for area in ("", leaf.area)
    ]


def poisson(rng: Random, mean: float) -> int:
    """Return a draw; a large mean is cut in halves (a sum of two draws is one)."""
    if mean > 30:
        return poisson(rng, mean / 2) + poisson(rng, mean / 2)
    limit, count, product = math.exp(-mean), 0, rng.random()
    while product > limit:
        count += 1
        product *= rng.random()
    return count
