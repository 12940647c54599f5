"""Where a desk stands in the feed of changes, and the next page of it.

A position is (xid, row, scope, entity) of the last change that was handed over, and never passes a transaction that is
still running (``pg_snapshot_xmin``), so no row is lost however commits are ordered. Desks treat it as opaque bytes.
It is sealed for the server's present epoch: a position of before a restore says nothing any more, and nobody but the
server can make one.
"""

from __future__ import annotations

import struct
from collections.abc import Collection
from hashlib import blake2b
from hmac import compare_digest
from uuid import UUID

from sqlalchemy import Connection, text

from crmdesk.domain.errors import Unavailable
from crmdesk.domain.language import mark
from crmdesk.domain.quick import dataclass
from crmdesk.sync.engine.hot import Hot
from crmdesk.sync.engine.refusal import Code, Rejection

_FORM = struct.Struct(">BQ16siHQ")
_CHANGES, _ERASURES = 2, 3
"""What the first byte of a position says: what is told next, and the version of the form."""
_SEAL = 8
_NOBODY = UUID(int=0)

_WATERMARK = text("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
_PRESENT = Hot(
    text("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as watermark, epoch, token_key from sync.server")
)
_STANDING = text(
    "select pg_snapshot_xmin(s)::text::bigint as low, pg_snapshot_xmax(s)::text::bigint as high "
    "from (select pg_current_snapshot() as s) as snapshot"
)

# One ordered index scan per scope, each cut at the page's size; a scan over all scopes at once would sort everything.
_PAGE = Hot(
    text(
        "select c.xid::text::bigint, c.row_id, c.scope_id, c.entity, c.op::text "
        "from unnest(cast(:scopes as int[])) as s(scope_id), lateral ("
        "  select * from sync.change f where f.scope_id = s.scope_id"
        "  and (f.xid, f.row_id) >= (cast(:xid as text)::xid8, cast(:row as uuid))"
        "  and (f.xid, f.row_id, f.scope_id, f.entity)"
        "    > (cast(:xid as text)::xid8, cast(:row as uuid), :scope, :entity)"
        "  and f.xid < cast(:high as text)::xid8"
        "  order by f.xid, f.row_id, f.entity limit :limit) c "
        "order by c.xid, c.row_id, c.scope_id, c.entity limit :limit"
    )
)

# By way of the erasures, which are few: the feed itself has an entry for each row that there is.
_ERASED_BEFORE = text(
    "select c.xid::text::bigint, c.row_id, c.scope_id, c.entity, c.op::text "
    "from sync.erasure e join sync.change c on c.row_id = e.row_id "
    "where c.op = 'E' and c.scope_id = any(:scopes) and c.xid < cast(:high as text)::xid8 "
    "and (c.xid, c.row_id, c.scope_id, c.entity) > (cast(:xid as text)::xid8, cast(:row as uuid), :scope, :entity) "
    "order by c.xid, c.row_id, c.scope_id, c.entity limit :limit"
)

_MOVED = text(
    "select s.scope_id, c.xid::text::bigint as xid from sync.scope s, lateral (select f.xid from sync.change f "
    "where f.scope_id = s.scope_id and f.xid >= cast(:since as text)::xid8 and f.xid < cast(:high as text)::xid8 "
    "order by f.xid desc limit 1) c"
)


class PutBack(Unavailable):
    """A desk's position is not of this history. ``lost`` is the present epoch when the desk has seen more of it than
    this database knows: then the database was put back from a backup."""

    def __init__(self, lost: UUID | None = None) -> None:
        super().__init__(
            mark("The server was put back from a backup."), mark("It is asked anew by itself; nothing is lost.")
        )
        self.lost = lost


@dataclass(frozen=True, slots=True)
class Position:
    """The last change handed over. ``high`` is the watermark up to which the present round of pages goes, 0 between
    rounds.

    With ``erasures`` it is the last erasure told of those before a first copy began at ``high``: a copy has nothing of
    who was erased, but a desk that had them before may still have words of its own about them.
    """

    xid: int = 0
    row: UUID = _NOBODY
    scope: int = 0
    entity: int = 0
    high: int = 0
    erasures: bool = False


@dataclass(frozen=True, slots=True)
class Present:
    """The server's epoch, and the transaction id below which everything in it is decided. ``key`` seals positions."""

    watermark: int
    epoch: UUID
    key: bytes

    def to_bytes(self, position: Position) -> bytes:
        """Return a position as a desk keeps it."""
        p = position
        body = _FORM.pack(_ERASURES if p.erasures else _CHANGES, p.xid, p.row.bytes, p.scope, p.entity, p.high)
        return body + self._seal(body)

    def position(self, cursor: bytes | None) -> Position:
        """Return the position that a desk kept, the very beginning for None.

        Raises PutBack for one of another history, Rejection for foreign bytes.
        """
        if cursor is None:
            return Position()
        body, seal = cursor[: _FORM.size], cursor[_FORM.size :]
        if len(seal) != _SEAL or body[0] not in (_CHANGES, _ERASURES):
            raise Rejection(Code.BAD_REQUEST, mark("This cursor was not made here."), mark("Fetch everything again."))
        if not compare_digest(seal, self._seal(body)):
            raise PutBack
        told, xid, row, scope, entity, high = _FORM.unpack(body)
        if xid > self.watermark:
            raise PutBack(self.epoch)
        return Position(xid, UUID(bytes=row), scope, entity, high, told == _ERASURES)

    def _seal(self, body: bytes) -> bytes:
        return blake2b(body, key=self.key, salt=self.epoch.bytes, digest_size=_SEAL).digest()


def present(conn: Connection) -> Present:
    """Return where the server stands now."""
    watermark, epoch, key = _PRESENT.one(conn)
    return Present(watermark, epoch, bytes(key))


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
    found = _PAGE.all(conn, {**values, "entity": after.entity, "high": str(high), "limit": limit})
    return [Step(*row) for row in found]


def erasures(conn: Connection, scopes: Collection[int], after: Position, limit: int) -> list[Step]:
    """Return the next erasures in these scopes below ``after.high``, in feed order, at most ``limit``."""
    values = {"scopes": list(scopes), "xid": str(after.xid), "row": after.row, "scope": after.scope}
    found = conn.execute(_ERASED_BEFORE, {**values, "entity": after.entity, "high": str(after.high), "limit": limit})
    return [Step(*row) for row in found]


def scopes_moved(conn: Connection, since: int, high: int) -> dict[int, int]:
    """Return the scopes in which something changed from watermark ``since`` to ``high``, each with the last
    transaction that did."""
    moved = conn.execute(_MOVED, {"since": str(since), "high": str(high)})
    return {row.scope_id: row.xid for row in moved}
