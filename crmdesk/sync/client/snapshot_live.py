"""A scope that comes into the file in use, or leaves it: row after row, in transactions that hold nobody up."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.language import mark
from crmdesk.models.local import Cursor, HeldScope, Outbox, OutboxState, Setting
from crmdesk.models.registry import table_of
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.sync.client.overlay import forget
from crmdesk.sync.client.receiving import LISTED_AT_MOST, apply_rows, queued_rows
from crmdesk.sync.wire import SnapshotReply

NO_ACCESS = mark("You may no longer see this record; the server says what becomes of the change.")
_LOOKED_AT = 5_000
_COMING, _LEAVING = "scopes_coming", "scopes_leaving"

Place = Mapping[str, Any]
"""How far a scope has come, in which epoch: ``entity``, ``after``, ``cursor`` as they are asked next, in wire form."""


def standing(uow: UnitOfWork, granted: Collection[int]) -> tuple[frozenset[int], frozenset[int]]:
    """Return the scopes that are missing here and those that have to leave, for a desk that may hold ``granted``."""
    held = set(uow.session.scalars(select(HeldScope.scope_id)))
    begun = {int(scope) for scope in _kept(uow, _COMING)}
    leaving = {int(scope) for scope in _kept(uow, _LEAVING)} | ((held | begun) - set(granted))
    return frozenset(set(granted) - held | (leaving & set(granted))), frozenset(leaving)


def has_any(uow: UnitOfWork) -> bool:
    """Say whether some scope is complete here."""
    return uow.session.scalar(select(HeldScope.scope_id).limit(1)) is not None


def is_placed(uow: UnitOfWork) -> bool:
    """Say whether it is known from where to pull; until then a pull would bring everything there ever was."""
    cursor = uow.session.get(Cursor, 1)
    return cursor is not None and cursor.position is not None


def place_of(uow: UnitOfWork, scope: int) -> Place | None:
    """Return how far a scope has come, None if it was not begun, or at a server that was restored since."""
    found: Place | None = _kept(uow, _COMING).get(str(scope))
    return found if found is not None and found["epoch"] == uow.session.get_one(Cursor, 1).epoch.hex else None


def expect(uow: UnitOfWork, scopes: Collection[int]) -> None:
    """Write down that rows of these scopes may be here from now on, so that they leave if the scopes do."""
    known = _kept(uow, _COMING)
    if missing := {str(scope): None for scope in scopes if str(scope) not in known}:
        _keep(uow, _COMING, {**missing, **known})


def begin_again(uow: UnitOfWork) -> None:
    """Begin again with every scope that has come in part: the places are those of another history of the server."""
    _keep(uow, _COMING, dict.fromkeys(_kept(uow, _COMING)))


def apply_chunk(uow: UnitOfWork, scope: int, reply: SnapshotReply) -> Changes:
    """Write a chunk of a scope and how far it has come; with the last one the scope is held.

    Raises Unavailable when the chunk is not what was asked for; nothing of it is kept then.
    """
    changes = apply_beside(uow, reply)
    coming = _kept(uow, _COMING)
    if reply.done:
        coming.pop(str(scope), None)
        uow.session.merge(HeldScope(scope_id=scope, since=uow.clock.now()))
    else:
        after = reply.after.hex if reply.after else None
        epoch = uow.session.get_one(Cursor, 1).epoch.hex
        coming[str(scope)] = {"entity": reply.entity, "after": after, "cursor": reply.cursor.hex(), "epoch": epoch}
    _keep(uow, _COMING, coming)
    return changes


def apply_beside(uow: UnitOfWork, reply: SnapshotReply) -> Changes:
    """Write the rows of a chunk, and from where to pull if that is not known yet."""
    place_if_none(uow, reply.cursor)
    if reply.table is None:
        return Changes()
    changes = apply_rows(uow, reply.table)
    return changes if len(changes.rows) <= LISTED_AT_MOST else Changes(everything=True)


def place_if_none(uow: UnitOfWork, position: bytes) -> None:
    """Pull from ``position``, unless it is known already from where: an earlier one brings more."""
    cursor = uow.session.get_one(Cursor, 1)
    if cursor.position is None:
        cursor.position = position


# Leaving -----------------------------------------------------------------------------------------------------------


def begin_leaving(uow: UnitOfWork, scopes: Collection[int]) -> None:
    """Write down that these scopes have to leave: they are not held any more, whatever happens until all are gone."""
    for scope in scopes:
        held = uow.session.get(HeldScope, scope)
        if held is not None:
            uow.session.delete(held)
    _keep(uow, _COMING, {k: v for k, v in _kept(uow, _COMING).items() if int(k) not in scopes})
    _keep(uow, _LEAVING, {**_kept(uow, _LEAVING), **{str(scope): True for scope in scopes}})


def purge(
    uow: UnitOfWork, entity: str, after: UUID | None, scopes: Collection[int], stay: Collection[UUID]
) -> tuple[Changes, UUID | None]:
    """Remove the rows of ``scopes`` among the next few thousand of an entity, except those that ``stay``.

    Return what went and the last row looked at, None at the end. Changes that were not sent stay and say why.
    """
    table = table_of(entity)
    some = select(table.c.id, table.c.scope_id, table.c.ver).order_by(table.c.id).limit(_LOOKED_AT)
    found = uow.session.execute(some if after is None else some.where(table.c.id > after)).all()
    queued = queued_rows(uow)
    gone = []
    for row in found:
        if row.scope_id not in scopes or row.id in stay:
            continue
        if (entity, row.id) in queued:
            _say_why(uow, entity, row.id)
        forget(uow.session, entity, row.id)
        gone.append(row.id)
    changes = Changes.of(Kind(entity), *gone) if len(gone) <= LISTED_AT_MOST else Changes(everything=True)
    return changes, found[-1].id if len(found) == _LOOKED_AT else None


def end_leaving(uow: UnitOfWork, scopes: Collection[int]) -> None:
    """Everything of these scopes is gone."""
    _keep(uow, _LEAVING, {k: v for k, v in _kept(uow, _LEAVING).items() if int(k) not in scopes})


def forget_places(session: Session) -> None:
    """A new file has everything: nothing is on its way, nothing has to leave."""
    session.execute(delete(Setting).where(Setting.key.in_((_COMING, _LEAVING))))


def _say_why(uow: UnitOfWork, entity: str, row_id: UUID) -> None:
    waiting = select(Outbox).where(
        Outbox.entity == entity, Outbox.row_id == row_id, Outbox.state == OutboxState.WAITING.value
    )
    for entry in uow.session.scalars(waiting):
        entry.reason = NO_ACCESS
    uow.session.flush()


def _kept(uow: UnitOfWork, key: str) -> dict[str, Any]:
    row = uow.session.get(Setting, key)
    return {} if row is None else dict(row.value)


def _keep(uow: UnitOfWork, key: str, value: Mapping[str, Any]) -> None:
    uow.session.merge(Setting(key=key, value=dict(value)))
