"""Keeps what the phone system told, append-only, and the house's settings that the fold needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, text

from crmdesk.domain.calls.codec import from_plain, to_plain
from crmdesk.domain.calls.events import CallEvent
from crmdesk.domain.calls.live import QueueLimits
from crmdesk.domain.calls.service_level import ServiceLevel, ServiceLevelFormula
from crmdesk.domain.ids import new_id
from crmdesk.domain.quick import dataclass
from crmdesk.sync.engine.access import within
from crmdesk.sync.engine.calls import GATEWAY
from crmdesk.sync.engine.limits import limits_of_queues
from crmdesk.sync.engine.people import HOUSE, keep

_APPEND = text(
    "insert into sync.telephony_event (at, body) "
    "select cast(e.at as timestamptz), decode(e.body, 'hex') from json_to_recordset(cast(:events as json)) "
    "as e(at text, body text)"
)
_SINCE = text("select id, body from sync.telephony_event where at >= :since order by id")
_BETWEEN = text("select id, body from sync.telephony_event where at >= :begin and at <= :end order by id")
_NEWEST = text("select coalesce(max(id), 0) from sync.telephony_event")
_AFTER = text("select id, body from sync.telephony_event where id > :number order by id limit 5000")
_FORGET = text(
    "delete from sync.telephony_event where at < :before "
    "and at < (select max(ends_at) - interval '4 hours' from sync.rolled_day)"
)
_OLDEST = text("select at from sync.telephony_event order by at limit 1")
_QUEUES = text("select name, label, target_s, short_abandon_s, wrap_up_s, formula from crm.queue order by name")
_PEOPLE = text("select extension, id, display_name from crm.agent where active and extension is not null")
_TEAMS = text(
    "select p.user_id, s.name from sync.principal p join sync.scope s on s.scope_id = p.home_scope "
    "where s.kind = 'team'"
)


@dataclass(frozen=True, slots=True)
class House:
    """What the fold needs to know of the house: queues by their name on the phone system, people by extension.

    ``teams`` are words."""

    labels: dict[str, str]
    levels: dict[str, ServiceLevel]
    wrap_up_s: dict[str, float]
    agents: dict[str, UUID]
    names: dict[str, str]
    teams: dict[str, str]
    limits: dict[str, QueueLimits]


def append(conn: Connection, events: Iterable[CallEvent]) -> None:
    """Store events in the order in which they came."""
    rows = [{"at": e.at.isoformat(), "body": msgspec.msgpack.encode(to_plain(e)).hex()} for e in events]
    conn.execute(_APPEND, {"events": msgspec.json.encode(rows).decode()})


def since(conn: Connection, instant: datetime) -> Iterator[tuple[int, CallEvent]]:
    """Yield the stored events from an instant on, with their numbers, in the order in which they came."""
    for number, body in conn.execute(_SINCE, {"since": instant}):
        yield number, _event(body)


def between(conn: Connection, begin: datetime, end: datetime) -> Iterator[tuple[int, CallEvent]]:
    """Yield the stored events of a span, both ends included, in the order in which they came."""
    for number, body in conn.execute(_BETWEEN, {"begin": begin, "end": end}):
        yield number, _event(body)


def newest(conn: Connection) -> int:
    """Return the number of the newest event, 0 when there is none."""
    number: int = conn.execute(_NEWEST).scalar_one()
    return number


def after(conn: Connection, number: int) -> list[tuple[int, CallEvent]]:
    """Return what was stored after the event of that number. One process writes, so numbers never overtake."""
    return [(next_number, _event(body)) for next_number, body in conn.execute(_AFTER, {"number": number})]


def _event(body: bytes) -> CallEvent:
    plain: dict[str, Any] = msgspec.msgpack.decode(bytes(body))
    return from_plain(plain)


def oldest(conn: Connection) -> datetime | None:
    """Return when the oldest event that is kept happened, None when there is none."""
    at: datetime | None = conn.execute(_OLDEST).scalar_one_or_none()
    return at


def forget(conn: Connection, before: datetime) -> None:
    """Remove events that no board of today and no contact is made of any more, of days that were added up."""
    conn.execute(_FORGET, {"before": before})


def house(conn: Connection) -> House:
    """Return the queues and people as they are set up now."""
    with within(conn, [HOUSE]):
        queues = conn.execute(_QUEUES).all()
        people = conn.execute(_PEOPLE).all()
    teams = {row.user_id: row.name for row in conn.execute(_TEAMS)}
    return House(
        labels={q.name: q.label for q in queues},
        levels={q.name: ServiceLevel(_formula(q.formula), q.target_s, q.short_abandon_s) for q in queues},
        wrap_up_s={q.name: q.wrap_up_s for q in queues},
        agents={p.extension: p.id for p in people},
        names={p.extension: p.display_name for p in people},
        teams={p.extension: teams[p.id] for p in people if p.id in teams},
        limits=limits_of_queues(conn),
    )


def _formula(name: str) -> ServiceLevelFormula:
    known = {formula.value: formula for formula in ServiceLevelFormula}
    return known.get(name, ServiceLevelFormula.SHORT_ABANDONS_OUT)


def add_queues(conn: Connection, names: Iterable[str]) -> None:
    """Make queues that the phone system has and the house did not know, so that they have a board and a label."""
    known = house(conn).labels
    new = [name for name in names if name and "\x00" not in name and name not in known]
    rows: dict[UUID, dict[str, object]] = {new_id(): {"name": name, "label": name} for name in new}
    if rows:
        keep(conn, "queue", rows, GATEWAY)
