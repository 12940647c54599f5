"""A contact as the rest of the program sees it: one customer, one call, everything that happened in it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from crmdesk.domain.calls.live import Direction, EndedBy, Outcome, Party, PopReason, TransferKind
from crmdesk.domain.quick import dataclass


class VisitOutcome(StrEnum):
    """How a stay in a queue ended; ``UNSEEN`` when it ended while the phone system was not heard."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    TIMED_OUT = "timed_out"
    UNSEEN = "unseen"


@dataclass(frozen=True, slots=True)
class Visit:
    """One stay in one queue. ``wait_s`` is join to answer or to leaving; ``outcome`` None while the caller waits.

    ``began`` is when the wait began as well as it is known; ``counted`` is False for one that the board does not count
    because neither its begin nor its answer was seen.
    """

    queue: str
    joined_at: datetime | None
    left_at: datetime | None
    wait_s: float | None
    outcome: VisitOutcome | None
    began: datetime
    counted: bool


@dataclass(frozen=True, slots=True)
class CallLeg:
    """One agent's part in a contact: ``talk_s`` excludes ``hold_s``; ``pop`` says how the customer got to the agent.

    Both are None for a part whose end nobody saw.
    """

    key: str
    agent: str
    queue: str | None
    began: datetime
    answered_at: datetime
    ended_at: datetime | None
    talk_s: float | None
    hold_s: float | None
    pop: PopReason | None

    @property
    def handle_s(self) -> float | None:
        """Return talk and hold in seconds, None while it goes on and where nobody saw it end."""
        if self.ended_at is None or self.talk_s is None or self.hold_s is None:
            return None
        return self.talk_s + self.hold_s


@dataclass(frozen=True, slots=True)
class Handover:
    """A transfer of the customer from one agent to an extension, a queue or a number."""

    at: datetime
    kind: TransferKind
    from_agent: str | None
    to: str | None


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact: the unit of the interaction row. Seconds are of our own clock.

    ``id`` is derived from the key of the call, so every process makes the same. ``agents`` are the extensions that
    talked to the other side, in order. ``talk_s`` is talking without hold, ``hold_s`` the customer's time on hold, both
    summed over the legs and final when the contact is. ``merged_into`` is set for a consultation that ended in an
    attended transfer: it was part of that contact and is none of its own. ``ended_at`` is None while it is open.
    """

    id: UUID
    key: str
    direction: Direction
    party: Party
    did: str | None
    began: datetime
    queue: str | None
    visits: tuple[Visit, ...]
    legs: tuple[CallLeg, ...]
    transfers: tuple[Handover, ...]
    agents: tuple[str, ...]
    answered_at: datetime | None
    ended_at: datetime | None
    talk_s: float | None
    hold_s: float | None
    outcome: Outcome | None
    ended_by: EndedBy | None
    merged_into: UUID | None = None

    @property
    def open(self) -> bool:
        """Return True while the call goes on."""
        return self.ended_at is None and self.merged_into is None


@dataclass(frozen=True, slots=True)
class PauseChange:
    """An agent went on break in one queue or came back; ``reason`` as the switch has it, plain text."""

    at: datetime
    agent: str
    queue: str
    paused: bool
    reason: str | None
