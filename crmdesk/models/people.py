"""The house: agents, queues and the outcomes that can be chosen at wrap-up."""

from __future__ import annotations

from sqlalchemy import Boolean, Float, Integer, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from crmdesk.models.base import Merge, Synced, came_with, merges, only_one

_SERVER = merges(Merge.SERVER)


class Agent(Synced):
    """Somebody who works here. ``role`` is a ``domain.people.Role`` value; ``extension`` their phone, if any;
    ``skills`` what they can do that routing may ask for, parted by commas."""

    __tablename__ = "agent"

    login: Mapped[str] = mapped_column(Text, nullable=False, index=True, info=only_one(Merge.SERVER))
    display_name: Mapped[str] = mapped_column(Text, nullable=False, info=_SERVER)
    extension: Mapped[str | None] = mapped_column(Text, index=True, info=_SERVER)
    role: Mapped[str] = mapped_column(Text, nullable=False, info=_SERVER)
    active: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True, info=_SERVER)
    skills: Mapped[str] = mapped_column(
        Text, nullable=False, default="", server_default=text("''"), info=_SERVER | came_with(5)
    )


class Queue(Synced):
    """A queue: ``name`` as the phone system says it, ``label`` as people do; times in seconds."""

    __tablename__ = "queue"

    name: Mapped[str] = mapped_column(Text, nullable=False, index=True, info=only_one(Merge.SERVER))
    label: Mapped[str] = mapped_column(Text, nullable=False, info=_SERVER)
    target_s: Mapped[float] = mapped_column(Float, nullable=False, default=20.0, info=_SERVER)
    short_abandon_s: Mapped[float] = mapped_column(Float, nullable=False, default=5.0, info=_SERVER)
    wrap_up_s: Mapped[float] = mapped_column(Float, nullable=False, default=60.0, info=_SERVER)
    formula: Mapped[str] = mapped_column(Text, nullable=False, default="short_abandons_out", info=_SERVER)


class Disposition(Synced):
    """An outcome of an interaction; ``position`` orders the list."""

    __tablename__ = "disposition"

    code: Mapped[str] = mapped_column(Text, nullable=False, index=True, info=only_one(Merge.SERVER))
    label: Mapped[str] = mapped_column(Text, nullable=False, info=_SERVER)
    position: Mapped[int] = mapped_column(Integer, nullable=False, info=_SERVER)
    active: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True, info=_SERVER)
