"""A desk that is newer than its server: nothing is refused for it, and nothing is lost."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select, text

from crmdesk.domain.desk import NewCustomer
from crmdesk.domain.ids import new_id
from crmdesk.models.callback import Callback
from crmdesk.models.customer import Customer
from crmdesk.models.local import HELD, Outbox, OutboxState
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services import customers, interactions
from crmdesk.sync.client.forking import become_new_device
from crmdesk.sync.engine import Engine
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
