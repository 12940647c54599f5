"""How clocks stand: running, paused, met, late; what a reopening does; what moves with a calendar."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.sla.clocks import (
    ClockRule,
    ClockState,
    Closure,
    Facts,
    Moved,
    OpenClock,
    Reading,
    Reopening,
    is_late,
    moved,
    read,
)
from crmdesk.domain.sla.due import ClockKind
from crmdesk.domain.sla.targets import Ending, Target, Unit
from tests.support.sla_calendars import at, england, paused, timetable

HOURS_8 = Target(8, Unit.BUSINESS_HOURS)
NINE = at("2026-06-10 09:00")


def _service(reopening: Reopening = Reopening.EXCLUDE_CLOSED, target: Target = HOURS_8) -> ClockRule:
    return ClockRule(ClockKind.SERVICE, target, reopening)


def test_a_clock_runs_pauses_and_is_late() -> None:
    rule, facts = _service(), Facts(NINE, (paused("2026-06-10 10:00", "2026-06-10 11:00"),))
    due_at = at("2026-06-11 09:30")
    for now, state in (
        ("2026-06-10 09:59", ClockState.RUNNING),
        ("2026-06-10 10:00", ClockState.PAUSED),
        ("2026-06-10 11:00", ClockState.RUNNING),
        ("2026-06-11 09:30", ClockState.RUNNING),
        ("2026-06-11 09:31", ClockState.BREACHED),
    ):
        assert read(rule, facts, timetable(), at(now)) == Reading(due_at, state), now


@pytest.mark.parametrize("reopening", [Reopening.EXCLUDE_CLOSED, Reopening.CONTINUE, Reopening.STAYS_MET])
def test_what_one_computer_closed_and_a_slower_one_opened_again_has_clocks(reopening: Reopening) -> None:
    """Two desks whose clocks are ten minutes apart: it was opened again, as they tell it, before it was closed."""
    facts = Facts(NINE, closures=(Closure(at("2026-06-10 12:00"), at("2026-06-10 11:50")),))
    for now in ("2026-06-10 11:55", "2026-06-10 13:00"):
        assert read(_service(reopening), facts, timetable(), at(now)).due_at == at("2026-06-10 17:00")


def test_a_legal_clock_is_never_shown_as_paused() -> None:
    rule = ClockRule(ClockKind.LEGAL, HOURS_8, Reopening.CONTINUE)
    facts = Facts(NINE, (paused("2026-06-10 10:00", None),))
    assert read(rule, facts, timetable(), at("2026-06-10 12:00")) == Reading(at("2026-06-10 17:00"), ClockState.RUNNING)


def test_done_in_time_is_met_done_late_is_breached_for_good() -> None:
    in_time = Facts(NINE, met_at=at("2026-06-10 17:00"))
    assert read(_service(), in_time, timetable(), at("2027-01-01 00:00")).state is ClockState.MET
    too_late = Facts(NINE, met_at=at("2026-06-10 17:01"))
    assert read(_service(), too_late, timetable(), at("2027-01-01 00:00")).state is ClockState.BREACHED
    waived = Facts(NINE, met_at=at("2026-06-10 17:01"), waived=True)
    assert read(_service(), waived, timetable(), at("2027-01-01 00:00")).state is ClockState.WAIVED


def test_what_pauses_after_it_was_met_neither_excuses_nor_moves_it() -> None:
    late_but_paused_later = Facts(NINE, (paused("2026-06-11 12:00", None),), met_at=at("2026-06-11 10:00"))
    assert read(_service(), late_but_paused_later, timetable(), at("2026-06-12 09:00")).state is ClockState.BREACHED
    met_during_a_pause = Facts(NINE, (paused("2026-06-10 10:00", None),), met_at=at("2026-06-11 10:00"))
    assert read(_service(), met_during_a_pause, timetable(), at("2026-06-12 09:00")).state is ClockState.MET

    for lasts in ("2026-06-10 14:00", None):
        paused_later = Facts(NINE, (paused("2026-06-10 12:00", lasts),), met_at=at("2026-06-10 10:00"))
        assert read(_service(), paused_later, timetable(), at("2026-06-12 09:00")) == Reading(
            at("2026-06-10 17:00"), ClockState.MET
        )


def test_the_end_of_a_day_is_over_at_its_midnight_and_closing_time_is_still_in_time() -> None:
    midnight = at("2026-06-11 00:00")
    assert is_late(midnight, midnight, Target(1, Unit.WEEKS))
    assert not is_late(midnight - timedelta(microseconds=1), midnight, Target(1, Unit.WEEKS))
    close = Target(1, Unit.BUSINESS_DAYS, Ending.CLOSE_OF_BUSINESS)
    assert not is_late(at("2026-06-10 17:30"), at("2026-06-10 17:30"), close)
    assert not is_late(midnight, None, HOURS_8)


@pytest.mark.parametrize(
    ("reopening", "due_at", "state"),
    [
        (Reopening.EXCLUDE_CLOSED, "2026-06-12 11:30", ClockState.RUNNING),
        (Reopening.CONTINUE, "2026-06-10 17:00", ClockState.BREACHED),
        (Reopening.RESTART, "2026-06-12 13:30", ClockState.RUNNING),
        (Reopening.STAYS_MET, "2026-06-10 17:00", ClockState.MET),
    ],
)
def test_a_case_closed_after_two_hours_and_opened_again_next_day(
    reopening: Reopening, due_at: str, state: ClockState
) -> None:
    facts = Facts(NINE, closures=(Closure(at("2026-06-10 11:00"), at("2026-06-11 14:00")),))
    assert read(_service(reopening), facts, timetable(), at("2026-06-11 14:00")) == Reading(at(due_at), state)


def test_a_case_that_is_closed_again_met_its_clock_then() -> None:
    again = (Closure(at("2026-06-10 11:00"), at("2026-06-11 14:00")), Closure(at("2026-06-12 10:00"), None))
    facts = Facts(NINE, closures=again)
    for reopening, state in (
        (Reopening.EXCLUDE_CLOSED, ClockState.MET),
        (Reopening.CONTINUE, ClockState.BREACHED),
        (Reopening.RESTART, ClockState.MET),
        (Reopening.STAYS_MET, ClockState.MET),
    ):
        assert read(_service(reopening), facts, timetable(), at("2026-07-01 00:00")).state is state, reopening


def test_a_clock_that_restarts_forgets_what_met_it_before() -> None:
    facts = Facts(
        NINE, closures=(Closure(at("2026-06-10 11:00"), at("2026-06-11 14:00")),), met_at=at("2026-06-10 11:00")
    )
    assert read(_service(Reopening.RESTART), facts, timetable(), at("2026-06-11 15:00")).state is ClockState.RUNNING


def test_time_closed_cannot_pause_a_legal_clock() -> None:
    with pytest.raises(UserMistake, match="A legal clock never pauses, not while a case is closed either"):
        ClockRule(ClockKind.LEGAL, HOURS_8, Reopening.EXCLUDE_CLOSED)


def test_a_new_calendar_moves_open_clocks_and_rewrites_nothing_that_happened() -> None:
    """The house learns that Good Friday and Easter Monday are holidays."""
    rule = _service(target=Target(3, Unit.BUSINESS_DAYS))
    now = at("2026-04-03 09:00")
    facts = {
        "moves": Facts(at("2026-04-02 12:00")),
        "stays": Facts(at("2026-03-29 12:00")),
        "met": Facts(at("2026-04-02 12:00"), met_at=at("2026-04-02 13:00")),
        "late": Facts(at("2026-03-25 12:00")),
        "waived": Facts(at("2026-04-02 12:00"), waived=True),
    }
    ids = {name: UUID(int=number) for number, name in enumerate(facts)}
    clocks = [OpenClock(ids[name], rule, one, read(rule, one, timetable(), now)) for name, one in facts.items()]
    assert list(moved(clocks, england(), now)) == [
        Moved(ids["moves"], at("2026-04-08 00:00"), at("2026-04-10 00:00")),
    ]
    assert list(moved(clocks, timetable(), now)) == []
