"""Sums over the queues: what they are made of, what lights up, when they can no longer be trusted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from crmdesk.domain.board_figures import (
    Heat,
    Limits,
    by_state,
    freshness,
    level_heat,
    level_words,
    scope_words,
    states_words,
    totals,
    wait_heat,
)
from crmdesk.domain.calls.live import AgentState, QueueLimits
from tests.support.boards import RULE, a_board, a_queue, agents, busy_queues
from tests.support.clock import AFTERNOON


def test_waiting_and_offered_are_the_sums_of_the_queues() -> None:
    sums = totals(a_board())
    assert (sums.waiting, sums.offered, sums.abandoned, sums.short_abandoned) == (10, 563, 34, 10)


def test_the_longest_wait_is_the_oldest_start_of_all_queues() -> None:
    sums = totals(a_board())
    assert sums.longest_queue == "Billing"
    assert sums.longest_since == AFTERNOON - timedelta(seconds=312)


def test_nobody_waiting_has_no_longest_wait() -> None:
    sums = totals(a_board(queues=(a_queue("a", "A"),)))
    assert sums.longest_since is None
    assert sums.waiting == 0


def test_the_common_service_level_weighs_each_queue_by_its_contacts() -> None:
    half = a_queue("a", "A", offered=10, answered=10, service_level=0.5)
    full = a_queue("b", "B", offered=40, answered=30, abandoned=10, short_abandoned=10, service_level=1.0)
    assert totals(a_board(queues=(half, full))).level == pytest.approx((5 + 30) / 40)


def test_a_queue_without_calls_does_not_pull_the_level_down() -> None:
    full = a_queue("a", "A", offered=4, answered=4, service_level=1.0)
    assert totals(a_board(queues=(full, a_queue("b", "B")))).level == 1.0


def test_no_calls_at_all_have_no_level() -> None:
    assert totals(a_board(queues=(a_queue("a", "A"),))).level is None


def test_different_formulas_have_no_common_level() -> None:
    one = a_queue("a", "A", offered=4, answered=4, service_level=1.0)
    other = replace(one, queue="b", service_level_name="answered_only/20s")
    sums = totals(a_board(queues=(one, other)))
    assert (sums.level, sums.level_name) == (None, "")
    assert level_words(sums.level_name)[0] == "several formulas"


def test_a_formula_is_named_with_its_threshold() -> None:
    assert level_words(RULE) == ("20 s rule", "answered in time, of all but the short abandons")


def test_queues_with_callers_and_nobody_ready_are_named() -> None:
    assert totals(a_board()).left_alone == ("Heating emergency", "Claims", "Billing", "Español")


def test_agents_are_counted_once_whatever_number_of_queues_they_serve() -> None:
    sums = totals(a_board())
    assert (sums.ready, sums.signed_on) == (3, 29)


@pytest.mark.parametrize(
    ("waited", "heat"), [(None, Heat.CALM), (119.9, Heat.CALM), (120, Heat.SOON), (299, Heat.SOON), (300, Heat.LATE)]
)
def test_a_wait_lights_up_at_its_limits(waited: float | None, heat: Heat) -> None:
    assert wait_heat(waited, QueueLimits()) is heat


def test_a_level_without_a_basis_never_burns() -> None:
    assert level_heat(None, 0.8) is Heat.CALM
    assert level_heat(0.0, 0.8) is Heat.LATE
    assert level_heat(0.8, 0.8) is Heat.CALM


def test_long_talk_long_wrap_up_and_long_breaks_light_up() -> None:
    limits = Limits()
    assert limits.of_agent(AgentState.TALKING, 16 * 60) is Heat.SOON
    assert limits.of_agent(AgentState.TALKING, 24 * 60) is Heat.LATE
    assert limits.of_agent(AgentState.WRAP_UP, 211) is Heat.SOON
    assert limits.of_agent(AgentState.BREAK, 47 * 60) is Heat.LATE
    assert limits.of_agent(AgentState.READY, 10_000) is Heat.CALM


def test_a_board_that_was_silent_for_two_seconds_is_stale() -> None:
    board = a_board()
    assert not freshness(board, AFTERNOON + timedelta(seconds=1.8), 1.8).stale
    assert freshness(board, AFTERNOON + timedelta(seconds=2), 2.0).stale


def test_a_board_whose_phone_system_is_silent_is_stale_however_fresh_the_message() -> None:
    board = a_board(stale_since=AFTERNOON - timedelta(seconds=5))
    assert freshness(board, AFTERNOON, 0.0).stale


def test_a_slow_clock_at_the_gateway_does_not_make_a_fresh_board_old() -> None:
    fresh = freshness(a_board(as_of=AFTERNOON - timedelta(minutes=3)), AFTERNOON, 0.4)
    assert (fresh.stale, fresh.age_s) == (False, 0.4)


def test_agents_stand_under_their_state_longest_first() -> None:
    talking = by_state(agents())[AgentState.TALKING]
    assert [agent.name for agent in talking[:3]] == ["Marek Dvořák", "Ines Carvalho", "Hannah Weiss"]
    assert AgentState.OFFLINE not in by_state(agents())


def test_a_queue_of_which_nothing_is_heard_leaves_the_sums_and_they_say_so() -> None:
    queues = busy_queues()
    silent = replace(queues[-1], stale_since=AFTERNOON - timedelta(seconds=16))
    sums = totals(a_board(queues=(*queues[:-1], silent)))
    assert (sums.waiting, sums.offered) == (9, 544)
    assert scope_words(sums) == "without Español"
    assert "Español" not in sums.left_alone
    assert scope_words(totals(a_board())) == "in all queues"


def test_each_queue_lights_up_at_its_own_limits() -> None:
    patient = QueueLimits(600, 900, 0.5)
    assert wait_heat(312, patient) is Heat.CALM
    calm = a_queue("billing", "Billing", (312,), service_level=0.6, limits=patient)
    sums = totals(a_board(queues=(calm, a_queue("claims", "Claims"))))
    assert (sums.longest_limits, sums.target) == (patient, None)
    assert level_heat(sums.level, sums.target) is Heat.CALM
    assert totals(a_board(queues=(calm,))).target == 0.5


def test_those_who_serve_a_queue_are_told_by_what_they_do() -> None:
    states = ((AgentState.READY, 1), (AgentState.TALKING, 3), (AgentState.BREAK, 2), (AgentState.OFFLINE, 4))
    assert states_words(a_queue("a", "A", states=states)) == "1 ready, 3 talking, 2 on break"
    assert states_words(a_queue("a", "A", states=())) == "nobody signed on"
