"""Who may be calling: the candidates for a number, and why each of them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from crmdesk.domain.quick import dataclass
from crmdesk.domain.stream import CustomerFile


class EvidenceKind(StrEnum):
    """Why a candidate is likely."""

    CALLBACK_DUE = "callback_due"
    OPEN_COMPLAINT = "open_complaint"
    REPEAT = "repeat"
    RECENT_CONTACT = "recent_contact"
    CHOSEN_BEFORE = "chosen_before"
    USUAL_QUEUE = "usual_queue"
    NOTHING_OPEN = "nothing_open"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason: ``count`` and ``at`` mean what the kind says (complaints open, callback due at, last contact at,
    contacts in seven days, chosen ``count`` of ``total`` times, ``count`` of ``total`` contacts in this queue)."""

    kind: EvidenceKind
    count: int = 0
    total: int = 0
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """One customer who may be calling, with a likelihood 0..1 and its reasons."""

    customer_id: UUID
    name: str
    latin_name: str
    summary: str
    likelihood: float
    evidence: tuple[Evidence, ...]


class LookUpKind(StrEnum):
    """What is known of a caller."""

    WITHHELD = "withheld"
    UNKNOWN = "unknown"
    ONE = "one"
    SEVERAL = "several"


@dataclass(frozen=True, slots=True)
class LookUp:
    """Who is probably calling: candidates ranked best first, stable for equal evidence."""

    kind: LookUpKind
    number: str | None
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is probably calling, and the file of the likeliest one; None where nobody is likely."""

    look_up: LookUp
    likeliest: CustomerFile | None = None
