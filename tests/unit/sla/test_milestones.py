"""When a share of a target is used up."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from crmdesk.domain.sla.due import ClockKind, due, elapsed
from crmdesk.domain.sla.milestones import milestone
from crmdesk.domain.sla.pauses import Pause
from crmdesk.domain.sla.targets import Target, Unit
from tests.support.sla_calendars import at, england, paused, timetable

_STARTS = some.integers(0, 400 * 86_400).map(lambda seconds: at("2026-01-01 00:00") + timedelta(seconds=seconds))
_TARGETS = some.builds(
    Target,
    some.integers(1, 60),
    some.sampled_from((Unit.BUSINESS_HOURS, Unit.BUSINESS_DAYS, Unit.CALENDAR_DAYS, Unit.WEEKS)),
)
_ENGLAND = england()


@pytest.mark.parametrize(
    ("target", "percent", "expected"),
    [
        (Target(8, Unit.BUSINESS_HOURS), 50, "2026-06-10 14:00"),
        (Target(8, Unit.BUSINESS_HOURS), 75, "2026-06-10 16:00"),
        (Target(8, Unit.BUSINESS_HOURS), 100, "2026-06-11 09:30"),
        (Target(2, Unit.CALENDAR_DAYS), 50, "2026-06-11 17:00"),
        (Target(3, Unit.BUSINESS_DAYS), 50, "2026-06-12 09:30"),
    ],
)
def test_shares_of_a_target_with_an_hour_paused(target: Target, percent: int, expected: str) -> None:
    """Start 9:00, paused 11:00 to 12:00. Three business days end on Monday the 15th: 33 of 34 open hours ran."""
    found = milestone(
        at("2026-06-10 09:00"), target, timetable(), percent, [paused("2026-06-10 11:00", "2026-06-10 12:00")]
    )
    assert found == at(expected)


def test_a_warning_of_business_days_comes_in_business_hours_and_a_legal_one_whatever_is_paused() -> None:
    target = Target(15, Unit.BUSINESS_DAYS)
    ignored = [paused("2026-04-03 09:00", None)]
    found = milestone(at("2026-04-02 12:00"), target, england(), 90, ignored, ClockKind.LEGAL)
    assert found == milestone(at("2026-04-02 12:00"), target, england(), 90)
    assert found is not None
    assert elapsed(found - timedelta(minutes=1), found, england()) == timedelta(minutes=1)


def test_what_stands_still_warns_of_nothing() -> None:
    still = [paused("2026-06-10 10:00", None)]
    assert milestone(at("2026-06-10 09:00"), Target(8, Unit.BUSINESS_HOURS), timetable(), 50, still) is None


@settings(deadline=None)
@given(_STARTS, _TARGETS, some.integers(1, 99), some.integers(1, 99), some.integers(0, 300), some.integers(0, 300))
def test_shares_come_in_order_between_start_and_due_time(
    start: datetime, target: Target, one: int, two: int, after: int, lasts: int
) -> None:
    begin = start + timedelta(hours=after)
    pauses = [Pause(begin, begin + timedelta(hours=lasts))]
    first, last = (milestone(start, target, _ENGLAND, percent, pauses) for percent in sorted((one, two)))
    due_at = due(start, target, _ENGLAND, pauses)
    assert first is not None
    assert last is not None
    assert due_at is not None
    assert start <= first <= last <= due_at
