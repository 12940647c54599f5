"""People and devices at a server, and mutations as a desk would send them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, text

from crmdesk.domain.cases.steps import Step, StepKind, values_of
from crmdesk.domain.ids import new_id
from crmdesk.domain.people import Role
from crmdesk.domain.requests.kinds import RequestStep, RequestStepKind
from crmdesk.models.base import to_microseconds
from crmdesk.models.wireform import to_wire
from crmdesk.sync.engine import Engine, Principal, principal_at
from crmdesk.sync.engine.people import NewPerson, add_person
from crmdesk.sync.wire import Mutation, Op, Pull, PullReply, Push, PushReply, Result

PASSWORD = "open sesame, please"

_DEVICE = text(
    "insert into sync.device (device_id, user_id, install_nonce, name, client_version) "
    "values (:device, :person, :nonce, 'test', '0')"
)

_DEVICE_IF_NEW = text(
    "insert into sync.device (device_id, user_id, install_nonce, name, client_version) "
    "values (:device, :person, :nonce, 'test', '0') on conflict do nothing"
)


@dataclass
class Device:
    """A signed-in desk at an engine: numbers its mutations and keeps its cursor, as a real one does."""

    engine: Engine
    principal: Principal
    nonce: UUID
    cursor: bytes | None = None
    _seq: count[int] = field(default_factory=lambda: count(1))

    def mutation(self, entity: str, row: UUID, op: Op, base_ver: int = 0, **values: Any) -> Mutation:
        """Return the next mutation of this device, in a group of its own."""
        seq = next(self._seq)
        return Mutation(seq, new_id(), 0, entity, row, op, base_ver, {}, values)

    def push(self, *mutations: Mutation) -> tuple[Result, ...]:
        """Send mutations and return their results."""
        return self.reply(*mutations).results

    def reply(self, *mutations: Mutation) -> PushReply:
        """Send mutations and return the whole answer."""
        return self.engine.push(self.principal, Push(self.principal.device_id, mutations))

    def insert(self, entity: str, row: UUID, **values: Any) -> Result:
        """Make a row and return the result."""
        return self.push(self.mutation(entity, row, Op.INSERT, **values))[0]

    def update(self, entity: str, row: UUID, base_ver: int, **values: Any) -> Result:
        """Change a row and return the result."""
        return self.push(self.mutation(entity, row, Op.UPDATE, base_ver, **values))[0]

    def page(self, limit: int = 2000) -> PullReply:
        """Fetch the next page and move the cursor."""
        reply = self.engine.pull(self.principal, Pull(self.principal.device_id, self.cursor, limit))
        self.cursor = reply.cursor
        return reply

    def pull(self, limit: int = 2000) -> dict[str, dict[UUID, dict[str, Any]]]:
        """Fetch everything that is new: rows by entity and id."""
        found: dict[str, dict[UUID, dict[str, Any]]] = {}
        more = True
        while more:
            reply = self.page(limit)
            more = reply.more
            for table in reply.tables:
                for values in table.rows:
                    row = dict(zip(table.columns, values, strict=True))
                    found.setdefault(table.entity, {})[UUID(row["id"])] = row
        return found


def add_device(conn: Connection, person: UUID, nonce: UUID) -> Principal:
    """Register a device of somebody and return them at it."""
    device = uuid4()
    conn.execute(_DEVICE, {"device": device, "person": person, "nonce": nonce})
    return principal_at(conn, device, person)


def known_device(conn: Connection, person: UUID, device: UUID, nonce: UUID) -> Principal:
    """Return somebody at a device, which is registered if it is a new one."""
    conn.execute(_DEVICE_IF_NEW, {"device": device, "person": person, "nonce": nonce})
    return principal_at(conn, device, person)


def desk_of(
    engine: Engine, login: str, team: str | None = None, role: Role = Role.AGENT, extension: str | None = None
) -> Device:
    """Make a person with a device and return the device."""
    nonce = uuid4()

    def make(conn: Connection) -> Principal:
        person = add_person(conn, NewPerson(login, login.title(), role, PASSWORD, extension=extension, team=team))
        return add_device(conn, person, nonce)

    return Device(engine, engine.run(make), nonce)


def second_desk_of(engine: Engine, person: UUID) -> Device:
    """Return another device of somebody."""
    nonce = uuid4()
    return Device(engine, engine.run(lambda conn: add_device(conn, person, nonce)), nonce)


def customer(name: str = "Ruth Nielsen", **values: Any) -> dict[str, Any]:
    """Return the values of a new customer."""
    return {"kind": "person", "name": name, **values}


def interaction(**values: Any) -> dict[str, Any]:
    """Return the values of a new interaction."""
    began = to_microseconds(datetime(2026, 11, 21, 10, 0, tzinfo=UTC))
    return {"direction": "inbound", "began_at": began, "state": "open", **values}


def complaint(reference: str, **values: Any) -> dict[str, Any]:
    """Return the values of a new complaint."""
    received = to_microseconds(datetime(2026, 11, 21, 10, 5, tzinfo=UTC))
    return {
        "reference": reference,
        "product": "Boiler cover",
        "category": "No visit",
        "severity": 3,
        "verbatim": "Nobody came.",
        "received_at": received,
        "received_zone": "Europe/London",
        **values,
    }


def request(reference: str, **values: Any) -> dict[str, Any]:
    """Return the values of a new service request."""
    received = to_microseconds(datetime(2026, 11, 21, 10, 5, tzinfo=UTC))
    return {
        "kind": "service",
        "reference": reference,
        "category": "repair",
        "product": "Boiler",
        "verbatim": "It drips.",
        "received_at": received,
        "received_zone": "Europe/London",
        **values,
    }


def request_step(row: UUID, request_id: UUID, by: UUID, kind: str = "noted", **details: Any) -> dict[str, Any]:
    """Return the values of the first step of a request."""
    at = datetime(2026, 11, 21, 10, 5, tzinfo=UTC)
    step = RequestStep(RequestStepKind(kind), by, at, {"words": "Noted.", **details})
    return to_wire(values_of(row, request_id, step, column="request_id"))


def callback(**values: Any) -> dict[str, Any]:
    """Return the values of a new callback."""
    due = to_microseconds(datetime(2026, 11, 21, 15, 0, tzinfo=UTC))
    return {"due_at": due, "due_zone": "Europe/London", "reason": "The part is in.", **values}


def message(**values: Any) -> dict[str, Any]:
    """Return the values of a new message."""
    sent = to_microseconds(datetime(2026, 11, 20, 11, 31, tzinfo=UTC))
    return {"channel": "email", "direction": "inbound", "happened_at": sent, "body": "Nobody came.", **values}


def task(**values: Any) -> dict[str, Any]:
    """Return the values of a new promise."""
    due = to_microseconds(datetime(2026, 11, 21, 15, 0, tzinfo=UTC))
    made = to_microseconds(datetime(2026, 11, 20, 15, 0, tzinfo=UTC))
    what = {"kind": "promise", "words": "Call about the part."}
    return {**what, "due_at": due, "due_zone": "Europe/London", "made_at": made, **values}


def script_answer(call: UUID, words: str = "Yes", **values: Any) -> dict[str, Any]:
    """Return the values of an answer in a call that begins a run of a script."""
    return {
        "interaction_id": call.hex,
        "run_id": new_id().hex,
        "script": "gas/1",
        "title": "Gas",
        "step": "a",
        "question": "Do you smell gas?",
        "answer": words,
        "answered_at": 0,
        **values,
    }


def feedback(topic: UUID, **values: Any) -> dict[str, Any]:
    """Return the values of a new line of feedback about a product."""
    return {"topic_id": topic.hex, "product": "Boiler cover", "words": "It is too loud.", "made_at": 0, **values}


def complaint_step(row: UUID, complaint_id: UUID, by: UUID, kind: str = "noted", **details: Any) -> dict[str, Any]:
    """Return the values of the first step of a complaint."""
    at = datetime(2026, 11, 21, 10, 5, tzinfo=UTC)
    return to_wire(values_of(row, complaint_id, Step(StepKind(kind), by, at, {"words": "Noted.", **details})))


def attachment(by: UUID, content: bytes, name: str = "bill.txt", **values: Any) -> dict[str, Any]:
    """Return the values of a new file, by default of text; its case is among ``values``."""
    told = {"size": len(content), "sha256": sha256(content).hexdigest(), "added_by": by.hex, "added_at": 0}
    return {"name": name, "media_type": "text/plain", **told, **values}
