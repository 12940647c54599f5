"""The outbox of letters by e-mail: whole mails, byte for byte, each with how it stands. It is emptied by one gateway.

A mail is HANDING_OVER, committed, before its mail server can have accepted it. Whatever falls after that leaves a mail
whose fate is told as UNKNOWN: it is neither lost nor sent again by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from crmdesk.domain.cases.mail import MailState, MailView
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.quick import dataclass
from crmdesk.sync.engine.access import throughout
from crmdesk.sync.engine.rows import listed

_COLUMNS = (
    "select id, letter_id, complaint_id, message_id, recipient, content, digest, details, asked_by, asked_device, "
    "asked_at, state, attempts, next_at, moved_at, reason, reply from sync.mail "
)
_PUT = text(
    "insert into sync.mail (id, letter_id, complaint_id, message_id, recipient, content, digest, details, asked_by, "
    "asked_device, asked_at, state, next_at, moved_at) values (:id, :letter_id, :complaint_id, :message_id, "
    ":recipient, :content, :digest, :details, :asked_by, :asked_device, :asked_at, 'waiting', :asked_at, :asked_at)"
)
_BY_ID = text(f"{_COLUMNS} where id = :id")
_LAST = text(f"{_COLUMNS} where letter_id = :letter order by asked_at desc, id desc limit 1")
_OF_COMPLAINT = text(f"{_COLUMNS} where complaint_id = any(cast(:complaints as uuid[])) order by asked_at, id")
_NAMED = text("select id from crm.complaint where reference = :reference")
_COUNT = text("select count(*) from sync.mail where letter_id = :letter")
_DUE = text(f"{_COLUMNS} where state = 'waiting' and next_at <= :now order by next_at, id limit :most")
_BEGIN = text(
    "update sync.mail set state = 'handing_over', attempts = attempts + 1, moved_at = :now, reason = '', reply = '' "
    "where id = :id and state = 'waiting' returning id"
)
_LEFT = text(f"{_COLUMNS} where state = 'handing_over' order by asked_at, id for update")
_MOVE = text(
    "update sync.mail set state = :state, reason = :reason, reply = :reply, moved_at = :now, next_at = :next, "
    "attempts = :attempts where id = :id and state = any(cast(:from as text[])) returning id"
)
_PUT_BACK = text("update sync.mail set state = 'unknown', reason = :reason where state in ('waiting', 'handing_over')")
_FORGET = text("delete from sync.mail where complaint_id = any(cast(:complaints as uuid[]))")
_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail: whose letter it is, the whole message, the details of the step that it becomes, who asked for it."""

    id: UUID
    letter_id: UUID
    complaint_id: UUID
    message_id: str
    recipient: str
    content: bytes
    digest: str
    details: str
    asked_by: UUID
    asked_device: UUID
    asked_at: datetime
    state: MailState = MailState.WAITING
    attempts: int = 0
    next_at: datetime | None = None
    moved_at: datetime | None = None
    reason: str = ""
    reply: str = ""

    @property
    def view(self) -> MailView:
        """Return it as its handler sees it."""
        return MailView(
            id=self.id,
            letter_id=self.letter_id,
            state=self.state,
            recipient=self.recipient,
            attempts=self.attempts,
            moved_at=self.moved_at or self.asked_at,
            next_at=self.next_at or self.asked_at,
            reason=self.reason,
            reply=self.reply,
            message_id=self.message_id,
            digest=self.digest,
        )


def put(conn: Connection, mail: Mail) -> None:
    """Put a mail into the outbox, to be sent at once; IntegrityError where its letter has one under way."""
    names = ("id", "letter_id", "complaint_id", "message_id", "recipient", "content", "digest", "details")
    asked = ("asked_by", "asked_device", "asked_at")
    conn.execute(_PUT, {name: getattr(mail, name) for name in (*names, *asked)})


def by_id(conn: Connection, mail: UUID) -> Mail | None:
    """Return a mail, None where there is none."""
    row = conn.execute(_BY_ID, {"id": mail}).first()
    return None if row is None else _mail(row)


def last_of(conn: Connection, letter: UUID) -> Mail | None:
    """Return the mail of a letter that was asked for last, None where there was none."""
    row = conn.execute(_LAST, {"letter": letter}).first()
    return None if row is None else _mail(row)


def of_complaint(conn: Connection, reference: str) -> list[Mail]:
    """Return every mail of a complaint, the first one first; raises UserMistake where there is no complaint."""
    with throughout(conn):
        complaints = conn.scalars(_NAMED, {"reference": reference.strip()}).all()
        if not complaints:
            what = f"There is no complaint {reference}."
            raise UserMistake("reference", what, "Write its reference as its page shows it: CP-2026-7431.")
        return [_mail(row) for row in conn.execute(_OF_COMPLAINT, {"complaints": listed(complaints)})]


def count_of(conn: Connection, letter: UUID) -> int:
    """Return how many mails were asked for of a letter."""
    found: int = conn.execute(_COUNT, {"letter": letter}).scalar_one()
    return found


def due(conn: Connection, now: datetime) -> list[Mail]:
    """Return some mails that are to be sent by now, those that wait longest first."""
    return [_mail(row) for row in conn.execute(_DUE, {"now": now, "most": _AT_ONCE})]


def begin(conn: Connection, mail: UUID, now: datetime) -> bool:
    """Note that a mail is being handed over; False where it does not wait any more."""
    return conn.execute(_BEGIN, {"id": mail, "now": now}).first() is not None


def left(conn: Connection) -> list[Mail]:
    """Return the mails that are being handed over: where nobody is at it, nobody knows what became of them."""
    return [_mail(row) for row in conn.execute(_LEFT)]


@dataclass(frozen=True, slots=True)
class Note:
    """What is noted with a move: why (marked English), the mail server's words, when it is tried next (None: now), and
    how often it was tried (None: as before)."""

    reason: str = ""
    reply: str = ""
    next_at: datetime | None = None
    attempts: int | None = None


def move(
    conn: Connection, mail: Mail, state: MailState, now: datetime, came_from: Collection[MailState], note: Note
) -> bool:
    """Let a mail stand otherwise; False where it does not stand as one of ``came_from`` any more."""
    values = {
        **{"id": mail.id, "state": state.value, "reason": note.reason, "reply": note.reply, "now": now},
        **{"next": note.next_at or now, "attempts": mail.attempts if note.attempts is None else note.attempts},
        "from": [one.value for one in came_from],
    }
    return conn.execute(_MOVE, values).first() is not None


def put_back(conn: Connection, reason: str) -> None:
    """After a restore: what waited may have been sent since, so that nobody knows."""
    conn.execute(_PUT_BACK, {"reason": reason})


def forget(conn: Connection, complaints: Iterable[UUID]) -> None:
    """Erase the mails of complaints that are erased."""
    conn.execute(_FORGET, {"complaints": listed(complaints)})


def _mail(row: Row[Any]) -> Mail:
    told = {name: getattr(row, name) for name in row._fields}
    return Mail(**{**told, "state": MailState(row.state), "content": bytes(row.content)})
