"""What becomes of one mutation: checked, compared with the row as it stands, and kept in memory till all are judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import msgspec

from crmdesk.domain.language import mark
from crmdesk.models.local import FELL
from crmdesk.sync.engine import attached, case_steps, claims, ownership
from crmdesk.sync.engine.columns import Entity, Unfit, entity_of
from crmdesk.sync.engine.compare import Row, changed, created, joined
from crmdesk.sync.engine.hands import STANDING, Key, Writer, denied
from crmdesk.sync.engine.people import HOUSE
from crmdesk.sync.engine.work import Work
from crmdesk.sync.wire import NOT_THERE, Mutation, Op, Result, Status, Theirs

_ABOUT_A_ROW = frozenset({Status.OK, Status.CONFLICT, Status.TAKEN})
_NOT_YOURS = mark("This record belongs to somebody else.")
NOT_YOURS_TO_PUBLISH = mark("Only a supervisor or an administrator can publish this.")
_NO_SUCH_VERSION = mark("This change was made on a version of the record that the server never had.")


def judge(work: Work, writer: Writer, group: Sequence[Mutation]) -> list[Result]:
    """Apply a group to the rows in memory; put everything back when one of its members cannot stand."""
    if len(group) == 1:  # what cannot stand has changed nothing
        return [_one(work, writer, group[0])]
    before = work.state_of({(m.entity, m.row) for m in group} | case_steps.concerned(group))
    results = [_one(work, writer, m) for m in group]
    if all(r.status in STANDING for r in results):
        return results
    work.put_back(before)
    return [denied(m, FELL) if r.status in STANDING else r for m, r in zip(group, results, strict=True)]


def _one(work: Work, writer: Writer, m: Mutation) -> Result:
    entity = entity_of(m.entity)
    if entity is None:
        return denied(m, f"This server keeps no {m.entity[:60]!r}.")
    if not entity.for_insert:
        return denied(m, f"The table {m.entity} is kept by an administrator at the server.")
    if m.entity == "call_leg":
        return denied(m, ownership.NOT_BY_HAND)
    if m.base_ver < 0:
        return denied(m, _NO_SUCH_VERSION)
    key = (m.entity, m.row)
    try:
        if m.op is Op.INSERT:
            return _insert(work, writer, entity, key, m)
        return _update(work, writer, entity, key, m)
    except Unfit as unfit:
        return denied(m, str(unfit))


def _insert(work: Work, writer: Writer, entity: Entity, key: Key, m: Mutation) -> Result:
    wanted = dict(m.set)
    if wanted.pop("id", m.row.hex) != m.row.hex:
        return denied(m, mark("The record's id is not the one it names."))
    if entity.led and not writer.leads:
        return denied(m, NOT_YOURS_TO_PUBLISH)
    scope = wanted.pop("scope_id", None) or (HOUSE if entity.led or entity.for_all else writer.home_scope)
    values = entity.checked(wanted, entity.for_insert)
    if scope not in writer.scopes or scope == writer.private:
        return denied(m, mark("That team's records are not yours to make."))
    if work.foreign and key in work.foreign:
        return denied(m, _NOT_YOURS)
    row = work.known.get(key)
    if refusal := _in_anothers_name(writer, entity, values, row):
        return denied(m, refusal)
    twin = _twin(work, entity, m.row, values)
    if twin is not None:
        return Result(m.seq, Status.DUPLICATE_OF, conflicts=twin)
    if row is not None:
        return _join(work, writer, entity, key, row, values, m)
    missing = entity.missing(values)
    if missing is not None:
        return denied(m, f"The field {missing} of {entity.name} may not be empty.")
    if entity.name in case_steps.LINES and (reason := case_steps.refusal(work, writer, key, values)) is not None:
        return denied(m, reason)
    if entity.name in attached.ENTITIES and (
        reason := attached.refusal(work.files, work.made, work.known, writer, entity.name, values)
    ):
        return denied(m, reason)
    made = created(entity.defaults(), values, scope, writer.hand)
    if (reason := case_steps.not_given(work, key, None, made.values)) is not None:
        return denied(m, reason)
    if entity.name in case_steps.ROUTED:
        made = case_steps.signed(writer, None, made)
    work.known[key] = _with_parent(work, entity, key, made)
    work.made.add(key)
    for name in entity.unique:
        work.hold(entity.name, name, values[name], m.row)
    return Result(m.seq, Status.OK, ver=1)


def _join(
    work: Work, writer: Writer, entity: Entity, key: Key, row: Row, values: dict[str, Any], m: Mutation
) -> Result:
    """Make a row that somebody else made too: its empty fields are filled. A step is written once."""
    if entity.name in case_steps.LINES:
        same = all(row.values[name] == value for name, value in values.items())
        return Result(m.seq, Status.OK, ver=row.ver) if same else denied(m, case_steps.NOT_SOUND)
    if m.row in work.of_others:
        values = {name: value for name, value in values.items() if name in ownership.OPEN_TO_ALL}
    if lost := claims.lost(writer, entity, row, values, m):
        return Result(m.seq, Status.TAKEN, ver=row.ver, conflicts=lost)
    return _keep(work, entity, key, row, m, joined(row, values, writer.hand))


def _update(work: Work, writer: Writer, entity: Entity, key: Key, m: Mutation) -> Result:
    values = entity.checked(m.set, entity.for_update)
    row = work.known.get(key)
    if row is None:
        return denied(m, NOT_THERE)
    if m.row in work.of_others and ownership.rewrites(row, values):
        return denied(m, ownership.NOT_YOUR_CALL)
    if refusal := _in_anothers_name(writer, entity, values, row):
        return denied(m, refusal)
    if entity.name == "corrective_action" and not (writer.leads or ownership.is_to_say(writer.author, row, values)):
        return denied(m, ownership.NOT_YOUR_ACTION)
    if (reason := case_steps.stays(work, key, row, values)) is not None:
        return denied(m, reason)
    if entity.name in attached.ENTITIES and (reason := attached.stays(writer, row, values)):
        return denied(m, reason)
    # A version that this server never had is of before it was put back from a backup: then values alone count.
    base_ver = m.base_ver if m.base_ver <= row.ver else 0
    if not entity.claims:
        return _keep(work, entity, key, row, m, changed(row, values, m.base, base_ver, writer.hand))
    if lost := claims.lost(writer, entity, row, values, m):
        return Result(m.seq, Status.TAKEN, ver=row.ver, conflicts=lost)
    # Who may have a claim was decided just now, by who has it: as if the person had seen that.
    base = {**m.base, **{name: row.values[name] for name in entity.claims}}
    after, conflicts = changed(row, values, base, base_ver, writer.hand)
    if entity.name in case_steps.ROUTED and after is not row:
        after = case_steps.signed(writer, row, after)
    return _keep(work, entity, key, row, m, (after, conflicts))


def _in_anothers_name(writer: Writer, entity: Entity, values: Mapping[str, Any], row: Row | None) -> str:
    """Return why these values may not be set in a colleague's name, empty if they may."""
    if entity.claims and claims.in_anothers_name(writer, entity, values, row):
        return claims.NOT_IN_THEIR_NAME
    if writer.leads or entity.name != "interaction" or values.get("agent_id") in (None, writer.author.hex):
        return ""
    return ownership.NOT_IN_THEIR_NAME


def _keep(
    work: Work, entity: Entity, key: Key, row: Row, m: Mutation, compared: tuple[Row, dict[str, Theirs]]
) -> Result:
    after, conflicts = compared
    if (reason := case_steps.not_given(work, key, row, after.values)) is not None:
        return denied(m, reason)
    if after is not row:
        if entity.parent is not None and after.values[entity.parent[0]] != row.values[entity.parent[0]]:
            after = _with_parent(work, entity, key, after)
        work.known[key] = after
        work.touched.add(key)
    return Result(m.seq, Status.CONFLICT if conflicts else Status.OK, ver=after.ver, conflicts=conflicts)


def _with_parent(work: Work, entity: Entity, key: Key, row: Row) -> Row:
    """Return the row where its parent is held: what is written about a customer goes to those who have the customer."""
    if entity.parent is None:
        return row
    column, owner = entity.parent
    id_ = row.values[column]
    if id_ is None:
        return row
    parent = (owner, work.id_of(id_))
    scope = work.scope_of(parent)
    if scope is None:
        return row
    if work.unseen and parent in work.unseen:
        work.handed_over.add(key)
    return row if scope == row.scope else replace(row, scope=scope)


def _twin(work: Work, entity: Entity, row: UUID, values: Mapping[str, Any]) -> dict[str, Theirs] | None:
    """Return the id of the other row that holds a unique value of ``values``, as the conflict in ``id``."""
    for name in entity.unique:
        holder = work.holders.get((entity.name, name, values.get(name, "")))
        if holder is not None and holder[0] != row:
            return {"id": Theirs(holder[0].hex, holder[1])}
    return None


def spoken_for(m: Mutation, row: UUID, result: Result) -> Result:
    """Return a result that names the row that was changed in place of the mutation's own."""
    if row == m.row or result.status not in _ABOUT_A_ROW:
        return result
    return msgspec.structs.replace(result, row=row)
