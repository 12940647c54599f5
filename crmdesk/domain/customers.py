"""Customers as a desk shows them: the card, the ways to reach them, records that were merged."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from crmdesk.domain.card import DueView, RelationView
from crmdesk.domain.complaints import ComplaintState
from crmdesk.domain.quick import dataclass
from crmdesk.domain.requests.kinds import RequestKind, RequestState


class CustomerKind(StrEnum):
    """A person or an organisation."""

    PERSON = "person"
    ORGANISATION = "organisation"


class ContactPointKind(StrEnum):
    """A way to reach somebody."""

    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class ContactPointView:
    """One way to reach a customer: as written, as E.164 for phones, with a label such as "home"."""

    id: UUID
    kind: ContactPointKind
    value: str
    e164: str | None
    extension: str | None
    label: str
    shared: bool


@dataclass(frozen=True, slots=True)
class OpenComplaint:
    """A complaint that is not closed, as the card and the lists name it."""

    id: UUID
    reference: str
    product: str
    category: str
    severity: int
    state: ComplaintState
    received_at: datetime


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """A request that is not closed, as the card and the lists name it; ``title`` is what it is about."""

    id: UUID
    kind: RequestKind
    reference: str
    title: str
    urgency: int
    safety: bool
    state: RequestState
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Relative:
    """Somebody who shares a number with the customer."""

    customer_id: UUID
    name: str
    summary: str


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """Everything the customer pane shows. Empty values take no space on the screen."""

    id: UUID
    kind: CustomerKind
    name: str
    latin_name: str
    summary: str
    city: str
    since: date | None
    care: str
    tier: str
    language: str
    product: str
    preferences: tuple[str, ...]
    contact_points: tuple[ContactPointView, ...]
    open_complaints: tuple[OpenComplaint, ...]
    household: tuple[Relative, ...]
    contacts_last_7_days: int
    unsent: bool
    do_not_call: bool = False
    segment: str = ""
    accessibility: tuple[str, ...] = ()
    good_service: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    relations: tuple[RelationView, ...] = ()
    due: tuple[DueView, ...] = ()
    open_requests: tuple[OpenRequest, ...] = ()

    @property
    def open_ids(self) -> tuple[UUID, ...]:
        """Return the ids of the cases that are not closed."""
        return (*(one.id for one in self.open_complaints), *(one.id for one in self.open_requests))


@dataclass(frozen=True, slots=True)
class MergedCustomer:
    """A duplicate that was merged into a customer, by whom and when (as far as known), and can be taken out again."""

    id: UUID
    name: str
    summary: str
    by: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class PartOf:
    """A record that was merged: ``name`` is what the customer is called now, ``was`` the record's own, and ``details``
    what else the record says of itself (may be empty)."""

    name: str
    was: str
    details: str


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """A customer to be created from a call or a search."""

    name: str
    kind: CustomerKind = CustomerKind.PERSON
    number: str = ""
