"""A step counts from when it can have been taken at the earliest, whatever the clock of its desk said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crmdesk.domain.cases.events import events_of
from crmdesk.domain.cases.lifecycle import state_after, timeline
from crmdesk.domain.cases.steps import Step, StepKind
from crmdesk.domain.complaints import ComplaintState
from crmdesk.domain.requests.cycles import CYCLES
from crmdesk.domain.requests.kinds import RequestKind, RequestStepKind
from tests.unit.cases.test_deadlines import WHO

RECEIVED = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
K = StepKind


def counted(*steps: tuple[StepKind, int]) -> list[int]:
    """Return on which day each step counts, by the days on which they are said to have been taken."""
    line = timeline(RECEIVED)
    return [(line.take(kind, RECEIVED + day * DAY) - RECEIVED).days for kind, day in steps]


def test_an_answer_is_not_from_before_its_approval() -> None:
    worked = ((K.TRIAGED, 1), (K.TAKEN_UP, 2), (K.DECISION_DRAFTED, 60), (K.APPROVED, 61), (K.RESPONSE_SENT, 5))
    assert counted(*worked) == [1, 2, 60, 61, 61]


def test_what_may_be_done_from_the_first_state_on_keeps_its_own_day() -> None:
    """It was settled on the second day without a network; a colleague's triage of the fourth came first."""
    assert counted((K.TRIAGED, 4), (K.RESOLVED_EARLY, 2)) == [4, 2]
    assert counted((K.TRIAGED, 4), (K.ACKNOWLEDGED, 1), (K.NOTED, 0)) == [4, 1, 0]


def test_after_it_was_opened_again_nothing_is_from_before_that() -> None:
    steps = ((K.WITHDRAWN, 10), (K.REOPENED, 40), (K.ACKNOWLEDGED, 20), (K.ASKED_COMPLAINANT, 11), (K.NOTED, 15))
    assert counted(*steps) == [10, 40, 40, 40, 15]


def test_nothing_is_from_before_the_receipt() -> None:
    assert counted((K.NOTED, -900), (K.TRIAGED, -1)) == [0, 0]


def test_clocks_count_an_answer_that_was_dated_back_from_its_approval() -> None:
    told = ((K.TRIAGED, 1), (K.TAKEN_UP, 2), (K.DECISION_DRAFTED, 60), (K.APPROVED, 61), (K.RESPONSE_SENT, 5))
    steps = [Step(kind, WHO, RECEIVED + day * DAY, {}) for kind, day in told]
    assert events_of(RECEIVED, steps).events["final_response"] == RECEIVED + 61 * DAY


def test_goods_do_not_come_back_before_that_was_agreed() -> None:
    line = CYCLES[RequestKind.RETURN].timeline(RECEIVED)
    kinds = (RequestStepKind.AUTHORISED, RequestStepKind.GOODS_CAME, RequestStepKind.NOTED)
    days = [line.take(kind, RECEIVED + day * DAY) for kind, day in zip(kinds, (3, 2, 1), strict=True)]
    assert days == [RECEIVED + day * DAY for day in (3, 3, 1)]


@given(st.lists(st.tuples(st.sampled_from(list(StepKind)), st.integers(-5, 99)), max_size=12))
def test_steps_that_follow_each_other_never_count_before_what_had_to_come_first(
    wanted: list[tuple[StepKind, int]],
) -> None:
    state, line, came = ComplaintState.REGISTERED, timeline(RECEIVED), RECEIVED
    for kind, day in wanted:
        ends = state_after(state, kind)
        if ends is None:
            continue
        at = line.take(kind, RECEIVED + day * DAY)
        assert at >= max(RECEIVED, RECEIVED + day * DAY)
        only_here = all(state_after(other, kind) is None for other in ComplaintState if other is not state)
        assert not only_here or at >= came
        came = at if ends is not state else came
        state = ends
