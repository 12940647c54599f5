"""The demo's articles, scripts and text modules as rows of a desk, as if they had been pulled."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from crmdesk.domain.knowledge.edition import NewEdition, Shelf, edition_of
from crmdesk.domain.knowledge.files import read_folder
from crmdesk.models.base import Synced
from crmdesk.models.knowledge import Article, Script, TextModule
from tests.support.clock import AFTERNOON
from tests.support.desk import JABU, known_id

DEMO = Path(__file__).parents[2] / "resources" / "demo" / "knowledge"
QUEUE = "heating-emergency"


def rows_of(editions: list[NewEdition] | None = None, version: int = 1) -> list[Synced]:
    """Return these editions as rows; the demo's by default, its emergency script for the queue of the tests."""
    return [row_of(one, version) for one in (read_folder(DEMO) if editions is None else editions)]


def row_of(one: NewEdition, version: int = 1) -> Synced:
    """Return an edition as a row."""
    models: dict[Shelf, type[Article | Script | TextModule]] = {
        Shelf.ARTICLE: Article,
        Shelf.SCRIPT: Script,
        Shelf.TEXT_MODULE: TextModule,
    }
    own = {Shelf.ARTICLE: {"keywords": one.keywords}, Shelf.SCRIPT: {"queue": QUEUE if one.queue else ""}}
    return models[one.shelf](
        id=article_id(one.code, version)
        if one.shelf is Shelf.ARTICLE
        else known_id(f"{one.shelf} {one.code} {version}"),
        code=one.code,
        version=version,
        edition=edition_of(one.code, version),
        title=one.title,
        body=one.body,
        language="",
        state=one.state.value,
        scope_id=1,
        ver=1,
        updated_by=JABU,
        updated_at=AFTERNOON,
        **own.get(one.shelf, {}),
    )


def article_id(code: str, version: int = 1) -> UUID:
    """Return the id of a version of an article."""
    return known_id(f"article {code} {version}")
