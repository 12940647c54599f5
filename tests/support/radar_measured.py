"""What the radar makes of simulated days: false episodes a week, and rises found within three days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from time import process_time

from crmdesk.domain.quick import dataclass
from crmdesk.domain.radar.alerts import Episodes, together
from crmdesk.domain.radar.detector import look
from crmdesk.domain.radar.rules import USUAL
from tests.support.radar_days import BEFORE, Rise, simulate

WITHIN_DAYS = 3
_CELLS = 2000


@dataclass(frozen=True, slots=True)
class Told:
    """A rise, and how many days after it began its own cell was told of; None: not while it could count."""

    rise: Rise
    after: int | None

    @property
    def found(self) -> bool:
        """Whether it was found in time."""
        return self.after is not None and self.after <= WITHIN_DAYS


@dataclass(frozen=True, slots=True)
class Measured:
    """``false_episodes`` began in a cell that no rise explains, ``false_alerts`` are they after those that are one rise
    were put together; both a week per 2,000 cells. ``cpu_ms`` is what a day costs."""

    false_episodes: float
    false_alerts: float
    told: tuple[Told, ...]
    cpu_ms: float

    def share_found(self, least: float, below: float = float("inf")) -> tuple[int, int]:
        """Return how many of the rises in cells with ``least`` to ``below`` cases a day were found, and of how many."""
        within = [told for told in self.told if least <= told.rise.rate < below]
        return sum(told.found for told in within), len(within)


def measure(seed: int, days: int, with_rises: bool = True) -> Measured:
    """Let the radar look at simulated days."""
    simulated = simulate(seed, days, with_rises)
    counts, rises = simulated.counts, simulated.rises
    episodes = Episodes(USUAL)
    after: dict[Rise, int] = {}
    false_episodes = false_alerts = 0
    spent = 0.0
    for place in range(BEFORE, BEFORE + days):
        day = simulated.day(place)
        began = process_time()
        alarms = look(counts, day, {}, USUAL)
        spent += process_time() - began
        assert alarms is not None
        begun = {episode.cell for episode in episodes.follow(day, alarms)}
        for alarm in alarms:
            for rise in rises:
                if rise.cell == alarm.cell and rise.explains(alarm.cell, place):
                    after.setdefault(rise, place - rise.begin)
        false = {cell for cell in begun if not any(rise.explains(cell, place) for rise in rises)}
        false_episodes += len(false)
        if false:
            groups = together(counts, episodes.open.values())
            false_alerts += sum(all(episode.cell in false for episode in group) for group in groups)
    whole = days / 7 * len(counts.by_cell) / _CELLS
    told = tuple(Told(rise, after.get(rise)) for rise in rises)
    return Measured(false_episodes / whole, false_alerts / whole, told, spent / days * 1000)


def all_of(parts: Sequence[Measured]) -> Measured:
    """Return measurements of equally many days as one."""
    return Measured(
        _mean(part.false_episodes for part in parts),
        _mean(part.false_alerts for part in parts),
        tuple(told for part in parts for told in part.told),
        _mean(part.cpu_ms for part in parts),
    )


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed)
