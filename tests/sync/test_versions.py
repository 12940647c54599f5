"""A desk that is newer than its server: nothing is refused for it, and nothing is lost."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text, update

from crmdesk.domain.callbacks import NewCallback
from crmdesk.domain.customers import NewCustomer
from crmdesk.domain.ids import new_id
from crmdesk.domain.tasks import NewTask, TaskKind
from crmdesk.models.callback import Callback
from crmdesk.models.customer import Customer
from crmdesk.models.local import HELD, Outbox, OutboxState, Setting
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services import callbacks, customers, interactions, tasks
from crmdesk.sync.client.forking import become_new_device
from crmdesk.sync.engine import Engine
from crmdesk.sync.wire import Status
from tests.support.server import customer, desk_of
from tests.sync.conftest import SyncedDesk


def schema_of_server(engine: Engine, version: int) -> None:
    engine.run(lambda conn: conn.execute(text("update sync.server set schema_version = :v"), {"v": version}))


@pytest.fixture
def anna(anna: SyncedDesk, engine: Engine) -> SyncedDesk:
    """Anna at a desk of today, at a server of before there were callbacks and merged customers."""
    schema_of_server(engine, 1)
    anna.sync()
    return anna


def promise(uow: UnitOfWork, customer_id: UUID) -> UUID:
    row = Callback(id=new_id(), customer_id=customer_id, due_at=uow.clock.now(), due_zone="UTC", reason="Ring again")
    uow.insert(row, "Callback")
    return row.id


def merge(uow: UnitOfWork, loser: UUID, winner: UUID) -> None:
    uow.update(uow.session.get_one(Customer, loser), "Merged", merged_into=winner, city="Leeds")


def waiting(desk: SyncedDesk) -> list[tuple[str, dict[str, object], str]]:
    rows = desk.do(lambda uow: uow.session.scalars(select(Outbox).order_by(Outbox.seq.desc())).all())
    assert all(row.state == OutboxState.WAITING.value for row in rows)
    return [(row.entity, row.set_, row.reason) for row in rows]


def callbacks_at(engine: Engine) -> int:
    return engine.run(lambda conn: conn.scalar(text("select count(*) from crm.callback"))) or 0


def test_what_the_server_does_not_know_waits_and_the_rest_is_sent(anna: SyncedDesk, engine: Engine) -> None:
    made = anna.do(customers.create, NewCustomer("Ruth Nielsen"), "GB")
    promised = anna.do(promise, made)
    anna.do(interactions.add_note, None, made, "Sent all the same.")
    anna.sync()
    assert callbacks_at(engine) == 0
    assert engine.run(lambda conn: conn.scalar(text("select body from crm.note"))) == "Sent all the same."
    ((entity, _, reason),) = waiting(anna)
    assert (entity, reason) == ("callback", HELD)
    assert anna.do(lambda uow: uow.session.get_one(Callback, promised).reason) == "Ring again", "it is shown here"
    schema_of_server(engine, 2)
    anna.reconnect()
    anna.sync()
    assert callbacks_at(engine) == 1
    assert waiting(anna) == []


def test_a_change_that_is_partly_unknown_is_sent_in_part(anna: SyncedDesk, engine: Engine) -> None:
    winner = anna.do(customers.create, NewCustomer("Ruth Nielsen"), "GB")
    loser = anna.do(customers.create, NewCustomer("Ruth Nilsen"), "GB")
    anna.sync()
    anna.do(merge, loser, winner)
    anna.sync()
    there = text("select city, merged_into from crm.customer where name = 'Ruth Nilsen'")
    assert engine.run(lambda conn: conn.execute(there).one()) == ("Leeds", None)
    assert waiting(anna) == [("customer", {"merged_into": winner.hex}, HELD)]
    schema_of_server(engine, 2)
    anna.reconnect()
    anna.sync()
    assert engine.run(lambda conn: conn.execute(there).one()) == ("Leeds", winner)
    assert waiting(anna) == []


def test_what_is_held_back_survives_damage_and_a_fork(anna: SyncedDesk, engine: Engine) -> None:
    made = anna.do(customers.create, NewCustomer("Ruth Nielsen"), "GB")
    anna.do(promise, made)
    anna.sync()
    anna.close_files()
    for path in anna.folder.glob("desk.db*"):
        path.unlink()
    anna.open_files()
    anna.do(become_new_device)
    anna.sign_in(engine)
    anna.sync()
    assert [(entity, reason) for entity, _, reason in waiting(anna)] == [("callback", HELD)]
    schema_of_server(engine, 2)
    anna.reconnect()
    anna.sync()
    assert callbacks_at(engine) == 1
    assert waiting(anna) == []


# Columns of an existing table ----------------------------------------------------------------------------------------

_FLAGGED = text("select do_not_call from crm.customer where name = :name")


def customer_of(desk: SyncedDesk, row: UUID) -> Customer:
    found: Customer = desk.do(lambda uow: uow.session.get_one(Customer, row))
    return found


def be_of_schema_2(uow: UnitOfWork) -> None:
    """Let the file be as a crmdesk left it that did not know who asked not to be called."""
    uow.session.execute(update(Customer).values(do_not_call=False))
    for row in uow.session.scalars(select(Setting).where(Setting.key == "fetched_by_schema")):
        uow.session.delete(row)


def test_do_not_call_waits_for_a_server_that_does_not_know_it(anna: SyncedDesk, engine: Engine) -> None:
    made = anna.do(customers.create, NewCustomer("Ruth Nielsen"), "GB")
    anna.do(lambda uow: uow.update(uow.session.get_one(Customer, made), "Do not call", do_not_call=True))
    anna.sync()
    assert waiting(anna) == [("customer", {"do_not_call": True}, HELD)], "what nobody set does not wait"
    assert customer_of(anna, made).do_not_call, "it is shown here"
    schema_of_server(engine, 4)
    anna.reconnect()
    anna.sync()
    assert engine.run(lambda conn: conn.scalar(_FLAGGED, {"name": "Ruth Nielsen"})) is True
    assert waiting(anna) == []


def test_a_desk_of_before_makes_and_changes_customers_and_leaves_the_fact_alone(engine: Engine) -> None:
    before, today = desk_of(engine, "before"), desk_of(engine, "today")
    row = uuid4()
    values = {name: value for name, value in customer().items() if name != "do_not_call"}
    assert before.insert("customer", row, **values).status is Status.OK
    assert today.update("customer", row, 1, do_not_call=True).status is Status.OK
    assert before.update("customer", row, 1, city="Leeds").status is Status.OK
    stored = today.pull()["customer"][row]
    assert (stored["city"], stored["do_not_call"]) == ("Leeds", True)


def test_an_upgraded_desk_learns_what_its_older_version_left_out(
    anna: SyncedDesk, bela: SyncedDesk, engine: Engine
) -> None:
    schema_of_server(engine, 4)
    made = bela.do(customers.create, NewCustomer("Ruth Nielsen"), "GB")
    bela.do(lambda uow: uow.update(uow.session.get_one(Customer, made), "Do not call", do_not_call=True))
    bela.sync()
    anna.reconnect()
    anna.sync()
    anna.do(be_of_schema_2)
    assert not customer_of(anna, made).do_not_call
    anna.do(interactions.add_note, None, made, "Written before the upgrade was through.")
    anna.reconnect()
    anna.sync()
    assert customer_of(anna, made).do_not_call
    assert waiting(anna) == []
    anna.told.clear()
    anna.reconnect()
    anna.sync()
    assert anna.told == [], "once is enough"


def test_tasks_and_snoozes_wait_for_a_server_that_knows_them(anna: SyncedDesk, engine: Engine) -> None:
    schema_of_server(engine, 3)
    anna.reconnect()
    anna.sync()
    made = anna.do(customers.create, NewCustomer("Ruth Nielsen"), "GB")
    due = anna.do(lambda uow: uow.clock.now() + timedelta(hours=2))
    rung = anna.do(callbacks.make, NewCallback(made, "Ring", due, "UTC"), "GB")
    anna.do(callbacks.snooze, rung, due - timedelta(hours=1))
    anna.do(tasks.make, NewTask(TaskKind.PROMISE, "Send the booklet", due, "UTC", made))
    anna.sync()
    assert callbacks_at(engine) == 1, "what the server knows is sent"
    assert {entity for entity, _, _ in waiting(anna)} == {"callback", "task"}
    assert {reason for _, _, reason in waiting(anna)} == {HELD}
    schema_of_server(engine, 4)
    anna.reconnect()
    anna.sync()
    assert waiting(anna) == []
    there = text("select (select count(*) from crm.task), (select snoozed_until is not null from crm.callback)")
    assert tuple(engine.run(lambda conn: conn.execute(there).one())) == (1, True)
