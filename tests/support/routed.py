"""Where a desk asks for routing rules: the server's own functions next door, and a book on paper for pictures."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from crmdesk.domain.routing.codec import rules_from, written
from crmdesk.domain.routing.conditions import Fact, Group, Mode, Relation
from crmdesk.domain.routing.dry_run import DryRun, PastCase, try_rules
from crmdesk.domain.routing.facts import facts
from crmdesk.domain.routing.rules import NOWHERE, Place, Priority, Rules
from crmdesk.domain.routing.views import Edition, Household
from crmdesk.runtime.desk.routing import RoutingSource
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine import routing_editions as editions
from crmdesk.sync.routing_wire import AskEdition, AskRouting, PublishRules, TryRules
from tests.support.routing import about, rule
from tests.support.server import Device

Value = TypeVar("Value")


class RulesNextDoor:
    """Asks the server's functions on a thread, in somebody's name. See ``runtime.desk.routing.RoutingSource``."""

    def __init__(self, engine: Engine, person: Device, thread: ThreadPoolExecutor) -> None:
        self._engine, self._person, self._thread = engine, person, thread

    async def book(self) -> tuple[tuple[Edition, ...], str, Household]:
        """Return the editions, the rules of the newest, and what rules can name."""
        reply = await self._ask(editions.ask_routing, AskRouting(self._device))
        return reply.editions, reply.body, reply.household

    async def edition(self, number: int) -> tuple[Edition, str]:
        """Return one edition and its rules."""
        reply = await self._ask(editions.ask_edition, AskEdition(self._device, number))
        return reply.edition, reply.body

    async def try_rules(self, body: str) -> DryRun:
        """Return what rules would have done."""
        return (await self._ask(editions.dry_run, TryRules(self._device, body))).run

    async def publish(
        self, body: str, on: int, why: str, brings_back: int | None
    ) -> tuple[Edition | None, tuple[Edition, str] | None]:
        """Publish rules after an edition."""
        reply = await self._ask(editions.publish_rules, PublishRules(self._device, body, on, why, brings_back))
        return reply.made, None if reply.first is None else (reply.first.edition, reply.first.body)

    @property
    def _device(self) -> UUID:
        return self._person.principal.device_id

    async def _ask(self, step: Callable[[Any, Any, Any], Value], message: Any) -> Value:
        def run() -> Value:
            return self._engine.run(lambda conn: step(conn, self._person.principal, message))

        return await asyncio.wrap_future(self._thread.submit(run))


@contextmanager
def rules_of(engine: Engine, person: Device) -> Iterator[RoutingSource]:
    """Return what a desk asks for routing rules, in somebody's name."""
    with ThreadPoolExecutor(1, "routing") as thread:
        yield RulesNextDoor(engine, person, thread)


# On paper ------------------------------------------------------------------------------------------------------------

ANNA = UUID(int=71)
HOUSEHOLD = Household(
    currency="GBP",
    teams=("Billing", "Gas", "Plumbing", "Seniors"),
    skills=(("gas safety", 4), ("retention", 2)),
    people=((ANNA, "Anna Weiss"), (UUID(int=72), "Sam Okafor")),
    regimes=(("uk-fca-disp", "FCA: complaints (DISP)"), ("iso-10002", "ISO 10002")),
    products=("Boiler cover", "Home emergency", "Pay by wallet"),
    tiers=("Gold", "Standard"),
    segments=("Business", "Landlord"),
    languages=("English", "Welsh"),
)


def a_book() -> Rules:
    """Return rules as a house has them."""
    either = Group(
        Mode.ANY,
        (
            about(Fact.WORDS, "gas leak", "smell* of gas", relation=Relation.CONTAINS),
            about(Fact.SAFETY, relation=Relation.YES),
        ),
    )
    weak, grave = about(Fact.VULNERABLE, relation=Relation.YES), about(Fact.SEVERITY, "4", relation=Relation.AT_LEAST)
    return (
        rule(
            1, "Gas and safety first", about(Fact.PRODUCT, "Boiler cover", "Home emergency"), either,
            team="Gas", skill="gas safety", priority=Priority.URGENT,
        ),
        rule(2, "Vulnerable customers", weak, team="Seniors", priority=Priority.HIGH),
        rule(3, "Much money", about(Fact.ASKED, "50000", relation=Relation.AT_LEAST), owner=ANNA),
        rule(4, "Bills", about(Fact.CATEGORY, "Billing and payments"), team="Billing"),
        rule(5, "Wallet", about(Fact.PRODUCT, "Pay by wallet"), team="Billing", regime="uk-fca-disp"),
        rule(6, "Grave bills", about(Fact.CATEGORY, "Billing and payments"), grave, team="Seniors"),
        rule(7, "Welsh line", about(Fact.LANGUAGE, "Welsh"), team="Cardiff", paused=True),
    )  # fmt: skip


class PaperRules:
    """Answers from one book, for pictures. See ``runtime.desk.routing.RoutingSource``."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    async def book(self) -> tuple[tuple[Edition, ...], str, Household]:
        """Return three editions."""
        made = tuple(
            Edition(number, by, self._now - timedelta(days=days), why, rules)
            for number, by, days, why, rules in (
                (3, "Lea Marsh", 2, "Wallet complaints run by the rules for payments", 7),
                (2, "Max Brandt", 19, "Gas leaks went to the wrong team in October", 6),
                (1, "Lea Marsh", 60, "First rules", 4),
            )
        )
        return made, written(a_book()), HOUSEHOLD

    async def edition(self, number: int) -> tuple[Edition, str]:
        """Return one of them."""
        found = next(one for one in (await self.book())[0] if one.number == number)
        return found, written(a_book()[: found.rules])

    async def try_rules(self, body: str) -> DryRun:
        """Return what the rules would have done with sixty cases."""
        return try_rules(rules_from(body), [self._case(n) for n in range(60)])

    async def publish(
        self, body: str, on: int, why: str, brings_back: int | None
    ) -> tuple[Edition | None, tuple[Edition, str] | None]:
        """Say that Max was first."""
        first = Edition(on + 1, "Max Brandt", self._now, "Cardiff is open again", 7)
        book = a_book()
        return None, (first, written((*book[:-1], replace(book[-1], paused=False))))

    def _case(self, number: int) -> PastCase:
        product = HOUSEHOLD.products[number % 3]
        category = ("Billing and payments", "Delay", "Fault not repaired", "Conduct of staff")[number % 4]
        seen = facts(
            product=product,
            category=category,
            severity=1 + number % 5,
            safety=number % 11 == 0,
            vulnerability=("health",) if number % 7 == 0 else (),
            asked_minor=90_000 if number % 13 == 0 else None,
        )
        went = Place("Billing") if number % 4 == 0 else NOWHERE
        at = self._now - timedelta(hours=11 * number + 1)
        return PastCase(
            UUID(int=900 + number), "complaint", f"CP-26-{7400 - number:05d}", product, category, at, seen, went
        )
