"""Where a desk stands in the feed of changes, and the next page of it.

A position is (xid, row, scope, entity) of the last change that was handed over, and never passes a transaction that is
still running (``pg_snapshot_xmin``), so no row is lost however commits are ordered. Desks treat it as opaque bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, text

from crmdesk.sync.engine.refusal import Code, Rejection

_FORM = struct.Struct(">BQ16siHQ")
_VERSION = 1
_NOBODY = UUID(int=0)

_WATERMARK = text("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
_STANDING = text(
    "select pg_snapshot_xmin(s)::text::bigint as low, pg_snapshot_xmax(s)::text::bigint as high "
    "from (select pg_current_snapshot() as s) as snapshot"
)

# One ordered index scan per scope, each cut at the page's size; a scan over all scopes at once would sort everything.
_PAGE = text(
    "select c.xid::text::bigint, c.row_id, c.scope_id, c.entity, c.op::text "
    "from unnest(cast(:scopes as int[])) as s(scope_id), lateral ("
    "  select * from sync.change f where f.scope_id = s.scope_id"
    "  and (f.xid, f.row_id) >= (cast(:xid as text)::xid8, cast(:row as uuid))"
    "  and (f.xid, f.row_id, f.scope_id, f.entity) > (cast(:xid as text)::xid8, cast(:row as uuid), :scope, :entity)"
    "  and f.xid < cast(:high as text)::xid8"
    "  order by f.xid, f.row_id, f.entity limit :limit) c "
    "order by c.xid, c.row_id, c.scope_id, c.entity limit :limit"
)

_MOVED = text(
    "select s.scope_id from sync.scope s where exists (select 1 from sync.change c where c.scope_id = s.scope_id "
    "and c.xid >= cast(:since as text)::xid8 and c.xid < cast(:high as text)::xid8)"
)


@dataclass(frozen=True, slots=True)
class Position:
    """The last change handed over. ``high`` is the watermark up to which the present round of pages goes, 0 between
    rounds."""

    xid: int = 0
    row: UUID = _NOBODY
    scope: int = 0
    entity: int = 0
    high: int = 0

    def to_bytes(self) -> bytes:
        """Return the position as a desk keeps it."""
        return _FORM.pack(_VERSION, self.xid, self.row.bytes, self.scope, self.entity, self.high)

    @classmethod
    def from_bytes(cls, cursor: bytes | None) -> Position:
        """Return the position that a desk kept, the very beginning for None; raises Rejection for foreign bytes."""
        if cursor is None:
            return cls()
        try:
            version, xid, row, scope, entity, high = _FORM.unpack(cursor)
        except struct.error as error:
            raise Rejection(Code.BAD_REQUEST, "This cursor was not made here.", "Fetch everything again.") from error
        if version != _VERSION:
            raise Rejection(Code.BAD_REQUEST, "This cursor is of another version.", "Fetch everything again.")
        return cls(xid, UUID(bytes=row), scope, entity, high)


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the feed: ``op`` is U (upserted), R (left the scope), D (deleted) or E (erased)."""

    xid: int
    row: UUID
    scope: int
    entity: int
    op: str


def watermark(conn: Connection) -> int:
    """Return the transaction id below which everything is decided."""
    found: int = conn.execute(_WATERMARK).scalar_one()
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the feed stands: everything below ``watermark`` is decided; ``held`` says that changes which are
    committed already wait for an older transaction that is not."""

    watermark: int
    held: bool


def standing(conn: Connection) -> Standing:
    """Return where the feed stands. Any open write transaction in the whole cluster holds the watermark."""
    low, high = conn.execute(_STANDING).one()
    return Standing(low, low < high)


def page(conn: Connection, scopes: Collection[int], after: Position, high: int, limit: int) -> list[Step]:
    """Return the next steps of these scopes below ``high``, in feed order, at most ``limit``."""
    values = {"scopes": list(scopes), "xid": str(after.xid), "row": after.row, "scope": after.scope}
    found = conn.execute(_PAGE, {**values, "entity": after.entity, "high": str(high), "limit": limit})
    return [Step(*row) for row in found]


def scopes_moved(conn: Connection, since: int, high: int) -> frozenset[int]:
    """Return the scopes in which something changed from watermark ``since`` to ``high``."""
    return frozenset(conn.scalars(_MOVED, {"since": str(since), "high": str(high)}))
