"""Editions: a thing of knowledge is named by a code, and each change of it is another version, kept for good."""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import tr
from crmdesk.domain.quick import dataclass

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class EditionState(StrEnum):
    """Whether an edition is to be shown; a withdrawn one hides those before it too."""

    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Shelf(StrEnum):
    """What kinds of knowledge and rules there are, by the names of their tables."""

    ARTICLE = "article"
    SCRIPT = "script"
    TEXT_MODULE = "text_module"
    REGIME = "regime"
    HOUSE_RULES = "house_rules"
    LETTER_TEMPLATE = "letter_template"


@dataclass(frozen=True, slots=True)
class NewEdition:
    """What is to be published. ``keywords`` are an article's, ``queue`` a script's."""

    shelf: Shelf
    code: str
    title: str
    body: str
    keywords: str = ""
    queue: str = ""
    language: str = ""
    state: EditionState = EditionState.PUBLISHED


@dataclass(frozen=True, slots=True)
class ArticleView:
    """One version of an article; ``newest`` is the number of its latest. ``by`` is empty where nobody is known."""

    id: UUID
    code: str
    version: int
    newest: int
    title: str
    body: str
    keywords: tuple[str, ...]
    by: str
    at: datetime | None
    unsent: bool = False


@dataclass(frozen=True, slots=True)
class TextModule:
    """A text module as it is offered in a note."""

    shortcut: str
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class ScriptLine:
    """A script that can be started: its edition, its title and the queue it belongs to."""

    edition: str
    title: str
    queue: str


def edition_of(code: str, version: int) -> str:
    """Return the name of one version of a thing, of which there is only one."""
    return f"{code}/{version}"


def check_code(code: str) -> None:
    """Raise UserMistake for a code that cannot be typed as a shortcut or written in a list."""
    if _CODE.fullmatch(code) is None:
        advice = tr("Use small letters, digits and hyphens, as {example}.", example="no-heat")
        raise UserMistake("code", tr("{code} is no code.", code=repr(code)), advice)


def parted(keywords: str) -> tuple[str, ...]:
    """Return the keywords of a list that is parted by commas."""
    return tuple(word for part in keywords.split(",") if (word := " ".join(part.split())))
