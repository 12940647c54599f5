"""Keeps what desks asked of the phone system: each click once, taken once, and who asked for what as the record.

The number dialled is gone from the row as soon as it was carried out or ran out. All instants are the database's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import msgspec
from sqlalchemy import Connection, text

from crmdesk.domain.calls.control import GOOD_FOR
from crmdesk.domain.language import mark
from crmdesk.domain.quick import dataclass
from crmdesk.sync.engine import Principal
from crmdesk.sync.engine.refusal import Code, Rejection
from crmdesk.sync.phone_wire import PhoneAsk
from crmdesk.sync.reading import decode

_PUT = text(
    "insert into sync.phone_action "
    "(action_id, user_id, device_id, extension, kind, customer_id, despite, body, good_until) "
    "values (:id, :user, :device, :extension, :kind, :customer, cast(:despite as text[]), :body, now() + :good_for) "
    "on conflict (action_id) do nothing"
)
_TAKE = text(
    "update sync.phone_action a set outcome = 'taken', taken_at = now() where a.action_id in ("
    "select action_id from sync.phone_action where outcome = 'waiting' and good_until > now() "
    "order by asked_at limit 50 for update skip locked) returning a.action_id, a.user_id, a.extension, a.body"
)
_FINISH = text(
    "update sync.phone_action set outcome = :outcome, what = :what, next_step = :next, done_at = now(), body = null "
    "where action_id = :id and outcome = 'taken'"
)
_RUN_OUT = text(
    "update sync.phone_action set outcome = case outcome when 'waiting' then 'ran_out' else 'unknown' end, "
    "body = null where body is not null and good_until < now() - cast(:patience as interval)"
)
_RUN_OUT_ONE = text(
    "update sync.phone_action set outcome = 'ran_out', body = null where action_id = :id and outcome = 'waiting'"
)
_OUTCOME = text("select user_id, outcome, what, next_step from sync.phone_action where action_id = :id")
_FORGET = text("delete from sync.phone_action where asked_at < :before")

TAKEN_FOR = timedelta(seconds=30)
"""Whoever took a request and did not finish it within this time is gone."""


class Outcome(StrEnum):
    """What became of a request."""

    WAITING = "waiting"
    TAKEN = "taken"
    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """The phone system did not say whether it did it, or the gateway that asked it is gone."""
    RAN_OUT = "ran_out"
    """Nobody took it in time; it will not be carried out."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A request that is ours to carry out."""

    action_id: UUID
    user_id: UUID
    extension: str
    ask: PhoneAsk


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a request, in words where it is no success."""

    outcome: Outcome
    what: str = ""
    next_step: str = ""


def put(conn: Connection, ask: PhoneAsk, principal: Principal, extension: str) -> None:
    """Keep a request for whoever holds the phone system; the same again changes nothing."""
    conn.execute(
        _PUT,
        {
            "id": ask.id,
            "user": principal.user_id,
            "device": principal.device_id,
            "extension": extension,
            "kind": ask.act.value,
            "customer": ask.customer_id,
            "despite": [caution.value for caution in ask.despite],
            "body": msgspec.msgpack.encode(ask),
            "good_for": GOOD_FOR,
        },
    )


def take(conn: Connection) -> Sequence[Taken]:
    """Return the requests that wait and are fresh; from now on they are ours, and nobody gets them again."""
    rows = conn.execute(_TAKE).all()
    return [Taken(r.action_id, r.user_id, r.extension, decode(bytes(r.body), PhoneAsk)) for r in rows]


def finish(conn: Connection, action_id: UUID, told: Told) -> None:
    """Write down what became of a request that was ours."""
    conn.execute(_FINISH, {"id": action_id, "outcome": told.outcome, "what": told.what, "next": told.next_step})


def give_up(conn: Connection, action_id: UUID) -> None:
    """Let nobody carry a request out any more that nobody took."""
    conn.execute(_RUN_OUT_ONE, {"id": action_id})


def told(conn: Connection, action_id: UUID, principal: Principal) -> Told:
    """Return what became of a request; raises Rejection where it is another person's."""
    row = conn.execute(_OUTCOME, {"id": action_id}).one()
    if row.user_id != principal.user_id:
        raise Rejection(Code.BAD_REQUEST, mark("That was asked by somebody else."), mark("Ask for it anew."))
    return Told(Outcome(row.outcome), row.what, row.next_step)


def tidy(conn: Connection, before: datetime) -> None:
    """Empty requests that nobody will carry out or finish any more, and forget those asked ``before``."""
    conn.execute(_RUN_OUT, {"patience": TAKEN_FOR})
    conn.execute(_FORGET, {"before": before})
