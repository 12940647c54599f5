"""Calls as they are worked on: their state, outcomes, what is typed meanwhile."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from crmdesk.domain.calls.live import Outcome
from crmdesk.domain.quick import dataclass


class InteractionState(StrEnum):
    """Where an interaction stands."""

    OPEN = "open"
    WRAP_UP = "wrap_up"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class DispositionView:
    """An outcome that can be chosen at wrap-up; ``why`` is set where it is proposed."""

    id: UUID
    code: str
    label: str
    why: str = ""
    proposed: bool = False


@dataclass(frozen=True, slots=True)
class RecentCall:
    """One of the agent's own calls on the idle desk."""

    interaction_id: UUID
    customer_id: UUID | None
    customer_name: str
    number: str | None
    withheld: bool
    began: datetime
    queue: str
    outcome: Outcome | None
    disposition: str
    state: InteractionState
    has_draft: bool


@dataclass(frozen=True, slots=True)
class DraftKey:
    """Which draft: ``kind`` and ``subject`` as ``Draft`` has them."""

    kind: str
    subject: UUID


@dataclass(frozen=True, slots=True)
class Draft:
    """Text that is not finished: ``kind`` and ``subject`` say of what, ``fields`` hold it as typed."""

    kind: str
    subject: UUID
    fields: dict[str, str] = field(hash=False)
    saved_at: datetime
    title: str = ""
