"""How much of this desk's work the server has not taken: counted for the screens and told to the server."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from crmdesk.domain.quick import dataclass
from crmdesk.models.attachment import ContentState, WaitingContent
from crmdesk.models.local import ConflictRow, Outbox, OutboxState

_NOT_TAKEN = (OutboxState.REFUSED.value, OutboxState.TAKEN.value)
CONTENT_ALONE = (WaitingContent.entity != "") & ~exists().where(
    Outbox.entity == WaitingContent.entity, Outbox.row_id == WaitingContent.id
)
"""A file's content whose row the server has already; before that the row's change stands for both."""


def _contents(state: ContentState) -> Select[int, datetime | None]:
    counted = select(func.count(), func.min(WaitingContent.added_at))
    return counted.where(CONTENT_ALONE, WaitingContent.state == state.value)


_CHANGES = select(
    func.count(),
    func.min(Outbox.made_at),
    select(func.count()).select_from(Outbox).where(Outbox.state.in_(_NOT_TAKEN)).scalar_subquery(),
    select(func.count()).select_from(ConflictRow).where(ConflictRow.settled_at.is_(None)).scalar_subquery(),
).where(Outbox.state == OutboxState.WAITING.value)
_WAITING = _contents(ContentState.WAITING)
_REFUSED = _contents(ContentState.REFUSED)


@dataclass(frozen=True, slots=True)
class Standing:
    """Changes and contents of files that wait and since when, those that were refused, and conflicts that nobody
    settled."""

    unsent: int
    unsent_since: datetime | None
    refused: int
    conflicts: int


def standing(session: Session) -> Standing:
    """Count what is here and not at the server."""
    waiting, since, refused, conflicts = session.execute(_CHANGES).one()
    files, files_since = session.execute(_WAITING).one()
    refused_files, _ = session.execute(_REFUSED).one()
    oldest = min((at for at in (since, files_since) if at is not None), default=None)
    return Standing(waiting + files, oldest, refused + refused_files, conflicts)
