"""Figures and times as a person reads them on the screen, the same everywhere.

Running times are m:ss, ages are rounded words, a count that is known to be none is 0, a figure without a basis is "–".
All instants are aware; ``zone`` is the zone of the reader.
"""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from decimal import Decimal

NO_BASIS = "–"
_NARROW = "\u202f"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_SIGNS = {"GBP": "£", "EUR": "€", "USD": "$"}


def running(seconds: float | None) -> str:
    """Return a running time: "0:06", "11:52", from an hour "1:02:03". Never negative; None is "–"."""
    if seconds is None:
        return NO_BASIS
    whole = max(0, int(seconds))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def age(seconds: float) -> str:
    """Return an age: "9 s", "12 min", "2 h 10 min", "3 days"; rounded down, never negative."""
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min"
    if whole < 86400:
        hours, minutes = divmod(whole // 60, 60)
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return plural(whole // 86400, "day", "days")


def duration(seconds: float) -> str:
    """Return how long something took, as a timeline says it: "52 s", "6 min 12 s", "1 h 4 min"."""
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole // 60 % 60} min"


def clock(at: datetime, zone: tzinfo) -> str:
    """Return the time of day: "14:23"."""
    return f"{at.astimezone(zone):%H:%M}"


def clock_seconds(at: datetime, zone: tzinfo) -> str:
    """Return the time of day with seconds, for saved, stale and the board: "14:23:09"."""
    return f"{at.astimezone(zone):%H:%M:%S}"


def short_day(day: date, today: date) -> str:
    """Return a day in a sentence: "today", "yesterday", "tomorrow", "Wed 30 Dec", in another year "Wed 30 Dec 2027"."""
    apart = (day - today).days
    if apart in (-1, 0, 1):
        return ("yesterday", "today", "tomorrow")[apart + 1]
    return dated(day, today)


def dated(day: date, today: date) -> str:
    """Return a day by its date even if it is today: "Wed 30 Dec", in another year "Wed 30 Dec 2027"."""
    year = f" {day.year}" if day.year != today.year else ""
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1][:3]}{year}"


def lasting_day(day: date) -> str:
    """Return a day as it stands in a text that is read years later: "Wed 30 Dec 2026"."""
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1][:3]} {day.year}"


def day_heading(day: date, today: date) -> str:
    """Return the heading of a day in a timeline: "Today, Wed 23 December", "Mon 21 December"."""
    year = f" {day.year}" if day.year != today.year else ""
    full = f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}{year}"
    apart = (today - day).days
    return f"{('Today', 'Yesterday')[apart]}, {full}" if apart in (0, 1) else full


def moment(at: datetime, now: datetime, zone: tzinfo) -> str:
    """Return when something was: "14:19" today, "yesterday 16:10", "Mon 21 Dec 18:05"."""
    day, today = at.astimezone(zone).date(), now.astimezone(zone).date()
    time = clock(at, zone)
    return time if day == today else f"{short_day(day, today)} {time}"


def month_year(day: date) -> str:
    """Return a month: "March 2019"."""
    return f"{_MONTHS[day.month - 1]} {day.year}"


def due(at: datetime, now: datetime) -> str:
    """Return how a deadline stands: "in 12 min", "28 min late", "1 day late", "now" within the minute."""
    left = (at - now).total_seconds()
    if abs(left) < 60:
        return "now"
    return f"in {age(left)}" if left > 0 else f"{age(-left)} late"


def count(value: int | None) -> str:
    """Return a count with thousands separators; 0 is "0", None is "–"."""
    return NO_BASIS if value is None else f"{value:,}"


def percent(share: float | None) -> str:
    """Return a share 0..1 as on the board: "71.3 %" with a narrow no-break space; None is "–"."""
    return NO_BASIS if share is None else f"{share * 100:.1f}{_NARROW}%"


def whole_percent(share: float | None) -> str:
    """Return a share 0..1 as a likelihood or on the wallboard: "82 %"; None is "–"."""
    return NO_BASIS if share is None else f"{share * 100:.0f}{_NARROW}%"


def money(amount: Decimal, currency: str) -> str:
    """Return an amount with two decimals: "£640.00", "CHF 1,200.00". ``currency`` is an ISO 4217 code."""
    figure = f"{abs(amount):,.2f}"
    minus = "−" if amount < 0 else ""
    sign = _SIGNS.get(currency)
    return f"{minus}{sign}{figure}" if sign else f"{currency} {minus}{figure}"


def plural(value: int, one: str, many: str) -> str:
    """Return a count and its word: "1 day", "3 days", "0 days"."""
    return f"{count(value)} {one if value == 1 else many}"


def one_of(names: tuple[str, ...]) -> str:
    """Return names in a sentence: "Billing", "Billing and Claims", "Billing, Claims and Complaints"."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
