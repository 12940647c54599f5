"""The desk's door to duplicates: who is there already, pairs to look through, what a merge means."""

from __future__ import annotations

from collections import deque
from uuid import UUID

from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.customers import NewCustomer
from crmdesk.domain.duplicate_views import DuplicateList, LikeCustomer, Progress, Stage
from crmdesk.domain.merge_preview import MergePreview
from crmdesk.runtime.bus import Bus
from crmdesk.runtime.database import Database
from crmdesk.runtime.desk.elsewhere import Elsewhere
from crmdesk.services import duplicate_search, duplicates, merging_preview, not_duplicates

_AT_ONCE = 5
_WAITING = 500
_WRITTEN_EVERY = 25


class DuplicatesDesk:
    """``region`` is the country whose numbers are written without a code."""

    def __init__(self, database: Database, region: str, bus: Bus, elsewhere: Elsewhere) -> None:
        self._database = database
        self._region = region
        self._elsewhere = elsewhere
        self._at: Progress | None = None
        self._unwritten = 0
        self._changed: deque[UUID] = deque(maxlen=_WAITING)
        bus.subscribe(Changes, self._heard)

    async def like(self, new: NewCustomer) -> tuple[LikeCustomer, ...]:
        """Return the customers on this computer who resemble somebody about to be made, the likeliest first."""
        return await self._database.read(duplicates.like, new, self._region)

    async def of(self, customer_id: UUID) -> tuple[UUID, ...]:
        """Return who is probably the same as a customer, the likeliest first."""
        found = await self._database.read(duplicates.resembling, customer_id)
        return tuple(one.customer_id for one, _ in found)

    async def preview(self, duplicate: UUID, survivor: UUID) -> MergePreview:
        """Return what merging a customer into another means; raises Refused where they are one already or not here."""
        return await self._database.read(merging_preview.preview, duplicate, survivor)

    async def listed(self) -> DuplicateList:
        """Return the pairs that are probably one customer, the likeliest first."""
        return await self._database.read(duplicate_search.listed)

    async def not_the_same(self, one: UUID, other: UUID) -> None:
        """Remember that two customers are two, at every desk; raises Refused where nothing may be changed now."""
        await self._database.write(not_duplicates.say_not_the_same, one, other)

    async def perhaps_the_same(self, one: UUID, other: UUID) -> None:
        """Take back that two customers are two, and look at them again."""
        await self._database.write(not_duplicates.take_back, one, other)
        self._changed.append(one)
        await self.look_on()

    async def look_on(self) -> bool:
        """Go one small step on with the search; return False while there is nothing to look at.

        While the first copy of the records is on its way nothing is looked at.
        """
        if self._elsewhere.incomplete:
            return False
        at = self._at if self._at is not None else await self._database.read(duplicate_search.progress)
        self._at = at
        if self._changed:
            ids = [self._changed.popleft() for _ in range(min(_AT_ONCE, len(self._changed)))]
            found = await self._database.read(duplicate_search.look_at, ids)
            if found:
                await self._database.write(duplicate_search.keep, found, at)
            return True
        if at.stage is Stage.DONE:
            return False
        made = await self._database.read(duplicate_search.step, at)
        self._at = made.then
        self._unwritten += 1
        if made.found or made.then.stage is not at.stage or self._unwritten >= _WRITTEN_EVERY:
            self._unwritten = 0
            await self._database.write(duplicate_search.keep, made.found, made.then)
        return True

    def _heard(self, changes: Changes) -> None:
        for kind, row_id in changes.rows:
            if kind is Kind.CUSTOMER and row_id not in self._changed:
                self._changed.append(row_id)
