"""How long this desk may open its file without having been heard of, as the server last said (docs/adr/0017)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from crmdesk.domain.errors import Refused
from crmdesk.domain.language import tr
from crmdesk.domain.quick import dataclass
from crmdesk.domain.sync_state import OUT_OF_USE
from crmdesk.models.attachment import CachedContent
from crmdesk.models.base import from_microseconds
from crmdesk.models.local import ConflictRow, Cursor
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.sync.wire import OUT_OF_USE_US


class OutOfUse(Refused):
    """This device was taken out of use at the server: its records are gone and its file is locked."""

    def __init__(self) -> None:
        next_step = tr("Its records were removed. Ask your administrator to take it into use again.")
        super().__init__(tr(OUT_OF_USE), next_step)


@dataclass(frozen=True, slots=True)
class Lease:
    """Until when the file may be shown; ``ran_out`` says that this is over. None: nobody ever set a limit.

    ``out_of_use`` says that the server ended it, not time.
    """

    until: datetime | None
    ran_out: bool
    out_of_use: bool = False


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
    out_of_use = cursor.lease_until == from_microseconds(OUT_OF_USE_US)
    return Lease(cursor.lease_until, latest > cursor.lease_until or out_of_use, out_of_use)


def forget_what_the_server_has(uow: UnitOfWork) -> None:
    """Remove, from both files, words that are kept although the server has them; what it never took stays."""
    uow.session.execute(delete(ConflictRow).where(ConflictRow.settled_at.is_not(None)))
    uow.session.execute(delete(CachedContent))
    if uow.keeper is not None:
        uow.keeper.forget_confirmed()
