"""Days side by side: what there is no room for is left out in the middle, begin and end stay."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from PySide6.QtWidgets import QWidget

from crmdesk.domain.sla.explanation import CountedDay, Reason
from crmdesk.ui.deadlines.day_strip import DayStrip, squares

FIRST = date(2026, 12, 23)
NOTHING = timedelta()


def a_day(place: int, reason: Reason = Reason.COUNTED, number: int | None = None, name: str = "") -> CountedDay:
    return CountedDay(FIRST + timedelta(days=place), reason, NOTHING, NOTHING, number, name)


def weeks(count: int) -> list[CountedDay]:
    received = a_day(0, Reason.RECEIVED)
    return [received, *(a_day(place, number=place) for place in range(1, 7 * count + 1))]


def test_few_days_are_all_drawn() -> None:
    assert [one.words for one in squares(weeks(1), 8)] == ["0", "1", "2", "3", "4", "5", "6", "7"]


def test_of_many_the_middle_is_left_out() -> None:
    assert [one.words for one in squares(weeks(8), 8)] == ["0", "1", "2", "3", None, "54", "55", "56"]


def test_what_is_due_says_so_and_what_did_not_count_why_not() -> None:
    days = [
        a_day(0, Reason.RECEIVED),
        a_day(1, Reason.PUBLIC_HOLIDAY, name="Christmas Day"),
        a_day(2, Reason.NO_HOURS),
        a_day(3, Reason.PAUSED),
        a_day(4, Reason.CLOSED),
        a_day(5, number=1),
    ]
    said = ["received", "Christmas Day", "", "stood still", "closed", "due"]
    assert [one.below for one in squares(days, 8)] == said


def test_business_time_is_said_in_hours() -> None:
    day = CountedDay(FIRST, Reason.COUNTED, timedelta(hours=3, minutes=30), NOTHING, None, "")
    assert squares([day], 8)[0].words == "3 h 30 min"


def test_a_narrower_strip_draws_fewer_days(shown: Callable[[QWidget], QWidget]) -> None:
    strip = DayStrip()
    strip.show_days(weeks(8))
    strip.resize(640, strip.sizeHint().height())
    shown(strip)
    wide = len(strip.drawn)
    strip.resize(320, strip.height())
    assert 3 <= len(strip.drawn) < wide
    assert strip.drawn[-1].due


def test_no_days_draw_nothing(shown: Callable[[QWidget], QWidget]) -> None:
    strip = DayStrip()
    strip.show_days(())
    shown(strip)
    assert strip.drawn == ()
