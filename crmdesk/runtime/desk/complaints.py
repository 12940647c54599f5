"""The desk's door to complaints."""

from __future__ import annotations

from uuid import UUID

from crmdesk.domain.complaints import ComplaintPrefill, ComplaintRow, NewComplaint
from crmdesk.domain.interactions import DraftKey
from crmdesk.runtime.database import Database
from crmdesk.services import complaints, drafts


class ComplaintsDesk:
    """Registering complaints and seeing the open ones."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def prefill(
        self, interaction_id: UUID | None, customer_id: UUID | None, note: str, reference: str | None = None
    ) -> ComplaintPrefill:
        """Return what the form knows already, with a new reference unless a draft holds one.

        Raises Unavailable when no reference is left on this computer.
        """
        return await self._database.write(complaints.prefill, interaction_id, customer_id, note, reference)

    async def register(self, new: NewComplaint, draft: DraftKey | None = None) -> UUID:
        """Register a complaint; its ``draft`` is gone with that. Raises UserMistake at the field that is missing."""
        return await self._database.write(drafts.turned_into, draft, complaints.register, new)

    async def open(self) -> tuple[ComplaintRow, ...]:
        """Return the complaints that are not closed, newest first."""
        return await self._database.read(complaints.open_complaints)
