"""Who is not the same person although it looks so (synced), and what the desk found itself (in its own file only)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, Float, Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from crmdesk.models.base import Id, Instant, Merge, Synced, came_with, child_of, merges, refers
from crmdesk.models.local import LocalBase

_FIELD = merges(Merge.FIELD)
_APPEND = merges(Merge.APPEND)


class NotDuplicate(Synced):
    """Somebody looked at two customers and said that they are two. ``removed`` takes it back."""

    __tablename__ = "not_duplicate"

    customer_id: Mapped[UUID | None] = mapped_column(Id, index=True, info=_APPEND | child_of("customer"))
    other_customer_id: Mapped[UUID | None] = mapped_column(Id, index=True, info=_APPEND | refers("customer"))
    removed: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False, info=_FIELD)

    __table_args__ = ({"info": came_with(4)},)


class DuplicatePairRow(LocalBase):
    """Two customers who may be one, as this desk found them; ``one`` is the smaller id. ``reasons`` are words of
    the program, never of the customers."""

    __tablename__ = "duplicate_pair"

    one: Mapped[UUID] = mapped_column(Id, primary_key=True)
    other: Mapped[UUID] = mapped_column(Id, primary_key=True)
    chance: Mapped[float] = mapped_column(Float, nullable=False)
    reasons: Mapped[str] = mapped_column(Text, nullable=False)
    found_at: Mapped[datetime] = mapped_column(Instant, nullable=False)

    __table_args__ = (
        Index("ix_duplicate_pair_chance", "chance"),
        Index("ix_duplicate_pair_other", "other"),
        {"sqlite_with_rowid": False},
    )


class DuplicateWalk(LocalBase):
    """How far the search for duplicates is: one row. ``stage`` is a ``domain.duplicate_views.Stage`` value, ``after``
    the text that was looked at last; ``finished_at`` when everything was gone through."""

    __tablename__ = "duplicate_walk"

    one: Mapped[int] = mapped_column(Integer, primary_key=True, default=1)
    stage: Mapped[str] = mapped_column(Text, nullable=False)
    after: Mapped[str] = mapped_column(Text, nullable=False, default="")
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
