"""Every synced table by name: importing this module declares them all.

A new synced table is a declaration in this package, one line here and a migration; nothing else changes.
"""

from __future__ import annotations

from sqlalchemy import Table

from crmdesk.models.base import Merge, Synced
from crmdesk.models.complaint import Complaint
from crmdesk.models.customer import ContactPoint, Customer
from crmdesk.models.interaction import CallLeg, Interaction, Note
from crmdesk.models.people import Agent, Disposition, Queue

SYNCED: dict[str, type[Synced]] = {
    model.__tablename__: model
    for model in (Agent, Queue, Disposition, Customer, ContactPoint, Interaction, Note, CallLeg, Complaint)
}

ENTITY_CODES: dict[str, int] = {name: code for code, name in enumerate(SYNCED, start=1)}


def table_of(entity: str) -> Table:
    """Return the table of a synced entity; raises KeyError for a name that is not synced."""
    table = SYNCED[entity].__table__
    assert isinstance(table, Table)
    return table


def writable_columns(entity: str) -> frozenset[str]:
    """Return the columns that a desk may set when it makes a row."""
    return frozenset(c.key for c in table_of(entity).columns if c.info.get("merge") is not Merge.SERVER)


def editable_columns(entity: str) -> frozenset[str]:
    """Return the columns that a desk may change afterwards."""
    return frozenset(c.key for c in table_of(entity).columns if c.info.get("merge") in (Merge.FIELD, Merge.TEXT))


__all__ = ["ENTITY_CODES", "SYNCED", "Synced", "editable_columns", "table_of", "writable_columns"]
