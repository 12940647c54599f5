"""Takes letters that are to go out by e-mail from desks, and says how they stand. The mail is whole before it waits."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text
from sqlalchemy.exc import IntegrityError

from crmdesk.domain.cases.letters import LetterKind, digest_of
from crmdesk.domain.cases.mail import BY_HAND, UNDER_WAY, MailOffer, MailState, MailWish, checked_address, is_among
from crmdesk.domain.cases.steps import details_of, well_written
from crmdesk.domain.clock import Clock
from crmdesk.domain.language import mark
from crmdesk.domain.values import known_or_none
from crmdesk.server.mail_message import Written, composed, digest_of_mail, message_id_of
from crmdesk.server.mail_settings import MailSettings
from crmdesk.sync.engine import Code, Principal, Rejection, mail_outbox, mail_steps
from crmdesk.sync.engine.access import at_device, within
from crmdesk.sync.engine.attempts import undoable
from crmdesk.sync.engine.mail_outbox import Mail, Note
from crmdesk.sync.mail_wire import BIGGEST_PDF, AskMail, AskMailMoved, AskMailSent, MailReply

_LETTER = text(
    "select l.kind, l.words, l.complaint_id, c.customer_id, coalesce(p.name, '') as customer from crm.letter l "
    "join crm.complaint c on c.id = l.complaint_id left join crm.customer p on p.id = c.customer_id "
    "where l.id = :letter and not l.removed"
)
_ADDRESSES = text(
    "select value from crm.contact_point where customer_id = :customer and kind = 'email' and not removed"
)
_PDF = b"%PDF-"
_MOVABLE = (MailState.WAITING, MailState.UNKNOWN)
"""A mail that is being handed over is out of everybody's hands."""


class MailRoom:
    """``settings`` are None where no mail server is set up: then no letter goes out from here."""

    def __init__(self, settings: MailSettings | None, clock: Clock) -> None:
        self.settings = settings
        self._clock = clock

    def state(self, conn: Connection, principal: Principal, message: AskMail) -> MailReply:
        """Return whether letters can go out, and how the last mail of this one stands; raises Rejection for a letter
        that this person does not see."""
        _check(principal, message.device_id)
        _seen(conn, principal, message.letter_id)
        return self._reply(conn, message.letter_id)

    def send(self, conn: Connection, principal: Principal, message: AskMailSent) -> MailReply:
        """Put a letter into the outbox; asked again with the same id it is there once.

        Raises Rejection for a letter that is not here as it stands there, or may not go out now; UserMistake for an
        address that is none.
        """
        _check(principal, message.device_id)
        letter = _seen(conn, principal, message.letter_id)
        if self.settings is None:
            raise Rejection(Code.NOT_FOUND, mark("No mail server is set up here."), mark("Print the letter."))
        if mail_outbox.by_id(conn, message.mail_id) is None:
            mail = self._mail(conn, principal, letter, message, self.settings)
            if reason := mail_steps.refused(conn, mail, self._clock.now()):
                raise Rejection(Code.BAD_REQUEST, reason, mark("Look at the complaint's history."))
            self._put(conn, mail)
        return self._reply(conn, message.letter_id)

    def wish(self, conn: Connection, principal: Principal, message: AskMailMoved) -> MailReply:
        """Try a mail now, also one whose fate is not known; or stop one that was not handed over."""
        _check(principal, message.device_id)
        _seen(conn, principal, message.letter_id)
        mail = mail_outbox.by_id(conn, message.mail_id)
        if mail is None or mail.letter_id != message.letter_id:
            raise Rejection(
                Code.NOT_FOUND, mark("There is no such mail."), mark("Open the letter again: it shows its mails.")
            )
        state, reason = (MailState.WAITING, mail.reason)
        if message.wish is MailWish.STOP:
            state, reason = MailState.WITHDRAWN, BY_HAND
        mail_outbox.move(conn, mail, state, self._clock.now(), _MOVABLE, Note(reason, mail.reply))
        return self._reply(conn, message.letter_id)

    def _reply(self, conn: Connection, letter: UUID) -> MailReply:
        last = mail_outbox.last_of(conn, letter)
        return MailReply(MailOffer(self.settings is not None, None if last is None else last.view))

    def _mail(
        self, conn: Connection, principal: Principal, letter: Row[Any], message: AskMailSent, settings: MailSettings
    ) -> Mail:
        recipient = _address(conn, principal, letter, message.recipient)
        _check_letter(letter, message)
        now = self._clock.now()
        written = Written(recipient, letter.customer, message.subject, letter.words, message.file_name, message.pdf)
        number = mail_outbox.count_of(conn, message.letter_id) + 1
        message_id = message_id_of(message.letter_id, number, settings)
        content = composed(written, message_id, now, settings)
        return Mail(
            id=message.mail_id,
            letter_id=message.letter_id,
            complaint_id=letter.complaint_id,
            message_id=message_id,
            recipient=recipient,
            content=content,
            digest=digest_of_mail(content),
            details=message.details,
            asked_by=principal.user_id,
            asked_device=principal.device_id,
            asked_at=now,
        )

    def _put(self, conn: Connection, mail: Mail) -> None:
        last = mail_outbox.last_of(conn, mail.letter_id)
        taken = Rejection(Code.BAD_REQUEST, mark("This letter is on its way already."), mark("Look how it stands."))
        if last is not None and (last.state in UNDER_WAY or last.state is MailState.ACCEPTED):
            raise taken
        try:
            with undoable(conn, IntegrityError):
                mail_outbox.put(conn, mail)
        except IntegrityError as error:
            raise taken from error


def _check(principal: Principal, device: UUID) -> None:
    at_device(principal, device)
    if principal.barred:
        raise Rejection(Code.NOT_HELD, mark("This computer was taken out of use."), mark("Ask your administrator."))


def _seen(conn: Connection, principal: Principal, letter: UUID) -> Row[Any]:
    with within(conn, principal.scopes):
        found = conn.execute(_LETTER, {"letter": letter}).first()
    if found is None:
        raise Rejection(
            Code.NOT_FOUND,
            mark("The server does not have this letter yet."),
            mark("Wait until everything is sent, then try again."),
        )
    return found


def _address(conn: Connection, principal: Principal, letter: Row[Any], wanted: str) -> str:
    """Return the address in the form in which it is sent to; it must be one of the customer's."""
    address = checked_address(wanted)
    with within(conn, principal.scopes):
        written = list(conn.scalars(_ADDRESSES, {"customer": letter.customer_id}))
    if not is_among(address, written):
        raise Rejection(
            Code.BAD_REQUEST,
            mark("This address is not the customer's at the server."),
            mark("Wait until everything is sent, then try again."),
        )
    return address


def _check_letter(letter: Row[Any], message: AskMailSent) -> None:
    """Raise Rejection unless the step tells of this letter, word for word as the server has it, and the PDF is one."""
    told = details_of(message.details)
    same = (
        well_written(message.details)
        and told.get("letter_id") == message.letter_id.hex
        and told.get("kind") == letter.kind
        and known_or_none(LetterKind, letter.kind) is not None
        and told.get("letter") == digest_of(letter.words)
    )
    if not same or told.get("text") != letter.words:
        raise Rejection(
            Code.BAD_REQUEST,
            mark("The server does not have the letter as it stands here."),
            mark("Wait until everything is sent, then try again."),
        )
    if not message.pdf.startswith(_PDF) or len(message.pdf) > BIGGEST_PDF:
        raise Rejection(
            Code.BAD_REQUEST,
            mark("This is no PDF of a letter."),
            mark("Update crmdesk on this computer, then send it again."),
        )
