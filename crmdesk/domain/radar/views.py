"""What the screens show of the radar: open alerts, and which of them somebody has taken note of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from crmdesk.domain.complaints import category_words
from crmdesk.domain.language import tr, tr_n
from crmdesk.domain.quick import dataclass
from crmdesk.domain.radar.alerts import Alert
from crmdesk.domain.radar.cells import Cell
from crmdesk.domain.radar.names import alike

Noted = Mapping[tuple[str, str, str], date]
"""On which day somebody took note of an alert in a cell, by the names of the cell in common spelling."""


@dataclass(frozen=True, slots=True)
class RadarRow:
    """An open alert, and whether whoever looks has taken note of it."""

    alert: Alert
    noted: bool

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it apart."""
        return self.alert.cell.parts


@dataclass(frozen=True, slots=True)
class RadarView:
    """The open alerts of a day, the least likely first. ``complaints`` were counted, in ``cells`` cells. Until
    ``ready_on`` too few days are known to say anything; it is None once enough are."""

    day: date
    rows: tuple[RadarRow, ...]
    complaints: int
    cells: int
    ready_on: date | None

    @property
    def untold(self) -> tuple[RadarRow, ...]:
        """The alerts that nobody took note of yet."""
        return tuple(row for row in self.rows if not row.noted)


def noted_key(cell: Cell) -> tuple[str, str, str]:
    """Return a cell as it is remembered: whichever spelling is used most on another day."""
    product, category, area = (alike(part) for part in cell.parts)
    return product, category, area


def is_noted(alert: Alert, noted: Noted) -> bool:
    """Say whether somebody took note of an alert: since it began, in any of its cells. One that begins anew after quiet
    days is another one."""
    days = (noted.get(noted_key(cell)) for cell in alert.cells)
    return any(day is not None and day >= alert.since for day in days)


def where(cell: Cell) -> str:
    """Return a cell in words: "HomeCover Plus, Delay, Leeds"; what it has no name for is left out."""
    named = (cell.product, category_words(cell.category), cell.area)
    return ", ".join(part for part in named if part) or tr("All complaints")


def span(days: int) -> str:
    """Return over how many days was counted."""
    return tr_n("on one day", "in {n} days", days)
