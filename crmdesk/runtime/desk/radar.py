"""The desk's door to the deficiency radar: what rises among the complaints on this computer, and who noted it."""

from __future__ import annotations

import asyncio
from datetime import date, tzinfo
from uuid import UUID

from crmdesk.domain.clock import Clock
from crmdesk.domain.complaints import ComplaintRow
from crmdesk.domain.radar.alerts import Alert, radar
from crmdesk.domain.radar.cells import Case
from crmdesk.domain.radar.views import Noted, RadarRow, RadarView, is_noted, noted_key
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.runtime import settings
from crmdesk.runtime.database import Database
from crmdesk.services import radar as counting

_REMEMBERED = 1000
"""How many cells are remembered of each person, those taken note of last."""


class RadarDesk:
    """Complaints are read on a reading thread and counted on a thread of their own: a large house takes seconds."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def look(self, zone: tzinfo) -> RadarView:
        """Return the alerts that are open today, in the reader's ``zone``; raises Unavailable."""
        today = self._clock.now().astimezone(zone).date()
        cases = await self._database.read(counting.counted, today)
        noted = await self._database.read(_noted, self._database.actor)
        return await asyncio.to_thread(_view, cases, today, noted)

    async def cases(self, alert: Alert) -> tuple[ComplaintRow, ...]:
        """Return the complaints of an alert, newest first, two hundred at most."""
        return await self._database.read(counting.behind, alert.cases)

    async def take_note(self, alert: Alert, day: date) -> None:
        """Remember on this computer that whoever is signed in took note of an alert; raises Unavailable."""
        await self._database.write(_take_note, self._database.actor, alert, day)

    async def forget(self, alert: Alert) -> None:
        """Take back that somebody took note of an alert; raises Unavailable."""
        await self._database.write(_forget, self._database.actor, alert)


def _view(cases: tuple[Case, ...], today: date, noted: Noted) -> RadarView:
    found = radar(cases, today, min((case.day for case in cases), default=None))
    rows = tuple(RadarRow(alert, is_noted(alert, noted)) for alert in found.alerts)
    return RadarView(today, rows, len(cases), found.cells, found.ready_on)


def _noted(uow: UnitOfWork, who: UUID | None) -> Noted:
    kept = settings.get(uow, settings.RADAR_NOTED) or {}
    return {
        (product, category, area): date.fromisoformat(day) for product, category, area, day in kept.get(str(who), ())
    }


def _keep(uow: UnitOfWork, who: UUID | None, noted: Noted) -> None:
    kept = settings.get(uow, settings.RADAR_NOTED) or {}
    mine = [[*cell, day.isoformat()] for cell, day in noted.items()][-_REMEMBERED:]
    settings.put(uow, settings.RADAR_NOTED, {**kept, str(who): mine})


def _take_note(uow: UnitOfWork, who: UUID | None, alert: Alert, day: date) -> None:
    cells = {noted_key(cell): day for cell in alert.cells}
    others = {cell: at for cell, at in _noted(uow, who).items() if cell not in cells}
    _keep(uow, who, others | cells)


def _forget(uow: UnitOfWork, who: UUID | None, alert: Alert) -> None:
    cells = {noted_key(cell) for cell in alert.cells}
    _keep(uow, who, {cell: at for cell, at in _noted(uow, who).items() if cell not in cells})
