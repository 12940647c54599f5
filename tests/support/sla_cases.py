"""Random calendars and clocks, and what the engine says about them against the minutes of the wall clock."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

from crmdesk.domain.quick import dataclass
from crmdesk.domain.sla.documents import WEEKDAYS, calendar_from
from crmdesk.domain.sla.due import ClockKind, due, elapsed
from crmdesk.domain.sla.pauses import Pause
from crmdesk.domain.sla.targets import Ending, Receipt, Target, Unit
from crmdesk.domain.sla.timetable import Timetable
from tests.support.sla_minutes import Pause as MinutePause
from tests.support.sla_minutes import World

ZONES = (
    *("Europe/London", "Europe/Berlin", "America/New_York", "America/Chicago", "Asia/Kolkata", "Asia/Kathmandu", "UTC"),
    # clocks that change at midnight or by half an hour, that go the other way, or that change often
    *("Australia/Lord_Howe", "America/Santiago", "Africa/Cairo", "Asia/Beirut", "America/Havana", "Africa/Casablanca"),
    *("Pacific/Auckland", "Pacific/Chatham", "America/St_Johns", "America/Scoresbysund", "Europe/Dublin", "Asia/Gaza"),
)
PLACES = (("GB", "ENG"), ("GB", "SCT"), ("DE", "BE"), ("DE", "BY"), ("US", ""), ("FR", ""), ("AU", "NSW"), ("CL", ""))
DAYS = 230
_STARTS_WITHIN = 140
_MINUTE = timedelta(minutes=1)
_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Case:
    """A clock: ``start`` and ``pauses`` in minutes of its world."""

    start: int
    target: Target
    pauses: tuple[MinutePause, ...]
    kind: ClockKind


def calendar_document(rng: Random) -> dict[str, Any]:
    """Return a calendar with one to three periods."""
    changes = sorted(rng.sample(range(365 * 4), rng.choice((0, 0, 1, 2))))
    begins = [None, *(date(2024, 1, 1) + timedelta(days=change) for change in changes)]
    return {"name": "random", "zone": rng.choice(ZONES), "version": 1, "periods": [_period(rng, day) for day in begins]}


def _period(rng: Random, begins: date | None) -> dict[str, Any]:
    pattern = rng.randrange(6)
    usual = _windows(rng, pattern)
    open_days = [day for day in WEEKDAYS if rng.random() < (0.9 if day not in ("sat", "sun") else 0.3)] or ["wed"]
    every = WEEKDAYS if pattern in (2, 3) else open_days
    period: dict[str, Any] = {"hours": {day: usual if rng.random() < 0.8 else _windows(rng, 5) for day in every}}
    if begins is not None:
        period["from"] = begins.isoformat()
    if rng.random() < 0.6:
        country, subdivision = rng.choice(PLACES)
        period["public_holidays"] = {"country": country} | ({"subdivision": subdivision} if subdivision else {})
    days = {(date(2024, 1, 1) + timedelta(days=rng.randrange(365 * 4))).isoformat() for _ in range(rng.randrange(40))}
    period["days"] = {day: _special(rng) for day in sorted(days)}
    period["yearly"] = {day: _special(rng) for day in rng.sample(("12-24", "12-31", "02-29", "06-15"), 2)}
    return period


def _special(rng: Random) -> dict[str, Any]:
    return {"name": "own"} | ({"hours": _windows(rng, 5)} if rng.random() < 0.6 else {})


def _windows(rng: Random, pattern: int) -> list[list[str]]:
    match pattern:
        case 0:
            return [["09:00", "17:00"]]
        case 1:
            return [["09:00", "12:30"], ["13:30", "17:30"]]
        case 2:
            return [["00:00", "24:00"]]
        case 3:
            return [["00:00", "06:00"], ["22:00", "24:00"]]
        case 4:
            return [["01:15", "02:45"], ["09:00", "17:00"], ["23:15", "24:00"]]
        case _:
            edges = sorted(rng.sample(range(_DAY + 1), 2 * rng.randint(1, 3)))
            times = [f"{edge // 60:02d}:{edge % 60:02d}" for edge in edges]
            return [[opens, closes] for opens, closes in zip(times[::2], times[1::2], strict=True)]


def world(rng: Random, document: dict[str, Any]) -> World:
    """Return some months of a calendar, of which at least one has a change of the clocks in most zones."""
    first = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=rng.randrange(365 * 3 + 100))
    return World(document, first, DAYS * _DAY, _MINUTE)


def cases(rng: Random, of: World, count: int) -> Iterator[Case]:
    """Yield clocks: every third starts within hours of a change of the zone, if there is one, and every third pause
    begins or ends just when a day ends or business closes."""
    changes = _changes(of)
    edges = sorted({last + 1 for last in (*of.last_of_day.values(), *of.last_open_of_day.values())})
    for _ in range(count):
        start = rng.randrange(_STARTS_WITHIN * _DAY)
        if changes and rng.random() < 1 / 3:
            start = max(0, rng.choice(changes) + rng.randint(-2 * _DAY, 300))
        yield Case(start, _target(rng), tuple(_pauses(rng, start, edges)), rng.choice(tuple(ClockKind)))


def _changes(of: World) -> list[int]:
    """Return minutes after which the day is not 24 hours long."""
    ends = [minute for _, minute in sorted(of.last_of_day.items())][1:-1]
    return [before for before, after in pairwise(ends) if after - before != _DAY and before < _STARTS_WITHIN * _DAY]


def _target(rng: Random) -> Target:
    match rng.randrange(8):
        case 0 | 1 | 2:
            return Target(int(10 ** rng.uniform(0, 3.4)), Unit.BUSINESS_MINUTES)
        case 3 | 4:
            return Target(rng.randint(1, 40), Unit.BUSINESS_HOURS)
        case 5 | 6:
            unit, amount = Unit.BUSINESS_DAYS, rng.randint(1, 20)
        case _:
            unit, amount = rng.choice(((Unit.CALENDAR_DAYS, rng.randint(1, 60)), (Unit.WEEKS, rng.randint(1, 8))))
    return Target(amount, unit, rng.choice(tuple(Ending)), rng.choice(tuple(Receipt)))


def _pauses(rng: Random, start: int, edges: Sequence[int]) -> Iterator[MinutePause]:
    for _ in range(rng.choice((0, 0, 1, 2, 3, 5))):
        begin = start + rng.randint(-_DAY, 8 * _DAY)
        end = begin + int(10 ** rng.uniform(0, 3.9))
        if rng.random() < 1 / 3:
            begin = _next(edges, begin)
        if rng.random() < 1 / 3:
            end = _next(edges, end)
        yield begin, None if rng.random() < 0.08 else max(begin, end)


def _next(edges: Sequence[int], minute: int) -> int:
    return edges[min(bisect_left(edges, minute), len(edges) - 1)]


def difference(case: Case, of: World, timetable: Timetable) -> str | None:
    """Return how the engine and the minutes disagree about a case; None if they do not."""
    expected = _simulated(case, of)
    pauses = [Pause(of.at(begin), None if end is None else of.at(end)) for begin, end in case.pauses]
    found = due(of.at(case.start), case.target, timetable, pauses, case.kind)
    # None: beyond the world, or never; the engine may know when, but must not say that it was within.
    beyond = found is None or found >= of.at(of.length - 2 * _DAY)
    agrees = beyond if expected is None else found == of.at(expected)
    if not agrees:
        return f"due: expected {expected and of.at(expected)}, found {found}: {case} from {of.at(case.start)}"
    end = min(of.length, case.start + 3 * _DAY)
    ran = elapsed(of.at(case.start), of.at(end), timetable, pauses)
    if ran != of.elapsed(case.start, end, case.pauses) * of.step:
        return f"elapsed: found {ran}: {case} from {of.at(case.start)}"
    return None


def _simulated(case: Case, of: World) -> int | None:
    pauses = case.pauses if case.kind is ClockKind.SERVICE else ()
    target = case.target
    match target.unit:
        case Unit.BUSINESS_SECONDS | Unit.BUSINESS_MINUTES:
            return of.business_time(case.start, target.amount, pauses)
        case Unit.BUSINESS_HOURS:
            return of.business_time(case.start, 60 * target.amount, pauses)
        case unit:
            count = 7 * target.amount if unit is Unit.WEEKS else target.amount
            return of.days(
                case.start,
                count,
                pauses,
                business=unit is Unit.BUSINESS_DAYS,
                at_close=target.ends is Ending.CLOSE_OF_BUSINESS,
                roll=target.receipt is Receipt.NEXT_BUSINESS_DAY,
            )


def differences(seed: int, worlds: int, each: int) -> Iterator[str | None]:
    """Yield for each of ``worlds`` times ``each`` cases how engine and minutes disagree; None if they agree."""
    rng = Random(seed)
    for _ in range(worlds):
        document = calendar_document(rng)
        of = world(rng, document)
        timetable = Timetable(calendar_from(document))
        for case in cases(rng, of, each):
            found = difference(case, of, timetable)
            yield None if found is None else f"{found}; calendar {document}"
