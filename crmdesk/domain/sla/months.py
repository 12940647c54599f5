"""Whole months on the calendar: the same day of a later month, or its last."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def months_after(day: date, months: int) -> date:
    """Return the same day of a later month, or that month's last where it has none such (Regulation (EEC, Euratom)
    1182/71, Art. 3(2)(c)); the last day there is where it would be after the year 9999."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
