"""The desk's door to corrective actions, and to the customers whom the faults behind them reach."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from uuid import UUID

from crmdesk.domain.interactions import DraftKey
from crmdesk.domain.learning.actions import ActionView, NewAction
from crmdesk.domain.learning.affected import AffectedList, Way
from crmdesk.domain.sheets import Sheet
from crmdesk.runtime.database import Database
from crmdesk.services import actions, affected, drafts, exporting
from crmdesk.services.causes import CausesInForce


class ActionsDesk:
    """Changes are published as ``Changes`` of ``Kind.CORRECTIVE_ACTION`` and, of tasks that are given,
    ``Kind.TASK``."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._causes = CausesInForce()

    async def listed(self) -> tuple[ActionView, ...]:
        """Return the actions: open ones by the day they are due, then the others, the latest first."""
        return await self._database.read(lambda uow: actions.listed(uow, self._causes.tree(uow)))

    async def begin(self, new: NewAction, draft: DraftKey | None = None) -> UUID:
        """Begin an action; its ``draft`` is gone with that. Raises UserMistake at a field, Refused for somebody who
        does not lead."""
        return await self._database.write(
            drafts.turned_into, draft, lambda uow: actions.begin(uow, self._causes.tree(uow), new)
        )

    async def change(self, action_id: UUID, new: NewAction, draft: DraftKey | None = None) -> UUID:
        """Change what an action says; raises as ``begin`` does."""
        return await self._database.write(
            drafts.turned_into, draft, lambda uow: actions.change(uow, self._causes.tree(uow), action_id, new)
        )

    async def done(self, action_id: UUID, evidence: str, seen: str, draft: DraftKey | None = None) -> UUID:
        """Say that an action was done, and what shows it; ``seen`` is what stood there. Raises Refused."""
        return await self._database.write(drafts.turned_into, draft, actions.done, action_id, evidence, seen)

    async def write_evidence(self, action_id: UUID, evidence: str, seen: str, draft: DraftKey | None = None) -> UUID:
        """Write what shows that an action was done; ``seen`` is what stood there. Raises Refused."""
        return await self._database.write(drafts.turned_into, draft, actions.write_evidence, action_id, evidence, seen)

    async def drop(self, action_id: UUID) -> None:
        """Give an action up; raises Refused."""
        await self._database.write(actions.drop, action_id)

    async def reopen(self, action_id: UUID) -> None:
        """Let an action be open again; raises Refused."""
        await self._database.write(actions.reopen, action_id)

    async def affected(self, action_id: UUID, since: datetime | None) -> AffectedList:
        """Return the customers whom it reaches; raises Refused when the action is not here any more."""
        return await self._database.read(affected.affected, action_id, since)

    async def give_tasks(
        self,
        action_id: UUID,
        since: datetime | None,
        way: Way,
        words: str,
        due_at: datetime,
        due_zone: str,
        draft: DraftKey | None = None,
    ) -> int:
        """Give each affected customer who has none a follow-up and return how many; its ``draft`` is gone with that.
        Raises UserMistake at a field."""
        return await self._database.write(
            drafts.turned_into, draft, affected.give_tasks, action_id, since, way, words, due_at, due_zone
        )

    async def export(self, path: Path, sheet: Sheet) -> None:
        """Write a table to a file; raises UserMistake where that cannot be done."""
        await asyncio.to_thread(exporting.write, path, (sheet,))
