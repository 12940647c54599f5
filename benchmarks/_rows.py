"""Raw rows of the house (agents, queues, outcomes) and ids that are the same in every run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random
from typing import Any

from crmdesk.domain.ids import derived_id

Values = tuple[Any, ...]
Part = tuple[str, tuple[str, ...], Iterator[Values]]
"""An entity, its columns and its rows."""

_OPENED = datetime(2022, 12, 1, tzinfo=UTC)
QUEUES = (("heating-emergency", "Heating emergency"), ("billing", "Billing"), ("new-policies", "New policies"))
OUTCOMES = (("resolved", "Resolved"), ("information_given", "Information given"), ("wrong_number", "Wrong number"))
AGENTS = 40


def made_id(rng: Random, born: datetime) -> bytes:
    """Return the 16 bytes of a UUIDv7 born at ``born`` whose other bits come from ``rng`` (RFC 9562, section 5.7)."""
    milliseconds = int(born.timestamp() * 1000)
    bits = rng.getrandbits(74)
    value = (milliseconds << 80) | (0x7 << 76) | ((bits >> 62) << 64) | (0b10 << 62) | (bits & ((1 << 62) - 1))
    return value.to_bytes(16, "big")


def known_id(name: str) -> bytes:
    """Return the id of a row of the house."""
    return derived_id(_OPENED, name).bytes


def agent_id(number: int) -> bytes:
    """Return the id of the agent with this number, 0 to AGENTS - 1."""
    return known_id(f"agent {number}")


def outcome_id(number: int) -> bytes:
    """Return the id of an outcome."""
    return known_id(f"outcome {OUTCOMES[number][0]}")


def house() -> Iterator[Part]:
    """Yield agents with extensions 4001 and up, queues and outcomes."""
    columns: tuple[str, ...] = ("id", "scope_id", "ver", "login", "display_name", "extension", "role", "active")
    yield (
        "agent",
        columns,
        ((agent_id(n), 1, 1, f"agent{n}", f"Agent {n}", str(4001 + n), "agent", 1) for n in range(AGENTS)),
    )
    columns = ("id", "scope_id", "ver", "name", "label", "target_s", "short_abandon_s", "wrap_up_s", "formula")
    yield (
        "queue",
        columns,
        ((known_id(name), 1, 1, name, label, 20.0, 5.0, 60.0, "short_abandons_out") for name, label in QUEUES),
    )
    columns = ("id", "scope_id", "ver", "code", "label", "position", "active")
    rows = ((outcome_id(at), 1, 1, code, label, at, 1) for at, (code, label) in enumerate(OUTCOMES))
    yield "disposition", columns, rows
