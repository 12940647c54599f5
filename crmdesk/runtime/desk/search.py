"""The desk's door to the search over everything this computer holds."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from crmdesk.domain.found import Hit, SearchPage, Shelf
from crmdesk.runtime.database import Database
from crmdesk.runtime.desk.elsewhere import Elsewhere
from crmdesk.services import search, within_reach

FEWEST_LETTERS = 3
"""The server is not asked for less."""


class SearchDesk:
    """Find anything. ``region`` is the country whose numbers are written without a code."""

    def __init__(self, database: Database, region: str, elsewhere: Elsewhere) -> None:
        self._database = database
        self._region = region
        self._elsewhere = elsewhere

    async def find(self, typed: str) -> SearchPage:
        """Return what fits, people first; an empty page for an empty text.

        While the first copy of the records is on its way, the server is asked for people who are not here yet.
        """
        found = await self._database.read(search.find, typed, self._region)
        if found.hits or not self._elsewhere.incomplete or len(typed.strip()) < FEWEST_LETTERS:
            return found
        if not await self._elsewhere.find(typed.strip()):
            return found
        return await self._database.read(search.find, typed, self._region)

    async def people(self, ids: Sequence[UUID]) -> tuple[Hit, ...]:
        """Return these customers as a search shows them, in their order."""
        return await self._database.read(search.people, ids)

    async def shelf(self) -> Shelf:
        """Return who is pinned, and who was opened last; nobody before somebody signed in."""
        return Shelf() if self._database.actor is None else await self._database.read(within_reach.shelf)

    async def opened(self, customer_id: UUID) -> None:
        """Note that a customer was opened."""
        if self._database.actor is not None:
            await self._database.write(within_reach.opened, customer_id)

    async def pin(self, customer_id: UUID) -> bool:
        """Pin a customer, or let go of one who is pinned; return whether they are pinned now. Raises Refused when too
        many are."""
        return await self._database.write(within_reach.pin, customer_id)
