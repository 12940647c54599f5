"""Times, days and counts are said as people say them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crmdesk.domain import wording

NOW = datetime(2026, 12, 23, 14, 19, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-3, "0:00"), (6.9, "0:06"), (252, "4:12"), (3599, "59:59"), (3600, "1:00:00"), (7384, "2:03:04")],
)
def test_a_running_time_has_no_leading_zero_and_hours_only_from_an_hour(seconds: float, said: str) -> None:
    assert wording.running(seconds) == said


@pytest.mark.parametrize(
    ("seconds", "said"), [(9, "9 s"), (372, "6 min 12 s"), (482, "8 min 02 s"), (7800, "2 h 10 min")]
)
def test_how_long_a_call_took(seconds: float, said: str) -> None:
    assert wording.duration(seconds) == said


@pytest.mark.parametrize(
    ("seconds", "said"), [(9, "9 s"), (720, "12 min"), (7800, "2 h 10 min"), (86400, "1 day"), (3 * 86400, "3 days")]
)
def test_how_long_ago_something_was(seconds: float, said: str) -> None:
    assert wording.age(seconds) == said


def test_days_near_now_are_said_by_word_and_the_year_only_when_it_is_another() -> None:
    said = [wording.day(NOW + timedelta(days=days), NOW, UTC) for days in (-1, 0, 1, 7, 43)]
    assert said == ["yesterday", "today", "tomorrow", "Wed 30 Dec", "4 Feb 2027"]


def test_a_heading_names_the_day_and_its_distance() -> None:
    said = [wording.heading(NOW - timedelta(days=days), NOW, UTC) for days in (0, 1, 2, 400)]
    assert said == ["Today, Wed 23 December", "Yesterday, Tue 22 December", "Mon 21 December", "Tue 18 November 2025"]


def test_the_day_is_that_of_the_zone_not_of_utc() -> None:
    late = datetime(2026, 12, 22, 23, 30, tzinfo=UTC)
    assert wording.day(late, NOW, ZoneInfo("Asia/Tokyo")) == "today"


@pytest.mark.parametrize(
    ("count", "said"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (22, "22nd"), (113, "113th")]
)
def test_ordinals(count: int, said: str) -> None:
    assert wording.ordinal(count) == said


def test_counts_have_their_noun_and_thousands_separated() -> None:
    assert wording.counted(1, "call", "calls") == "1 call"
    assert wording.counted(12345, "call", "calls") == "12,345 calls"
