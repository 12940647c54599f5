"""The desk's door to duplicates: who is there already, while somebody is being made."""

from __future__ import annotations

from uuid import UUID

from crmdesk.domain.desk import NewCustomer
from crmdesk.domain.duplicate_views import LikeCustomer
from crmdesk.domain.merge_preview import MergePreview
from crmdesk.runtime.database import Database
from crmdesk.services import duplicates, merging_preview


class DuplicatesDesk:
    """``region`` is the country whose numbers are written without a code."""

    def __init__(self, database: Database, region: str) -> None:
        self._database = database
        self._region = region

    async def like(self, new: NewCustomer) -> tuple[LikeCustomer, ...]:
        """Return the customers on this computer who resemble somebody about to be made, the likeliest first."""
        return await self._database.read(duplicates.like, new, self._region)

    async def preview(self, duplicate: UUID, survivor: UUID) -> MergePreview:
        """Return what merging a customer into another means; raises Refused where they are one already or not here."""
        return await self._database.read(merging_preview.preview, duplicate, survivor)
