"""Two desks work on a request of each kind without a network, meet at random, and nobody gets past a guard."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from crmdesk.domain.cases.steps import details_of
from crmdesk.domain.requests.cycles import CYCLES
from crmdesk.domain.requests.kinds import PREFIXES, RequestKind, RequestState, RequestStepKind
from crmdesk.domain.requests.views import NewRequest
from crmdesk.models.request import Request, RequestStep
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services import request_views, requests
from crmdesk.services.complaints import next_reference
from crmdesk.services.rules import RulesInForce
from crmdesk.sync.engine import Engine
from tests.support.house_rules import HOUSE_TOML, publish_house
from tests.support.server import Device, desk_of
from tests.sync.at_random import DEAR, Play, paid_alone
from tests.sync.conftest import SyncedDesk
from tests.sync.test_requests import RETURNS

SitDown = Callable[[Device], SyncedDesk]
MOVES = 90
_K = RequestStepKind
WHAT = {RequestKind.SERVICE: "repair", RequestKind.RETURN: "Kettles", RequestKind.INFORMATION: "own_data"}
OUTCOMES = {
    _K.DONE: ("repaired", "remotely"),
    _K.DECIDED: ("refund", "replacement"),
}


class RequestPlay(Play):
    """Desks at one request of a kind."""

    case_model, step_model = Request, RequestStep

    def __init__(self, desks: Sequence[SyncedDesk], draw: random.Random, kind: RequestKind) -> None:
        self.kind = kind
        super().__init__(desks, draw)

    def register(self, uow: UnitOfWork, customer: UUID) -> UUID:
        reference = next_reference(uow, PREFIXES[self.kind])
        bought = None if self.kind is not RequestKind.RETURN else self.draw.choice([date(2024, 1, 2), None])
        said = (WHAT[self.kind], "It drips.", "Europe/London", "Boiler")
        return requests.register(uow, NewRequest(self.kind, reference, customer, None, *said, bought_on=bought))

    def own_moves(self) -> tuple[Callable[[SyncedDesk], None], ...]:
        return (lambda desk: self.attempt(desk, requests.claim, requests.give_back),)

    def step(self, uow: UnitOfWork, rules: RulesInForce) -> UUID:
        book = rules.book(uow)
        here = requests.case(uow, book, self.case)
        cycle, state = CYCLES[self.kind], here.standing.state
        kind = self.draw.choice([cycle.onward[state], cycle.onward[state], *cycle.possible(state)])
        return requests.take(uow, book, self.case, kind, self._details(uow, kind))

    def _details(self, uow: UnitOfWork, kind: RequestStepKind) -> dict[str, object]:
        told: dict[str, object] = dict.fromkeys(("words", "proof", "question", "label", "although"), "As it was.")
        told["reason"] = self.draw.choice(["As it was.", ""])
        told["accepted"] = self.draw.choice(["yes", "no"])
        day = uow.clock.now().date() + timedelta(days=self.draw.randrange(-2, 20))
        told |= {"day": day.isoformat(), "from": "08:00", "to": "12:00", "zone": "Europe/London", "who": "Karl Otto"}
        if kind in OUTCOMES:
            told["outcome"] = outcome = self.draw.choice(OUTCOMES[kind])
            told |= {"refund_minor": DEAR, "currency": "GBP"} if outcome == "refund" else {}
        return told

    def follows(self, state: str, kind: str) -> str | None:
        return CYCLES[self.kind].state_after(RequestState(state), RequestStepKind(kind))

    def is_unbroken(self, uow: UnitOfWork, rules: RulesInForce) -> bool:
        return request_views.view(uow, rules.book(uow), self.case).unbroken

    def assert_guarded(self, steps: Sequence[Mapping[str, Any]]) -> None:
        decided: Mapping[str, Any] | None = None
        approved = False
        seen: Counter[str] = Counter()
        assert steps[0]["kind"] == _K.REGISTERED
        for step in steps:
            kind, told = step["kind"], details_of(step["details"])
            if kind == _K.DECIDED:
                assert seen[_K.GOODS_CAME], "nothing is given for what did not come"
                decided, approved = step, False
            elif kind == _K.APPROVED:
                assert decided is not None
                assert not paid_alone(step, decided, details_of(decided["details"]))
                approved = True
            elif kind == _K.SETTLED:
                assert decided is not None
                assert approved or details_of(decided["details"])["outcome"] != "refund"
            elif kind == _K.DONE:
                assert seen[_K.ARRIVED] or told["outcome"] == "remotely"
            elif kind in (_K.SENT_BACK, _K.REOPENED):
                decided, approved = None, False
                seen.clear()
            if kind in (_K.CANCELLED, _K.REOPENED, _K.SENT_BACK, _K.MISSED, _K.EXTENDED):
                assert told["reason"]
            seen[kind] += kind != _K.SENT_BACK
            if kind == _K.SENT_BACK:
                seen[_K.GOODS_CAME] = 1


@pytest.fixture
def desks(engine: Engine, at_desk: SitDown, tmp_path_factory: pytest.TempPathFactory) -> list[SyncedDesk]:
    """Two handlers' desks under the rules of a house."""
    publish_house(engine, tmp_path_factory.mktemp("rules"), HOUSE_TOML + RETURNS)
    made = [at_desk(desk_of(engine, name)) for name in ("anna", "bela")]
    for desk in made:
        desk.sync()
    return made


@settings(
    max_examples=3,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(draw=st.randoms(use_true_random=True))
def test_whatever_two_desks_do_the_server_takes_only_what_may_follow_and_both_end_alike(
    engine: Engine, desks: list[SyncedDesk], draw: random.Random
) -> None:
    plays = [RequestPlay(desks, draw, kind) for kind in RequestKind]
    for _ in range(MOVES):
        draw.choice(plays).move()
    for play in plays:
        play.meet()
        play.assert_sound(engine)
