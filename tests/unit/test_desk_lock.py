"""How long a wrong password makes one wait."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from crmdesk.domain.desk_lock import LONGEST_WAIT_S, LockState, left_s, missed, opened, wait_s
from tests.support.clock import AFTERNOON


def test_three_slips_cost_no_time_then_each_doubles_it() -> None:
    assert [wait_s(wrong) for wrong in range(8)] == [0, 0, 0, 5, 10, 20, 40, 80]
    assert wait_s(1000) == LONGEST_WAIT_S


def test_the_right_password_makes_the_tries_forgotten() -> None:
    state = LockState("check", locked=True)
    for _ in range(5):
        state = missed(state, AFTERNOON)
    assert left_s(state, AFTERNOON) == 20
    assert opened(state) == LockState("check")


@given(st.integers(0, 50), st.integers(-(10**8), 10**8))
def test_no_clock_makes_anybody_wait_longer_than_the_whole_time(wrong: int, moved_s: int) -> None:
    state = LockState("check", locked=True, wrong=wrong, wrong_at=AFTERNOON)
    assert 0 <= left_s(state, AFTERNOON + timedelta(seconds=moved_s)) <= wait_s(wrong)
