"""Root causes at the server: asked for at close where the house says so, chosen by whoever is first, for the whole
house."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from crmdesk.domain.cases.steps import Step, StepKind, values_of
from crmdesk.domain.ids import new_id
from crmdesk.domain.people import Role
from crmdesk.models.wireform import to_wire
from crmdesk.sync.engine import Engine
from crmdesk.sync.wire import Op, Result, Status
from tests.server.test_audit import AT, Life
from tests.server.test_case_watch import rule
from tests.support.house_rules import HOUSE_TOML
from tests.support.server import Device, desk_of

ASKED = HOUSE_TOML.replace("silent_days = 28", "silent_days = 28\ncause_at_close = true")


@pytest.fixture
def anna(engine: Engine) -> Device:
    """An agent's desk."""
    return desk_of(engine, "anna")


@pytest.fixture
def life(anna: Device) -> Life:
    """A complaint that another body has decided."""
    made = Life(anna, "CP-1")
    made.take("registered")
    made.take("referred", to="The ombudsman")
    return made


def issue(life: Life, **values: str) -> UUID:
    row = new_id()
    wanted = {"complaint_id": life.id.hex, "words": "Nobody came.", "answer": "Sorry.", **values}
    assert life.desk.insert("complaint_issue", row, **wanted).status is Status.OK
    return row


def close(life: Life) -> Result:
    row, by = new_id(), life.desk.principal.user_id
    step = Step(StepKind.CLOSED, by, AT, {"decision": "Upheld."})
    values = to_wire(values_of(row, life.id, step, None, life.digests[-1:]))
    return life.desk.push(life.desk.mutation("complaint_step", row, Op.INSERT, **values))[0]


def test_a_house_that_asks_for_causes_closes_nothing_without(engine: Engine, life: Life, tmp_path: Path) -> None:
    rule(engine, desk_of(engine, "lea", role=Role.SUPERVISOR), tmp_path, ASKED)
    upheld = issue(life, finding="upheld")
    issue(life, finding="not_upheld")
    refused = close(life)
    assert (refused.status, "root cause" in refused.reason) == (Status.DENIED, True)
    assert life.desk.update("complaint_issue", upheld, 1, cause="work-test").status is Status.OK
    assert close(life).status is Status.OK


def test_an_issue_that_was_taken_away_needs_no_cause_unless_somebody_upheld_it_meanwhile(
    engine: Engine, life: Life, tmp_path: Path
) -> None:
    rule(engine, desk_of(engine, "lea", role=Role.SUPERVISOR), tmp_path, ASKED)
    gone, upheld = issue(life, answer=""), issue(life, answer="")
    for row in (gone, upheld):
        assert life.desk.update("complaint_issue", row, 1, removed=True).status is Status.OK
    assert life.desk.update("complaint_issue", upheld, 2, finding="upheld").status is Status.OK
    assert close(life).status is Status.DENIED
    assert life.desk.update("complaint_issue", upheld, 3, cause="work-test").status is Status.OK
    assert close(life).status is Status.OK


def test_a_house_that_does_not_ask_closes_without(life: Life) -> None:
    issue(life, finding="upheld")
    assert close(life).status is Status.OK


def test_two_handlers_who_choose_another_cause_are_a_conflict(engine: Engine, life: Life) -> None:
    row = issue(life)
    bela = desk_of(engine, "bela")
    assert life.desk.update("complaint_issue", row, 1, cause="work-test").status is Status.OK
    late = bela.update("complaint_issue", row, 1, cause="supplier")
    assert (late.status, late.conflicts["cause"].value) == (Status.CONFLICT, "work-test")


@pytest.mark.parametrize("code", ["Not a code", "x" * 41, "-"])
def test_what_is_no_code_is_refused(life: Life, code: str) -> None:
    assert life.desk.update("complaint_issue", issue(life), 1, cause=code).status is Status.DENIED
