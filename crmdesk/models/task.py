"""Tasks: promises to customers and follow-ups of the house, each with a time and whoever does it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from crmdesk.domain.tasks import TaskKind, TaskState
from crmdesk.models.base import Id, Instant, Merge, Synced, came_with, child_of, merges, refers
from crmdesk.models.limits import FILLED, PROSE, one_of

_FIELD = merges(Merge.FIELD)
_APPEND = merges(Merge.APPEND)


class Task(Synced):
    """What will be done for a customer. ``assigned_to`` is the agent who does it: the server gives it to the first who
    asks. ``offered_to`` is the colleague to whom it was handed and who is asked to take it on; ``snoozed_until`` when
    it asks for attention again, which changes nothing of what was promised. ``due_zone`` is the IANA zone in which
    ``due_at`` was agreed; ``kind`` and ``state`` are ``domain.tasks`` values; ``result`` says what came of it."""

    __tablename__ = "task"

    kind: Mapped[str] = mapped_column(Text, nullable=False, info=_APPEND | one_of(TaskKind))
    words: Mapped[str] = mapped_column(Text, nullable=False, info=_FIELD | PROSE | FILLED)
    customer_id: Mapped[UUID | None] = mapped_column(Id, index=True, info=_FIELD | child_of("customer"))
    interaction_id: Mapped[UUID | None] = mapped_column(Id, index=True, info=_APPEND | refers("interaction"))
    complaint_id: Mapped[UUID | None] = mapped_column(Id, info=_APPEND | refers("complaint"))
    request_id: Mapped[UUID | None] = mapped_column(Id, info=_APPEND | refers("request") | came_with(5))
    made_by: Mapped[UUID | None] = mapped_column(Id, info=_APPEND | refers("agent"))
    made_at: Mapped[datetime] = mapped_column(Instant, nullable=False, info=_APPEND)
    queue: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_FIELD)
    due_at: Mapped[datetime] = mapped_column(Instant, nullable=False, info=_FIELD)
    due_zone: Mapped[str] = mapped_column(Text, nullable=False, info=_FIELD)
    state: Mapped[str] = mapped_column(Text, nullable=False, default="open", info=_FIELD | one_of(TaskState))
    assigned_to: Mapped[UUID | None] = mapped_column(Id, info=merges(Merge.CLAIM) | refers("agent"))
    offered_to: Mapped[UUID | None] = mapped_column(Id, info=_FIELD | refers("agent"))
    snoozed_until: Mapped[datetime | None] = mapped_column(Instant, info=_FIELD)
    closed_by: Mapped[UUID | None] = mapped_column(Id, info=_FIELD | refers("agent"))
    closed_at: Mapped[datetime | None] = mapped_column(Instant, info=_FIELD)
    result: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_FIELD | PROSE)

    __table_args__ = (Index("ix_task_due", "state", "due_at"), {"info": came_with(4)})
