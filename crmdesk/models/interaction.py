"""Interactions, their append-only notes and their call legs."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, Float, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from crmdesk.domain.calls.live import Direction, EndedBy, Outcome, RingResult
from crmdesk.domain.interactions import InteractionState
from crmdesk.models.base import Id, Instant, Merge, Synced, child_of, merges, refers
from crmdesk.models.limits import E164, FILLED, PROSE, one_of

_FIELD = merges(Merge.FIELD)
_APPEND = merges(Merge.APPEND)


class Interaction(Synced):
    """One contact with a customer, from its first ring. Its id is the contact's id, so that the gateway and the desk
    make the same row. ``e164`` is None when withheld. Times in seconds; values of ``direction``, ``outcome`` and
    ``ended_by`` as in ``domain.calls.live``, of ``state`` as in ``domain.interactions.InteractionState``."""

    __tablename__ = "interaction"

    customer_id: Mapped[UUID | None] = mapped_column(Id, info=_FIELD | refers("customer"))
    channel: Mapped[str] = mapped_column(Text, nullable=False, default="phone", info=_APPEND)
    direction: Mapped[str] = mapped_column(Text, nullable=False, info=_APPEND | one_of(Direction))
    e164: Mapped[str | None] = mapped_column(Text, info=_APPEND | E164)
    extension: Mapped[str | None] = mapped_column(Text, info=_APPEND)
    withheld: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False, info=_APPEND)
    caller_name: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_APPEND | PROSE)
    did: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_APPEND | PROSE)
    queue: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_FIELD)
    agent_id: Mapped[UUID | None] = mapped_column(Id, info=_FIELD | refers("agent"))
    began_at: Mapped[datetime] = mapped_column(Instant, nullable=False, info=_APPEND)
    answered_at: Mapped[datetime | None] = mapped_column(Instant, info=_FIELD)
    ended_at: Mapped[datetime | None] = mapped_column(Instant, info=_FIELD)
    wait_s: Mapped[float | None] = mapped_column(Float, info=_FIELD)
    talk_s: Mapped[float | None] = mapped_column(Float, info=_FIELD)
    hold_s: Mapped[float | None] = mapped_column(Float, info=_FIELD)
    outcome: Mapped[str | None] = mapped_column(Text, info=_FIELD | one_of(Outcome))
    ended_by: Mapped[str | None] = mapped_column(Text, info=_FIELD | one_of(EndedBy))
    disposition_id: Mapped[UUID | None] = mapped_column(Id, info=_FIELD | refers("disposition"))
    state: Mapped[str] = mapped_column(Text, nullable=False, default="open", info=_FIELD | one_of(InteractionState))
    closed_reason: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_FIELD)

    __table_args__ = (
        Index("ix_interaction_customer_id", "customer_id", "began_at"),
        Index("ix_interaction_agent_id", "agent_id", "began_at"),
        Index("ix_interaction_e164", "e164", "began_at"),
    )


class Note(Synced):
    """What somebody wrote: written once, never edited; a correction is another note."""

    __tablename__ = "note"

    interaction_id: Mapped[UUID | None] = mapped_column(Id, index=True, info=_APPEND | child_of("interaction"))
    customer_id: Mapped[UUID | None] = mapped_column(Id, info=_FIELD | refers("customer"))
    author_id: Mapped[UUID | None] = mapped_column(Id, info=_APPEND | refers("agent"))
    body: Mapped[str] = mapped_column(Text, nullable=False, info=_APPEND | PROSE | FILLED)
    written_at: Mapped[datetime] = mapped_column(Instant, nullable=False, info=_APPEND)

    __table_args__ = (Index("ix_note_customer_id", "customer_id", "written_at"),)


class CallLeg(Synced):
    """One agent's part of an interaction: ``result`` is a ``domain.calls.live.RingResult`` value; times in seconds."""

    __tablename__ = "call_leg"

    interaction_id: Mapped[UUID] = mapped_column(Id, nullable=False, index=True, info=_APPEND | child_of("interaction"))
    agent_extension: Mapped[str] = mapped_column(Text, nullable=False, info=_APPEND)
    queue: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_APPEND)
    rang_at: Mapped[datetime] = mapped_column(Instant, nullable=False, info=_APPEND)
    answered_at: Mapped[datetime | None] = mapped_column(Instant, info=_FIELD)
    ended_at: Mapped[datetime | None] = mapped_column(Instant, info=_FIELD)
    result: Mapped[str | None] = mapped_column(Text, info=_FIELD | one_of(RingResult))
    talk_s: Mapped[float | None] = mapped_column(Float, info=_FIELD)
    hold_s: Mapped[float | None] = mapped_column(Float, info=_FIELD)
