"""One database with the demo's house for all end-to-end tests; each test brings its own processes and profiles."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from crmdesk.cli.demo import shipped
from crmdesk.demo import house
from crmdesk.domain.clock import SystemClock
from crmdesk.sync.engine import Engine
from tests.support.gateway import gateway
from tests.support.postgres import Databases


@dataclass(frozen=True)
class Town:
    """A database in which the demo's house was set up, a gateway on it, and everybody's password."""

    database: str
    server: str
    passwords: dict[str, str]
    engine: Engine


@pytest.fixture(scope="session")
def town(databases: Databases) -> Iterator[Town]:
    """The house, its customers and their history."""
    people = house.read_house((shipped() / "house.json").read_bytes())
    passwords = house.new_passwords(people)
    url = databases.empty()
    engine = Engine(url, connections=2)
    house.people_and_queues(engine, people, passwords)
    with gateway(url) as running:
        house.customers_and_history(running.url, people, passwords, house.outcome_ids(engine), SystemClock())
        yield Town(url, running.url, passwords, engine)
    engine.close()


@pytest.fixture
def address() -> str:
    """A loopback address that a gateway can take, leave and take again."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"
