"""One short transaction on the desk's file: a change and its outbox entry are written together or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from sqlalchemy import Integer, Select, Table, bindparam, column, func, select, table
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.clock import Clock
from crmdesk.domain.errors import Refused
from crmdesk.domain.ids import new_id
from crmdesk.domain.values import plain, storable
from crmdesk.models.base import Synced
from crmdesk.models.local import LAID_OVER, Cursor, Outbox, ServerRow
from crmdesk.models.registry import editable_columns, prose_columns, table_of, writable_columns
from crmdesk.models.wireform import to_wire

if TYPE_CHECKING:
    from crmdesk.models.keeping import Keeper

Row = TypeVar("Row", bound=Synced)


def _table(model: type[Outbox] | type[ServerRow]) -> Table:
    found = model.__table__
    assert isinstance(found, Table)
    return found


# One statement for each, past the session's bookkeeping: these run with every save.
_KEEP = insert(_table(ServerRow)).on_conflict_do_nothing()
_NEXT: Select[Any] = (
    select(column("seq") + 1).select_from(table("sqlite_sequence")).where(column("name") == Outbox.__tablename__)
)
_GROUP = func.coalesce(bindparam("group", type_=Integer), _NEXT.scalar_subquery(), 1)
_ENQUEUE = insert(_table(Outbox)).values(group_seq=_GROUP)
"""A change that begins a group gives it its own number, the next that SQLite hands out."""


class UnitOfWork:
    """A session, the clock, who acts, and what was changed so far.

    Reading use cases get one too; for them nothing is recorded. ``keeper`` is the second file where there is one;
    ``read_only`` says why no synced row may be changed, None while they may.
    """

    def __init__(self, session: Session, clock: Clock, actor: UUID | None, keeper: Keeper | None = None) -> None:
        self.session = session
        self.clock = clock
        self.actor = actor
        self.keeper = keeper
        self.read_only: Refused | None = None
        self._changed: set[tuple[Kind, UUID]] = set()
        self._group: int | None = None
        self._home_scope: int | None = None

    @property
    def changes(self) -> Changes:
        """What this unit of work changed."""
        return Changes(frozenset(self._changed))

    def touched(self, kind: Kind, *ids: UUID) -> None:
        """Say that rows changed that are not synced (drafts, conflicts)."""
        self._changed.update((kind, row_id) for row_id in ids)

    def insert(self, row: Row, title: str) -> Row:
        """Add a synced row and queue its creation. ``title`` says in words what it is."""
        if self._home_scope is None:
            self._home_scope = self.session.scalar(select(Cursor.home_scope)) or 0
        row.scope_id = self._home_scope
        row.updated_by, row.updated_at = self.actor, self.clock.now()
        entity = row.__tablename__
        for name in writable_columns(entity):
            setattr(row, name, _storable(entity, name, getattr(row, name)))
        self.session.add(row)
        self.session.flush()
        values = {name: getattr(row, name) for name in writable_columns(entity) - {"id"}}
        given = {name: value for name, value in values.items() if value is not None}
        self._queue(entity, row.id, "insert", 0, {}, given, title)
        return row

    def update(self, row: Synced, title: str, **fields: Any) -> bool:
        """Change fields of a synced row and queue the change with the values seen before; return whether any changed.

        Raises ValueError for a field that may not be changed after the row was made.
        """
        entity = row.__tablename__
        if unknown := fields.keys() - editable_columns(entity):
            raise ValueError(f"{entity}: {', '.join(sorted(unknown))} cannot be changed")
        stored = {name: _storable(entity, name, value) for name, value in fields.items()}
        new = {name: value for name, value in stored.items() if getattr(row, name) != value}
        if not new:
            return False
        base = {name: getattr(row, name) for name in new}
        self._keep_server_row(entity, row)
        for name, value in new.items():
            setattr(row, name, value)
        row.updated_by, row.updated_at = self.actor, self.clock.now()
        self._queue(entity, row.id, "update", self._seen_version(entity, row), base, new, title)
        return True

    def update_on(self, row: Synced, title: str, seen: Mapping[str, Any], **fields: Any) -> None:
        """Change fields of a row by what was decided on values ``seen`` at the server, whatever is shown of it here.

        The server takes it only while it has these values; its version counts for nothing.
        """
        entity = row.__tablename__
        self._keep_server_row(entity, row)
        stored = {name: _storable(entity, name, value) for name, value in fields.items()}
        for name, value in stored.items():
            setattr(row, name, value)
        row.updated_by, row.updated_at = self.actor, self.clock.now()
        self._queue(entity, row.id, "update", 0, dict(seen), stored, title)

    def apart(self) -> None:
        """Let what follows be a change of its own: it stands or falls without what went before."""
        self._group = None

    def _seen_version(self, entity: str, row: Synced) -> int:
        """Return the version that a change is made on: the lowest of the earlier ones that are still laid over the row.

        The row may have come anew since, under them. The person never saw those values, so its version would overwrite
        them; the values seen decide.
        """
        made = select(func.min(Outbox.base_ver)).where(Outbox.entity == entity, Outbox.row_id == row.id)
        lowest = self.session.scalar(made.where(Outbox.state.in_(LAID_OVER)))
        return row.ver if lowest is None else min(row.ver, lowest)

    def _keep_server_row(self, entity: str, row: Synced) -> None:
        """Keep the row as the server has it before the first local change covers it."""
        if row.ver == 0:
            return
        values = {c.key: getattr(row, c.key) for c in table_of(entity).columns}
        self.session.execute(_KEEP, {"entity": entity, "row_id": row.id, "values": to_wire(values)})

    def _queue(
        self,
        entity: str,
        row_id: UUID,
        op: str,
        base_ver: int,
        base: dict[str, Any],
        new: dict[str, Any],
        title: str,
    ) -> None:
        if self.read_only is not None:
            raise self.read_only
        entry = {
            "id": new_id(),
            "group": self._group,
            "entity": entity,
            "row_id": row_id,
            "op": op,
            "base_ver": base_ver,
            "base": to_wire(base),
            "set": to_wire(new),
            "made_at": self.clock.now(),
            "title": storable(title),
        }
        self.session.flush()
        made = self.session.connection().execute(_ENQUEUE, entry)
        if self._group is None:
            self._group = made.lastrowid
        self._changed.add((Kind(entity), row_id))


def _storable(entity: str, name: str, value: Any) -> Any:
    """Return the value as the server takes it: unseen characters only in what people write in their own words."""
    if not isinstance(value, str):
        return value
    return storable(value) if name in prose_columns(entity) else plain(storable(value))


def changes_of(entity: str, ids: Iterable[UUID]) -> Changes:
    """Return the changes of some rows of one synced table."""
    return Changes.of(Kind(entity), *ids)
