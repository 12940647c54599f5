"""Feedback about products at the server: told by anybody for the whole house, answered by those who lead."""

from __future__ import annotations

from crmdesk.domain.ids import new_id
from crmdesk.domain.people import Role
from crmdesk.sync.engine import Engine
from crmdesk.sync.wire import Status
from tests.support.server import customer, desk_of, feedback


def test_a_team_s_agent_tells_the_whole_house_and_the_answer_comes_back(engine: Engine) -> None:
    nora = desk_of(engine, "nora", team="North")
    lea = desk_of(engine, "lea", team="South", role=Role.SUPERVISOR)
    who, row = new_id(), new_id()
    assert nora.insert("customer", who, **customer()).status is Status.OK
    assert nora.insert("feedback", row, **feedback(row, customer_id=who.hex)).status is Status.OK
    there = lea.pull()
    assert row in there["feedback"]
    assert who not in there.get("customer", {})
    answer = {"topic_id": row.hex, "words": "Quieter soon.", "at": 0}
    assert nora.insert("feedback_answer", new_id(), **answer).status is Status.DENIED
    told = new_id()
    assert lea.insert("feedback_answer", told, **answer).status is Status.OK
    assert told in nora.pull()["feedback_answer"]


def test_what_was_told_is_never_changed(engine: Engine) -> None:
    anna, row = desk_of(engine, "anna"), new_id()
    assert anna.insert("feedback", row, **feedback(row)).status is Status.OK
    assert anna.update("feedback", row, 1, words="Something else.").status is Status.DENIED
