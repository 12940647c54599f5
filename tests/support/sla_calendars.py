"""Calendars and instants as tests write them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from crmdesk.domain.sla.documents import calendar_from
from crmdesk.domain.sla.pauses import Pause
from crmdesk.domain.sla.timetable import Timetable

MON_TO_FRI = ("mon", "tue", "wed", "thu", "fri")


def office(zone: str = "Europe/London", **period: Any) -> dict[str, Any]:
    """Return the document of a calendar: Monday to Friday, 9:00 to 17:30, unless the period says otherwise."""
    hours = {day: [["09:00", "17:30"]] for day in MON_TO_FRI}
    return {"name": "Office", "zone": zone, "version": 1, "periods": [{"hours": hours} | period]}


def timetable(zone: str = "Europe/London", **period: Any) -> Timetable:
    """Return the timetable of such a calendar."""
    return Timetable(calendar_from(office(zone, **period)))


def round_the_clock(zone: str) -> Timetable:
    """Return the timetable of a calendar that never closes."""
    days = (*MON_TO_FRI, "sat", "sun")
    return timetable(zone, hours={day: [["00:00", "24:00"]] for day in days})


def england(**period: Any) -> Timetable:
    """Return the timetable of the office with the public holidays of England."""
    return timetable(public_holidays={"country": "GB", "subdivision": "ENG"}, **period)


def at(text: str, zone: str = "Europe/London", fold: int = 0) -> datetime:
    """Return an instant, in UTC, from its local time, "2026-04-02 16:00"; ``fold`` 1 is the second of two."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def paused(begin: str, end: str | None, zone: str = "Europe/London") -> Pause:
    """Return a pause from local times."""
    return Pause(at(begin, zone), None if end is None else at(end, zone))
