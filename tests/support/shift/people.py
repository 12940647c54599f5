"""The house in which a shift is worked: the demo's people, queues and knowledge, and customers of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from crmdesk.cli.demo import shipped
from crmdesk.demo import house
from crmdesk.demo.house import House, Number, PastCall, Someone
from crmdesk.domain.clock import SystemClock
from crmdesk.server.local_postgres import local_postgres
from crmdesk.sync.engine import Engine
from tests.support.ami_server import SECRET, USERNAME
from tests.support.gateway import gateway

AGENT, EXTENSION = house.AGENT, "1007"
COLLEAGUES = ("lena", "tomas")

_FIRST = ("Ruth", "Ahmed", "Björk", "Chinwe", "Dmitri", "Elif", "Farid", "Giulia", "Håkon", "Ingrid", "Jorge", "Katrin")
_LAST = ("Nielsen", "Okonkwo", "Vasquez", "Lindqvist", "Moreau", "Żukowski", "Haraldsson", "Petrescu", "Abernathy")
_PRODUCTS = ("HomeCover Plus", "HomeCover", "Boiler cover", "Boiler service")
_WISHES = "By phone, mornings\nWants one named person\nLetters in large print"
_PAST = ("Visit confirmed.", "Asked for the invoice again, sent by e-mail.", "Boiler loses pressure, visit booked.")
KNOWN, FAMILIES, IN_FAMILY = 48, 6, 3


@dataclass(frozen=True, slots=True)
class Known:
    """A customer of the house with the number that is theirs, or their family's."""

    name: str
    number: str


def customers() -> list[Known]:
    """Return those who have a number of their own."""
    return [Known(_name(at), f"+1202555{1000 + at}") for at in range(KNOWN)]


def families() -> list[list[Known]]:
    """Return those who share a number, by number."""
    return [
        [Known(_name(KNOWN + family * IN_FAMILY + at), f"+1305555{2000 + family}") for at in range(IN_FAMILY)]
        for family in range(FAMILIES)
    ]


def _name(at: int) -> str:
    """Return a name that nobody else has, neither the first nor the last twice together."""
    return f"{_FIRST[at % len(_FIRST)]} {_LAST[(at // len(_FIRST) + at) % len(_LAST)]}{'' if at < 36 else '-Berg'}"


def shift_house() -> House:
    """Return the demo's house with the customers of the shift in the place of its own."""
    demo = house.read_house((shipped() / "house.json").read_bytes())
    everybody = [*customers(), *(one for family in families() for one in family)]
    known = [
        Someone(
            one.name,
            [Number(one.number, one.number, "home", shared=one.number.startswith("+1305"))],
            summary="Policyholder",
            city="Chicago, IL",
            product=_PRODUCTS[at % len(_PRODUCTS)],
            preferences=_WISHES,
        )
        for at, one in enumerate(everybody)
    ]
    agents = ("jabu", "lucia", "piotr")
    calls = [
        PastCall(one.name, one.number, "sales", agents[n], 3 + 9 * n + at % 5, 2.0 + n, 20, 200, "resolved", _PAST[n])
        for at, one in enumerate(everybody)
        for n in range(1 + at % 3)
    ]
    return House(demo.people, demo.queues, known, calls, [], [])


@dataclass(frozen=True)
class Place:
    """Where the shift is worked: PostgreSQL's address, the gateway's, and everybody's password."""

    database: str
    server: str
    passwords: dict[str, str]


@contextmanager
def opened(folder: Path, ami_port: int) -> Iterator[Place]:
    """Have PostgreSQL and a gateway on the phone system at ``ami_port`` while the block runs."""
    with local_postgres() as postgres:
        people = shift_house()
        passwords = house.new_passwords(people)
        database = postgres.url()
        engine = Engine(database, connections=2)
        house.people_and_queues(engine, people, passwords)
        house.publish_knowledge(engine, shipped() / "knowledge")
        house.publish_rules(engine, shipped() / "rules")
        outcomes = house.outcome_ids(engine)
        engine.close()
        secret = folder / "ami-secret"
        secret.touch(mode=0o600)
        secret.write_text(SECRET)
        phone = ("--ami", f"127.0.0.1:{ami_port}", "--ami-user", USERNAME, "--ami-secret-file", str(secret))
        with gateway(database, "--region", "US", "--zone", house.ZONE, *phone) as running:
            house.customers_and_history(running.url, people, passwords, outcomes, SystemClock())
            yield Place(database, running.url, passwords)
