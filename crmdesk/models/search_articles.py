"""Full-text search in articles: only the newest version of each is found, and none that was withdrawn."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from crmdesk.models.base import Id
from crmdesk.models.search import prefix_query

# In the order of the title, not of a rank: ranking short prefixes is too slow, and a house has a few hundred articles.
_ARTICLES = text(
    "SELECT article.id FROM article_words JOIN article ON article.rowid = article_words.rowid"
    " WHERE article_words MATCH :query AND article.state = 'published' AND NOT EXISTS"
    " (SELECT 1 FROM article newer WHERE newer.code = article.code AND newer.version > article.version)"
    " ORDER BY article_words.rowid DESC LIMIT :most"
).columns(id=Id)


def articles_by_words(session: Session, words: tuple[str, ...], most: int) -> list[UUID]:
    """Return articles that have every word as a prefix, in no order that means something."""
    return list(session.scalars(_ARTICLES, {"query": prefix_query(words), "most": most}))


def articles_titled(session: Session, words: tuple[str, ...], most: int) -> list[UUID]:
    """Return articles that have every word as a prefix in their title or keywords."""
    query = f"{{title keywords}} : ({prefix_query(words)})"
    return list(session.scalars(_ARTICLES, {"query": query, "most": most}))
