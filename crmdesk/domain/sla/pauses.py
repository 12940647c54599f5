"""Pauses of a clock: half-open stretches of real time, of which the union counts and not the sum."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import tr
from crmdesk.domain.quick import dataclass
from crmdesk.domain.sla.instants import LAST_YEAR, micros


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stands still from ``begin`` until just before ``end``; without an end it still does.

    ``reason`` ("waiting for the customer") is said where the due time is explained. Raises ``UserMistake`` for a pause
    that ends before it begins.
    """

    begin: datetime
    end: datetime | None
    reason: str = ""

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.begin:
            raise UserMistake("pauses", tr("A pause ends before it begins."), tr("Change its begin or its end."))


Stretch = tuple[int, int | None]
"""Begin and end in microseconds; without an end: still paused."""


def union(pauses: Iterable[Pause], begin: int) -> list[Stretch]:
    """Return the time paused after ``begin``: in order, apart from each other; what is empty is left out.

    A pause that ends in a year in which no clock can start has no end, and one that begins there is none.
    """
    clipped = [(max(micros(pause.begin), begin), _end(pause.end)) for pause in pauses if pause.begin.year < LAST_YEAR]
    joined: list[Stretch] = []
    for starts, ends in sorted(clipped, key=_begin):
        if ends is not None and ends <= starts:
            continue
        last_starts, last_ends = joined[-1] if joined else (0, -1)
        if not joined or (last_ends is not None and starts > last_ends):
            joined.append((starts, ends))
        elif last_ends is not None:
            joined[-1] = (last_starts, None if ends is None else max(last_ends, ends))
    return joined


def _end(end: datetime | None) -> int | None:
    return None if end is None or end.year >= LAST_YEAR else micros(end)


def _begin(stretch: Stretch) -> int:
    return stretch[0]
