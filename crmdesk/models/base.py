"""The declarative base, column types that mean the same in SQLite and PostgreSQL, and how a column merges."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Integer, LargeBinary, MetaData, Uuid
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import JSON, TypeDecorator, TypeEngine

from crmdesk.domain.ids import new_id

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_microseconds(instant: datetime) -> int:
    """Return an aware instant as whole microseconds since 1970 UTC."""
    return (instant - _EPOCH) // _MICROSECOND


def from_microseconds(value: int) -> datetime:
    """Return the UTC instant of whole microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=value)


@lru_cache(maxsize=8192)
def _id_of(value: bytes) -> UUID:
    """Return the id of sixteen bytes. Rows that are read together name the same agent, customer or complaint."""
    return UUID(bytes=value)


def _id_or_none(value: bytes | None) -> UUID | None:
    return None if value is None else _id_of(value)


def _instant_or_none(value: int | None) -> datetime | None:
    return None if value is None else _EPOCH + timedelta(microseconds=value)


def _in_utc(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


class Id(TypeDecorator[UUID]):
    """A UUID: 16 bytes in SQLite (sorted by time, half the size of text), native in PostgreSQL."""

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the native type of the database."""
        return dialect.type_descriptor(Uuid() if dialect.name == "postgresql" else LargeBinary(16))

    def process_bind_param(self, value: UUID | None, dialect: Dialect) -> Any:
        """Turn an id into what the driver takes."""
        if value is None or dialect.name == "postgresql":
            return value
        return value.bytes

    def result_processor(self, dialect: Dialect, coltype: Any) -> Callable[[Any], UUID | None] | None:
        """Return what turns a value of the driver into an id: one call for each of thousands in a row."""
        return None if dialect.name == "postgresql" else _id_or_none


class Instant(TypeDecorator[datetime]):
    """An instant in UTC: microseconds since 1970 in SQLite, ``timestamptz`` in PostgreSQL. Naive times are refused."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the native type of the database."""
        return dialect.type_descriptor(DateTime(timezone=True) if dialect.name == "postgresql" else Integer())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Turn an instant into what the driver takes; raises ValueError for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its zone; use the clock that was handed in")
        return value if dialect.name == "postgresql" else to_microseconds(value)

    def result_processor(self, dialect: Dialect, coltype: Any) -> Callable[[Any], datetime | None]:
        """Return what turns a value of the driver into a UTC instant: one call for each of thousands in a row."""
        return _in_utc if dialect.name == "postgresql" else _instant_or_none


class Base(DeclarativeBase):
    """Every table. Constraints are named by one convention so that migrations can name them."""

    metadata = MetaData(naming_convention=NAMING)


class Merge(StrEnum):
    """How a column merges when two people changed it (DESIGN section 4).

    ``FIELD``: compare and set per field. ``TEXT``: three-way merge on the client. ``APPEND``: written once with the
    row. ``CLAIM``: whoever asks the server first has it, until they give it back. ``SURVIVOR``: names the row that a
    duplicate was merged into, None to undo; the server re-points what referred to it. ``SERVER``: it alone decides.
    """

    FIELD = "field"
    TEXT = "text"
    APPEND = "append"
    CLAIM = "claim"
    SURVIVOR = "survivor"
    SERVER = "server"


def merges(how: Merge) -> dict[str, Any]:
    """Return the column ``info`` that says how a column merges."""
    return {"merge": how}


def only_one(how: Merge) -> dict[str, Any]:
    """Return the ``info`` of a column whose value only one row may have.

    The server alone enforces it: a desk may hold its own refused row beside the one that was first, and pulling must
    never fail for that.
    """
    return {"merge": how, "unique": True}


def refers(entity: str) -> dict[str, Any]:
    """Return the ``info`` of a column that holds the id of a row of another synced table.

    No foreign key enforces it: rows arrive in the order of the feed. Merging and erasing follow it.
    """
    return {"refers": entity}


def child_of(entity: str) -> dict[str, Any]:
    """Return the ``info`` of a column that names the row's parent: the row is held by whoever holds its parent."""
    return {"refers": entity, "parent": True}


def outlasts_merging() -> dict[str, Any]:
    """Return the ``info`` of a fact that the survivor of a merge has as soon as either had it."""
    return {"outlasts_merging": True}


def came_with(schema: int) -> dict[str, Any]:
    """Return the ``info`` of a column or table that came with a schema version; older servers are not sent it."""
    return {"since": schema}


def led() -> dict[str, Any]:
    """Return the ``info`` of a table whose rows only those who lead may make, for the whole house."""
    return {"led": True}


def for_all() -> dict[str, Any]:
    """Return the ``info`` of a table whose rows anybody may make, for the whole house."""
    return {"for_all": True}


class Synced(Base):
    """What every synced row carries beside its own columns.

    ``scope_id`` says who holds the row; ``ver`` rises with each change at the server; ``fver`` is, at the server, the
    version of the last change of each field.
    """

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(Id, primary_key=True, default=new_id, info=merges(Merge.APPEND))
    scope_id: Mapped[int] = mapped_column(Integer, nullable=False, info=merges(Merge.SERVER))
    ver: Mapped[int] = mapped_column(
        BigInteger, nullable=False, default=0, server_default="0", info=merges(Merge.SERVER)
    )
    fver: Mapped[dict[str, int]] = mapped_column(
        JSON, nullable=False, default=dict, server_default="{}", info=merges(Merge.SERVER)
    )
    updated_at: Mapped[datetime | None] = mapped_column(Instant, info=merges(Merge.SERVER))
    updated_by: Mapped[UUID | None] = mapped_column(Id, info=merges(Merge.SERVER))
