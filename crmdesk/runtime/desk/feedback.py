"""The desk's door to feedback about products: telling it, answering it, and who was told of an answer."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from crmdesk.domain.interactions import DraftKey
from crmdesk.domain.learning.feedback import NewFeedback, Topic, Unread
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.runtime import settings
from crmdesk.runtime.database import Database
from crmdesk.services import drafts, feedback

_REMEMBERED = 1000


class FeedbackDesk:
    """Changes are published as ``Changes`` of ``Kind.FEEDBACK`` and ``Kind.FEEDBACK_ANSWER``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def tell(self, new: NewFeedback, draft: DraftKey | None = None) -> UUID:
        """Tell a line about a product; its ``draft`` is gone with that. Raises UserMistake at a field."""
        return await self._database.write(drafts.turned_into, draft, feedback.tell, new)

    async def answer(self, topic_id: UUID, words: str, draft: DraftKey | None = None) -> UUID:
        """Answer a topic; its ``draft`` is gone with that. Raises UserMistake, Refused for somebody who does not
        lead."""
        return await self._database.write(drafts.turned_into, draft, feedback.answer, topic_id, words)

    async def topics(self) -> tuple[Topic, ...]:
        """Return what was told, alike products together, those first in which something waits."""
        return await self._database.read(feedback.topics)

    async def about(self, product: str) -> tuple[Topic, ...]:
        """Return the topics about a product: one may be joined."""
        return await self._database.read(feedback.about, product)

    async def product_of(self, customer_id: UUID | None, complaint_id: UUID | None) -> str:
        """Return the product that a line is most likely about, empty where nobody knows."""
        return await self._database.read(feedback.product_of, customer_id, complaint_id)

    async def unread(self) -> tuple[Unread, ...]:
        """Return the answers to what this person told that they have not seen at this desk, the latest first."""
        return await self._database.read(_unread, self._database.actor)

    async def saw(self, answers: Sequence[UUID]) -> None:
        """Remember on this computer that this person saw answers; raises Unavailable."""
        await self._database.write(_saw, self._database.actor, tuple(map(str, answers)))


def _seen(uow: UnitOfWork, who: UUID | None) -> tuple[str, ...]:
    kept = settings.get(uow, settings.FEEDBACK_SEEN) or {}
    return tuple(kept.get(str(who), ()))


def _unread(uow: UnitOfWork, who: UUID | None) -> tuple[Unread, ...]:
    return feedback.unread(uow, frozenset(_seen(uow, who)))


def _saw(uow: UnitOfWork, who: UUID | None, answers: tuple[str, ...]) -> None:
    """Keep the last thousand of each person, the newest at the end."""
    kept = settings.get(uow, settings.FEEDBACK_SEEN) or {}
    seen = [*(one for one in _seen(uow, who) if one not in answers), *answers][-_REMEMBERED:]
    settings.put(uow, settings.FEEDBACK_SEEN, {**kept, str(who): seen})
