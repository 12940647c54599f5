"""Three desks work on one complaint without a network, meet at random, and nobody gets past a guard."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from crmdesk.domain.cases.lifecycle import Standing, possible, state_after
from crmdesk.domain.cases.steps import StepKind, details_of
from crmdesk.domain.complaints import DECISIONS, ComplaintState, Finding, NewComplaint
from crmdesk.domain.ids import new_id
from crmdesk.models.complaint import Complaint, ComplaintIssue, ComplaintStep, Redress
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services import case_views, cases, complaints
from crmdesk.services.rules import RulesInForce
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine.rows import stored_table
from tests.support.house_rules import publish_house, rule_book
from tests.support.server import Device, desk_of
from tests.sync.at_random import DEAR, Play, paid_alone
from tests.sync.conftest import SyncedDesk

SitDown = Callable[[Device], SyncedDesk]
MOVES = 90


class ComplaintPlay(Play):
    """Desks at one complaint."""

    case_model, step_model = Complaint, ComplaintStep

    def register(self, uow: UnitOfWork, customer: UUID) -> UUID:
        new = NewComplaint(
            *(complaints.next_reference(uow), customer, None, "HomeCover", "Delay", 3),
            *("The ceiling came down.", "", False, "Europe/London"),
        )
        return complaints.register(uow, new, self.rules[id(self.desks[0])].book(uow))

    def own_moves(self) -> tuple[Callable[[SyncedDesk], None], ...]:
        return (
            lambda desk: self.attempt(desk, cases.claim, cases.give_back),
            self._answer,
            lambda desk: desk.do(self._mark),
        )

    def _mark(self, uow: UnitOfWork) -> None:
        mark = self.draw.choice(["", "health"])
        uow.update(uow.session.get_one(Complaint, self.case), "edit", vulnerability=mark)

    def _answer(self, desk: SyncedDesk) -> None:
        finding = self.draw.choice([None, Finding.UPHELD])

        def answer(uow: UnitOfWork) -> None:
            for issue in uow.session.scalars(select(ComplaintIssue)):
                cases.answer_issue(uow, issue.id, finding, "Sorry." if finding else "")

        desk.do(answer)

    def step(self, uow: UnitOfWork, rules: RulesInForce) -> UUID:
        book = rules.book(uow)
        kind = self.draw.choice(self.kinds(cases.case(uow, book, self.case).standing))
        return cases.take(uow, book, self.case, kind, self._details())

    def kinds(self, standing: Standing) -> tuple[StepKind, ...]:
        """Return the steps that are tried where a complaint stands so."""
        return possible(standing)

    def _details(self) -> dict[str, object]:
        words = dict.fromkeys(("reason", "proof", "words", "question", "to", "of", "decision"), "As it was.")
        elements = [*shipped_elements()] if self.draw.random() < 0.8 else []
        return {
            **words,
            **{"outcome": self.draw.choice(["upheld", "rejected"]), "redress_minor": self.draw.choice([0, DEAR])},
            **{"currency": "GBP", "elements": elements, "letter": self.draw.choice(["a" * 64, "b" * 64])},
            "accepted": self.draw.choice(["yes", "no"]),
        }

    def follows(self, state: str, kind: str) -> str | None:
        return state_after(ComplaintState(state), StepKind(kind))

    def is_unbroken(self, uow: UnitOfWork, rules: RulesInForce) -> bool:
        return case_views.view(uow, rules.book(uow), self.case).unbroken

    def assert_guarded(self, steps: Sequence[Mapping[str, Any]]) -> None:
        draft: Mapping[str, Any] | None = None
        approval: Mapping[str, Any] | None = None
        assert steps[0]["kind"] == StepKind.REGISTERED
        for step in steps:
            kind = step["kind"]
            if kind == StepKind.DECISION_DRAFTED:
                draft, approval = step, None
            elif kind == StepKind.APPROVED:
                assert draft is not None
                assert not paid_alone(step, draft, details_of(draft["details"]))
                approval = step
            elif kind == StepKind.RESPONSE_SENT:
                assert approval is not None
                sent, approved = details_of(step["details"]), details_of(approval["details"])
                assert sent["letter"] == approved["letter"]
            elif kind in (StepKind.SENT_BACK, StepKind.REOPENED, StepKind.SECOND_STAGE):
                draft = approval = None


class MoneyPlay(ComplaintPlay):
    """Desks at one complaint that also write redress past the program; nobody refers it, since that has no bound."""

    def own_moves(self) -> tuple[Callable[[SyncedDesk], None], ...]:
        return (
            *super().own_moves(),
            lambda desk: desk.do(self._put_down),
            lambda desk: desk.do(self._change_a_line),
        )

    def kinds(self, standing: Standing) -> tuple[StepKind, ...]:
        return tuple(kind for kind in possible(standing) if kind is not StepKind.REFERRED)

    def _put_down(self, uow: UnitOfWork) -> None:
        """Put redress down past the program, which would say no."""
        minor = self.draw.choice([0, 20_000, 30_001, DEAR])
        values = {
            "kind": self.draw.choice(["refund", "goodwill"]),
            "amount_minor": minor,
            "currency": self.draw.choice(["GBP", "GBP", "GBP", "EUR"]) if minor else "",
            "paid_at": uow.clock.now() if self.draw.random() < 0.2 else None,
        }
        uow.insert(Redress(id=new_id(), complaint_id=self.case, **values), "redress")

    def _change_a_line(self, uow: UnitOfWork) -> None:
        """Pay, take away, make larger or put back some line, past the program."""
        lines = list(uow.session.scalars(select(Redress).order_by(Redress.id)))
        if lines:
            changes: list[tuple[str, object]] = [
                *(("paid_at", uow.clock.now()), ("removed", True), ("removed", False)),
                *(("amount_minor", DEAR), ("currency", "EUR"), ("paid_at", None)),
            ]
            name, value = self.draw.choice(changes)
            uow.update(self.draw.choice(lines), "redress", **{name: value})


def assert_no_more_was_given_than_may_be(engine: Engine, case: UUID) -> None:
    """Hold the lines of redress at the server against the promises, without the rules' own code."""
    complaint, step, redress = (stored_table(name) for name in ("complaint", "complaint_step", "redress"))
    with_details = select(step.c.kind, step.c.details).where(step.c.complaint_id == case).order_by(step.c.accepted)
    steps = engine.run(lambda conn: conn.execute(with_details).all())
    stands = engine.run(lambda conn: conn.execute(select(complaint).where(complaint.c.id == case)).one())
    lines = engine.run(lambda conn: conn.execute(select(redress).where(redress.c.complaint_id == case)).all())
    assert not any(line.removed and line.paid_at for line in lines), "paid or gone, never both"
    answered = approved = drafted = 0
    for one in steps:
        if one.kind == StepKind.DECISION_DRAFTED:
            drafted = int(details_of(one.details)["redress_minor"])
        approved += drafted if one.kind == StepKind.APPROVED else 0
        answered += drafted if one.kind == StepKind.RESPONSE_SENT else 0
    there = [line for line in lines if not line.removed]
    pounds = sum(line.amount_minor for line in there if line.currency == "GBP")
    if stands.answered_at is not None and stands.outcome in DECISIONS:
        assert pounds <= answered
        assert not any(line.amount_minor for line in there if line.currency == "EUR")
    paid = sum(line.amount_minor for line in there if line.paid_at)
    assert paid <= approved + DEAR - 1


def shipped_elements() -> Iterator[str]:
    """Yield every element that a letter of some shipped regime must contain, so that a whole letter has them all."""
    for regime in rule_book().regimes.values():
        for version in regime.versions:
            for letter in version.letters:
                yield from (element.key for element in letter.elements)


@pytest.fixture
def desks(engine: Engine, at_desk: SitDown, tmp_path_factory: pytest.TempPathFactory) -> list[SyncedDesk]:
    """Three handlers' desks under the rules of a house."""
    publish_house(engine, tmp_path_factory.mktemp("rules"))
    made = [at_desk(desk_of(engine, name)) for name in ("anna", "bela", "cora")]
    for desk in made:
        desk.sync()
    return made


@pytest.mark.long
@pytest.mark.parametrize("seed", [21, 22, 23])
def test_whatever_three_desks_do_the_server_takes_only_what_may_follow_and_all_end_alike(
    engine: Engine, desks: list[SyncedDesk], seed: int
) -> None:
    play = ComplaintPlay(desks, random.Random(seed))
    for _ in range(MOVES):
        play.move()
    play.meet()
    play.assert_sound(engine)


@pytest.mark.long
@pytest.mark.parametrize("seed", [31, 32, 33, 34, 35])
def test_whatever_desks_write_of_redress_no_more_is_given_than_may_be(
    engine: Engine, desks: list[SyncedDesk], seed: int
) -> None:
    play = MoneyPlay(desks, random.Random(seed))
    for move in range(2 * MOVES):
        play.move()
        if move % 20 == 19:
            play.meet()
            assert_no_more_was_given_than_may_be(engine, play.case)
    play.meet()
    play.assert_sound(engine)
    assert_no_more_was_given_than_may_be(engine, play.case)
