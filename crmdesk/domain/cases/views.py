"""A complaint as screens show it: its line in a list, and the whole of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Any
from uuid import UUID

from crmdesk.domain.cases.deadlines import Deadline
from crmdesk.domain.cases.steps import StepKind
from crmdesk.domain.complaints import ComplaintState, Vulnerability
from crmdesk.domain.learning.causes import NO_TREE, Tree
from crmdesk.domain.learning.feedback import Topic
from crmdesk.domain.quick import dataclass
from crmdesk.domain.routing.rules import NOWHERE, Place, Priority
from crmdesk.domain.routing.views import WhyHere


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A complaint in a list. ``title`` is what it is about; ``next`` the deadline that comes next, None
    where no rules are set up; ``waits_for_me`` that its decision is there for the reader to approve; ``place`` and
    ``priority`` are what routing gave it."""

    id: UUID
    reference: str
    customer_id: UUID | None
    customer_name: str
    title: str
    severity: int
    safety: bool
    state: ComplaintState
    received_at: datetime
    registered_by: str
    owner: str
    mine: bool
    unsent: bool
    next: Deadline | None
    waits_for_me: bool = False
    place: Place = NOWHERE
    priority: Priority | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class IssueView:
    """One issue: its words, its category as it is kept, the finding (empty at first), the answer, and the code of its
    root cause (empty at first)."""

    id: UUID
    position: int
    words: str
    category: str
    finding: str
    answer: str
    cause: str = ""


@dataclass(frozen=True, slots=True)
class StepView:
    """A step: what was done, when and by whom (a name, empty where nobody is known). An ``unsent`` one the server has
    not taken yet; ``entered_at`` is when it took one that is said to have been long before."""

    id: UUID
    kind: StepKind
    at: datetime
    by: str
    details: Mapping[str, Any] = field(hash=False)
    unsent: bool = False
    entered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RedressView:
    """What is given: its kind, words, and the sum in the smallest unit of its currency."""

    id: UUID
    kind: str
    words: str
    amount_minor: int
    currency: str
    paid_at: datetime | None


@dataclass(frozen=True, slots=True)
class CaseView:
    """The whole of a complaint.

    ``possible`` are the steps that its state allows; ``second_person`` says that the reader may not approve it, since
    they drafted it; ``currency`` is the house's until something was decided; ``unbroken`` says that the chain of its
    steps holds, as far as this computer has them; ``tree`` are the root causes of the house, ``told``
    what product teams were told from it;
    ``channel`` is how it came (``domain.complaints.Channel``), empty for one that nobody here knows;
    ``why_here`` says why it is whose it is, None where nothing routed it and nobody gave it to somebody.
    """

    line: CaseLine
    product: str
    category: str
    verbatim: str
    desired_remedy: str
    on_behalf_of: str
    regime: str
    regime_title: str
    vulnerability: tuple[Vulnerability, ...]
    vulnerability_basis: str
    stage: int
    outcome: str
    redress_minor: int
    currency: str
    owner_id: UUID | None
    unconfirmed: bool
    issues: tuple[IssueView, ...]
    redress: tuple[RedressView, ...]
    steps: tuple[StepView, ...]
    deadlines: tuple[Deadline, ...]
    possible: tuple[StepKind, ...]
    second_person: bool
    unbroken: bool
    received_zone: str
    tree: Tree = field(default=NO_TREE, hash=False)
    told: tuple[Topic, ...] = ()
    why_here: WhyHere | None = None
    channel: str = ""
