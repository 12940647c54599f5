"""A desk that was taken out of use: it removes what it holds at its next contact and locks its file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, text

from crmdesk.domain.customers import NewCustomer
from crmdesk.models.customer import Customer
from crmdesk.models.kept import FILE
from crmdesk.models.local import Outbox, OutboxState
from crmdesk.models.registry import SYNCED, table_of
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.runtime.profile import STORE
from crmdesk.services import customers
from crmdesk.sync.client.lease import OutOfUse, lease
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine.devices import readmit, revoke
from tests.support.blank import KEY
from tests.support.pages import found
from tests.support.server import Device, desk_of
from tests.sync.conftest import SyncedDesk, left_over

SitDown = Callable[[Device], SyncedDesk]


def rows_held(uow: UnitOfWork) -> int:
    return sum(uow.session.scalar(select(func.count()).select_from(table_of(name))) or 0 for name in SYNCED)


def number_of(engine: Engine, device: Device) -> int:
    query = text("select number from sync.device where device_id = :device")
    values = {"device": device.principal.device_id}
    return int(engine.run(lambda conn: conn.execute(query, values).scalar_one()))


def is_over(desk: SyncedDesk) -> bool:
    """Return whether the lease ended before this desk was ever set up, whatever its clock says."""
    until = desk.do(lease).until
    return until is not None and until < datetime(2000, 1, 1, tzinfo=UTC)


def last_turn(desk: SyncedDesk) -> None:
    """Do the turn in which this desk hears that it is out of use, and whom to ask."""
    with pytest.raises(OutOfUse) as said:
        desk.sync()
    assert "Ask your administrator" in str(said.value)


@pytest.fixture
def device(engine: Engine) -> Device:
    return desk_of(engine, "anna", team="North")


@pytest.fixture
def anna(device: Device, at_desk: SitDown) -> SyncedDesk:
    desk = at_desk(device)
    desk.do(customers.create, NewCustomer("Ruth Nielsen"), "GB")
    desk.sync()
    return desk


def test_a_revoked_desk_removes_every_record_and_is_locked(anna: SyncedDesk, device: Device, engine: Engine) -> None:
    assert anna.do(rows_held) > 1
    engine.run(lambda conn: revoke(conn, number_of(engine, device)))
    anna.reconnect()
    last_turn(anna)
    assert anna.do(rows_held) == 0
    assert is_over(anna)


def test_a_desk_that_is_revoked_while_it_is_connected_removes_every_record_with_its_next_turn(
    anna: SyncedDesk, device: Device, engine: Engine
) -> None:
    engine.run(lambda conn: revoke(conn, number_of(engine, device)))
    last_turn(anna)
    assert anna.do(rows_held) == 0
    assert is_over(anna)


def test_what_was_not_sent_is_kept_in_the_locked_file_and_reaches_nobody(
    anna: SyncedDesk, device: Device, engine: Engine
) -> None:
    anna.do(customers.create, NewCustomer("Never sent"), "GB")
    engine.run(lambda conn: revoke(conn, number_of(engine, device)))
    anna.reconnect()
    last_turn(anna)
    assert is_over(anna)
    waiting = select(Outbox.state)
    assert set(anna.do(lambda uow: uow.session.scalars(waiting).all())) == {OutboxState.WAITING}
    named = text("select count(*) from crm.customer where name = 'Never sent'")
    assert engine.run(lambda conn: conn.execute(named).scalar_one()) == 0


def test_a_readmitted_desk_fetches_everything_again(anna: SyncedDesk, device: Device, engine: Engine) -> None:
    number = number_of(engine, device)
    anna.do(customers.create, NewCustomer("Never sent"), "GB")
    engine.run(lambda conn: revoke(conn, number))
    anna.reconnect()
    last_turn(anna)
    engine.run(lambda conn: readmit(conn, number))
    signed_in = text("update sync.device set revoked_at = null where number = :number")
    engine.run(lambda conn: conn.execute(signed_in, {"number": number}))
    anna.reconnect()
    anna.sync()
    assert anna.do(lambda uow: uow.session.scalar(select(func.count()).select_from(Customer))) == 2
    assert not is_over(anna)
    assert not left_over(anna), "what was not sent then is sent now"


def test_a_revoked_desk_keeps_no_words_that_the_server_has_in_either_file(
    anna: SyncedDesk, device: Device, engine: Engine
) -> None:
    assert "Ruth Nielsen" in str(anna.keeper.contents())
    anna.do(customers.create, NewCustomer("Never sent"), "GB")
    engine.run(lambda conn: revoke(conn, number_of(engine, device)))
    anna.reconnect()
    last_turn(anna)
    anna.close_files()
    words = ("Nielsen", "sent")
    assert found(anna.folder / STORE, KEY, words) == found(anna.folder / FILE, KEY, words) == {"sent"}
    anna.open_files()
