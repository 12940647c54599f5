"""Where a call stands for the agent, and how long wrap-up lasts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from crmdesk.domain.calls.live import Direction, Phase, RingResult
from crmdesk.domain.candidates import Candidate, LookUp, LookUpKind
from crmdesk.domain.ids import new_id
from crmdesk.domain.lane import DeskCall, Person, Stage, WrapUp, chosen, heard, in_front, looked_up, next_after
from tests.support.clock import AFTERNOON
from tests.support.desk import answered, hung_up, ringing, taken_elsewhere

MARGARET = Candidate(new_id(), "Margaret Ellison", "", "Policyholder", 0.8, ())
PRIYA = Candidate(new_id(), "Priya Shah", "", "Carer", 0.1, ())


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def test_an_answered_call_that_ends_goes_into_wrap_up() -> None:
    call = answered(ringing())
    case = heard(heard(None, call, AFTERNOON), hung_up(call), AFTERNOON)
    assert case.stage is Stage.WRAP_UP
    assert case.wrap_up == WrapUp(AFTERNOON, AFTERNOON + seconds(60))


def test_a_repeated_end_does_not_start_wrap_up_again() -> None:
    call = hung_up(answered(ringing()))
    first = heard(None, call, AFTERNOON)
    again = heard(first, replace(call, revision=9), AFTERNOON + seconds(30))
    assert again.wrap_up == first.wrap_up


def test_a_ring_that_a_colleague_took_is_gone() -> None:
    assert heard(None, taken_elsewhere(ringing()), AFTERNOON).stage is Stage.GONE


def test_an_internal_call_needs_no_wrap_up() -> None:
    call = replace(hung_up(answered(ringing())), direction=Direction.INTERNAL)
    assert heard(None, call, AFTERNOON).stage is Stage.GONE


def test_an_outbound_call_that_was_answered_is_wrapped_up() -> None:
    call = replace(hung_up(answered(ringing())), direction=Direction.OUTBOUND, pop=None, ring_result=None)
    case = heard(None, call, AFTERNOON)
    assert case.stage is Stage.WRAP_UP
    assert not case.pops


def test_a_call_that_only_rang_here_is_no_talk_even_if_somebody_answered_it() -> None:
    call = replace(ringing(), phase=Phase.ENDED, answered_at=AFTERNOON, ring_result=RingResult.CANCELLED)
    assert heard(None, call, AFTERNOON).stage is Stage.GONE


def test_a_single_candidate_is_whose_call_it_is() -> None:
    case = looked_up(DeskCall(ringing()), LookUp(LookUpKind.ONE, "+44", (MARGARET,)))
    assert case.person == Person(MARGARET.customer_id, "Margaret Ellison")
    assert not case.undecided


def test_several_candidates_leave_the_choice_to_the_agent_but_the_best_is_likely() -> None:
    case = looked_up(DeskCall(ringing()), LookUp(LookUpKind.SEVERAL, "+44", (MARGARET, PRIYA)))
    assert case.person is None
    assert case.undecided
    assert case.likely == Person(MARGARET.customer_id, "Margaret Ellison")


def test_a_late_look_up_does_not_undo_the_agents_choice() -> None:
    case = chosen(DeskCall(ringing()), None)
    case = looked_up(case, LookUp(LookUpKind.ONE, "+44", (MARGARET,)))
    assert case.person is None
    assert case.likely is None


def test_wrap_up_asks_for_attention_in_its_last_ten_seconds() -> None:
    time = WrapUp.starting(AFTERNOON)
    assert not time.ends_soon(AFTERNOON + seconds(49))
    assert time.ends_soon(AFTERNOON + seconds(50))
    assert time.left_s(AFTERNOON + seconds(70)) == 0


def test_wrap_up_prolongs_itself_once_while_keys_are_pressed() -> None:
    time = WrapUp.starting(AFTERNOON)
    zero = AFTERNOON + seconds(60)
    longer = time.prolonged_by_itself(zero, last_key=zero - seconds(2))
    assert longer is not None
    assert longer.left_s(zero) == 60
    assert longer.prolonged_by_itself(zero + seconds(60), last_key=zero + seconds(59)) is None


def test_wrap_up_does_not_prolong_itself_early_or_without_keys() -> None:
    time = WrapUp.starting(AFTERNOON)
    zero = AFTERNOON + seconds(60)
    assert time.prolonged_by_itself(zero - seconds(1), last_key=zero - seconds(2)) is None
    assert time.prolonged_by_itself(zero, last_key=zero - seconds(30)) is None
    assert time.prolonged_by_itself(zero, last_key=None) is None


def test_more_time_adds_a_whole_wrap_up_and_never_takes_any_away() -> None:
    time = WrapUp.starting(AFTERNOON).prolonged(AFTERNOON + seconds(20))
    assert time.left_s(AFTERNOON + seconds(20)) == 100
    late = WrapUp.starting(AFTERNOON).prolonged(AFTERNOON + seconds(90))
    assert late.left_s(AFTERNOON + seconds(90)) == 60


def test_talking_is_in_front_of_wrap_up_and_wrap_up_in_front_of_a_ring() -> None:
    ring = heard(None, ringing("a"), AFTERNOON)
    wrap = heard(None, hung_up(answered(ringing("b"))), AFTERNOON)
    talk = heard(None, answered(ringing("c")), AFTERNOON)
    assert in_front([ring, wrap, talk]) is talk
    assert in_front([ring, wrap]) is wrap
    assert in_front([ring]) is ring
    assert in_front([heard(None, taken_elsewhere(ringing("d")), AFTERNOON)]) is None


def test_of_two_rings_the_newer_is_in_front() -> None:
    older = heard(None, ringing("a"), AFTERNOON)
    newer = heard(None, ringing("b", at=AFTERNOON + seconds(3)), AFTERNOON)
    assert in_front([older, newer]) is newer


def test_the_next_draft_goes_round_and_round() -> None:
    assert next_after(("a", "b", "c"), "a") == "b"
    assert next_after(("a", "b", "c"), "c") == "a"
    assert next_after(("a", "b"), None) == "a"
    assert next_after(("a",), "a") is None
    assert next_after((), None) is None
