"""The periods that returns are usually of, as whole days of the house; fixed half-years are the FCA's (PS25/19)."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from crmdesk.domain.cases.returns import Period
from crmdesk.domain.language import mark


class UsualPeriod(StrEnum):
    """A period by its name; OWN is one that somebody typed."""

    THIS_HALF = "this_half"
    LAST_HALF = "last_half"
    THIS_QUARTER = "this_quarter"
    LAST_QUARTER = "last_quarter"
    THIS_MONTH = "this_month"
    LAST_MONTH = "last_month"
    THIS_YEAR = "this_year"
    LAST_YEAR = "last_year"
    OWN = "own"


PERIOD_WORDS = {
    UsualPeriod.THIS_HALF: mark("This half-year"),
    UsualPeriod.LAST_HALF: mark("Last half-year"),
    UsualPeriod.THIS_QUARTER: mark("This quarter"),
    UsualPeriod.LAST_QUARTER: mark("Last quarter"),
    UsualPeriod.THIS_MONTH: mark("This month"),
    UsualPeriod.LAST_MONTH: mark("Last month"),
    UsualPeriod.THIS_YEAR: mark("This year"),
    UsualPeriod.LAST_YEAR: mark("Last year"),
    UsualPeriod.OWN: mark("Other days"),
}
"""What each is called, to be translated where it is shown."""

_MONTHS = {"half": 6, "quarter": 3, "month": 1, "year": 12}


def days_of(usual: UsualPeriod, today: date) -> Period | None:
    """Return the days of a usual period as seen from ``today``, None for one that somebody types."""
    if usual is UsualPeriod.OWN:
        return None
    which, _, length = usual.value.partition("_")
    months = _MONTHS[length]
    first = date(today.year, (today.month - 1) // months * months + 1, 1)
    if which == "last":
        first = _later(first, -months)
    return Period(first, _later(first, months) - timedelta(days=1))


def _later(first: date, months: int) -> date:
    """Return the first day of the month that is so many months later."""
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)
