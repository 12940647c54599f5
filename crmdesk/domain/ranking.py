"""Who is probably calling: a score from evidence, turned into likelihoods that sum to one over the candidates.

The weights are log-odds. Part 3 calibrates them on simulated shared lines; the shape stays.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from crmdesk.domain.desk import Candidate, Evidence, EvidenceKind

OPEN_COMPLAINT = 1.6
RECENT_CONTACT = 1.8
RECENT_HALF_LIFE_DAYS = 7.0
CHOSEN_BEFORE = 2.4
SOMEBODY_ELSE = 0.05
"""The share left for somebody who is not among the candidates."""


@dataclass(frozen=True, slots=True)
class CallerHistory:
    """What the desk knows of one customer who has the number: ``chosen`` of ``chosen_total`` past calls from this
    number were this customer's."""

    customer_id: UUID
    name: str
    latin_name: str
    summary: str
    open_complaints: int
    last_contact_at: datetime | None
    chosen: int
    chosen_total: int


def score(history: CallerHistory, now: datetime) -> float:
    """Return the log-odds weight of one customer."""
    weight = OPEN_COMPLAINT if history.open_complaints else 0.0
    if history.last_contact_at is not None:
        days = max(0.0, (now - history.last_contact_at).total_seconds() / 86400)
        weight += RECENT_CONTACT * 0.5 ** (days / RECENT_HALF_LIFE_DAYS)
    if history.chosen_total:
        weight += CHOSEN_BEFORE * history.chosen / history.chosen_total
    return weight


def _evidence(history: CallerHistory, others: bool) -> tuple[Evidence, ...]:
    found: list[Evidence] = []
    if history.open_complaints:
        found.append(Evidence(EvidenceKind.OPEN_COMPLAINT, count=history.open_complaints))
    if history.last_contact_at is not None:
        found.append(Evidence(EvidenceKind.RECENT_CONTACT, at=history.last_contact_at))
    if others and history.chosen:
        found.append(Evidence(EvidenceKind.CHOSEN_BEFORE, count=history.chosen, total=history.chosen_total))
    return tuple(found) or (Evidence(EvidenceKind.NOTHING_OPEN),)


def rank(histories: Sequence[CallerHistory], now: datetime) -> tuple[Candidate, ...]:
    """Return the candidates, most likely first; equal ones by name, then id, so that the order never jumps."""
    weights = {history.customer_id: math.exp(score(history, now)) for history in histories}
    total = sum(weights.values())
    ordered = sorted(histories, key=lambda h: (-weights[h.customer_id], h.name.casefold(), h.customer_id.int))
    return tuple(
        Candidate(
            customer_id=history.customer_id,
            name=history.name,
            latin_name=history.latin_name,
            summary=history.summary,
            likelihood=(1 - SOMEBODY_ELSE) * weights[history.customer_id] / total,
            evidence=_evidence(history, len(histories) > 1),
        )
        for history in ordered
    )
