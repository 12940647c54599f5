"""What a step changes of where a request stands, in the values that the server keeps of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from crmdesk.domain.cases.deadlines import RuleBook
from crmdesk.domain.language import mark
from crmdesk.domain.requests.cycle import RequestLimits, RequestStanding
from crmdesk.domain.requests.cycles import CYCLES
from crmdesk.domain.requests.kinds import RequestKind, RequestState, RequestStep, RequestStepKind
from crmdesk.domain.requests.limits import Asked, limits_of
from crmdesk.domain.sla.instants import instant, micros
from crmdesk.domain.values import known
from crmdesk.sync.engine.compare import Row
from crmdesk.sync.engine.rows import among, stored_table

_K = RequestStepKind
LIMITED = frozenset({_K.CLOSED, _K.AUTHORISED, _K.REFUSED, _K.DECIDED, _K.APPROVED, _K.SETTLED, _K.EXTENDED})
"""The steps of which the house's rules ask something."""

ASKED = ("category", "bought_on")
"""What is asked for, as guards and clocks go by it."""

ASKED_STAYS = mark("What is asked for, and when it was bought, are changed only before a request is worked on.")
_PLAIN = ("outcome", "appointment_zone", "visitor", "label", "refund_minor", "currency", "second_person")
_INSTANTS = ("appointment_at", "appointment_until", "answered_at", "closed_at", "moved_at")


def moved(values: Mapping[str, Any], step: RequestStep, rules: RuleBook | None) -> dict[str, Any]:
    """Return the values of a request after a step, in wire form; raises NotAllowed for one that may not follow.

    ``rules`` are None where no step of the run needs them.
    """
    standing = _standing(values)
    bought = values["bought_on"]
    asked = Asked(
        kind=standing.kind,
        category=standing.category,
        received_at=standing.received_at,
        received_zone=values["received_zone"],
        bought_on=None if bought is None else date.fromisoformat(bought),
    )
    limits = RequestLimits() if rules is None else limits_of(rules, asked, step.at)
    return {**values, **_written(CYCLES[standing.kind].after(standing, step, limits))}


def stays(row: Row, values: Mapping[str, Any], begun: bool) -> str | None:
    """Return why these values of a request may not be set any more, None if they may.

    What the guards and the clocks go by stays once it is worked on: ``begun`` says that it was before it came back to
    where it stands.
    """
    changed = any(values.get(name, row.values[name]) != row.values[name] for name in ASKED)
    return ASKED_STAYS if changed and (begun or row.values["state"] != RequestState.REGISTERED) else None


def begun_among(conn: Connection, requests: Collection[UUID]) -> frozenset[UUID]:
    """Return those of the requests that somebody worked on."""
    step = stored_table("request_step")
    worked = step.c.kind.not_in([_K.REGISTERED.value, _K.NOTED.value])
    query = select(step.c.request_id).where(among(step.c.request_id, requests), worked).distinct()
    return frozenset(conn.scalars(query))


def _standing(values: Mapping[str, Any]) -> RequestStanding:
    told: dict[str, Any] = {name: values[name] for name in _PLAIN}
    told |= {name: None if values[name] is None else instant(values[name]) for name in _INSTANTS}
    return RequestStanding(
        kind=RequestKind(values["kind"]),
        state=known(RequestState, values["state"], RequestState.REGISTERED),
        received_at=instant(values["received_at"]),
        category=values["category"],
        owner=_id(values["assigned_to"]),
        decided_by=_id(values["decided_by"]),
        **told,
    )


def _written(standing: RequestStanding) -> dict[str, Any]:
    instants = {name: getattr(standing, name) for name in _INSTANTS}
    return {
        "state": standing.state.value,
        "decided_by": None if standing.decided_by is None else standing.decided_by.hex,
        **{name: getattr(standing, name) for name in _PLAIN},
        **{name: None if at is None else micros(at) for name, at in instants.items()},
    }


def _id(value: str | None) -> UUID | None:
    return None if value is None else UUID(value)
