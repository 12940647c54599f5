"""What a search finds."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from crmdesk.domain.quick import dataclass


class HitKind(StrEnum):
    """What a search found."""

    PERSON = "person"
    COMPLAINT = "complaint"
    REQUEST = "request"
    NOTE = "note"
    ARTICLE = "article"


@dataclass(frozen=True, slots=True)
class Hit:
    """One search result; ``customer_id`` is what Enter opens, or the article of this ``id``. Of an article the
    ``version`` is known, of no other result."""

    kind: HitKind
    id: UUID
    customer_id: UUID | None
    title: str
    latin_title: str
    detail: str
    number: str | None
    excerpt: str
    at: datetime | None
    open_complaints: int = 0
    version: int = 0


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Results for one text, people first; ``people_total`` is None when it was not counted to the end."""

    text: str
    matched: tuple[str, ...]
    hits: tuple[Hit, ...]
    more: bool
    took_ms: float


@dataclass(frozen=True, slots=True)
class Shelf:
    """Who is offered before anything is typed: pinned customers, and those opened last that are not pinned."""

    pinned: tuple[Hit, ...] = ()
    recent: tuple[Hit, ...] = ()
