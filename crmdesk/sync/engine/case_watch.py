"""Watches open cases at the server: warns as their time is used up, and takes back what nobody works on.

Each rung of a ladder fires once for each run of a clock (``sync.fired_rung``), whatever restarts or runs beside. It
puts a follow-up before whoever handles the case, and from a share on before everybody. When rules came late, the
highest rung that was reached fires alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import count, groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from crmdesk.domain.cases.deadlines import History, RuleBook, Rung, Timed
from crmdesk.domain.cases.steps import Step, StepKind, details_of
from crmdesk.domain.complaints import ComplaintState
from crmdesk.domain.errors import CrmdeskError
from crmdesk.domain.ids import derived_id, new_id
from crmdesk.domain.language import mark, tr
from crmdesk.domain.quick import dataclass
from crmdesk.domain.requests.deadlines import RequestHistory
from crmdesk.domain.requests.kinds import RequestKind, RequestState, RequestStep, RequestStepKind
from crmdesk.domain.values import known
from crmdesk.models.registry import ENTITY_CODES
from crmdesk.models.wireform import to_wire
from crmdesk.sync.engine import identities
from crmdesk.sync.engine.access import throughout
from crmdesk.sync.engine.apply import apply
from crmdesk.sync.engine.calls import GATEWAY
from crmdesk.sync.engine.case_steps import rules_in_force
from crmdesk.sync.engine.compare import Hand
from crmdesk.sync.engine.hands import Writer
from crmdesk.sync.engine.people import HOUSE, scopes_of_all
from crmdesk.sync.engine.refusal import FAULT_OF_OURS
from crmdesk.sync.wire import Mutation, Op, Status

LADDER = (50, 75, 90, 100)
"""The shares of a target at which somebody is warned, in percent; the last is the breach."""

LEADERS_FROM = 90
"""From this share on the follow-up is anybody's to take: its handler alone was not enough."""

_OPEN = text(
    "select c.id, c.reference, c.customer_id, c.scope_id, c.assigned_to, c.regime, c.product, c.received_at, "
    "c.received_zone, c.state, c.ver, greatest(c.moved_at, f.at) as moved_at, t.kind, "
    "least(t.at, t.updated_at) as at, t.by_id, t.details "
    "from crm.complaint c left join crm.complaint_step t on t.complaint_id = c.id "
    "left join sync.field_change f on f.entity = :complaint and f.row_id = c.id and f.field = 'assigned_to' "
    "where c.state <> 'closed' order by c.id, t.accepted"
)
_REQUESTS = text(
    "select c.id, c.reference, c.customer_id, c.scope_id, c.assigned_to, c.kind as asked, c.category, c.received_at, "
    "c.received_zone, c.state, c.ver, greatest(c.moved_at, f.at) as moved_at, t.kind, "
    "least(t.at, t.updated_at) as at, t.by_id, t.details "
    "from crm.request c left join crm.request_step t on t.request_id = c.id "
    "left join sync.field_change f on f.entity = :request and f.row_id = c.id and f.field = 'assigned_to' "
    "where c.state <> 'closed' order by c.id, t.accepted"
)
_FIRED = text("select complaint_id, clock, started_at, max(percent) as percent from sync.fired_rung group by 1, 2, 3")
_FIRE = text(
    "insert into sync.fired_rung (complaint_id, clock, started_at, percent) "
    "select * from unnest(cast(:complaint as uuid[]), cast(:clock as text[]), cast(:started as timestamptz[]), "
    "cast(:percent as int[])) on conflict do nothing returning complaint_id, clock, started_at, percent"
)
_FORGET = text(
    "delete from sync.fired_rung f where not exists (select 1 from crm.complaint c where c.id = f.complaint_id) "
    "and not exists (select 1 from crm.request r where r.id = f.complaint_id)"
)


@dataclass(frozen=True, slots=True)
class OpenCase:
    """An open case: of which entity, what its deadlines depend on, whose it is, when somebody last took a step or took
    it on, and whether it waits for somebody else than its handler."""

    entity: str
    id: UUID
    reference: str
    customer_id: UUID | None
    scope: int
    owner: UUID | None
    ver: int
    history: Timed
    moved_at: datetime
    waits: bool


def open_cases(conn: Connection) -> Iterator[OpenCase]:
    """Yield every open case, whoever holds it; the caller sees all scopes (``access.throughout``)."""
    for _, rows in groupby(conn.execute(_OPEN, {"complaint": ENTITY_CODES["complaint"]}), key=lambda row: row.id):
        yield _complaint(list(rows))
    for _, rows in groupby(conn.execute(_REQUESTS, {"request": ENTITY_CODES["request"]}), key=lambda row: row.id):
        yield _request(list(rows))


def _complaint(rows: Sequence[Row[Any]]) -> OpenCase:
    first = rows[0]
    steps = tuple(
        Step(known(StepKind, row.kind, StepKind.NOTED), row.by_id, row.at, details_of(row.details))
        for row in rows
        if row.kind is not None
    )
    state = known(ComplaintState, first.state, ComplaintState.REGISTERED)
    return OpenCase(
        entity="complaint",
        id=first.id,
        reference=first.reference,
        customer_id=first.customer_id,
        scope=first.scope_id,
        owner=first.assigned_to,
        ver=first.ver,
        history=History(first.regime, first.product, first.received_at, first.received_zone, steps, state),
        moved_at=first.moved_at or first.received_at,
        waits=state in (ComplaintState.AWAITING_COMPLAINANT, ComplaintState.AWAITING_THIRD_PARTY),
    )


def _request(rows: Sequence[Row[Any]]) -> OpenCase:
    first = rows[0]
    steps = tuple(
        RequestStep(known(RequestStepKind, row.kind, RequestStepKind.NOTED), row.by_id, row.at, details_of(row.details))
        for row in rows
        if row.kind is not None
    )
    kind = known(RequestKind, first.asked, RequestKind.SERVICE)
    return OpenCase(
        entity="request",
        id=first.id,
        reference=first.reference,
        customer_id=first.customer_id,
        scope=first.scope_id,
        owner=first.assigned_to,
        ver=first.ver,
        history=RequestHistory(kind, first.category, first.received_at, first.received_zone, steps),
        moved_at=first.moved_at or first.received_at,
        waits=first.state in _WAITING,
    )


_WAITING = frozenset(
    {
        *(RequestState.SCHEDULED, RequestState.AWAITING_PARTS, RequestState.AUTHORISED, RequestState.AWAITING_CUSTOMER),
        *(RequestState.AWAITING_OTHERS, RequestState.DONE, RequestState.SETTLED, RequestState.ANSWERED),
        RequestState.REFUSED,
    }
)
"""Where a request waits for a day, for the customer or for others, and not for its handler."""


@dataclass(frozen=True, slots=True)
class MovedDeadline:
    """A deadline of an open case that is another one by other rules; None where it stands still or is none."""

    reference: str
    title: str
    was: datetime | None
    is_now: datetime | None


def moved(conn: Connection, before: RuleBook, after: RuleBook, now: datetime) -> list[MovedDeadline]:
    """Return the deadlines of open cases that are others by the rules ``after`` than by those ``before``.

    Clocks that were met are left out: what was done in time stays so.
    """
    found: list[MovedDeadline] = []
    with throughout(conn):
        for one in open_cases(conn):
            was, is_now = (
                {clock.key: clock for clock in book.deadlines(one.history, now) if clock.met_at is None}
                for book in (before, after)
            )
            for key in dict.fromkeys((*was, *is_now)):
                then, later = was.get(key), is_now.get(key)
                due = (None if then is None else then.due_at, None if later is None else later.due_at)
                title = next(clock.title for clock in (later, then) if clock is not None)
                if due[0] != due[1]:
                    found.append(MovedDeadline(one.reference, title, *due))
    return found


def watch(conn: Connection, now: datetime) -> tuple[int, int]:
    """Fire the rungs that were reached and give back what nobody works on; return how many of each."""
    with throughout(conn):
        book = rules_in_force(conn)
        if book.house is None:
            return 0, 0
        cases = {one.id: one for one in open_cases(conn)}
        conn.execute(_FORGET)
        reached = _reached(conn, book, cases.values(), now)
        fired = _fire(conn, reached)
    identities.share(conn)
    silent = _silent(book, cases.values(), now)
    numbers = count(1)
    mutations = [_follow_up(next(numbers), cases[id_], rung, now) for id_, rung in fired]
    mutations += [_given_back(next(numbers), one) for one in silent]
    if mutations:
        writer = Writer(GATEWAY, tuple(scopes_of_all(conn)), HOUSE, Hand.MACHINE, leads=True)
        for mutation, result in zip(mutations, apply(conn, writer, mutations), strict=True):
            # Somebody may take it on, or be erased, at this very moment, or have made a task of this id: then there is
            # nothing to do.
            if mutation.op is Op.INSERT and result.status is Status.DENIED:
                raise CrmdeskError(
                    f"A warning about a case was not taken: {result.status} {result.reason}", FAULT_OF_OURS
                )
    return len(fired), len(silent)


def _reached(
    conn: Connection, book: RuleBook, cases: Iterable[OpenCase], now: datetime
) -> list[tuple[OpenCase, list[Rung]]]:
    """Return the rungs that were reached and have not fired, by case and clock, the highest last."""
    fired = {(row.complaint_id, row.clock, row.started_at): row.percent for row in conn.execute(_FIRED)}
    found: list[tuple[OpenCase, list[Rung]]] = []
    for one in cases:
        rungs = book.rungs(one.history, now, LADDER)
        for key, of_clock in groupby(rungs, key=lambda rung: (rung.key, rung.started_at)):
            last = fired.get((one.id, *key), 0)
            fresh = [rung for rung in of_clock if rung.percent > last and rung.at <= now]
            if fresh:
                found.append((one, fresh))
    return found


def _fire(conn: Connection, reached: Sequence[tuple[OpenCase, list[Rung]]]) -> list[tuple[UUID, Rung]]:
    """Note rungs as fired and return those that nobody noted meanwhile, the highest of each clock."""
    every = [(one.id, rung) for one, rungs in reached for rung in rungs]
    if not every:
        return []
    values = {
        "complaint": [id_ for id_, _ in every],
        "clock": [rung.key for _, rung in every],
        "started": [rung.started_at for _, rung in every],
        "percent": [rung.percent for _, rung in every],
    }
    mine = {(row.complaint_id, row.clock, row.started_at, row.percent) for row in conn.execute(_FIRE, values)}
    highest = [(one.id, rungs[-1]) for one, rungs in reached]
    return [(id_, rung) for id_, rung in highest if (id_, rung.key, rung.started_at, rung.percent) in mine]


def _silent(book: RuleBook, cases: Iterable[OpenCase], now: datetime) -> list[OpenCase]:
    days = book.house.silent_owner_days if book.house is not None else None
    if days is None:
        return []
    return [
        one for one in cases if one.owner is not None and not one.waits and now - one.moved_at >= timedelta(days=days)
    ]


_USED = mark("Complaint {reference}: {percent} % of the time for “{clock}” is used up.")
_LATE = mark("Complaint {reference}: the time for “{clock}” is over.")
_USED_OF_REQUEST = mark("Request {reference}: {percent} % of the time for “{clock}” is used up.")
_LATE_OF_REQUEST = mark("Request {reference}: the time for “{clock}” is over.")


def _follow_up(number: int, one: OpenCase, rung: Rung, now: datetime) -> Mutation:
    """Return the follow-up of a rung: for the handler below ``LEADERS_FROM``, for anybody from there on."""
    used, late = (_USED_OF_REQUEST, _LATE_OF_REQUEST) if one.entity == "request" else (_USED, _LATE)
    words = late if rung.percent >= 100 else used
    told = tr(words, reference=one.reference, percent=rung.percent, clock=tr(rung.title))
    row = derived_id(rung.started_at, f"rung:{one.id.hex}:{rung.key}:{rung.percent}")
    values = {
        "kind": "follow_up",
        "words": told,
        "customer_id": one.customer_id,
        f"{one.entity}_id": one.id,
        "made_at": now,
        "due_at": rung.due_at,
        "due_zone": one.history.received_zone,
        "assigned_to": one.owner if rung.percent < LEADERS_FROM else None,
    }
    given = {name: value for name, value in values.items() if value is not None}
    return Mutation(number, new_id(), 0, "task", row, Op.INSERT, 0, {}, to_wire(given))


def _given_back(number: int, one: OpenCase) -> Mutation:
    base = {"assigned_to": None if one.owner is None else one.owner.hex}
    return Mutation(number, new_id(), 0, one.entity, one.id, Op.UPDATE, one.ver, base, {"assigned_to": None})
