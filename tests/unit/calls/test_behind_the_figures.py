"""Every figure can be traced: as many calls stand behind it as it says, and the history adds up to it."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given

from crmdesk.domain.calls import events as ev
from crmdesk.domain.calls.figures import DEFINITIONS, FORMULAS, Figure
from crmdesk.domain.calls.fold import CallFold
from crmdesk.domain.calls.history import added_up, half_hour, queue_slices
from crmdesk.domain.calls.live import QueueFigures
from crmdesk.domain.calls.records import DayRecords, behind
from crmdesk.domain.calls.service_level import ServiceLevel, ServiceLevelFormula
from tests.support.call_scripts import START
from tests.support.floor_scripts import SETTINGS, floors

MIDNIGHT = START.replace(hour=0)
LEVEL = ServiceLevel()


def level_of(_: str) -> ServiceLevel:
    """Return the level by which every queue counts here."""
    return LEVEL


def a_day(events: list[ev.CallEvent]) -> tuple[tuple[QueueFigures, ...], DayRecords]:
    """Return the figures of the board after the events, and the records of the day."""
    fold, records = CallFold(SETTINGS), DayRecords(MIDNIGHT)
    for event in events:
        records.take(fold.apply(event))
    queues = fold.board(START + timedelta(hours=1)).queues
    records.take(fold.drain())
    return queues, records


@given(floors())
def test_as_many_calls_stand_behind_a_figure_as_it_says(events: list[ev.CallEvent]) -> None:
    queues, records = a_day(events)
    for queue in queues:
        counts = {
            Figure.WAITING: queue.waiting,
            Figure.OFFERED: queue.offered,
            Figure.ANSWERED: queue.answered,
            Figure.ABANDONED: queue.abandoned,
            Figure.SHORT: queue.short_abandoned,
            Figure.TIMED_OUT: queue.timed_out,
            Figure.LEVEL: queue.answered + queue.abandoned + queue.timed_out,
        }
        assert {f: len(behind(records, f, queue.queue, level_of)) for f in counts} == counts
        longest = behind(records, Figure.LONGEST, queue.queue, level_of)
        assert [call.began for call in longest] == list(queue.waiting_since[:1])


@given(floors())
def test_the_mean_wait_is_the_mean_of_the_calls_behind_it(events: list[ev.CallEvent]) -> None:
    queues, records = a_day(events)
    for queue in queues:
        waits = [call.wait_s for call in behind(records, Figure.ASA, queue.queue, level_of) if call.wait_s is not None]
        assert (queue.mean_wait_s is None) == (not waits)
        assert queue.mean_wait_s is None or abs(queue.mean_wait_s - sum(waits) / len(waits)) < 1e-6


@given(floors())
def test_the_quarters_of_a_day_add_up_to_the_board(events: list[ev.CallEvent]) -> None:
    queues, records = a_day(events)
    quarters = queue_slices(records, level_of)
    for longer in (added_up(quarters, half_hour), added_up(quarters, lambda _: MIDNIGHT)):
        for queue in queues:
            mine = added_up((one for one in longer if one.queue == queue.queue), lambda _: MIDNIGHT)
            if not mine:
                assert queue.offered == 0
                continue
            (day,) = mine
            assert (day.offered, day.answered, day.abandoned) == (queue.offered, queue.answered, queue.abandoned)
            assert (day.short_abandoned, day.timed_out, day.waiting) == (
                queue.short_abandoned,
                queue.timed_out,
                queue.waiting,
            )
            assert day.offered == day.answered + day.abandoned + day.timed_out + day.waiting
            assert (day.service_level, day.mean_wait_s) == (queue.service_level, queue.mean_wait_s)
            assert day.mean_handle_s == queue.mean_handle_s


def test_every_figure_and_formula_is_defined() -> None:
    assert set(DEFINITIONS) == set(Figure)
    assert set(FORMULAS) == set(ServiceLevelFormula)
