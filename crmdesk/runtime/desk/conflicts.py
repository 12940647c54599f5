"""The desk's door to fields that two people changed: what is to settle, what merged by itself, and settling."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from crmdesk.domain.interactions import DraftKey
from crmdesk.domain.sync_state import ConflictView, Resolution
from crmdesk.runtime.database import Database
from crmdesk.services import conflicts, drafts


class ConflictsDesk:
    """Changes are published as ``Changes`` of ``Kind.CONFLICT``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, row_id: UUID | None = None) -> tuple[ConflictView, ...]:
        """Return what waits to be settled, newest first; only those of one record where ``row_id`` names it."""
        return await self._database.read(conflicts.open_conflicts, row_id)

    async def lately(self, since: datetime) -> tuple[ConflictView, ...]:
        """Return what was settled, or merged by itself, since then, newest first."""
        return await self._database.read(conflicts.lately, since)

    async def settle(
        self, seen: ConflictView, resolution: Resolution, text: str = "", draft: DraftKey | None = None
    ) -> None:
        """Settle a conflict as it was seen; ``text`` are the words made of both, for ``Resolution.BOTH``. Its ``draft``
        is gone with that.

        Raises Refused when it was settled meanwhile or a colleague changed the field once more: read it again then.
        """
        await self._database.write(drafts.turned_into, draft, conflicts.settle, seen, resolution, text)
