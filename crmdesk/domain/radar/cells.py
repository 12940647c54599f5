"""Cases counted by day in cells of product × category × area and in every roll-up of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import product as combinations
from uuid import UUID

from crmdesk.domain.quick import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """Complaints of one product, category and area; an empty one stands for all of them."""

    product: str = ""
    category: str = ""
    area: str = ""

    @property
    def parts(self) -> tuple[str, str, str]:
        """Product, category and area: what sorts cells and tells them apart."""
        return self.product, self.category, self.area

    @property
    def order(self) -> tuple[int, tuple[str, str, str]]:
        """What sorts cells with equal figures: those that say more precisely where come first."""
        return -sum(map(bool, self.parts)), self.parts

    def meets(self, other: Cell) -> bool:
        """Say whether a case can count in both."""
        return all(not one or not two or one == two for one, two in zip(self.parts, other.parts, strict=True))


@dataclass(frozen=True, slots=True)
class Case:
    """A complaint as it is counted: ``day`` is the local day of receipt. An empty area is not known: such a case counts
    in the roll-ups over all areas only."""

    id: UUID
    day: date
    product: str
    category: str
    area: str


def cells_of(case: Case) -> Iterator[Cell]:
    """Yield the cells in which a case counts: its own and every roll-up, up to all complaints."""
    options = (("", part) if part else ("",) for part in (case.product, case.category, case.area))
    for parts in combinations(*options):
        yield Cell(*parts)


@dataclass(frozen=True, slots=True)
class DailyCounts:
    """Counts by day from ``first`` on, one list for each cell and all of one length."""

    first: date
    days: int
    by_cell: Mapping[Cell, list[int]]

    def place(self, day: date) -> int:
        """Return where a day stands in the lists; it may lie outside."""
        return (day - self.first).days


def count(cases: Iterable[Case], first: date, last: date) -> DailyCounts:
    """Count the cases received from ``first`` to ``last``, both included; the others are passed over."""
    days = (last - first).days + 1
    leaves: dict[tuple[str, str, str], list[int]] = {}
    samples: dict[tuple[str, str, str], Case] = {}
    for case in cases:
        place = (case.day - first).days
        if 0 <= place < days:
            key = (case.product, case.category, case.area)
            if key not in leaves:
                leaves[key], samples[key] = [0] * days, case
            leaves[key][place] += 1
    by_cell: dict[Cell, list[int]] = {}
    for key in sorted(leaves):
        for cell in cells_of(samples[key]):
            sums = by_cell.get(cell)
            by_cell[cell] = (
                list(leaves[key]) if sums is None else [one + two for one, two in zip(sums, leaves[key], strict=True)]
            )
    return DailyCounts(first, days, by_cell)


def days_of(first: date, days: int) -> Iterator[date]:
    """Yield consecutive days."""
    for number in range(days):
        yield first + timedelta(days=number)
