"""Whether complaints became fewer after something was done, and whether that may be chance.

Complaints of one kind arrive as a Poisson process. Given how many there were before and after together, how many of
them came after is binomial, with the share of the time as the probability (Przyborowski and Wilenski 1940, the
conditional test of two Poisson rates). The tails are exact; nothing is approximated by a normal distribution."""

from __future__ import annotations

from enum import StrEnum
from math import exp, lgamma, log

from crmdesk.domain.language import mark, tr, tr_n
from crmdesk.domain.quick import dataclass

UNLIKELY = 0.05
"""What is called unlikely to be chance: at most one in twenty, on the side that was asked about."""

HALF_AS_MANY = 0.5
"""The least effect that is worth finding: the rate after it to that before."""


class Verdict(StrEnum):
    """What the counts say of an action."""

    HELPED = "helped"
    NOT_HELPED = "not_helped"
    UNDECIDED = "undecided"


VERDICT_WORDS = {
    Verdict.HELPED: mark("Helped"),
    Verdict.NOT_HELPED: mark("Did not help"),
    Verdict.UNDECIDED: mark("Undecided"),
}


@dataclass(frozen=True, slots=True)
class Effect:
    """How many complaints there were before and after, what that says, and how likely so few after would be if nothing
    had changed. ``unknown`` came after and may be of this kind too: their cause is not known yet."""

    before: int
    after: int
    verdict: Verdict
    chance: float
    unknown: int = 0


def chance_of_so_few(after: int, together: int, share: float) -> float:
    """Return the probability of at most ``after`` of ``together`` complaints in the time after, which is ``share`` of
    all (between 0 and 1, without both). Raises ValueError for counts that cannot be."""
    if not 0 <= after <= together or not 0 < share < 1:
        raise ValueError("counts or share that cannot be")
    # From the smaller side, so that nothing is taken from 1 that is almost 1.
    if after < together * share:
        return min(1.0, _mass(range(after + 1), together, share))
    return max(0.0, 1.0 - _mass(range(after + 1, together + 1), together, share))


def _mass(counts: range, together: int, share: float) -> float:
    whole, yes, no = lgamma(together + 1), log(share), log(1 - share)
    return sum(exp(whole - lgamma(k + 1) - lgamma(together - k + 1) + k * yes + (together - k) * no) for k in counts)


def compared(before: int, after: int, days_before: float = 1.0, days_after: float = 1.0, unknown: int = 0) -> Effect:
    """Return what counts in ``days_before`` and ``days_after`` days say; both are above 0.

    It helped where so few would be unlikely by chance, also if every ``unknown`` one turned out to be of this kind. It
    did not help where the counts rule out that there are half as many. Everything else is undecided: too few to tell.
    """
    together = before + after
    chance = chance_of_so_few(after, together, days_after / (days_before + days_after)) if together else 1.0
    return Effect(before, after, _verdict(before, after, days_before, days_after, unknown), chance, unknown)


def _verdict(before: int, after: int, days_before: float, days_after: float, unknown: int) -> Verdict:
    share = days_after / (days_before + days_after)
    at_worst = after + unknown
    if before + at_worst and chance_of_so_few(at_worst, before + at_worst, share) <= UNLIKELY:
        return Verdict.HELPED
    halved = HALF_AS_MANY * days_after / (days_before + HALF_AS_MANY * days_after)
    if after and 1.0 - chance_of_so_few(after - 1, before + after, halved) <= UNLIKELY:
        return Verdict.NOT_HELPED
    return Verdict.UNDECIDED


def effect_words(effect: Effect) -> str:
    """Return what was found in plain words: "12 before, 4 after: fewer, unlikely to be chance"."""
    said = tr(_SAID[effect.verdict], before=effect.before, after=effect.after)
    if effect.verdict is Verdict.UNDECIDED and effect.before + effect.after == 0:
        said = tr("none before, none after: nothing to compare")
    if not effect.unknown:
        return said
    open_ = tr_n("{n} more has no cause yet", "{n} more have no cause yet", effect.unknown)
    return tr("{effect}; {more}", effect=said, more=open_)


_SAID = {
    Verdict.HELPED: mark("{before} before, {after} after: fewer, unlikely to be chance"),
    Verdict.NOT_HELPED: mark("{before} before, {after} after: surely not half as many"),
    Verdict.UNDECIDED: mark("{before} before, {after} after: too few to tell from chance"),
}
