"""Figures and times as a person reads them on the screen, the same everywhere.

Running times are m:ss, ages are rounded words, a count that is known to be none is 0, a figure without a basis is "–".
All instants are aware; ``zone`` is the zone of the reader.
"""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from decimal import Decimal

from crmdesk.domain.language import decimal, grouped, mark, mark_in, tr, tr_in, tr_n

NO_BASIS = "–"
_NARROW = "\u202f"
_DAYS = (mark("Mon"), mark("Tue"), mark("Wed"), mark("Thu"), mark("Fri"), mark("Sat"), mark("Sun"))
_MONTHS = (
    *(mark("January"), mark("February"), mark("March"), mark("April"), mark("May"), mark("June")),
    *(mark("July"), mark("August"), mark("September"), mark("October"), mark("November"), mark("December")),
)
_SHORT_MONTHS = (
    *(mark_in("short month", "Jan"), mark_in("short month", "Feb"), mark_in("short month", "Mar")),
    *(mark_in("short month", "Apr"), mark_in("short month", "May"), mark_in("short month", "Jun")),
    *(mark_in("short month", "Jul"), mark_in("short month", "Aug"), mark_in("short month", "Sep")),
    *(mark_in("short month", "Oct"), mark_in("short month", "Nov"), mark_in("short month", "Dec")),
)
_MONTH_LETTERS = 3
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
        return tr("{n} s", n=whole)
    if whole < 3600:
        return tr("{n} min", n=whole // 60)
    if whole < 86400:
        hours, minutes = divmod(whole // 60, 60)
        return tr("{h} h {min} min", h=hours, min=minutes) if minutes else tr("{h} h", h=hours)
    return tr_n("{n} day", "{n} days", whole // 86400)


def duration(seconds: float) -> str:
    """Return how long something took, as a timeline says it: "52 s", "6 min 12 s", "1 h 4 min"."""
    whole = max(0, int(seconds))
    if whole < 60:
        return tr("{n} s", n=whole)
    if whole < 3600:
        return tr("{min} min {s} s", min=whole // 60, s=f"{whole % 60:02d}")
    return tr("{h} h {min} min", h=whole // 3600, min=whole // 60 % 60)


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
        return (tr("yesterday"), tr("today"), tr("tomorrow"))[apart + 1]
    return dated(day, today)


def dated(day: date, today: date) -> str:
    """Return a day by its date even if it is today: "Wed 30 Dec", in another year "Wed 30 Dec 2027"."""
    return lasting_day(day) if day.year != today.year else undated(day)


def lasting_day(day: date) -> str:
    """Return a day as it stands in a text that is read years later: "Wed 30 Dec 2026"."""
    return tr("{day} {year}", day=undated(day), year=day.year)


def undated(day: date) -> str:
    """Return a day without its year, for one that can be no other: "Wed 30 Dec"."""
    names = {"weekday": tr(_DAYS[day.weekday()]), "month": tr_in(*_SHORT_MONTHS[day.month - 1])}
    return tr_in("short date", "{weekday} {day} {month}", day=day.day, **names)


def strip_day(day: date) -> str:
    """Return a day over its square in a strip of days: "Wed 23"."""
    return tr_in("day in a strip", "{weekday} {day}", weekday=tr(_DAYS[day.weekday()]), day=day.day)


def day_heading(day: date, today: date) -> str:
    """Return the heading of a day in a timeline: "Today, Wed 23 December", "Mon 21 December"."""
    full = long_day(day, today)
    match (today - day).days:
        case 0:
            return tr("Today, {day}", day=full)
        case 1:
            return tr("Yesterday, {day}", day=full)
        case _:
            return full


def long_day(day: date, today: date) -> str:
    """Return a day with its month in full: "Wed 23 December", in another year "Wed 23 December 2027"."""
    names = {"weekday": tr(_DAYS[day.weekday()]), "month": tr(_MONTHS[day.month - 1])}
    full = tr_in("long date", "{weekday} {day} {month}", day=day.day, **names)
    return tr("{day} {year}", day=full, year=day.year) if day.year != today.year else full


def moment(at: datetime, now: datetime, zone: tzinfo) -> str:
    """Return when something was: "14:19" today, "yesterday 16:10", "Mon 21 Dec 18:05"."""
    day, today = at.astimezone(zone).date(), now.astimezone(zone).date()
    time = clock(at, zone)
    return time if day == today else tr_in("day and time", "{day} {time}", day=short_day(day, today), time=time)


def month_year(day: date) -> str:
    """Return a month: "March 2019"."""
    return tr_in("month and year", "{month} {year}", month=tr(_MONTHS[day.month - 1]), year=day.year)


def month_of(written: str) -> int | None:
    """Return which month a name is, or its first letters (three or more), in English or the language that is spoken."""
    word = written.casefold().rstrip(".")
    if len(word) < _MONTH_LETTERS:
        return None
    for number, name in enumerate(_MONTHS, start=1):
        if any(known.casefold().startswith(word) for known in (name, tr(name))):
            return number
    return None


def due(at: datetime, now: datetime) -> str:
    """Return how a deadline stands: "in 12 min", "28 min late", "1 day late", "now" within the minute."""
    left = (at - now).total_seconds()
    if abs(left) < 60:
        return tr("now")
    return tr("in {span}", span=age(left)) if left > 0 else tr("{span} late", span=age(-left))


def change(n: int) -> str:
    """Return by how much a count became another: "+3", "−2", "0"."""
    return f"{'+' if n > 0 else '−' if n < 0 else ''}{count(abs(n))}"


def count(value: int | None) -> str:
    """Return a count with thousands separators; 0 is "0", None is "–"."""
    return NO_BASIS if value is None else grouped(value)


def percent(share: float | None) -> str:
    """Return a share 0..1 as on the board: "71.3 %" with a narrow no-break space; None is "–"."""
    return NO_BASIS if share is None else f"{decimal(share * 100, 1)}{_NARROW}%"


def whole_percent(share: float | None) -> str:
    """Return a share 0..1 as a likelihood or on the wallboard: "82 %"; None is "–"."""
    return NO_BASIS if share is None else f"{share * 100:.0f}{_NARROW}%"


def money(amount: Decimal, currency: str) -> str:
    """Return an amount with two decimals: "£640.00", "CHF 1,200.00". ``currency`` is an ISO 4217 code."""
    figure = decimal(abs(amount), 2)
    minus = "−" if amount < 0 else ""
    sign = _SIGNS.get(currency)
    if sign is None:
        return tr_in("amount", "{currency} {figure}", currency=currency, figure=f"{minus}{figure}")
    return tr_in("amount", "{minus}{sign}{figure}", minus=minus, sign=sign, figure=figure)


def sentence(text: str) -> str:
    """Return words as they begin a sentence: the first letter large where the script has large ones, the rest as it
    is."""
    return text[:1].upper() + text[1:]


def one_of(names: tuple[str, ...]) -> str:
    """Return names in a sentence: "Billing", "Billing and Claims", "Billing, Claims and Complaints"."""
    if len(names) < 2:
        return "".join(names)
    return tr("{names} and {last}", names=", ".join(names[:-1]), last=names[-1])
