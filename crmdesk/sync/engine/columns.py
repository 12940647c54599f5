"""What the server knows of each synced table from its declaration: who may set which column, and to what."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, Date, Float, Integer, Text
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from crmdesk.domain.attachments.names import safe_name
from crmdesk.domain.quick import dataclass
from crmdesk.domain.values import is_unseen
from crmdesk.models.base import Id, Instant, Merge, Synced
from crmdesk.models.limits import LONGEST_TEXT
from crmdesk.models.registry import SYNCED, editable_columns, parent_of, table_of, writable_columns

_FIRST_INSTANT = -2_208_988_800_000_000
_LAST_INSTANT = 10_413_792_000_000_000 - 1
"""The years 1900 to 2299: every zone can show them, and every clock that starts in them is at its end before 2400."""


class Unfit(ValueError):
    """A value that its column cannot hold; the text says why, without the value."""


Check = Callable[[Any], Any]


def _id(value: Any) -> str:
    if not isinstance(value, str):
        raise Unfit("is not an id")
    try:
        return UUID(value).hex
    except ValueError as error:
        raise Unfit("is not an id") from error


def _instant(value: Any) -> int:
    if type(value) is not int or not _FIRST_INSTANT <= value <= _LAST_INSTANT:
        raise Unfit("is not an instant in microseconds")
    return value


def _day(value: Any) -> str:
    if not isinstance(value, str):
        raise Unfit("is not a day")
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError as error:
        raise Unfit("is not a day") from error


def _text(info: Mapping[Any, Any]) -> Check:
    longest = info.get("longest", LONGEST_TEXT)
    limits = [limit for name, limit in _TEXT_LIMITS.items() if name in info]
    if "prose" not in info:
        limits.append(_seen)

    def check(value: Any) -> str:
        if not isinstance(value, str):
            raise Unfit("is not text")
        if "\x00" in value:
            raise Unfit("holds a NUL character")
        if len(value) > longest:
            raise Unfit(f"is longer than {longest:,} characters")
        for limit in limits:
            limit(value, info)
        return value

    return check


def _one_of(value: str, info: Mapping[Any, Any]) -> None:
    if value not in info["one_of"]:
        raise Unfit(f"is none of {', '.join(sorted(info['one_of']))}")


def _formed(value: str, info: Mapping[Any, Any]) -> None:
    if info["form"].fullmatch(value) is None:
        raise Unfit(f"is not {info['form_words']}")


def _filled(value: str, _: Mapping[Any, Any]) -> None:
    if not value.strip():
        raise Unfit("may not be empty")


def _seen(value: str, _: Mapping[Any, Any]) -> None:
    if not value.isprintable() and any(map(is_unseen, value)):  # nothing unseen is printable, and that is asked faster
        raise Unfit("holds control characters")


def _file_name(value: str, _: Mapping[Any, Any]) -> None:
    if value != safe_name(value):
        raise Unfit("is not a safe name of a file")


_TEXT_LIMITS: Mapping[str, Callable[[str, Mapping[Any, Any]], None]] = {
    "one_of": _one_of,
    "form": _formed,
    "filled": _filled,
    "file_name": _file_name,
}


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Unfit("is neither true nor false")
    return value


def _real(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unfit("is not a number")
    if isinstance(value, int) and abs(value) > 2**53:
        raise Unfit("is too large a number")
    if not math.isfinite(value):
        raise Unfit("is not a finite number")
    return float(value)


def _whole(bits: int, info: Mapping[Any, Any]) -> Check:
    bound = 1 << (bits - 1)
    least, most = info.get("range", (-bound, bound - 1))

    def check(value: Any) -> int:
        if type(value) is not int or not -bound <= value < bound:
            raise Unfit(f"is not a whole number of {bits} bits")
        if not least <= value <= most:
            raise Unfit(f"is not between {least} and {most}")
        return value

    return check


def _check_of(column: Column[Any]) -> Check:
    match column.type:
        case Id():
            return _id
        case Instant():
            return _instant
        case Date():
            return _day
        case Boolean():
            return _truth
        case BigInteger():
            return _whole(64, column.info)
        case Integer():
            return _whole(32, column.info)
        case Float():
            return _real
        case Text():
            return _text(column.info)
    raise TypeError(f"say in sync.engine.columns how {column} is checked")


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its check, whether it may be empty, what it is when nobody set it, how it merges, and the entity
    of the row that it names, if it names one."""

    name: str
    check: Check
    nullable: bool
    default: Any
    unique: bool
    merge: Merge
    refers: str | None = None

    @property
    def required(self) -> bool:
        """Return True if a new row must bring a value."""
        return not self.nullable and self.default is None


@dataclass(frozen=True, slots=True)
class Entity:
    """The own columns of one synced table by name, without those that every synced table carries.

    A desk may set ``for_insert`` when it makes a row and ``for_update`` afterwards; both are empty for a table that
    the server keeps. ``parent`` is the column and the entity of the row that decides who holds this one; ``named`` are
    the columns that name rows which may be merged or erased; ``survivor`` is the column by which rows are merged,
    ``outlasting`` those that the survivor has as soon as either had them.
    Rows of a ``led`` one are made by those who lead, for the whole house; those of one ``for_all`` by anybody, for it.
    """

    name: str
    fields: Mapping[str, Field]
    for_insert: frozenset[str]
    for_update: frozenset[str]
    unique: tuple[str, ...]
    parent: tuple[str, str] | None
    named: tuple[str, ...]
    claims: frozenset[str]
    survivor: str | None
    outlasting: tuple[str, ...]
    required: tuple[str, ...]
    led: bool = False
    for_all: bool = False

    def defaults(self) -> dict[str, Any]:
        """Return the values of a row in which nobody has set anything."""
        return {field.name: field.default for field in self.fields.values()}

    def missing(self, values: Mapping[str, Any]) -> str | None:
        """Return the name of a field that a new row needs and ``values`` does not bring, or None."""
        return next((name for name in self.required if name not in values), None)

    def checked(self, values: Mapping[str, Any], allowed: Collection[str]) -> dict[str, Any]:
        """Return the values in canonical wire form; raises Unfit for a column or value that does not fit."""
        return {name: self._checked(name, value, allowed) for name, value in values.items()}

    def _checked(self, name: str, value: Any, allowed: Collection[str]) -> Any:
        if name not in allowed:
            raise Unfit(f"The field {name[:60]!r} of {self.name} is not a desk's to set.")
        field = self.fields[name]
        if value is None:
            if field.nullable:
                return None
            raise Unfit(f"The field {name} of {self.name} may not be empty.")
        try:
            return field.check(value)
        except Unfit as unfit:
            raise Unfit(f"The field {name} of {self.name} {unfit}.") from unfit


def _field(column: Column[Any]) -> Field:
    return Field(
        name=column.key,
        check=_check_of(column),
        nullable=bool(column.nullable),
        default=column.default.arg if isinstance(column.default, ScalarElementColumnDefault) else None,
        unique=bool(column.info.get("unique")),
        merge=column.info["merge"],
        refers=column.info.get("refers"),
    )


def _by_desks(name: str) -> bool:
    """Return True if desks make rows of this entity, so that they may be merged or erased."""
    return bool(writable_columns(name) - Synced.__annotations__.keys())


@cache
def entity_of(name: str) -> Entity | None:
    """Return what is known of a synced table, or None for a name that is not one."""
    if name not in SYNCED:
        return None
    fields = {c.key: _field(c) for c in table_of(name).columns if c.key not in Synced.__annotations__}
    return Entity(
        name,
        fields,
        for_insert=writable_columns(name) & fields.keys(),
        for_update=editable_columns(name) & fields.keys(),
        unique=tuple(field.name for field in fields.values() if field.unique),
        parent=parent_of(name),
        named=tuple(
            field.name for field in fields.values() if field.refers is not None and writable_columns(field.refers)
        ),
        claims=frozenset(field.name for field in fields.values() if field.merge is Merge.CLAIM),
        survivor=next((field.name for field in fields.values() if field.merge is Merge.SURVIVOR), None),
        outlasting=tuple(c.key for c in table_of(name).columns if c.info.get("outlasts_merging")),
        required=tuple(field.name for field in fields.values() if field.required),
        led=bool(table_of(name).info.get("led")),
        for_all=bool(table_of(name).info.get("for_all")),
    )
