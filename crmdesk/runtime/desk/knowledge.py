"""The desk's doors to knowledge: articles and suggestions, text modules, and runs of call scripts."""

from __future__ import annotations

from uuid import UUID

from crmdesk.domain.interactions import DraftKey
from crmdesk.domain.knowledge.edition import ArticleView, NewEdition, ScriptLine, TextModule
from crmdesk.domain.knowledge.script import Given, Run
from crmdesk.runtime.database import Database
from crmdesk.services import drafts, knowledge, scripts


class KnowledgeDesk:
    """Everything here is on this computer; the network is never asked."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._ranked: knowledge.Ranked | None = None

    async def articles(self, typed: str = "") -> tuple[ArticleView, ...]:
        """Return the newest versions by title; with words, those that have them, the best first."""
        return await self._database.read(knowledge.articles, typed)

    async def article(self, article_id: UUID) -> ArticleView | None:
        """Return one version of an article."""
        return await self._database.read(knowledge.article, article_id)

    async def version(self, code: str, version: int) -> ArticleView | None:
        """Return a version of an article by its number."""
        return await self._database.read(knowledge.version_of, code, version)

    async def suggest(self, note: str) -> tuple[ArticleView, ...]:
        """Return the articles that fit the words of a note, the best first; nothing where none is sure enough."""
        self._ranked, found = await self._database.read(knowledge.suggest, self._ranked, note)
        return found

    async def text_modules(self) -> tuple[TextModule, ...]:
        """Return the text modules by shortcut."""
        return await self._database.read(knowledge.text_modules)

    async def publish(self, new: NewEdition, on: int | None = None, draft: DraftKey | None = None) -> UUID:
        """Publish the version after ``on``; its ``draft`` is gone with that. Raises UserMistake at its field, Refused
        for somebody who does not lead."""
        return await self._database.write(drafts.turned_into, draft, knowledge.publish, new, on)


class ScriptsDesk:
    """Call scripts and where their runs stand."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> tuple[ScriptLine, ...]:
        """Return the scripts that can be started, by title."""
        return await self._database.read(scripts.scripts)

    async def begin(self, edition: str) -> Run:
        """Return a script at its first step; raises Refused when it is not here."""
        return await self._database.read(scripts.begin, edition)

    async def under_way(self, interaction_id: UUID) -> Run | None:
        """Return the run of a call that was left half way."""
        return await self._database.read(scripts.under_way, interaction_id)

    async def followed(self, interaction_id: UUID) -> frozenset[str]:
        """Return the editions that were followed in a call, to their end or not."""
        return await self._database.read(scripts.followed, interaction_id)

    async def answer(self, given: Given, draft: DraftKey | None = None) -> Run:
        """Store an answer and return where the run stands; its ``draft`` is gone with that. Raises UserMistake for one
        that the step does not take."""
        return await self._database.write(drafts.turned_into, draft, scripts.answer, given)
