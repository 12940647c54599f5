"""Requests for service, returns and information as they are registered, and the steps in their lives."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Date, Index, Integer, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from crmdesk.domain.complaints import Channel
from crmdesk.domain.requests.kinds import RequestKind, RequestStepKind
from crmdesk.models.base import Id, Instant, Merge, Synced, came_with, child_of, merges, only_one, refers
from crmdesk.models.limits import CODED, DIGEST, DIGESTS, FILLED, PROSE, REFERENCE, one_of

_FIELD = merges(Merge.FIELD)
_APPEND = merges(Merge.APPEND)
_SERVER = merges(Merge.SERVER)
_EMPTY = text("''")
_REQUESTS = came_with(5)
_REGISTERED = {"one_of": frozenset({"registered"})}
"""Every request begins so; what comes after the server writes."""


class Request(Synced):
    """What somebody asked for that is no complaint: work, to give something back, to be told something.

    ``kind`` is a ``domain.requests.kinds.RequestKind``; ``category`` what of its kind it is: a ``ServiceWork``, a kind
    of goods as the house names it, a ``Topic``. ``verbatim`` holds the customer's own words and never changes.
    ``product`` is what it is about, with ``serial`` (or the number of the asset) and ``lot``; ``place`` where it
    stands; ``condition`` how the customer says it is; ``wanted`` what they would have. ``urgency`` is 1 (can wait) to
    3 (urgent). ``received_zone`` is the IANA zone in which the day of receipt counts; ``assigned_to`` its handler.

    ``state`` (a ``RequestState``) and what follows ``assigned_to`` are the server's, as of a complaint: it takes each
    step (``RequestStep``) only where the life cycle allows it, and keeps here where the request stands then. What
    routing decided of it stands in ``team`` and the columns behind it, as of a complaint too.
    """

    __tablename__ = "request"

    kind: Mapped[str] = mapped_column(Text, nullable=False, info=_APPEND | one_of(RequestKind))
    reference: Mapped[str] = mapped_column(Text, nullable=False, index=True, info=only_one(Merge.APPEND) | REFERENCE)
    customer_id: Mapped[UUID | None] = mapped_column(Id, index=True, info=_FIELD | child_of("customer"))
    interaction_id: Mapped[UUID | None] = mapped_column(Id, index=True, info=_APPEND | refers("interaction"))
    category: Mapped[str] = mapped_column(Text, nullable=False, info=_FIELD | FILLED)
    product: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_FIELD)
    serial: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_FIELD)
    lot: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_FIELD)
    place: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_FIELD)
    bought_on: Mapped[date | None] = mapped_column(Date, info=_FIELD)
    warranty_until: Mapped[date | None] = mapped_column(Date, info=_FIELD)
    condition: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_FIELD | PROSE)
    wanted: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_FIELD | PROSE)
    urgency: Mapped[int] = mapped_column(Integer, nullable=False, default=1, info=_FIELD | {"range": (1, 3)})
    safety: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False, info=_FIELD)
    verbatim: Mapped[str] = mapped_column(Text, nullable=False, info=_APPEND | PROSE | FILLED)
    state: Mapped[str] = mapped_column(Text, nullable=False, default="registered", info=_APPEND | _REGISTERED)
    received_at: Mapped[datetime] = mapped_column(Instant, nullable=False, info=_APPEND)
    received_zone: Mapped[str] = mapped_column(Text, nullable=False, info=_APPEND)
    registered_by: Mapped[UUID | None] = mapped_column(Id, info=_APPEND | refers("agent"))
    channel: Mapped[str] = mapped_column(Text, nullable=False, default="phone", info=_APPEND | one_of(Channel))
    assigned_to: Mapped[UUID | None] = mapped_column(Id, info=merges(Merge.CLAIM) | refers("agent"))
    outcome: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_SERVER)
    appointment_at: Mapped[datetime | None] = mapped_column(Instant, info=_SERVER)
    appointment_until: Mapped[datetime | None] = mapped_column(Instant, info=_SERVER)
    appointment_zone: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_SERVER)
    visitor: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_SERVER)
    label: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_SERVER)
    refund_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0, info=_SERVER)
    currency: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_SERVER)
    second_person: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False, info=_SERVER)
    decided_by: Mapped[UUID | None] = mapped_column(Id, info=_SERVER | refers("agent"))
    answered_at: Mapped[datetime | None] = mapped_column(Instant, info=_SERVER)
    closed_at: Mapped[datetime | None] = mapped_column(Instant, info=_SERVER)
    moved_at: Mapped[datetime | None] = mapped_column(Instant, info=_SERVER)
    team: Mapped[str] = mapped_column(Text, nullable=False, default="", server_default=_EMPTY, info=_SERVER)
    skill: Mapped[str] = mapped_column(Text, nullable=False, default="", server_default=_EMPTY, info=_SERVER)
    priority: Mapped[str] = mapped_column(Text, nullable=False, default="", server_default=_EMPTY, info=_SERVER)
    routed: Mapped[str] = mapped_column(Text, nullable=False, default="", server_default=_EMPTY, info=_SERVER | CODED)
    routed_owner: Mapped[UUID | None] = mapped_column(Id, info=_SERVER | refers("agent"))
    assigned_by: Mapped[UUID | None] = mapped_column(Id, info=_SERVER | refers("agent"))

    __table_args__ = (Index("ix_request_state", "state", "received_at"), {"info": _REQUESTS})


class RequestStep(Synced):
    """A step in the life of a request, written once, as ``models.complaint.ComplaintStep`` is."""

    __tablename__ = "request_step"

    request_id: Mapped[UUID] = mapped_column(Id, nullable=False, info=_APPEND | child_of("request"))
    kind: Mapped[str] = mapped_column(Text, nullable=False, info=_APPEND | one_of(RequestStepKind))
    by_id: Mapped[UUID] = mapped_column(Id, nullable=False, info=_APPEND | refers("agent"))
    at: Mapped[datetime] = mapped_column(Instant, nullable=False, info=_APPEND)
    device_id: Mapped[UUID | None] = mapped_column(Id, info=_APPEND)
    details: Mapped[str] = mapped_column(Text, nullable=False, default="{}", info=_APPEND | PROSE | CODED)
    parents: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_APPEND | DIGESTS)
    digest: Mapped[str] = mapped_column(Text, nullable=False, info=_APPEND | DIGEST)
    accepted: Mapped[int | None] = mapped_column(BigInteger, info=_SERVER)

    __table_args__ = (
        Index("ix_request_step_request_id", "request_id", "at"),
        Index("ix_request_step_accepted", "accepted"),
        {"info": _REQUESTS},
    )
