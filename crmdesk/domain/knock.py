"""What another program on this computer tells the desk of a call: on a command line, in a link, over the desk's door.

Whoever may start a program, or open a link, may say anything here, so every word is checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from urllib.parse import parse_qsl, urlsplit

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import tr
from crmdesk.domain.quick import dataclass

SCHEME = "crmdesk"
LONGEST_LINK = 4096

_HEAD = "pop"
_LINK = "link"
_EXAMPLE = "crmdesk://pop?number=%2B493055571600"
_LONGEST = {"number": 64, "name": 120, "call-id": 120, "queue": 80, "did": 64, "event": 10}
_NUMBER_MARKS = frozenset("0123456789+*#()-./ ")


class KnockEvent(StrEnum):
    """What the telephone does."""

    RING = "ring"
    ANSWER = "answer"
    END = "end"


@dataclass(frozen=True, slots=True)
class Knock:
    """A call as a telephone program tells it: ``number`` and ``did`` as written, empty or a word for a withheld one."""

    number: str
    event: KnockEvent = KnockEvent.RING
    name: str = ""
    call_id: str = ""
    queue: str = ""
    did: str = ""


def knock_of(words: Mapping[str, str]) -> Knock:
    """Return what is told, by the names of the fields; raises UserMistake for a word that cannot be.

    ``sip:`` and ``tel:`` before a number, and what follows an at sign, are left out: telephones put them there.
    """
    for name, word in words.items():
        if name not in _LONGEST:
            raise UserMistake(name, tr("{name} is nothing that can be told of a call.", name=repr(name[:20])))
        if len(word) > _LONGEST[name]:
            raise UserMistake(name, tr("{name} is longer than {n} characters.", name=name, n=_LONGEST[name]))
        if not word.isprintable():
            raise UserMistake(name, tr("{name} has characters that cannot be printed.", name=name))
    clean = {name: word.strip() for name, word in words.items()}
    number = _number(clean.get("number", ""))
    if not _is_number(number):
        raise UserMistake("number", tr("This is no telephone number."), tr("Digits, +, and a name for a withheld one."))
    event = clean.get("event") or KnockEvent.RING.value
    if event not in list(KnockEvent):
        raise UserMistake("event", tr("The event is none of ring, answer and end."))
    name, call, queue, did = (clean.get(name, "") for name in ("name", "call-id", "queue", "did"))
    return Knock(number, KnockEvent(event), name, call, queue, did)


def _number(word: str) -> str:
    for scheme in ("sip:", "sips:", "tel:"):
        if word.lower().startswith(scheme):
            word = word[len(scheme) :].partition(";")[0]
    return word.partition("@")[0].strip()


def _is_number(word: str) -> bool:
    """Return True for what may be a number, for nothing, and for a word (a withheld one)."""
    return set(word) <= _NUMBER_MARKS or word.replace(" ", "").replace("-", "").isalpha()


def knock_of_link(link: str) -> Knock:
    """Return what a link (``crmdesk://pop?number=…``) tells; raises UserMistake for any other."""
    if len(link) > LONGEST_LINK:
        raise UserMistake("link", tr("This link is too long."))
    try:
        parts = urlsplit(link)
        pairs = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=20, errors="strict")
    except ValueError as error:
        raise UserMistake("link", tr("This link cannot be read.")) from error
    if parts.scheme != SCHEME or parts.netloc != "pop" or parts.path not in ("", "/"):
        raise UserMistake("link", tr("This is no link of crmdesk."), tr("An example: {link}", link=_EXAMPLE))
    words: dict[str, str] = {}
    for name, word in pairs:
        # A plus sign that nobody escaped arrives as a blank.
        plain = f"+{word[1:]}" if name == "number" and word.startswith(" ") else word
        words.setdefault(name, plain)
    return knock_of(words)


def from_bytes(message: bytes) -> Knock | None:
    """Return what was told at the door (``runtime.doorbell``), None where somebody only rings.

    Raises UserMistake for what cannot be told.
    """
    try:
        head, *told = message.decode("utf-8").split("\0")
    except UnicodeDecodeError as error:
        raise UserMistake("message", tr("What was told cannot be read.")) from error
    if head != _HEAD:
        return None
    words = {name: word for name, _, word in (part.partition("=") for part in told)}
    return knock_of_link(words[_LINK]) if _LINK in words else knock_of(words)
