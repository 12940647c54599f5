"""Files attached to cases: what everybody knows of them, and their contents as far as they lie on this desk.

A row says what a file is and never changes; its content is no synced row. It travels by a way of its own
(``sync.file_wire``) and lies at the server beside the synced tables (docs/adr/0064).
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Boolean, Index, Integer, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from crmdesk.domain.attachments.kinds import FileKind
from crmdesk.domain.attachments.limits import LARGEST_FILE
from crmdesk.models.base import Id, Instant, Merge, Synced, came_with, child_of, merges, refers
from crmdesk.models.limits import DIGEST, FILE_NAME, one_of
from crmdesk.models.local import LocalBase

_FIELD = merges(Merge.FIELD)
_APPEND = merges(Merge.APPEND)


class Attached(Synced):
    """What is known of an attached file: its safe ``name``, ``media_type`` (a ``FileKind`` value), ``size`` in bytes,
    the SHA-256 digest of its content, who added it when. One that was taken back stays, with who did it when; its
    content is gone then."""

    __abstract__ = True

    name: Mapped[str] = mapped_column(Text, nullable=False, info=_APPEND | FILE_NAME)
    media_type: Mapped[str] = mapped_column(Text, nullable=False, info=_APPEND | one_of(FileKind))
    size: Mapped[int] = mapped_column(Integer, nullable=False, info=_APPEND | {"range": (1, LARGEST_FILE)})
    sha256: Mapped[str] = mapped_column(Text, nullable=False, info=_APPEND | DIGEST)
    added_by: Mapped[UUID | None] = mapped_column(Id, info=_APPEND | refers("agent"))
    added_at: Mapped[datetime] = mapped_column(Instant, nullable=False, info=_APPEND)
    removed: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False, info=_FIELD)
    removed_by: Mapped[UUID | None] = mapped_column(Id, info=_FIELD | refers("agent"))
    removed_at: Mapped[datetime | None] = mapped_column(Instant, info=_FIELD)


class ComplaintAttachment(Attached):
    """A file attached to a complaint."""

    __tablename__ = "complaint_attachment"

    complaint_id: Mapped[UUID] = mapped_column(Id, nullable=False, index=True, info=_APPEND | child_of("complaint"))

    __table_args__ = ({"info": came_with(5)},)


class RequestAttachment(Attached):
    """A file attached to a request."""

    __tablename__ = "request_attachment"

    request_id: Mapped[UUID] = mapped_column(Id, nullable=False, index=True, info=_APPEND | child_of("request"))

    __table_args__ = ({"info": came_with(5)},)


ATTACHMENTS: dict[str, type[Attached]] = {"complaint": ComplaintAttachment, "request": RequestAttachment}
"""The table of attachments of each kind of case (``domain.attachments.views.CaseKind``)."""


class ContentState(StrEnum):
    """How a content stands that the server does not have: it waits, or the server will not take it."""

    WAITING = "waiting"
    REFUSED = "refused"


class WaitingContent(LocalBase):
    """A file's content that the server does not have yet, kept in both files of the desk.

    Of a case ``entity`` names the table of its row, which has the same id. Of a form that is no case yet ``draft_kind``
    and ``draft_subject`` name its draft, and ``entity`` is empty.
    """

    __tablename__ = "waiting_content"

    id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    entity: Mapped[str] = mapped_column(Text, nullable=False, default="")
    draft_kind: Mapped[str] = mapped_column(Text, nullable=False, default="")
    draft_subject: Mapped[UUID | None] = mapped_column(Id)
    name: Mapped[str] = mapped_column(Text, nullable=False)
    media_type: Mapped[str] = mapped_column(Text, nullable=False)
    size: Mapped[int] = mapped_column(Integer, nullable=False)
    sha256: Mapped[str] = mapped_column(Text, nullable=False)
    added_at: Mapped[datetime] = mapped_column(Instant, nullable=False)
    state: Mapped[str] = mapped_column(Text, nullable=False, default=ContentState.WAITING)
    reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    data: Mapped[bytes] = mapped_column(LargeBinary, nullable=False)

    __table_args__ = (Index("ix_waiting_content_draft", "draft_subject", "draft_kind"),)


class CachedContent(LocalBase):
    """A file's content that the server has too; ``used_at`` is when it was last wanted here."""

    __tablename__ = "cached_content"

    id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    size: Mapped[int] = mapped_column(Integer, nullable=False)
    used_at: Mapped[datetime] = mapped_column(Instant, nullable=False, index=True)
    data: Mapped[bytes] = mapped_column(LargeBinary, nullable=False)
