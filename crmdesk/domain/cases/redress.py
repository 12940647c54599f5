"""What may be given to put a complaint right: by one person, and beyond what was decided by nobody. Pure.

Desk and server ask the same functions, as they do of steps (``lifecycle``): whoever was offline gets past none of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from crmdesk.domain.cases.steps import StepKind, Told
from crmdesk.domain.complaints import DECISIONS, ComplaintState
from crmdesk.domain.language import mark
from crmdesk.domain.quick import dataclass

if TYPE_CHECKING:
    from crmdesk.domain.cases.lifecycle import Limits, Standing

Sums = Mapping[str, int]
"""Sums of money by currency, each in its smallest unit; none of them is nothing."""

MOST_LINES = 200
"""How many lines of redress a complaint holds, those that were taken away among them: all are read with each."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of redress: how much in which currency, whether it was paid, and whether it was taken away."""

    minor: int
    currency: str
    paid: bool = False
    removed: bool = False


def sums_of(lines: Iterable[Line]) -> Sums:
    """Return the sums of the lines that were not taken away."""
    found: Counter[str] = Counter()
    for line in lines:
        if line.minor and not line.removed:
            found[line.currency] += line.minor
    return found


def granted(steps: Iterable[Told]) -> Sums | None:
    """Return what the answers to a complaint gave so far, by its steps in order; None where it was referred: another
    body says then what is given."""
    found: Counter[str] = Counter()
    drafted: tuple[str, int] = "", 0
    for step in steps:
        if step.kind == StepKind.REFERRED:
            return None
        if step.kind == StepKind.DECISION_DRAFTED:
            drafted = str(step.details.get("currency", "")), int(step.details.get("redress_minor", 0))
        elif step.kind == StepKind.RESPONSE_SENT:
            found[drafted[0]] += drafted[1]
    return +found


def beyond(sums: Sums, given: Sums) -> Sums:
    """Return by how much the one sums are above the others."""
    return Counter(sums) - Counter(given)


def may_give_alone(sums: Sums, limits: Limits) -> bool:
    """Return whether one person may give so much: no more than the house says, in its own currency alone, since nobody
    says here what another is worth."""
    if limits.second_person_above is None or not sums:
        return True
    if len(sums) > 1:
        return False
    ((currency, sum_),) = sums.items()
    foreign = bool(currency and limits.currency) and currency != limits.currency
    return not foreign and sum_ <= limits.second_person_above


def as_decided(standing: Standing) -> bool:
    """Return whether no more was put down than was decided, now and by the answers before."""
    if standing.granted is None:
        return True
    decided = Counter({standing.currency: standing.redress_minor}) + Counter(standing.granted)
    return not beyond(standing.put_down, decided)


def refusal(
    standing: Standing, limits: Limits, others: Iterable[Line], before: Line | None, after: Line
) -> tuple[str, str] | None:
    """Return why a line of redress may not be put down (``before`` is None) or become what it is ``after``, and what to
    do, both marked; None where it may. ``others`` are the complaint's other lines.

    While a complaint is worked on anything may be put down: approving, answering and settling look at the sums. From
    the approval on no more is given than was decided, and without a decision no more than one person may give; nor is
    more paid before anybody approved it. What another body decides has no bound here.
    """
    if before is not None and before.paid:
        same = (after.minor, after.currency, after.paid, after.removed) == (before.minor, before.currency, True, False)
        return None if same else (_PAID, _ANOTHER)
    if before is not None and before.removed and after.removed:
        return (_AWAY, _ANEW) if after.paid else None
    if after.minor and not after.currency:
        return _NO_SUM
    rest = list(others)
    if before is None and len(rest) >= MOST_LINES:
        return _MANY
    if after.removed or standing.granted is None:
        return None
    risen = before is None or before.removed or before.currency != after.currency or after.minor > before.minor
    if risen and after.minor and (reason := _too_much(standing, limits, sums_of((*rest, after)))):
        return reason
    if after.paid and after.minor:
        paid = sums_of(one for one in (*rest, after) if one.paid)
        return None if may_give_alone(beyond(paid, _allowed(standing)), limits) else (_NOT_ALONE, _DRAFT_IT)
    return None


def _too_much(standing: Standing, limits: Limits, sums: Sums) -> tuple[str, str] | None:
    more = beyond(sums, _allowed(standing))
    if standing.state is ComplaintState.APPROVED:
        return (_MORE, _SEND_BACK) if more else None
    if standing.answered_at is None:
        return None
    if standing.outcome in DECISIONS:
        return (_MORE, _OPEN_AGAIN) if more else None
    return None if may_give_alone(more, limits) else (_NOT_ALONE, _OPEN_AGAIN)


def _allowed(standing: Standing) -> Sums:
    """Return what was decided and answered, and what was approved and goes out with the next answer."""
    found = Counter(standing.granted or {})
    if standing.state is ComplaintState.APPROVED:
        found[standing.currency] += standing.redress_minor
    return +found


_PAID = mark("This redress was paid and stays.")
_ANOTHER = mark("Put down another one beside it.")
_AWAY = mark("This redress was taken away meanwhile.")
_ANEW = mark("Put it down anew.")
_MANY = mark("A complaint has no room for more lines of redress."), mark("Put several into one.")
_NO_SUM = mark("The redress is no sum."), mark("Write it as an amount of money.")
_MORE = mark("This is more than was decided.")
_SEND_BACK = mark("Send the decision back, and let it say what is given.")
_OPEN_AGAIN = mark("Open the complaint again, and let a decision say what is given.")
_NOT_ALONE = mark("So much is not given without a second person.")
_DRAFT_IT = mark("Take the complaint up and draft the decision, for a colleague to approve.")
