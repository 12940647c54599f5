"""Learning from complaints: corrective actions, and what agents tell those who answer for a product."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, Float, Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from crmdesk.domain.learning.actions import MOST_CHECK_DAYS, ActionState
from crmdesk.models.base import Id, Instant, Merge, Synced, came_with, for_all, led, merges, refers
from crmdesk.models.limits import CAUSE_CODE, FILLED, PROSE, one_of

_FIELD = merges(Merge.FIELD)
_APPEND = merges(Merge.APPEND)
_TEXT = merges(Merge.TEXT)
_SERVER = merges(Merge.SERVER)


class CorrectiveAction(Synced):
    """What is done so that a cause of complaints goes away. It concerns complaints about ``product`` and, where they
    are named, of one ``category``, ``cause`` (a code of the tree), ``lot`` and ``area``. ``owner_id`` does it until
    ``due_on``; ``state`` is a ``domain.learning.actions.ActionState`` value, ``evidence`` merges by lines and words.

    ``check_days`` after ``done_at`` the server alone writes what it counted in as many days before and after, whether
    that helped (``effect``, a ``domain.learning.effect.Verdict`` value, empty until then), how likely so few would be
    by chance, and how many complaints after it have no cause yet (``unknown_after``)."""

    __tablename__ = "corrective_action"

    words: Mapped[str] = mapped_column(Text, nullable=False, info=_FIELD | PROSE | FILLED)
    cause: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_FIELD | CAUSE_CODE)
    product: Mapped[str] = mapped_column(Text, nullable=False, info=_FIELD | FILLED)
    category: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_FIELD)
    lot: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_FIELD)
    area: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_FIELD)
    owner_id: Mapped[UUID | None] = mapped_column(Id, info=_FIELD | refers("agent"))
    due_on: Mapped[date] = mapped_column(Date, nullable=False, info=_FIELD)
    check_days: Mapped[int] = mapped_column(
        Integer, nullable=False, default=30, info=_FIELD | {"range": (1, MOST_CHECK_DAYS)}
    )
    state: Mapped[str] = mapped_column(Text, nullable=False, default="open", info=_FIELD | one_of(ActionState))
    done_at: Mapped[datetime | None] = mapped_column(Instant, info=_FIELD)
    done_by: Mapped[UUID | None] = mapped_column(Id, info=_FIELD | refers("agent"))
    evidence: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_TEXT | PROSE)
    made_by: Mapped[UUID | None] = mapped_column(Id, info=_APPEND | refers("agent"))
    made_at: Mapped[datetime] = mapped_column(Instant, nullable=False, info=_APPEND)
    effect: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_SERVER)
    before_count: Mapped[int | None] = mapped_column(Integer, info=_SERVER)
    after_count: Mapped[int | None] = mapped_column(Integer, info=_SERVER)
    unknown_after: Mapped[int | None] = mapped_column(Integer, info=_SERVER)
    chance: Mapped[float | None] = mapped_column(Float, info=_SERVER)
    checked_at: Mapped[datetime | None] = mapped_column(Instant, info=_SERVER)

    __table_args__ = (Index("ix_corrective_action_due", "state", "due_on"), {"info": came_with(5) | led()})


class Feedback(Synced):
    """One line of an agent to those who answer for a product. ``topic_id`` is what it joins: the id of the line that
    was first, its own for a new one. The house reads it, whoever holds the customer; it is erased with them."""

    __tablename__ = "feedback"

    topic_id: Mapped[UUID] = mapped_column(Id, nullable=False, index=True, info=_FIELD)
    product: Mapped[str] = mapped_column(Text, nullable=False, info=_FIELD | FILLED)
    words: Mapped[str] = mapped_column(Text, nullable=False, info=_APPEND | PROSE | FILLED)
    customer_id: Mapped[UUID | None] = mapped_column(Id, info=_FIELD | refers("customer"))
    interaction_id: Mapped[UUID | None] = mapped_column(Id, info=_APPEND | refers("interaction"))
    complaint_id: Mapped[UUID | None] = mapped_column(Id, info=_APPEND | refers("complaint"))
    made_by: Mapped[UUID | None] = mapped_column(Id, info=_APPEND | refers("agent"))
    made_at: Mapped[datetime] = mapped_column(Instant, nullable=False, info=_APPEND)

    __table_args__ = (
        Index("ix_feedback_customer_id", "customer_id", "made_at"),
        {"info": came_with(5) | for_all()},
    )


class FeedbackAnswer(Synced):
    """What those who answer for a product say to a topic, written once."""

    __tablename__ = "feedback_answer"

    topic_id: Mapped[UUID] = mapped_column(Id, nullable=False, index=True, info=_APPEND)
    words: Mapped[str] = mapped_column(Text, nullable=False, info=_APPEND | PROSE | FILLED)
    by_id: Mapped[UUID | None] = mapped_column(Id, info=_APPEND | refers("agent"))
    at: Mapped[datetime] = mapped_column(Instant, nullable=False, info=_APPEND)

    __table_args__ = ({"info": came_with(5) | led()},)
