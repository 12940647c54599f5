"""What was exchanged with a customer otherwise than by phone: e-mails, letters, what they wrote on the web, visits."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from crmdesk.domain.calls.live import Direction
from crmdesk.domain.stream import Channel
from crmdesk.models.base import Id, Instant, Merge, Synced, came_with, child_of, merges, refers
from crmdesk.models.limits import PROSE, one_of

_FIELD = merges(Merge.FIELD)
_APPEND = merges(Merge.APPEND)


class Message(Synced):
    """One e-mail, letter, web message or visit; what was sent never changes. ``channel`` is a ``domain.stream.Channel``
    value, ``direction`` a ``domain.calls.live.Direction`` value; ``address`` the other side as written, ``author_id``
    who of us sent or received it."""

    __tablename__ = "message"

    customer_id: Mapped[UUID | None] = mapped_column(Id, info=_FIELD | child_of("customer"))
    channel: Mapped[str] = mapped_column(Text, nullable=False, info=_APPEND | one_of(Channel))
    direction: Mapped[str] = mapped_column(Text, nullable=False, info=_APPEND | one_of(Direction))
    address: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_APPEND | PROSE)
    subject: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_APPEND | PROSE)
    body: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_APPEND | PROSE)
    happened_at: Mapped[datetime] = mapped_column(Instant, nullable=False, info=_APPEND)
    author_id: Mapped[UUID | None] = mapped_column(Id, info=_APPEND | refers("agent"))

    __table_args__ = (Index("ix_message_customer_id", "customer_id", "happened_at"), {"info": came_with(4)})
