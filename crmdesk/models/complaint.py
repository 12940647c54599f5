"""Complaints as they are registered (ISO 10002:2018, clause 7.2 names the particulars)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from crmdesk.domain.complaints import ComplaintState
from crmdesk.models.base import Id, Instant, Merge, Synced, child_of, merges, only_one, refers
from crmdesk.models.limits import FILLED, GRADE, PROSE, one_of

_FIELD = merges(Merge.FIELD)
_APPEND = merges(Merge.APPEND)


class Complaint(Synced):
    """A complaint. ``verbatim`` holds the complainant's own words and never changes; ``severity`` is 1 to 5; ``state``
    a ``domain.complaints.ComplaintState`` value; ``received_zone`` the IANA zone in which the day of receipt counts."""

    __tablename__ = "complaint"

    reference: Mapped[str] = mapped_column(Text, nullable=False, index=True, info=only_one(Merge.APPEND) | FILLED)
    customer_id: Mapped[UUID | None] = mapped_column(Id, index=True, info=_FIELD | child_of("customer"))
    interaction_id: Mapped[UUID | None] = mapped_column(Id, index=True, info=_APPEND | refers("interaction"))
    product: Mapped[str] = mapped_column(Text, nullable=False, info=_FIELD | FILLED)
    category: Mapped[str] = mapped_column(Text, nullable=False, info=_FIELD | FILLED)
    severity: Mapped[int] = mapped_column(Integer, nullable=False, info=_FIELD | GRADE)
    safety: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False, info=_FIELD)
    verbatim: Mapped[str] = mapped_column(Text, nullable=False, info=_APPEND | PROSE | FILLED)
    desired_remedy: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_FIELD | PROSE)
    state: Mapped[str] = mapped_column(Text, nullable=False, default="registered", info=_FIELD | one_of(ComplaintState))
    received_at: Mapped[datetime] = mapped_column(Instant, nullable=False, info=_APPEND)
    received_zone: Mapped[str] = mapped_column(Text, nullable=False, info=_APPEND)
    registered_by: Mapped[UUID | None] = mapped_column(Id, info=_APPEND | refers("agent"))

    __table_args__ = (Index("ix_complaint_state", "state", "received_at"),)
