"""Open complaints are watched at the server: warnings fire once, and what nobody works on goes back to all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from crmdesk.domain.cases.files import read_rules
from crmdesk.domain.cases.steps import Step, StepKind, values_of
from crmdesk.domain.ids import derived_id, new_id
from crmdesk.domain.people import Role
from crmdesk.domain.shipped import shipped
from crmdesk.models.wireform import to_wire
from crmdesk.sync.engine import Engine, case_watch
from crmdesk.sync.engine.knowledge import publish
from crmdesk.sync.wire import Op, Status
from tests.server.test_audit import Life
from tests.support.house_rules import HOUSE_TOML
from tests.support.server import Device, desk_of, request, request_step, task
from tests.support.terminal import Terminal

# Received Saturday 21 November 2026; eight weeks end with 16 January 2027 in London.
RECEIVED = datetime(2026, 11, 21, 10, 5, tzinfo=UTC)
DUE = datetime(2027, 1, 17, tzinfo=UTC)
HALF = RECEIVED + (DUE - RECEIVED) / 2


@pytest.fixture
def lea(engine: Engine) -> Device:
    """A supervisor's desk."""
    return desk_of(engine, "lea", role=Role.SUPERVISOR)


def rule(engine: Engine, lea: Device, folder: Path, text_: str) -> None:
    """Publish the rules of a house."""
    (folder / "house.toml").write_text(text_, encoding="utf-8")
    rules = read_rules(folder, shipped("regimes"))
    engine.run(lambda conn: publish(conn, lea.principal.user_id, rules))


@pytest.fixture
def anna(engine: Engine, lea: Device, tmp_path: Path) -> Device:
    """An agent's desk in a house with rules."""
    rule(engine, lea, tmp_path, HOUSE_TOML)
    return desk_of(engine, "anna")


@pytest.fixture
def life(anna: Device) -> Life:
    """A complaint under the FCA's rules."""
    made = Life(anna, "CP-1")
    assert anna.update("complaint", made.id, 1, regime="uk-fca-disp").status is Status.OK
    made.take("registered")
    return made


def watch(engine: Engine, now: datetime) -> tuple[int, int]:
    return engine.run(lambda conn: case_watch.watch(conn, now))


def warnings(engine: Engine) -> list[tuple[Any, ...]]:
    query = text("select words, assigned_to, complaint_id from crm.task order by made_at, words")
    return engine.run(lambda conn: [tuple(row) for row in conn.execute(query)])


def test_a_warning_comes_when_its_share_is_used_up_and_only_once(engine: Engine, life: Life) -> None:
    assert watch(engine, HALF - timedelta(seconds=1)) == (0, 0)
    assert watch(engine, HALF)[0] == 1
    assert watch(engine, HALF + timedelta(seconds=1))[0] == 0
    ((words, owner, complaint),) = warnings(engine)
    assert words.startswith("Complaint CP-1: 50 % of the time for")
    assert (owner, complaint) == (None, life.id)


def test_the_handler_is_warned_first_and_everybody_from_ninety_percent_on(engine: Engine, life: Life) -> None:
    me = life.desk.principal.user_id
    assert life.desk.update("complaint", life.id, 3, assigned_to=me.hex).status is Status.OK
    for share in (0.5, 0.75, 0.9, 1.0):
        assert watch(engine, RECEIVED + (DUE - RECEIVED) * share)[0] == 1
    found = warnings(engine)
    assert [owner for _, owner, _ in found] == [me, me, None, None]
    assert found[-1][0].endswith("is over.")


def test_rules_that_came_late_warn_once_with_the_highest(engine: Engine, life: Life) -> None:
    assert watch(engine, DUE + timedelta(days=3))[0] == 1
    assert watch(engine, DUE + timedelta(days=4))[0] == 0
    ((words, _, _),) = warnings(engine)
    assert words.endswith("is over.")


def test_what_was_answered_warns_nobody(engine: Engine, life: Life) -> None:
    life.take("withdrawn", words="It is fine.", proof="mail")
    assert watch(engine, DUE) == (0, 0)


def test_computers_whose_clocks_disagree_stop_nobodys_warnings(engine: Engine, life: Life, anna: Device) -> None:
    """One closed a complaint and a slower one opened it again, as they tell it before it was closed."""
    other = Life(anna, "CP-2")
    assert anna.update("complaint", other.id, 1, assigned_to=anna.principal.user_id.hex).status is Status.OK
    other.take("registered")
    other.take("withdrawn", words="It is fine.", proof="mail")
    row = new_id()
    slow = Step(StepKind.REOPENED, anna.principal.user_id, RECEIVED, {"reason": "It is not."})
    values = values_of(row, other.id, slow, None, other.digests[-1:])
    assert anna.push(anna.mutation("complaint_step", row, Op.INSERT, **to_wire(values)))[0].status is Status.OK
    watch(engine, HALF)
    assert {complaint for _, _, complaint in warnings(engine)} == {life.id, other.id}


def test_a_task_that_somebody_put_where_a_warning_would_come_stops_no_other(engine: Engine, life: Life) -> None:
    other = Life(life.desk, "CP-2")
    assert life.desk.update("complaint", other.id, 1, regime="uk-fca-disp").status is Status.OK
    other.take("registered")
    there = derived_id(RECEIVED, f"rung:{life.id.hex}:final_response:50")
    assert life.desk.insert("task", there, **task(words="Mine.")).status is Status.OK
    assert watch(engine, HALF)[0] == 2
    assert other.id in {complaint for _, _, complaint in warnings(engine)}


def test_two_gateways_that_look_at_once_warn_once(engine: Engine, database_url: str, life: Life) -> None:
    other = Engine(database_url)
    assert watch(engine, HALF)[0] + watch(other, HALF)[0] == 1
    other.close()
    assert len(warnings(engine)) == 1


def owner_of(engine: Engine, life: Life) -> UUID | None:
    query = text("select assigned_to from crm.complaint where id = :id")
    found: UUID | None = engine.run(lambda conn: conn.execute(query, {"id": life.id}).scalar_one())
    return found


def test_a_complaint_that_nobody_works_on_goes_back_to_all(
    engine: Engine, life: Life, lea: Device, tmp_path: Path
) -> None:
    rule(engine, lea, tmp_path, HOUSE_TOML.replace("silent_days = 28", "silent_days = 28\nsilent_owner_days = 5"))
    me = life.desk.principal.user_id
    assert life.desk.update("complaint", life.id, 3, assigned_to=me.hex).status is Status.OK
    now = datetime.now(UTC)
    assert watch(engine, now + timedelta(days=4))[1] == 0
    assert owner_of(engine, life) == me
    assert watch(engine, now + timedelta(days=5, minutes=1))[1] == 1
    assert owner_of(engine, life) is None


def test_without_rules_nobody_is_warned(engine: Engine) -> None:
    Life(desk_of(engine, "bela"), "CP-2").take("registered")
    assert watch(engine, DUE) == (0, 0)


def test_rules_that_change_tell_which_deadlines_moved(
    engine: Engine, database_url: str, life: Life, terminal: Terminal, tmp_path: Path
) -> None:
    other = Life(life.desk, "CP-2")
    life.desk.update("complaint", other.id, 1, regime="iso-10002")
    other.take("registered")
    command = ("rules", "import", str(tmp_path), "--as", "lea")
    closed = '"2026-12-01" = { name = "Move of the office" }'
    rules = HOUSE_TOML.replace("[calendar.periods.hours]", f"days = {{ {closed} }}\n\n[calendar.periods.hours]")
    (tmp_path / "house.toml").write_text(rules, encoding="utf-8")
    code, out, _ = terminal.type(*command, url=database_url)
    assert code == 0
    # What came on Saturday counts as received on Monday 23 November; the 20th business day after it is 21 December.
    assert "CP-2, Answer: was 2026-12-22 00:00 UTC, is 2026-12-23 00:00 UTC" in out
    assert "CP-1" not in out, "closing days of the house stop no legal clock"
    assert "moved" not in terminal.type(*command, url=database_url)[1]


def test_a_request_is_warned_of_too_and_goes_back_when_its_handler_leaves_it_alone(
    engine: Engine, lea: Device, tmp_path: Path
) -> None:
    rule(engine, lea, tmp_path, HOUSE_TOML.replace("silent_days", "silent_owner_days = 5\nsilent_days"))
    anna = desk_of(engine, "anna")
    row, step = new_id(), new_id()
    me = anna.principal.user_id
    assert anna.insert("request", row, **request("SR-1", assigned_to=me.hex)).status is Status.OK
    assert anna.insert("request_step", step, **request_step(step, row, me, "registered")).status is Status.OK
    fired, given_back = watch(engine, datetime(2026, 11, 27, 12, tzinfo=UTC))
    assert (fired, given_back) == (1, 1)
    query = text("select words, request_id from crm.task")
    ((words, named),) = engine.run(lambda conn: conn.execute(query).all())
    assert (words, named) == ("Request SR-1: the time for “Appointment made” is over.", row)
    owner = engine.run(lambda conn: conn.execute(text("select assigned_to from crm.request")).scalar_one())
    assert owner is None
