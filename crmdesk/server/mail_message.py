"""A letter as an e-mail: text and PDF, every byte fixed before it is first handed over."""

from __future__ import annotations

import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from hashlib import sha256
from uuid import UUID

from crmdesk.domain.cases.letters import runs
from crmdesk.domain.quick import dataclass
from crmdesk.server.mail_settings import MailSettings

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|]+')
LONGEST_SUBJECT = 200


@dataclass(frozen=True, slots=True)
class Written:
    """What goes into a mail: to whom (an address that was checked), the customer's name, subject, words, and the PDF
    under its name."""

    recipient: str
    name: str
    subject: str
    words: str
    file_name: str
    pdf: bytes


def message_id_of(letter: UUID, number: int, settings: MailSettings) -> str:
    """Return the Message-ID of the mail of a letter, the first of which has the number 1: the same letter and number
    give the same, so that a mail which was handed over twice is one mail for whoever reads it."""
    return f"<{letter.hex}.{number}@{settings.sender.rpartition('@')[2]}>"


def composed(written: Written, message_id: str, at: datetime, settings: MailSettings) -> bytes:
    """Return the mail as it is handed over, with CRLF, in ASCII (RFC 5322, RFC 2047 for other letters) unless the
    address is not (RFC 6532).

    No header can hold the begin of another: what nobody sees is taken out, and the library refuses line ends.
    """
    mail = _headed(written, message_id, at, settings)
    mail.set_content(plainly(written.words), charset="utf-8", cte="quoted-printable")
    name = _NOT_IN_NAMES.sub(" ", one_line(written.file_name)) or "letter.pdf"
    mail.add_attachment(written.pdf, maintype="application", subtype="pdf", filename=name)
    return mail.as_bytes()


def trial(recipient: str, message_id: str, at: datetime, settings: MailSettings) -> bytes:
    """Return a mail that only shows that letters can be sent."""
    written = Written(recipient, "", "crmdesk: a trial", "", "", b"")
    mail = _headed(written, message_id, at, settings)
    mail.set_content("Letters can be sent from here.\n", charset="utf-8", cte="quoted-printable")
    return mail.as_bytes()


def _headed(written: Written, message_id: str, at: datetime, settings: MailSettings) -> EmailMessage:
    mail = EmailMessage(policy=SMTP if written.recipient.isascii() else SMTPUTF8)
    mail["From"] = settings.from_
    local, _, domain = written.recipient.rpartition("@")
    mail["To"] = Address(one_line(written.name), local, domain)
    if settings.reply_to:
        mail["Reply-To"] = Address(addr_spec=settings.reply_to)
    mail["Subject"] = one_line(written.subject)[:LONGEST_SUBJECT]
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = message_id
    return mail


def plainly(words: str) -> str:
    """Return a letter's words without the marks around what is bold."""
    return "\n".join("".join(run.text for run in runs(line)) for line in words.split("\n")) + "\n"


def one_line(words: str) -> str:
    """Return words without line ends, controls and marks of direction."""
    return _UNSEEN.sub(" ", words).strip()


def digest_of_mail(content: bytes) -> str:
    """Return the SHA-256 digest of a mail, in hexadecimal."""
    return sha256(content).hexdigest()
