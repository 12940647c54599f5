"""The house of the demo: who works there, its queues, and customers with a history, pushed as desks push their work."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import Connection, text

from crmdesk import __version__
from crmdesk.domain.cases.files import read_rules
from crmdesk.domain.cases.steps import Step, StepKind, values_of
from crmdesk.domain.clock import Clock
from crmdesk.domain.complaints import ComplaintState
from crmdesk.domain.customers import ContactPointKind, CustomerKind
from crmdesk.domain.errors import CrmdeskError
from crmdesk.domain.ids import derived_id, new_id
from crmdesk.domain.interactions import InteractionState
from crmdesk.domain.knowledge.files import read_folder
from crmdesk.domain.people import Role
from crmdesk.domain.quick import dataclass
from crmdesk.domain.requests.kinds import PREFIXES, RequestKind, RequestStep, RequestStepKind
from crmdesk.domain.shipped import shipped
from crmdesk.models.wireform import to_wire
from crmdesk.sync.client.versions import SCHEMA_VERSION
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine.knowledge import publish
from crmdesk.sync.engine.people import NewPerson, add_person, keep, leader_named
from crmdesk.sync.engine.setup import initialise
from crmdesk.sync.transports.http import GatewayClient
from crmdesk.sync.wire import PROTOCOL, Hello, Mutation, Op, Push, ReferenceBlock, Session, SignIn, Status

AGENT, SUPERVISOR, ADMINISTRATOR = "sam", "nadia", "admin"
REGIME = "uk-fca-disp"
ZONE = "America/New_York"
_DISPOSITIONS = text("select code, id from crm.disposition")
_SEE_HOUSE = text("select set_config('crmdesk.scopes', '1', true)")
_REFERENCES = 10


class SomeoneNew(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person of the house as the file names them."""

    login: str
    name: str
    role: Role
    extension: str | None = None


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A queue as the file names it."""

    name: str
    label: str


class Number(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A phone number as written, and as it is matched."""

    value: str
    e164: str
    label: str = ""
    shared: bool = False


class Someone(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A customer as the file names them."""

    name: str
    numbers: list[Number]
    latin_name: str = ""
    kind: CustomerKind = CustomerKind.PERSON
    summary: str = ""
    city: str = ""
    since: str | None = None
    care: str = ""
    tier: str = ""
    language: str = ""
    product: str = ""
    preferences: str = ""
    email: str = ""
    address: str = ""
    do_not_call: bool = False


class PastCall(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A call of the past: ``days_ago`` and ``hours`` before now, with its outcome's code and its note."""

    customer: str
    number: str
    queue: str
    agent: str
    days_ago: int
    hours: float
    wait_s: float
    talk_s: float
    outcome: str
    note: str


class PastComplaint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A complaint that somebody works on."""

    customer: str
    agent: str
    days_ago: int
    product: str
    category: str
    severity: int
    state: str
    verbatim: str
    desired_remedy: str


class PastRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A request that waits for somebody; ``bought_days_ago`` is of what is to be given back."""

    customer: str
    agent: str
    days_ago: int
    kind: RequestKind
    category: str
    product: str
    verbatim: str
    wanted: str = ""
    condition: str = ""
    serial: str = ""
    place: str = ""
    urgency: int = 1
    bought_days_ago: int | None = None


class House(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything in the file."""

    people: list[SomeoneNew]
    queues: list[Line]
    customers: list[Someone]
    calls: list[PastCall]
    complaints: list[PastComplaint]
    requests: list[PastRequest]


_DECODER = msgspec.json.Decoder(House)


def read_house(data: bytes) -> House:
    """Return the house that a JSON file describes; raises msgspec.ValidationError for a file that is wrong."""
    return _DECODER.decode(data)


def new_passwords(house: House) -> dict[str, str]:
    """Return a password for everybody, made anew for each demo."""
    return {person.login: f"demo-{secrets.token_hex(4)}" for person in house.people}


def people_and_queues(engine: Engine, house: House, passwords: Mapping[str, str]) -> None:
    """Make the schema, the people and the queues, as an administrator does at the server."""
    people = {
        one.login: NewPerson(one.login, one.name, one.role, passwords[one.login], one.extension) for one in house.people
    }
    initialise(engine, lambda: people[ADMINISTRATOR])

    def make(conn: Connection) -> None:
        for login, person in people.items():
            if login != ADMINISTRATOR:
                add_person(conn, person)
        rows: dict[UUID, dict[str, object]] = {new_id(): {"name": q.name, "label": q.label} for q in house.queues}
        keep(conn, "queue", rows, new_id())

    engine.run(make)


def publish_knowledge(engine: Engine, folder: Path) -> None:
    """Publish articles, scripts and text modules, as the supervisor does with ``crmdesk knowledge import``."""
    editions = read_folder(folder)
    engine.run(lambda conn: publish(conn, leader_named(conn, SUPERVISOR), editions))


def publish_rules(engine: Engine, folder: Path) -> None:
    """Publish the house's rules for complaints, as the supervisor does with ``crmdesk rules import``."""
    editions = read_rules(folder, shipped("regimes"))
    engine.run(lambda conn: publish(conn, leader_named(conn, SUPERVISOR), editions))


def outcome_ids(engine: Engine) -> dict[str, UUID]:
    """Return the ids of the outcomes by their code."""

    def read(conn: Connection) -> dict[str, UUID]:
        conn.execute(_SEE_HOUSE)
        return {row.code: row.id for row in conn.execute(_DISPOSITIONS)}

    return engine.run(read)


# History, pushed through the gateway --------------------------------------------------------------------------------


@dataclass(slots=True)
class Hand:
    """Somebody's device that brings in what happened before the demo."""

    client: GatewayClient
    device: UUID
    session: Session
    numbers: list[str]
    rows: list[tuple[str, UUID, Mapping[str, Any]]] = field(default_factory=list)
    _seq: Iterator[int] = field(default_factory=lambda: count(1))

    @classmethod
    def of(cls, url: str, login: str, password: str) -> Hand:
        """Sign in at the gateway with a new device and get numbers for references."""
        client = GatewayClient(url, _not_kept)
        device, nonce = new_id(), uuid4()
        session = client.sign_in(SignIn(login, password, device, nonce, "demo", __version__))
        hello = Hello(device, nonce, __version__, PROTOCOL, SCHEMA_VERSION, None, None, 0)
        block = client.hello(hello).references
        return cls(client, device, session, list(_numbered(block)))

    def add(self, entity: str, row: UUID, **values: Any) -> UUID:
        """Make a row with the next push."""
        self.rows.append((entity, row, to_wire(values)))
        return row

    def send(self) -> None:
        """Push everything and hang up; raises CrmdeskError when the server refuses any of it."""
        mutations = tuple(
            Mutation(next(self._seq), new_id(), 0, entity, row, Op.INSERT, 0, {}, dict(values))
            for entity, row, values in self.rows
        )
        for result in self.client.push(Push(self.device, mutations)).results:
            if result.status is not Status.OK:
                raise CrmdeskError(f"The demo's data was not taken: {result.status} {result.reason}")
        self.client.close()


def _not_kept(_: Session) -> None:
    return


def _numbered(block: ReferenceBlock | None) -> Iterator[str]:
    if block is not None:
        for number in range(block.first, min(block.last, block.first + _REFERENCES) + 1):
            yield f"{block.year % 100:02d}-{number:05d}"


def customers_and_history(
    url: str, house: House, passwords: Mapping[str, str], outcomes: Mapping[str, UUID], clock: Clock
) -> None:
    """Bring in customers as the administrator, and each agent's calls, notes, complaints and requests as that agent."""
    now = clock.now()
    birth = now.replace(microsecond=0)
    ids = {one.name: derived_id(birth, one.name) for one in house.customers}
    hand = Hand.of(url, ADMINISTRATOR, passwords[ADMINISTRATOR])
    for one in house.customers:
        _customer(hand, one, ids[one.name])
    hand.send()
    past: tuple[PastCall | PastComplaint | PastRequest, ...] = (*house.calls, *house.complaints, *house.requests)
    for login in sorted({one.agent for one in past}):
        hand = Hand.of(url, login, passwords[login])
        for call in house.calls:
            if call.agent == login:
                _call(hand, call, ids[call.customer], outcomes[call.outcome], now)
        for complaint in house.complaints:
            if complaint.agent == login:
                _complaint(hand, complaint, ids[complaint.customer], now)
        for request in house.requests:
            if request.agent == login:
                _request(hand, request, ids[request.customer], now)
        hand.send()


def _customer(hand: Hand, one: Someone, row: UUID) -> None:
    values = msgspec.structs.asdict(one)
    for name in ("numbers", "email", "address"):
        del values[name]
    hand.add("customer", row, **values)
    for number in one.numbers:
        about = msgspec.structs.asdict(number)
        hand.add("contact_point", new_id(), customer_id=row, kind=ContactPointKind.PHONE.value, **about)
    for kind, value in ((ContactPointKind.EMAIL, one.email), (ContactPointKind.ADDRESS, one.address)):
        if value:
            hand.add("contact_point", new_id(), customer_id=row, kind=kind.value, value=value)


def _call(hand: Hand, call: PastCall, customer: UUID, outcome: UUID, now: datetime) -> None:
    began = now - timedelta(days=call.days_ago, hours=call.hours)
    answered = began + timedelta(seconds=call.wait_s)
    ended = answered + timedelta(seconds=call.talk_s)
    row = hand.add(
        "interaction",
        derived_id(began, f"{call.customer} {call.days_ago}"),
        customer_id=customer,
        direction="inbound",
        e164=call.number,
        queue=call.queue,
        agent_id=hand.session.identity.agent_id,
        began_at=began,
        answered_at=answered,
        ended_at=ended,
        wait_s=call.wait_s,
        talk_s=call.talk_s,
        hold_s=0.0,
        outcome="answered",
        ended_by="caller",
        disposition_id=outcome,
        state=InteractionState.CLOSED.value,
        closed_reason="wrapped up",
    )
    if call.note:
        about = {"interaction_id": row, "customer_id": customer, "author_id": hand.session.identity.agent_id}
        hand.add("note", new_id(), body=call.note, written_at=ended, **about)


def _complaint(hand: Hand, one: PastComplaint, customer: UUID, now: datetime) -> None:
    """Register a complaint, and bring it as far as it stands, a day a step."""
    values = msgspec.structs.asdict(one)
    for name in ("customer", "agent", "days_ago", "state"):
        del values[name]
    received, agent = now - timedelta(days=one.days_ago, hours=1), hand.session.identity.agent_id
    steps = _AS_FAR_AS[ComplaintState(one.state)]
    row = hand.add(
        "complaint",
        new_id(),
        reference=f"CP-{hand.numbers.pop(0)}",
        customer_id=customer,
        received_at=received,
        received_zone=ZONE,
        registered_by=agent,
        regime=REGIME,
        assigned_to=agent if StepKind.TAKEN_UP in steps else None,
        **values,
    )
    hand.add("complaint_issue", new_id(), complaint_id=row, words=one.category, category=one.category)
    parents: tuple[str, ...] = ()
    for number, kind in enumerate(steps):
        step = new_id()
        told = values_of(step, row, Step(kind, agent, received + timedelta(hours=number), {}), hand.device, parents)
        hand.add("complaint_step", step, **told)
        parents = (told["digest"],)


def _request(hand: Hand, one: PastRequest, customer: UUID, now: datetime) -> None:
    """Register a request; nobody has begun with it."""
    values = msgspec.structs.asdict(one)
    for name in ("customer", "agent", "days_ago", "bought_days_ago"):
        del values[name]
    received, agent = now - timedelta(days=one.days_ago, hours=2), hand.session.identity.agent_id
    bought = None if one.bought_days_ago is None else (now - timedelta(days=one.bought_days_ago)).date()
    row = hand.add(
        "request",
        new_id(),
        reference=f"{PREFIXES[one.kind]}-{hand.numbers.pop(0)}",
        customer_id=customer,
        received_at=received,
        received_zone=ZONE,
        registered_by=agent,
        bought_on=bought,
        **{**values, "kind": one.kind.value},
    )
    step = RequestStep(RequestStepKind.REGISTERED, agent, received, {})
    id_ = new_id()
    hand.add("request_step", id_, **values_of(id_, row, step, hand.device, column="request_id"))


_AS_FAR_AS = {
    ComplaintState.REGISTERED: (StepKind.REGISTERED,),
    ComplaintState.TRIAGED: (StepKind.REGISTERED, StepKind.TRIAGED),
    ComplaintState.INVESTIGATING: (StepKind.REGISTERED, StepKind.TRIAGED, StepKind.TAKEN_UP),
}
