"""Desks that work on one case without a network and meet when chance says so, and what must hold then."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import select

from crmdesk.domain.cases.lifecycle import NotAllowed
from crmdesk.domain.customers import NewCustomer
from crmdesk.domain.errors import Refused
from crmdesk.models.complaint import Complaint, ComplaintStep
from crmdesk.models.local import Outbox, OutboxState
from crmdesk.models.request import Request, RequestStep
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services import case_steps, customers
from crmdesk.services.rules import RulesInForce
from crmdesk.sync.engine import Engine, audit
from crmdesk.sync.engine.rows import stored_table
from tests.sync.conftest import SyncedDesk


class Play(ABC):
    """Desks that take any step of one case that their own copy allows, and meet the server when chance says so."""

    case_model: ClassVar[Any]
    step_model: ClassVar[type[ComplaintStep] | type[RequestStep]]

    def __init__(self, desks: Sequence[SyncedDesk], draw: random.Random) -> None:
        self.desks = desks
        self.draw = draw
        self.rules = {id(desk): RulesInForce() for desk in desks}
        customer = desks[0].do(customers.create, NewCustomer("Grace Adeyemi"), "GB")
        self.case: UUID = desks[0].do(self.register, customer)
        self.taken: set[UUID] = set()
        self.meet()

    @abstractmethod
    def register(self, uow: UnitOfWork, customer: UUID) -> UUID:
        """Register the case at the first desk and return its id."""

    @abstractmethod
    def own_moves(self) -> tuple[Callable[[SyncedDesk], None], ...]:
        """Return what a desk can do beside steps and sync: each as often as one of them."""

    @abstractmethod
    def step(self, uow: UnitOfWork, rules: RulesInForce) -> UUID:
        """Take some step that this desk's copy of the case allows; raises NotAllowed where its guards do not."""

    @abstractmethod
    def follows(self, state: str, kind: str) -> str | None:
        """Return the state after a step, None where it may not follow."""

    @abstractmethod
    def is_unbroken(self, uow: UnitOfWork, rules: RulesInForce) -> bool:
        """Return whether a desk shows the history as whole."""

    @abstractmethod
    def assert_guarded(self, steps: Sequence[Mapping[str, Any]]) -> None:
        """Hold what was taken against the promises, step by step and without the life cycle's own code."""

    def move(self) -> None:
        """Let one desk do one thing."""
        desk = self.draw.choice(list(self.desks))
        for each in self.desks:
            each.clock.advance(self.draw.randrange(30) * 3600.0)
        moves = [self._sync, *self.own_moves()]
        place = self.draw.randrange(2 * len(moves))
        if place < len(moves):
            moves[place](desk)
        else:
            self._step(desk)

    def _sync(self, desk: SyncedDesk) -> None:
        desk.sync()

    def _step(self, desk: SyncedDesk) -> None:
        try:
            self.taken.add(desk.do(self.step, self.rules[id(desk)]))
        except NotAllowed:
            return

    def attempt(self, desk: SyncedDesk, *use_cases: Callable[[UnitOfWork, UUID], None]) -> None:
        """Try one of these with the case."""
        try:
            desk.do(self.draw.choice(use_cases), self.case)
        except Refused:
            return

    def meet(self) -> None:
        """Let every desk send and fetch until nothing is left to do."""
        for desk in (*self.desks, *self.desks, *self.desks):
            desk.sync()

    def assert_sound(self, engine: Engine) -> None:
        """Hold the server and every desk against what must be so once they have met."""
        steps = self._steps_at(engine)
        stands = "registered"
        for step in steps:
            follows = self.follows(stands, step["kind"])
            assert follows is not None, f"{step['kind']} after {stands}"
            stands = follows
        self.assert_guarded(steps)
        assert {desk.do(self._state) for desk in self.desks} == {stands}
        here = {step["id"] for step in steps}
        refused: set[UUID] = set()
        for desk in self.desks:
            refused |= desk.do(self._refused)
            assert desk.do(self.is_unbroken, self.rules[id(desk)])
            assert desk.do(self._shown) == [step["id"] for step in steps], "all show one order"
        assert self.taken <= here | refused, "a step is at the server, or refused and in sight"
        assert not here & refused
        engine.run(audit.seal)
        assert engine.run(lambda conn: audit.verify(conn, ())).findings == ()

    def _steps_at(self, engine: Engine) -> list[Mapping[str, Any]]:
        step = stored_table(self.step_model.__tablename__)
        query = select(step).where(step.c[case_steps.CASE_OF[self.step_model]] == self.case).order_by(step.c.accepted)
        return engine.run(lambda conn: [dict(row) for row in conn.execute(query).mappings()])

    def _state(self, uow: UnitOfWork) -> str:
        case: Complaint | Request = uow.session.get_one(self.case_model, self.case)
        return case.state

    def _shown(self, uow: UnitOfWork) -> list[UUID]:
        kept = case_steps.steps_of(uow, self.step_model, [self.case])[self.case]
        return [one.id for one in case_steps.counted(kept, frozenset())]

    def _refused(self, uow: UnitOfWork) -> set[UUID]:
        query = select(Outbox.row_id).where(
            Outbox.entity == self.step_model.__tablename__, Outbox.state == OutboxState.REFUSED.value
        )
        return set(uow.session.scalars(query))


def paid_alone(step: Mapping[str, Any], decided: Mapping[str, Any] | None, told: Mapping[str, Any]) -> bool:
    """Return whether who decided on a sum above the house's limit said yes to it too."""
    sums: Collection[object] = (told.get("redress_minor"), told.get("refund_minor"))
    return decided is not None and step["by_id"] == decided["by_id"] and DEAR in sums


DEAR = 50_001
"""More than a handler gives alone, in pence."""
