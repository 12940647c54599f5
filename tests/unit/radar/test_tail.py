"""The tail of the negative binomial distribution against sums of its terms in whole fractions."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as some

from crmdesk.domain.radar.tail import level, upper_tail

means = some.floats(0.01, 2_000)
overdispersions = some.floats(0.001, 10)
counts = some.integers(0, 3_000)


def exact_tail(count: int, shape: int, grow: Fraction) -> Fraction:
    """Return P(X >= count) for a whole shape, where each term is a fraction."""
    return 1 - sum((comb(k + shape - 1, k) * (1 - grow) ** shape * grow**k for k in range(count)), Fraction(0))


@pytest.mark.parametrize(
    ("count", "shape", "grow"),
    [(0, 3, "1/3"), (1, 1, "1/2"), (5, 2, "1/10"), (12, 7, "2/9"), (40, 30, "1/4"), (60, 5, "1/2"), (3, 12, "1/2")],
)
def test_it_is_what_fractions_say(count: int, shape: int, grow: str) -> None:
    share = Fraction(grow)
    mean = float(shape * share / (1 - share))
    assert upper_tail(count, mean, shape) == pytest.approx(float(exact_tail(count, shape, share)), rel=1e-9)


def test_a_tiny_tail_keeps_its_digits() -> None:
    exact = exact_tail(80, 4, Fraction(1, 20))
    assert exact < Fraction(1, 10**90)
    assert upper_tail(80, 4 / 19, 4) == pytest.approx(float(exact), rel=1e-9)


@given(counts, means, overdispersions)
def test_more_is_never_likelier(count: int, mean: float, over: float) -> None:
    shape = mean / over
    fewer, more = upper_tail(count, mean, shape), upper_tail(count + 1, mean, shape)
    assert 0 <= more <= fewer * (1 + 1e-7) + 1e-12
    assert fewer <= 1


@given(some.floats(0.05, 2_000), overdispersions)
def test_a_level_is_exceeded_as_seldom_as_it_says_and_the_next_lower_is_not(mean: float, over: float) -> None:
    shape = mean / over
    highest = level(mean, shape, 0.01)
    assert upper_tail(highest + 1, mean, shape) <= 0.01 + 1e-9
    if highest:
        assert upper_tail(highest, mean, shape) > 0.01 - 1e-9


@pytest.mark.parametrize(("mean", "shape"), [(0.0, 1.0), (1.0, 0.0), (-1.0, 1.0)])
def test_no_mean_or_shape_is_refused(mean: float, shape: float) -> None:
    with pytest.raises(ValueError, match="positive"):
        upper_tail(3, mean, shape)
