"""Due times by looking at the clock on the wall minute by minute: slow, and obviously right.

Nothing here knows of the engine. A world reads the wall clock once for each of its minutes, by the standard library,
and notes whether the calendar is open then and which local day it is. Everything else walks along these minutes.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import holidays

Pause = tuple[int, int | None]
"""First minute that is paused, first one that is not any more; None: still paused."""

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class World:
    """The minutes (or any other ``step``) from ``first`` on, numbered from 0, as a calendar's document sees them."""

    def __init__(self, document: dict[str, Any], first: datetime, length: int, step: timedelta) -> None:
        self.first, self.length, self.step = first, length, step
        self.open = bytearray(length)
        self.day = array("i", bytes(4 * length))
        self.last_of_day: dict[int, int] = {}
        self.last_open_of_day: dict[int, int] = {}
        zone = ZoneInfo(document["zone"])
        hours: dict[date, list[tuple[int, int]]] = {}
        for minute in range(length):
            local = (first + minute * step).astimezone(zone)
            today = local.date()
            if today not in hours:
                hours[today] = _hours(document, today)
            second = local.hour * 3600 + local.minute * 60 + local.second
            ordinal = self.day[minute] = today.toordinal()
            self.last_of_day[ordinal] = minute
            for opens, closes in hours[today]:
                if opens <= second < closes:
                    self.open[minute] = 1
                    self.last_open_of_day[ordinal] = minute

    def at(self, minute: int) -> datetime:
        """Return the instant at which a minute begins."""
        return self.first + minute * self.step

    def running(self, pauses: Sequence[Pause]) -> bytearray:
        """Return for each minute whether business time runs: open, and not within any pause."""
        running = bytearray(self.open)
        for begin, end in pauses:
            first, until = max(begin, 0), self.length if end is None else min(end, self.length)
            if first < until:
                running[first:until] = bytes(until - first)
        return running

    def business_time(self, start: int, target: int, pauses: Sequence[Pause]) -> int | None:
        """Return the minute at which ``target`` minutes of business time are over; None: not in this world."""
        running = self.running(pauses)
        for minute in range(start, self.length):
            if running[minute]:
                target -= 1
                if not target:
                    return minute + 1
        return None

    def elapsed(self, start: int, end: int, pauses: Sequence[Pause]) -> int:
        """Return the minutes of business time from one minute to another."""
        return sum(self.running(pauses)[start:end])

    def days(
        self, start: int, count: int, pauses: Sequence[Pause], *, business: bool, at_close: bool, roll: bool
    ) -> int | None:
        """Return the minute at which a number of days is over; None: not in this world.

        The day of receipt is not counted; with ``roll`` what comes out of hours is of the next business day. A day
        counts if its last minute (``business``: its last open one) is not paused.
        """
        day = self.day[start]
        if roll and self.last_open_of_day.get(day, -1) < start:
            day += 1
            while day not in self.last_open_of_day:
                day += 1
                if day > self.day[-1]:
                    return None
        while count:
            day += 1
            if day >= self.day[-1]:
                return None
            last = (self.last_open_of_day if business else self.last_of_day).get(day)
            if last is not None and not any(b <= last and (e is None or last < e) for b, e in pauses):
                count -= 1
        return (self.last_open_of_day.get(day, self.last_of_day[day]) if at_close else self.last_of_day[day]) + 1


def _hours(document: dict[str, Any], day: date) -> list[tuple[int, int]]:
    """Return the open seconds of a day as the document says."""
    held = document["periods"][0]
    for period in document["periods"]:
        if period.get("from", "0001-01-01") <= day.isoformat():
            held = period
    if day.isoformat() in held.get("days", {}):
        return _seconds(held["days"][day.isoformat()].get("hours", []))
    public = held.get("public_holidays")
    if public and day in _kept(public["country"], public.get("subdivision"), day.year):
        return []
    week = held["hours"].get(_WEEKDAYS[day.weekday()], [])
    yearly = held.get("yearly", {}).get(f"{day.month:02d}-{day.day:02d}")
    return _seconds(yearly.get("hours", [])) if yearly and week else _seconds(week)


@cache
def _kept(country: str, subdivision: str | None, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, subdivision, years=year))


def _seconds(pairs: Sequence[Sequence[str]]) -> list[tuple[int, int]]:
    return [(_second(opens), _second(closes)) for opens, closes in pairs]


def _second(time: str) -> int:
    hour, minute = time.split(":")
    return int(hour) * 3600 + int(minute) * 60


def utc(year: int, month: int, day: int) -> datetime:
    """Return the begin of a day of UTC."""
    return datetime(year, month, day, tzinfo=UTC)
