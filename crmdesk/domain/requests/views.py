"""A request as it is registered, and as screens show it: its line in a list, and the whole of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from crmdesk.domain.cases.deadlines import Deadline
from crmdesk.domain.complaints import Channel
from crmdesk.domain.language import tr
from crmdesk.domain.quick import dataclass
from crmdesk.domain.requests.cycle import RequestStanding
from crmdesk.domain.requests.kinds import (
    TOPIC_WORDS,
    WORK_WORDS,
    RequestKind,
    RequestState,
    RequestStepKind,
    ServiceWork,
    Topic,
)
from crmdesk.domain.routing.rules import NOWHERE, Place, Priority
from crmdesk.domain.routing.views import WhyHere
from crmdesk.domain.values import known_or_none


@dataclass(frozen=True, slots=True)
class RequestPrefill:
    """What a form of a request knows from the call: the words taken over are those in quotation marks in the note.

    ``goods`` are the kinds of goods that the house's terms name, ``place`` the customer's address or town,
    ``channel`` that of the interaction, else of what came from the customer last.
    """

    reference: str
    product: str = ""
    verbatim: str = ""
    place: str = ""
    products: tuple[str, ...] = ()
    goods: tuple[str, ...] = ()
    goods_of: Mapping[str, str] = field(default_factory=dict, hash=False)
    channel: Channel = Channel.PHONE


@dataclass(frozen=True, slots=True)
class NewRequest:
    """A request as it is registered; the fields mean what those of ``models.request.Request`` do."""

    kind: RequestKind
    reference: str
    customer_id: UUID | None
    interaction_id: UUID | None
    category: str
    verbatim: str
    received_zone: str
    product: str = ""
    serial: str = ""
    lot: str = ""
    place: str = ""
    bought_on: date | None = None
    warranty_until: date | None = None
    condition: str = ""
    wanted: str = ""
    urgency: int = 1
    safety: bool = False
    channel: Channel = Channel.PHONE


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A request in a list of cases. ``title`` is what it is about; ``next`` the deadline that comes next, None
    where no rules are set up; ``waits_for_me`` that a refund is there for the reader to approve; ``where`` and
    ``priority`` are what routing gave it."""

    id: UUID
    kind: RequestKind
    reference: str
    customer_id: UUID | None
    customer_name: str
    title: str
    urgency: int
    safety: bool
    state: RequestState
    received_at: datetime
    registered_by: str
    owner: str
    mine: bool
    unsent: bool
    next: Deadline | None
    waits_for_me: bool = False
    where: Place = NOWHERE
    priority: Priority | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request as the desk's list of work names it, without its deadlines; ``title`` is what it is about."""

    id: UUID
    kind: RequestKind
    reference: str
    customer_id: UUID | None
    customer_name: str
    title: str
    urgency: int
    safety: bool
    state: RequestState
    received_at: datetime
    unsent: bool


@dataclass(frozen=True, slots=True)
class RequestStepView:
    """A step: what was done, when and by whom (a name, empty where nobody is known). An ``unsent`` one the server has
    not taken yet; ``entered_at`` is when it took one that is said to have been long before."""

    id: UUID
    kind: RequestStepKind
    at: datetime
    by: str
    details: Mapping[str, Any] = field(hash=False)
    unsent: bool = False
    entered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RequestView:
    """The whole of a request.

    ``eligible`` says in a sentence whether goods may come back and why, empty where it is no return; ``in_time`` is
    None where that is not known. ``possible`` are the steps that its state allows; ``second_person`` says that the
    reader may not approve its refund, since they decided it; ``needs_second`` that somebody must before it is paid;
    ``currency`` is the house's until something was decided; ``unbroken`` says that the chain of its steps holds;
    ``why_here`` says why it is whose it is, None where nothing routed it and nobody gave it to somebody.
    """

    line: RequestLine
    category: str
    product: str
    serial: str
    lot: str
    place: str
    bought_on: date | None
    warranty_until: date | None
    condition: str
    wanted: str
    verbatim: str
    channel: str
    received_zone: str
    standing: RequestStanding
    currency: str
    owner_id: UUID | None
    unconfirmed: bool
    steps: tuple[RequestStepView, ...]
    deadlines: tuple[Deadline, ...]
    possible: tuple[RequestStepKind, ...]
    second_person: bool
    needs_second: bool
    unbroken: bool
    eligible: str = ""
    in_time: bool | None = None
    why_here: WhyHere | None = None


def title_of(kind: RequestKind, category: str, product: str) -> str:
    """Return what a request is about: "Repair: Boiler", "Return: Kettle", "A price: HomeCover"."""
    words = category_words(kind, category)
    if kind is RequestKind.RETURN:
        return tr("Return: {product}", product=product or words)
    return tr("{what}: {product}", what=words, product=product) if product else words


def category_words(kind: RequestKind, category: str) -> str:
    """Return what of its kind a request is, for the screen: ours in the language that is spoken, others as written."""
    return category if kind is RequestKind.RETURN else what_is_asked(category)


def what_is_asked(category: str) -> str:
    """Return a kind of work or a topic in the language that is spoken, anything else as it was written."""
    work, topic = known_or_none(ServiceWork, category), known_or_none(Topic, category)
    words = WORK_WORDS[work] if work is not None else TOPIC_WORDS[topic] if topic is not None else ""
    return tr(words) if words else category
