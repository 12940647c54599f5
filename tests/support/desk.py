"""A real desk for GUI tests: an encrypted file with a few customers, database threads and every door.

``open_house(folder)`` makes the file on the first call and finds it again on the next, so a test can close a desk and
open it anew. Rows are written as if they had been pulled: nothing of them is unsent.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from sqlalchemy.orm import Session

from crmdesk.domain.calls.live import AgentCall, Direction, EndedBy, Outcome, Party, Phase, PopReason, RingResult
from crmdesk.domain.complaints import ComplaintState
from crmdesk.domain.ids import derived_id
from crmdesk.domain.interactions import InteractionState
from crmdesk.domain.people import Identity, Role
from crmdesk.models.base import Synced
from crmdesk.models.complaint import Complaint
from crmdesk.models.customer import ContactPoint, Customer
from crmdesk.models.engine import StoreEngines, open_store
from crmdesk.models.interaction import Interaction, Note
from crmdesk.models.local import LocalBase, ReferenceBlockRow
from crmdesk.models.people import Agent, Disposition, Queue
from crmdesk.models.upgrade import upgrade
from crmdesk.runtime.bus import Bus
from crmdesk.runtime.database import Database
from crmdesk.runtime.desk import Desk, open_desk
from tests.support.blank import KEY
from tests.support.clock import AFTERNOON, StandingClock

SHARED_LINE = "+442079460172"
OMARS_LINE = "+447700900123"
TOMASZS_LINE = "+442079460555"
NOBODYS_LINE = "+12125550143"

_BIRTH = datetime(2026, 1, 2, tzinfo=UTC)


def known_id(name: str) -> UUID:
    """Return the id that a row of this name always has here."""
    return derived_id(_BIRTH, name)


MARGARET = known_id("Margaret Ellison")
PRIYA = known_id("Priya Shah")
DANIEL = known_id("Daniel Ellison")
TOMASZ = known_id("Tomasz Wiśniewski")
OMAR = known_id("Omar al-Haddad")
HIDEO = known_id("Tanaka Hideo")

ME = Identity(
    known_id("sam"), "sam", "Sam Okafor", "4021", Role.AGENT, ("heating-emergency", "billing", "new-policies")
)
JABU = known_id("jabu")
LUCIA = known_id("lucia")

DISPOSITIONS = (
    ("rebooked", "Visit rebooked"),
    ("complaint", "Complaint registered"),
    ("information", "Information given"),
    ("passed", "Passed to colleague"),
    ("no-result", "No result, callback"),
    ("explained", "Explained"),
    ("confirmed", "Visit confirmed"),
    ("payment", "Payment taken"),
    ("wrong-number", "Wrong number"),
)


@dataclass(slots=True)
class House:
    """One desk with its file, its database threads and the clock that a test owns."""

    desk: Desk
    database: Database
    engines: StoreEngines
    clock: StandingClock
    bus: Bus

    def add(self, *rows: Synced | LocalBase) -> None:
        """Write rows as a pull does; call it before anything is shown, or publish the changes yourself."""
        with Session(self.engines.write) as session, session.begin():
            session.add_all(rows)

    def close(self) -> None:
        """Finish what was begun and close the file."""
        self.database.close()


@cache
def _made_once() -> TemporaryDirectory[str]:
    """Return a folder with the file of the house: copying it takes a tenth of the time that making it does."""
    folder = TemporaryDirectory(prefix="crmdesk-house-")
    engines = open_store(Path(folder.name) / "profile.db", KEY)
    upgrade(engines.write)
    with Session(engines.write) as session, session.begin():
        session.add_all(first_rows())
    engines.dispose()
    return folder


def open_house(folder: Path, clock: StandingClock | None = None) -> House:
    """Return a desk on the file in ``folder``, signed in as Sam Okafor, extension 4021."""
    path = folder / "profile.db"
    if not path.exists():
        shutil.copytree(_made_once().name, folder, dirs_exist_ok=True)
    engines = open_store(path, KEY)
    upgrade(engines.write)
    clock = clock or StandingClock()
    bus = Bus()
    database = Database(engines, clock, bus)
    desk = open_desk(database, bus, clock, "GB")
    desk.signed_in(ME, database)
    return House(desk, database, engines, clock, bus)


def first_rows() -> list[Synced | LocalBase]:
    """Return the rows of the house: people, queues, outcomes, customers and what happened with them."""
    return [
        *_people(),
        *_customers(),
        *_numbers(),
        *_history(),
        ReferenceBlockRow(year=2026, first=7431, next=7431, last=7530),
    ]


def _people() -> list[Synced]:
    agents = (
        (ME.agent_id, ME.login, ME.display_name, "4021"),
        (JABU, "jabu", "Jabu Mbeki", "4002"),
        (LUCIA, "lucia", "Lucía Ferrer", "4003"),
    )
    queues = (("heating-emergency", "Heating emergency"), ("billing", "Billing"), ("new-policies", "New policies"))
    return [
        *(
            Agent(id=i, login=login, display_name=name, extension=phone, role=Role.AGENT.value, scope_id=1, ver=1)
            for i, login, name, phone in agents
        ),
        *(Queue(id=known_id(name), name=name, label=label, scope_id=1, ver=1) for name, label in queues),
        *(
            Disposition(id=known_id(f"outcome {code}"), code=code, label=label, position=at, scope_id=1, ver=1)
            for at, (code, label) in enumerate(DISPOSITIONS)
        ),
    ]


def a_customer(name: str, **fields: object) -> Customer:
    """Return a customer row as it comes from the server; ``fields`` are columns."""
    return Customer(id=known_id(name), name=name, kind="person", scope_id=1, ver=1, **fields)


def a_number(customer_id: UUID | None, e164: str, **fields: object) -> ContactPoint:
    """Return a phone number of a customer."""
    row_id = known_id(f"{customer_id} {e164}")
    return ContactPoint(
        id=row_id, customer_id=customer_id, kind="phone", value=e164, e164=e164, scope_id=1, ver=1, **fields
    )


def _customers() -> list[Synced]:
    return [
        a_customer(
            "Margaret Ellison",
            summary="Policyholder",
            city="Leeds",
            since=date(2019, 3, 4),
            care="Oxygen at home",
            tier="Priority",
            product="HomeCover Plus, renews 4 Mar. £31.20 a month",
            preferences="Speak slowly, hearing aid on the left\nBy phone, mornings. Letters in large print\n"
            "Wants one named person and kept promises",
        ),
        a_customer("Priya Shah", summary="Carer, may speak for Margaret", city="Leeds"),
        a_customer("Daniel Ellison", summary="Son, own policy", city="Leeds", since=date(2022, 6, 1)),
        a_customer("Tomasz Wiśniewski", summary="Policyholder", city="Hull", since=date(2021, 11, 2)),
        Customer(
            id=OMAR,
            name="عمر الحداد",
            latin_name="Omar al-Haddad",
            kind="person",
            summary="Policyholder",
            city="Bradford",
            language="Arabic",
            scope_id=1,
            ver=1,
        ),
        Customer(id=HIDEO, name="田中 英雄", latin_name="Tanaka Hideo", kind="person", city="York", scope_id=1, ver=1),
    ]


def _numbers() -> list[Synced]:
    return [
        a_number(MARGARET, SHARED_LINE, label="home", shared=True),
        a_number(PRIYA, SHARED_LINE, shared=True),
        a_number(DANIEL, SHARED_LINE, shared=True),
        a_number(TOMASZ, TOMASZS_LINE, label="mobile"),
        a_number(OMAR, OMARS_LINE, label="mobile"),
        ContactPoint(
            id=known_id("Margaret's address"),
            customer_id=MARGARET,
            kind="address",
            value="14 Alder Court, Leeds LS7",
            scope_id=1,
            ver=1,
        ),
    ]


def a_call(name: str, customer_id: UUID | None, began: datetime, **fields: object) -> Interaction:
    """Return a call of the past, answered and closed unless ``fields`` say otherwise."""
    values: dict[str, object] = {
        "direction": Direction.INBOUND.value,
        "e164": SHARED_LINE,
        "queue": "heating-emergency",
        "agent_id": JABU,
        "answered_at": began + timedelta(seconds=20),
        "ended_at": began + timedelta(seconds=392),
        "wait_s": 20.0,
        "talk_s": 372.0,
        "hold_s": 0.0,
        "outcome": Outcome.ANSWERED.value,
        "state": InteractionState.CLOSED.value,
        "scope_id": 1,
        "ver": 1,
    }
    return Interaction(id=known_id(name), customer_id=customer_id, began_at=began, **(values | fields))


def a_note(name: str, customer_id: UUID, written: datetime, body: str) -> Note:
    """Return a note of Jabu Mbeki."""
    return Note(
        id=known_id(name),
        customer_id=customer_id,
        author_id=JABU,
        body=body,
        written_at=written,
        scope_id=1,
        ver=1,
    )


def a_complaint(reference: str, customer_id: UUID, received: datetime, **fields: object) -> Complaint:
    """Return a complaint that is not closed."""
    values: dict[str, object] = {
        "product": "HomeCover Plus",
        "category": "Billing and payments",
        "severity": 2,
        "verbatim": "I was billed twice for November.",
        "state": ComplaintState.INVESTIGATING.value,
        "received_zone": "Europe/London",
        "registered_by": LUCIA,
        "scope_id": 1,
        "ver": 1,
    }
    return Complaint(
        id=known_id(reference),
        reference=reference,
        customer_id=customer_id,
        received_at=received,
        **(values | fields),
    )


def _history() -> list[Synced]:
    yesterday = AFTERNOON - timedelta(days=1)
    monday = AFTERNOON - timedelta(days=2)
    outcome = {code: known_id(f"outcome {code}") for code, _ in DISPOSITIONS}
    return [
        a_call("yesterday", MARGARET, yesterday.replace(hour=16, minute=10), disposition_id=outcome["rebooked"]),
        a_note(
            "upset",
            MARGARET,
            yesterday.replace(hour=16, minute=17),
            "Very upset, son was on the line. Portable heater offered, she has one for the bedroom only. "
            "Do not ask her to explain again.",
        ),
        a_call(
            "monday",
            MARGARET,
            monday.replace(hour=8, minute=40),
            agent_id=LUCIA,
            talk_s=220.0,
            disposition_id=outcome["confirmed"],
        ),
        a_complaint("CP-26-07377", MARGARET, AFTERNOON - timedelta(days=20)),
        a_complaint(
            "CP-26-07388",
            TOMASZ,
            monday,
            category="Billing and payments",
            verbatim="You took £42.50 twice on 2 November and nobody told me.",
            severity=2,
        ),
        a_complaint(
            "CP-26-07415",
            OMAR,
            yesterday,
            product="Boiler service",
            category="Conduct of staff",
            verbatim="The engineer left the gate open.",
            severity=4,
            state=ComplaintState.TRIAGED.value,
        ),
        a_call(
            "explained",
            TOMASZ,
            AFTERNOON.replace(hour=14, minute=11),
            e164=TOMASZS_LINE,
            agent_id=ME.agent_id,
            queue="billing",
            talk_s=242.0,
            disposition_id=outcome["explained"],
        ),
        a_call("chosen before", DANIEL, AFTERNOON - timedelta(days=40), agent_id=ME.agent_id),
    ]


# Calls as the gateway tells them ------------------------------------------------------------------------------------


def ringing(
    key: str = "ring-1", number: str | None = SHARED_LINE, *, at: datetime = AFTERNOON, waited_s: float = 108.0
) -> AgentCall:
    """Return a call that rings on my phone; ``number`` None is withheld."""
    return AgentCall(
        key=key,
        revision=1,
        agent="4021",
        contact_id=derived_id(at, key),
        phase=Phase.RINGING,
        direction=Direction.INBOUND,
        party=Party(e164=number, withheld=number is None),
        pop=PopReason.RING,
        queue="heating-emergency",
        did="+442079460000",
        contact_began=at - timedelta(seconds=waited_s),
        rang_at=at,
        waited_s=waited_s,
    )


def answered(call: AgentCall, after_s: float = 6.0) -> AgentCall:
    """Return the same call, answered here."""
    return replace(
        call,
        revision=call.revision + 1,
        phase=Phase.TALKING,
        answered_at=call.rang_at + timedelta(seconds=after_s),
        ring_result=RingResult.ANSWERED,
    )


def hung_up(call: AgentCall, talk_s: float = 252.0) -> AgentCall:
    """Return the same call after the caller hung up."""
    began = call.answered_at or call.rang_at
    return replace(
        call,
        revision=call.revision + 1,
        phase=Phase.ENDED,
        ended_at=began + timedelta(seconds=talk_s),
        talk_s=talk_s,
        ended_by=EndedBy.CALLER,
    )


def taken_elsewhere(call: AgentCall, by: str = "4002") -> AgentCall:
    """Return the same ring, answered by a colleague."""
    return replace(
        call,
        revision=call.revision + 1,
        phase=Phase.ENDED,
        ended_at=call.rang_at + timedelta(seconds=4),
        ring_result=RingResult.CANCELLED,
        taken_by=by,
    )
