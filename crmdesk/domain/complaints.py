"""Complaints as they are registered and shown."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from crmdesk.domain.language import mark, tr
from crmdesk.domain.quick import dataclass

MOST_ON_THE_DESK = 200
"""How many open complaints, and how many open requests, the idle desk lists."""


class ComplaintState(StrEnum):
    """Where a complaint stands in its life cycle (ISO 10002:2018, clause 7)."""

    REGISTERED = "registered"
    TRIAGED = "triaged"
    INVESTIGATING = "investigating"
    AWAITING_COMPLAINANT = "awaiting_complainant"
    AWAITING_THIRD_PARTY = "awaiting_third_party"
    DECISION_DRAFTED = "decision_drafted"
    APPROVED = "approved"
    RESPONSE_SENT = "response_sent"
    REFERRED = "referred"
    CLOSED = "closed"


STATE_WORDS = {
    ComplaintState.REGISTERED: mark("Registered"),
    ComplaintState.TRIAGED: mark("Triaged"),
    ComplaintState.INVESTIGATING: mark("Investigating"),
    ComplaintState.AWAITING_COMPLAINANT: mark("Waits for the customer"),
    ComplaintState.AWAITING_THIRD_PARTY: mark("Waits for others"),
    ComplaintState.DECISION_DRAFTED: mark("Decision drafted"),
    ComplaintState.APPROVED: mark("Approved"),
    ComplaintState.RESPONSE_SENT: mark("Response sent"),
    ComplaintState.REFERRED: mark("Referred"),
    ComplaintState.CLOSED: mark("Closed"),
}
"""What each state is called, to be translated where it is shown."""


class Outcome(StrEnum):
    """How a complaint ended: what was decided, or why nothing had to be."""

    UPHELD = "upheld"
    PARTLY_UPHELD = "partly_upheld"
    REJECTED = "rejected"
    GOODWILL = "goodwill"
    RESOLVED_EARLY = "resolved_early"
    FORWARDED = "forwarded"
    NOT_ELIGIBLE = "not_eligible"
    TIME_BARRED = "time_barred"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"


OUTCOME_WORDS = {
    Outcome.UPHELD: mark("Upheld"),
    Outcome.PARTLY_UPHELD: mark("Partly upheld"),
    Outcome.REJECTED: mark("Rejected"),
    Outcome.GOODWILL: mark("No fault, goodwill"),
    Outcome.RESOLVED_EARLY: mark("Resolved early"),
    Outcome.FORWARDED: mark("Forwarded"),
    Outcome.NOT_ELIGIBLE: mark("Not eligible"),
    Outcome.TIME_BARRED: mark("Time-barred"),
    Outcome.DUPLICATE: mark("Duplicate"),
    Outcome.WITHDRAWN: mark("Withdrawn"),
}
DECISIONS = (Outcome.UPHELD, Outcome.PARTLY_UPHELD, Outcome.REJECTED, Outcome.GOODWILL)
"""What a decision may be."""


class Finding(StrEnum):
    """What was found of one issue of a complaint."""

    UPHELD = "upheld"
    NOT_UPHELD = "not_upheld"


FINDING_WORDS = {Finding.UPHELD: mark("Upheld"), Finding.NOT_UPHELD: mark("Not upheld")}


def is_left_out(removed: object, finding: object, answer: object) -> bool:
    """Return whether an issue was taken away; one of which somebody found or answered something meanwhile is there."""
    return bool(removed) and not finding and not str(answer).strip()


def is_causeless(finding: str, cause: str) -> bool:
    """Return whether an issue was upheld and nobody said what caused it."""
    return finding == Finding.UPHELD and not cause


class Channel(StrEnum):
    """How a complaint reached the house."""

    PHONE = "phone"
    EMAIL = "email"
    LETTER = "letter"
    WEB = "web"
    SOCIAL = "social"
    VISIT = "visit"
    REGULATOR = "regulator"
    THIRD_PARTY = "third_party"


class Vulnerability(StrEnum):
    """What may make a customer vulnerable (FCA Finalised Guidance 21/1: the four drivers)."""

    HEALTH = "health"
    LIFE_EVENT = "life_event"
    RESILIENCE = "resilience"
    CAPABILITY = "capability"


VULNERABILITY_WORDS = {
    Vulnerability.HEALTH: mark("Health"),
    Vulnerability.LIFE_EVENT: mark("Life event"),
    Vulnerability.RESILIENCE: mark("Resilience"),
    Vulnerability.CAPABILITY: mark("Capability"),
}


class RedressKind(StrEnum):
    """What is given to put things right."""

    REFUND = "refund"
    INTEREST = "interest"
    DISTRESS = "distress"
    GOODWILL = "goodwill"
    FEE_WAIVER = "fee_waiver"
    REPLACEMENT = "replacement"
    REPAIR = "repair"
    APOLOGY = "apology"
    POLICY_CHANGE = "policy_change"


REDRESS_WORDS = {
    RedressKind.REFUND: mark("Refund"),
    RedressKind.INTEREST: mark("Interest"),
    RedressKind.DISTRESS: mark("Distress"),
    RedressKind.GOODWILL: mark("Goodwill"),
    RedressKind.FEE_WAIVER: mark("Fee waived"),
    RedressKind.REPLACEMENT: mark("Replacement"),
    RedressKind.REPAIR: mark("Repair"),
    RedressKind.APOLOGY: mark("Apology"),
    RedressKind.POLICY_CHANGE: mark("Change of how we work"),
}


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
    """What the complaint form knows from the call: the words taken over are those in quotation marks in the note.

    ``regimes`` are the rules that may apply, as pairs of key and title; ``regime`` the key of those that do unless
    somebody says otherwise, empty where none are set up. ``channel`` is that of the interaction, else of what came
    from the customer last.
    """

    reference: str
    customer_id: UUID | None
    customer_name: str
    interaction_id: UUID | None
    product: str
    verbatim: str
    products: tuple[str, ...]
    categories: tuple[str, ...]
    regime: str = ""
    regimes: tuple[tuple[str, str], ...] = ()
    channel: Channel = Channel.PHONE


@dataclass(frozen=True, slots=True)
class NewIssue:
    """An issue of a complaint that is being registered: its words, and its category in English."""

    words: str
    category: str = ""


@dataclass(frozen=True, slots=True)
class NewComplaint:
    """A complaint as it is registered. ``severity`` is 1 (slight) to 5 (grave); ``received_zone`` an IANA name;
    ``regime`` the key of the rules that apply, empty for the house's; without ``issues`` its category is the one."""

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
    channel: Channel = Channel.PHONE
    regime: str = ""
    on_behalf_of: str = ""
    about: str = ""
    vulnerability: tuple[Vulnerability, ...] = ()
    vulnerability_basis: str = ""
    issues: tuple[NewIssue, ...] = ()


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
