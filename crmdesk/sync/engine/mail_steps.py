"""What a letter by e-mail is to its complaint: the step that it becomes, and the follow-up where somebody has to act.

The step is taken by the same guards as one that is marked by hand, in the name of whoever asked for the mail.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from crmdesk.domain.cases.letters import SENT_BY, LetterKind, SentBy
from crmdesk.domain.cases.mail import is_among, next_step
from crmdesk.domain.cases.steps import Step, details_of, ends_of, split, values_of
from crmdesk.domain.errors import CrmdeskError
from crmdesk.domain.ids import derived_id, new_id
from crmdesk.domain.language import mark, tr
from crmdesk.models.wireform import to_wire
from crmdesk.sync.engine import identities
from crmdesk.sync.engine.access import throughout
from crmdesk.sync.engine.apply import apply
from crmdesk.sync.engine.calls import GATEWAY
from crmdesk.sync.engine.compare import Hand
from crmdesk.sync.engine.hands import Writer
from crmdesk.sync.engine.mail_outbox import Mail
from crmdesk.sync.engine.people import HOUSE, scopes_of_all
from crmdesk.sync.engine.refusal import FAULT_OF_OURS
from crmdesk.sync.wire import Mutation, Op, Result, Status

_CHAIN = text("select digest, parents, kind, details from crm.complaint_step where complaint_id = :complaint")
_COMPLAINT = text("select reference, customer_id, received_zone from crm.complaint where id = :complaint")
_ADDRESSES = text(
    "select p.value from crm.contact_point p join crm.complaint c on c.customer_id = p.customer_id "
    "where c.id = :complaint and p.kind = 'email' and not p.removed"
)
_GONE_WRONG = mark("Letter of complaint {reference} by e-mail: {reason}")


def is_marked(conn: Connection, mail: Mail) -> bool:
    """Return whether the letter of a mail went out by a step already."""
    kind = SENT_BY[_kind(mail)].value
    with throughout(conn):
        rows = conn.execute(_CHAIN, {"complaint": mail.complaint_id}).all()
    return any(row.kind == kind and details_of(row.details).get("letter_id") == mail.letter_id.hex for row in rows)


def is_theirs(conn: Connection, mail: Mail) -> bool:
    """Return whether a mail still goes to an address of the customer's: it may have been corrected since."""
    with throughout(conn):
        return is_among(mail.recipient, conn.scalars(_ADDRESSES, {"complaint": mail.complaint_id}).all())


def refused(conn: Connection, mail: Mail, now: datetime) -> str:
    """Return why the step of a mail may not follow now, "" where it may; nothing is changed."""
    identities.share(conn)
    attempt = conn.begin_nested()
    result = _take(conn, mail, now, "")
    attempt.rollback()
    return "" if result.status is Status.OK else result.reason or result.status.value


def take(conn: Connection, mail: Mail, now: datetime, reply: str) -> str:
    """Take the step of a mail that was accepted, with the proof of it; return why it was not taken, "" if it was."""
    identities.share(conn)
    result = _take(conn, mail, now, reply)
    return "" if result.status is Status.OK else result.reason or result.status.value


def proof_of(mail: Mail, reply: str) -> str:
    """Return what proves that a mail was accepted: to whom, under which Message-ID, what the mail server said, and the
    digest of every byte that was handed over."""
    return f"{mail.recipient}; Message-ID {mail.message_id}; {reply}; SHA-256 {mail.digest}"


def tell_handler(conn: Connection, mail: Mail, reason: str, now: datetime) -> None:
    """Put a follow-up before whoever asked for a mail: what became of it, and what to do."""
    with throughout(conn):
        row = conn.execute(_COMPLAINT, {"complaint": mail.complaint_id}).first()
    if row is None:
        return  # erased meanwhile, and the mail with it
    identities.share(conn)
    what = tr(_GONE_WRONG, reference=row.reference, reason=tr(reason))
    advice = next_step(reason)
    words = f"{what} {tr(advice)}" if advice else what
    values = {
        "kind": "follow_up",
        "words": words,
        "customer_id": row.customer_id,
        "complaint_id": mail.complaint_id,
        "made_at": now,
        "due_at": now,
        "due_zone": row.received_zone,
        "assigned_to": mail.asked_by,
    }
    given = {name: value for name, value in values.items() if value is not None}
    mutation = Mutation(1, new_id(), 0, "task", new_id(), Op.INSERT, 0, {}, to_wire(given))
    (result,) = apply(conn, Writer(GATEWAY, _everywhere(conn), HOUSE, Hand.MACHINE, leads=True), [mutation])
    if result.status not in (Status.OK, Status.ERASED):
        raise CrmdeskError(f"A follow-up about a mail was not taken: {result.status} {result.reason}", FAULT_OF_OURS)


def _take(conn: Connection, mail: Mail, now: datetime, reply: str) -> Result:
    with throughout(conn):
        chain = conn.execute(_CHAIN, {"complaint": mail.complaint_id}).all()
    parents = ends_of((row.digest, split(row.parents)) for row in chain)
    details: dict[str, Any] = {**details_of(mail.details), "channel": SentBy.EMAIL.value}
    details["proof"] = proof_of(mail, reply)
    step = Step(SENT_BY[_kind(mail)], mail.asked_by, now, details)
    id_ = _step_of(mail)
    values = values_of(id_, mail.complaint_id, step, mail.asked_device, parents)
    mutation = Mutation(1, new_id(), 0, "complaint_step", id_, Op.INSERT, 0, {}, to_wire(values))
    (result,) = apply(conn, Writer(mail.asked_by, _everywhere(conn), HOUSE, Hand.PERSON), [mutation])
    return result


def _step_of(mail: Mail) -> UUID:
    """Return the id of the step that a mail becomes: recorded twice it is one."""
    return derived_id(mail.asked_at, f"mail:{mail.id.hex}")


def _kind(mail: Mail) -> LetterKind:
    return LetterKind(str(details_of(mail.details).get("kind", "")))


def _everywhere(conn: Connection) -> tuple[int, ...]:
    return tuple(scopes_of_all(conn))
