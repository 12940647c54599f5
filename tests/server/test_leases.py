"""What HELLO and ACK settle: the device's own scope, its lease, how it stands, where its numbers go on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Row, text

from crmdesk.domain.ids import new_id
from crmdesk.models.base import from_microseconds
from crmdesk.sync.engine import Engine, Rejection
from crmdesk.sync.engine.feed import PutBack
from crmdesk.sync.transports.in_process import InProcess
from crmdesk.sync.wire import PROTOCOL, Ack, Hello, HelloReply, Pull, Snapshot
from tests.support.server import Device, customer, desk_of, second_desk_of

_DEVICE = text("select * from sync.device where device_id = :device")
_KIND = text("select kind from sync.scope where scope_id = :scope")


def greeting(desk: Device, **changes: Any) -> Hello:
    """Return a desk's HELLO."""
    usual = {"epoch": None, "cursor": None, "last_seq": 0, "references_left": 99, "schema_version": 2}
    return Hello(desk.principal.device_id, desk.nonce, "0.2", PROTOCOL, **{**usual, **changes})


def greet(desk: Device, **changes: Any) -> HelloReply:
    """Say HELLO with the rights that the person has now."""
    return InProcess(desk.engine, desk.principal).hello(greeting(desk, **changes))


def kept(desk: Device) -> Row[Any]:
    """Return what the server keeps of a device."""
    return desk.engine.run(lambda conn: conn.execute(_DEVICE, {"device": desk.principal.device_id}).one())


def test_a_device_gets_a_scope_of_its_own_once(engine: Engine) -> None:
    anna = desk_of(engine, "anna", team="North")
    other = second_desk_of(engine, anna.principal.user_id)
    first, again, elsewhere = greet(anna), greet(anna), greet(other)
    assert first.device_scope == again.device_scope != elsewhere.device_scope
    assert set(first.scopes) == {1, anna.principal.home_scope, first.device_scope}
    assert elsewhere.device_scope not in first.scopes
    kind = engine.run(lambda conn: conn.execute(_KIND, {"scope": first.device_scope}).scalar_one())
    assert kind == "device"


def test_a_devices_own_scope_is_fetched_and_pulled_by_it_alone(engine: Engine) -> None:
    anna, bela = desk_of(engine, "anna", team="North"), desk_of(engine, "bela", team="North")
    own = greet(anna).device_scope
    greet(bela)
    row = new_id()
    transport = InProcess(engine, anna.principal)
    anna.insert("customer", row, **customer())
    move = text("update crm.customer set scope_id = :scope where id = :row")
    engine.run(lambda conn: conn.execute(move, {"scope": own, "row": row}))
    assert transport.snapshot(Snapshot(anna.principal.device_id, own)).table is not None
    page = transport.pull(Pull(anna.principal.device_id, None))
    assert own in page.scopes
    assert "customer" in {table.entity for table in page.tables}
    assert "customer" not in {
        t.entity for t in InProcess(engine, bela.principal).pull(Pull(bela.principal.device_id, None)).tables
    }
    with pytest.raises(Rejection):
        InProcess(engine, bela.principal).snapshot(Snapshot(bela.principal.device_id, own))


def test_a_greeting_and_an_acknowledgement_prolong_the_lease_by_the_servers_clock(engine: Engine) -> None:
    anna = desk_of(engine, "anna")
    engine.run(lambda conn: conn.execute(text("update sync.server set lease_days = 3")))
    first = greet(anna)
    now = from_microseconds(first.server_time_us)
    assert abs(now - datetime.now(UTC)) < timedelta(minutes=1)
    assert from_microseconds(first.lease_until_us) == now + timedelta(days=3)
    engine.run(lambda conn: conn.execute(text("update sync.server set lease_days = 10")))
    cursor = anna.page().cursor
    reply = InProcess(engine, anna.principal).ack(Ack(anna.principal.device_id, cursor))
    assert from_microseconds(reply.lease_until_us) == from_microseconds(reply.server_time_us) + timedelta(days=10)
    assert kept(anna).lease_until == from_microseconds(reply.lease_until_us)


def test_an_acknowledgement_tells_how_the_desk_stands(engine: Engine) -> None:
    anna = desk_of(engine, "anna")
    anna.insert("customer", new_id(), **customer())
    anna.pull()
    since = 1_795_000_000_000_000
    assert anna.cursor is not None
    engine.ack(anna.principal, Ack(anna.principal.device_id, anna.cursor, 3, since, 2, 1))
    row = kept(anna)
    assert (row.unsent, row.unsent_since, row.refused, row.conflicts) == (3, from_microseconds(since), 2, 1)
    assert row.acked_xid > 0
    assert row.acked_at is not None
    engine.ack(anna.principal, Ack(anna.principal.device_id, anna.cursor))
    assert (kept(anna).unsent, kept(anna).unsent_since) == (0, None)


def test_an_acknowledgement_of_what_was_never_told_is_turned_away(engine: Engine) -> None:
    anna = desk_of(engine, "anna")
    cursor = anna.page().cursor
    for foreign in (b"", b"\xff" * 39, cursor[:1] + b"\x7f" + cursor[2:]):
        with pytest.raises((Rejection, PutBack)):
            engine.ack(anna.principal, Ack(anna.principal.device_id, foreign))
    with pytest.raises(Rejection):
        engine.ack(anna.principal, Ack(uuid4(), cursor))
    assert kept(anna).acked_at is None


def test_numbers_that_no_desk_has_are_kept_within_bounds(engine: Engine) -> None:
    anna = desk_of(engine, "anna")
    cursor = anna.page().cursor
    engine.ack(anna.principal, Ack(anna.principal.device_id, cursor, -1, 2**62, 2**62, 2**40))
    row = kept(anna)
    assert (row.unsent, row.unsent_since, row.refused, row.conflicts) == (0, None, 2**31 - 1, 2**31 - 1)
    for nonsense in (
        {"last_seq": 2**63},
        {"last_seq": -1},
        {"first_kept": 5, "last_seq": 3},
        {"first_kept": -1},
        {"schema_version": 2**40},
        {"schema_version": -1},
    ):
        with pytest.raises(Rejection):
            greet(anna, **nonsense)


def test_the_server_keeps_how_old_a_desks_schema_is_and_tells_the_oldest_that_may_write(engine: Engine) -> None:
    anna = desk_of(engine, "anna")
    engine.run(lambda conn: conn.execute(text("update sync.server set min_schema = 2")))
    assert greet(anna, schema_version=1).min_schema == 2
    assert kept(anna).schema_version == 1


def test_after_a_restore_the_numbers_go_on_where_the_desk_can_send_again(engine: Engine) -> None:
    before = uuid4()
    for last_seq, first_kept, epoch, expected in (
        (40, 31, before, 30),
        (40, 0, before, 40),
        (40, 1, before, 0),
        (0, 0, before, 0),
        (40, 31, None, 0),
    ):
        anna = desk_of(engine, f"anna{last_seq}-{first_kept}-{expected}")
        reply = greet(anna, last_seq=last_seq, first_kept=first_kept, epoch=epoch)
        assert reply.last_seq == kept(anna).last_seq == expected


def test_without_a_restore_the_numbers_stay_where_they_are(engine: Engine) -> None:
    anna = desk_of(engine, "anna")
    epoch = greet(anna).epoch
    assert greet(anna, last_seq=40, first_kept=31, epoch=epoch).last_seq == 0


def test_a_restored_server_that_knows_more_than_the_desk_keeps_stays_where_it_is(engine: Engine) -> None:
    anna = desk_of(engine, "anna")
    anna.insert("customer", new_id(), **customer())
    anna.insert("customer", new_id(), **customer())
    assert greet(anna, last_seq=2, first_kept=2, epoch=uuid4()).last_seq == 2
