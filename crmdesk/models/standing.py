"""How much of this desk's work the server has not taken: counted for the screens and told to the server."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crmdesk.domain.quick import dataclass
from crmdesk.models.local import ConflictRow, Outbox, OutboxState

_NOT_TAKEN = (OutboxState.REFUSED.value, OutboxState.TAKEN.value)


@dataclass(frozen=True, slots=True)
class Standing:
    """Changes that wait and since when, changes that were refused, and conflicts that nobody settled."""

    unsent: int
    unsent_since: datetime | None
    refused: int
    conflicts: int


def standing(session: Session) -> Standing:
    """Count what is here and not at the server."""
    waiting, oldest = session.execute(
        select(func.count(), func.min(Outbox.made_at)).where(Outbox.state == OutboxState.WAITING.value)
    ).one()
    refused = session.scalar(select(func.count()).select_from(Outbox).where(Outbox.state.in_(_NOT_TAKEN)))
    conflicts = session.scalar(select(func.count()).select_from(ConflictRow).where(ConflictRow.settled_at.is_(None)))
    return Standing(waiting, oldest, refused or 0, conflicts or 0)
