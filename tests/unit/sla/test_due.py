"""When things are due: business time, days, clocks that change, pauses; each expectation worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.sla.documents import calendar_from
from crmdesk.domain.sla.due import ClockKind, due, elapsed
from crmdesk.domain.sla.pauses import Pause
from crmdesk.domain.sla.targets import Ending, Receipt, Target, Unit
from crmdesk.domain.sla.timetable import Timetable
from tests.support.sla_calendars import MON_TO_FRI, at, england, office, paused, round_the_clock, timetable

HOURS_4 = Target(4, Unit.BUSINESS_HOURS)
DAYS_3 = Target(3, Unit.BUSINESS_DAYS)


def test_business_time_waits_for_the_next_opening_and_may_end_at_closing() -> None:
    assert due(at("2026-06-10 06:00"), HOURS_4, timetable()) == at("2026-06-10 13:00")
    assert due(at("2026-06-10 13:30"), HOURS_4, timetable()) == at("2026-06-10 17:30")
    assert due(at("2026-06-10 17:30"), HOURS_4, timetable()) == at("2026-06-11 13:00")


def test_a_start_within_a_second_is_kept_to_the_microsecond() -> None:
    start = at("2026-06-10 10:00:00.000001")
    assert due(start, Target(90, Unit.BUSINESS_MINUTES), timetable()) == start + timedelta(minutes=90)


def test_a_yearly_half_day_opens_no_sunday_and_no_public_holiday() -> None:
    half = {"name": "half", "hours": [["09:00", "13:00"]]}
    halved = england(yearly={"12-24": half, "12-25": half})
    assert due(at("2026-12-24 12:00"), Target(2, Unit.BUSINESS_HOURS), halved) == at("2026-12-29 10:00")
    assert due(at("2028-12-24 08:00"), Target(1, Unit.BUSINESS_HOURS), halved) == at("2028-12-27 10:00")


def test_a_special_day_wins_over_a_public_holiday() -> None:
    counting = england(days={"2026-04-03": {"name": "Stocktaking", "hours": [["10:00", "12:00"]]}})
    assert due(at("2026-04-02 17:30"), Target(3, Unit.BUSINESS_HOURS), counting) == at("2026-04-07 10:00")


def test_hours_change_from_the_day_their_period_begins() -> None:
    document = office()
    late = {"from": "2026-06-11", "hours": {day: [["12:00", "20:00"]] for day in MON_TO_FRI}}
    document["periods"].append(late)
    changed = Timetable(calendar_from(document))
    assert due(at("2026-06-10 16:30"), HOURS_4, changed) == at("2026-06-11 15:00")


def test_a_window_that_ends_within_a_repeated_hour_is_open_twice() -> None:
    """Berlin, 25 October 2026: 02:00 to 03:00 comes twice. Open 01:30 to 02:30 is 1 h, then 30 min more."""
    night = timetable("Europe/Berlin", hours={"sun": [["01:30", "02:30"]]})
    start = at("2026-10-25 00:00", "Europe/Berlin")
    assert elapsed(start, start + timedelta(days=1), night) == timedelta(minutes=90)
    first_half_past_two = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert due(start, Target(60, Unit.BUSINESS_MINUTES), night) == first_half_past_two
    assert due(start, Target(61, Unit.BUSINESS_MINUTES), night) == first_half_past_two + timedelta(minutes=31)


def test_hours_within_a_gap_do_not_exist() -> None:
    """Berlin, 29 March 2026: 02:00 to 03:00 does not come. Such a day is no business day either."""
    night = timetable("Europe/Berlin", hours={"sun": [["02:00", "03:00"]]})
    start = at("2026-03-28 12:00", "Europe/Berlin")
    assert due(start, Target(1, Unit.BUSINESS_MINUTES), night) == at("2026-04-05 02:01", "Europe/Berlin")
    assert due(start, Target(1, Unit.BUSINESS_DAYS), night) == at("2026-04-06 00:00", "Europe/Berlin")


def test_clocks_that_change_by_half_an_hour_are_counted_to_the_minute() -> None:
    island = round_the_clock("Australia/Lord_Howe")
    start = at("2026-04-05 00:00", "Australia/Lord_Howe")
    assert due(start, Target(24, Unit.BUSINESS_HOURS), island) == at("2026-04-05 23:30", "Australia/Lord_Howe")


def test_a_midnight_that_does_not_exist_and_one_that_comes_twice_end_their_days() -> None:
    """Santiago goes from 23:59 to 01:00 on 6 September 2026, Havana repeats 00:00 to 01:00 on 1 November 2026."""
    start = at("2026-09-04 10:00", "America/Santiago")
    tomorrow = Target(1, Unit.CALENDAR_DAYS)
    assert due(start, tomorrow, round_the_clock("America/Santiago")) == at("2026-09-06 01:00", "America/Santiago")
    start = at("2026-10-30 10:00", "America/Havana")
    assert due(start, tomorrow, round_the_clock("America/Havana")) == at("2026-11-01 00:00", "America/Havana")
    assert due(start, Target(2, Unit.CALENDAR_DAYS), round_the_clock("America/Havana")) == at(
        "2026-11-02 00:00", "America/Havana"
    )


def test_a_day_to_which_the_clocks_return_after_midnight_is_not_over_before() -> None:
    """St John's, 2010: at 00:01 on 7 November it was 23:01 on the 6th again, which ended at 03:30 UTC."""
    newfoundland, start = round_the_clock("America/St_Johns"), at("2010-11-05 10:00", "America/St_Johns")
    end = datetime(2010, 11, 7, 3, 30, tzinfo=UTC)
    assert due(start, Target(1, Unit.CALENDAR_DAYS), newfoundland) == end
    first_half_minute_of_the_7th = datetime(2010, 11, 7, 2, 30, 30, tzinfo=UTC)
    over_its_end = [Pause(first_half_minute_of_the_7th, end + timedelta(hours=12))]
    for unit in (Unit.CALENDAR_DAYS, Unit.BUSINESS_DAYS):
        assert due(start, Target(1, unit), newfoundland, over_its_end) == end + timedelta(days=1)
    before_its_end = [Pause(first_half_minute_of_the_7th, end - timedelta(minutes=1))]
    assert due(start, Target(1, Unit.CALENDAR_DAYS), newfoundland, before_its_end) == end


def test_a_day_that_a_country_left_out_is_over_before_it_began() -> None:
    """Samoa went from 29 to 31 December 2011."""
    start = at("2011-12-28 10:00", "Pacific/Apia")
    gone = due(start, Target(2, Unit.CALENDAR_DAYS), round_the_clock("Pacific/Apia"))
    assert gone == datetime(2011, 12, 30, 10, tzinfo=UTC)
    assert due(start, Target(2, Unit.BUSINESS_DAYS), round_the_clock("Pacific/Apia")) == at(
        "2012-01-01 00:00", "Pacific/Apia"
    )


def test_business_days_begin_with_the_next_one_and_skip_holidays() -> None:
    """Received on the Thursday before Easter 2026: Tuesday, Wednesday, Thursday."""
    for start in ("2026-04-02 00:00", "2026-04-02 12:00", "2026-04-02 23:59"):
        assert due(at(start), DAYS_3, england()) == at("2026-04-10 00:00")
    close = Target(3, Unit.BUSINESS_DAYS, Ending.CLOSE_OF_BUSINESS)
    assert due(at("2026-04-02 12:00"), close, england()) == at("2026-04-09 17:30")


def test_what_comes_out_of_hours_may_count_from_the_next_business_day() -> None:
    rolled = Target(3, Unit.BUSINESS_DAYS, receipt=Receipt.NEXT_BUSINESS_DAY)
    assert due(at("2026-04-02 17:29"), rolled, england()) == at("2026-04-10 00:00")
    assert due(at("2026-04-02 17:30"), rolled, england()) == at("2026-04-11 00:00")
    assert due(at("2026-04-05 12:00"), rolled, england()) == at("2026-04-11 00:00")


def test_eight_weeks_are_fifty_six_days_to_the_end_of_the_day() -> None:
    assert due(at("2026-03-02 15:00"), Target(8, Unit.WEEKS), england()) == at("2026-04-28 00:00")


def test_pauses_count_by_their_union_and_only_in_business_time() -> None:
    twice = [paused("2026-06-10 10:00", "2026-06-10 12:00"), paused("2026-06-10 11:00", "2026-06-10 12:30")]
    assert due(at("2026-06-10 09:00"), HOURS_4, timetable(), twice) == at("2026-06-10 15:30")
    over_night = [paused("2026-06-10 12:00", "2026-06-11 09:30")]
    assert due(at("2026-06-10 09:00"), HOURS_4, timetable(), over_night) == at("2026-06-11 10:30")


def test_two_pauses_that_begin_in_the_same_minute_both_count() -> None:
    same_minute = [paused("2026-06-10 10:00:05", "2026-06-10 10:30"), paused("2026-06-10 10:00:40", "2026-06-10 11:00")]
    assert due(at("2026-06-10 09:00"), HOURS_4, timetable(), same_minute) == at("2026-06-10 13:59:55")


def test_an_open_pause_leaves_no_due_time_unless_it_was_due_before() -> None:
    assert due(at("2026-06-10 09:00"), HOURS_4, timetable(), [paused("2026-06-10 12:59", None)]) is None
    at_once = [paused("2026-06-10 13:00", None)]
    assert due(at("2026-06-10 09:00"), HOURS_4, timetable(), at_once) == at("2026-06-10 13:00")
    closed_behind = [paused("2026-06-10 10:00", None), paused("2026-06-10 09:30", "2026-06-10 11:00")]
    assert due(at("2026-06-10 09:00"), HOURS_4, timetable(), closed_behind) is None


def test_a_service_day_that_closes_during_a_pause_does_not_count() -> None:
    two_closings = [paused("2026-04-08 10:00", "2026-04-09 17:30")]
    assert due(at("2026-04-02 12:00"), DAYS_3, england(), two_closings) == at("2026-04-14 00:00")
    between_closings = [paused("2026-04-08 10:00", "2026-04-08 17:29")]
    assert due(at("2026-04-02 12:00"), DAYS_3, england(), between_closings) == at("2026-04-10 00:00")
    assert due(at("2026-04-02 12:00"), DAYS_3, england(), [paused("2026-04-08 10:00", None)]) is None


def test_a_pause_that_begins_when_the_last_day_closes_comes_too_late() -> None:
    assert due(at("2026-06-08 12:00"), DAYS_3, timetable(), [paused("2026-06-11 17:30", None)]) == at(
        "2026-06-12 00:00"
    )
    whole_day = [paused("2026-06-11 17:30", "2026-06-15 12:00")]
    assert due(at("2026-06-08 12:00"), DAYS_3, timetable(), whole_day) == at("2026-06-12 00:00")
    a_minute_before = [paused("2026-06-11 17:29", "2026-06-15 12:00")]
    assert due(at("2026-06-08 12:00"), DAYS_3, timetable(), a_minute_before) == at("2026-06-16 00:00")


def test_a_legal_clock_takes_no_notice_of_pauses() -> None:
    forever = [paused("2026-04-02 12:00", None)]
    assert due(at("2026-04-02 12:00"), DAYS_3, england(), forever, ClockKind.LEGAL) == at("2026-04-10 00:00")
    assert due(at("2026-04-02 12:00"), HOURS_4, england(), forever, ClockKind.LEGAL) == at("2026-04-02 16:00")


def test_a_calendar_that_never_opens_makes_nothing_due() -> None:
    never = timetable(hours={})
    for target in (HOURS_4, DAYS_3, Target(1, Unit.BUSINESS_DAYS, receipt=Receipt.NEXT_BUSINESS_DAY)):
        assert due(at("2026-04-02 12:00"), target, never) is None
    once = timetable(hours={}, days={date(2030, 1, 2).isoformat(): {"name": "once", "hours": [["09:00", "13:00"]]}})
    assert due(at("2026-04-02 12:00"), HOURS_4, once) == at("2030-01-02 13:00")
    assert due(at("2026-04-02 12:00"), Target(5, Unit.BUSINESS_HOURS), once) is None


def test_a_year_that_no_case_has_is_refused_and_a_pause_until_then_has_no_end() -> None:
    for year in (1, 1899, 2400, 9999):
        with pytest.raises(UserMistake, match=f"{year} is no year of a case"):
            due(datetime(year, 6, 1, tzinfo=UTC), HOURS_4, timetable())
    forever = [Pause(at("2026-06-10 10:00"), datetime.max.replace(tzinfo=UTC))]
    for target in (HOURS_4, DAYS_3, Target(1, Unit.WEEKS)):
        assert due(at("2026-06-10 09:00"), target, timetable(), forever) is None
    never = [Pause(datetime.max.replace(tzinfo=UTC), None)]
    assert due(at("2026-06-10 09:00"), HOURS_4, timetable(), never) == at("2026-06-10 13:00")


def test_time_that_ran_over_years_is_all_counted() -> None:
    start, end = datetime(2025, 6, 1, tzinfo=UTC), datetime(2028, 6, 1, tzinfo=UTC)
    assert elapsed(start, end, round_the_clock("Europe/Berlin")) == end - start
    assert elapsed(end, start, round_the_clock("Europe/Berlin")) == timedelta()


def test_a_pause_of_years_moves_days_by_as_many() -> None:
    years = [paused("2026-04-07 12:00", "2028-04-07 12:00")]
    assert due(at("2026-04-02 12:00"), DAYS_3, england(), years) == at("2028-04-12 00:00")
    assert due(at("2026-04-02 12:00"), Target(8, Unit.WEEKS), england(), years) == at("2028-05-29 00:00")


def test_a_target_of_nothing_and_a_pause_that_ends_before_it_begins_are_refused() -> None:
    with pytest.raises(UserMistake, match="A target of 0 is none"):
        Target(0, Unit.WEEKS)
    with pytest.raises(UserMistake, match="ends before it begins"):
        Pause(at("2026-06-10 10:00"), at("2026-06-10 09:00"))
