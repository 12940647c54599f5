"""A calendar laid out on the line of real time: when it is open, how long between two instants, and where days end.

A wall clock maps to real time by one constant offset between two changes of the zone. So each year is cut at those
changes, and a window of wall-clock time becomes all the instants at which the clock on the wall is within it: times in
a gap do not exist, a repeated hour counts twice. Years are laid out when first asked for and kept.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from crmdesk.domain.quick import dataclass
from crmdesk.domain.sla.calendars import Day, WorkCalendar, plan, zone_named
from crmdesk.domain.sla.instants import DAY, SECOND, instant, micros, midnight, ordinal_at
from crmdesk.domain.sla.public_holidays import PublicHolidays

HORIZON_YEARS = 100
"""How far ahead a due time is looked for; what is not used up by then never is."""

_AVERAGE_YEAR = 31_556_952 * SECOND


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Real time from ``begin`` to ``end`` during which local time is ``offset`` ahead of UTC."""

    begin: int
    end: int
    offset: int


@dataclass(frozen=True, slots=True)
class _Year:
    """A year of UTC: its stretches, and its open windows as columns in order of time.

    ``before[i]`` is the open time of the year before window i, with the whole year's at the end; ``days`` their local
    days.
    """

    begin: int
    end: int
    stretches: tuple[_Stretch, ...]
    opens: list[int]
    closes: list[int]
    before: list[int]
    days: list[int]

    def open_until(self, at: int) -> int:
        """Return the open time from the begin of the year to an instant in it."""
        index = bisect_right(self.opens, at) - 1
        return self.before[index] + min(at, self.closes[index]) - self.opens[index] if index >= 0 else 0


class Timetable:
    """The business time of one calendar. Threads may share it: what two of them lay out at once is the same."""

    def __init__(self, calendar: WorkCalendar) -> None:
        self.calendar = calendar
        self.zone = zone_named(calendar.zone)
        self._years: dict[int, _Year] = {}
        self._business_days: dict[int, list[int]] = {}
        self._holidays: dict[tuple[PublicHolidays, int], dict[date, str]] = {}
        self._day_ends: dict[int, int] = {}
        self._closings: dict[int, int | None] = {}

    # Open time ---------------------------------------------------------------------------------------------------

    def open_between(self, begin: int, end: int) -> int:
        """Return how long it is open from one instant to a later one."""
        if end <= begin:
            return 0
        first, last = self._year_number(begin), self._year_number(end)
        if first == last:
            year = self._year(first)
            return year.open_until(end) - year.open_until(begin)
        between = sum(self._year(number).before[-1] for number in range(first + 1, last))
        head = self._year(first)
        return head.before[-1] - head.open_until(begin) + between + self._year(last).open_until(end)

    def when_open_for(self, begin: int, amount: int) -> int | None:
        """Return the first instant by which it has been open for ``amount`` since ``begin``; None: not in 100 years."""
        if amount <= 0:
            return begin
        number = self._year_number(begin)
        year = self._year(number)
        wanted = year.open_until(begin) + amount
        last = number + HORIZON_YEARS
        while wanted > year.before[-1]:
            wanted -= year.before[-1]
            number += 1
            if number > last:
                return None
            year = self._year(number)
        index = bisect_left(year.before, wanted) - 1
        return year.opens[index] + wanted - year.before[index]

    def windows(self, begin: int, end: int) -> Iterator[tuple[int, int, int]]:
        """Yield the open windows between two instants: local day, open from, open until."""
        for number in range(self._year_number(begin), self._year_number(end) + 1):
            year = self._year(number)
            first = max(0, bisect_right(year.opens, begin) - 1)
            for index in range(first, bisect_left(year.opens, end)):
                opens, closes = max(begin, year.opens[index]), min(end, year.closes[index])
                if opens < closes:
                    yield year.days[index], opens, closes

    # Days --------------------------------------------------------------------------------------------------------

    def day(self, ordinal: int) -> Day:
        """Return the hours of a local day and what decided about them."""
        on = date.fromordinal(ordinal)
        period = self.calendar.at(on)
        return plan(period, self._holidays_of(period.holidays, on.year) if period.holidays else {}, on)

    def local_day(self, at: int) -> int:
        """Return the local day of an instant, as a proleptic ordinal."""
        for stretch in self._year(self._year_number(at)).stretches:
            if at < stretch.end:
                return ordinal_at(at + stretch.offset)
        raise AssertionError("a year ends with its last stretch")

    def day_end(self, ordinal: int) -> int:
        """Return the instant at which a local day is over for good; a repeated midnight is its second one."""
        if ordinal not in self._day_ends:
            wall = midnight(ordinal + 1)
            ends = (min(s.end, wall - s.offset) for s in self._stretches_near(ordinal) if s.begin < wall - s.offset)
            self._day_ends[ordinal] = max(ends)
        return self._day_ends[ordinal]

    def closing(self, ordinal: int) -> int | None:
        """Return when the business of a local day closes; None for a day that does not open."""
        if ordinal not in self._closings:
            spans = [span for stretch in self._stretches_near(ordinal) for span in self._spans(stretch, ordinal)]
            self._closings[ordinal] = max((closes for _, closes in spans), default=None)
        return self._closings[ordinal]

    def business_day_after(self, ordinal: int, count: int) -> int | None:
        """Return the ``count``-th day with business hours after a local day; None: there is none in 100 years."""
        number = date.fromordinal(ordinal).year
        last = number + HORIZON_YEARS
        days = self._days_of(number)
        index = bisect_right(days, ordinal) + count - 1
        while index >= len(days):
            index -= len(days)
            number += 1
            if number > last:
                return None
            days = self._days_of(number)
        return days[index]

    def business_days_between(self, first: int, end: int) -> int:
        """Return how many days with business hours there are from one local day until just before another."""
        numbers = range(date.fromordinal(first).year, date.fromordinal(end).year + 1)
        return sum(bisect_left(days, end) - bisect_left(days, first) for days in map(self._days_of, numbers))

    # Laying out --------------------------------------------------------------------------------------------------

    def _year_number(self, at: int) -> int:
        number = 1970 + at // _AVERAGE_YEAR
        year = self._year(number)
        return number - 1 if at < year.begin else number + 1 if at >= year.end else number

    def _year(self, number: int) -> _Year:
        year = self._years.get(number)
        if year is None:
            year = self._years[number] = self._laid_out(number)
        return year

    def _laid_out(self, number: int) -> _Year:
        begin, end = (micros(datetime(n, 1, 1, tzinfo=UTC)) for n in (number, number + 1))
        stretches = tuple(self._stretches(begin, end))
        opens, closes, before, days = [], [], [0], []
        for stretch in stretches:
            last = ordinal_at(stretch.end - 1 + stretch.offset)
            for ordinal in range(ordinal_at(stretch.begin + stretch.offset), last + 1):
                for opened, closed in self._spans(stretch, ordinal):
                    opens.append(opened)
                    closes.append(closed)
                    before.append(before[-1] + closed - opened)
                    days.append(ordinal)
        return _Year(begin, end, stretches, opens, closes, before, days)

    def _spans(self, stretch: _Stretch, ordinal: int) -> Iterator[tuple[int, int]]:
        """Yield when a local day is open within a stretch."""
        base = midnight(ordinal) - stretch.offset
        if base >= stretch.end or base + DAY <= stretch.begin:
            return
        for window in self.day(ordinal).hours:
            opens = max(stretch.begin, base + window.opens * SECOND)
            closes = min(stretch.end, base + window.closes * SECOND)
            if opens < closes:
                yield opens, closes

    def _stretches(self, begin: int, end: int) -> Iterator[_Stretch]:
        """Yield the stretches between two instants: offsets are looked at each day, a change is found by halving."""
        at, offset = begin, self._offset(begin)
        for probe in (*range(begin + DAY, end, DAY), end):
            found = self._offset(probe)
            if found != offset:
                change = self._change(probe - DAY, probe)
                yield _Stretch(at, change, offset)
                at, offset = change, found
        if at < end:
            yield _Stretch(at, end, offset)

    def _change(self, low: int, high: int) -> int:
        """Return the instant, to the second, from which the offset of ``high`` holds; that of ``low`` is another."""
        old = self._offset(low)
        while high - low > SECOND:
            middle = (low + high) // 2 // SECOND * SECOND
            low, high = (middle, high) if self._offset(middle) == old else (low, middle)
        return high

    def _offset(self, at: int) -> int:
        shift = instant(at).astimezone(self.zone).utcoffset() or timedelta()
        return shift // timedelta(microseconds=1)

    def _stretches_near(self, ordinal: int) -> list[_Stretch]:
        """Return the stretches that can hold a part of a local day."""
        around = midnight(ordinal)
        numbers = {self._year_number(around - 2 * DAY), self._year_number(around + 3 * DAY)}
        return [stretch for number in sorted(numbers) for stretch in self._year(number).stretches]

    def _days_of(self, number: int) -> list[int]:
        """Return the days of a local year with business hours; one whose hours fall in a gap has none."""
        days = self._business_days.get(number)
        if days is None:
            span = range(date(number, 1, 1).toordinal(), date(number + 1, 1, 1).toordinal())
            days = [ordinal for ordinal in span if self.day(ordinal).hours and self.closing(ordinal) is not None]
            self._business_days[number] = days
        return days

    def _holidays_of(self, public: PublicHolidays, year: int) -> dict[date, str]:
        if (public, year) not in self._holidays:
            self._holidays[public, year] = public.of_year(year)
        return self._holidays[public, year]
