"""Requests between desks: steps that meet later, guards that no desk gets past, and what goes with the customer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from crmdesk.domain.cases.lifecycle import NotAllowed
from crmdesk.domain.clock import SystemClock
from crmdesk.domain.customers import NewCustomer
from crmdesk.domain.requests.kinds import RequestKind, RequestState, RequestStep, RequestStepKind
from crmdesk.domain.requests.views import NewRequest
from crmdesk.models.local import Outbox, OutboxState
from crmdesk.models.request import Request
from crmdesk.models.request import RequestStep as StepRow
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services import case_steps, customers, merging, request_views, requests
from crmdesk.services.complaints import next_reference
from crmdesk.services.rules import RulesInForce
from crmdesk.sync.engine import Engine, audit
from crmdesk.sync.engine.erasing import erase_customer
from crmdesk.sync.engine.journal import Journal
from tests.support.house_rules import HOUSE_TOML, publish_house
from tests.support.server import Device, desk_of
from tests.sync.conftest import SyncedDesk
from tests.sync.test_restore import back_up, put_back

SitDown = Callable[[Device], SyncedDesk]
_K, _S = RequestStepKind, RequestState
RULES = RulesInForce()
RETURNS = (
    '\n[[returns]]\nbegins = 2024-01-01\n[[returns.goods]]\nname = "Kettles"\nwindow_days = 30\nwarranty_months = 24\n'
)
VISIT: dict[str, Any] = {"from": "08:00", "to": "12:00", "zone": "Europe/London", "who": "Karl Otto"}
PAID: dict[str, Any] = {"outcome": "refund", "reason": "Broken.", "refund_minor": 64_000, "currency": "GBP"}


@pytest.fixture
def published(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> None:
    publish_house(engine, tmp_path_factory.mktemp("rules"), HOUSE_TOML + RETURNS)


@pytest.fixture
def anna(engine: Engine, at_desk: SitDown, published: None) -> SyncedDesk:
    desk = at_desk(desk_of(engine, "anna"))
    desk.sync()
    return desk


@pytest.fixture
def bela(engine: Engine, at_desk: SitDown, published: None) -> SyncedDesk:
    desk = at_desk(desk_of(engine, "bela"))
    desk.sync()
    return desk


def registered(desk: SyncedDesk, kind: RequestKind = RequestKind.SERVICE, category: str = "repair") -> UUID:
    customer = desk.do(customers.create, NewCustomer("Grace Adeyemi"), "GB")

    def register(uow: UnitOfWork) -> UUID:
        reference = next_reference(uow, "SR")
        bought = date(2024, 1, 2) if kind is RequestKind.RETURN else None
        new = NewRequest(
            *(kind, reference, customer, None, category, "It drips.", "Europe/London", "Boiler"), bought_on=bought
        )
        return requests.register(uow, new)

    return desk.do(register)


def take(desk: SyncedDesk, request: UUID, kind: RequestStepKind, **details: object) -> UUID:
    return desk.do(lambda uow: requests.take(uow, RULES.book(uow), request, kind, details))


def past_the_program(desk: SyncedDesk, request: UUID, kind: RequestStepKind, **details: object) -> None:
    """Write a step without asking the life cycle, as a changed program could."""

    def around(uow: UnitOfWork) -> None:
        here = requests.case(uow, RULES.book(uow), request)
        step = RequestStep(kind, desk.principal.user_id, uow.clock.now(), details)
        case_steps.add_step(uow, StepRow, request, here.steps, step, ("Step", here.row.reference))

    desk.do(around)


def visit(desk: SyncedDesk, request: UUID, **details: object) -> UUID:
    today = desk.do(lambda uow: uow.clock.now()).date()
    day = today.replace(year=today.year + 1, day=1).isoformat()
    return take(desk, request, _K.SCHEDULED, **{**VISIT, "day": day, **details})


def state(desk: SyncedDesk, request: UUID) -> RequestState:
    return desk.do(lambda uow: requests.case(uow, RULES.book(uow), request)).standing.state


def refused(desk: SyncedDesk) -> list[str]:
    query = select(Outbox.reason).where(Outbox.state == OutboxState.REFUSED.value)
    return desk.do(lambda uow: list(uow.session.scalars(query)))


def turn(*desks: SyncedDesk) -> None:
    for desk in (*desks, *desks):
        desk.sync()


def test_what_one_desk_did_offline_is_at_the_server_and_at_the_other_desk(anna: SyncedDesk, bela: SyncedDesk) -> None:
    request = registered(anna)
    visit(anna, request)
    assert state(anna, request) is _S.SCHEDULED
    turn(anna, bela)
    assert refused(anna) == []
    row = bela.do(lambda uow: uow.session.get_one(Request, request))
    assert (row.state, row.visitor, row.appointment_zone) == ("scheduled", "Karl Otto", "Europe/London")
    seen = bela.do(lambda uow: request_views.view(uow, RULES.book(uow), request))
    assert [step.kind for step in seen.steps] == [_K.REGISTERED, _K.SCHEDULED]
    assert seen.unbroken
    assert not any(step.unsent for step in seen.steps)
    assert seen.line.next is not None
    assert seen.line.next.key == "done"


def test_two_desks_that_make_two_appointments_offline_meet_in_the_one_that_was_heard_last(
    anna: SyncedDesk, bela: SyncedDesk
) -> None:
    request = registered(anna)
    turn(anna, bela)
    visit(anna, request, who="Karl Otto")
    visit(bela, request, who="Lena Fischer")
    turn(anna, bela, anna)
    assert (refused(anna), refused(bela)) == ([], [])
    for desk in (anna, bela):
        assert desk.do(lambda uow: uow.session.get_one(Request, request)).visitor == "Lena Fischer"
    last = visit(anna, request, who="Karl Otto")
    assert len(anna.do(lambda uow: uow.session.get_one(StepRow, last)).parents.split()) == 2


def test_of_two_desks_that_went_different_ways_offline_the_first_heard_stands(
    anna: SyncedDesk, bela: SyncedDesk
) -> None:
    request = registered(anna)
    turn(anna, bela)
    take(anna, request, _K.CANCELLED, reason="She found a plumber.")
    visit(bela, request)
    turn(anna, bela, anna)
    assert refused(anna) == []
    assert refused(bela) == ["This request is not where this step could follow."]
    assert {state(anna, request), state(bela, request)} == {_S.CLOSED}


def test_nobody_pays_back_much_alone_not_even_by_writing_the_step_past_the_program(
    anna: SyncedDesk, bela: SyncedDesk
) -> None:
    request = registered(anna, RequestKind.RETURN, "Kettles")
    anna.do(requests.claim, request)
    turn(anna)
    take(anna, request, _K.AUTHORISED, label="RMA-7", reason="Goodwill")
    take(anna, request, _K.GOODS_CAME)
    take(anna, request, _K.INSPECTED, words="The lid is loose.")
    take(anna, request, _K.DECIDED, **PAID)
    with pytest.raises(NotAllowed):
        take(anna, request, _K.SETTLED, proof="Transfer")
    past_the_program(anna, request, _K.APPROVED)
    turn(anna)
    past_the_program(anna, request, _K.SETTLED, proof="Transfer")
    turn(anna, bela)
    assert [reason.split(":")[0] for reason in refused(anna)] == [
        "Whoever decided this refund may not approve it",
        "This refund is not approved yet.",
    ]
    take(bela, request, _K.APPROVED)
    take(bela, request, _K.SETTLED, proof="Transfer")
    turn(bela, anna)
    row = anna.do(lambda uow: uow.session.get_one(Request, request))
    assert (row.state, row.refund_minor, row.currency, row.label) == ("settled", 64_000, "GBP", "RMA-7")


def test_out_of_time_nobody_authorises_without_a_reason_whatever_they_say_of_the_purchase_later(
    anna: SyncedDesk,
) -> None:
    request = registered(anna, RequestKind.RETURN, "Kettles")
    turn(anna)
    past_the_program(anna, request, _K.AUTHORISED, label="RMA-7")
    turn(anna)
    assert "Neither the window nor the warranty" in refused(anna)[0]
    take(anna, request, _K.AUTHORISED, label="RMA-8", reason="Goodwill")
    turn(anna)
    anna.do(lambda uow: uow.update(uow.session.get_one(Request, request), "Bought", bought_on=date(2026, 1, 1)))
    turn(anna)
    assert "only before a request is worked on" in refused(anna)[1]
    assert anna.do(lambda uow: uow.session.get_one(Request, request)).bought_on == date(2024, 1, 2)


def test_what_somebody_asked_about_their_own_data_stays_that_when_it_is_back_where_it_began(anna: SyncedDesk) -> None:
    """The month of the law for it would have been gone, and the house's own promise in its place."""
    request = registered(anna, RequestKind.INFORMATION, "own_data")
    take(anna, request, _K.ASKED_CUSTOMER, question="Who are you?")
    take(anna, request, _K.ANSWER_CAME)
    turn(anna)
    assert state(anna, request) is _S.REGISTERED
    anna.do(lambda uow: uow.update(uow.session.get_one(Request, request), "Topic", category="price"))
    turn(anna)
    assert ["only before a request is worked on" in reason for reason in refused(anna)] == [True]
    assert anna.do(lambda uow: uow.session.get_one(Request, request)).category == "own_data"


def test_a_step_in_a_colleagues_name_and_one_that_was_changed_are_refused(anna: SyncedDesk, bela: SyncedDesk) -> None:
    request = registered(anna)
    turn(anna, bela)

    def forge(uow: UnitOfWork) -> None:
        here = requests.case(uow, RULES.book(uow), request)
        step = RequestStep(_K.NOTED, bela.principal.user_id, uow.clock.now(), {"words": "He said so."})
        case_steps.add_step(uow, StepRow, request, here.steps, step, ("Step", here.row.reference))

    anna.do(forge)
    step = take(anna, request, _K.NOTED, words="As it was.")

    def change(uow: UnitOfWork) -> None:
        entry = uow.session.scalars(select(Outbox).where(Outbox.row_id == step)).one()
        entry.set_ = {**entry.set_, "details": '{"words":"Otherwise."}'}

    anna.do(change)
    turn(anna)
    assert refused(anna)[0] == "A step is taken in one's own name."
    assert refused(anna)[1] == "This step is not as it was made."


def test_a_request_is_claimed_by_the_first_whom_the_server_hears(anna: SyncedDesk, bela: SyncedDesk) -> None:
    request = registered(anna)
    turn(anna, bela)
    anna.do(requests.claim, request)
    bela.do(requests.claim, request)
    bela.sync()
    anna.sync()
    turn(anna, bela)
    for desk in (anna, bela):
        assert desk.do(lambda uow: uow.session.get_one(Request, request)).assigned_to == bela.principal.user_id


def test_the_audit_covers_requests_and_shows_what_was_changed_in_them(anna: SyncedDesk, engine: Engine) -> None:
    request = registered(anna)
    step = visit(anna, request)
    turn(anna)
    engine.run(audit.seal)
    found = engine.run(lambda conn: audit.verify(conn, ()))
    assert (found.findings, found.cases, found.steps, found.unsealed) == ((), 1, 2, 0)

    def tamper(statement: str) -> None:
        engine.run(lambda conn: conn.execute(text(statement), {"id": step}).rowcount)

    tamper("update crm.request_step set details = '{}' where id = :id")
    faults = {one.fault for one in engine.run(lambda conn: audit.verify(conn, ())).findings}
    assert faults == {audit.Fault.EDITED, audit.Fault.STATE}
    tamper("update crm.request set state = 'closed' where :id is not null")
    faults = {one.fault for one in engine.run(lambda conn: audit.verify(conn, ())).findings}
    assert faults == {audit.Fault.EDITED, audit.Fault.STATE}


def test_steps_that_a_restored_server_lost_come_back_in_their_order(
    engine: Engine, anna: SyncedDesk, bela: SyncedDesk
) -> None:
    request = registered(anna)
    turn(anna, bela)
    back_up(engine)
    visit(anna, request)
    turn(anna, bela)
    take(bela, request, _K.ARRIVED)
    turn(bela, anna)
    put_back(engine)
    bela.reconnect()
    anna.reconnect()
    turn(bela, anna, bela, anna)
    assert (refused(anna), refused(bela)) == ([], [])
    kinds = engine.run(lambda conn: conn.scalars(text("select kind from crm.request_step order by accepted")).all())
    assert kinds == ["registered", "scheduled", "arrived"]
    assert {state(anna, request), state(bela, request)} == {_S.ON_SITE}


def test_a_merged_customers_request_is_the_survivors(anna: SyncedDesk, bela: SyncedDesk) -> None:
    request = registered(anna)
    loser = anna.do(lambda uow: uow.session.get_one(Request, request)).customer_id
    assert loser is not None
    winner = anna.do(customers.create, NewCustomer("G. Adeyemi"), "GB")
    turn(anna)
    anna.do(merging.merge, loser, winner)
    turn(anna, bela)
    card = bela.do(customers.card, winner)
    assert card is not None
    assert [one.id for one in card.open_requests] == [request]
    assert bela.do(lambda uow: uow.session.get_one(Request, request)).customer_id == winner


def test_the_erased_customers_request_goes_with_all_its_steps(anna: SyncedDesk, engine: Engine, tmp_path: Path) -> None:
    request = registered(anna)
    visit(anna, request)
    turn(anna)
    engine.run(audit.seal)
    customer = anna.do(lambda uow: uow.session.get_one(Request, request)).customer_id
    assert customer is not None
    journal = Journal(tmp_path / "erasures")
    engine.run(lambda conn: erase_customer(conn, customer, journal, SystemClock().now))
    turn(anna)
    for model in (Request, StepRow):
        assert anna.do(lambda uow, model=model: uow.session.scalars(select(model)).all()) == []
    found = engine.run(lambda conn: audit.verify(conn, ()))
    assert (found.findings, found.erased) == ((), 2)
