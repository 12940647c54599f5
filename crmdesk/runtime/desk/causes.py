"""The desk's door to root causes: the tree, how often each is named, and changing it for those who lead."""

from __future__ import annotations

from uuid import UUID

from crmdesk.domain.complaints import ComplaintRow
from crmdesk.domain.interactions import DraftKey
from crmdesk.domain.learning.causes import Cause, Tree
from crmdesk.domain.learning.counting import Counts, Span
from crmdesk.runtime.database import Database
from crmdesk.services import causes, drafts


class CausesDesk:
    """Changes are published as ``Changes`` of ``Kind.HOUSE_RULES`` (the tree) and ``Kind.COMPLAINT_ISSUE``."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._causes = causes.CausesInForce()

    async def tree(self) -> Tree:
        """Return the newest tree, an empty one where none was published."""
        return await self._database.read(self._causes.tree)

    async def counts(self, span: Span) -> Counts:
        """Return how many complaints of a time name each cause."""
        return await self._database.read(lambda uow: causes.counts(uow, self._causes.tree(uow), span))

    async def behind(self, tree: Tree, span: Span, code: str) -> tuple[ComplaintRow, ...]:
        """Return the complaints behind a count, newest first, two hundred at most; of an empty code those without."""
        return await self._database.read(causes.behind, tree, span, code)

    async def put(self, tree: Tree, cause: Cause, draft: DraftKey | None = None) -> UUID:
        """Publish the tree that was seen with a cause, new or changed; its ``draft`` is gone with that. Raises
        UserMistake at ``code``, ``title``, ``under`` or ``version``, Refused for somebody who does not lead."""
        return await self._database.write(drafts.turned_into, draft, causes.put, tree, cause)
