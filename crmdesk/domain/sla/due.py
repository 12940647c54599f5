"""When something is due: a pure function of the start, the target, the calendar's version and the pauses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from crmdesk.domain.sla.instants import SECOND, instant, micros, span
from crmdesk.domain.sla.pauses import Pause, Stretch, union
from crmdesk.domain.sla.targets import Ending, Receipt, Target, Unit
from crmdesk.domain.sla.timetable import HORIZON_YEARS, Timetable

_DAYS_AHEAD = HORIZON_YEARS * 366


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

    ``start`` is aware. A legal clock takes no notice of pauses. Business time runs while the calendar is open and
    nothing is paused; used up exactly when business closes, it is due then. Of days, the day of receipt is not counted,
    and of a service clock those days are not that end (business days: that close) during a pause.
    """
    began = micros(start)
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
    began, until = micros(start), micros(at)
    paused = sum(
        timetable.open_between(begin, until if end is None else min(end, until)) for begin, end in union(pauses, began)
    )
    return span(timetable.open_between(began, until) - paused)


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
    day = receipt_day(began, target, timetable)
    if day is None:
        return None
    business = target.unit is Unit.BUSINESS_DAYS
    if not standing:
        return timetable.business_day_after(day, target.days) if business else day + target.days
    counted, last = 0, day + _DAYS_AHEAD
    while counted < target.days:
        following = timetable.business_day_after(day, 1) if business else day + 1
        if following is None or following > last:
            return None
        day = following
        if standing[-1][1] is None and _count_at(day, business, timetable) > standing[-1][0]:
            return None
        counted += counts(day, target, timetable, standing)
    return day


def counts(day: int, target: Target, timetable: Timetable, standing: Sequence[Stretch]) -> bool:
    """Return whether a day that can be counted is: the clock runs when the day ends, or business closes."""
    at = _count_at(day, target.unit is Unit.BUSINESS_DAYS, timetable)
    return not any(begin < at and (end is None or at <= end) for begin, end in standing)


def _count_at(day: int, business: bool, timetable: Timetable) -> int:
    closing = timetable.closing(day) if business else None
    return timetable.day_end(day) if closing is None else closing


def day_due(day: int, target: Target, timetable: Timetable) -> int:
    """Return when on its last day a target is due; a day without business closes when it is over."""
    closing = timetable.closing(day) if target.ends is Ending.CLOSE_OF_BUSINESS else None
    return timetable.day_end(day) if closing is None else closing
