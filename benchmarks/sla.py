"""Due times per second over calendars with lunch, half-days, holidays and pauses (budget 50,000/s)."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from time import perf_counter

from benchmarks import common
from crmdesk.domain.sla.documents import calendar_from
from crmdesk.domain.sla.due import ClockKind, due
from crmdesk.domain.sla.pauses import Pause
from crmdesk.domain.sla.targets import Target, Unit
from crmdesk.domain.sla.timetable import Timetable

BUDGET_PER_S = 50_000
_RUNS = 5
_CLOCKS = 50_000
_SEED = 1
_WEEK = {day: [["09:00", "12:30"], ["13:30", "17:30"]] for day in ("mon", "tue", "wed", "thu", "fri")}
_PLACES = (("Europe/London", "GB", "ENG"), ("Europe/Berlin", "DE", "BE"), ("America/New_York", "US", "NY"))

Clock = tuple[datetime, Target, Timetable, tuple[Pause, ...], ClockKind]


def _timetables() -> list[Timetable]:
    half = {"12-24": {"name": "Christmas Eve", "hours": [["09:00", "13:00"]]}}
    made = []
    for zone, country, subdivision in _PLACES:
        public = {"country": country, "subdivision": subdivision}
        period = {"hours": _WEEK, "public_holidays": public, "yearly": half}
        made.append(Timetable(calendar_from({"name": zone, "zone": zone, "version": 1, "periods": [period]})))
    return made


def _clocks(rng: Random, count: int) -> list[Clock]:
    """Return clocks as a house has them: half in hours, half in days, two in five paused up to three times."""
    timetables = _timetables()
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    targets = [Target(hours, Unit.BUSINESS_HOURS) for hours in (1, 4, 8, 40)]
    targets += [Target(days, Unit.BUSINESS_DAYS) for days in (3, 15, 35)] + [Target(8, Unit.WEEKS)]
    clocks: list[Clock] = []
    for _ in range(count):
        start = begin + timedelta(seconds=rng.randrange(2 * 365 * 86_400))
        pauses = []
        for _ in range(rng.choice((0, 0, 0, 1, 3))):
            paused = start + timedelta(minutes=rng.randrange(5_000))
            pauses.append(Pause(paused, paused + timedelta(minutes=rng.randrange(3_000))))
        kind = rng.choice(tuple(ClockKind))
        clocks.append((start, rng.choice(targets), rng.choice(timetables), tuple(pauses), kind))
    return clocks


def _per_second(clocks: Sequence[Clock]) -> float:
    began = perf_counter()
    for start, target, timetable, pauses, kind in clocks:
        due(start, target, timetable, pauses, kind)
    return len(clocks) / (perf_counter() - began)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print."""
    arguments = common.parser("sla", __doc__).parse_args(argv)
    began = perf_counter()
    clocks = _clocks(Random(_SEED), _CLOCKS)
    _per_second(clocks)  # lays out the years
    first_s = perf_counter() - began
    runs = sorted(_per_second(clocks) for _ in range(_RUNS))
    figures = {"due_per_s": round(runs[_RUNS // 2]), "best_per_s": round(runs[-1]), "first_run_s": round(first_s, 2)}
    result = {"bench": "sla", "clocks": _CLOCKS, **figures, "budget_per_s": BUDGET_PER_S}
    return common.report(result | {"within_budget": figures["due_per_s"] >= BUDGET_PER_S}, arguments.json)


if __name__ == "__main__":
    sys.exit(main())
