"""The file in which a first snapshot is built, beside the one in use: chunk after chunk, then indexes, then words.

Every step is one transaction together with the place that was reached, so that building goes on there whatever ended
it. ``synchronous = NORMAL`` in WAL mode keeps the file whole even when the power goes; at worst the last steps are done
again. What is freed on the way is overwritten as in the file in use, since this becomes it. What is complete has none
of the builder's own tables any more, and says in ``held_scope`` of what.
"""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    func,
    insert,
    inspect,
    select,
    table,
    text,
    update,
)
from sqlalchemy.event import listen
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateTable, DropTable

from crmdesk.domain.clock import Clock
from crmdesk.domain.errors import CrmdeskError, DamagedStore
from crmdesk.domain.language import tr
from crmdesk.domain.quick import dataclass
from crmdesk.models.base import Id
from crmdesk.models.engine import StoreEngines, damaged_or_unavailable, open_store
from crmdesk.models.local import Cursor, HeldScope
from crmdesk.models.registry import SYNCED, table_of
from crmdesk.models.replacing import belonging, empty_wal, sync_to_disk
from crmdesk.models.search_schema import FULL_TEXT, drop_trigger_statements, rebuild_statement
from crmdesk.models.upgrade import HEAD, current_revision, upgrade
from crmdesk.sync.client.snapshot_load import load
from crmdesk.sync.wire import Snapshot, SnapshotReply

_PRAGMAS = ("synchronous = NORMAL", "cache_size = -64000", "wal_autocheckpoint = 16000")

_own = MetaData()
_scopes = Table(
    "snapshot_scope",
    _own,
    Column("scope_id", Integer, primary_key=True),
    Column("entity", Text),
    Column("after", Id),
    Column("begun", LargeBinary),
    Column("rows", Integer, nullable=False, default=0),
    Column("done", Boolean, nullable=False, default=False),
)
_later = Table(
    "snapshot_later",
    _own,
    Column("step", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("statement", Text, nullable=False),
)
_SCHEMA = text(
    "SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL "
    "AND tbl_name = :entity ORDER BY name"
)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be fetched: whole scopes of the server as it is in ``epoch``. ``home_scope`` is where this desk's new
    rows go."""

    epoch: UUID
    home_scope: int
    scopes: tuple[int, ...]


def part_path(store: Path) -> Path:
    """Return where the successor of a desk's file is built."""
    return store.with_name(f"{store.stem}.part{store.suffix}")


def remove_part(path: Path) -> None:
    """Delete an unfinished file with everything that belongs to it: the WAL first, it must never meet another file."""
    for each in (*belonging(path), path):
        each.unlink(missing_ok=True)


class PartFile:
    """One file being built. For one thread at a time; ``close`` it at the end."""

    def __init__(self, engines: StoreEngines) -> None:
        self._engines = engines

    @property
    def engines(self) -> StoreEngines:
        """The doors to the file."""
        return self._engines

    def close(self) -> None:
        """Close the file."""
        self._engines.dispose()

    def is_complete(self) -> bool:
        """Say whether everything is in it, with indexes and words."""
        with self._engines.write.begin() as conn:
            return not inspect(conn).has_table(_scopes.name)

    def rows(self) -> int:
        """Return how many rows were stored."""
        with self._engines.write.begin() as conn:
            return conn.scalar(select(func.coalesce(func.sum(_scopes.c.rows), 0))) or 0

    def next_question(self, device_id: UUID, limit: int) -> Snapshot | None:
        """Return what to ask next, None when every scope is there. The scopes begin at one cursor, the first."""
        with self._engines.write.begin() as conn:
            place = conn.execute(select(_scopes).where(_scopes.c.done.is_(False)).order_by(_scopes.c.scope_id)).first()
        if place is None:
            return None
        return Snapshot(device_id, place.scope_id, place.entity, place.after, place.begun, limit)

    def store(self, scope: int, reply: SnapshotReply) -> int:
        """Keep a chunk and the place behind it; return how many rows came.

        Raises Unavailable when the chunk is not what was asked for or the disk is full; nothing of it is kept then.
        """
        try:
            with self._engines.write.begin() as conn:
                count = load(conn, reply)
                conn.execute(update(Cursor).where(Cursor.position.is_(None)).values(position=reply.cursor))
                conn.execute(
                    update(_scopes)
                    .where(_scopes.c.scope_id == scope)
                    .values(
                        entity=reply.entity,
                        after=reply.after,
                        begun=reply.cursor,
                        rows=_scopes.c.rows + count,
                        done=reply.done,
                    )
                )
        except DBAPIError as error:
            raise damaged_or_unavailable(error.orig or error) from error
        return count

    def finish(self, clock: Clock) -> None:
        """Make the indexes, read the words, follow the tables from now on; then say that everything is here.

        Raises Unavailable when the disk is full, DamagedStore when what is there does not fit together.
        """
        try:
            while self.one_step():
                pass
            with self._engines.write.begin() as conn:
                if not inspect(conn).has_table(_scopes.name):
                    return
                _check(conn)
                here = [{"scope_id": scope, "since": clock.now()} for scope in conn.scalars(select(_scopes.c.scope_id))]
                conn.execute(insert(HeldScope), here)
                for mine in (_scopes, _later):
                    conn.execute(DropTable(mine))
        except DBAPIError as error:
            raise damaged_or_unavailable(error.orig or error) from error

    def settle(self) -> None:
        """Move everything into the file itself and see it on the disk, so that little is left to do at the end."""
        empty_wal(self._engines.write)
        sync_to_disk(self._engines.path)

    def one_step(self) -> bool:
        """Make the next index, read the next words or put on the next trigger; return False when none is left."""
        with self._engines.write.begin() as conn:
            if not inspect(conn).has_table(_later.name):
                return False
            step = conn.execute(select(_later).order_by(_later.c.step)).first()
            if step is None:
                return False
            conn.exec_driver_sql(step.statement)
            conn.execute(_later.delete().where(_later.c.step == step.step))
        return True


def open_part(path: Path, key: bytes, order: Order) -> PartFile:
    """Go on with the file at ``path`` where it fits the order, else begin anew.

    Raises Unavailable when the disk does not let us.
    """
    if path.exists():
        part = _opened(path, key)
        if part is not None and _fits(part, order):
            return part
        if part is not None:
            part.close()
    remove_part(path)
    engines = _building(open_store(path, key))
    try:
        upgrade(engines.write)
        with engines.write.begin() as conn:
            _prepare(conn, order)
    except DBAPIError as error:
        engines.dispose()
        raise damaged_or_unavailable(error.orig or error) from error
    return PartFile(engines)


def _opened(path: Path, key: bytes) -> PartFile | None:
    try:
        return PartFile(_building(open_store(path, key)))
    except DamagedStore:
        return None


def _building(engines: StoreEngines) -> StoreEngines:
    listen(engines.write, "connect", _set_for_building)
    return engines


def _set_for_building(connection: Any, _: object) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _fits(part: PartFile, order: Order) -> bool:
    """Say whether what was begun is of this server and brings these very scopes; a newer schema begins anew."""
    try:
        with part.engines.write.begin() as conn:
            if current_revision(conn) != HEAD:
                return False
            epoch = conn.scalar(select(Cursor.epoch))
            building = inspect(conn).has_table(_scopes.name)
            found = conn.scalars(select(_scopes.c.scope_id if building else HeldScope.scope_id))
            return epoch == order.epoch and set(found) == set(order.scopes)
    except (CrmdeskError, DBAPIError):
        return False


def _prepare(conn: Connection, order: Order) -> None:
    """Take off what is made at the end, and write down what is to be fetched."""
    for mine in (_scopes, _later):
        conn.execute(CreateTable(mine))
    conn.execute(insert(Cursor), {"one": 1, "epoch": order.epoch, "position": None, "home_scope": order.home_scope})
    conn.execute(insert(_scopes), [{"scope_id": scope} for scope in order.scopes])
    before = _made_beside(conn)
    for entity in SYNCED:
        for index in table_of(entity).indexes:
            index.drop(conn)
    for each in FULL_TEXT:
        for statement in drop_trigger_statements(each):
            conn.exec_driver_sql(statement)
    gone = [made for made in before if made not in _made_beside(conn)]
    words = [("words", each.name, rebuild_statement(each)) for each in FULL_TEXT]
    steps = chain((m for m in gone if m[0] == "index"), words, (m for m in gone if m[0] == "trigger"))
    conn.execute(insert(_later), [{"kind": kind, "name": name, "statement": how} for kind, name, how in steps])


def _made_beside(conn: Connection) -> list[tuple[str, str, str]]:
    """Return indexes and triggers of the synced tables as (type, name, statement)."""
    return [(row.type, row.name, row.sql) for entity in SYNCED for row in conn.execute(_SCHEMA, {"entity": entity})]


def _check(conn: Connection) -> None:
    """Raise DamagedStore unless the words follow every customer, the quick proof that the rows are all there."""
    customers = conn.scalar(select(func.count()).select_from(table_of("customer")))
    indexed = conn.scalar(select(func.count()).select_from(table("customer_words_docsize")))
    rows = conn.scalar(select(func.sum(_scopes.c.rows))) or 0
    if customers != indexed or (customers or 0) > rows or conn.scalar(select(Cursor.position)) is None:
        raise DamagedStore(tr("The first copy of the server's records is not whole."), tr("It is fetched again."))
