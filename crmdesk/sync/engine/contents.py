"""The contents of attached files: taken in parts from whoever may hold their rows, checked as a whole, given in parts.

A content is kept when it is what its row says: as many bytes, with that digest, of that kind. So whoever sends can only
bring what was meant when the row was made; doing it again changes nothing.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import Connection, Row, Select, select, text

from crmdesk.domain.attachments.kinds import checked
from crmdesk.domain.attachments.limits import PART
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import mark
from crmdesk.sync.engine.access import Principal, at_device, throughout, within
from crmdesk.sync.engine.attached import ENTITIES
from crmdesk.sync.engine.refusal import OTHER_VERSION, Code, Rejection
from crmdesk.sync.engine.rows import stored_table
from crmdesk.sync.file_wire import AskPart, Part, PartTaken, SendPart

NOT_WHAT_WAS_ADDED = mark("What came of this file is not what was added.")

_THERE = text("select length(data) from sync.attachment_content where attachment_id = :id")
_HAVE = text(
    "select coalesce(sum(length(data)), 0) from sync.attachment_part where attachment_id = :id and device_id = :device"
)
_KEEP_PART = text(
    "insert into sync.attachment_part (attachment_id, device_id, place, data) values (:id, :device, :place, :data) "
    "on conflict do nothing"
)
_PARTS = text("select data from sync.attachment_part where attachment_id = :id and device_id = :device order by place")
_KEEP = text(
    "insert into sync.attachment_content (attachment_id, data, stored_by) values (:id, :data, :person) "
    "on conflict do nothing"
)
_FORGET_PARTS = text("delete from sync.attachment_part where attachment_id = :id and device_id = :device")
_FORGET_ALL_PARTS = text("delete from sync.attachment_part where attachment_id = :id")
_FORGET_OLD = text("delete from sync.attachment_part where at < :before")
_GIVE = text(
    "select substring(data from :first for :most) as data, length(data) as size from sync.attachment_content "
    "where attachment_id = :id"
)


def take_part(conn: Connection, principal: Principal, message: SendPart) -> PartTaken:
    """Keep a part of a content, and the content once it is whole; return how far it is.

    Raises Rejection for a file that this person may not know of, and for a part that cannot be one.
    """
    row = _row(conn, principal, message)
    here = {"id": message.attachment_id, "device": message.device_id}
    if row.removed or conn.execute(_THERE, here).scalar_one_or_none() is not None:
        return PartTaken(row.size, done=True)
    have: int = conn.execute(_HAVE, here).scalar_one()
    if message.place != have or not message.data:
        return PartTaken(have)
    if len(message.data) > PART or have + len(message.data) > row.size:
        raise Rejection(Code.BAD_REQUEST, mark("The server does not take this request."), OTHER_VERSION)
    conn.execute(_KEEP_PART, {**here, "place": have, "data": message.data})
    have += len(message.data)
    if have < row.size:
        return PartTaken(have)
    whole = b"".join(conn.scalars(_PARTS, here))
    if not _is_what(row, whole):
        conn.execute(_FORGET_PARTS, here)
        return PartTaken(0, refused=NOT_WHAT_WAS_ADDED)
    conn.execute(_KEEP, {"id": message.attachment_id, "data": whole, "person": principal.user_id})
    conn.execute(_FORGET_ALL_PARTS, {"id": message.attachment_id})
    return PartTaken(have, done=True)


def give_part(conn: Connection, principal: Principal, message: AskPart) -> Part:
    """Return the next bytes of a content; raises Rejection for a file that this person may not see, or that is not
    here."""
    row = _row(conn, principal, message)
    asked = {"id": message.attachment_id, "first": message.place + 1, "most": PART}
    found = None if row.removed or not 0 <= message.place <= row.size else conn.execute(_GIVE, asked).one_or_none()
    if found is None:
        raise _not_here()
    return Part(bytes(found.data), found.size)


def forget_parts(conn: Connection, before: datetime) -> None:
    """Forget parts of contents that nobody went on with."""
    conn.execute(_FORGET_OLD, {"before": before})


def _is_what(row: Row[tuple[object, ...]], whole: bytes) -> bool:
    """Return whether a content is what its row says."""
    if len(whole) != row.size or sha256(whole).hexdigest() != row.sha256:
        return False
    media_type: str = row.media_type
    try:
        return checked(row.name, whole).value == media_type
    except UserMistake:
        return False


def _row(conn: Connection, principal: Principal, message: SendPart | AskPart) -> Row[tuple[object, ...]]:
    """Return what was said of a file when it was added, and keep it from going meanwhile.

    Who may hold the row may have its content; who added it may still bring it where the case went elsewhere since.
    """
    at_device(principal, message.device_id)
    if principal.barred:
        raise Rejection(Code.NOT_HELD, mark("This computer was taken out of use."), mark("Ask your administrator."))
    if message.entity not in ENTITIES:
        raise _not_here()
    query = _asked(message.entity, message.attachment_id)
    with within(conn, principal.scopes):
        row = conn.execute(query).one_or_none()
    if row is None and isinstance(message, SendPart):
        with throughout(conn):
            row = conn.execute(query).one_or_none()
        if row is not None and row.added_by != principal.user_id:
            row = None
    if row is None:
        raise _not_here()
    return row


def _asked(entity: str, id_: UUID) -> Select[tuple[object, ...]]:
    table = stored_table(entity)
    wanted = ("name", "media_type", "size", "sha256", "added_by", "removed")
    return select(*(table.c[name] for name in wanted)).where(table.c.id == id_).with_for_update(read=True)


def _not_here() -> Rejection:
    return Rejection(Code.NOT_FOUND, mark("The server does not have this file."), mark("It comes when it was sent."))
