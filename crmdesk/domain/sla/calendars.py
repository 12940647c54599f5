"""A calendar of business hours: which hours of which local day are open, by date of validity, and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import tr
from crmdesk.domain.quick import dataclass
from crmdesk.domain.sla.hours import Hours
from crmdesk.domain.sla.public_holidays import PublicHolidays
from crmdesk.domain.zones import zone_or_none

Week = tuple[Hours, Hours, Hours, Hours, Hours, Hours, Hours]
"""The hours of Monday to Sunday."""


class DayKind(StrEnum):
    """What decided about the hours of a day, from the weakest to the strongest."""

    WEEKDAY = "weekday"
    YEARLY = "yearly"
    PUBLIC_HOLIDAY = "public_holiday"
    SPECIAL = "special"


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day with hours of its own: a half-day, an extra day, or closed where it has none."""

    name: str
    hours: Hours = ()


@dataclass(frozen=True, slots=True)
class Period:
    """What holds from the local day ``begins`` on.

    ``special`` days win over everything. ``yearly`` ones, by month and day, change weekdays that are open anyway and
    are no public holiday: a half Christmas Eve opens no Sunday.
    """

    begins: date
    week: Week
    holidays: PublicHolidays | None
    special: Mapping[date, SpecialDay]
    yearly: Mapping[tuple[int, int], SpecialDay]


@dataclass(frozen=True, slots=True)
class Day:
    """The hours of one local day, what decided about them, and the name of the holiday or special day."""

    hours: Hours
    kind: DayKind
    name: str = ""


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Business hours in one zone (an IANA name).

    ``version`` counts editions: whoever changes anything makes the next one, so that two computers which disagree
    about a due time can see that they hold different ones. ``periods`` are in order; the first also holds before it.
    """

    name: str
    zone: str
    version: int
    periods: tuple[Period, ...]

    def __post_init__(self) -> None:
        if not self.periods or any(one.begins >= two.begins for one, two in pairwise(self.periods)):
            raise UserMistake(
                "periods",
                tr("The periods of {name} are not in order.", name=self.name),
                tr("Give each a later first day."),
            )
        zone_named(self.zone)

    def at(self, day: date) -> Period:
        """Return what holds on a local day."""
        held = self.periods[0]
        for period in self.periods[1:]:
            if period.begins > day:
                break
            held = period
        return held


def zone_named(name: str) -> ZoneInfo:
    """Return a zone by its IANA name; raises ``UserMistake`` for one that does not exist."""
    found = zone_or_none(name)
    if found is None:
        raise UserMistake(
            "zone",
            tr("There is no time zone {name}.", name=repr(name)),
            tr("Give an IANA name, for example Europe/London."),
        )
    return found


def plan(period: Period, holidays: Mapping[date, str], day: date) -> Day:
    """Return the hours of a day from what holds then and the public holidays of its year."""
    special = period.special.get(day)
    if special is not None:
        return Day(special.hours, DayKind.SPECIAL, special.name)
    if day in holidays:
        return Day((), DayKind.PUBLIC_HOLIDAY, holidays[day])
    week = period.week[day.weekday()]
    yearly = period.yearly.get((day.month, day.day))
    if yearly is not None and week:
        return Day(yearly.hours, DayKind.YEARLY, yearly.name)
    return Day(week, DayKind.WEEKDAY)
