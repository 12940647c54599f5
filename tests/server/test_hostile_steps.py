"""Steps that no desk of ours would send: each is refused in words, and what came with it is taken."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from crmdesk.domain.cases.files import read_rules
from crmdesk.domain.cases.returns import Figure, Period, Scope
from crmdesk.domain.cases.steps import Step, StepKind, digest_of, values_of, well_written, written
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.ids import new_id
from crmdesk.domain.people import Role
from crmdesk.domain.shipped import shipped
from crmdesk.models.base import to_microseconds
from crmdesk.models.wireform import to_wire
from crmdesk.sync.engine import Engine, audit, case_watch, moving, returns
from crmdesk.sync.engine.knowledge import publish
from crmdesk.sync.wire import Mutation, Op, Result, Status
from tests.server.test_audit import AT, Life, at_once
from tests.support.house_rules import HOUSE_TOML, rule_book
from tests.support.server import complaint, customer, desk_of, request, request_step
from tests.support.terminal import Terminal

AS_FAR_AS = {
    "noted": ("registered",),
    "decision_drafted": ("registered", "triaged", "taken_up"),
    "approved": ("registered", "triaged", "taken_up", "decision_drafted"),
    "response_sent": ("registered", "triaged", "taken_up", "decision_drafted", "approved"),
}
DRAFT = {"outcome": "upheld", "reason": "Nobody came."}


@pytest.fixture
def life(engine: Engine, tmp_path: Path) -> Life:
    """A complaint that somebody has, under the FCA's rules, without a step."""
    leader = desk_of(engine, "lea", role=Role.SUPERVISOR).principal.user_id
    (tmp_path / "house.toml").write_text(HOUSE_TOML, encoding="utf-8")
    rules = read_rules(tmp_path, shipped("regimes"))
    engine.run(lambda conn: publish(conn, leader, rules))
    made = Life(desk_of(engine, "anna"), "CP-1")
    mine = made.desk.principal.user_id.hex
    assert made.desk.update("complaint", made.id, 1, regime="uk-fca-disp", assigned_to=mine).status is Status.OK
    return made


def sent(life: Life, kind: str, details: str, at: datetime = AT) -> tuple[Result, Result]:
    """Send a step as it is written, and a customer after it."""
    row, by, parents = new_id(), life.desk.principal.user_id, life.digests[-1:]
    values = {"complaint_id": life.id, "kind": kind, "by_id": by, "at": at, "device_id": None, "details": details}
    told = {"parents": " ".join(parents), "digest": digest_of(row, life.id, kind, by, at, None, details, parents)}
    step = life.desk.mutation("complaint_step", row, Op.INSERT, **to_wire({**values, **told}))
    one, other = life.desk.push(step, life.desk.mutation("customer", new_id(), Op.INSERT, **customer("Side")))
    return one, other


@pytest.mark.parametrize(
    ("kind", "details"),
    [
        ("noted", '{"words":' + "[" * 30_000 + "]" * 30_000 + "}"),
        ("noted", "[" * 90_000),
        ("noted", "null"),
        ("noted", "[1]"),
        ("noted", '{"words":"a\\u0000b"}'),
        ("noted", '{"words":"\\ud800"}'),
        ("noted", '{"words":"","words":"Twice."}'),
        ("decision_drafted", written({**DRAFT, "redress_minor": "640"})),
        ("decision_drafted", written({**DRAFT, "redress_minor": 10**30})),
        ("decision_drafted", '{"currency":"\\ud800","outcome":"upheld","reason":"x"}'),
        ("decision_drafted", written({**DRAFT, "currency": "X" * 90_000})),
        ("decision_drafted", written({**DRAFT, "currency": {"a": 1}})),
        ("approved", '{"letter":"\\ud800"}'),
        ("approved", written({"letter": {"a": 1}})),
        ("approved", written({"letter": "x" * 90_000})),
        ("response_sent", written({"proof": "Post.", "elements": [{"a": 1}]})),
        ("response_sent", written({"proof": "Post.", "elements": {"a": 1}})),
    ],
)
def test_a_step_that_says_nonsense_is_refused_alone(life: Life, kind: str, details: str) -> None:
    for before in AS_FAR_AS[kind]:
        life.take(before, **(DRAFT if before == "decision_drafted" else {}))
    step, other = sent(life, kind, details)
    assert (step.status, step.reason != "", other.status) == (Status.DENIED, True, Status.OK)


@pytest.mark.parametrize("entity", ["complaint_step", "request_step"])
def test_a_step_is_written_once_whoever_sends_another_of_its_id(engine: Engine, life: Life, entity: str) -> None:
    """One without a device, or that a machine wrote, had its empty fields filled, and its digest did not fit any more:
    the history seemed broken."""
    colleague, row = desk_of(engine, "bela"), new_id()
    if entity == "complaint_step":
        life.take("registered")
        row, case = life.steps[0], {"complaint_id": life.id}
        kept = to_wire(values_of(row, life.id, Step(StepKind.REGISTERED, life.desk.principal.user_id, AT, {})))
    else:
        by, asked = life.desk.principal.user_id, new_id()
        assert life.desk.insert("request", asked, **request("SR-1")).status is Status.OK
        kept, case = request_step(row, asked, by, "registered"), {"request_id": asked}
        assert life.desk.insert(entity, row, **kept).status is Status.OK
    engine.run(audit.seal)
    for filled in ({"device_id": new_id()}, {"parents": "f" * 64}, {"details": written({"words": "Other ones."})}):
        other = {**kept, **to_wire({**case, **filled})}
        assert colleague.insert(entity, row, **other).status is Status.DENIED
    assert life.desk.insert(entity, row, **kept).status is Status.OK
    assert engine.run(lambda conn: audit.verify(conn, ())).findings == ()


@pytest.mark.parametrize("before", [True, False])
def test_nobody_settles_early_for_much_money_that_nobody_else_approved(life: Life, before: bool) -> None:
    """What is put down as redress goes out with the summary resolution; no decision was drafted that asks for two."""
    life.take("registered")
    row, by, desk = new_id(), life.desk.principal.user_id, life.desk
    line: dict[str, Any] = {"complaint_id": life.id.hex, "amount_minor": 30_000, "currency": "GBP"}
    given = [desk.mutation("redress", new_id(), Op.INSERT, **line, kind=kind) for kind in ("goodwill", "refund")]
    step = Step(StepKind.RESOLVED_EARLY, by, AT, {"words": "They took it.", "proof": "mail"})
    settled = desk.mutation(
        "complaint_step", row, Op.INSERT, **to_wire(values_of(row, life.id, step, None, life.digests[-1:]))
    )
    if before:
        desk.push(*given)
    result = desk.push(settled)[0] if before else desk.push(*given, settled)[-1]
    assert (result.status, "second person" in result.reason) == (Status.DENIED, True)


def test_of_two_that_are_called_each_others_duplicates_at_the_same_moment_one_is_refused(life: Life) -> None:
    life.take("registered")
    other = Life(desk_of(life.desk.engine, "bela"), "CP-2")
    other.take("registered")

    def closing(one: Life, of: str) -> Mutation:
        row = new_id()
        step = Step(StepKind.DUPLICATE, one.desk.principal.user_id, AT, {"of": of})
        values = values_of(row, one.id, step, None, one.digests[-1:])
        return one.desk.mutation("complaint_step", row, Op.INSERT, **to_wire(values))

    first, second = at_once(life, other.desk, closing(other, "CP-1"), closing(life, "CP-2"))
    assert (first.status, second.status) == (Status.OK, Status.DENIED)
    assert "duplicate itself" in second.reason


def test_a_step_that_writes_about_escapes_is_as_it_was_made() -> None:
    assert well_written(written({"words": r"They typed \u0000 and \ud800."}))
    assert not well_written(json.dumps({"words": "\\\0"}))


def test_no_step_is_before_its_complaint_and_the_return_counts_it(engine: Engine, life: Life) -> None:
    life.take("registered")
    step, _ = sent(
        life, "withdrawn", written({"words": "Never mind.", "proof": "mail"}), datetime(1900, 1, 2, tzinfo=UTC)
    )
    assert step.status is Status.OK
    kept = text("select answered_at >= received_at and closed_at >= received_at from crm.complaint where id = :id")
    assert engine.run(lambda conn: conn.execute(kept, {"id": life.id}).scalar()) is True
    year = Period(date(2026, 1, 1), date(2026, 12, 31))
    found = engine.run(lambda conn: returns.made(conn, Scope("uk-fca-disp", year))).figures
    assert (found[Figure.OPENED], found[Figure.ENDED], found[Figure.END]) == (1, 1, 0)


def test_no_complaint_is_of_a_year_in_which_no_clock_can_start(engine: Engine, life: Life) -> None:
    far = to_microseconds(datetime(2300, 1, 1, tzinfo=UTC))
    refused = life.desk.insert("complaint", new_id(), **complaint("CP-2", received_at=far, regime="uk-fca-disp"))
    assert (refused.status, "instant" in refused.reason) == (Status.DENIED, True)
    last = to_microseconds(datetime(2300, 1, 1, tzinfo=UTC) - timedelta(microseconds=1))
    taken = life.desk.insert("complaint", new_id(), **complaint("CP-3", received_at=last, regime="uk-fca-disp"))
    assert taken.status is Status.OK
    assert engine.run(lambda conn: case_watch.watch(conn, AT)) == (0, 0)
    assert engine.run(lambda conn: case_watch.watch(conn, datetime(2299, 12, 31, tzinfo=UTC)))


@pytest.mark.parametrize("day", [date(9999, 12, 31), date(1, 1, 1)])
def test_a_return_of_a_year_without_cases_is_refused(engine: Engine, life: Life, day: date) -> None:
    with pytest.raises(UserMistake, match="no year of a case"):
        engine.run(lambda conn: returns.made(conn, Scope("uk-fca-disp", Period(day, day))))


@pytest.mark.parametrize("zone", ["Mars/Base", "", "../../etc/passwd", "x" * 300])
def test_a_zone_that_is_none_stops_nobodys_watch(engine: Engine, life: Life, zone: str) -> None:
    life.desk.insert("complaint", new_id(), **complaint("CP-2", received_zone=zone, regime="uk-fca-disp"))
    assert engine.run(lambda conn: case_watch.watch(conn, AT)) == (0, 0)
    year = Period(date(2026, 1, 1), date(2026, 12, 31))
    assert engine.run(lambda conn: returns.made(conn, Scope("uk-fca-disp", year))).adds_up


def test_an_answer_that_is_dated_back_counts_from_its_approval_and_the_history_says_when_it_came(
    engine: Engine, life: Life, terminal: Terminal, database_url: str
) -> None:
    """It was in time, by the word of the desk that sent it weeks late."""
    bela = desk_of(engine, "bela")
    for kind in ("registered", "triaged", "taken_up"):
        life.take(kind)
    life.take("decision_drafted", **DRAFT)
    row, letter = new_id(), "a" * 64
    approved_at = AT + timedelta(days=2)
    approved = values_of(
        row,
        life.id,
        Step(StepKind.APPROVED, bela.principal.user_id, approved_at, {"letter": letter}),
        None,
        life.digests[-1:],
    )
    (result,) = bela.push(bela.mutation("complaint_step", row, Op.INSERT, **to_wire(approved)))
    assert result.status is Status.OK
    life.digests.append(approved["digest"])
    regime = rule_book().regimes["uk-fca-disp"]
    asked = [element.key for version in regime.versions for one in version.letters for element in one.elements]
    told = written({"proof": "Post.", "letter": letter, "elements": asked})
    assert sent(life, "response_sent", told, AT + timedelta(hours=1))[0].status is Status.OK
    answered = text("select answered_at from crm.complaint where id = :id")
    assert engine.run(lambda conn: conn.execute(answered, {"id": life.id}).scalar_one()) == approved_at
    engine.run(audit.seal)
    assert engine.run(lambda conn: audit.verify(conn, ())).findings == ()
    code, out, _ = terminal.type("audit", "show", "cp-1", url=database_url)
    last = out.splitlines()[-1]
    assert (code, last.startswith("2026-11-21 11:05:00 UTC  response_sent, Anna (anna), ")) == (0, True)
    assert re.search(r"; entered 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC, seal 6$", last)
    assert terminal.type("audit", "show", "CP-404", url=database_url)[0] == 1


def test_when_a_step_came_stays_known_where_its_case_goes_to_another_team(engine: Engine, life: Life) -> None:
    life.take("registered")
    asking = text("select updated_at from crm.complaint_step where id = :id")

    def came() -> datetime:
        found: datetime = engine.run(lambda conn: conn.execute(asking, {"id": life.steps[0]}).scalar_one())
        return found

    before = came()
    other = desk_of(engine, "gustav", team="Gas").principal.home_scope
    engine.run(lambda conn: moving.move_customer(conn, life.customer, other, life.desk.principal.user_id))
    scope = text("select scope_id from crm.complaint_step where id = :id")
    assert engine.run(lambda conn: conn.execute(scope, {"id": life.steps[0]}).scalar_one()) == other
    assert came() == before
