"""Routes a case at the server when it is registered, and reads what rules ask about it.

The dry run and the registration see a case by the same function (``facts_of``): what was tried is what happens.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select, text

from crmdesk.domain.cases.deadlines import History, RuleBook
from crmdesk.domain.quick import dataclass
from crmdesk.domain.routing.asked import asked_in
from crmdesk.domain.routing.codec import rules_from
from crmdesk.domain.routing.conditions import Fact
from crmdesk.domain.routing.deciding import Decision, decide, resting
from crmdesk.domain.routing.facts import COMPLAINT, Facts, facts
from crmdesk.domain.routing.reasons import Kept, Routed, written
from crmdesk.domain.routing.rules import Rules
from crmdesk.sync.engine.access import throughout
from crmdesk.sync.engine.rows import among, stored_table

_IN_FORCE = text("select number, body from crm.routing_in_force()")
_OF_THE_HOUSE = frozenset({Fact.HOURS, Fact.ASKED})


@dataclass(frozen=True, slots=True)
class Switch:
    """The rules in force, their edition (0: none was published), the house's own rules where those ask for them (None:
    they do not), and what is known of the customers of the complaints that are registered, by id."""

    edition: int
    rules: Rules
    book: RuleBook | None
    customers: Mapping[UUID, Mapping[str, str]]


def in_force(conn: Connection) -> tuple[int, Rules]:
    """Return the number of the newest edition and its rules as they hold now; 0 and none before the first."""
    row = conn.execute(_IN_FORCE).first()
    if row is None:
        return 0, ()
    return row.number, holding(conn, rules_from(row.body))


def holding(conn: Connection, rules: Rules) -> Rules:
    """Return rules as they hold now: those that name somebody who does not work here any more rest."""
    owners = {rule.then.place.owner for rule in rules} - {None}
    if not owners:
        return rules
    agent = stored_table("agent")
    with throughout(conn):
        query = select(agent.c.id).where(among(agent.c.id, [one for one in owners if one is not None]), agent.c.active)
        at_work = set(conn.scalars(query))
    return resting(rules, at_work)


def asks_of_the_house(rules: Rules) -> bool:
    """Return whether deciding by these rules takes the house's own rules: its hours, its currency or its regimes."""
    asked = (condition.fact in _OF_THE_HOUSE for rule in rules for condition in rule.when.conditions())
    return any(asked) or any(rule.then.regime for rule in rules)


def customers_of(conn: Connection, ids: Collection[UUID]) -> dict[UUID, dict[str, str]]:
    """Return what rules ask about customers, whoever holds them: routing is the server's."""
    if not ids:
        return {}
    customer = stored_table("customer")
    query = select(customer.c.id, customer.c.language, customer.c.tier, customer.c.segment)
    with throughout(conn):
        rows = conn.execute(query.where(among(customer.c.id, ids))).all()
    return {row.id: {"language": row.language, "tier": row.tier, "segment": row.segment} for row in rows}


def facts_of(
    case: Mapping[str, Any], received_at: datetime, customer: Mapping[str, str] | None, book: RuleBook | None
) -> Facts:
    """Return what rules see of a complaint or a request, by its columns.

    How urgent a request is, in three grades, counts as a severity of 1, 3 or 5.
    """
    house = None if book is None else book.house
    history = History(case.get("regime", ""), case["product"], received_at, case["received_zone"])
    known = customer or {}
    severity = case.get("severity", 2 * case.get("urgency", 1) - 1)
    wanted = case.get("desired_remedy", case.get("wanted", ""))
    return facts(
        kind=case.get("kind", COMPLAINT),
        product=case["product"],
        category=case["category"],
        severity=severity,
        safety=case["safety"],
        vulnerability=case.get("vulnerability", "").split(","),
        channel=case["channel"],
        language=known.get("language", ""),
        tier=known.get("tier", ""),
        segment=known.get("segment", ""),
        asked_minor=None if house is None else asked_in(wanted, house.currency),
        in_hours=None if book is None else book.in_hours(history),
        verbatim=case["verbatim"],
    )


def routed(switch: Switch, case: Mapping[str, Any], seen: Facts) -> dict[str, Any]:
    """Return the columns of a case that routing sets, in wire form; none before anything was published.

    What somebody decided stands above routing: who took the complaint on, and which rules they chose for it, where
    those are not the ones that hold for its product anyway. Requests have deadlines of their own.
    """
    if not switch.edition:
        return {}
    decision = decide(switch.rules, seen)
    kept: list[Kept] = []
    values: dict[str, Any] = {
        "team": decision.place.team,
        "skill": decision.place.skill,
        "priority": "" if decision.priority is None else decision.priority.value,
        "routed_owner": None if decision.place.owner is None else decision.place.owner.hex,
    }
    if decision.place.owner is not None:
        if case["assigned_to"] is None:
            values |= {"assigned_to": decision.place.owner.hex, "assigned_by": None}
        else:
            kept.append(Kept.OWNER)
    if decision.regime and "regime" in case:
        if _may_set_regime(switch, case, decision):
            values["regime"] = decision.regime
        else:
            kept.append(Kept.REGIME)
    return {**values, "routed": written(Routed(switch.edition, decision, tuple(kept)))}


def _may_set_regime(switch: Switch, complaint: Mapping[str, Any], decision: Decision) -> bool:
    house = None if switch.book is None else switch.book.house
    if house is None or switch.book is None or decision.regime not in switch.book.regimes:
        return False
    return complaint["regime"] in ("", house.regime_of(complaint["product"]))
