"""Attachments as screens get them, and what they belong to."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from crmdesk.domain.attachments.kinds import FileKind
from crmdesk.domain.interactions import DraftKey
from crmdesk.domain.quick import dataclass


class CaseKind(StrEnum):
    """What files can be attached to, by the name of its table."""

    COMPLAINT = "complaint"
    REQUEST = "request"


@dataclass(frozen=True, slots=True)
class CaseRef:
    """One case."""

    kind: CaseKind
    id: UUID


Owner = CaseRef | DraftKey
"""What a file is attached to: a case, or a form that will be one."""


class Whereabouts(StrEnum):
    """Where the content of an attachment is.

    ``WAITING``: here, and the server does not have it yet. ``REFUSED``: here, and the server will not take it.
    ``HERE``: at the server, and here too. ``ELSEWHERE``: at the server, or still on the desk that added it.
    """

    WAITING = "waiting"
    REFUSED = "refused"
    HERE = "here"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class AttachmentView:
    """One attached file. ``kind`` is None for one that this version does not know; ``size`` are bytes; ``reason`` says
    why the server refused its content, empty where it did not; ``mine`` says whether this person may take it back."""

    id: UUID
    name: str
    kind: FileKind | None
    size: int
    added_by: str
    added_at: datetime
    whereabouts: Whereabouts
    reason: str = ""
    mine: bool = False
