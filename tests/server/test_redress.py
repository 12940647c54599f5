"""Redress that desks of another make send, or that comes late: no more is given than may be, and nothing is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from crmdesk.domain.cases.steps import Step, StepKind, values_of
from crmdesk.domain.ids import new_id
from crmdesk.models.wireform import to_wire
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine.rows import stored_table
from crmdesk.sync.wire import NOT_THERE, Mutation, Op, Result, Status
from tests.server.test_audit import AT, Life
from tests.support.house_rules import publish_house, rule_book
from tests.support.server import Device, desk_of

DRAFT = {"outcome": "upheld", "reason": "Nobody came.", "redress_minor": 64_000, "currency": "GBP"}
LETTER = "a" * 64


@pytest.fixture
def life(engine: Engine, tmp_path: Path) -> Life:
    """A complaint under the FCA's rules that somebody has, in a house where one person gives £500."""
    publish_house(engine, tmp_path)
    made = Life(desk_of(engine, "anna"), "CP-1")
    mine = made.desk.principal.user_id.hex
    assert made.desk.update("complaint", made.id, 1, regime="uk-fca-disp", assigned_to=mine).status is Status.OK
    return made


def given(desk: Device, complaint: UUID, minor: int, currency: str = "GBP", **more: Any) -> Mutation:
    told = {"complaint_id": complaint.hex, "kind": "goodwill", "amount_minor": minor, "currency": currency, **more}
    return desk.mutation("redress", new_id(), Op.INSERT, **told)


def elements() -> list[str]:
    regime = rule_book().regimes["uk-fca-disp"]
    return [element.key for version in regime.versions for letter in version.letters for element in letter.elements]


def step(life: Life, desk: Device, kind: StepKind, **details: object) -> Mutation:
    row = new_id()
    told = values_of(row, life.id, Step(kind, desk.principal.user_id, AT, details), None, life.digests[-1:])
    life.digests.append(told["digest"])
    return desk.mutation("complaint_step", row, Op.INSERT, **to_wire(told))


def taken(life: Life, desk: Device, kind: StepKind, **details: object) -> Result:
    before = list(life.digests)
    (result,) = desk.push(step(life, desk, kind, **details))
    if result.status is not Status.OK:
        life.digests[:] = before
    return result


def approved(life: Life, colleague: Device) -> None:
    """Bring a complaint as far as an approved decision of £640."""
    for kind in (StepKind.REGISTERED, StepKind.TRIAGED, StepKind.TAKEN_UP):
        assert taken(life, life.desk, kind).status is Status.OK
    assert taken(life, life.desk, StepKind.DECISION_DRAFTED, **DRAFT).status is Status.OK
    assert taken(life, colleague, StepKind.APPROVED, letter=LETTER).status is Status.OK


def closed(life: Life, colleague: Device) -> None:
    """Bring a complaint to its end, with a decision of £640."""
    approved(life, colleague)
    sent = taken(life, life.desk, StepKind.RESPONSE_SENT, proof="Post.", letter=LETTER, elements=elements())
    assert (sent.status, sent.reason) == (Status.OK, "")
    assert taken(life, life.desk, StepKind.CLOSED, accepted="yes").status is Status.OK


def put_down(engine: Engine) -> list[int]:
    table = stored_table("redress")
    query = select(table.c.amount_minor).where(~table.c.removed)
    return sorted(engine.run(lambda conn: conn.scalars(query).all()))


def test_nobody_gives_more_than_was_decided_once_a_complaint_is_closed(engine: Engine, life: Life) -> None:
    bela = desk_of(engine, "bela")
    closed(life, bela)
    late, twice = bela.push(given(bela, life.id, 64_000), given(bela, life.id, 64_000))
    assert (late.status, late.reason) == (Status.OK, ""), "what was put down offline before the end is taken"
    assert (twice.status, "more than was decided" in twice.reason) == (Status.DENIED, True)
    other = bela.push(given(bela, life.id, 1, "EUR"))[0]
    assert (other.status, "more than was decided" in other.reason) == (Status.DENIED, True)
    assert put_down(engine) == [64_000]


def test_a_line_does_not_grow_or_come_back_in_a_closed_complaint(engine: Engine, life: Life) -> None:
    bela = desk_of(engine, "bela")
    closed(life, bela)
    line = given(bela, life.id, 60_000)
    away = given(bela, life.id, 5_000, removed=True)
    assert [one.status for one in bela.push(line, away)] == [Status.OK, Status.OK]
    for refused in (
        bela.update("redress", line.row, 1, amount_minor=64_001),
        bela.update("redress", line.row, 1, currency="EUR"),
        bela.update("redress", away.row, 1, removed=False),
    ):
        assert (refused.status, "more than was decided" in refused.reason) == (Status.DENIED, True)
    assert bela.update("redress", line.row, 1, amount_minor=64_000).status is Status.OK


def test_a_decision_is_not_approved_nor_answered_over_more_than_it_gives(engine: Engine, life: Life) -> None:
    bela = desk_of(engine, "bela")
    for kind in (StepKind.REGISTERED, StepKind.TRIAGED, StepKind.TAKEN_UP):
        assert taken(life, life.desk, kind).status is Status.OK
    much = given(life.desk, life.id, 90_000)
    assert life.desk.push(much)[0].status is Status.OK
    assert taken(life, life.desk, StepKind.DECISION_DRAFTED, **DRAFT).status is Status.OK
    refused = taken(life, bela, StepKind.APPROVED, letter=LETTER)
    assert (refused.status, "More was put down" in refused.reason) == (Status.DENIED, True)
    assert life.desk.update("redress", much.row, 1, removed=True).status is Status.OK
    assert taken(life, bela, StepKind.APPROVED, letter=LETTER).status is Status.OK
    again = life.desk.push(given(life.desk, life.id, 90_000))[0]
    assert (again.status, "more than was decided" in again.reason) == (Status.DENIED, True)


def test_what_was_paid_stays_whatever_a_desk_says(engine: Engine, life: Life) -> None:
    bela = desk_of(engine, "bela")
    line = given(life.desk, life.id, 5_000, paid_at=1_000_000)
    assert life.desk.push(line)[0].status is Status.OK
    for values in ({"removed": True}, {"paid_at": None}, {"amount_minor": 1}, {"currency": "EUR"}):
        refused = bela.update("redress", line.row, 1, **values)
        assert (refused.status, "was paid" in refused.reason) == (Status.DENIED, True)


def test_a_line_that_one_takes_away_and_another_pays_is_paid_or_gone_never_both(engine: Engine, life: Life) -> None:
    bela = desk_of(engine, "bela")
    line = given(life.desk, life.id, 5_000)
    assert life.desk.push(line)[0].status is Status.OK
    assert bela.update("redress", line.row, 1, removed=True).status is Status.OK
    paid = life.desk.update("redress", line.row, 1, paid_at=1_000_000)
    assert (paid.status, "taken away" in paid.reason) == (Status.DENIED, True)


def test_more_than_one_person_gives_is_not_paid_before_a_colleague_approved_it(engine: Engine, life: Life) -> None:
    assert taken(life, life.desk, StepKind.REGISTERED).status is Status.OK
    line = given(life.desk, life.id, 50_001)
    assert life.desk.push(line)[0].status is Status.OK
    paid = life.desk.update("redress", line.row, 1, paid_at=1_000_000)
    at_once = life.desk.push(given(life.desk, life.id, 50_001, paid_at=1_000_000))[0]
    for refused in (paid, at_once):
        assert (refused.status, "second person" in refused.reason) == (Status.DENIED, True)


@pytest.mark.parametrize("currency", ["gbp", "GBP ", "£", "GB", "", "GBPX"])
def test_money_in_no_currency_is_none(life: Life, currency: str) -> None:
    assert life.desk.push(given(life.desk, life.id, 100, currency))[0].status is Status.DENIED


@pytest.mark.parametrize("minor", [-1, 10**14 + 1, 2**63, True, 1.5, "640"])
def test_a_sum_below_nothing_or_beyond_all_is_none(life: Life, minor: Any) -> None:
    assert life.desk.push(given(life.desk, life.id, minor))[0].status is Status.DENIED


def test_nobody_settles_early_in_several_currencies_or_in_a_foreign_one(life: Life) -> None:
    """The limit is in the house's currency: £500 and €500, or 500 dinars, are more than one person gives."""
    assert taken(life, life.desk, StepKind.REGISTERED).status is Status.OK
    euros = given(life.desk, life.id, 40_000, "EUR")
    assert life.desk.push(euros)[0].status is Status.OK
    settled = taken(life, life.desk, StepKind.RESOLVED_EARLY, words="They took it.", proof="mail")
    assert (settled.status, "second person" in settled.reason) == (Status.DENIED, True)


def test_redress_of_a_complaint_that_is_not_there_waits_for_it(life: Life) -> None:
    result = life.desk.push(given(life.desk, new_id(), 100))[0]
    assert (result.status, result.reason) == (Status.DENIED, NOT_THERE)


def test_redress_and_the_end_that_come_at_the_same_moment_meet_one_after_the_other(engine: Engine, life: Life) -> None:
    bela = desk_of(engine, "bela")
    assert taken(life, life.desk, StepKind.REGISTERED).status is Status.OK
    settled = step(life, life.desk, StepKind.RESOLVED_EARLY, words="They took it.", proof="mail")
    with ThreadPoolExecutor(2) as both:
        end = both.submit(life.desk.push, settled)
        line = both.submit(bela.push, given(bela, life.id, 50_001))
        ended, put = end.result()[0], line.result()[0]
    assert {ended.status, put.status} == {Status.OK, Status.DENIED}
    assert "second person" in ended.reason + put.reason


def test_a_complaint_that_was_opened_again_gives_what_its_decisions_gave_together(engine: Engine, life: Life) -> None:
    bela, cora = desk_of(engine, "bela"), desk_of(engine, "cora")
    closed(life, bela)
    first = given(bela, life.id, 64_000)
    assert bela.push(first)[0].status is Status.OK
    assert bela.update("redress", first.row, 1, paid_at=1_000_000).status is Status.OK
    assert taken(life, life.desk, StepKind.REOPENED, reason="The ceiling came down again.").status is Status.OK
    more = given(bela, life.id, 10_000)
    assert bela.push(more)[0].status is Status.OK
    drafted = {**DRAFT, "redress_minor": 10_000}
    assert taken(life, life.desk, StepKind.DECISION_DRAFTED, **drafted).status is Status.OK
    assert taken(life, cora, StepKind.APPROVED, letter=LETTER).status is Status.OK
    sent = taken(life, life.desk, StepKind.RESPONSE_SENT, proof="Post.", letter=LETTER, elements=elements())
    assert (sent.status, sent.reason) == (Status.OK, "")
    assert bela.push(given(bela, life.id, 1))[0].status is Status.DENIED
    assert put_down(engine) == [10_000, 64_000]
