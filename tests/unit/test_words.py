"""Figures and times read the same everywhere."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from crmdesk.domain import words
from crmdesk.domain.language import tr_n

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 12, 23, 14, 18, tzinfo=UTC)
TODAY = date(2026, 12, 23)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0:00"), (6.9, "0:06"), (252, "4:12"), (3599, "59:59"), (3723, "1:02:03"), (-5, "0:00"), (None, "–")],
)
def test_a_running_time_has_no_leading_zero_and_hours_only_from_an_hour(seconds: float | None, shown: str) -> None:
    assert words.running(seconds) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (9.7, "9 s"),
        (59, "59 s"),
        (60, "1 min"),
        (7800, "2 h 10 min"),
        (7200, "2 h"),
        (86400, "1 day"),
        (3 * 86400, "3 days"),
    ],
)
def test_an_age_is_rounded_down_to_words(seconds: float, shown: str) -> None:
    assert words.age(seconds) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"), [(52, "52 s"), (372, "6 min 12 s"), (482, "8 min 02 s"), (3840, "1 h 4 min")]
)
def test_how_long_a_call_took(seconds: float, shown: str) -> None:
    assert words.duration(seconds) == shown


def test_a_clock_time_is_the_readers_own() -> None:
    summer = datetime(2026, 7, 1, 13, 23, 9, tzinfo=UTC)
    assert words.clock(summer, LONDON) == "14:23"
    assert words.clock_seconds(summer, LONDON) == "14:23:09"


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        (date(2026, 12, 22), "yesterday"),
        (TODAY, "today"),
        (date(2026, 12, 24), "tomorrow"),
        (date(2026, 12, 30), "Wed 30 Dec"),
        (date(2027, 2, 17), "Wed 17 Feb 2027"),
    ],
)
def test_near_days_have_names_and_the_year_shows_only_when_it_is_another(day: date, shown: str) -> None:
    assert words.short_day(day, TODAY) == shown


def test_headings_of_days_in_a_timeline() -> None:
    assert words.day_heading(TODAY, TODAY) == "Today, Wed 23 December"
    assert words.day_heading(date(2026, 12, 22), TODAY) == "Yesterday, Tue 22 December"
    assert words.day_heading(date(2026, 12, 21), TODAY) == "Mon 21 December"
    assert words.day_heading(date(2025, 12, 21), TODAY) == "Sun 21 December 2025"


def test_a_moment_names_its_day_only_when_it_was_not_today() -> None:
    assert words.moment(NOW - timedelta(hours=2), NOW, LONDON) == "12:18"
    assert words.moment(NOW - timedelta(hours=22), NOW, LONDON) == "yesterday 16:18"


def test_midnight_of_the_reader_parts_the_days() -> None:
    new_york = ZoneInfo("America/New_York")
    late = datetime(2026, 12, 23, 4, 30, tzinfo=UTC)
    assert words.moment(late, NOW, LONDON) == "04:30"
    assert words.moment(late, NOW, new_york) == "yesterday 23:30"


@pytest.mark.parametrize(
    ("minutes", "shown"), [(12, "in 12 min"), (-28, "28 min late"), (-1500, "1 day late"), (0.5, "now")]
)
def test_a_deadline_says_how_long_is_left_or_how_late_it_is(minutes: float, shown: str) -> None:
    assert words.due(NOW + timedelta(minutes=minutes), NOW) == shown


def test_a_known_zero_is_0_and_a_figure_without_a_basis_is_a_dash() -> None:
    assert (words.count(0), words.count(1204), words.count(None)) == ("0", "1,204", "–")
    assert (words.percent(0.0), words.percent(0.713), words.percent(None)) == ("0.0\u202f%", "71.3\u202f%", "–")
    assert (words.whole_percent(0.824), words.whole_percent(None)) == ("82\u202f%", "–")


def test_money_always_has_two_decimals_and_a_sign_or_a_code() -> None:
    assert words.money(Decimal(640), "GBP") == "£640.00"
    assert words.money(Decimal("-1234.5"), "CHF") == "CHF −1,234.50"


def test_counted_things_and_lists_of_names() -> None:
    assert tr_n("{n} day", "{n} days", 1) == "1 day"
    assert tr_n("{n} day", "{n} days", 0) == "0 days"
    assert tr_n("{n} day", "{n} days", 1_200) == "1,200 days"
    assert words.one_of(("A", "B", "C")) == "A, B and C"
    assert words.one_of(()) == ""
    assert words.month_year(date(2019, 3, 4)) == "March 2019"
