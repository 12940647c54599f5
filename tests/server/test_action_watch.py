"""Corrective actions are watched at the server: reminded of when overdue, looked at after some days, each once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from crmdesk.domain.ids import new_id
from crmdesk.domain.people import Role
from crmdesk.models.wireform import to_wire
from crmdesk.sync.engine import Engine, action_watch
from crmdesk.sync.wire import Status
from tests.support.server import Device, complaint, desk_of

DONE = datetime(2026, 11, 1, 12, tzinfo=UTC)
LOOK = DONE + timedelta(days=10)


@pytest.fixture
def lea(engine: Engine) -> Device:
    """A supervisor's desk."""
    return desk_of(engine, "lea", role=Role.SUPERVISOR)


def action(lea: Device, owner: UUID | None = None, **values: Any) -> UUID:
    """Begin an action about delays of boilers and return its id."""
    row = new_id()
    given: dict[str, Any] = {
        "words": "Test every repair",
        "product": "Boiler cover",
        "category": "Delay",
        "owner_id": owner or lea.principal.user_id,
        "due_on": DONE.date(),
        "check_days": 10,
        "made_at": DONE - timedelta(days=20),
        **values,
    }
    assert lea.insert("corrective_action", row, **to_wire(given)).status is Status.OK
    return row


def done(lea: Device, row: UUID, ver: int = 1, at: datetime = DONE) -> None:
    assert lea.update("corrective_action", row, ver, **to_wire({"state": "done", "done_at": at})).status is Status.OK


def complaints(desk: Device, *days: int, **values: Any) -> list[UUID]:
    """Register complaints so many days after the action, negative ones before."""
    made = []
    for place, day in enumerate(days):
        made.append(new_id())
        received = to_wire({"received_at": DONE + timedelta(days=day, minutes=place)})
        given = {"category": "Delay", **values, **received}
        assert desk.insert("complaint", made[-1], **complaint(f"C-{made[-1].hex}", **given)).status is Status.OK
    return made


def watch(engine: Engine, now: datetime) -> tuple[int, int]:
    return engine.run(lambda conn: action_watch.watch(conn, now))


def tasks(engine: Engine) -> list[tuple[str, UUID | None]]:
    query = text("select words, assigned_to from crm.task order by made_at, words")
    return engine.run(lambda conn: [(row.words, row.assigned_to) for row in conn.execute(query)])


def test_the_owner_is_told_on_the_day_whether_it_helped_and_only_once(engine: Engine, lea: Device) -> None:
    row = action(lea)
    complaints(lea, *([-3] * 12), *([2] * 4), -11, 11)
    complaints(lea, 1, 1, 1, category="Other")
    complaints(lea, 1, 1, 1, product="Something else")
    done(lea, row)
    assert watch(engine, LOOK - timedelta(seconds=1)) == (0, 0)
    assert watch(engine, LOOK) == (0, 1)
    assert watch(engine, LOOK + timedelta(days=5)) == (0, 0)
    told = "Corrective action “Test every repair”, 10 days on: 12 before, 4 after: fewer, unlikely to be chance."
    assert tasks(engine) == [(told, lea.principal.user_id)]
    kept = lea.pull()["corrective_action"][row]
    assert (kept["effect"], kept["before_count"], kept["after_count"]) == ("helped", 12, 4)
    assert kept["chance"] == pytest.approx(2517 / 65536)


def test_two_gateways_that_look_at_once_tell_once(engine: Engine, database_url: str, lea: Device) -> None:
    done(lea, action(lea))
    other = Engine(database_url)
    assert watch(engine, LOOK)[1] + watch(other, LOOK)[1] == 1
    other.close()
    assert len(tasks(engine)) == 1


def test_an_action_that_is_done_again_or_looked_at_later_is_looked_at_once_more(engine: Engine, lea: Device) -> None:
    row = action(lea)
    done(lea, row)
    assert watch(engine, LOOK) == (0, 1)
    ver = lea.pull()["corrective_action"][row]["ver"]
    assert lea.update("corrective_action", row, ver, check_days=20).status is Status.OK
    assert watch(engine, LOOK + timedelta(days=9)) == (0, 0)
    assert watch(engine, LOOK + timedelta(days=10)) == (0, 1)


def test_an_action_that_turns_out_to_concern_other_complaints_is_looked_at_once_more(
    engine: Engine, lea: Device
) -> None:
    row = action(lea)
    complaints(lea, *([-3] * 8), category="Other")
    done(lea, row)
    assert watch(engine, LOOK) == (0, 1)
    ver = lea.pull()["corrective_action"][row]["ver"]
    assert lea.update("corrective_action", row, ver, category="Other").status is Status.OK
    assert watch(engine, LOOK) == (0, 1)
    kept = lea.pull()["corrective_action"][row]
    assert (kept["effect"], kept["before_count"]) == ("helped", 8)


def test_by_cause_it_is_not_called_helped_while_causes_are_not_known_yet(engine: Engine, lea: Device) -> None:
    row = action(lea, category="", cause="work")
    for id_ in complaints(lea, *([-3] * 12)):
        values = {"complaint_id": id_.hex, "words": "Late.", "cause": "work"}
        assert lea.insert("complaint_issue", new_id(), **values).status is Status.OK
    complaints(lea, *([2] * 9))
    done(lea, row)
    assert watch(engine, LOOK) == (0, 1)
    kept = lea.pull()["corrective_action"][row]
    assert (kept["effect"], kept["after_count"], kept["unknown_after"]) == ("undecided", 0, 9)


def test_other_teams_complaints_count_and_every_desk_hears_of_it(engine: Engine, lea: Device) -> None:
    row = action(lea)
    north = desk_of(engine, "nora", team="North")
    complaints(north, *([-1] * 6))
    done(lea, row)
    watch(engine, LOOK)
    kept = north.pull()["corrective_action"][row]
    assert (kept["effect"], kept["before_count"]) == ("helped", 6)


def test_who_is_overdue_is_reminded_once_for_each_day_that_was_agreed(engine: Engine, lea: Device) -> None:
    anna = desk_of(engine, "anna")
    row = action(lea, anna.principal.user_id)
    assert watch(engine, DONE) == (0, 0)
    assert watch(engine, DONE + timedelta(days=1)) == (1, 0)
    assert watch(engine, DONE + timedelta(days=2)) == (0, 0)
    assert tasks(engine) == [("Corrective action “Test every repair” was due on 2026-11-01.", anna.principal.user_id)]
    later = to_wire({"due_on": (DONE + timedelta(days=5)).date()})
    assert lea.update("corrective_action", row, 1, **later).status is Status.OK
    assert watch(engine, DONE + timedelta(days=5)) == (0, 0)
    assert watch(engine, DONE + timedelta(days=6)) == (1, 0)


def test_what_was_dropped_is_left_alone(engine: Engine, lea: Device) -> None:
    row = action(lea)
    assert lea.update("corrective_action", row, 1, state="dropped").status is Status.OK
    assert watch(engine, LOOK + timedelta(days=99)) == (0, 0)


def test_only_those_who_lead_begin_one_and_nobody_says_that_it_helped(engine: Engine, lea: Device) -> None:
    anna = desk_of(engine, "anna")
    given = to_wire({"words": "Mine", "product": "X", "due_on": DONE.date(), "made_at": DONE})
    assert anna.insert("corrective_action", new_id(), **given).status is Status.DENIED
    assert lea.update("corrective_action", action(lea), 1, effect="helped").status is Status.DENIED


def test_a_team_s_supervisor_begins_one_for_the_whole_house(engine: Engine, lea: Device) -> None:
    nora = desk_of(engine, "nora", team="North", role=Role.SUPERVISOR)
    assert action(nora) in lea.pull()["corrective_action"]
