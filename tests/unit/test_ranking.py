"""Likelihoods of who is calling: they sum up, evidence speaks for somebody, and on made-up lines they are true."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks._shared_lines import calls
from crmdesk.domain.ranking import CallerHistory, likelihoods, rank

NOW = datetime(2026, 12, 1, 14, 0, tzinfo=UTC)
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def somebody(number: int) -> CallerHistory:
    """Return a customer of whom nothing is known."""
    return CallerHistory(UUID(int=number), f"Person {number}", "", "")


HISTORIES = st.builds(somebody, st.integers(1, 10**9)).flatmap(
    lambda one: st.builds(
        lambda due, last, counts: replace(
            one,
            callback_due_at=due,
            last_contact_at=last,
            open_complaints=counts[0] % 4,
            contacts=max(counts[1:3]),
            in_queue=min(counts[1:3]),
            chosen=min(counts[3:]),
            chosen_total=max(counts[3:]),
        ),
        st.none() | INSTANTS,
        st.none() | INSTANTS,
        st.tuples(*[st.integers(0, 50)] * 5),
    )
)


@given(st.lists(HISTORIES, min_size=1, max_size=12))
def test_likelihoods_are_shares_that_leave_room_for_somebody_else(known: list[CallerHistory]) -> None:
    chances = likelihoods(known, NOW)
    assert all(0 < chance < 1 for chance in chances)
    assert sum(chances) < 1


@given(st.lists(HISTORIES, min_size=1, max_size=12, unique_by=lambda h: h.customer_id), st.randoms())
def test_the_order_does_not_depend_on_the_order_in_which_they_were_found(known: list[CallerHistory], rng: Any) -> None:
    shuffled = list(known)
    rng.shuffle(shuffled)
    assert [c.customer_id for c in rank(known, NOW)] == [c.customer_id for c in rank(shuffled, NOW)]


@pytest.mark.parametrize(
    "evidence",
    [
        {"open_complaints": 1},
        {"callback_due_at": NOW + timedelta(minutes=30)},
        {"callback_due_at": NOW - timedelta(hours=2)},
        {"last_contact_at": NOW - timedelta(hours=3)},
        {"contacts": 4, "in_queue": 4},
        {"chosen": 5, "chosen_total": 5},
    ],
    ids=lambda evidence: next(iter(evidence)),
)
def test_each_piece_of_evidence_speaks_for_the_one_it_is_about(evidence: dict[str, Any]) -> None:
    total = evidence.get("chosen_total", 0)
    other = replace(somebody(1), chosen_total=total)
    first = rank([other, replace(somebody(2), **evidence)], NOW)[0]
    assert first.customer_id == UUID(int=2)


def test_on_made_up_lines_a_likelihood_is_as_often_right_as_it_says() -> None:
    said = right = listed = first = third = 0.0
    for call in calls(lines=60, days=730, seed=11):
        chances = likelihoods(call.histories, call.at)
        order = sorted(range(len(chances)), key=lambda place: -chances[place])
        said += chances[order[0]]
        right += order[0] == call.who
        if call.who is not None:
            listed += 1
            first += order[0] == call.who
            third += call.who in order[:3]
    assert listed > 3_000
    assert abs(said - right) / listed < 0.05
    assert first / listed >= 0.8
    assert third / listed >= 0.95
