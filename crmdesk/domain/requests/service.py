"""The life of a service request: an appointment, the visit, perhaps parts to wait for, the work done. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from crmdesk.domain.cases.lifecycle import NotAllowed
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import mark
from crmdesk.domain.quick import dataclass
from crmdesk.domain.requests.cycle import (
    REASON,
    Attempt,
    Cycle,
    RequestStanding,
    Rule,
    answered,
    common,
)
from crmdesk.domain.requests.kinds import SERVICE_OUTCOMES, RequestOutcome, RequestState, RequestStepKind
from crmdesk.domain.sla.calendars import zone_named
from crmdesk.domain.values import known_or_none

_S, _K = RequestState, RequestStepKind
_FURTHEST = timedelta(days=1_100)


@dataclass(frozen=True, slots=True)
class Appointment:
    """When somebody comes: from ``begins`` to ``ends`` (aware, in the customer's zone), and ``who``."""

    begins: datetime
    ends: datetime
    zone: str
    who: str


def appointment_of(details: Mapping[str, Any]) -> Appointment:
    """Return the appointment that a step tells: ``day`` (2026-12-03), ``from`` and ``to`` (08:00), ``zone`` (an IANA
    name) and ``who``; raises NotAllowed where it is none."""
    told = {name: str(details.get(name, "")).strip() for name in ("day", "from", "to", "zone", "who")}
    try:
        day = date.fromisoformat(told["day"])
        zone = zone_named(told["zone"])
        hours = [time.fromisoformat(told[name]) for name in ("from", "to")]
        begins, ends = (datetime.combine(day, one, zone) for one in hours)
    except (ValueError, UserMistake):
        raise NotAllowed(_NO_APPOINTMENT, _DAY_AND_TIMES) from None
    if any(one.tzinfo is not None for one in hours) or not begins < ends:
        raise NotAllowed(_NO_APPOINTMENT, _DAY_AND_TIMES)
    return Appointment(begins, ends, told["zone"], told["who"])


_NO_APPOINTMENT = mark("This is no appointment.")
_DAY_AND_TIMES = mark("Write the day and the times from and to, like 2026-12-03, 08:00 and 12:00.")


def _to_come(tried: Attempt) -> None:
    found, at = appointment_of(tried.step.details), tried.step.at
    if found.ends <= at:
        raise NotAllowed(mark("This appointment is over already."), mark("Choose a later day."))
    if found.begins - at > _FURTHEST:
        raise NotAllowed(mark("This appointment is years away."), mark("Correct the date."))


def _ended_well(tried: Attempt) -> None:
    outcome = known_or_none(RequestOutcome, tried.words("outcome"))
    if outcome not in SERVICE_OUTCOMES:
        raise NotAllowed(mark("How the work ended is missing."), mark("Choose it."))
    if tried.standing.state is not _S.ON_SITE and outcome is not RequestOutcome.REMOTELY:
        raise NotAllowed(
            mark("Nobody was on site."), mark("Say first that somebody arrived, or that it needed no visit.")
        )


def _appointed(now: RequestStanding, tried: Attempt) -> RequestStanding:
    found = appointment_of(tried.step.details)
    return replace(
        now,
        appointment_at=found.begins,
        appointment_until=found.ends,
        appointment_zone=found.zone,
        visitor=found.who,
    )


def _free(now: RequestStanding, _: Attempt) -> RequestStanding:
    return replace(now, appointment_at=None, appointment_until=None, appointment_zone="", visitor="")


def _done(now: RequestStanding, tried: Attempt) -> RequestStanding:
    return replace(_free(answered(now, tried), tried), outcome=tried.words("outcome"))


_WAITS = frozenset({_S.REGISTERED, _S.TO_SCHEDULE, _S.AWAITING_PARTS})
_OPEN = _WAITS | {_S.SCHEDULED, _S.ON_SITE}
_WHO = ("who", mark("Who comes is missing."))
_WORDS = ("words", mark("What was done is missing."))

SERVICE = Cycle(
    rules={
        **common(frozenset({_S.DONE}), _S.TO_SCHEDULE, _OPEN),
        _K.SCHEDULED: Rule(_WAITS | {_S.SCHEDULED}, _S.SCHEDULED, (_WHO,), (_to_come,), _appointed),
        _K.ARRIVED: Rule(frozenset({_S.SCHEDULED}), _S.ON_SITE),
        _K.MISSED: Rule(frozenset({_S.SCHEDULED}), _S.TO_SCHEDULE, (REASON,), (), _free),
        _K.PARTS_ORDERED: Rule(
            frozenset({_S.ON_SITE, _S.REGISTERED, _S.TO_SCHEDULE}),
            _S.AWAITING_PARTS,
            (("words", mark("Which parts is missing.")),),
            (),
            _free,
        ),
        _K.PARTS_CAME: Rule(frozenset({_S.AWAITING_PARTS}), _S.TO_SCHEDULE),
        _K.DONE: Rule(_OPEN - {_S.AWAITING_PARTS}, _S.DONE, (_WORDS,), (_ended_well,), _done),
    },
    line=(_S.REGISTERED, _S.SCHEDULED, _S.ON_SITE, _S.DONE, _S.CLOSED),
    stands_at={_S.TO_SCHEDULE: _S.REGISTERED, _S.AWAITING_PARTS: _S.ON_SITE},
    onward={
        _S.REGISTERED: _K.SCHEDULED,
        _S.TO_SCHEDULE: _K.SCHEDULED,
        _S.SCHEDULED: _K.ARRIVED,
        _S.ON_SITE: _K.DONE,
        _S.AWAITING_PARTS: _K.PARTS_CAME,
        _S.DONE: _K.CLOSED,
        _S.CLOSED: _K.REOPENED,
    },
    beside={
        _S.REGISTERED: _K.DONE,
        _S.TO_SCHEDULE: _K.DONE,
        _S.SCHEDULED: _K.MISSED,
        _S.ON_SITE: _K.PARTS_ORDERED,
        _S.AWAITING_PARTS: _K.SCHEDULED,
        _S.DONE: _K.REOPENED,
    },
)
"""How a service request goes on: its appointment is told as it was agreed, and one that was missed is made anew."""
