"""Reads and writes rows in wire form, many at a time: one statement per table, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    MetaData,
    Select,
    Table,
    any_,
    bindparam,
    cast,
    extract,
    func,
    literal_column,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Date, NullType, Text, TypeEngine, Uuid

from crmdesk.models.base import Id, Instant
from crmdesk.models.registry import table_of
from crmdesk.sync.engine.columns import Entity
from crmdesk.sync.engine.compare import Row
from crmdesk.sync.engine.hot import Hot

_NOT_SENT = frozenset({"fver"})
_ENTITIES = MetaData(schema="crm")


@cache
def stored_table(entity: str) -> Table:
    """Return an entity's table where the server keeps it: in the schema ``crm``, whatever the search path says."""
    return table_of(entity).to_metadata(_ENTITIES)


# Without a type of its own the text is read as an array once; a cast of text would be made for every row.
_LISTED = any_(cast(bindparam("ids", type_=NullType()), ARRAY(Uuid())))


def listed(ids: Iterable[UUID]) -> str:
    """Return ids as one text that PostgreSQL reads as an array: a driver's list is taken apart value by value."""
    return "{" + ",".join([id_.hex for id_ in ids]) + "}"


def among(column: ColumnElement[Any], ids: Iterable[UUID]) -> ColumnElement[bool]:
    """Return the condition that a column holds one of these ids, however many they are."""
    value = bindparam("among", listed(ids), type_=NullType(), unique=True)
    return column == any_(cast(value, ARRAY(Uuid())))


def _in_wire_form(source: Column[Any]) -> ColumnElement[Any]:
    """Return the expression that makes PostgreSQL answer in wire form, so that Python need not touch each value."""
    match source.type:
        case Id():
            return func.encode(func.uuid_send(source), literal_column("'hex'"))
        case Instant():
            return cast(extract("epoch", source) * literal_column("1000000"), BigInteger)
        case Date():
            return cast(source, Text)
    return source


# Reading -----------------------------------------------------------------------------------------------------------


@cache
def sent_columns(entity: str) -> tuple[str, ...]:
    """Return the columns of an entity that a pull sends, in their order."""
    return tuple(c.key for c in stored_table(entity).columns if c.key not in _NOT_SENT)


def in_wire_form(entity: str) -> tuple[Table, Select[Any]]:
    """Return an entity's table and the question for its rows as values in the order of ``sent_columns``."""
    table = stored_table(entity)
    return table, select(*(_in_wire_form(table.c[key]).label(key) for key in sent_columns(entity)))


@cache
def _page(entity: str) -> Hot:
    table, wanted = in_wire_form(entity)
    return Hot(wanted.where(table.c.id == _LISTED))


def wire_rows(conn: Connection, entity: str, ids: Collection[UUID]) -> list[tuple[Any, ...]]:
    """Return the visible ones of these rows, each as its values in the order of ``sent_columns``."""
    # As the driver gives them: nothing is done for each row here.
    return _page(entity).all(conn, {"ids": listed(ids)})


@cache
def _visible(entity: str) -> Hot:
    table = stored_table(entity)
    return Hot(select(table.c.id).where(table.c.id == _LISTED))


def visible_ids(conn: Connection, entity: str, ids: Collection[UUID]) -> frozenset[UUID]:
    """Return those of the ids whose rows the present scopes hold."""
    return frozenset(id_ for (id_,) in _visible(entity).all(conn, {"ids": listed(ids)}))


@cache
def _locking(entity: str, fields: tuple[str, ...]) -> Hot:
    table = stored_table(entity)
    own = (_in_wire_form(table.c[name]).label(name) for name in fields)
    carried = (table.c.id, table.c.scope_id, table.c.ver, table.c.fver)
    wanted = table.c.id == _LISTED
    return Hot(select(*carried, *own).where(wanted).order_by(table.c.id).with_for_update())


def locked_rows(conn: Connection, entity: Entity, ids: Collection[UUID]) -> dict[UUID, Row]:
    """Return the visible ones of these rows, locked in the order of their ids until the transaction ends."""
    fields = tuple(entity.fields)
    found: dict[UUID, Row] = {}
    for id_, scope, ver, fver, *values in _locking(entity.name, fields).all(conn, {"ids": listed(ids)}):
        found[id_] = Row(dict(zip(fields, values, strict=True)), scope, ver, fver)
    return found


@cache
def _holders(entity: str, field: str) -> Hot:
    table = stored_table(entity)
    values = any_(bindparam("values", type_=ARRAY(Text())))
    return Hot(select(table.c[field], table.c.id, table.c.ver).where(table.c[field] == values))


def holders_of(conn: Connection, entity: str, field: str, values: Collection[str]) -> dict[str, tuple[UUID, int]]:
    """Return which visible row (id, version) holds each of these values of a unique text field."""
    found = _holders(entity, field).all(conn, {"values": list(values)})
    return {value: (id_, ver) for value, id_, ver in found}


@cache
def _scopes(entity: str) -> Hot:
    table = stored_table(entity)
    return Hot(select(table.c.id, table.c.scope_id).where(table.c.id == _LISTED))


def scopes_of(conn: Connection, entity: str, ids: Collection[UUID]) -> dict[UUID, int]:
    """Return the scopes of those of these rows that are visible."""
    return dict(_scopes(entity).all(conn, {"ids": listed(ids)}))


# Writing -----------------------------------------------------------------------------------------------------------


def _sql_type(kind: TypeEngine[Any]) -> str:
    """Return the PostgreSQL type in which a wire value arrives inside JSON."""
    match kind:
        case Id():
            return "uuid"
        case Instant():
            return "bigint"
        case Date():
            return "date"
    return kind.compile()


def _from_json(source: Column[Any]) -> str:
    if isinstance(source.type, Instant):
        return f"timestamptz 'epoch' + r.{source.key} * interval '1 microsecond'"
    return f"r.{source.key}"


def _record(entity: str) -> str:
    kinds = {c.key: _sql_type(c.type) for c in stored_table(entity).columns if c.key not in ("updated_at", "fver")}
    return ", ".join(f"{key} {kind}" for key, kind in kinds.items()) + ", fver jsonb"


def _written(entity: str) -> dict[str, str]:
    """Return each column and the expression that gives its value; names come from the declarations, never from data."""
    given = {c.key: _from_json(c) for c in stored_table(entity).columns}
    return {**given, "updated_at": "clock_timestamp()"}


@cache
def _insertion(entity: str) -> Hot:
    written = _written(entity)
    return Hot(
        text(
            f"insert into crm.{entity} ({', '.join(written)}) "  # noqa: S608 - names from the declarations
            f"select {', '.join(written.values())} from json_to_recordset(cast(:rows as json)) as r({_record(entity)}) "
            "on conflict (id) do nothing returning id"
        )
    )


@cache
def _replacement(entity: str) -> Hot:
    written = {key: value for key, value in _written(entity).items() if key != "id"}
    return Hot(
        text(
            f"update crm.{entity} t set {', '.join(f'{k} = {v}' for k, v in written.items())} "  # noqa: S608
            f"from json_to_recordset(cast(:rows as json)) as r({_record(entity)}) where t.id = r.id"
        )
    )


def _json(rows: Mapping[UUID, Row], author: UUID) -> str:
    """Return rows as a JSON array in the order of their ids, so that writers who meet never wait for each other in a
    circle."""
    records: Sequence[Mapping[str, Any]] = [
        {
            **row.values,
            "id": id_.hex,
            "scope_id": row.scope,
            "ver": row.ver,
            "fver": row.fver,
            "updated_by": author.hex,
        }
        for id_, row in sorted(rows.items(), key=lambda item: item[0].int)
    ]
    return msgspec.json.encode(records).decode()


def insert_rows(conn: Connection, entity: str, rows: Mapping[UUID, Row], author: UUID) -> frozenset[UUID]:
    """Write new rows and return the ids of those that were not there yet, visible or not."""
    return frozenset(id_ for (id_,) in _insertion(entity).all(conn, {"rows": _json(rows, author)}))


def replace_rows(conn: Connection, entity: str, rows: Mapping[UUID, Row], author: UUID) -> None:
    """Write rows that ``locked_rows`` gave and that were changed since."""
    _replacement(entity).run(conn, {"rows": _json(rows, author)})
