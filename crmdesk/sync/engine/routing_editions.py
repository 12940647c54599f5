"""Editions of routing rules at the server: read, tried over the last days, published one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, func, select, text

from crmdesk.domain.cases.deadlines import RuleBook
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import mark
from crmdesk.domain.people import Role
from crmdesk.domain.routing.codec import rules_from, written
from crmdesk.domain.routing.dry_run import DAYS, DryRun, PastCase, try_rules
from crmdesk.domain.routing.facts import COMPLAINT
from crmdesk.domain.routing.rules import Place
from crmdesk.domain.routing.views import LONGEST_WHY, Edition, Household
from crmdesk.domain.values import is_unseen
from crmdesk.sync.engine import routing
from crmdesk.sync.engine.access import Principal, at_device, throughout, within
from crmdesk.sync.engine.case_steps import rules_in_force
from crmdesk.sync.engine.people import HOUSE, skills_of_house
from crmdesk.sync.engine.refusal import Code, Rejection
from crmdesk.sync.engine.rows import stored_table
from crmdesk.sync.routing_wire import (
    AskEdition,
    AskRouting,
    EditionReply,
    PublishReply,
    PublishRules,
    RoutingReply,
    TryReply,
    TryRules,
)

MOST_TRIED = 20_000
"""How many cases of the last days are tried, the newest: more would keep the database for longer than people wait."""

_AT_ONCE = 1000
_MOST_EDITIONS = 500
_MOST_NAMED = 200
_LOOK_BACK_DAYS = 90
_LEADING = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
_ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtext('crmdesk routing'))")
_EDITIONS = text(
    "select e.number, e.body, e.why, e.at, e.brings_back, coalesce(a.display_name, '') as by "
    "from sync.routing_edition e left join crm.agent a on a.id = e.by_id order by e.number desc limit :most"
)
_EDITION = text(
    "select e.number, e.body, e.why, e.at, e.brings_back, coalesce(a.display_name, '') as by "
    "from sync.routing_edition e left join crm.agent a on a.id = e.by_id where e.number = :number"
)
_LAST = text("select coalesce(max(number), 0) from sync.routing_edition")
_ADD = text(
    "insert into sync.routing_edition (number, body, why, by_id, brings_back) "
    "values (:number, :body, :why, :by, :brings_back)"
)
_TEAMS = text("select name from sync.scope where kind = 'team' order by name limit :most")
_PEOPLE = text("select id, display_name from crm.agent where active order by display_name limit :most")


def ask_routing(conn: Connection, principal: Principal, message: AskRouting) -> RoutingReply:
    """Return the editions, the rules of the newest, and what rules can name; raises Rejection for who does not lead."""
    _check(principal, message.device_id)
    with throughout(conn):
        rows = conn.execute(_EDITIONS, {"most": _MOST_EDITIONS}).all()
    return RoutingReply(tuple(map(_edition, rows)), rows[0].body if rows else "", _household(conn, principal))


def ask_edition(conn: Connection, principal: Principal, message: AskEdition) -> EditionReply:
    """Return one edition; raises Rejection where there is none, and for who does not lead."""
    _check(principal, message.device_id)
    found = _read(conn, message.number)
    if found is None:
        raise Rejection(
            Code.NOT_FOUND, mark("There is no such edition of the routing rules."), mark("Choose one of the list.")
        )
    return found


def publish_rules(conn: Connection, principal: Principal, message: PublishRules) -> PublishReply:
    """Make another edition, or return the one that came in between; raises Rejection for what cannot be published."""
    _check(principal, message.device_id)
    why = message.why.strip()
    if not why or len(why) > LONGEST_WHY or any(map(is_unseen, why)):
        raise Rejection(Code.BAD_REQUEST, mark("No reason is given."), mark("Write in a few words why."))
    try:
        rules = rules_from(message.body)
    except UserMistake as mistake:
        raise Rejection(Code.BAD_REQUEST, mistake.what, mistake.next_step) from mistake
    conn.execute(_ONE_AT_A_TIME)
    last: int = conn.execute(_LAST).scalar_one()
    if last != message.on:
        return PublishReply(None, _read(conn, last))
    values = {"number": last + 1, "body": written(rules), "why": why, "by": principal.user_id}
    conn.execute(_ADD, {**values, "brings_back": message.brings_back})
    made = _read(conn, last + 1)
    return PublishReply(None if made is None else made.edition)


def dry_run(conn: Connection, principal: Principal, message: TryRules) -> TryReply:
    """Return what rules would have done with the cases of the last days that whoever asks may see.

    Raises Rejection for rules that cannot be published, and for who does not lead.
    """
    _check(principal, message.device_id)
    try:
        rules = rules_from(message.body)
    except UserMistake as mistake:
        raise Rejection(Code.BAD_REQUEST, mistake.what, mistake.next_step) from mistake
    book, rules = rules_in_force_of(conn), routing.holding(conn, rules)
    now: datetime = conn.execute(select(func.now())).scalar_one()
    skilled = skills_of_house(conn)
    with within(conn, principal.scopes):
        tables = [stored_table(name) for name in ("complaint", "request")]
        count = sum(conn.execute(_recent(table, now)).scalar_one() for table in tables)
        found = merge(*(_past_cases(conn, t, book, now) for t in tables), key=attrgetter("received_at"), reverse=True)
        tried = min(count, MOST_TRIED)
        run: DryRun = try_rules(rules, islice(found, MOST_TRIED), count - tried, skilled)
    return TryReply(run)


def _recent(case: Table, now: datetime) -> Select[int]:
    since = now - timedelta(days=DAYS)
    return select(func.count()).select_from(case).where(case.c.received_at >= since)


def rules_in_force_of(conn: Connection) -> RuleBook:
    """Return the house's rules, whoever asks."""
    with within(conn, [HOUSE]):
        return rules_in_force(conn)


def _past_cases(conn: Connection, case: Table, book: RuleBook, now: datetime) -> Iterator[PastCase]:
    """Yield the cases of a table of the last days, the newest first, as routing saw or would have seen them."""
    customer = stored_table("customer")
    columns = (
        *(case.c[name] for name in _READ if name in case.c),
        *(customer.c.language, customer.c.tier, customer.c.segment),
    )
    query = (
        select(*columns)
        .select_from(case.outerjoin(customer, customer.c.id == case.c.customer_id))
        .where(case.c.received_at >= now - timedelta(days=DAYS))
        .order_by(case.c.received_at.desc())
        .limit(MOST_TRIED)
    )
    # Page by page, so that the database is asked again and again while rules are tried, and never waits for long.
    for row in conn.execute(query, execution_options={"yield_per": _AT_ONCE}).mappings():
        known = {name: row[name] or "" for name in ("language", "tier", "segment")}
        yield PastCase(
            id=row["id"],
            kind=row.get("kind", COMPLAINT),
            reference=row["reference"],
            product=row["product"],
            category=row["category"],
            received_at=row["received_at"],
            facts=routing.facts_of(dict(row), row["received_at"], known, book),
            went=Place(row["team"], row["skill"], row["routed_owner"]),
        )


_READ = (
    *("id", "kind", "reference", "product", "category", "severity", "urgency", "safety", "vulnerability", "channel"),
    *("regime", "received_at", "received_zone", "desired_remedy", "wanted", "verbatim"),
    *("team", "skill", "routed_owner"),
)


# What there is -------------------------------------------------------------------------------------------------------


def _check(principal: Principal, device: Any) -> None:
    at_device(principal, device)
    if principal.barred or principal.role not in _LEADING:
        raise Rejection(
            Code.NOT_HELD,
            mark("Only a supervisor or an administrator looks after the routing rules."),
            mark("Ask one of them."),
        )


def _read(conn: Connection, number: int) -> EditionReply | None:
    with throughout(conn):
        row = conn.execute(_EDITION, {"number": number}).first()
    return None if row is None else EditionReply(_edition(row), row.body)


def _edition(row: Row[Any]) -> Edition:
    return Edition(row.number, row.by, row.at, row.why, len(rules_from(row.body)), row.brings_back)


def _household(conn: Connection, principal: Principal) -> Household:
    book = rules_in_force_of(conn)
    teams = tuple(conn.scalars(_TEAMS, {"most": _MOST_NAMED}))
    with within(conn, [HOUSE]):
        people = conn.execute(_PEOPLE, {"most": _MOST_NAMED}).all()
    with within(conn, principal.scopes):
        seen = [_seen(conn, table, name) for table, name in _SEEN]
    return Household(
        currency="" if book.house is None else book.house.currency,
        teams=teams,
        skills=tuple(skills_of_house(conn).items()),
        people=tuple((person.id, person.display_name) for person in people),
        regimes=tuple((one.key, one.title) for one in book.regimes.values()),
        products=seen[0],
        categories=seen[1],
        languages=seen[2],
        tiers=seen[3],
        segments=seen[4],
    )


_SEEN = (
    *(("complaint", "product"), ("complaint", "category")),
    *(("customer", "language"), ("customer", "tier"), ("customer", "segment")),
)


def _seen(conn: Connection, entity: str, name: str) -> tuple[str, ...]:
    """Return the values that a column had among the cases of the last months, those that came most often."""
    complaint, customer = stored_table("complaint"), stored_table("customer")
    column = (complaint if entity == "complaint" else customer).c[name]
    source = complaint.outerjoin(customer, customer.c.id == complaint.c.customer_id)
    query = (
        select(column)
        .select_from(source if entity == "customer" else complaint)
        .where(complaint.c.received_at >= func.now() - timedelta(days=_LOOK_BACK_DAYS), column != "")
        .group_by(column)
        .order_by(func.count().desc(), column)
        .limit(_MOST_NAMED)
    )
    return tuple(conn.scalars(query))
