"""Callbacks: somebody is to be rung back, by whoever takes it on first."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from crmdesk.domain.callbacks import CallbackState
from crmdesk.models.base import Id, Instant, Merge, Synced, came_with, child_of, merges, refers
from crmdesk.models.limits import E164, PROSE, one_of

_FIELD = merges(Merge.FIELD)
_APPEND = merges(Merge.APPEND)


class Callback(Synced):
    """A promise to ring back. ``assigned_to`` is the agent who took it on: the server gives it to the first who asks.
    ``due_zone`` is the IANA zone in which ``due_at`` was agreed; ``state`` a ``domain.callbacks.CallbackState`` value.
    ``offered_to`` and ``snoozed_until`` are as those of ``models.task.Task``."""

    __tablename__ = "callback"

    customer_id: Mapped[UUID | None] = mapped_column(Id, index=True, info=_FIELD | child_of("customer"))
    interaction_id: Mapped[UUID | None] = mapped_column(Id, info=_APPEND | refers("interaction"))
    e164: Mapped[str | None] = mapped_column(Text, info=_FIELD | E164)
    extension: Mapped[str | None] = mapped_column(Text, info=_FIELD)
    reason: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_FIELD | PROSE)
    queue: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_FIELD)
    due_at: Mapped[datetime] = mapped_column(Instant, nullable=False, info=_FIELD)
    due_zone: Mapped[str] = mapped_column(Text, nullable=False, info=_FIELD)
    state: Mapped[str] = mapped_column(Text, nullable=False, default="open", info=_FIELD | one_of(CallbackState))
    assigned_to: Mapped[UUID | None] = mapped_column(Id, info=merges(Merge.CLAIM) | refers("agent"))
    offered_to: Mapped[UUID | None] = mapped_column(Id, info=_FIELD | refers("agent") | came_with(4))
    snoozed_until: Mapped[datetime | None] = mapped_column(Instant, info=_FIELD | came_with(4))

    __table_args__ = (Index("ix_callback_due", "state", "due_at"), {"info": came_with(2)})
