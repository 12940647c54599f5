"""Who changed a field and when: said wherever somebody else's change stands in the way. What a push costs for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import Engine as SqlEngine
from sqlalchemy import event

from crmdesk.domain.ids import new_id
from crmdesk.models.base import from_microseconds
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine.calls import write_calls
from crmdesk.sync.wire import Mutation, Op, Status
from tests.support.server import Device, customer, desk_of, interaction


@pytest.fixture
def anna(engine: Engine) -> Device:
    """An agent's desk."""
    return desk_of(engine, "anna")


@pytest.fixture
def bela(engine: Engine) -> Device:
    """A colleague's desk."""
    return desk_of(engine, "bela")


def test_a_conflict_says_who_changed_each_field_and_when(engine: Engine, anna: Device, bela: Device) -> None:
    carl = desk_of(engine, "carl")
    row = new_id()
    anna.insert("customer", row, **customer())
    anna.update("customer", row, 1, city="Leeds", tier="gold")
    carl.update("customer", row, 2, tier="silver")
    late = bela.mutation("customer", row, Op.UPDATE, 1, city="York", tier="none")
    result = bela.push(late)[0]
    found = {name: theirs.by for name, theirs in result.conflicts.items()}
    assert found == {"city": anna.principal.user_id, "tier": carl.principal.user_id}
    for theirs in result.conflicts.values():
        assert abs(datetime.now(UTC) - from_microseconds(theirs.at_us)) < timedelta(minutes=5)
    assert bela.push(late)[0] == result


def test_who_changed_a_field_in_the_same_push_is_known_too(anna: Device) -> None:
    row = new_id()
    made = anna.mutation("customer", row, Op.INSERT, **customer())
    first = anna.mutation("customer", row, Op.UPDATE, 1, city="Leeds")
    blind = anna.mutation("customer", row, Op.UPDATE, 1, city="York")
    result = anna.push(made, first, blind)[-1]
    assert (result.status, result.conflicts["city"].by) == (Status.CONFLICT, anna.principal.user_id)


def test_a_group_that_was_refused_changed_nothing_and_nobody_is_said_to_have(anna: Device, bela: Device) -> None:
    row = new_id()
    anna.insert("customer", row, **customer())
    anna.update("customer", row, 1, city="Leeds")
    seen = {"city": "Leeds"}
    edit = msgspec.structs.replace(bela.mutation("customer", row, Op.UPDATE, 2, city="York"), base=seen)
    wrong = bela.mutation("customer", new_id(), Op.UPDATE, 1, city="York")
    results = bela.push(*(msgspec.structs.replace(m, group=2) for m in (edit, wrong)))
    assert {r.status for r in results} == {Status.DENIED}
    late = bela.update("customer", row, 1, city="Hull")
    assert late.conflicts["city"].by == anna.principal.user_id


def test_the_phone_system_is_nobody_who_changed_a_field(engine: Engine, anna: Device, bela: Device) -> None:
    row = new_id()
    anna.insert("interaction", row, **interaction())
    anna.update("interaction", row, 1, queue="heating")
    engine.run(lambda conn: write_calls(conn, {row: {"talk_s": 12.0}}, {}))
    late = bela.update("interaction", row, 1, queue="water")
    assert late.conflicts["queue"].by == anna.principal.user_id


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect every statement that reaches a database meanwhile."""
    found: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        found.append(statement)

    event.listen(SqlEngine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(SqlEngine, "before_cursor_execute", note)


def asked(desk: Device, mutations: list[Mutation]) -> int:
    """Push and return how many statements that took."""
    with statements() as found:
        assert {r.status for r in desk.push(*mutations)} == {Status.OK}
    return len(found)


def test_a_push_asks_as_often_for_hundreds_of_rows_as_for_one(anna: Device) -> None:
    people = [new_id() for _ in range(400)]

    def point(person: UUID) -> Mutation:
        values: dict[str, Any] = {"kind": "phone", "value": "+442079460123", "customer_id": person.hex}
        return anna.mutation("contact_point", new_id(), Op.INSERT, **values)

    makers: list[Callable[[UUID], Mutation]] = [
        lambda person: anna.mutation("customer", person, Op.INSERT, **customer()),
        lambda person: anna.mutation("customer", person, Op.UPDATE, 1, city="Leeds"),
        point,
    ]
    for make in makers:
        one = asked(anna, [make(people[0])])
        many = asked(anna, [make(person) for person in people[1:]])
        assert many == one
        assert one <= 16
