"""When something is due: a pure function of the start, the target, the calendar's version and the pauses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import tr
from crmdesk.domain.sla.calendars import DayKind
from crmdesk.domain.sla.instants import FIRST_YEAR, LAST_YEAR, SECOND, instant, micros, span
from crmdesk.domain.sla.months import months_after
from crmdesk.domain.sla.pauses import Pause, Stretch, union
from crmdesk.domain.sla.targets import Ending, Receipt, Target, Unit
from crmdesk.domain.sla.timetable import Timetable

_WEEKEND = (5, 6)


class ClockKind(StrEnum):
    """Whose clock it is: the law's never pauses, the house's own promise does."""

    LEGAL = "legal"
    SERVICE = "service"


def due(
    start: datetime,
    target: Target,
    timetable: Timetable,
    pauses: Sequence[Pause] = (),
    kind: ClockKind = ClockKind.SERVICE,
) -> datetime | None:
    """Return the instant, in UTC, at which a target is used up; None while a pause has no end, and if it never is.

    ``start`` is aware; raises ``UserMistake`` for one in a year that no case has, as when a date was typed wrong. A
    legal clock takes no notice of pauses. Business time runs while the calendar is open and nothing is paused; used up
    exactly when business closes, it is due then. Of days, the day of receipt is not counted, and of a service clock
    those are not that end (business days: that close) during a pause.
    """
    began = _begin(start)
    standing = union(pauses, began) if pauses and kind is ClockKind.SERVICE else []
    seconds = target.seconds
    if seconds is not None:
        at = used_up(began, seconds * SECOND, timetable, standing)
    else:
        last = last_day(began, target, timetable, standing)
        at = None if last is None else day_due(last, target, timetable)
    return None if at is None else instant(at)


def elapsed(start: datetime, at: datetime, timetable: Timetable, pauses: Sequence[Pause] = ()) -> timedelta:
    """Return the business time that ran from ``start`` to ``at``: open and not paused; none if ``at`` is before."""
    began, until = _begin(start), _begin(at)
    paused = sum(
        timetable.open_between(begin, until if end is None else min(end, until)) for begin, end in union(pauses, began)
    )
    return span(timetable.open_between(began, until) - paused)


def _begin(start: datetime) -> int:
    if not FIRST_YEAR <= start.year < LAST_YEAR:
        raise UserMistake("start", tr("{year} is no year of a case.", year=start.year), tr("Correct the date."))
    return micros(start)


def used_up(began: int, amount: int, timetable: Timetable, standing: Sequence[Stretch]) -> int | None:
    """Return when ``amount`` of business time is used up, all in microseconds; see ``due``."""
    at, left = began, amount
    for begin, end in standing:
        ran = timetable.open_between(at, begin)
        if ran >= left:
            break
        if end is None:
            return None
        at, left = end, left - ran
    return timetable.when_open_for(at, left)


def receipt_day(began: int, target: Target, timetable: Timetable) -> int | None:
    """Return the local day from which days are counted; None if out of hours counts from a day that never comes."""
    day = timetable.local_day(began)
    if target.receipt is Receipt.NEXT_BUSINESS_DAY:
        closing = timetable.closing(day)
        if closing is None or began >= closing:
            return timetable.business_day_after(day, 1)
    return day


def last_day(began: int, target: Target, timetable: Timetable, standing: Sequence[Stretch]) -> int | None:
    """Return the last local day of a target in days; see ``due``."""
    received = receipt_day(began, target, timetable)
    if received is None:
        return None
    unit = target.unit
    last = _end_of(received, target, timetable)
    for begin, end in standing:
        if last is None or _count_at(last, unit, timetable) <= begin:
            break
        if end is None:
            return None
        # What ends within a pause is one run of days, of which the first is not after the last so far.
        first = _first_that_ends_after(begin, received, unit, timetable)
        next_one = _first_that_ends_after(end, received, unit, timetable)
        if first is None or next_one is None:
            return None
        skipped = _days_between(first, next_one, unit, timetable)
        last = _day_after(last, skipped, unit, timetable)
    return last


def counts(day: int, target: Target, timetable: Timetable, standing: Sequence[Stretch]) -> bool:
    """Return whether a day that can be counted is: the clock runs when the day ends, or business closes."""
    at = _count_at(day, target.unit, timetable)
    return not any(begin < at and (end is None or at <= end) for begin, end in standing)


def _end_of(received: int, target: Target, timetable: Timetable) -> int | None:
    """Return the last local day of a target in days, where nothing is paused.

    Months end on the same date, or the month's last; on a weekend or a public holiday, on the day after it (Regulation
    (EEC, Euratom) 1182/71, Art. 3(4)). Days on which the house alone is closed put nothing off.
    """
    if target.unit is not Unit.MONTHS:
        return _day_after(received, target.days, target.unit, timetable)
    day = months_after(date.fromordinal(received), target.amount).toordinal()
    while puts_off(day, timetable):
        day += 1
    return day


def puts_off(day: int, timetable: Timetable) -> bool:
    """Return whether a target in months that ends on a local day is due later: it is a weekend or a public holiday."""
    return date.fromordinal(day).weekday() in _WEEKEND or timetable.day(day).kind is DayKind.PUBLIC_HOLIDAY


def _day_after(day: int, count: int, unit: Unit, timetable: Timetable) -> int | None:
    if unit is not Unit.BUSINESS_DAYS or not count:
        return day + count
    return timetable.business_day_after(day, count)


def _days_between(first: int, end: int, unit: Unit, timetable: Timetable) -> int:
    return timetable.business_days_between(first, end) if unit is Unit.BUSINESS_DAYS else end - first


def _first_that_ends_after(at: int, received: int, unit: Unit, timetable: Timetable) -> int | None:
    """Return the first day after ``received`` that ends, or closes, after an instant."""
    here = timetable.local_day(at)
    # The day before may not be over yet: clocks that are put back at midnight return to it.
    for day in (here - 1, here):
        closing = timetable.closing(day) if unit is Unit.BUSINESS_DAYS else timetable.day_end(day)
        if day > received and closing is not None and closing > at:
            return day
    return _day_after(max(here, received), 1, unit, timetable)


def _count_at(day: int, unit: Unit, timetable: Timetable) -> int:
    closing = timetable.closing(day) if unit is Unit.BUSINESS_DAYS else None
    return timetable.day_end(day) if closing is None else closing


def day_due(day: int, target: Target, timetable: Timetable) -> int:
    """Return when on its last day a target is due; a day without business closes when it is over."""
    closing = timetable.closing(day) if target.ends is Ending.CLOSE_OF_BUSINESS else None
    return timetable.day_end(day) if closing is None else closing
