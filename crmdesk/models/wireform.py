"""Field values in the form in which they travel and wait in the outbox (see ``sync.wire``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Date, Numeric

from crmdesk.models.base import Id, Instant, from_microseconds, to_microseconds
from crmdesk.models.registry import table_of

Converter = Callable[[Any], Any]


def _to_wire(value: Any) -> Any:
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return to_microseconds(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value


def _reader(column: Column[Any]) -> Converter | None:
    match column.type:
        case Id():
            return UUID
        case Instant():
            return from_microseconds
        case Date():
            return date.fromisoformat
        case Numeric(asdecimal=True):
            return Decimal
    return None


@cache
def _readers(entity: str) -> dict[str, Converter]:
    found = ((c.key, _reader(c)) for c in table_of(entity).columns)
    return {key: reader for key, reader in found if reader is not None}


def to_wire(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return column values in wire form."""
    return {key: _to_wire(value) for key, value in values.items()}


def row_to_wire(values: Iterable[Any]) -> list[Any]:
    """Return one row's values, in their order, in wire form."""
    return [_to_wire(value) for value in values]


def from_wire(entity: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return wire values as Python values for the entity's columns.

    Raises ValueError or TypeError for a value that is not of its column's kind, KeyError for an unknown entity.
    """
    readers = _readers(entity)
    return {
        key: readers[key](value) if value is not None and key in readers else value for key, value in values.items()
    }
