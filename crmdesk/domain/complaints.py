"""Complaints as they are registered and shown."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from crmdesk.domain.language import mark
from crmdesk.domain.quick import dataclass


class ComplaintState(StrEnum):
    """Where a complaint stands in its life cycle (ISO 10002:2018, clause 7)."""

    REGISTERED = "registered"
    TRIAGED = "triaged"
    INVESTIGATING = "investigating"
    RESPONSE_SENT = "response_sent"
    CLOSED = "closed"


STATE_WORDS = {
    ComplaintState.REGISTERED: mark("Registered"),
    ComplaintState.TRIAGED: mark("Triaged"),
    ComplaintState.INVESTIGATING: mark("Investigating"),
    ComplaintState.RESPONSE_SENT: mark("Response sent"),
    ComplaintState.CLOSED: mark("Closed"),
}
"""What each state is called, to be translated where it is shown."""


@dataclass(frozen=True, slots=True)
class ComplaintPrefill:
    """What the complaint form knows from the call: the words taken over are those in quotation marks in the note."""

    reference: str
    customer_id: UUID | None
    customer_name: str
    interaction_id: UUID | None
    product: str
    verbatim: str
    products: tuple[str, ...]
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewComplaint:
    """A complaint as it is registered. ``severity`` is 1 (slight) to 5 (grave); ``received_zone`` an IANA name."""

    reference: str
    customer_id: UUID | None
    interaction_id: UUID | None
    product: str
    category: str
    severity: int
    verbatim: str
    desired_remedy: str
    safety: bool
    received_zone: str


@dataclass(frozen=True, slots=True)
class ComplaintRow:
    """A complaint in a list."""

    id: UUID
    reference: str
    customer_id: UUID | None
    customer_name: str
    product: str
    category: str
    severity: int
    safety: bool
    state: ComplaintState
    received_at: datetime
    registered_by: str
    unsent: bool
