"""The desk's door to the search over everything this computer holds."""

from __future__ import annotations

from crmdesk.domain.desk import SearchPage
from crmdesk.runtime.database import Database
from crmdesk.services import search


class SearchDesk:
    """Find anything. ``region`` is the country whose numbers are written without a code."""

    def __init__(self, database: Database, region: str) -> None:
        self._database = database
        self._region = region

    async def find(self, typed: str) -> SearchPage:
        """Return what fits, people first; an empty page for an empty text."""
        return await self._database.read(search.find, typed, self._region)
