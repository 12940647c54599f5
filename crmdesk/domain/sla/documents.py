"""Documents of rules and calendars, read strictly: TOML files, and calendars of JSON that are written back the same.

A document: ``{"name", "zone", "version", "periods": [{"from", "hours", "public_holidays", "days", "yearly"}]}``.
``hours`` has for "mon" to "sun" lists of pairs of times; a weekday without a list is closed. ``days`` (by date) and
``yearly`` (by month and day, "12-24") have ``{"name", "hours"}``; without hours they are closed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import tr
from crmdesk.domain.sla.calendars import Period, SpecialDay, Week, WorkCalendar
from crmdesk.domain.sla.hours import Hours, hours, pairs
from crmdesk.domain.sla.public_holidays import PublicHolidays

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_LEAP_YEAR = 2000
_Kind = TypeVar("_Kind")


def calendar_from(document: object) -> WorkCalendar:
    """Return the calendar of a document; raises ``UserMistake``, naming the place, for what is not as it must be."""
    whole = fields(document, "calendar", ("name", "zone", "version", "periods"), ())
    periods = tuple(_period(one) for one in typed(whole["periods"], list, "periods"))
    return WorkCalendar(
        typed(whole["name"], str, "name"),
        typed(whole["zone"], str, "zone"),
        typed(whole["version"], int, "version"),
        periods,
    )


def document_of(calendar: WorkCalendar) -> dict[str, Any]:
    """Return a calendar as a document."""
    periods = [_written(period) for period in calendar.periods]
    return {"name": calendar.name, "zone": calendar.zone, "version": calendar.version, "periods": periods}


def week_from(document: object) -> Week:
    """Return the hours of a week."""
    given = fields(document, "hours", (), WEEKDAYS)
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = (
        hours_from(given.get(day, ()), day) for day in WEEKDAYS
    )
    return (monday, tuesday, wednesday, thursday, friday, saturday, sunday)


def hours_from(document: object, place: str) -> Hours:
    """Return the hours of a day from pairs of times."""
    if not isinstance(document, list | tuple) or not all(
        isinstance(pair, list | tuple) and len(pair) == 2 and all(isinstance(time, str) for time in pair)
        for pair in document
    ):
        raise UserMistake(
            place,
            tr("The hours of {place} cannot be read.", place=repr(place)),
            tr('Write pairs of times: [["09:00", "12:30"], ["13:30", "17:30"]].'),
        )
    return hours([(opens, closes) for opens, closes in document])


def date_from(text: object) -> date:
    """Return a date written as 2026-12-24."""
    try:
        return date.fromisoformat(typed(text, str, "date"))
    except ValueError as unreadable:
        raise UserMistake(
            "date", tr("{text} is no date.", text=repr(text)), tr("Write it as 2026-12-24.")
        ) from unreadable


def text_of(file: Path) -> str:
    """Return the words of a file, without the mark that some editors begin it with; raises UserMistake where it cannot
    be read or is not UTF-8."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserMistake("file", tr("It is not UTF-8."), tr("Save it as UTF-8.")) from error
    except OSError as error:
        what = tr("This file cannot be read: {reason}.", reason=error.strerror or tr("unknown"))
        raise UserMistake("file", what, tr("Choose another place.")) from error


def toml_of(text: str) -> dict[str, Any]:
    """Return the document of a TOML file's text; raises ``UserMistake`` for what is none, or lies too deep."""
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as unreadable:
        raise UserMistake(
            "file",
            tr("It is no TOML: {reason}.", reason=str(unreadable)),
            tr("Correct it there; docs/ describes each file."),
        ) from unreadable


def fields(document: object, place: str, needed: tuple[str, ...], possible: tuple[str, ...]) -> Mapping[str, Any]:
    """Return a document that has all ``needed`` fields and no other than these and the ``possible`` ones."""
    whole: Mapping[str, Any] = typed(document, dict, place)
    missing = [name for name in needed if name not in whole]
    strange = [name for name in whole if name not in needed and name not in possible]
    if missing or strange:
        named = {"place": repr(place), "names": ", ".join(missing or strange)}
        what = tr("{place} lacks {names}.", **named) if missing else tr("{place} has unknown {names}.", **named)
        raise UserMistake(place, what, tr("It may have {names}.", names=", ".join((*needed, *possible))))
    return whole


def typed(value: object, kind: type[_Kind], place: str) -> _Kind:
    """Return a value that must be of a kind; a truth value is no number."""
    if not isinstance(value, kind) or isinstance(value, bool) is not (kind is bool):
        raise UserMistake(
            place,
            tr(
                "{place} is {found}, not {wanted}.", place=repr(place), found=_called(type(value)), wanted=_called(kind)
            ),
            tr("Correct it in the file."),
        )
    return value


def _called(kind: type) -> str:
    names: dict[type, Callable[[], str]] = {
        str: lambda: tr("a text"),
        int: lambda: tr("a whole number"),
        list: lambda: tr("a list"),
        dict: lambda: tr("an object"),
    }
    return names[kind]() if kind in names else kind.__name__


def _period(document: object) -> Period:
    whole = fields(document, "period", ("hours",), ("from", "public_holidays", "days", "yearly"))
    public = whole.get("public_holidays")
    days = typed(whole.get("days") or {}, dict, "days")
    yearly = typed(whole.get("yearly") or {}, dict, "yearly")
    return Period(
        date.min if whole.get("from") is None else date_from(whole["from"]),
        week_from(whole["hours"]),
        None if public is None else _public(public),
        {date_from(day): _special(one) for day, one in days.items()},
        {_month_and_day(day): _special(one) for day, one in yearly.items()},
    )


def _public(document: object) -> PublicHolidays:
    whole = fields(document, "public_holidays", ("country",), ("subdivision",))
    country = typed(whole["country"], str, "country")
    return PublicHolidays(country, typed(whole.get("subdivision") or "", str, "subdivision"))


def _special(document: object) -> SpecialDay:
    whole = fields(document, "day", ("name",), ("hours",))
    return SpecialDay(typed(whole["name"], str, "name"), hours_from(whole.get("hours") or [], "day"))


def _month_and_day(text: object) -> tuple[int, int]:
    day = date_from(f"{_LEAP_YEAR}-{text}")
    return day.month, day.day


def _written(period: Period) -> dict[str, Any]:
    document: dict[str, Any] = {} if period.begins == date.min else {"from": period.begins.isoformat()}
    document["hours"] = {name: pairs(day) for name, day in zip(WEEKDAYS, period.week, strict=True) if day}
    if period.holidays:
        place = {"country": period.holidays.country, "subdivision": period.holidays.subdivision}
        document["public_holidays"] = {name: value for name, value in place.items() if value}
    if period.special:
        document["days"] = {day.isoformat(): _special_written(one) for day, one in period.special.items()}
    if period.yearly:
        document["yearly"] = {f"{m:02d}-{d:02d}": _special_written(one) for (m, d), one in period.yearly.items()}
    return document


def _special_written(day: SpecialDay) -> dict[str, Any]:
    return {"name": day.name} | ({"hours": pairs(day.hours)} if day.hours else {})
