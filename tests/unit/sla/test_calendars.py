"""Calendars as documents, and public holidays from their package with its habits kept out."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from typing import Any

import pytest

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.sla.calendars import DayKind
from crmdesk.domain.sla.documents import calendar_from, document_of
from crmdesk.domain.sla.hours import Window, hours, pairs
from crmdesk.domain.sla.public_holidays import PublicHolidays
from tests.support.sla_calendars import england, office

_WHOLE = {
    "name": "Office",
    "zone": "Europe/London",
    "version": 7,
    "periods": [
        {"hours": {"mon": [["09:00", "12:30"], ["13:30", "24:00"]]}},
        {
            "from": "2026-09-01",
            "hours": {"tue": [["08:15:30", "17:00"]]},
            "public_holidays": {"country": "GB", "subdivision": "ENG"},
            "days": {"2026-12-23": {"name": "Outing"}, "2026-12-28": {"name": "Extra", "hours": [["10:00", "12:00"]]}},
            "yearly": {"12-24": {"name": "Christmas Eve", "hours": [["09:00", "13:00"]]}, "02-29": {"name": "Leap"}},
        },
    ],
}


def test_a_calendar_is_written_back_as_it_was_read() -> None:
    assert document_of(calendar_from(_WHOLE)) == _WHOLE
    assert document_of(calendar_from(json.loads(json.dumps(_WHOLE)))) == _WHOLE


def test_windows_that_overlap_or_touch_are_one() -> None:
    assert hours([("13:00", "17:00"), ("09:00", "12:00"), ("12:00", "13:00"), ("08:00", "10:00")]) == (
        Window(8 * 3600, 17 * 3600),
    )
    assert pairs(hours([("09:00", "24:00")])) == [["09:00", "24:00"]]


@pytest.mark.parametrize("window", [("9:00", "10:00"), ("09:00", "24:01"), ("25:00", "26:00"), ("09:60", "10:00")])
def test_what_is_no_time_of_day_is_refused(window: tuple[str, str]) -> None:
    with pytest.raises(UserMistake, match="is no time of day"):
        hours([window])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"zone": "Europe/Atlantis"}, "There is no time zone 'Europe/Atlantis'"),
        ({"zone": "/etc/passwd"}, "There is no time zone"),
        ({"version": "7"}, "'version' is a text, not a whole number"),
        ({"periods": []}, "The periods of Office are not in order"),
        ({"periods": [_WHOLE["periods"][1], _WHOLE["periods"][0]]}, "The periods of Office are not in order"),  # type: ignore[index]
        ({"periods": [{"hours": {"monday": []}}]}, "'hours' has unknown monday"),
        ({"periods": [{"hours": {"mon": "09:00"}}]}, "The hours of 'mon' cannot be read"),
        ({"periods": [{"hours": {}, "days": {"24 December": {"name": "x"}}}]}, "'24 December' is no date"),
        ({"periods": [{"hours": {}, "yearly": {"02-30": {"name": "x"}}}]}, "'2000-02-30' is no date"),
        ({"surprise": 1}, "'calendar' has unknown surprise"),
    ],
)
def test_what_is_wrong_in_a_document_is_named(change: dict[str, Any], said: str) -> None:
    with pytest.raises(UserMistake) as refused:
        calendar_from(_WHOLE | change)
    assert said in str(refused.value)
    assert refused.value.next_step


def test_a_country_without_known_holidays_is_said_when_they_are_asked_for() -> None:
    for place in (PublicHolidays("XX"), PublicHolidays("GB", "ZZ")):
        with pytest.raises(UserMistake, match=f"No public holidays are known for {place.place}"):
            place.of_year(2026)


def test_a_substitute_day_is_a_holiday_too() -> None:
    """Boxing Day 2026 is a Saturday; Monday the 28th is kept instead."""
    assert PublicHolidays("GB", "ENG").of_year(2026)[date(2026, 12, 28)].startswith("Boxing Day")


def test_names_of_holidays_do_not_follow_the_environment_of_the_process() -> None:
    code = (
        "import datetime; from crmdesk.domain.sla.public_holidays import PublicHolidays;"
        "print([PublicHolidays(c).of_year(2026)[datetime.date(2026, 4, 3)] for c in ('GB', 'DE')])"
    )
    for language in ("C", "th", "de_DE.UTF-8"):
        said = subprocess.run(
            [sys.executable, "-c", code],
            env={"LANG": language, "LANGUAGE": language},
            capture_output=True,
            text=True,
            check=True,
        )
        assert said.stdout == "['Good Friday', 'Good Friday']\n"


def test_a_day_says_what_decided_about_its_hours() -> None:
    calendar = england(
        days={"2026-12-23": {"name": "Outing"}}, yearly={"12-24": {"name": "Eve", "hours": [["09:00", "13:00"]]}}
    )
    for day, kind, name in (
        (22, DayKind.WEEKDAY, ""),
        (23, DayKind.SPECIAL, "Outing"),
        (24, DayKind.YEARLY, "Eve"),
        (25, DayKind.PUBLIC_HOLIDAY, "Christmas Day"),
        (27, DayKind.WEEKDAY, ""),
    ):
        found = calendar.day(date(2026, 12, day).toordinal())
        assert (found.kind, found.name) == (kind, name)


def test_periods_of_a_calendar_begin_on_different_days() -> None:
    document = office()
    document["periods"] += [document["periods"][0] | {"from": "2026-01-01"}] * 2
    with pytest.raises(UserMistake, match="not in order"):
        calendar_from(document)
