"""HELLO: a desk says who it is and where it stands, the server says what it is and what the desk may hold."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from sqlalchemy import Connection, text

from crmdesk.sync.engine import feed
from crmdesk.sync.engine.access import Principal
from crmdesk.sync.engine.refusal import Code, Rejection
from crmdesk.sync.wire import Hello, HelloReply, ReferenceBlock

REFERENCE_BLOCK = 100
"""How many complaint references a desk gets at a time."""

REFERENCES_LOW = 20
"""A desk that has fewer gets another block."""

_DEVICE = text("select install_nonce, last_seq from sync.device where device_id = :device")
_SEEN = text("update sync.device set client_version = :version, seen_at = now() where device_id = :device")
_SERVER = text("select epoch, min_protocol, schema_version from sync.server")
_NEXT_BLOCK = text(
    "insert into sync.reference_year as y (year, next) values (:year, 1 + :size) "
    "on conflict (year) do update set next = y.next + :size returning next - :size"
)
_GIVE_BLOCK = text(
    "insert into sync.reference_block (year, first, last, device_id) values (:year, :first, :last, :device)"
)


def hello(conn: Connection, principal: Principal, message: Hello) -> HelloReply:
    """Return what the server says of itself and of this desk.

    Raises Rejection when the message is another device's, or when the profile is a copy of another computer's.
    """
    device = conn.execute(_DEVICE, {"device": principal.device_id}).one()
    if message.device_id != principal.device_id or message.install_nonce != device.install_nonce:
        raise Rejection(
            Code.FORK, "This profile was copied from another computer.", "Sign in again; nothing written is lost."
        )
    conn.execute(_SEEN, {"device": principal.device_id, "version": message.client_version[:60].replace("\x00", "")})
    server = conn.execute(_SERVER).one()
    block = _references(conn, principal) if message.references_left < REFERENCES_LOW else None
    return HelloReply(
        epoch=server.epoch,
        watermark=str(feed.watermark(conn)),
        scopes=principal.scopes,
        home_scope=principal.home_scope,
        min_protocol=server.min_protocol,
        schema_version=server.schema_version,
        server_time_us=time.time_ns() // 1000,
        last_seq=device.last_seq,
        references=block,
    )


def _references(conn: Connection, principal: Principal) -> ReferenceBlock:
    """Hand out the next block of this year. A block whose answer is lost is never used: numbers may be missing, but
    none is ever given twice."""
    year = datetime.now(UTC).year
    first: int = conn.execute(_NEXT_BLOCK, {"year": year, "size": REFERENCE_BLOCK}).scalar_one()
    block = ReferenceBlock(year, first, first + REFERENCE_BLOCK - 1)
    values = {"year": year, "first": block.first, "last": block.last, "device": principal.device_id}
    conn.execute(_GIVE_BLOCK, values)
    return block
