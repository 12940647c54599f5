"""Times, days and counts as people say them (VISUAL.md, section 6). Instants are aware; days are those of ``zone``.

``zone`` None is the zone of this computer.
"""

from __future__ import annotations

from datetime import datetime, tzinfo

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def running(seconds: float) -> str:
    """Return a running time: m:ss, from an hour h:mm:ss; never negative."""
    whole = max(0, int(seconds))
    hours, rest = divmod(whole, _HOUR)
    minutes, left = divmod(rest, _MINUTE)
    return f"{hours}:{minutes:02d}:{left:02d}" if hours else f"{minutes}:{left:02d}"


def duration(seconds: float) -> str:
    """Return how long something took: "9 s", "6 min 12 s", "2 h 10 min"."""
    whole = max(0, int(seconds))
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE:02d} s"
    return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE:02d} min"


def age(seconds: float) -> str:
    """Return how long ago something was: "9 s", "12 min", "2 h 10 min", "3 days"."""
    whole = max(0, int(seconds))
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min"
    if whole < _DAY:
        return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE} min"
    return counted(whole // _DAY, "day", "days")


def counted(count: int, one: str, several: str) -> str:
    """Return a count with its noun, thousands separated."""
    return f"{count:,} {one if count == 1 else several}"


def clock(instant: datetime, zone: tzinfo | None = None) -> str:
    """Return the time of day, 14:19."""
    return f"{instant.astimezone(zone):%H:%M}"


def clock_seconds(instant: datetime, zone: tzinfo | None = None) -> str:
    """Return the time of day to the second, for what is saved or stale."""
    return f"{instant.astimezone(zone):%H:%M:%S}"


def day(instant: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """Return a day: today, yesterday, tomorrow by word, else "Wed 30 Dec", with the year if it is another."""
    then, present = instant.astimezone(zone).date(), now.astimezone(zone).date()
    near = {0: "today", -1: "yesterday", 1: "tomorrow"}.get((then - present).days)
    if near is not None:
        return near
    written = f"{then:%a} {then.day} {then:%b}"
    return written if then.year == present.year else f"{then.day} {then:%b} {then.year}"


def heading(instant: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """Return the heading over a day: "Today, Wed 23 December", "Mon 21 December", "Mon 21 December 2025"."""
    then, present = instant.astimezone(zone).date(), now.astimezone(zone).date()
    written = f"{then:%a} {then.day} {then:%B}"
    if then.year != present.year:
        return f"{written} {then.year}"
    near = {0: "Today", -1: "Yesterday", 1: "Tomorrow"}.get((then - present).days)
    return f"{near}, {written}" if near else written


def ordinal(count: int) -> str:
    """Return 1st, 2nd, 3rd, 4th … 11th."""
    tens, ones = count % 100, count % 10
    ending = "th" if 11 <= tens <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(ones, "th")
    return f"{count}{ending}"


def sentence(text: str) -> str:
    """Return the text with its first letter large, the rest as it is."""
    return text[:1].upper() + text[1:]
