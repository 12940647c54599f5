"""Merges: a duplicate gives all that refers to it to another row, and keeps its own, so that this can be undone.

A merge is a change of one column (``Merge.SURVIVOR``). Every column that may hold the loser's id is found from the
declarations and re-pointed; what was moved is listed. Undoing gives back what was moved and still is where the merge
put it; what was written since stays with the winner. Whoever holds both rows may merge them; who merged them or
somebody who leads may take them apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Table, func, select, text, update

from crmdesk.domain.ids import new_id
from crmdesk.domain.language import mark
from crmdesk.domain.quick import dataclass
from crmdesk.models.base import Merge
from crmdesk.models.registry import ENTITY_CODES, parent_of, references_to, table_of
from crmdesk.sync.engine import fieldlog, identities, moving
from crmdesk.sync.engine.access import throughout, within
from crmdesk.sync.engine.columns import Entity, Unfit, entity_of
from crmdesk.sync.engine.compare import Hand, Row
from crmdesk.sync.engine.fieldlog import FieldChange
from crmdesk.sync.engine.hands import Key, Writer, denied
from crmdesk.sync.engine.identities import Fates, canonical
from crmdesk.sync.engine.rows import among, locked_rows, replace_rows, scopes_of, stored_table
from crmdesk.sync.wire import NOT_THERE, Mutation, Op, Result, Status, Theirs

IN_A_CIRCLE = mark("These two are one already: a record cannot be merged into itself.")
_NO_WINNER = mark("The record that this one is the same as is not here.")
NOT_YOURS_TO_PART = mark("Only who merged these records, or a supervisor, can take them apart.")

_REMEMBER = text(
    "insert into sync.merge (merge_id, entity, loser, winner, by_user) values (:id, :entity, :loser, :winner, :author)"
)
_LIST = text(
    "insert into sync.merge_moved (merge_id, entity, row_id, field) "
    "select :id, :entity, unnest(cast(:rows as uuid[])), :field"
)
_FIND = text("select merge_id, by_user from sync.merge where loser = :loser and undone_at is null for update")
_MOVED = text("select entity, field, row_id from sync.merge_moved where merge_id = :id order by entity, field, row_id")
_UNDONE = text("update sync.merge set undone_by = :author, undone_at = now() where merge_id = :id")
# Later merges moved the rows on from this one's winner, and listed them too.
_FORGET_LATER = text(
    "with recursive later as (select winner from sync.merge where merge_id = :id union "
    "select m.winner from sync.merge m join later l on m.loser = l.winner where m.undone_at is null) "
    "delete from sync.merge_moved d using sync.merge m join later l on m.loser = l.winner "
    "where d.merge_id = m.merge_id and m.undone_at is null "
    "and d.row_id = any(cast(:rows as uuid[])) and d.entity = :entity and d.field = :field"
)
_FORGET_ALL = text("delete from sync.merge_moved where merge_id = :id")


@dataclass(frozen=True, slots=True)
class _Case:
    """A merge that is asked for: the loser's row as it is, who it is merged into already, and what ids mean now."""

    m: Mutation
    writer: Writer
    entity: Entity
    column: str
    row: Row
    fates: Fates

    @property
    def key(self) -> Key:
        return (self.m.entity, self.m.row)

    @property
    def theirs(self) -> str | None:
        value: str | None = self.row.values[self.column]
        return value

    def now(self, id_: str | None) -> str | None:
        """Return the id of the row that ``id_`` belongs to now."""
        return None if id_ is None else self.fates.winners.get(id_, id_)


def is_merge(m: Mutation) -> bool:
    """Return True if a mutation merges its row or takes it apart again."""
    entity = entity_of(m.entity)
    return entity is not None and entity.survivor is not None and m.op is Op.UPDATE and entity.survivor in m.set


def parted(m: Mutation) -> tuple[Mutation, Mutation]:
    """Return what a mutation sets beside merging, and the merge alone."""
    entity = entity_of(m.entity)
    assert entity is not None
    assert entity.survivor is not None
    rest = {name: value for name, value in m.set.items() if name != entity.survivor}
    alone = {entity.survivor: m.set[entity.survivor]}
    return msgspec.structs.replace(m, set=rest), msgspec.structs.replace(m, set=alone)


def merge(conn: Connection, writer: Writer, m: Mutation) -> Result:
    """Merge the row of a mutation, or undo that. Must have the identities alone."""
    entity = entity_of(m.entity)
    assert entity is not None
    column = entity.survivor
    assert column is not None
    try:
        wanted: str | None = entity.checked(m.set, entity.for_update)[column]
    except Unfit as unfit:
        return denied(m, str(unfit))
    base = canonical(m.base.get(column))
    fates = identities.look_up(conn, {m.row.hex} | {id_ for id_ in (wanted, base) if id_ is not None})
    if m.row.hex in fates.erased or wanted in fates.erased:
        return Result(m.seq, Status.ERASED, row=m.row if m.row.hex in fates.erased else None)
    winner = None if wanted is None else UUID(fates.winners.get(wanted, wanted))
    with within(conn, writer.scopes):
        rows = locked_rows(conn, entity, {m.row} if winner is None else {m.row, winner})
    if m.row not in rows:
        return denied(m, NOT_THERE)
    if winner is not None and winner not in rows:
        return denied(m, _NO_WINNER)
    case = _Case(m, writer, entity, column, rows[m.row], fates)
    with throughout(conn):
        return _decided(conn, case, winner)


def _decided(conn: Connection, case: _Case, winner: UUID | None) -> Result:
    """Do what the case asks for; raises nothing: whatever may not be is an answer."""
    m, row = case.m, case.row
    if winner is None and case.theirs is None:
        return Result(m.seq, Status.OK, ver=row.ver)
    if winner is not None and case.now(m.row.hex) == winner.hex:
        return Result(m.seq, Status.OK, ver=row.ver) if case.theirs else denied(m, IN_A_CIRCLE)
    if case.theirs is not None:
        if _is_stale(case):
            return _conflict(conn, case)
        parted_row = _undo(conn, case)
        if parted_row is None:
            return denied(m, NOT_YOURS_TO_PART)
        row = parted_row
    if winner is not None:
        row = _merge(conn, case, row, winner)
    return Result(m.seq, Status.OK, ver=row.ver)


def _is_stale(case: _Case) -> bool:
    """Return True if somebody merged the row into another one than the writer saw."""
    seen = case.m.base.get(case.column)
    if case.column in case.m.base:
        return case.now(canonical(seen)) != case.now(case.theirs)
    return case.row.fver.get(case.column, 0) > min(case.m.base_ver, case.row.ver)


def _conflict(conn: Connection, case: _Case) -> Result:
    theirs = Theirs(case.theirs, case.row.fver.get(case.column, 0))
    result = Result(case.m.seq, Status.CONFLICT, ver=case.row.ver, conflicts={case.column: theirs})
    return fieldlog.signed(conn, [result], {case.m.seq: case.key})[0]


def _merge(conn: Connection, case: _Case, row: Row, winner: UUID) -> Row:
    """Give everything of the loser to the winner and return the loser's row."""
    name, loser, author = case.entity.name, case.m.row, case.writer.author
    number = new_id()
    values = {"id": number, "entity": ENTITY_CODES[name], "loser": loser, "winner": winner, "author": author}
    conn.execute(_REMEMBER, values)
    moving.hold_like(conn, name, loser, winner)
    scope = scopes_of(conn, name, [winner])[winner]
    for entity, field in _referring(name):
        table = stored_table(entity)
        held_by = select(table.c.id).where(table.c[field] == loser)
        found = _pointed(conn, table, field, list(conn.scalars(held_by)), loser, winner, author)
        if found:
            conn.execute(_LIST, {"id": number, "entity": ENTITY_CODES[entity], "rows": found, "field": field})
            _brought(conn, entity, field, name, found, scope, author)
    _carry_wishes(conn, case, row, winner)
    return _kept(conn, case, row, winner.hex)


def _carry_wishes(conn: Connection, case: _Case, row: Row, winner: UUID) -> None:
    """Let the winner go on with what the loser asked for, which a desk of before these fields does not do itself.

    It is no edit of the person who merges, so it does not raise the field's version; undoing the merge leaves it.
    """
    entity = case.entity
    wished = {name: True for name in entity.outlasting if row.values.get(name)}
    if not wished:
        return
    kept = locked_rows(conn, entity, {winner})[winner]
    if any(not kept.values[name] for name in wished):
        after = replace(kept, values={**kept.values, **wished}, ver=kept.ver + 1)
        replace_rows(conn, entity.name, {winner: after}, case.writer.author)


def _undo(conn: Connection, case: _Case) -> Row | None:
    """Give back what the merge moved and return the row, or None if this writer may not."""
    name, loser, author = case.entity.name, case.m.row, case.writer.author
    number, by_user = conn.execute(_FIND, {"loser": loser}).one()
    if not case.writer.leads and by_user != author:
        return None
    now = case.now(loser.hex)
    assert now is not None
    names = {code: entity for entity, code in ENTITY_CODES.items()}
    moved: dict[tuple[str, str], list[UUID]] = {}
    for code, field, row_id in conn.execute(_MOVED, {"id": number}):
        moved.setdefault((names[code], field), []).append(row_id)
    conn.execute(_UNDONE, {"id": number, "author": author})
    conn.execute(_FORGET_ALL, {"id": number})
    for (entity, field), ids in moved.items():
        back = _pointed(conn, stored_table(entity), field, ids, UUID(now), loser, author)
        if back:
            conn.execute(_FORGET_LATER, {"id": number, "rows": back, "entity": ENTITY_CODES[entity], "field": field})
            _brought(conn, entity, field, name, back, case.row.scope, author)
    return _kept(conn, case, case.row, None)


def _referring(name: str) -> list[tuple[str, str]]:
    """Return every column that may hold an id of this entity, but those that name what a row was merged into."""
    return [
        (entity, field)
        for entity, field in references_to(name)
        if table_of(entity).c[field].info["merge"] is not Merge.SURVIVOR
    ]


def _pointed(
    conn: Connection, table: Table, field: str, ids: list[UUID], old: UUID, new: UUID, author: UUID
) -> list[UUID]:
    """Let those of these rows that name ``old`` name ``new``, and return their ids. That is nobody's edit of them: the
    field's version stays, since values are compared under the names of now."""
    if not ids:
        return []
    values = {field: new, "ver": table.c.ver + 1, "updated_at": func.clock_timestamp(), "updated_by": author}
    wanted = update(table).where(among(table.c.id, ids), table.c[field] == old).values(values).returning(table.c.id)
    return list(conn.scalars(wanted))


def _brought(conn: Connection, entity: str, field: str, owner: str, rows: list[UUID], scope: int, author: UUID) -> None:
    """Bring rows to where their new parent is held, if the field names their parent."""
    if parent_of(entity) == (field, owner):
        moving.move(conn, entity, rows, scope, author)


def _kept(conn: Connection, case: _Case, row: Row, value: str | None) -> Row:
    """Write into the loser's row what it is merged into, and who did it."""
    ver = row.ver + 1
    person = case.writer.hand is Hand.PERSON
    values: Mapping[str, Any] = {**row.values, case.column: value}
    after = replace(row, values=values, ver=ver, fver={**row.fver, case.column: ver} if person else row.fver)
    replace_rows(conn, case.entity.name, {case.m.row: after}, case.writer.author)
    if person:
        fieldlog.write(conn, case.writer.author, [FieldChange(case.key, case.column, ver)])
    return after
