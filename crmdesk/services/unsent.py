"""What the server has not taken yet, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from crmdesk.domain.desk import UnsentChange, UnsentState
from crmdesk.models.local import ConflictRow, Cursor, Outbox, OutboxState
from crmdesk.models.people import Agent
from crmdesk.models.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Tally:
    """How much is unsent or refused, since when, and when the server was last heard."""

    unsent: int
    refused: int
    oldest_at: datetime | None
    pulled_at: datetime | None


def tally(uow: UnitOfWork) -> Tally:
    """Count what has not been taken."""
    waiting, oldest = uow.session.execute(
        select(func.count(), func.min(Outbox.made_at)).where(Outbox.state == OutboxState.WAITING.value)
    ).one()
    refused = uow.session.scalar(
        select(func.count()).select_from(Outbox).where(Outbox.state == OutboxState.REFUSED.value)
    )
    open_conflicts = uow.session.scalar(
        select(func.count()).select_from(ConflictRow).where(ConflictRow.settled_at.is_(None))
    )
    pulled = uow.session.scalar(select(Cursor.pulled_at))
    return Tally(waiting, (refused or 0) + (open_conflicts or 0), oldest, pulled)


def changes(uow: UnitOfWork, limit: int = 200) -> tuple[UnsentChange, ...]:
    """Return what was refused or clashed first, then what waits, oldest first."""
    me = uow.session.scalar(select(Agent.display_name).where(Agent.id == uow.actor)) or ""
    clashes = uow.session.scalars(
        select(ConflictRow).where(ConflictRow.settled_at.is_(None)).order_by(ConflictRow.found_at)
    )
    found = [
        UnsentChange(
            seq=0,
            what=row.title,
            who=me,
            made_at=row.found_at,
            state=UnsentState.CONFLICT,
            reason=f"A colleague changed the same field ({row.field}); both versions are kept.",
        )
        for row in clashes
    ]
    queued = uow.session.scalars(
        select(Outbox)
        .where(Outbox.state.in_((OutboxState.WAITING.value, OutboxState.REFUSED.value)))
        .order_by(Outbox.state, Outbox.seq)
        .limit(limit)
    )
    found += [
        UnsentChange(
            seq=row.seq,
            what=row.title,
            who=me,
            made_at=row.made_at,
            state=UnsentState(row.state),
            reason=row.reason,
        )
        for row in queued
    ]
    return tuple(found)
