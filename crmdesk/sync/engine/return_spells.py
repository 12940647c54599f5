"""A stretch in which a complaint was open, as its row or its steps tell it, and the figures in which it counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from crmdesk.domain.cases.returns import Figure
from crmdesk.domain.cases.steps import StepKind, details_of
from crmdesk.domain.complaints import Outcome
from crmdesk.domain.quick import dataclass

UPHELD = frozenset({Outcome.UPHELD.value, Outcome.PARTLY_UPHELD.value})
DECIDED = UPHELD | {Outcome.REJECTED.value, Outcome.GOODWILL.value}
GIVING = DECIDED | {Outcome.RESOLVED_EARLY.value}
"""The outcomes with which what was put down as redress is given; with others only what was paid."""

_DECIDED, _ANSWERED = StepKind.DECISION_DRAFTED.value, StepKind.RESPONSE_SENT.value
_SENT_BACK, _IMPORTED, _CLOSED = StepKind.SENT_BACK.value, StepKind.IMPORTED.value, StepKind.CLOSED.value
_UNDECIDED = ("", 0, "")
_TURNED = ("reopened", "second_stage")
_ENDS = frozenset(
    {
        *("response_sent", "resolved_early", "forwarded", "not_eligible", "time_barred", "duplicate", "withdrawn"),
        *(_IMPORTED, _CLOSED),
    }
)
TELLING = sorted({*_TURNED, *_ENDS, _DECIDED, _SENT_BACK})
"""The kinds of the steps that ``spells_of`` reads."""


@dataclass(frozen=True, slots=True)
class Spell:
    """A stretch in which a complaint was open: from ``opened_at`` until ``ended_at`` (None: still), whether it was
    opened ``again``, and when the limits are that count from ``received_at``."""

    id: UUID
    reference: str
    opened_at: datetime
    product: str
    category: str
    vulnerable: bool
    early: datetime | None
    answer: datetime | None
    ended_at: datetime | None = None
    again: bool = False
    outcome: str = ""
    redress_minor: int = 0
    currency: str = ""


def spells_of(steps: list[Row[Any]], early: datetime | None, answer: datetime | None) -> Iterator[Spell]:
    """Yield when a complaint was open; its limits count for the first time only, which began with its receipt."""
    told = steps[0]
    opened_at = closed_at = told.received_at
    ended = again = False
    decided, decided_at = _UNDECIDED, told.received_at

    def spell(ended_at: datetime | None, outcome: str) -> Spell:
        return Spell(
            told.id,
            told.reference,
            opened_at,
            told.product,
            told.category,
            told.vulnerable,
            None if again else early,
            None if again else answer,
            ended_at,
            again,
            outcome,
            *decided[1:],
        )

    for step in steps:
        kind = step.kind
        if kind == _DECIDED:
            details, decided_at = details_of(step.details), max(step.at, opened_at)
            decided = (
                str(details.get("outcome", "")),
                int(details.get("redress_minor", 0)),
                str(details.get("currency", "")),
            )
        elif kind == _SENT_BACK:
            decided = _UNDECIDED
        elif kind in _ENDS and not ended:
            if kind != _ANSWERED:  # what was drafted never went out
                decided = (_outcome(step), *_UNDECIDED[1:])
            closed_at, ended = max(step.at, decided_at if kind == _ANSWERED else opened_at), True
            yield spell(closed_at, decided[0])
        elif kind in _TURNED and ended:
            opened_at, again, ended = max(step.at, closed_at), True, False
            decided = _UNDECIDED
    if not ended:
        yield spell(None, decided[0])


def _outcome(step: Row[Any]) -> str:
    """Return how a complaint ended by a step that is no answer; "" where another body decided it."""
    if step.kind == _IMPORTED:
        return str(details_of(step.details).get("outcome", ""))
    return "" if step.kind == _CLOSED else str(step.kind)


def spell_from(row: Row[Any]) -> Spell:
    return Spell(
        id=row.id,
        reference=row.reference,
        opened_at=row.opened_at,
        product=row.product,
        category=row.category,
        vulnerable=row.vulnerable,
        early=row.early,
        answer=row.answer,
        ended_at=row.ended_at,
        outcome=row.outcome,
        redress_minor=row.redress_minor,
        currency=row.currency,
    )


def figures_of(
    opened: bool, again: bool, ended: bool, early: bool, late: bool, outcome: str, vulnerable: bool
) -> frozenset[Figure]:
    """Return the figures in which a spell is counted: one that was ``opened`` in the period, for the first time or
    ``again``, ``ended`` in it, ``early`` or ``late`` (past the limit at its end, or at the period's), and how."""
    found = {(Figure.OPENED_AGAIN if again else Figure.OPENED) if opened else Figure.START}
    if opened and vulnerable:
        found.add(Figure.VULNERABLE)
    if not ended:
        return frozenset(found | {Figure.END} | ({Figure.OVERDUE} if late else set()))
    found |= {Figure.ENDED, Figure.ENDED_LATE if late else Figure.ENDED_EARLY if early else Figure.ENDED_IN_TIME}
    if outcome in UPHELD:
        found.add(Figure.UPHELD)
    else:
        found.add(Figure.REJECTED if outcome in DECIDED else Figure.NO_DECISION)
    return frozenset(found)
