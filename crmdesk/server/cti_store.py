"""Keeps what phone systems sent until it was told, each step of a call once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, text

from crmdesk.domain.quick import dataclass
from crmdesk.sync.engine.access import within
from crmdesk.sync.engine.people import HOUSE
from crmdesk.telephony.webhook.delivery import Delivery, Said, Step, Way

LONGEST_UNANSWERED = timedelta(hours=1)
"""A call that nobody answered and whose hang-up never came is given up after so long."""

LONGEST_CALL = timedelta(hours=8)
"""One that was answered, after so long."""

_ADD = text(
    "insert into sync.cti_delivery (source, call, step, at, caller, called, more) "
    "select :source, :call, :step, :at, :caller, :called, :more "
    "where exists (select 1 from sync.cti_token where name = :source and digest = :digest) "
    "on conflict (source, call, step) do nothing"
)
_ALLOWED = text("select 1 from sync.cti_token where name = :source and digest = :digest")
_WAITING = text(
    "select a.id, a.source, a.call, a.step, a.at, a.caller, a.called, a.more from sync.cti_delivery a "
    "where (a.source, a.call) in "
    "(select w.source, w.call from sync.cti_delivery w where not w.taken order by w.id limit 500) order by a.id"
)
_WAITING_NUMBERS = text("select id from sync.cti_delivery where not taken order by id limit 500")
_TAKEN = text("update sync.cti_delivery set taken = true, caller = '', called = '' where id = any(:numbers)")
_GIVE_UP = text(
    "insert into sync.cti_delivery (source, call, step, at, caller, called, more) "
    "select n.source, n.call, 'hangup', :now, '', '', :nothing from sync.cti_delivery n "
    "where n.step = 'newCall' and n.at < :unanswered and not exists "
    "(select 1 from sync.cti_delivery o where o.source = n.source and o.call = n.call "
    "and (o.step = 'hangup' or (o.step = 'answer' and o.at > :answered))) "
    "on conflict (source, call, step) do nothing"
)
_FORGET = text("delete from sync.cti_delivery where at < :before")
_PEOPLE = text("select extension, login, display_name from crm.agent where active and extension is not null")


class More(msgspec.Struct):
    """What a delivery says beside numbers, as it is stored."""

    way: str = ""
    users: tuple[str, ...] = ()
    queue: str = ""
    answering: str = ""
    cause: str = ""


_MORE = msgspec.msgpack.Decoder(More)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What was not told yet, by number, and everything that was said of those calls."""

    numbers: tuple[int, ...]
    calls: dict[tuple[str, str], list[Delivery]]


def add(conn: Connection, source: str, digest: bytes, said: Said, at: datetime) -> bool:
    """Keep what was said, if its step is new; return False if the token was revoked in the meantime."""
    more = More(said.way or "", said.users, said.queue, said.answering, said.cause)
    values = {"source": source, "digest": digest, "call": said.call, "step": said.step.value, "at": at}
    numbers = {"caller": said.caller, "called": said.called, "more": msgspec.msgpack.encode(more)}
    if conn.execute(_ADD, {**values, **numbers}).rowcount:
        return True
    return conn.execute(_ALLOWED, {"source": source, "digest": digest}).first() is not None


def waiting(conn: Connection) -> Waiting:
    """Return what was not told yet, oldest first."""
    numbers = tuple(conn.scalars(_WAITING_NUMBERS))
    calls: dict[tuple[str, str], list[Delivery]] = {}
    for row in conn.execute(_WAITING) if numbers else ():
        calls.setdefault((row.source, row.call), []).append(_delivery(row))
    return Waiting(numbers, calls)


def _delivery(row: Row[Any]) -> Delivery:
    more = _MORE.decode(bytes(row.more))
    way = Way(more.way) if more.way else None
    words = (more.users, more.queue, more.answering, more.cause)
    return Delivery(row.id, row.at, row.source, Said(Step(row.step), row.call, way, row.caller, row.called, *words))


def taken(conn: Connection, numbers: Sequence[int]) -> None:
    """Note that deliveries were told, and let go of the numbers in them."""
    conn.execute(_TAKEN, {"numbers": list(numbers)})


def give_up(conn: Connection, now: datetime) -> int:
    """End calls whose hang-up never came, as if it came now; return how many."""
    times = {"now": now, "unanswered": now - LONGEST_UNANSWERED, "answered": now - LONGEST_CALL}
    return conn.execute(_GIVE_UP, {**times, "nothing": msgspec.msgpack.encode(More())}).rowcount


def forget(conn: Connection, before: datetime) -> None:
    """Remove deliveries that are older."""
    conn.execute(_FORGET, {"before": before})


def extensions(conn: Connection) -> dict[str, str]:
    """Return extensions by everything that a phone system may call their people, in small letters.

    An extension means itself before a login does, a login before a name; a name that two people have means nobody.
    """
    with within(conn, [HOUSE]):
        people = conn.execute(_PEOPLE).all()
    found: dict[str, str] = {}
    for words in (_names(people), {p.login: p.extension for p in people}, {p.extension: p.extension for p in people}):
        found |= {word.casefold(): extension for word, extension in words.items()}
    return found


def _names(people: Iterable[Row[Any]]) -> dict[str, str]:
    names: dict[str, set[str]] = {}
    for person in people:
        names.setdefault(" ".join(person.display_name.split()).casefold(), set()).add(person.extension)
    return {name: next(iter(those)) for name, those in names.items() if len(those) == 1}
