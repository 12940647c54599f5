"""Letters that go out by e-mail: addresses, how a mail stands, when it is tried again, and what to do when it failed.

Reply codes are those of RFC 5321, section 4.2: 4yz may be tried again, 5yz not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import mark, tr
from crmdesk.domain.quick import dataclass

LONGEST_ADDRESS = 254
"""Octets of an address (RFC 5321, 4.5.3.1.3, less the angle brackets)."""

PAUSES = tuple(timedelta(minutes=n) for n in (1, 5, 15, 30, 60, 120))
"""How long after each failure in a row it is tried again; the last one from then on."""

TRIED_FOR = timedelta(days=2)
"""For so long a mail is tried before it is given up; complaints have deadlines."""

_LOCAL = re.compile(r"[^\s@<>()\[\]\\,;:\"\x00-\x1f\x7f]{1,64}")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.IGNORECASE)


class MailState(StrEnum):
    """How a mail stands.

    HANDING_OVER begins before the mail server can have accepted it. UNKNOWN: it may have been accepted, and no answer
    says so; it is never sent again by itself. WITHDRAWN: it will not be sent, as somebody wished.
    """

    WAITING = "waiting"
    HANDING_OVER = "handing_over"
    ACCEPTED = "accepted"
    UNKNOWN = "unknown"
    GIVEN_UP = "given_up"
    WITHDRAWN = "withdrawn"


UNDER_WAY = frozenset({MailState.WAITING, MailState.HANDING_OVER, MailState.UNKNOWN})
"""While a mail stands so, its letter is neither written on nor marked as sent in another way."""


class MailWish(StrEnum):
    """What a person wants of a mail: try it now (also one whose fate is not known), or do not send it."""

    NOW = "now"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class MailView:
    """A mail as its handler sees it: when it moved last and is tried next, how often it was tried, why it stands as it
    does (marked English, "" for nothing to say), and the mail server's own words."""

    id: UUID
    letter_id: UUID
    state: MailState
    recipient: str
    attempts: int
    moved_at: datetime
    next_at: datetime
    reason: str
    reply: str
    message_id: str
    digest: str


@dataclass(frozen=True, slots=True)
class MailOffer:
    """Whether letters can go out by e-mail from here, and how the last mail of a letter stands, None where there was
    none."""

    can: bool
    last: MailView | None = None


NOT_SURE = mark("Whether it was delivered is not known: the connection ended before the mail server's answer.")
STOPPED = mark("The gateway ended before the mail server's answer was written down.")
PUT_BACK = mark("The database was put back from a backup: it may have been sent since.")
NO_SUCH_ADDRESS = mark("The mail server does not take mail for this address.")
NOT_TAKEN = mark("The mail server does not take this mail.")
SENDER_REFUSED = mark("The mail server does not let the house's own address send.")
NO_FOREIGN = mark("The mail server cannot send to addresses that are not plain ASCII.")
TOO_LONG = mark("The mail server did not take it for two days.")
AWAY = mark("The mail server cannot be reached.")
NOT_ENCRYPTED = mark("The mail server does not offer encryption.")
UNTRUSTED = mark("The mail server's certificate is not trusted.")
NOT_SIGNED_IN = mark("The mail server does not accept the account that is set up.")
LATER = mark("The mail server asks to come back later.")
MARKED = mark("The letter was marked as sent in another way.")
NOT_THEIRS = mark("The address is no longer the customer's.")
MAY_NOT_FOLLOW = mark("The complaint no longer stands where this letter could go out.")
BY_HAND = mark("Somebody stopped it.")
NOT_RECORDED = mark("It was accepted, but the complaint no longer stood where its step could follow.")

_ASK = mark("Ask whoever runs the mail server for its Message-ID, then mark the letter as sent or send it again.")
_TELL = mark("Print the letter, and tell your administrator what the mail server said.")
_NEXT_STEPS = {
    NOT_SURE: _ASK,
    STOPPED: _ASK,
    PUT_BACK: _ASK,
    NO_SUCH_ADDRESS: mark("Ask the customer for the right address, or print the letter."),
    NOT_TAKEN: _TELL,
    SENDER_REFUSED: _TELL,
    NO_FOREIGN: mark("Ask the customer for another address, or print the letter."),
    TOO_LONG: mark("Print the letter, or send it again."),
    NOT_THEIRS: mark("Send it to the customer's address of now, or print the letter."),
    MAY_NOT_FOLLOW: mark("Look at the complaint's history."),
    NOT_RECORDED: mark("Note in the complaint that the letter went out."),
}


def next_step(reason: str) -> str:
    """Return what to do about a reason, in marked English; "" where nothing has to be done."""
    return _NEXT_STEPS.get(reason, "")


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after so many failures in a row, 1 or more."""
    return PAUSES[min(attempts, len(PAUSES)) - 1]


def checked_address(typed: str) -> str:
    """Return an e-mail address in the form in which it is sent to: its domain in ASCII (RFC 5891).

    Raises UserMistake at ``recipient`` for what is no single plain address: nothing that could begin another header,
    name a second recipient, or a route.
    """
    address = typed.strip()
    local, at, domain = address.rpartition("@")
    try:
        plain = domain.encode("idna").decode("ascii").lower() if domain else ""
    except UnicodeError:
        plain = ""
    labels = plain.split(".")
    whole = f"{local}@{plain}"
    if (
        not at
        or not _LOCAL.fullmatch(local)
        or local.startswith(".")
        or local.endswith(".")
        or ".." in local
        or len(labels) < 2
        or not all(_LABEL.fullmatch(label) for label in labels)
        or labels[-1].isdecimal()
        or len(whole.encode("utf-8", "surrogatepass")) > LONGEST_ADDRESS
        or not whole.isprintable()
    ):
        raise UserMistake(
            "recipient",
            tr("{address} is no e-mail address.", address=repr(typed)),
            tr("Correct it on the customer's card."),
        )
    return whole


def is_among(address: str, written: Iterable[str]) -> bool:
    """Return whether a checked address is one of those on a card; a card may hold what is none."""
    return any(_same(address, one) for one in written)


def _same(address: str, written: str) -> bool:
    try:
        return checked_address(written).casefold() == address.casefold()
    except UserMistake:
        return False
