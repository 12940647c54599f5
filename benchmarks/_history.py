"""What happened with the generated customers: calls, notes and complaints of three years."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import NamedTuple

from benchmarks._rows import AGENTS, OUTCOMES, QUEUES, Part, Values, agent_id, made_id, outcome_id
from crmdesk.models.base import to_microseconds

SINCE = datetime(2023, 11, 1, tzinfo=UTC)
SPAN = timedelta(days=3 * 365)
NOTE_EVERY = 20

_CALL = (
    *("id", "scope_id", "ver", "customer_id", "channel", "direction", "e164", "withheld", "caller_name", "did"),
    *("queue", "agent_id", "began_at", "answered_at", "ended_at", "wait_s", "talk_s", "hold_s", "outcome"),
    *("ended_by", "disposition_id", "state", "closed_reason"),
)
_NOTE = ("id", "scope_id", "ver", "interaction_id", "customer_id", "author_id", "body", "written_at")
_COMPLAINT = (
    *("id", "scope_id", "ver", "reference", "customer_id", "interaction_id", "product", "category", "severity"),
    *("safety", "verbatim", "desired_remedy", "state", "received_at", "received_zone", "registered_by"),
)
_BODIES = (
    "Boiler lost pressure again, engineer booked for the morning.",
    "Asked about the renewal price; explained the discount.",
    "Card payment failed twice, took it by direct debit.",
    "Moved house, new address confirmed by letter.",
    "Wants a call back after the visit, mornings only.",
    "Upset about waiting at home for nobody; apologised, offered Tuesday.",
)
_WORDS = (
    "I waited at home all day and nobody came.",
    "You took the money twice and nobody told me.",
    "I was promised a call back on Friday. It never came.",
    "The letter came in a language I cannot read.",
)
_CATEGORIES = ("Appointment missed", "Billing and payments", "Communication, not informed", "Delay")
_STATES = ("registered", "triaged", "investigating", "closed", "closed", "closed", "closed")


class Subject(NamedTuple):
    """A customer as history needs it."""

    id: bytes
    e164: str
    product: str


def _somebody(rng: Random, subjects: Sequence[Subject]) -> Subject:
    """Return a customer; a third of them call far more often than the rest."""
    return subjects[int(rng.random() ** 2 * len(subjects))]


def interactions(subjects: Sequence[Subject], count: int, seed: int) -> tuple[Part, ...]:
    """Return ``count`` calls in the order of time, and a note to every twentieth."""
    notes: list[Values] = []
    return ("interaction", _CALL, _calls(subjects, count, seed, notes)), ("note", _NOTE, _drain(notes))


def _drain(notes: list[Values]) -> Iterator[Values]:
    yield from notes
    notes.clear()


def _calls(subjects: Sequence[Subject], count: int, seed: int, notes: list[Values]) -> Iterator[Values]:
    rng = Random(seed + 2)
    agents = [agent_id(number) for number in range(AGENTS)]
    outcomes = [outcome_id(number) for number in range(len(OUTCOMES))]
    queues = [name for name, _ in QUEUES]
    for number in range(count):
        began = SINCE + SPAN * (number / count)
        at = to_microseconds(began)
        row_id, who, dice = made_id(rng, began), _somebody(rng, subjects), rng.random()
        agent, queue, wait = agents[int(dice * AGENTS)], queues[int(dice * 1e3) % len(queues)], round(dice * 90, 2)
        talk = round(rng.random() * 600, 2)
        if dice < 0.9:
            answered, ended = at + int(wait * 1e6), at + int((wait + talk) * 1e6)
            tail: Values = (agent, at, answered, ended, wait, talk, 0.0, "answered", "caller", outcomes[int(dice * 3)])
            if number % NOTE_EVERY == 0:
                body = _BODIES[int(dice * 1e4) % len(_BODIES)]
                notes.append((made_id(rng, began), 1, 1, row_id, who.id, agent, body, ended))
        else:
            tail = (None, at, None, at + int(wait * 1e6), wait, None, None, "abandoned", "caller", None)
        yield row_id, 1, 1, who.id, "phone", "inbound", who.e164, 0, "", "", queue, *tail, "closed", ""


def complaints(subjects: Sequence[Subject], count: int, seed: int) -> Part:
    """Return ``count`` complaints, most of them closed."""
    return "complaint", _COMPLAINT, _complaints(subjects, count, seed)


def _complaints(subjects: Sequence[Subject], count: int, seed: int) -> Iterator[Values]:
    rng = Random(seed + 3)
    for number in range(count):
        at = SINCE + SPAN * (number / count)
        who, dice = _somebody(rng, subjects), rng.random()
        yield (
            *(made_id(rng, at), 1, 1, f"CP-{at.year % 100:02d}-{number:05d}", who.id, None),
            *(who.product or "HomeCover", _CATEGORIES[int(dice * 1e3) % len(_CATEGORIES)], int(dice * 5) + 1, 0),
            *(_WORDS[int(dice * 1e4) % len(_WORDS)], "", _STATES[int(dice * 1e5) % len(_STATES)]),
            *(to_microseconds(at), "Europe/London", agent_id(int(dice * AGENTS))),
        )
