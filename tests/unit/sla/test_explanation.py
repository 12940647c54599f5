"""Every due time answers why: in one sentence, and as days for a small picture."""

from __future__ import annotations

from datetime import date

from crmdesk.domain.sla.due import ClockKind
from crmdesk.domain.sla.explanation import CountedDay, Explanation, Reason, explain
from crmdesk.domain.sla.pauses import Pause
from crmdesk.domain.sla.targets import Ending, Receipt, Target, Unit
from tests.support.sla_calendars import at, england, paused, round_the_clock, timetable

_TWO_HOURS = Target(2, Unit.BUSINESS_HOURS)


def _picture(said: Explanation) -> list[tuple[date, Reason, int]]:
    return [(day.day, day.reason, day.number or day.minutes) for day in said.days]


def test_business_time_over_easter() -> None:
    said = explain(at("2026-04-02 16:30"), _TWO_HOURS, england())
    assert said.sentence == (
        "Due Tue 7 Apr 2026 10:00 (Europe/London): 2 business hours from Thu 2 Apr 2026 16:30;"
        " counted: 1 h on Thu 2 Apr 2026 and 1 h on Tue 7 Apr 2026;"
        " not counted: Good Friday (Fri 3 Apr 2026), Easter Monday (Mon 6 Apr 2026) and 2 days without business hours;"
        " calendar Office, version 1."
    )
    assert _picture(said) == [
        (date(2026, 4, 2), Reason.COUNTED, 60),
        (date(2026, 4, 3), Reason.PUBLIC_HOLIDAY, 0),
        (date(2026, 4, 4), Reason.NO_HOURS, 0),
        (date(2026, 4, 5), Reason.NO_HOURS, 0),
        (date(2026, 4, 6), Reason.PUBLIC_HOLIDAY, 0),
        (date(2026, 4, 7), Reason.COUNTED, 60),
    ]


def test_a_start_after_hours_an_outing_and_a_half_day_by_name() -> None:
    days = {"2026-06-11": {"name": "Outing"}, "2026-06-12": {"name": "Stocktaking", "hours": [["10:00", "11:30"]]}}
    said = explain(at("2026-06-10 19:00"), _TWO_HOURS, timetable(days=days))
    assert said.due_at == at("2026-06-15 09:30")
    assert "counted: 1 h 30 min on Stocktaking (Fri 12 Jun 2026) and 30 min on Mon 15 Jun 2026;" in said.sentence
    assert "not counted: Outing (Thu 11 Jun 2026) and 2 days without business hours;" in said.sentence
    assert [day.reason for day in said.days][:3] == [Reason.OUT_OF_HOURS, Reason.CLOSED, Reason.COUNTED]


def test_pauses_within_and_over_days() -> None:
    pauses = [paused("2026-06-10 10:00", "2026-06-10 11:00"), paused("2026-06-10 17:00", "2026-06-12 09:30")]
    said = explain(at("2026-06-10 09:00"), Target(8, Unit.BUSINESS_HOURS), timetable(), pauses)
    assert said.due_at == at("2026-06-12 10:30")
    assert "stood still for 10 h 30 min of business time;" in said.sentence
    assert [(day.reason, day.minutes, day.paused.total_seconds() / 60) for day in said.days] == [
        (Reason.COUNTED, 420, 90),
        (Reason.PAUSED, 0, 510),
        (Reason.COUNTED, 60, 30),
    ]


def test_many_days_are_summed_up() -> None:
    said = explain(at("2026-06-01 09:00"), Target(40, Unit.BUSINESS_HOURS), timetable())
    assert "counted: 40 h on 5 days from Mon 1 Jun 2026 to Fri 5 Jun 2026;" in said.sentence


def test_a_day_of_25_hours_has_them_all() -> None:
    start = at("2026-10-25 00:00", "Europe/Berlin")
    said = explain(start, Target(25, Unit.BUSINESS_HOURS), round_the_clock("Europe/Berlin"))
    assert _picture(said) == [(date(2026, 10, 25), Reason.COUNTED, 1500)]


def test_business_days_of_a_legal_clock_with_a_pause_that_changes_nothing() -> None:
    target = Target(3, Unit.BUSINESS_DAYS, Ending.CLOSE_OF_BUSINESS)
    said = explain(at("2026-04-02 12:00"), target, england(), [paused("2026-04-07 09:00", None)], ClockKind.LEGAL)
    assert said.due_at == at("2026-04-09 17:30")
    assert said.sentence == (
        "Due at close of business, Thu 9 Apr 2026 17:30 (Europe/London): 3 business days after Thu 2 Apr 2026 12:00;"
        " the day it came does not count;"
        " not counted: Good Friday (Fri 3 Apr 2026), Easter Monday (Mon 6 Apr 2026) and 2 days without business hours;"
        " a legal clock does not stand still in a pause; calendar Office, version 1."
    )
    assert [day.number for day in said.days] == [None, None, None, None, None, 1, 2, 3]
    assert said.days[0] == CountedDay(
        date(2026, 4, 2), Reason.RECEIVED, said.days[0].ran, said.days[0].paused, None, ""
    )


def test_a_day_as_the_due_time_is_said_as_its_end_not_as_the_next_midnight() -> None:
    said = explain(at("2026-03-02 15:00"), Target(8, Unit.WEEKS), england())
    assert said.sentence.startswith("Due by the end of Mon 27 Apr 2026 (Europe/London): 8 weeks after Mon 2 Mar 2026")
    assert said.due_at == at("2026-04-28 00:00")


def test_what_came_out_of_hours_and_what_a_pause_took() -> None:
    target = Target(3, Unit.BUSINESS_DAYS, receipt=Receipt.NEXT_BUSINESS_DAY)
    said = explain(at("2026-06-06 12:00"), target, timetable(), [paused("2026-06-09 12:00", "2026-06-10 18:00")])
    assert said.due_at == at("2026-06-16 00:00")
    assert "it came out of hours and counts as of Mon 8 Jun 2026, which does not count itself;" in said.sentence
    assert "not counted: 3 days without business hours and 2 days of standing still;" in said.sentence


def test_a_clock_that_stands_still_says_since_when_and_what_is_left() -> None:
    said = explain(at("2026-06-10 09:00"), _TWO_HOURS, timetable(), [paused("2026-06-10 09:30", None)])
    assert said.due_at is None
    assert said.sentence.startswith(
        "No due time while it stands still, since Wed 10 Jun 2026 09:30: 1 h 30 min left of 2 business hours;"
    )
    days = explain(
        at("2026-06-10 09:00"), Target(5, Unit.BUSINESS_DAYS), timetable(), [paused("2026-06-12 09:30", None)]
    )
    assert days.sentence.startswith(
        "No due time while it stands still, since Fri 12 Jun 2026 09:30: 4 days left of 5 business days;"
    )


def test_reasons_of_pauses_are_said_once_and_not_those_of_a_legal_clock() -> None:
    times = (("2026-06-10 10:00", "2026-06-10 11:00"), ("2026-06-10 11:30", "2026-06-10 12:00"))
    pauses = [Pause(at(begin), at(end), "waiting for the customer") for begin, end in times]
    pauses.append(Pause(at("2026-06-10 12:00"), at("2026-06-10 12:10"), "waiting for a part"))
    pauses.append(Pause(at("2026-06-10 15:00"), None, "after it was due"))
    pauses.append(Pause(at("2026-06-10 08:00"), at("2026-06-10 09:00"), "before it came"))
    said = explain(at("2026-06-10 09:00"), _TWO_HOURS, timetable(), pauses).sentence
    assert "it stood still for: waiting for the customer and waiting for a part;" in said
    assert "it was due" not in said
    assert "it came" not in said
    assert "waiting" not in explain(at("2026-06-10 09:00"), _TWO_HOURS, timetable(), pauses, ClockKind.LEGAL).sentence


def test_a_calendar_that_never_opens_says_so() -> None:
    for target, words in ((_TWO_HOURS, "2 business hours"), (Target(5, Unit.BUSINESS_DAYS), "5 business days")):
        said = explain(at("2026-06-10 09:00"), target, timetable(hours={}))
        assert said.due_at is None
        assert said.sentence == f"Never due: no {words} within 100 years; calendar Office, version 1."
        assert said.days == ()
