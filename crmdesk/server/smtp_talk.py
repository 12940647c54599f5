"""Hands one mail over to a mail server (RFC 5321), and says how far it came. Blocking: for a thread of its own.

Until the line with the single dot has left this computer, no mail server accepts the mail; from then on only its answer
tells whether it did.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum, auto

from crmdesk.domain.cases import mail as reasons
from crmdesk.domain.quick import dataclass
from crmdesk.server.mail_settings import MailSettings, Security

CONNECT_S = 30.0
REPLY_S = 300.0
"""How long a mail server may take for an answer (RFC 5321, 4.5.3.2)."""

END_S = 600.0
"""And for the one after the mail."""

_LONGEST_REPLY = 500


class Outcome(Enum):
    """How handing over ended: LATER and NEVER without the mail being accepted, NOT_SURE nobody knows."""

    ACCEPTED = auto()
    LATER = auto()
    NEVER = auto()
    NOT_SURE = auto()


@dataclass(frozen=True, slots=True)
class Handed:
    """How it ended: why (marked English, "" where it was accepted) and the mail server's own words."""

    outcome: Outcome
    reason: str = ""
    reply: str = ""


class Ended(Exception):
    """The talk ended before the mail was handed over, and how."""

    def __init__(self, outcome: Outcome, reason: str, reply: str = "") -> None:
        super().__init__(reason)
        self.handed = Handed(outcome, reason, reply)


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds each wait may last."""

    connect_s: float = CONNECT_S
    reply_s: float = REPLY_S
    end_s: float = END_S


def hand_over(
    settings: MailSettings, recipient: str, content: bytes, before_data: Callable[[], None], patience: Patience
) -> Handed:
    """Hand a mail over and return how that ended.

    ``before_data`` is called when everything was agreed upon and before a byte of the mail leaves: whoever notes there
    that it is being handed over misses no mail that was accepted. What it raises ends the talk and goes on.
    """
    try:
        with _connected(settings, patience) as server:
            _agree(server, settings, recipient)
            before_data()
            return _sent(server, content, patience)
    except Ended as ended:
        return ended.handed


def greet(settings: MailSettings, patience: Patience) -> None:
    """Connect, encrypt and sign in, and leave again; raises Ended where that fails."""
    with _connected(settings, patience):
        pass


@contextmanager
def _connected(settings: MailSettings, patience: Patience) -> Iterator[smtplib.SMTP]:
    """Give the block a server that is encrypted and signed in to; raises Ended where there is none."""
    server = _server(settings, patience)
    try:
        with _told(reasons.AWAY):
            _introduced(server, settings, patience)
        yield server
    finally:
        _leave(server)


def _server(settings: MailSettings, patience: Patience) -> smtplib.SMTP:
    with _told(reasons.AWAY):
        context = _context(settings)
        if settings.security is Security.TLS:
            return smtplib.SMTP_SSL(settings.host, settings.port, timeout=patience.connect_s, context=context)
        return smtplib.SMTP(settings.host, settings.port, timeout=patience.connect_s)


def _introduced(server: smtplib.SMTP, settings: MailSettings, patience: Patience) -> None:
    if server.sock is not None:
        server.sock.settimeout(patience.reply_s)
    server.ehlo_or_helo_if_needed()
    if settings.security is Security.STARTTLS:
        if not server.has_extn("starttls"):
            raise Ended(Outcome.LATER, reasons.NOT_ENCRYPTED)
        server.starttls(context=_context(settings))
        server.ehlo()
    if settings.user:
        try:
            server.login(settings.user, settings.password)
        except smtplib.SMTPNotSupportedError as error:
            raise Ended(Outcome.LATER, reasons.NOT_SIGNED_IN) from error
        except smtplib.SMTPAuthenticationError as error:
            raise Ended(Outcome.LATER, reasons.NOT_SIGNED_IN, said(error.smtp_code, error.smtp_error)) from error


def _context(settings: MailSettings) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=settings.ca_file or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


@contextmanager
def _told(reason: str) -> Iterator[None]:
    """Tell what goes wrong before anything of the mail left: it is tried later."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise Ended(Outcome.LATER, reasons.UNTRUSTED, str(error.verify_message)) from error
    except smtplib.SMTPResponseException as error:
        raise Ended(Outcome.LATER, reasons.LATER, said(error.smtp_code, error.smtp_error)) from error
    except (smtplib.SMTPException, OSError) as error:
        raise Ended(Outcome.LATER, reason, _in_words(error)) from error


def _agree(server: smtplib.SMTP, settings: MailSettings, recipient: str) -> None:
    options = []
    if not recipient.isascii():
        if not server.has_extn("smtputf8"):
            raise Ended(Outcome.NEVER, reasons.NO_FOREIGN)
        options = ["SMTPUTF8", "BODY=8BITMIME"]
    try:
        with _told(reasons.AWAY):
            _ask(server.mail(settings.sender, options), reasons.SENDER_REFUSED)
            _ask(server.rcpt(recipient), reasons.NO_SUCH_ADDRESS)
    except ValueError as error:  # what no line of SMTP can hold: it would fail the same each time
        raise Ended(Outcome.NEVER, reasons.NO_SUCH_ADDRESS) from error


def _ask(answer: tuple[int, bytes], refused: str) -> None:
    code, words = answer
    if 200 <= code < 300:
        return
    raise Ended(*((Outcome.NEVER, refused) if code >= 500 else (Outcome.LATER, reasons.LATER)), said(code, words))


def _sent(server: smtplib.SMTP, content: bytes, patience: Patience) -> Handed:
    """Send the mail itself; nobody has it before the line with the dot."""
    with _told(reasons.AWAY):
        code, words = server.docmd("DATA")
        if code != 354:
            _ask((max(code, 400), words), reasons.NOT_TAKEN)
        server.send(_stuffed(content))
    try:
        server.send(b".\r\n")
        if server.sock is not None:
            server.sock.settimeout(patience.end_s)
        code, words = server.getreply()
    except (smtplib.SMTPException, OSError) as error:
        return Handed(Outcome.NOT_SURE, reasons.NOT_SURE, _in_words(error))
    if 200 <= code < 300:
        return Handed(Outcome.ACCEPTED, "", said(code, words))
    if code >= 400:
        _ask((code, words), reasons.NOT_TAKEN)
    return Handed(Outcome.NOT_SURE, reasons.NOT_SURE, said(code, words))


def _stuffed(content: bytes) -> bytes:
    """Return a mail for the wire: a line that begins with a dot has one more (RFC 5321, 4.5.2)."""
    lines = content.removesuffix(b"\r\n").split(b"\r\n")
    return b"".join((b"." if line.startswith(b".") else b"") + line + b"\r\n" for line in lines)


def _leave(server: smtplib.SMTP) -> None:
    """Say goodbye, where there still is somebody; what was agreed stands without it."""
    try:
        if server.sock is not None:
            server.sock.settimeout(5.0)
            server.quit()
    except (smtplib.SMTPException, OSError):
        server.close()


def said(code: int, words: bytes | str) -> str:
    """Return a mail server's answer as one line."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return f"{code} {line}".strip()[:_LONGEST_REPLY]


def _in_words(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "timed out"
    if isinstance(error, socket.gaierror):
        return str(error.strerror)
    return " ".join(str(error).split())[:_LONGEST_REPLY] or type(error).__name__
