"""Which day a phrase means: pure counting on the calendar, no words of any language."""

from __future__ import annotations

from datetime import date, timedelta

from crmdesk.domain.promises.language import Figures
from crmdesk.domain.quick import dataclass

_WEEK = timedelta(days=7)
_YEARS_TO_LOOK = 8


@dataclass(frozen=True, slots=True)
class Told:
    """What a phrase tells of a day. ``ahead`` counts days from today, ``weekday`` 0 is Monday; ``following`` is next,
    ``present`` this, ``week_later`` seven days after the coming one, ``week`` counts calendar weeks from this one.

    A ``number`` without a month is a day of this month or of the next.
    """

    weekday: int | None = None
    ahead: int | None = None
    month: int | None = None
    number: int | None = None
    year: int | None = None
    figures: Figures | None = None
    following: bool = False
    present: bool = False
    week_later: bool = False
    week: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The day, or None with what it could be: none at all, the one it is in truth, or two."""

    day: date | None
    offers: tuple[date, ...] = ()


def day_of(told: Told, today: date, *, day_first: bool) -> Found:
    """Return the day, seen from ``today``."""
    if told.ahead is not None:
        return Found(today + timedelta(days=told.ahead))
    if told.figures is not None:
        return _same_weekday(_in_figures(told.figures, today, day_first), told.weekday)
    if told.month is not None and told.number is not None:
        return _same_weekday(_coming(told.month, told.number, told.year, today), told.weekday)
    if told.number is not None:
        return _same_weekday(_of_a_month(told.number, today), told.weekday)
    return _weekday(told, today)


def _weekday(told: Told, today: date) -> Found:
    assert told.weekday is not None
    if told.week is not None:
        return Found(today + timedelta(days=told.weekday - today.weekday()) + told.week * _WEEK)
    coming = today + timedelta(days=(told.weekday - today.weekday()) % 7)
    if coming == today and not told.week_later:
        if told.following:
            return Found(today + _WEEK)
        return Found(today) if told.present else Found(None, (today, today + _WEEK))
    if told.week_later:
        return Found(coming + _WEEK)
    this_week = coming.isocalendar()[:2] == today.isocalendar()[:2]
    if told.following and this_week:
        return Found(None, (coming, coming + _WEEK))  # some mean the coming one by "next", others the one after
    return Found(coming)


def _in_figures(figures: Figures, today: date, day_first: bool) -> Found:
    first, second, year = figures.first, figures.second, figures.year
    number, month = (first, second) if day_first else (second, first)
    return _coming(month, number, year, today)


def _coming(month: int, number: int, year: int | None, today: date) -> Found:
    """Return the next day of this date; the 29th of February may be years away."""
    for candidate in [year] if year is not None else range(today.year, today.year + _YEARS_TO_LOOK + 1):
        try:
            day = date(candidate, month, number)
        except ValueError:
            continue
        if year is not None or day >= today:
            return Found(day)
    return Found(None)


def _of_a_month(number: int, today: date) -> Found:
    """Return this day of the present month, or of the next where it is over."""
    month = today.replace(day=1) if number >= today.day else (today.replace(day=1) + 5 * _WEEK).replace(day=1)
    try:
        return Found(month.replace(day=number))
    except ValueError:
        return Found(None)


def _same_weekday(found: Found, weekday: int | None) -> Found:
    if found.day is None or weekday is None or found.day.weekday() == weekday:
        return found
    return Found(None, (found.day,))
