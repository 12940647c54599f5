"""Knowledge: articles, call scripts and text modules as editions that are never edited, and what scripts were answered.

A row is one edition of one thing, named by ``code`` and ``version``; who made it and when the row tells as every synced
one does. The newest edition is what is shown, the older ones stay. Only those who lead make editions (``led``), and all
of the house reads them.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from crmdesk.domain.knowledge.edition import EditionState
from crmdesk.models.base import Id, Instant, Merge, Synced, came_with, child_of, led, merges, only_one, refers
from crmdesk.models.limits import FILLED, PROSE, one_of

_FIELD = merges(Merge.FIELD)
_APPEND = merges(Merge.APPEND)
_LED = {"info": came_with(4) | led()}


class Edition:
    """What every edition carries.

    ``edition`` is "code/version"; since only one row may have it, of two people who publish the same version at once
    the second is told. ``state`` is a ``domain.knowledge.edition.EditionState`` value, ``language`` a tag of BCP 47,
    empty for the house's own.
    """

    code: Mapped[str] = mapped_column(Text, nullable=False, info=_APPEND | FILLED)
    version: Mapped[int] = mapped_column(Integer, nullable=False, info=_APPEND | {"range": (1, 1_000_000)})
    edition: Mapped[str] = mapped_column(Text, nullable=False, index=True, info=only_one(Merge.APPEND) | FILLED)
    title: Mapped[str] = mapped_column(Text, nullable=False, info=_APPEND | FILLED)
    language: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_APPEND)
    state: Mapped[str] = mapped_column(Text, nullable=False, default="published", info=_APPEND | one_of(EditionState))
    body: Mapped[str] = mapped_column(Text, nullable=False, info=_APPEND | PROSE | FILLED)


class Article(Edition, Synced):
    """An article: ``body`` is plain text as ``domain.knowledge.article`` reads it, ``keywords`` parted by commas."""

    __tablename__ = "article"

    keywords: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_APPEND)

    __table_args__ = (Index("ix_article_code", "code", "version"), _LED)


class Script(Edition, Synced):
    """A call script: ``body`` is JSON as ``domain.knowledge.script`` reads it. ``queue`` is the name on the phone
    system of the queue for whose calls it is offered first, empty for none."""

    __tablename__ = "script"

    queue: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_APPEND)

    __table_args__ = (Index("ix_script_code", "code", "version"), _LED)


class TextModule(Edition, Synced):
    """A text module: ``code`` is its shortcut, ``body`` what is put into a note, with placeholders in braces."""

    __tablename__ = "text_module"

    __table_args__ = (Index("ix_text_module_code", "code", "version"), _LED)


class ScriptAnswer(Synced):
    """One answer in a run of a script, written once. Whoever goes back answers again: the later row counts.

    ``run_id`` is the id of the run's first answer; ``script`` the edition that was followed; ``leads_to`` the next
    step, empty at the end. Question and answer are kept in words, as they were then.
    """

    __tablename__ = "script_answer"

    interaction_id: Mapped[UUID] = mapped_column(Id, nullable=False, index=True, info=_APPEND | child_of("interaction"))
    customer_id: Mapped[UUID | None] = mapped_column(Id, info=_FIELD | refers("customer"))
    run_id: Mapped[UUID] = mapped_column(Id, nullable=False, info=_APPEND)
    script: Mapped[str] = mapped_column(Text, nullable=False, info=_APPEND | FILLED)
    title: Mapped[str] = mapped_column(Text, nullable=False, info=_APPEND | FILLED)
    step: Mapped[str] = mapped_column(Text, nullable=False, info=_APPEND | FILLED)
    question: Mapped[str] = mapped_column(Text, nullable=False, info=_APPEND | PROSE | FILLED)
    answer: Mapped[str] = mapped_column(Text, nullable=False, info=_APPEND | PROSE | FILLED)
    leads_to: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_APPEND)
    author_id: Mapped[UUID | None] = mapped_column(Id, info=_APPEND | refers("agent"))
    answered_at: Mapped[datetime] = mapped_column(Instant, nullable=False, info=_APPEND)

    __table_args__ = (
        Index("ix_script_answer_customer_id", "customer_id", "answered_at"),
        Index("ix_script_answer_run_id", "run_id", "answered_at"),
        {"info": came_with(4)},
    )
