"""Names of fields, and their values as words, for lists that show changes of any record."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column

from crmdesk.models.customer import Customer
from crmdesk.models.people import Agent, Disposition
from crmdesk.models.registry import table_of
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.models.wireform import from_wire

_LABELS = {
    "body": "Note",
    "latin_name": "Name in Latin letters",
    "since": "Customer since",
    "care": "Care marker",
    "e164": "Number",
    "value": "Contact",
    "shared": "Shared number",
    "customer_id": "Customer",
    "agent_id": "Agent",
    "disposition_id": "Outcome of the call",
    "closed_reason": "How it ended",
    "desired_remedy": "Remedy wished for",
    "safety": "Safety at risk",
    "due_at": "Due",
    "due_zone": "Time zone",
    "assigned_to": "Taken by",
    "offered_to": "Handed to",
    "words": "What was promised",
    "closed_at": "Finished",
    "closed_by": "Finished by",
    "complaint_id": "Complaint",
    "merged_into": "Merged into",
    "do_not_call": "Do not call",
}


def label_of(field: str) -> str:
    """Return the name of a field as screens write it."""
    return _LABELS.get(field) or field.replace("_", " ").capitalize()


def words_of(uow: UnitOfWork, entity: str, field: str, value: Any) -> str:
    """Return a value in wire form as words: names instead of ids, empty for nothing."""
    column = table_of(entity).columns.get(field)
    if value is None or column is None:
        return ""
    return _words(uow, column, from_wire(entity, {field: value})[field])


def _words(uow: UnitOfWork, column: Column[Any], value: Any) -> str:
    match value:
        case bool():
            return "Yes" if value else "No"
        case UUID():
            return _name(uow, column.info.get("refers", ""), value)
        case datetime():
            return f"{value:%Y-%m-%d %H:%M} UTC"
        case str() if "one_of" in column.info:
            return value.replace("_", " ").capitalize()
    return str(value)


def _name(uow: UnitOfWork, entity: str, row_id: UUID) -> str:
    match entity:
        case "agent":
            agent = uow.session.get(Agent, row_id)
            return agent.display_name if agent else "Somebody else"
        case "customer":
            customer = uow.session.get(Customer, row_id)
            return customer.name if customer else "Another customer"
        case "disposition":
            disposition = uow.session.get(Disposition, row_id)
            return disposition.label if disposition else "Another outcome"
    return "Another record"
