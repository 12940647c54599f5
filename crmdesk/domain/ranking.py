"""Who is probably calling: evidence about everybody who has the number, turned into likelihoods that can be believed.

A conditional logit (McFadden 1974): each candidate's evidence is a weighted sum, somebody who is on nobody's list has a
weight of their own, and the likelihoods are the shares of the exponentials. ``benchmarks/ranking.py`` fits the weights
on simulated shared lines, and measures on others how often the first is right and whether likelihoods are true.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from crmdesk.domain.candidates import Candidate, Evidence, EvidenceKind
from crmdesk.domain.quick import dataclass

RECENT_HALF_LIFE_DAYS = 2.0
LATELY_HALF_LIFE_DAYS = 20.0
CALLBACK_HALF_LIFE_HOURS = 24.0
REPEAT_WITHIN_DAYS = 7
"""Who calls again within so many days is a repeat caller."""

_BEFOREHAND = 0.5
"""How many calls each candidate is taken to have made before the first: nobody is ruled out by a short history."""

_USUAL_QUEUE = 0.5
"""From this share of somebody's calls on a queue counts as their usual one."""


@dataclass(frozen=True, slots=True)
class CallerHistory:
    """What the desk knows of one customer who has the number.

    ``chosen`` of the newest ``chosen_total`` identified calls from this number were this customer's. ``in_queue`` of
    their own newest ``contacts`` came in the queue of this call. ``callback_due_at`` is their open callback that is
    closest to now. ``contacts_lately`` counts the contacts of the last seven days.
    """

    customer_id: UUID
    name: str
    latin_name: str
    summary: str
    open_complaints: int = 0
    callback_due_at: datetime | None = None
    last_contact_at: datetime | None = None
    contacts_lately: int = 0
    contacts: int = 0
    in_queue: int = 0
    chosen: int = 0
    chosen_total: int = 0


@dataclass(frozen=True, slots=True)
class Weights:
    """What each piece of evidence is worth, in log-odds; ``nobody`` is that of somebody else's calling."""

    open_complaint: float
    callback: float
    recent: float
    lately: float
    queue: float
    chosen: float
    nobody: float


FITTED = Weights(
    open_complaint=0.9,
    callback=1.71,
    recent=0.64,
    lately=0.86,
    queue=0.88,
    chosen=0.88,
    nobody=-3.51,
)
"""As ``./run.sh bench ranking --fit`` found them."""


def features(history: CallerHistory, people: int, now: datetime) -> tuple[float, float, float, float, float, float]:
    """Return the evidence for one of so many ``people`` on the number, in the order of ``Weights``' fields."""
    age_h = _hours(history.last_contact_at, now)
    due_h = _hours(history.callback_due_at, now)
    usual = (history.in_queue + _BEFOREHAND) / (history.contacts + 2 * _BEFOREHAND)
    share = (history.chosen + _BEFOREHAND) / (history.chosen_total + _BEFOREHAND * people)
    return (
        1.0 if history.open_complaints else 0.0,
        _faded(due_h, CALLBACK_HALF_LIFE_HOURS),
        _faded(age_h, RECENT_HALF_LIFE_DAYS * 24),
        _faded(age_h, LATELY_HALF_LIFE_DAYS * 24),
        math.log(usual),
        math.log(share),
    )


def _hours(at: datetime | None, now: datetime) -> float | None:
    return None if at is None else abs((now - at).total_seconds()) / 3600


def _faded(hours: float | None, half_life: float) -> float:
    return 0.0 if hours is None else 0.5 ** (hours / half_life)


def likelihoods(histories: Sequence[CallerHistory], now: datetime, weights: Weights = FITTED) -> tuple[float, ...]:
    """Return for each of those who have the number how likely it is them; the rest to 1 is somebody else."""
    worth = (
        *(weights.open_complaint, weights.callback, weights.recent),
        *(weights.lately, weights.queue, weights.chosen),
    )
    scores = [
        sum(w * f for w, f in zip(worth, features(history, len(histories), now), strict=True)) for history in histories
    ]
    highest = max([weights.nobody, *scores])
    shares = [math.exp(score - highest) for score in scores]
    whole = sum(shares) + math.exp(weights.nobody - highest)
    return tuple(share / whole for share in shares)


def _evidence(history: CallerHistory, others: bool) -> tuple[Evidence, ...]:
    found: list[Evidence] = []
    if history.callback_due_at is not None:
        found.append(Evidence(EvidenceKind.CALLBACK_DUE, at=history.callback_due_at))
    if history.open_complaints:
        found.append(Evidence(EvidenceKind.OPEN_COMPLAINT, count=history.open_complaints))
    if history.contacts_lately:
        found.append(Evidence(EvidenceKind.REPEAT, count=history.contacts_lately, at=history.last_contact_at))
    elif history.last_contact_at is not None:
        found.append(Evidence(EvidenceKind.RECENT_CONTACT, at=history.last_contact_at))
    if others and history.chosen:
        found.append(Evidence(EvidenceKind.CHOSEN_BEFORE, count=history.chosen, total=history.chosen_total))
    if others and history.in_queue > 1 and history.in_queue >= history.contacts * _USUAL_QUEUE:
        found.append(Evidence(EvidenceKind.USUAL_QUEUE, count=history.in_queue, total=history.contacts))
    return tuple(found) or (Evidence(EvidenceKind.NOTHING_OPEN),)


def rank(histories: Sequence[CallerHistory], now: datetime) -> tuple[Candidate, ...]:
    """Return the candidates, most likely first; equal ones by name, then id, so that the order never jumps."""
    chances = zip(histories, likelihoods(histories, now), strict=True)
    ordered = sorted(chances, key=lambda pair: (-pair[1], pair[0].name.casefold(), pair[0].customer_id.int))
    return tuple(
        Candidate(
            customer_id=history.customer_id,
            name=history.name,
            latin_name=history.latin_name,
            summary=history.summary,
            likelihood=chance,
            evidence=_evidence(history, len(histories) > 1),
        )
        for history, chance in ordered
    )
