"""What one request of a phone system says: read from JSON or a form, checked before anything is done with it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from enum import StrEnum
from urllib.parse import parse_qsl

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.quick import dataclass

LONGEST_CALL_ID = 250
"""Characters of a call's name; the documented limit."""

_MOST_FIELDS = 100
_MOST_USERS = 50
_DOCUMENTED = "What is taken stands in docs/phones.md."
_LONGEST_WORD = 120
_FORM = "application/x-www-form-urlencoded"
_PARTS = "multipart/form-data"


class Step(StrEnum):
    """What happened to a call, in the words of the format."""

    NEW_CALL = "newCall"
    ANSWER = "answer"
    HANGUP = "hangup"


class Way(StrEnum):
    """Who called: somebody outside (``in``) or an agent (``out``)."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Said:
    """One request, checked. Numbers and names are as written; ``users`` are names, logins or extensions.

    ``caller`` and ``called`` are the format's from and to, ``answering`` its answeringNumber. Empty: not said.
    """

    step: Step
    call: str
    way: Way | None
    caller: str
    called: str
    users: tuple[str, ...] = ()
    queue: str = ""
    answering: str = ""
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A request as a gateway took it: ``at`` when, ``source`` by whose token. Only the first of a step counts."""

    number: int
    at: datetime
    source: str
    said: Said


def read(content_type: str, body: bytes) -> Said:
    """Return what a request says; raises UserMistake, naming the field, for one that cannot be taken."""
    fields = _fields(content_type, body)
    step, call = _one(fields, "event"), _one(fields, "callId", LONGEST_CALL_ID)
    if step not in list(Step):
        raise UserMistake("event", "The event is none of newCall, answer and hangup.", _DOCUMENTED)
    if not call or call != _only(fields, "callId"):
        raise UserMistake("callId", "callId is missing or has characters that cannot be printed.", _DOCUMENTED)
    way = _one(fields, "direction")
    if way not in list(Way) and (way or step == Step.NEW_CALL):
        raise UserMistake("direction", "The direction is neither in nor out.", _DOCUMENTED)
    users = [*fields.get("user", ()), *fields.get("user[]", ())]
    if len(users) > _MOST_USERS:
        raise UserMistake("user", "There are too many users.", f"Name {_MOST_USERS} at most.")
    return Said(
        Step(step),
        call,
        Way(way) if way else None,
        _one(fields, "from"),
        _one(fields, "to"),
        tuple(word for user in users if (word := _clean("user", user))),
        _one(fields, "queue"),
        _one(fields, "answeringNumber"),
        _one(fields, "cause"),
    )


def _fields(content_type: str, body: bytes) -> dict[str, list[str]]:
    kind = content_type.partition(";")[0].strip().lower()
    try:
        if kind == _PARTS:
            pairs: Iterable[tuple[str, str]] = _of_parts(content_type, body)
        elif kind == _FORM or (not kind.endswith("json") and not body.lstrip().startswith(b"{")):
            pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
        else:
            pairs = _of_json(body)
    except (ValueError, TypeError, RecursionError, LookupError) as error:
        raise UserMistake("body", "The request is neither JSON nor a form.", _DOCUMENTED) from error
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return fields


def _of_json(body: bytes) -> list[tuple[str, str]]:
    told = json.loads(body.decode("utf-8"))
    if not isinstance(told, dict):
        raise TypeError("not an object")
    several = ((name, value if isinstance(value, list) else [value]) for name, value in told.items())
    return [
        (name, str(item))
        for name, items in several
        for item in items
        if isinstance(item, str | int) and not isinstance(item, bool)
    ]


def _of_parts(content_type: str, body: bytes) -> list[tuple[str, str]]:
    head = b"Content-Type: " + content_type.encode("ascii") + b"\r\n\r\n"
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    if not message.is_multipart():
        raise ValueError("no parts")
    parts = [part for part in message.get_payload() if isinstance(part, Message)]
    if len(parts) > _MOST_FIELDS:
        raise ValueError("too many parts")
    return [(_name_of(part), _text_of(part)) for part in parts]


def _name_of(part: Message) -> str:
    name = part.get_param("name", header="content-disposition")
    return name if isinstance(name, str) else ""


def _text_of(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        raise TypeError("a part in parts")
    return payload.decode("utf-8").rstrip("\r\n")


def _only(fields: Mapping[str, list[str]], name: str) -> str:
    return next(iter(fields.get(name, ())), "").strip()


def _one(fields: Mapping[str, list[str]], name: str, longest: int = _LONGEST_WORD) -> str:
    return _clean(name, _only(fields, name), longest)


def _clean(name: str, text: str, longest: int = _LONGEST_WORD) -> str:
    """Return a word without what cannot be printed; raises UserMistake for one that is too long."""
    if len(text) > longest:
        raise UserMistake(name, f"{name} is longer than {longest} characters.", _DOCUMENTED)
    return "".join(mark for mark in text if mark.isprintable()).strip()
