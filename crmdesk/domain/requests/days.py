"""Days and times of day as people write them in a form."""

from __future__ import annotations

import re
from datetime import date, time

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import tr
from crmdesk.domain.words import month_of

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_NUMBERS = re.compile(r"(\d{1,2})[./ ]\s*(\d{1,2})[./ ]\s*(\d{4})")
_NAMED = re.compile(r"(\d{1,2})\.?\s+([^\W\d]+)\.?\s+(\d{4})")
_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?:\s*(?:h|Uhr))?")


def day_written(field: str, typed: str) -> date:
    """Return a day as it was typed: "2026-03-12", "12.3.2026", "12/03/2026", "12 Mar 2026", the day before the month.

    Raises UserMistake at ``field`` for what is none.
    """
    text = typed.strip()
    try:
        if (found := _ISO.fullmatch(text)) is not None:
            return date(*(int(part) for part in found.groups()))
        if (found := _NUMBERS.fullmatch(text)) is not None:
            day, month, year = (int(part) for part in found.groups())
            return date(year, month, day)
        if (found := _NAMED.fullmatch(text)) is not None and (named := month_of(found[2])) is not None:
            return date(int(found[3]), named, int(found[1]))
    except ValueError:
        pass
    raise UserMistake(field, tr("This is no day."), tr("Write it like 2026-03-12."))


def day_or_none(field: str, typed: str) -> date | None:
    """Return a day as ``day_written`` does, None where nothing was typed."""
    return day_written(field, typed) if typed.strip() else None


def time_written(field: str, typed: str) -> str:
    """Return a time of day as it was typed ("8", "8:30", "08.30") as 08:30; raises UserMistake at ``field``."""
    found = _TIME.fullmatch(typed.strip())
    try:
        if found is not None:
            return f"{time(int(found[1]), int(found[2] or 0)):%H:%M}"
    except ValueError:
        pass
    raise UserMistake(field, tr("This is no time of day."), tr("Write it like 08:30."))
