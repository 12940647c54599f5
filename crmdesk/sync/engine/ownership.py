"""What is whose: an agent changes calls that they had a part in and says what came of the corrective actions that they
own; those who lead change all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from crmdesk.domain.language import mark
from crmdesk.domain.people import Role
from crmdesk.sync.engine.compare import Row
from crmdesk.sync.engine.hot import Hot

OPEN_TO_ALL = frozenset({"customer_id"})
"""What anybody may say of anybody's call: who called. Notes are rows of their own."""

LEADING = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})

NOT_YOUR_CALL = mark("This call is a colleague's: only they or a supervisor can change it.")
NOT_IN_THEIR_NAME = mark("A call cannot be put down to a colleague.")
NOT_YOUR_ACTION = mark("Only who does this action or a supervisor can say what came of it.")
NOT_BY_HAND = mark("What happened on the phone is written by the phone system alone.")

_OWNERS_TO_SAY = frozenset({"state", "done_at", "done_by", "evidence"})
"""What the owner of a corrective action says of it; the rest is of those who lead."""

_HAD_A_PART = Hot(
    text(
        "select l.interaction_id from crm.call_leg l join crm.agent a on a.extension = l.agent_extension "
        "where a.id = :person and l.answered_at is not null and l.interaction_id = any(cast(:ids as uuid[]))"
    )
)


def calls_of_others(conn: Connection, person: UUID, interactions: Mapping[UUID, Row]) -> frozenset[UUID]:
    """Return those of the interactions that are a colleague's and that ``person`` never talked on.

    After a transfer the row names the agent who has the call now; the one before still has their part to wrap up.
    """
    theirs = {id_ for id_, row in interactions.items() if row.values["agent_id"] not in (None, person.hex)}
    if not theirs:
        return frozenset()
    mine = {id_ for (id_,) in _HAD_A_PART.all(conn, {"person": person, "ids": list(theirs)})}
    return frozenset(theirs - mine)


def rewrites(row: Row, values: Mapping[str, Any]) -> bool:
    """Return True if the values change something of a call that only its own agent may change."""
    return any(name not in OPEN_TO_ALL and row.values[name] != value for name, value in values.items())


def is_to_say(person: UUID, action: Row, values: Mapping[str, Any]) -> bool:
    """Return whether somebody who does not lead may set these values of a corrective action: as its owner, in no name
    but their own."""
    owned = action.values["owner_id"] == person.hex and _OWNERS_TO_SAY.issuperset(values)
    return owned and values.get("done_by") in (None, person.hex)
