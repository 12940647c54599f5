"""HELLO: a desk says who it is and where it stands, the server says what it is and what the desk may hold."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from crmdesk.domain.language import mark
from crmdesk.sync.engine import feed
from crmdesk.sync.engine.access import Principal, with_device_scope
from crmdesk.sync.engine.refusal import OTHER_VERSION, Code, Rejection
from crmdesk.sync.wire import OUT_OF_USE_US, Hello, HelloReply, ReferenceBlock

REFERENCE_BLOCK = 100
"""How many complaint references a desk gets at a time."""

REFERENCES_LOW = 20
"""A desk that has fewer gets another block."""

LAST_SEQ = 2**63 - 1
"""The highest number that a mutation can have."""

_DEVICE = text("select install_nonce, last_seq from sync.device where device_id = :device for no key update")
_SEEN = text(
    "update sync.device d set client_version = :version, schema_version = :schema, last_seq = :last, seen_at = now(), "
    "lease_until = now() + s.lease_days * interval '1 day' from sync.server s where d.device_id = :device "
    "returning cast(extract(epoch from d.lease_until) * 1000000 as bigint) as lease_until, "
    "cast(extract(epoch from now()) * 1000000 as bigint) as server_time"
)
_SERVER = text("select epoch, min_protocol, schema_version, min_schema from sync.server")
_NEXT_BLOCK = text(
    "insert into sync.reference_year as y (year, next) values (:year, 1 + :size) "
    "on conflict (year) do update set next = y.next + :size returning next - :size"
)
_GIVE_BLOCK = text(
    "insert into sync.reference_block (year, first, last, device_id) values (:year, :first, :last, :device)"
)


def hello(conn: Connection, principal: Principal, message: Hello) -> HelloReply:
    """Return what the server says of itself and of this desk.

    Raises Rejection when the message is another device's, or when the profile is a copy of another computer's; PutBack
    when the desk has seen more than this server knows.
    """
    _check_numbers(message)
    device = conn.execute(_DEVICE, {"device": principal.device_id}).one()
    if message.device_id != principal.device_id or message.install_nonce != device.install_nonce:
        raise Rejection(
            Code.FORK,
            mark("This profile was copied from another computer."),
            mark("Sign in again; nothing written is lost."),
        )
    server = conn.execute(_SERVER).one()
    present = feed.present(conn)
    _check_history(present, message)
    last_seq = _last_seq(device.last_seq, server, message)
    told = {"version": message.client_version[:60].replace("\x00", ""), "schema": message.schema_version}
    seen = conn.execute(_SEEN, {**told, "device": principal.device_id, "last": last_seq}).one()
    principal = with_device_scope(conn, principal)
    wanting = message.references_left < REFERENCES_LOW and not principal.barred
    block = _references(conn, principal) if wanting else None
    return HelloReply(
        epoch=server.epoch,
        watermark=str(present.watermark),
        scopes=principal.scopes,
        home_scope=principal.home_scope,
        min_protocol=server.min_protocol,
        schema_version=server.schema_version,
        server_time_us=seen.server_time,
        last_seq=last_seq,
        references=block,
        min_schema=server.min_schema,
        lease_until_us=OUT_OF_USE_US if principal.barred else seen.lease_until,
        device_scope=principal.device_scope,
    )


def _check_numbers(message: Hello) -> None:
    sound = 0 <= message.last_seq < LAST_SEQ and 0 <= message.first_kept <= message.last_seq + 1
    if not sound or not 0 <= message.schema_version < 2**31:
        raise Rejection(Code.BAD_REQUEST, mark("These numbers are not a desk's."), OTHER_VERSION)


def _check_history(present: feed.Present, message: Hello) -> None:
    """Raise PutBack when a cursor of this epoch is ahead of it; what else may be wrong shows when it is used."""
    if message.epoch != present.epoch or message.cursor is None:
        return
    try:
        present.position(message.cursor)
    except feed.PutBack as found:
        if found.lost is not None:
            raise
    except Rejection:
        return


def _last_seq(stored: int, server: Row[Any], message: Hello) -> int:
    """Return the highest mutation of this device that counts as known.

    A server that was restored knows less than it once did. What the desk still keeps it sends again; what it does not
    keep any more was confirmed so long ago that it can only be missed: the numbers go on behind it.
    """
    if message.epoch is None or message.epoch == server.epoch:
        return stored
    first = message.first_kept or message.last_seq + 1
    return max(stored, first - 1)


def _references(conn: Connection, principal: Principal) -> ReferenceBlock:
    """Hand out the next block of this year. A block whose answer is lost is never used: numbers may be missing, but
    none is ever given twice."""
    year = datetime.now(UTC).year
    first: int = conn.execute(_NEXT_BLOCK, {"year": year, "size": REFERENCE_BLOCK}).scalar_one()
    block = ReferenceBlock(year, first, first + REFERENCE_BLOCK - 1)
    values = {"year": year, "first": block.first, "last": block.last, "device": principal.device_id}
    conn.execute(_GIVE_BLOCK, values)
    return block
