"""Complaints as they are registered (ISO 10002:2018, clause 7.2: the particulars), and what becomes of them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Index, Integer, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from crmdesk.domain.cases.steps import StepKind
from crmdesk.domain.complaints import Channel, Finding, RedressKind
from crmdesk.domain.money import MOST
from crmdesk.models.base import Id, Instant, Merge, Synced, came_with, child_of, merges, only_one, refers
from crmdesk.models.limits import (
    CAUSE_CODE,
    CODED,
    CURRENCY,
    DIGEST,
    DIGESTS,
    FILLED,
    GRADE,
    MARKS,
    PROSE,
    REFERENCE,
    REGIME_KEY,
    one_of,
)

_FIELD = merges(Merge.FIELD)
_APPEND = merges(Merge.APPEND)
_TEXT = merges(Merge.TEXT)
_CASES = came_with(5)
_SERVER = merges(Merge.SERVER) | _CASES
_EMPTY = text("''")
_REGISTERED = {"one_of": frozenset({"registered"})}
"""Every complaint begins so; what comes after the server writes."""
_FINDINGS = {"one_of": frozenset({"", *Finding})}


class Complaint(Synced):
    """A complaint. ``verbatim`` holds the complainant's own words and never changes; ``severity`` is 1 to 5;
    ``received_zone`` the IANA zone in which the day of receipt counts; ``channel`` a ``domain.complaints.Channel``
    value; ``regime`` the key of the rules that hold for it, empty for the house's; ``vulnerability`` marks from
    ``domain.complaints.Vulnerability`` parted by commas, with what was told about it in ``vulnerability_basis``;
    ``about`` the reference of what it is about, ``area`` and ``lot`` where and with which delivery it happened;
    ``assigned_to`` its handler.

    ``state`` (a ``domain.complaints.ComplaintState`` value) and what follows it are the server's: it takes each step
    (``ComplaintStep``) only where the life cycle allows it, and keeps here where the complaint stands then. Routing put
    it into the queue of ``team``, for somebody with ``skill``, or to ``routed_owner``; ``priority`` is a
    ``domain.routing.rules.Priority`` value, and ``routed`` says by which edition and why, as
    ``domain.routing.reasons`` writes it. ``assigned_by`` is who gave it to its handler, None where no person did.
    """

    __tablename__ = "complaint"

    reference: Mapped[str] = mapped_column(Text, nullable=False, index=True, info=only_one(Merge.APPEND) | REFERENCE)
    customer_id: Mapped[UUID | None] = mapped_column(Id, index=True, info=_FIELD | child_of("customer"))
    interaction_id: Mapped[UUID | None] = mapped_column(Id, index=True, info=_APPEND | refers("interaction"))
    product: Mapped[str] = mapped_column(Text, nullable=False, info=_FIELD | FILLED)
    category: Mapped[str] = mapped_column(Text, nullable=False, info=_FIELD | FILLED)
    severity: Mapped[int] = mapped_column(Integer, nullable=False, info=_FIELD | GRADE)
    safety: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False, info=_FIELD)
    verbatim: Mapped[str] = mapped_column(Text, nullable=False, info=_APPEND | PROSE | FILLED)
    desired_remedy: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_FIELD | PROSE)
    state: Mapped[str] = mapped_column(Text, nullable=False, default="registered", info=_APPEND | _REGISTERED)
    received_at: Mapped[datetime] = mapped_column(Instant, nullable=False, info=_APPEND)
    received_zone: Mapped[str] = mapped_column(Text, nullable=False, info=_APPEND)
    registered_by: Mapped[UUID | None] = mapped_column(Id, info=_APPEND | refers("agent"))
    channel: Mapped[str] = mapped_column(
        Text, nullable=False, default="phone", server_default="phone", info=_APPEND | one_of(Channel) | _CASES
    )
    regime: Mapped[str] = mapped_column(
        Text, nullable=False, default="", server_default=_EMPTY, info=_FIELD | REGIME_KEY | _CASES
    )
    on_behalf_of: Mapped[str] = mapped_column(
        Text, nullable=False, default="", server_default=_EMPTY, info=_FIELD | _CASES
    )
    vulnerability: Mapped[str] = mapped_column(
        Text, nullable=False, default="", server_default=_EMPTY, info=_FIELD | MARKS | _CASES
    )
    vulnerability_basis: Mapped[str] = mapped_column(
        Text, nullable=False, default="", server_default=_EMPTY, info=_FIELD | PROSE | _CASES
    )
    about: Mapped[str] = mapped_column(Text, nullable=False, default="", server_default=_EMPTY, info=_FIELD | _CASES)
    area: Mapped[str] = mapped_column(Text, nullable=False, default="", server_default=_EMPTY, info=_FIELD | _CASES)
    lot: Mapped[str] = mapped_column(Text, nullable=False, default="", server_default=_EMPTY, info=_FIELD | _CASES)
    assigned_to: Mapped[UUID | None] = mapped_column(Id, info=merges(Merge.CLAIM) | refers("agent") | _CASES)
    stage: Mapped[int] = mapped_column(Integer, nullable=False, default=1, server_default="1", info=_SERVER)
    outcome: Mapped[str] = mapped_column(Text, nullable=False, default="", server_default=_EMPTY, info=_SERVER)
    decided_by: Mapped[UUID | None] = mapped_column(Id, info=_SERVER | refers("agent"))
    first_handler: Mapped[UUID | None] = mapped_column(Id, info=_SERVER | refers("agent"))
    redress_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0, server_default="0", info=_SERVER)
    currency: Mapped[str] = mapped_column(Text, nullable=False, default="", server_default=_EMPTY, info=_SERVER)
    second_person: Mapped[bool] = mapped_column(
        Boolean, nullable=False, default=False, server_default=false(), info=_SERVER
    )
    letter: Mapped[str] = mapped_column(Text, nullable=False, default="", server_default=_EMPTY, info=_SERVER)
    acknowledged_at: Mapped[datetime | None] = mapped_column(Instant, info=_SERVER)
    answered_at: Mapped[datetime | None] = mapped_column(Instant, info=_SERVER)
    closed_at: Mapped[datetime | None] = mapped_column(Instant, info=_SERVER)
    moved_at: Mapped[datetime | None] = mapped_column(Instant, info=_SERVER)
    team: Mapped[str] = mapped_column(Text, nullable=False, default="", server_default=_EMPTY, info=_SERVER)
    skill: Mapped[str] = mapped_column(Text, nullable=False, default="", server_default=_EMPTY, info=_SERVER)
    priority: Mapped[str] = mapped_column(Text, nullable=False, default="", server_default=_EMPTY, info=_SERVER)
    routed: Mapped[str] = mapped_column(Text, nullable=False, default="", server_default=_EMPTY, info=_SERVER | CODED)
    routed_owner: Mapped[UUID | None] = mapped_column(Id, info=_SERVER | refers("agent"))
    assigned_by: Mapped[UUID | None] = mapped_column(Id, info=_SERVER | refers("agent"))

    __table_args__ = (Index("ix_complaint_state", "state", "received_at"),)


class ComplaintIssue(Synced):
    """One of the issues of a complaint, with what was found (a ``domain.complaints.Finding`` value, empty at first) and
    what is answered. ``answer`` merges by lines and words: two who write it at once both keep theirs. ``cause`` is the
    code of its root cause in the house's tree (``domain.learning.causes``), empty until somebody chose one."""

    __tablename__ = "complaint_issue"

    complaint_id: Mapped[UUID] = mapped_column(Id, nullable=False, index=True, info=_APPEND | child_of("complaint"))
    position: Mapped[int] = mapped_column(Integer, nullable=False, default=1, info=_FIELD | {"range": (1, 100)})
    words: Mapped[str] = mapped_column(Text, nullable=False, info=_FIELD | PROSE | FILLED)
    category: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_FIELD)
    finding: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_FIELD | _FINDINGS)
    answer: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_TEXT | PROSE)
    cause: Mapped[str] = mapped_column(
        Text, nullable=False, default="", server_default=_EMPTY, info=_FIELD | CAUSE_CODE
    )
    removed: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False, info=_FIELD)

    __table_args__ = ({"info": _CASES},)


class ComplaintStep(Synced):
    """A step in the life of a complaint, written once (``domain.cases.steps``). ``by_id`` made it at ``at`` on the
    device ``device_id``; ``details`` is JSON; ``parents`` are the digests of the steps that were the last ones there,
    parted by spaces. ``accepted`` is the server's number for the order in which it took them."""

    __tablename__ = "complaint_step"

    complaint_id: Mapped[UUID] = mapped_column(Id, nullable=False, info=_APPEND | child_of("complaint"))
    kind: Mapped[str] = mapped_column(Text, nullable=False, info=_APPEND | one_of(StepKind))
    by_id: Mapped[UUID] = mapped_column(Id, nullable=False, info=_APPEND | refers("agent"))
    at: Mapped[datetime] = mapped_column(Instant, nullable=False, info=_APPEND)
    device_id: Mapped[UUID | None] = mapped_column(Id, info=_APPEND)
    details: Mapped[str] = mapped_column(Text, nullable=False, default="{}", info=_APPEND | PROSE | CODED)
    parents: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_APPEND | DIGESTS)
    digest: Mapped[str] = mapped_column(Text, nullable=False, info=_APPEND | DIGEST)
    accepted: Mapped[int | None] = mapped_column(BigInteger, info=merges(Merge.SERVER))

    __table_args__ = (
        Index("ix_complaint_step_complaint_id", "complaint_id", "at"),
        Index("ix_complaint_step_accepted", "accepted"),
        {"info": _CASES},
    )


class Redress(Synced):
    """What is given to put a complaint right: ``kind`` is a ``domain.complaints.RedressKind`` value, the sum in the
    smallest unit of its currency, 0 where it is no money; ``paid_at`` None until it was."""

    __tablename__ = "redress"

    complaint_id: Mapped[UUID] = mapped_column(Id, nullable=False, index=True, info=_APPEND | child_of("complaint"))
    kind: Mapped[str] = mapped_column(Text, nullable=False, info=_APPEND | one_of(RedressKind))
    words: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_FIELD | PROSE)
    amount_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0, info=_FIELD | {"range": (0, MOST)})
    currency: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_FIELD | CURRENCY)
    paid_at: Mapped[datetime | None] = mapped_column(Instant, info=_FIELD)
    removed: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False, info=_FIELD)

    __table_args__ = ({"info": _CASES},)


class Letter(Synced):
    """A letter about a complaint as it is written: ``kind`` says which, ``template`` from which edition it began. What
    was sent stands in its step. ``words`` merges by lines and words; ``ticked`` names what it contains, by commas."""

    __tablename__ = "letter"

    complaint_id: Mapped[UUID] = mapped_column(Id, nullable=False, index=True, info=_APPEND | child_of("complaint"))
    kind: Mapped[str] = mapped_column(Text, nullable=False, info=_APPEND | FILLED)
    template: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_APPEND)
    language: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_APPEND)
    words: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_TEXT | PROSE)
    ticked: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_FIELD)
    made_by: Mapped[UUID | None] = mapped_column(Id, info=_APPEND | refers("agent"))
    made_at: Mapped[datetime] = mapped_column(Instant, nullable=False, info=_APPEND)
    removed: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False, info=_FIELD)

    __table_args__ = ({"info": _CASES},)
