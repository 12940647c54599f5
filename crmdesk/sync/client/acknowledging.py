"""Tells the server what was applied here and how this desk stands; the answer prolongs the lease."""

from __future__ import annotations

from uuid import UUID

from crmdesk.models.base import to_microseconds
from crmdesk.models.local import Cursor
from crmdesk.models.standing import standing
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.sync.wire import Ack


def what_to_tell(uow: UnitOfWork, device_id: UUID) -> Ack | None:
    """Return the message of this round, None before anything was pulled."""
    cursor = uow.session.get(Cursor, 1)
    if cursor is None or cursor.position is None:
        return None
    now = standing(uow.session)
    since = 0 if now.unsent_since is None else to_microseconds(now.unsent_since)
    return Ack(device_id, cursor.position, now.unsent, since, now.refused, now.conflicts)
