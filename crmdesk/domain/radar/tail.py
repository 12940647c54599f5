"""The tail of the negative binomial distribution: how likely so many or more are, where so many were expected."""

from __future__ import annotations

from math import exp, lgamma, log

_NEGLIGIBLE = 1e-15
_FROM_THE_MEAN = 20.0
"""Above it the few counts near nought have no probability that a number could hold."""


def upper_tail(count: int, mean: float, shape: float) -> float:
    """Return P(X >= count) for a negative binomial X with ``mean`` and variance mean + mean²/shape.

    The terms are added on the side where they are small, so that a tail of 1e-30 keeps its digits. It takes some forty
    terms for each time that the variance is the mean.
    Raises ValueError for a mean or a shape that is not positive.
    """
    if mean <= 0 or shape <= 0:
        raise ValueError("mean and shape are positive")
    if count <= 0:
        return 1.0
    grow = mean / (mean + shape)
    if count > mean:
        term = _probability(count, shape, grow)
        total, number = term, count
        while term > total * _NEGLIGIBLE:
            term *= (number + shape) / (number + 1) * grow
            total += term
            number += 1
        return min(1.0, total)
    term = _probability(count - 1, shape, grow)
    total = term
    for number in range(count - 1, 0, -1):
        term *= number / ((number - 1 + shape) * grow)
        total += term
    return max(0.0, 1.0 - total)


def level(mean: float, shape: float, tail: float) -> int:
    """Return the smallest count that is exceeded with no more than probability ``tail``, a small one (0.01)."""
    grow = mean / (mean + shape)
    count = int(mean) if mean > _FROM_THE_MEAN else 0
    term = _probability(count, shape, grow)
    above = upper_tail(count + 1, mean, shape)
    while above > tail:
        term *= (count + shape) / (count + 1) * grow
        above -= term
        count += 1
    return count


def _probability(count: int, shape: float, grow: float) -> float:
    """Return P(X = count)."""
    ways = lgamma(count + shape) - lgamma(shape) - lgamma(count + 1)
    return exp(ways + shape * log(1.0 - grow) + count * log(grow))
