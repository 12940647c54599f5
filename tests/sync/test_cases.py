"""Complaints between desks: steps that meet later, what is written at once, and the chain that shows all of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Connection, select, text

from crmdesk.domain.cases.files import read_rules
from crmdesk.domain.cases.letters import digest_of
from crmdesk.domain.cases.lifecycle import NotAllowed
from crmdesk.domain.cases.steps import Step, StepKind, written
from crmdesk.domain.clock import SystemClock
from crmdesk.domain.complaints import ComplaintState, Finding, NewComplaint
from crmdesk.domain.customers import NewCustomer
from crmdesk.domain.ids import new_id
from crmdesk.domain.people import Role
from crmdesk.domain.shipped import shipped
from crmdesk.domain.sla.clocks import ClockState
from crmdesk.domain.sync_state import UnsentState
from crmdesk.models.complaint import Complaint, ComplaintIssue, ComplaintStep
from crmdesk.models.local import Outbox, OutboxState
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services import case_views, cases, complaints, customers, redress, unsent
from crmdesk.services.rules import RulesInForce
from crmdesk.sync.engine import Engine, mail_steps
from crmdesk.sync.engine.erasing import erase_customer
from crmdesk.sync.engine.journal import Journal
from crmdesk.sync.engine.knowledge import publish
from crmdesk.sync.engine.mail_outbox import Mail
from tests.support.house_rules import HOUSE_TOML
from tests.support.server import Device, desk_of
from tests.sync.conftest import SyncedDesk, left_over
from tests.sync.test_restore import back_up, put_back

SitDown = Callable[[Device], SyncedDesk]
RULES = RulesInForce()
UPHELD = {"outcome": "upheld", "reason": "Nobody came.", "redress_minor": 64_000, "currency": "GBP"}


@pytest.fixture
def published(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("rules")
    (folder / "house.toml").write_text(HOUSE_TOML, encoding="utf-8")
    leader = desk_of(engine, "lea", role=Role.SUPERVISOR).principal.user_id
    engine.run(lambda conn: publish(conn, leader, read_rules(folder, shipped("regimes"))))


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


def registered(desk: SyncedDesk) -> UUID:
    customer = desk.do(customers.create, NewCustomer("Grace Adeyemi"), "GB")

    def register(uow: UnitOfWork) -> UUID:
        new = NewComplaint(
            *(complaints.next_reference(uow), customer, None, "HomeCover", "Fault not repaired", 3),
            *("The ceiling came down.", "Pay for it", False, "Europe/London"),
        )
        return complaints.register(uow, new, RULES.book(uow))

    return desk.do(register)


def take(desk: SyncedDesk, complaint: UUID, kind: StepKind, **details: object) -> UUID:
    return desk.do(lambda uow: cases.take(uow, RULES.book(uow), complaint, kind, details))


def answer_all(desk: SyncedDesk, complaint: UUID) -> None:
    def answer(uow: UnitOfWork) -> None:
        for issue in uow.session.scalars(select(ComplaintIssue).where(ComplaintIssue.complaint_id == complaint)):
            cases.answer_issue(uow, issue.id, Finding.UPHELD, "The test was not done.")

    desk.do(answer)


def state(desk: SyncedDesk, complaint: UUID) -> ComplaintState:
    return desk.do(lambda uow: cases.case(uow, RULES.book(uow), complaint)).standing.state


def drafted(desk: SyncedDesk) -> UUID:
    """Return a complaint that the desk brought as far as a decision."""
    complaint = registered(desk)
    desk.do(cases.claim, complaint)
    take(desk, complaint, StepKind.TRIAGED)
    take(desk, complaint, StepKind.TAKEN_UP)
    answer_all(desk, complaint)
    take(desk, complaint, StepKind.DECISION_DRAFTED, **UPHELD)
    return complaint


def refused(desk: SyncedDesk) -> list[str]:
    query = select(Outbox.reason).where(Outbox.state == OutboxState.REFUSED.value)
    return desk.do(lambda uow: list(uow.session.scalars(query)))


def turn(*desks: SyncedDesk) -> None:
    for desk in (*desks, *desks):
        desk.sync()


def test_an_issue_that_one_takes_away_while_the_other_answers_it_keeps_its_answer(
    anna: SyncedDesk, bela: SyncedDesk
) -> None:
    complaint = registered(anna)
    more = anna.do(lambda uow: cases.add_issue(uow, complaint, "Nobody rang back"))
    turn(anna, bela)
    anna.do(cases.remove_issue, more)
    bela.do(cases.answer_issue, more, Finding.UPHELD, "We are sorry: nobody rang.")
    turn(anna, bela)
    for desk in (anna, bela):
        issues = desk.do(lambda uow: case_views.view(uow, RULES.book(uow), complaint)).issues
        assert "We are sorry: nobody rang." in [issue.answer for issue in issues]


def test_what_one_desk_did_offline_is_at_the_server_and_at_the_other_desk(anna: SyncedDesk, bela: SyncedDesk) -> None:
    complaint = drafted(anna)
    assert state(anna, complaint) is ComplaintState.DECISION_DRAFTED
    turn(anna, bela)
    assert refused(anna) == []
    row = bela.do(lambda uow: uow.session.get_one(Complaint, complaint))
    assert (row.state, row.outcome, row.redress_minor, row.second_person) == (
        "decision_drafted",
        "upheld",
        64_000,
        True,
    )
    seen = bela.do(lambda uow: case_views.view(uow, RULES.book(uow), complaint))
    assert seen.steps[0].kind is StepKind.REGISTERED
    assert seen.unbroken
    assert not any(step.unsent for step in seen.steps)


def test_nobody_approves_their_own_dear_decision_not_even_by_writing_the_step_past_the_program(
    anna: SyncedDesk, engine: Engine
) -> None:
    complaint = drafted(anna)
    turn(anna)
    with pytest.raises(NotAllowed):
        take(anna, complaint, StepKind.APPROVED)

    def around(uow: UnitOfWork) -> None:
        here = cases.case(uow, RULES.book(uow), complaint)
        forged = Step(StepKind.APPROVED, anna.principal.user_id, uow.clock.now(), {})
        cases.add_step(uow, here.row, here.steps, forged)

    anna.do(around)
    turn(anna)
    assert "second person" in refused(anna)[0]
    assert state(anna, complaint) is ComplaintState.DECISION_DRAFTED


def test_of_two_desks_that_went_different_ways_offline_the_first_heard_stands(
    anna: SyncedDesk, bela: SyncedDesk
) -> None:
    complaint = drafted(anna)
    turn(anna, bela)
    take(bela, complaint, StepKind.APPROVED)
    take(anna, complaint, StepKind.SENT_BACK, reason="A bill is missing.")
    assert state(bela, complaint) is ComplaintState.APPROVED
    assert state(anna, complaint) is ComplaintState.INVESTIGATING
    anna.sync()
    bela.sync()
    turn(anna, bela)
    assert refused(anna) == []
    assert refused(bela) == ["This complaint is not where this step could follow."]
    assert {state(anna, complaint), state(bela, complaint)} == {ComplaintState.INVESTIGATING}


def test_two_notes_written_offline_are_both_kept_and_the_next_step_joins_the_ends(
    anna: SyncedDesk, bela: SyncedDesk
) -> None:
    complaint = registered(anna)
    turn(anna, bela)
    take(anna, complaint, StepKind.NOTED, words="The roof was seen.")
    take(bela, complaint, StepKind.NOTED, words="She rang again.")
    turn(anna, bela, anna)
    last = take(anna, complaint, StepKind.NOTED, words="Both read.")
    turn(anna, bela)
    row = bela.do(lambda uow: uow.session.get_one(ComplaintStep, last))
    assert len(row.parents.split()) == 2
    assert bela.do(lambda uow: case_views.view(uow, RULES.book(uow), complaint)).unbroken


def test_two_who_answer_one_issue_offline_lose_no_word(anna: SyncedDesk, bela: SyncedDesk) -> None:
    registered(anna)
    issue = anna.do(lambda uow: uow.session.scalars(select(ComplaintIssue)).one()).id
    anna.do(cases.answer_issue, issue, None, "We are sorry.\nThe pipe burst.\nWe pay.")
    turn(anna, bela)
    anna.do(cases.answer_issue, issue, None, "We are very sorry.\nThe pipe burst.\nWe pay.")
    bela.do(cases.answer_issue, issue, None, "We are sorry.\nThe pipe burst.\nWe pay on Monday.")
    turn(anna, bela, anna)
    for desk in (anna, bela):
        answer = desk.do(lambda uow: uow.session.get_one(ComplaintIssue, issue)).answer
        assert answer == "We are very sorry.\nThe pipe burst.\nWe pay on Monday."


def test_the_rules_that_apply_stay_once_a_complaint_is_worked_on(anna: SyncedDesk) -> None:
    complaint = drafted(anna)
    turn(anna)
    anna.do(cases.set_regime, complaint, "iso-10002")
    turn(anna)
    assert refused(anna) == ["The rules that apply are chosen before a complaint is worked on."]
    assert anna.do(lambda uow: uow.session.get_one(Complaint, complaint)).regime == "uk-fca-disp"


def test_a_step_in_a_colleagues_name_is_refused(anna: SyncedDesk, bela: SyncedDesk) -> None:
    complaint = registered(anna)
    turn(anna, bela)

    def forge(uow: UnitOfWork) -> None:
        here = cases.case(uow, RULES.book(uow), complaint)
        step = Step(StepKind.NOTED, bela.principal.user_id, uow.clock.now(), {"words": "He said so."})
        cases.add_step(uow, here.row, here.steps, step)

    anna.do(forge)
    turn(anna)
    assert refused(anna) == ["A step is taken in one's own name."]


def test_a_step_that_was_changed_on_the_way_is_refused(anna: SyncedDesk) -> None:
    complaint = registered(anna)
    turn(anna)
    step = take(anna, complaint, StepKind.NOTED, words="As it was.")

    def change(uow: UnitOfWork) -> None:
        entry = uow.session.scalars(select(Outbox).where(Outbox.row_id == step)).one()
        entry.set_ = {**entry.set_, "details": '{"words":"Otherwise."}'}

    anna.do(change)
    turn(anna)
    assert refused(anna) == ["This step is not as it was made."]


def test_a_complaint_is_claimed_by_the_first_whom_the_server_hears(anna: SyncedDesk, bela: SyncedDesk) -> None:
    complaint = registered(anna)
    turn(anna, bela)
    anna.do(cases.claim, complaint)
    bela.do(cases.claim, complaint)
    bela.sync()
    anna.sync()
    turn(anna, bela)
    for desk in (anna, bela):
        row = desk.do(lambda uow: uow.session.get_one(Complaint, complaint))
        assert row.assigned_to == bela.principal.user_id


def test_steps_that_a_restored_server_lost_come_back_in_their_order_whoever_is_first(
    engine: Engine, anna: SyncedDesk, bela: SyncedDesk
) -> None:
    complaint = registered(anna)
    turn(anna, bela)
    back_up(engine)
    anna.do(cases.claim, complaint)
    take(anna, complaint, StepKind.TRIAGED)
    turn(anna, bela)
    take(bela, complaint, StepKind.NOTED, words="After the triage.")
    turn(bela, anna)
    put_back(engine)
    bela.reconnect()
    anna.reconnect()
    turn(bela, anna, bela, anna)
    assert refused(anna) == []
    assert refused(bela) == []
    kinds = engine.run(lambda conn: conn.scalars(text("select kind from crm.complaint_step order by accepted")).all())
    assert kinds == ["registered", "triaged", "noted"]
    for desk in (anna, bela):
        assert state(desk, complaint) is ComplaintState.TRIAGED
        assert desk.do(lambda uow: case_views.view(uow, RULES.book(uow), complaint)).unbroken


def posted(desk: SyncedDesk, complaint: UUID, engine: Engine) -> None:
    """Let the server accept an acknowledgement by e-mail, and take its step in the name of who asked for it."""
    now, words = desk.clock.now(), "We have your complaint."
    told = written({"kind": "acknowledgement", "letter_id": new_id().hex, "text": words, "letter": digest_of(words)})
    mail = Mail(
        *(new_id(), new_id(), complaint, "<1@harbour.example>", "grace@example.org", b"", "0" * 64, told),
        *(desk.principal.user_id, desk.principal.device_id, now),
    )
    assert engine.run(lambda conn: mail_steps.take(conn, mail, now, "250 queued")) == ""


def kinds_of(conn: Connection, complaint: UUID) -> list[str]:
    query = text("select kind from crm.complaint_step where complaint_id = :id order by accepted")
    return list(conn.scalars(query, {"id": complaint}))


def test_the_step_of_a_letter_by_email_that_a_restored_server_lost_comes_back_from_who_sent_it(
    engine: Engine, anna: SyncedDesk, bela: SyncedDesk
) -> None:
    """No desk ever pushed it: that the letter went out, and what a colleague did after it, would have been lost."""
    complaint, other = registered(anna), registered(anna)
    turn(anna, bela)
    back_up(engine)
    posted(anna, complaint, engine)
    posted(anna, other, engine)
    turn(anna, bela)
    take(bela, complaint, StepKind.NOTED, words="She called: it came.")
    turn(bela, anna)
    put_back(engine)
    bela.reconnect()
    anna.reconnect()
    turn(bela, anna, bela, anna, bela, anna)
    assert (refused(anna), refused(bela)) == ([], [])
    found = [engine.run(partial(kinds_of, complaint=one)) for one in (complaint, other)]
    assert found == [["registered", "acknowledged", "noted"], ["registered", "acknowledged"]]
    for desk in (anna, bela):
        shown = desk.do(lambda uow: case_views.view(uow, RULES.book(uow), complaint))
        assert (shown.unbroken, [one.kind.value for one in shown.steps]) == (True, found[0])
        assert left_over(desk) == 0


def reference_of(desk: SyncedDesk, complaint: UUID) -> str:
    found: str = desk.do(lambda uow: uow.session.get_one(Complaint, complaint).reference)
    return found


def test_a_duplicate_of_a_complaint_that_a_restored_server_lost_waits_until_that_is_back(
    engine: Engine, anna: SyncedDesk, bela: SyncedDesk
) -> None:
    """It was refused: its customer would have been asked about it once more."""
    complaint = registered(anna)
    turn(anna, bela)
    back_up(engine)
    other = registered(bela)
    turn(bela, anna)
    take(anna, complaint, StepKind.DUPLICATE, of=f" {reference_of(anna, other).lower()} ")
    turn(anna, bela)
    put_back(engine)
    anna.reconnect()
    turn(anna)
    (waits,) = anna.do(unsent.changes)
    assert (waits.state, "lacks this record" in waits.reason) == (UnsentState.WAITING, True)
    assert state(anna, complaint) is ComplaintState.CLOSED, "it stays laid over what the server has"
    bela.reconnect()
    turn(bela, anna, bela)
    assert (refused(anna), refused(bela)) == ([], [])
    assert (left_over(anna), left_over(bela)) == (0, 0)
    assert (state(anna, complaint), state(bela, complaint)) == (ComplaintState.CLOSED, ComplaintState.CLOSED)


def test_a_step_whose_case_came_back_before_the_steps_it_follows_waits_on(
    engine: Engine, at_desk: SitDown, anna: SyncedDesk, bela: SyncedDesk
) -> None:
    """Its desk had fetched everything by then, and let the step be refused."""
    cora = at_desk(desk_of(engine, "cora"))
    turn(anna, bela, cora)
    back_up(engine)
    complaint = registered(bela)
    turn(bela, cora)
    take(cora, complaint, StepKind.NOTED, words="Cora rang.")
    turn(cora, anna)
    take(anna, complaint, StepKind.NOTED, words="Anna rang after Cora.")
    turn(anna)
    put_back(engine)
    for desk in (anna, bela):
        desk.reconnect()
        turn(desk)
    turn(anna)
    assert refused(anna) == []
    cora.reconnect()
    turn(cora, anna, bela, cora)
    assert [refused(desk) for desk in (anna, bela, cora)] == [[], [], []]
    kinds = engine.run(lambda conn: conn.scalars(text("select kind from crm.complaint_step order by accepted")).all())
    assert kinds == ["registered", "noted", "noted"]
    assert [left_over(desk) for desk in (anna, bela, cora)] == [0, 0, 0]


def test_a_duplicate_of_what_nobody_ever_had_is_refused_also_while_a_server_is_put_back(
    engine: Engine, anna: SyncedDesk
) -> None:
    complaint = registered(anna)
    turn(anna)
    back_up(engine)
    put_back(engine)
    take(anna, complaint, StepKind.DUPLICATE, of="CP-26-99999")
    anna.reconnect()
    turn(anna)
    assert refused(anna) == ["There is no complaint of this reference."]


def put_down(desk: SyncedDesk, complaint: UUID, minor: int) -> UUID:
    return desk.do(
        lambda uow: redress.give(uow, RULES.book(uow), complaint, "goodwill", "For the ceiling", minor, "GBP")
    )


def sums_shown(desk: SyncedDesk, complaint: UUID) -> list[int]:
    view = desk.do(lambda uow: case_views.view(uow, RULES.book(uow), complaint))
    return [one.amount_minor for one in view.redress]


def withdrawn(desk: SyncedDesk, complaint: UUID) -> None:
    take(desk, complaint, StepKind.WITHDRAWN, words="It is fine now.", proof="Call")


def test_redress_that_was_put_down_before_a_colleague_closed_the_complaint_is_taken_as_far_as_it_may_be(
    anna: SyncedDesk, bela: SyncedDesk
) -> None:
    """What is too much is not given, and what was written stays among the unsent work, with its sum."""
    complaint = registered(anna)
    turn(anna, bela)
    put_down(bela, complaint, 40_000)
    more = put_down(bela, complaint, 10_001)
    withdrawn(anna, complaint)
    turn(anna, bela)
    assert (sums_shown(anna, complaint), sums_shown(bela, complaint)) == ([40_000], [40_000])
    (left,) = bela.do(unsent.changes)
    assert "second person" in left.reason
    assert left.row_id == more
    assert "For the ceiling" in left.text
    assert "£100.01" in left.text
    with pytest.raises(NotAllowed, match="second person"):
        put_down(anna, complaint, 10_001)


def test_redress_whose_complaint_a_restored_server_lost_waits_until_it_is_back(
    engine: Engine, anna: SyncedDesk, bela: SyncedDesk
) -> None:
    turn(anna, bela)
    back_up(engine)
    complaint = registered(anna)
    turn(anna, bela)
    put_down(bela, complaint, 40_000)
    turn(bela, anna)
    put_back(engine)
    bela.reconnect()
    turn(bela)
    anna.reconnect()
    turn(anna, bela, anna)
    assert (refused(anna), refused(bela)) == ([], [])
    assert (sums_shown(anna, complaint), sums_shown(bela, complaint)) == ([40_000], [40_000])
    assert (left_over(anna), left_over(bela)) == (0, 0)


def test_two_complaints_that_two_desks_closed_as_each_others_duplicates_are_not_both_closed(
    engine: Engine, anna: SyncedDesk, bela: SyncedDesk
) -> None:
    """Nobody would have answered the customer."""
    one, other = registered(anna), registered(anna)
    turn(anna, bela)
    names = {id_: anna.do(lambda uow, id_=id_: uow.session.get_one(Complaint, id_).reference) for id_ in (one, other)}
    take(anna, one, StepKind.DUPLICATE, of=names[other].lower())
    take(bela, other, StepKind.DUPLICATE, of=f" {names[one]} ")
    turn(anna, bela, anna)
    assert (state(anna, one), state(bela, one)) == (ComplaintState.CLOSED, ComplaintState.CLOSED)
    assert (state(anna, other), state(bela, other)) == (ComplaintState.REGISTERED, ComplaintState.REGISTERED)
    assert [reason for reason in refused(bela) if "duplicate itself" in reason] == refused(bela) != []
    with pytest.raises(NotAllowed, match="duplicate itself"):
        take(anna, other, StepKind.DUPLICATE, of=names[one])


def test_a_complaint_is_no_duplicate_of_one_that_nobody_has(anna: SyncedDesk) -> None:
    complaint = registered(anna)
    take(anna, complaint, StepKind.DUPLICATE, of="CP-26-1")
    turn(anna)
    assert state(anna, complaint) is ComplaintState.REGISTERED
    assert ["no complaint of this reference" in reason for reason in refused(anna)] == [True]


def test_a_step_of_a_computer_whose_clock_is_years_ahead_is_late_nowhere(
    engine: Engine, anna: SyncedDesk, bela: SyncedDesk
) -> None:
    """The return had it in time, and every desk showed that the time of the law was over when it was answered."""
    complaint = registered(anna)
    turn(anna, bela)
    anna.clock.advance(5 * 365 * 86_400.0)
    take(anna, complaint, StepKind.WITHDRAWN, words="It is fine.", proof="mail")
    turn(anna, bela)

    def states(uow: UnitOfWork) -> set[ClockState]:
        book = RULES.book(uow)
        return {one.state for one in book.deadlines(cases.case(uow, book, complaint).history, uow.clock.now())}

    assert bela.do(states) == {ClockState.MET}
    assert anna.do(states) == {ClockState.MET}
    assert bela.do(lambda uow: case_views.view(uow, RULES.book(uow), complaint)).unbroken


def test_the_erased_customers_complaint_goes_with_all_its_steps(
    anna: SyncedDesk, engine: Engine, tmp_path: Path
) -> None:
    complaint = drafted(anna)
    turn(anna)
    customer = anna.do(lambda uow: uow.session.get_one(Complaint, complaint)).customer_id
    assert customer is not None
    journal = Journal(tmp_path / "erasures")
    engine.run(lambda conn: erase_customer(conn, customer, journal, SystemClock().now))
    turn(anna)
    for model in (Complaint, ComplaintIssue, ComplaintStep):
        assert anna.do(lambda uow, model=model: uow.session.scalars(select(model)).all()) == []
