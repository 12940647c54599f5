"""The desk's door to duplicates: who is there already, while somebody is being made."""

from __future__ import annotations

from crmdesk.domain.desk import NewCustomer
from crmdesk.domain.duplicate_views import LikeCustomer
from crmdesk.runtime.database import Database
from crmdesk.services import duplicates


class DuplicatesDesk:
    """``region`` is the country whose numbers are written without a code."""

    def __init__(self, database: Database, region: str) -> None:
        self._database = database
        self._region = region

    async def like(self, new: NewCustomer) -> tuple[LikeCustomer, ...]:
        """Return the customers on this computer who resemble somebody about to be made, the likeliest first."""
        return await self._database.read(duplicates.like, new, self._region)
