"""A change and its outbox entry are one: both are kept or neither, with what was seen before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.customers import NewCustomer
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.ids import new_id
from crmdesk.models.customer import ContactPoint, Customer
from crmdesk.models.engine import StoreEngines
from crmdesk.models.local import Cursor, Outbox, ServerRow
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services.customers import attach_number, create
from tests.support.clock import AFTERNOON, StandingClock
from tests.support.desk import MARGARET, ME, a_customer

T = TypeVar("T")


def run(engines: StoreEngines, step: Callable[[UnitOfWork], T]) -> tuple[T, Changes]:
    """Run a step in a transaction of its own, as Sam."""
    with Session(engines.write) as session, session.begin():
        uow = UnitOfWork(session, StandingClock(), ME.agent_id)
        value = step(uow)
    return value, uow.changes


def outbox(engines: StoreEngines) -> list[Outbox]:
    """Return what is queued, in the order made."""
    with Session(engines.read) as session:
        return list(session.scalars(select(Outbox).order_by(Outbox.seq)))


def pulled(engines: StoreEngines, **fields: Any) -> None:
    """Put Margaret there as a pull does."""
    with Session(engines.write) as session, session.begin():
        session.add(a_customer("Margaret Ellison", **fields))


def edit(**fields: Any) -> Callable[[UnitOfWork], bool]:
    """Return a step that changes fields of Margaret."""
    return lambda uow: uow.update(uow.session.get_one(Customer, MARGARET), "Margaret", **fields)


def test_a_new_row_and_its_entry_are_written_together(store: StoreEngines) -> None:
    row_id = new_id()
    _, changes = run(store, lambda uow: uow.insert(Customer(id=row_id, name="Ada", kind="person"), "Customer Ada"))
    (entry,) = outbox(store)
    assert (entry.entity, entry.row_id, entry.op, entry.base_ver, entry.base) == ("customer", row_id, "insert", 0, {})
    assert entry.set_["name"] == "Ada"
    assert entry.title == "Customer Ada"
    assert changes == Changes.of(Kind.CUSTOMER, row_id)
    with Session(store.read) as session:
        row = session.get_one(Customer, row_id)
        assert (row.updated_by, row.updated_at, row.ver) == (ME.agent_id, AFTERNOON, 0)


def test_a_step_that_fails_leaves_neither_row_nor_entry(store: StoreEngines) -> None:
    pulled(store, city="Leeds")

    def fails(uow: UnitOfWork) -> None:
        uow.insert(Customer(id=new_id(), name="Ada", kind="person"), "Customer Ada")
        edit(city="York")(uow)
        raise UserMistake("name", "no")

    with pytest.raises(UserMistake):
        run(store, fails)
    assert outbox(store) == []
    with Session(store.read) as session:
        assert list(session.scalars(select(Customer.city))) == ["Leeds"]
        assert session.scalar(select(func.count()).select_from(ServerRow)) == 0


def test_a_use_case_that_refuses_half_way_leaves_nothing(store: StoreEngines) -> None:
    with pytest.raises(UserMistake):
        run(store, lambda uow: create(uow, NewCustomer(" "), "GB"))
    with pytest.raises(UserMistake):
        run(store, lambda uow: (create(uow, NewCustomer("Ada"), "GB"), attach_number(uow, MARGARET, "no number", "GB")))
    assert outbox(store) == []
    with Session(store.read) as session:
        assert list(session.scalars(select(Customer.id))) == list(session.scalars(select(ContactPoint.id))) == []


def test_a_change_keeps_the_values_that_were_seen(store: StoreEngines) -> None:
    pulled(store, city="Leeds", care="Oxygen at home")
    assert run(store, edit(city="York", care="Oxygen at home"))[0]
    (entry,) = outbox(store)
    assert (entry.op, entry.base_ver, entry.base, entry.set_) == ("update", 1, {"city": "Leeds"}, {"city": "York"})


def test_a_change_to_what_it_already_is_is_none(store: StoreEngines) -> None:
    pulled(store, city="Leeds")
    changed, changes = run(store, edit(city="Leeds"))
    assert not changed
    assert not changes
    assert outbox(store) == []


def test_the_servers_row_is_kept_once_before_the_first_change_covers_it(store: StoreEngines) -> None:
    pulled(store, city="Leeds", care="")
    run(store, edit(city="York"))
    run(store, edit(city="Hull", care="Dialysis"))
    with Session(store.read) as session:
        (kept,) = session.scalars(select(ServerRow))
        assert (kept.row_id, kept.values["city"], kept.values["care"]) == (MARGARET, "Leeds", "")


def test_a_row_that_the_server_has_not_seen_has_no_server_row(store: StoreEngines) -> None:
    row_id = new_id()

    def step(uow: UnitOfWork) -> None:
        row = uow.insert(Customer(id=row_id, name="Ada", kind="person"), "Ada")
        uow.update(row, "Ada", city="York")

    run(store, step)
    with Session(store.read) as session:
        assert session.scalar(select(func.count()).select_from(ServerRow)) == 0
    assert [entry.op for entry in outbox(store)] == ["insert", "update"]


def test_one_unit_of_work_is_one_group_and_the_next_another(store: StoreEngines) -> None:
    run(store, lambda uow: create(uow, NewCustomer("Ada", number="+442079460172"), "GB"))
    run(store, lambda uow: create(uow, NewCustomer("Bea"), "GB"))
    groups = [entry.group_seq for entry in outbox(store)]
    assert len(groups) == 3
    assert groups[0] == groups[1] != groups[2]


def test_a_field_that_is_written_once_cannot_be_changed(store: StoreEngines) -> None:
    pulled(store)
    for fields in ({"id": new_id()}, {"ver": 7}, {"scope_id": 2}, {"no_such": 1}):
        with pytest.raises(ValueError, match="cannot be changed"):
            run(store, edit(**fields))
    assert outbox(store) == []


def test_new_rows_go_into_the_home_scope_of_this_desk(store: StoreEngines) -> None:
    with Session(store.write) as session, session.begin():
        session.add(Cursor(epoch=new_id(), home_scope=42))
    row, _ = run(store, lambda uow: uow.insert(Customer(id=new_id(), name="Ada", kind="person"), "Ada").scope_id)
    assert row == 42


def test_numbers_of_entries_are_never_used_again(store: StoreEngines) -> None:
    run(store, lambda uow: uow.insert(Customer(id=new_id(), name="Ada", kind="person"), "Ada"))
    (first,) = outbox(store)
    with Session(store.write) as session, session.begin():
        session.delete(session.get_one(Outbox, first.seq))
    run(store, lambda uow: uow.insert(Customer(id=new_id(), name="Bea", kind="person"), "Bea"))
    (second,) = outbox(store)
    assert second.seq > first.seq
