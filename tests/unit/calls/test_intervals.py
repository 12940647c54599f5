"""What agents did when: one state at every moment, none twice, and the same that the board says."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given

from crmdesk.domain.calls import events as ev
from crmdesk.domain.calls.fold import CallFold, FoldSettings
from crmdesk.domain.calls.intervals import StateInterval, clipped, occupancy
from crmdesk.domain.calls.live import AgentState, EndedBy
from crmdesk.domain.calls.records import DayRecords
from tests.support.call_scripts import START, TRUNK, any_events
from tests.support.floor_scripts import SETTINGS, floors


def at(seconds: float) -> datetime:
    """Return a moment of the day."""
    return START + timedelta(seconds=seconds)


def told(events: list[ev.CallEvent], until: datetime, settings: FoldSettings = SETTINGS) -> DayRecords:
    """Return the records of a fold that took the events and was looked at in the end."""
    fold, records = CallFold(settings), DayRecords(START)
    for event in events:
        records.take(fold.apply(event))
    fold.board(until)
    records.take(fold.drain())
    return records


def without_gap_or_overlap(intervals: tuple[StateInterval, ...]) -> bool:
    """Say whether each begins where the one before ended, and only the last one lasts."""
    chained = all(one.ended == after.began for one, after in pairwise(intervals))
    return chained and intervals[-1].ended is None and all(i.ended is None or i.ended > i.began for i in intervals)


@given(floors())
def test_every_agent_is_in_one_state_at_every_moment(events: list[ev.CallEvent]) -> None:
    records = told(events, at(2000))
    assert all(without_gap_or_overlap(intervals) for intervals in records.intervals.values())


@given(any_events())
def test_no_events_whatever_make_a_gap_or_an_overlap(events: list[ev.CallEvent]) -> None:
    records = told(events, at(100_000))
    assert all(without_gap_or_overlap(intervals) for intervals in records.intervals.values())


@given(floors())
def test_the_state_that_lasts_is_the_one_the_board_shows(events: list[ev.CallEvent]) -> None:
    fold, records = CallFold(SETTINGS), DayRecords(START)
    for event in events:
        records.take(fold.apply(event))
        board = fold.board(event.at)
        records.take(fold.drain())
        present = {agent: intervals[-1] for agent, intervals in records.intervals.items()}
        assert {a.extension: (a.state, a.reason, a.queue) for a in board.agents} == {
            agent: (one.state, one.reason, one.queue) for agent, one in present.items()
        }


@given(floors())
def test_all_states_of_a_day_together_are_as_long_as_it_was(events: list[ev.CallEvent]) -> None:
    records, end = told(events, at(2000)), at(2000)
    for intervals in records.intervals.values():
        span = clipped(intervals, intervals[0].began, end)
        spent = [one.ended - one.began for one in span if one.ended is not None]
        assert sum(spent, timedelta()) == end - intervals[0].began


def _a_call(ends: float) -> list[ev.CallEvent]:
    return [
        ev.MemberChanged(at(0), "sales", "1001", "Lena", ev.Device.FREE, False),
        ev.Offered(at(10), "c", TRUNK, None, "1"),
        ev.QueueJoined(at(11), "c", "sales", TRUNK),
        ev.Ringing(at(12), "l", "1001", "c", "sales", TRUNK),
        ev.QueueLeft(at(15), "c", "sales", ev.QueueExit.LEFT),
        ev.Answered(at(15), "l", "c", "1001", "sales"),
        ev.Held(at(20), "l"),
        ev.Resumed(at(30), "l"),
        ev.AgentDone(at(ends), "c", "l", "1001", "sales", EndedBy.AGENT),
        ev.LegEnded(at(ends), "c", ev.HangupCause.NORMAL),
    ]


def _states(records: DayRecords) -> list[tuple[AgentState, float, float | None]]:
    return [
        (i.state, (i.began - START).total_seconds(), (i.ended - START).total_seconds() if i.ended else None)
        for i in records.intervals["1001"]
    ]


def test_a_call_is_ringing_talking_held_talking_wrap_up_and_ready() -> None:
    assert _states(told(_a_call(60), at(200))) == [
        (AgentState.READY, 0, 12),
        (AgentState.RINGING, 12, 15),
        (AgentState.TALKING, 15, 20),
        (AgentState.HELD, 20, 30),
        (AgentState.TALKING, 30, 60),
        (AgentState.WRAP_UP, 60, 80),
        (AgentState.READY, 80, None),
    ]


def test_wrap_up_ends_when_the_desk_says_so_and_ready_begins_there() -> None:
    records = told([*_a_call(60), ev.WrapUpEnded(at(67), "1001")], at(200))
    assert _states(records)[-2:] == [(AgentState.WRAP_UP, 60, 67), (AgentState.READY, 67, None)]


def test_a_break_taken_during_a_call_begins_after_its_wrap_up() -> None:
    events = [*_a_call(60), ev.MemberPaused(at(40), "sales", "1001", "Lena", True, "lunch")]
    records = told(sorted(events, key=lambda event: event.at), at(200))
    assert _states(records)[-2:] == [(AgentState.WRAP_UP, 60, 80), (AgentState.BREAK, 80, None)]


def test_wrap_up_is_part_of_the_handling_time() -> None:
    fold = CallFold(SETTINGS)
    for event in [*_a_call(60), ev.WrapUpEnded(at(67), "1001")]:
        fold.apply(event)
    (sales,) = fold.board(at(200)).queues
    assert sales.mean_handle_s == 45 + 7


def test_a_phone_taken_by_a_call_that_nobody_saw_is_talking_from_then_on() -> None:
    events: list[ev.CallEvent] = [
        ev.MemberChanged(at(0), "sales", "1001", "Lena", ev.Device.FREE, False),
        ev.MemberChanged(at(50), "sales", "1001", "Lena", ev.Device.IN_USE, False),
        ev.MemberChanged(at(90), "sales", "1001", "Lena", ev.Device.FREE, False),
    ]
    assert _states(told(events, at(100))) == [
        (AgentState.READY, 0, 50),
        (AgentState.TALKING, 50, 90),
        (AgentState.READY, 90, None),
    ]


def test_occupancy_leaves_breaks_out_and_has_no_figure_without_a_basis() -> None:
    assert (
        occupancy({AgentState.TALKING: 30, AgentState.WRAP_UP: 10, AgentState.READY: 40, AgentState.BREAK: 900}) == 0.5
    )
    assert occupancy({AgentState.BREAK: 900}) is None
