"""Opening hours of one day: windows of wall-clock time, read from and written as "09:00" to "17:30"."""

from __future__ import annotations

import re
from collections.abc import Iterable

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import tr
from crmdesk.domain.quick import dataclass

MIDNIGHT = 86_400
"""The end of a day in seconds of its wall clock, written 24:00."""

_TIME = re.compile(r"([01]\d|2[0-4]):([0-5]\d)(?::([0-5]\d))?")


@dataclass(frozen=True, slots=True)
class Window:
    """Open from ``opens`` until just before ``closes``, both in seconds of the day's wall clock (0 to 86,400)."""

    opens: int
    closes: int


Hours = tuple[Window, ...]
"""The windows of a day in order, none touching another; none at all: closed."""

ALL_DAY: Hours = (Window(0, MIDNIGHT),)


def hours(windows: Iterable[tuple[str, str]]) -> Hours:
    """Return the hours of a day from pairs of times; windows that overlap or touch become one.

    Raises ``UserMistake`` for what is no time, and for a window that ends before it begins: a shift over midnight is
    two windows, one on each day.
    """
    joined: list[Window] = []
    for opens, closes in sorted((_seconds(opens), _seconds(closes)) for opens, closes in windows):
        if closes <= opens:
            raise UserMistake(
                "hours",
                tr("{opens} to {closes} ends before it begins.", opens=written(opens), closes=written(closes)),
                tr("Write a shift over midnight as two: until 24:00, and from 00:00 on the next day."),
            )
        if joined and opens <= joined[-1].closes:
            joined[-1] = Window(joined[-1].opens, max(joined[-1].closes, closes))
        else:
            joined.append(Window(opens, closes))
    return tuple(joined)


def pairs(day: Hours) -> list[list[str]]:
    """Return the hours of a day as they are written: ``[["09:00", "12:30"], ["13:30", "17:30"]]``."""
    return [[written(window.opens), written(window.closes)] for window in day]


def written(seconds: int) -> str:
    """Return a time of the wall clock as it is written: "09:00", "24:00", "08:15:30"."""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}" + (f":{rest:02d}" if rest else "")


def _seconds(time: str) -> int:
    found = _TIME.fullmatch(time)
    seconds = found and sum(int(part or 0) * unit for part, unit in zip(found.groups(), (3600, 60, 1), strict=True))
    if seconds is None or seconds > MIDNIGHT:
        raise UserMistake(
            "hours", tr("{time} is no time of day.", time=repr(time)), tr("Write it as 09:00; midnight is 24:00.")
        )
    return seconds
