"""Writes down what the phone system told: interactions and call legs, by the gateway's own hand.

The phone system is the authority on what happened on the phone; what a person wrote about the call (customer, outcome,
a state that is further on) stands. Rows that a desk made first are completed, not overwritten.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from crmdesk.domain.interactions import InteractionState
from crmdesk.sync.engine import identities
from crmdesk.sync.engine.access import within
from crmdesk.sync.engine.columns import Entity, entity_of
from crmdesk.sync.engine.compare import Hand, Row, changed, created
from crmdesk.sync.engine.people import HOUSE, scopes_of_all
from crmdesk.sync.engine.rows import insert_rows, locked_rows, replace_rows, scopes_of

GATEWAY = UUID("00000000-0000-7000-8000-00000000a171")
"""Whom rows name as their author when the gateway wrote them."""

_ORDER = [InteractionState.OPEN.value, InteractionState.WRAP_UP.value, InteractionState.CLOSED.value]
_LEFT_ALONE = text(
    "select id from crm.interaction where state = 'wrap_up' and ended_at < :before "
    "union all select id from crm.interaction where state = 'open' and began_at < :long_before limit 500"
)
_CLOSED = text("select id from crm.interaction where id = any(cast(:ids as uuid[])) and state = 'closed'")

Wanted = Mapping[UUID, Mapping[str, Any]]
_NO_HOMES: Mapping[UUID, int] = MappingProxyType({})


def write_calls(conn: Connection, interactions: Wanted, legs: Wanted) -> None:
    """Make or complete interactions and call legs; values in wire form, by id. Calls that were erased stay so."""
    identities.share(conn)
    named = {id_.hex for id_ in (*interactions, *legs)} | {leg["interaction_id"] for leg in legs.values()}
    erased = identities.look_up(conn, named).erased
    if erased:
        erased -= identities.come_to_be(conn, interactions.keys())
    with within(conn, scopes_of_all(conn)):
        _write(conn, "interaction", _alive(interactions, erased))
        homes = scopes_of(conn, "interaction", {UUID(leg["interaction_id"]) for leg in legs.values()})
        _write(conn, "call_leg", _alive(legs, erased), homes)


def close_forgotten(conn: Connection, now: datetime, patience: timedelta) -> int:
    """Close interactions that nobody wrapped up within ``patience`` of their end, and those whose end nobody saw for
    half a day; return how many."""
    with within(conn, scopes_of_all(conn)):
        bounds = {"before": now - patience, "long_before": now - timedelta(hours=12)}
        ids = list(conn.scalars(_LEFT_ALONE, bounds))
        closing = {"state": InteractionState.CLOSED.value, "closed_reason": "not wrapped up"}
        _write(conn, "interaction", dict.fromkeys(ids, closing))
    return len(ids)


def closed_among(conn: Connection, ids: list[UUID]) -> frozenset[UUID]:
    """Return those of the interactions that are closed."""
    with within(conn, scopes_of_all(conn)):
        return frozenset(conn.scalars(_CLOSED, {"ids": ids}))


def _alive(wanted: Wanted, erased: frozenset[str]) -> Wanted:
    """Return what is about no erased row; the gateway may still be told of an erased call."""
    if not erased:
        return wanted
    return {
        id_: values
        for id_, values in wanted.items()
        if id_.hex not in erased and values.get("interaction_id") not in erased
    }


def _write(conn: Connection, name: str, wanted: Wanted, homes: Mapping[UUID, int] = _NO_HOMES) -> None:
    """Make or complete rows, those that belong to an interaction where that is held."""
    if not wanted:
        return
    entity = entity_of(name)
    assert entity is not None
    known = locked_rows(conn, entity, list(wanted))
    new = {
        id_: _new(entity, values, homes)
        for id_, values in wanted.items()
        if id_ not in known and _whole(entity, values)
    }
    made = insert_rows(conn, name, new, GATEWAY) if new else frozenset()
    if missing := new.keys() - made:
        # A desk made the row at the same moment.
        known |= locked_rows(conn, entity, list(missing))
    after = {id_: _completed(entity, row, wanted[id_]) for id_, row in known.items()}
    touched = {id_: row for id_, row in after.items() if row is not known[id_]}
    if touched:
        replace_rows(conn, name, touched, GATEWAY)


def _whole(entity: Entity, values: Mapping[str, Any]) -> bool:
    return entity.missing(values) is None


def _new(entity: Entity, values: Mapping[str, Any], homes: Mapping[UUID, int]) -> Row:
    scope = homes.get(UUID(values["interaction_id"]), HOUSE) if homes else HOUSE
    return created(entity.defaults(), values, scope, Hand.MACHINE)


def _completed(entity: Entity, row: Row, values: Mapping[str, Any]) -> Row:
    """Return the row with what the phone system knows better."""
    taken = {
        name: value
        for name, value in values.items()
        if value is not None and (name in entity.for_update or not row.fver.get(name))
    }
    state = taken.get("state")
    if state is not None and _ORDER.index(state) <= _ORDER.index(row.values["state"]):
        for name in ("state", "closed_reason"):
            taken.pop(name, None)
    if row.values.get("state") == InteractionState.CLOSED.value:
        taken.pop("agent_id", None)
    after, _ = changed(row, taken, {}, row.ver, Hand.MACHINE)
    return after
