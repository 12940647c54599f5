"""What a clock allows: an amount of business time, or a number of days, and how the days are counted."""

from __future__ import annotations

from enum import StrEnum

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import grouped, tr, tr_n
from crmdesk.domain.quick import dataclass


class Unit(StrEnum):
    """What a target is measured in. The first three are business time, which runs while the calendar is open."""

    BUSINESS_SECONDS = "business_seconds"
    BUSINESS_MINUTES = "business_minutes"
    BUSINESS_HOURS = "business_hours"
    BUSINESS_DAYS = "business_days"
    CALENDAR_DAYS = "calendar_days"
    WEEKS = "weeks"
    MONTHS = "months"


class Ending(StrEnum):
    """When on its last day a target in days is due: when that day is over, or when business closes."""

    END_OF_DAY = "end_of_day"
    CLOSE_OF_BUSINESS = "close_of_business"


class Receipt(StrEnum):
    """The day from which days are counted for what arrives out of hours. It never counts itself."""

    SAME_DAY = "same_day"
    NEXT_BUSINESS_DAY = "next_business_day"


SECONDS = {Unit.BUSINESS_SECONDS: 1, Unit.BUSINESS_MINUTES: 60, Unit.BUSINESS_HOURS: 3_600}
"""The seconds of each unit of business time."""

_DAYS = {Unit.WEEKS: 7, Unit.MONTHS: 31}

MOST_DAYS = 36_500
"""The longest target in days: a hundred years; beyond, some end in a year that no calendar has. Business time that is
not used up by then never is, and needs no bound."""


@dataclass(frozen=True, slots=True)
class Target:
    """An amount in a unit. ``ends`` and ``receipt`` mean something for days, weeks and months only."""

    amount: int
    unit: Unit
    ends: Ending = Ending.END_OF_DAY
    receipt: Receipt = Receipt.SAME_DAY

    def __post_init__(self) -> None:
        if self.amount < 1:
            raise UserMistake("amount", tr("A target of {n} is none.", n=self.amount), tr("Give at least 1."))
        if self.seconds is None and self.days > MOST_DAYS:
            raise UserMistake(
                "amount",
                tr("A target of {n} is none.", n=self.amount),
                tr("Give at most {n} days.", n=MOST_DAYS),
            )

    @property
    def seconds(self) -> int | None:
        """Return the business time in seconds; None for a target in days."""
        unit = SECONDS.get(self.unit)
        return None if unit is None else self.amount * unit

    @property
    def days(self) -> int:
        """Return the days of a target in days or weeks, and the most that one in months can have."""
        return self.amount * _DAYS.get(self.unit, 1)


def said(target: Target) -> str:
    """Return a target in words: "4 business hours", "15 business days", "8 weeks"."""
    match target.unit:
        case Unit.BUSINESS_SECONDS:
            return business_time(target.amount)
        case Unit.BUSINESS_MINUTES:
            return tr_n("{n} business minute", "{n} business minutes", target.amount)
        case Unit.BUSINESS_HOURS:
            return tr_n("{n} business hour", "{n} business hours", target.amount)
        case Unit.BUSINESS_DAYS:
            return tr_n("{n} business day", "{n} business days", target.amount)
        case Unit.CALENDAR_DAYS:
            return tr_n("{n} calendar day", "{n} calendar days", target.amount)
        case Unit.WEEKS:
            return tr_n("{n} week", "{n} weeks", target.amount)
        case Unit.MONTHS:
            return tr_n("{n} month", "{n} months", target.amount)


def business_time(seconds: int) -> str:
    """Return an amount of business time as it was meant: "2 h 30 min of business time"; hours are never made days."""
    return tr("{span} of business time", span=hours_and_minutes(seconds))


def hours_and_minutes(seconds: int) -> str:
    """Return a length in hours and minutes: "2 h 30 min", "45 min", "1,200 h"; below a minute in seconds."""
    hours, rest = divmod(seconds, 3_600)
    minutes, rest = divmod(rest, 60)
    parts = [tr("{h} h", h=grouped(hours))] if hours else []
    parts += [tr("{n} min", n=minutes)] if minutes else []
    parts += [tr("{n} s", n=rest)] if rest or not parts else []
    return " ".join(parts)
