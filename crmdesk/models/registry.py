"""Every synced table by name: importing this module declares them all.

A new synced table is a declaration in this package, one line here and a migration; nothing else changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Table
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from crmdesk.models.attachment import ComplaintAttachment, RequestAttachment
from crmdesk.models.base import Merge, Synced
from crmdesk.models.callback import Callback
from crmdesk.models.complaint import Complaint, ComplaintIssue, ComplaintStep, Letter, Redress
from crmdesk.models.customer import ContactPoint, Customer, Relationship, Tag
from crmdesk.models.duplicates import NotDuplicate
from crmdesk.models.interaction import CallLeg, Interaction, Note
from crmdesk.models.knowledge import Article, Script, ScriptAnswer, TextModule
from crmdesk.models.learning import CorrectiveAction, Feedback, FeedbackAnswer
from crmdesk.models.message import Message
from crmdesk.models.people import Agent, Disposition, Queue
from crmdesk.models.request import Request, RequestStep
from crmdesk.models.rules import HouseRules, LetterTemplate, Regime
from crmdesk.models.task import Task

SYNCED: dict[str, type[Synced]] = {
    model.__tablename__: model
    for model in (
        *(Agent, Queue, Disposition, Customer, ContactPoint, Interaction, Note, CallLeg, Complaint, Callback),
        *(Relationship, Tag, Message),
        Task,
        *(Article, Script, TextModule, ScriptAnswer),
        NotDuplicate,
        *(ComplaintIssue, ComplaintStep, Redress, Letter),
        *(Regime, HouseRules, LetterTemplate),
        *(CorrectiveAction, Feedback, FeedbackAnswer),
        *(Request, RequestStep),
        *(ComplaintAttachment, RequestAttachment),
    )
}

_NOT_AT_FIRST = frozenset({Merge.SERVER, Merge.SURVIVOR})
_EDITABLE = frozenset({Merge.FIELD, Merge.TEXT, Merge.CLAIM, Merge.SURVIVOR})

ENTITY_CODES: dict[str, int] = {name: code for code, name in enumerate(SYNCED, start=1)}


def table_of(entity: str) -> Table:
    """Return the table of a synced entity; raises KeyError for a name that is not synced."""
    table = SYNCED[entity].__table__
    assert isinstance(table, Table)
    return table


@cache
def writable_columns(entity: str) -> frozenset[str]:
    """Return the columns that a desk may set when it makes a row."""
    return frozenset(c.key for c in table_of(entity).columns if c.info.get("merge") not in _NOT_AT_FIRST)


@cache
def editable_columns(entity: str) -> frozenset[str]:
    """Return the columns that a desk may change afterwards."""
    return frozenset(c.key for c in table_of(entity).columns if c.info.get("merge") in _EDITABLE)


@cache
def prose_columns(entity: str) -> frozenset[str]:
    """Return the columns that take unseen characters too (``limits.PROSE``)."""
    return frozenset(c.key for c in table_of(entity).columns if "prose" in c.info)


def known_columns(entity: str, schema: int) -> frozenset[str]:
    """Return the columns that a program of this schema version knows of a synced table, none of a table that it has
    not (``base.came_with``)."""
    table = table_of(entity)
    if table.info.get("since", 1) > schema:
        return frozenset()
    return frozenset(c.key for c in table.columns if c.info.get("since", 1) <= schema)


@cache
def unset_values(entity: str) -> Mapping[str, Any]:
    """Return what a row of this entity has in the columns that nobody set, where that is a value."""
    return {c.key: c.default.arg for c in table_of(entity).columns if isinstance(c.default, ScalarElementColumnDefault)}


def references_to(entity: str) -> tuple[tuple[str, str], ...]:
    """Return every (entity, column) that holds the id of a row of this entity, as the columns declare it."""
    return tuple(
        (name, column.key)
        for name in SYNCED
        for column in table_of(name).columns
        if column.info.get("refers") == entity
    )


def parent_of(entity: str) -> tuple[str, str] | None:
    """Return the (column, entity) that names the parent of an entity's rows, None where they have none."""
    for column in table_of(entity).columns:
        if column.info.get("parent"):
            return column.key, column.info["refers"]
    return None


__all__ = [
    "ENTITY_CODES",
    "SYNCED",
    "Synced",
    "editable_columns",
    "known_columns",
    "parent_of",
    "references_to",
    "table_of",
    "unset_values",
    "writable_columns",
]
