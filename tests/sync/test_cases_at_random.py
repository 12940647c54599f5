"""Three desks work on one complaint without a network, meet at random, and nobody gets past a guard."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from crmdesk.domain.cases.lifecycle import possible, state_after
from crmdesk.domain.cases.steps import StepKind, details_of
from crmdesk.domain.complaints import ComplaintState, Finding, NewComplaint
from crmdesk.models.complaint import Complaint, ComplaintIssue, ComplaintStep
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services import case_views, cases, complaints
from crmdesk.services.rules import RulesInForce
from crmdesk.sync.engine import Engine
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
        kind = self.draw.choice(possible(cases.case(uow, book, self.case).standing))
        return cases.take(uow, book, self.case, kind, self._details())

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
