"""Complaints as they are registered and shown."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from crmdesk.domain.language import mark, tr
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

CATEGORIES = (
    mark("Appointment missed"),
    mark("Billing and payments"),
    mark("Communication, not informed"),
    mark("Conduct of staff"),
    mark("Contract and cancellation"),
    mark("Delay"),
    mark("Fault not repaired"),
    mark("Other"),
    mark("Personal data"),
    mark("Product quality"),
)
"""What a complaint is about, as it is kept: in English on every desk."""


def category_words(category: str) -> str:
    """Return a category for the screen: one of ours in the language that is spoken, any other as it was written."""
    return tr(category) if category in CATEGORIES else category


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
