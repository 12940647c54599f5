"""How much of this desk's work the server has not taken: counted for the screens and told to the server."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crmdesk.domain.quick import dataclass
from crmdesk.models.local import ConflictRow, Outbox, OutboxState

_NOT_TAKEN = (OutboxState.REFUSED.value, OutboxState.TAKEN.value)
_COUNTED = select(
    func.count(),
    func.min(Outbox.made_at),
    select(func.count()).select_from(Outbox).where(Outbox.state.in_(_NOT_TAKEN)).scalar_subquery(),
    select(func.count()).select_from(ConflictRow).where(ConflictRow.settled_at.is_(None)).scalar_subquery(),
).where(Outbox.state == OutboxState.WAITING.value)


@dataclass(frozen=True, slots=True)
class Standing:
    """Changes that wait and since when, changes that were refused, and conflicts that nobody settled."""

    unsent: int
    unsent_since: datetime | None
    refused: int
    conflicts: int


def standing(session: Session) -> Standing:
    """Count what is here and not at the server."""
    return Standing(*session.execute(_COUNTED).one())
