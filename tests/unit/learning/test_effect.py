"""Whether complaints became fewer is told by an exact test, and only where chance is unlikely."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.domain.learning.effect import Effect, Verdict, chance_of_so_few, compared, effect_words


def exactly(after: int, together: int, share: Fraction) -> Fraction:
    """Return the tail by adding up every possibility in whole numbers."""
    return sum(
        (comb(together, k) * share**k * (1 - share) ** (together - k) for k in range(after + 1)), start=Fraction(0)
    )


@given(st.integers(0, 60), st.integers(0, 60), st.integers(1, 19))
def test_the_tail_is_that_of_the_binomial_added_up_in_fractions(after: int, before: int, twentieths: int) -> None:
    share = Fraction(twentieths, 20)
    found = chance_of_so_few(after, before + after, float(share))
    assert found == pytest.approx(float(exactly(after, before + after, share)), abs=1e-12)


def test_four_after_twelve_is_a_chance_of_one_in_26() -> None:
    effect = compared(12, 4)
    assert effect.chance == pytest.approx(2517 / 65536)
    assert effect.verdict is Verdict.HELPED
    assert effect_words(effect) == "12 before, 4 after: fewer, unlikely to be chance"


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (5, 0, Verdict.HELPED),  # 1/32
        (4, 0, Verdict.UNDECIDED),  # 1/16
        (12, 5, Verdict.UNDECIDED),  # 0.0717
        (12, 12, Verdict.UNDECIDED),  # half as many may still be true: 0.068
        (20, 20, Verdict.NOT_HELPED),  # half as many is ruled out: 0.021
        (3, 14, Verdict.NOT_HELPED),
        (0, 0, Verdict.UNDECIDED),
        (0, 3, Verdict.NOT_HELPED),  # 1/27
        (0, 2, Verdict.UNDECIDED),
        (1000, 850, Verdict.HELPED),
    ],
)
def test_the_verdict_says_no_more_than_the_counts(before: int, after: int, verdict: Verdict) -> None:
    assert compared(before, after).verdict is verdict


def test_a_longer_time_after_has_more_by_itself() -> None:
    assert compared(10, 10, 10, 30).verdict is Verdict.HELPED
    assert compared(10, 3, 30, 10).verdict is Verdict.UNDECIDED


def test_it_only_helped_if_it_would_have_with_every_complaint_whose_cause_is_not_known_yet() -> None:
    assert compared(12, 4, unknown=0).verdict is Verdict.HELPED
    assert compared(12, 4, unknown=1).verdict is Verdict.UNDECIDED
    assert effect_words(compared(12, 4, unknown=1)).endswith("; 1 more has no cause yet")


@given(st.integers(0, 200), st.integers(0, 200))
def test_more_after_never_makes_it_better(before: int, after: int) -> None:
    better = {Verdict.HELPED: 0, Verdict.UNDECIDED: 1, Verdict.NOT_HELPED: 2}
    assert better[compared(before, after).verdict] <= better[compared(before, after + 1).verdict]


def test_nothing_before_and_after_says_that_there_is_nothing_to_compare() -> None:
    assert effect_words(compared(0, 0)) == "none before, none after: nothing to compare"
    assert effect_words(Effect(3, 2, Verdict.UNDECIDED, 0.5)) == "3 before, 2 after: too few to tell from chance"


def test_counts_that_cannot_be_are_refused() -> None:
    for after, together, share in ((3, 2, 0.5), (-1, 2, 0.5), (1, 2, 0.0), (1, 2, 1.0)):
        with pytest.raises(ValueError, match="cannot be"):
            chance_of_so_few(after, together, share)


def test_large_counts_stay_exact_enough() -> None:
    assert chance_of_so_few(5_000, 10_000, 0.5) == pytest.approx(0.5 + comb(10_000, 5_000) / 2**10_001, abs=1e-9)
