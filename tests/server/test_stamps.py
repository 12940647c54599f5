"""Who changed a field last is told by the server to whoever may see the record."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from crmdesk.domain.ids import new_id
from crmdesk.models.base import from_microseconds
from crmdesk.sync.engine import Engine, Rejection, stamps
from crmdesk.sync.stamp_wire import MOST_ROWS, AskStamps, StampOf
from tests.support.server import Device, customer, desk_of


def asked(engine: Engine, desk: Device, *rows: tuple[str, UUID]) -> tuple[StampOf, ...]:
    question = AskStamps(desk.principal.device_id, rows)
    return engine.run(lambda conn: stamps(conn, desk.principal, question)).stamps


def test_the_last_one_who_changed_each_field_is_told(engine: Engine) -> None:
    anna, bela = desk_of(engine, "anna"), desk_of(engine, "bela")
    row = new_id()
    anna.insert("customer", row, **customer())
    anna.update("customer", row, 1, city="Leeds", tier="gold")
    bela.update("customer", row, 2, tier="silver")
    found = {one.field: one for one in asked(engine, anna, ("customer", row))}
    assert {name: one.by for name, one in found.items()} == {
        "city": anna.principal.user_id,
        "tier": bela.principal.user_id,
    }
    assert all(abs(datetime.now(UTC) - from_microseconds(one.at_us)) < timedelta(minutes=5) for one in found.values())


def test_records_of_other_teams_are_not_told_of(engine: Engine) -> None:
    north, south = desk_of(engine, "anna", team="North"), desk_of(engine, "bela", team="South")
    row = new_id()
    north.insert("customer", row, **customer())
    north.update("customer", row, 1, city="Leeds")
    assert len(asked(engine, north, ("customer", row))) == 1
    assert asked(engine, south, ("customer", row)) == ()


def test_a_question_that_cannot_be_answered_is_refused(engine: Engine) -> None:
    anna = desk_of(engine, "anna")
    for rows in ([("nothing", new_id())], [("customer", new_id())] * (MOST_ROWS + 1)):
        with pytest.raises(Rejection):
            asked(engine, anna, *rows)
