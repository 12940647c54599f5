"""How long this desk may open its file without having been heard of, as the server last said (docs/adr/0017)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crmdesk.models.base import from_microseconds
from crmdesk.models.local import Cursor
from crmdesk.models.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Lease:
    """Until when the file may be shown; ``ran_out`` says that this is over. None: nobody ever set a limit."""

    until: datetime | None
    ran_out: bool


def keep(uow: UnitOfWork, lease_until_us: int, server_time_us: int) -> None:
    """Keep what the server said, both in microseconds since 1970 UTC. Its time never goes back here."""
    cursor = uow.session.get_one(Cursor, 1)
    if lease_until_us > 0:
        cursor.lease_until = from_microseconds(lease_until_us)
    told = from_microseconds(server_time_us)
    if cursor.server_time is None or cursor.server_time < told:
        cursor.server_time = told


def lease(uow: UnitOfWork) -> Lease:
    """Return how this desk stands by the later of its own clock and the last that the server told."""
    cursor = uow.session.get(Cursor, 1)
    if cursor is None or cursor.lease_until is None:
        return Lease(None, ran_out=False)
    now = uow.clock.now()
    latest = now if cursor.server_time is None else max(now, cursor.server_time)
    return Lease(cursor.lease_until, ran_out=latest > cursor.lease_until)
