"""A database that was put back from a backup is noticed, and begins anew exactly once, before any desk is served."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import Connection, text

from crmdesk.domain.errors import CrmdeskError, Unavailable
from crmdesk.domain.ids import new_id
from crmdesk.sync.engine import Engine, feed
from crmdesk.sync.engine.access import throughout
from crmdesk.sync.engine.erasing import erase_customer
from crmdesk.sync.engine.greet import REFERENCE_BLOCK
from crmdesk.sync.engine.journal import Journal
from crmdesk.sync.engine.restoring import Found, Memory, Settled, begin_anew, note_progress, settle
from crmdesk.sync.wire import PROTOCOL, Hello, Pull
from tests.support.gateway import gateway
from tests.support.server import Device, customer, desk_of
from tests.support.wire_desk import Desk

FAR = 1_000_000
NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "erasures")


@pytest.fixture
def anna(engine: Engine) -> Device:
    return desk_of(engine, "anna")


def value(engine: Engine, statement: str) -> object:
    return engine.run(lambda conn: conn.execute(text(statement)).scalar_one())


def alter(engine: Engine, statement: str) -> None:
    engine.run(lambda conn: conn.execute(text(statement)))


def look(engine: Engine, journal: Journal, memory: Memory | None = None, lost: UUID | None = None) -> Settled:
    return engine.run(lambda conn: settle(conn, journal, memory, lost))


def memory_of(engine: Engine, settled: Settled) -> Memory:
    mark = engine.run(feed.watermark)
    return Memory(settled.epoch, settled.timeline, mark, mark - 1, synchronous=False)


def test_the_first_look_begins_nothing(engine: Engine, journal: Journal) -> None:
    epoch = value(engine, "select epoch from sync.server")
    assert look(engine, journal).found is Found.FIRST
    assert look(engine, journal).found is Found.SAME
    assert value(engine, "select epoch from sync.server") == epoch


@pytest.mark.parametrize(
    "sign",
    [
        pytest.param("sysid = '1'", id="another cluster"),
        pytest.param("timeline = 77", id="another timeline, and nobody saw the former end"),
        pytest.param("place = '1.2'", id="tables made anew by pg_restore"),
        pytest.param(f"xid_seen = xid_seen + {FAR}", id="transaction ids gone back"),
    ],
)
def test_each_sign_of_a_restore_brings_a_new_epoch_once(engine: Engine, journal: Journal, sign: str) -> None:
    before = look(engine, journal)
    alter(engine, f"update sync.server set {sign}")
    after = look(engine, journal)
    assert after.found is Found.RESTORED
    assert after.epoch != before.epoch
    assert look(engine, journal) == replace(after, found=Found.SAME)
    assert value(engine, "select restored_at is not null from sync.server")


def test_a_database_that_is_still_being_put_back_begins_nothing_before_it_is_whole(
    engine: Engine, journal: Journal
) -> None:
    before = look(engine, journal)
    alter(engine, "update sync.server set place = '1.2'")
    alter(engine, "revoke select on crm.queue from crmdesk_desk")  # pg_restore gives rights last of all
    with pytest.raises(Unavailable, match="being put back"):
        look(engine, journal)
    assert value(engine, "select epoch from sync.server") == before.epoch
    alter(engine, "grant select on crm.queue to crmdesk_desk")
    assert look(engine, journal).found is Found.RESTORED


def test_a_process_that_saw_a_change_which_is_gone_knows_of_the_restore(engine: Engine, journal: Journal) -> None:
    before = look(engine, journal)
    seen = memory_of(engine, before)
    lost = replace(seen, watermark=seen.watermark + FAR, committed=seen.watermark + FAR - 1)
    assert look(engine, journal, seen).found is Found.SAME
    assert look(engine, journal, lost).found is Found.RESTORED


def test_a_backup_of_before_the_first_look_is_noticed_by_whoever_looked_since(engine: Engine, journal: Journal) -> None:
    seen = memory_of(engine, look(engine, journal))
    alter(engine, "update sync.server set xid_seen = 0, place = ''")
    assert look(engine, journal, seen).found is Found.RESTORED


def test_what_a_process_saw_of_a_former_history_says_nothing(engine: Engine, journal: Journal) -> None:
    before = look(engine, journal)
    seen = memory_of(engine, before)
    lost = replace(seen, watermark=seen.watermark + FAR, committed=seen.watermark + FAR - 1)
    assert look(engine, journal, lost).found is Found.RESTORED
    assert look(engine, journal, lost).found is Found.SAME


def test_ids_that_changed_nothing_lasting_are_passed_instead(engine: Engine, journal: Journal) -> None:
    before = look(engine, journal)
    seen = memory_of(engine, before)
    crashed = replace(seen, watermark=seen.watermark + 5)
    after = look(engine, journal, crashed)
    assert after.found is Found.SAME
    assert after.catch_up_to == seen.watermark + 5


def test_a_desk_that_saw_more_than_the_database_knows_shows_a_restore(engine: Engine, journal: Journal) -> None:
    before = look(engine, journal)
    after = look(engine, journal, lost=before.epoch)
    assert after.found is Found.RESTORED
    assert look(engine, journal, lost=before.epoch).found is Found.SAME


def test_a_standby_that_had_everything_takes_over_without_a_new_epoch(engine: Engine, journal: Journal) -> None:
    before = look(engine, journal)
    seen = replace(memory_of(engine, before), timeline=77)
    alter(engine, "update sync.server set timeline = 77")
    assert look(engine, journal, replace(seen, synchronous=True)).found is Found.PROMOTED
    assert look(engine, journal).found is Found.SAME
    assert value(engine, "select epoch from sync.server") == before.epoch


def test_a_standby_that_may_lack_something_brings_a_new_epoch(engine: Engine, journal: Journal) -> None:
    seen = replace(memory_of(engine, look(engine, journal)), timeline=77)
    alter(engine, "update sync.server set timeline = 77")
    assert look(engine, journal, seen).found is Found.RESTORED


def test_many_that_look_together_begin_anew_once(engine: Engine, journal: Journal) -> None:
    look(engine, journal)
    alter(engine, "update sync.server set sysid = 'elsewhere'")
    with ThreadPoolExecutor(6) as together:
        found = list(together.map(lambda _: look(engine, journal), range(6)))
    assert sorted(one.found is Found.RESTORED for one in found) == [False] * 5 + [True]
    assert len({one.epoch for one in found}) == 1


def test_the_feed_goes_on_at_ids_of_the_present(engine: Engine, journal: Journal, anna: Device) -> None:
    rows = [new_id() for _ in range(3)]
    for row in rows:
        anna.insert("customer", row, **customer())
    alter(engine, f"update sync.change set xid = (xid::text::bigint + {FAR})::text::xid8")
    anna.cursor = None
    assert "customer" not in anna.pull()
    engine.run(lambda conn: begin_anew(conn, journal))
    anna.cursor = None
    assert set(anna.pull()["customer"]) == set(rows)


def test_cursors_of_devices_begin_at_nothing(engine: Engine, journal: Journal, anna: Device) -> None:
    alter(engine, "update sync.device set acked_xid = 500, acked_at = now()")
    engine.run(lambda conn: begin_anew(conn, journal))
    assert value(engine, "select count(*) from sync.device where acked_xid <> 0 or acked_at is not null") == 0


def test_references_that_were_given_after_the_backup_are_given_to_nobody_else(
    engine: Engine, journal: Journal, anna: Device
) -> None:
    alter(engine, "insert into sync.reference_year (year, next) values (extract(year from now()), 101)")
    engine.run(lambda conn: begin_anew(conn, journal))
    after = value(engine, "select next from sync.reference_year")
    assert isinstance(after, int)
    assert after > 101 + 5 * REFERENCE_BLOCK


def test_whoever_was_erased_after_the_backup_is_erased_again(engine: Engine, journal: Journal, anna: Device) -> None:
    row = new_id()
    anna.insert("customer", row, **customer())
    put_back = _remembered(engine, row)
    engine.run(lambda conn: erase_customer(conn, row, journal, lambda: NOW))
    engine.run(put_back)
    assert _there(engine, row) == 1
    assert engine.run(lambda conn: begin_anew(conn, journal)) == 1
    assert _there(engine, row) == 0


def test_nobody_is_served_with_a_journal_that_cannot_be_read(engine: Engine, journal: Journal) -> None:
    before = look(engine, journal)
    journal.path.write_text("2026-11-22T00:00:00.000000Z customer nonsense-nonsense-nonsense-nonsense\n")
    alter(engine, "update sync.server set sysid = 'elsewhere'")
    with pytest.raises(CrmdeskError, match="no entry"):
        look(engine, journal)
    assert value(engine, "select epoch from sync.server") == before.epoch


def greeting(desk: Device, epoch: UUID, cursor: bytes) -> Hello:
    return Hello(desk.principal.device_id, desk.nonce, "0.2", PROTOCOL, 2, epoch, cursor, 0, 99)


def far_ahead(engine: Engine) -> tuple[UUID, bytes]:
    """Return the epoch and a true cursor of a desk that has seen what this database has lost."""
    present = engine.run(feed.present)
    return present.epoch, present.to_bytes(feed.Position(xid=present.watermark + FAR))


def test_a_desk_that_is_ahead_tells_of_it_when_it_greets(engine: Engine, anna: Device) -> None:
    epoch, cursor = far_ahead(engine)
    with pytest.raises(feed.PutBack) as told:
        engine.hello(anna.principal, greeting(anna, epoch, cursor))
    assert told.value.lost == epoch
    assert engine.hello(anna.principal, greeting(anna, new_id(), cursor)).epoch == epoch


def test_a_cursor_that_nobody_here_made_shows_no_restore(engine: Engine, anna: Device) -> None:
    epoch, cursor = far_ahead(engine)
    false = cursor[:-1] + bytes([cursor[-1] ^ 1])
    assert engine.hello(anna.principal, greeting(anna, epoch, false)).epoch == epoch
    with pytest.raises(feed.PutBack) as told:
        engine.pull(anna.principal, Pull(anna.principal.device_id, false))
    assert told.value.lost is None


def test_a_cursor_of_before_the_restore_is_not_pulled_from(engine: Engine, journal: Journal, anna: Device) -> None:
    anna.insert("customer", new_id(), **customer())
    anna.pull()
    engine.run(lambda conn: begin_anew(conn, journal))
    with pytest.raises(feed.PutBack):
        anna.pull()


def test_a_gateway_to_which_a_desk_is_ahead_begins_anew(engine: Engine, database_url: str, anna: Device) -> None:
    with gateway(database_url) as process:
        desk = Desk(process.url, "anna")
        epoch, cursor = far_ahead(engine)
        desk.cursor = cursor
        with pytest.raises(Unavailable):
            desk.hello(epoch)
        now = None
        while now is None:  # until the gateway has settled it; nobody is served before
            try:
                now = desk.hello(epoch).epoch
            except Unavailable:
                continue
        assert now != epoch
        desk.close()


def test_ids_seen_only_grow(engine: Engine, journal: Journal) -> None:
    look(engine, journal)
    engine.run(note_progress)
    before = value(engine, "select xid_seen from sync.server")
    engine.run(note_progress)
    after = value(engine, "select xid_seen from sync.server")
    assert isinstance(before, int)
    assert isinstance(after, int)
    assert 0 < before < after


def _remembered(engine: Engine, row: UUID) -> Callable[[Connection], None]:
    """Return what brings a customer back as a backup does: the row, and no word of an erasure."""

    def read(conn: Connection) -> dict[str, object]:
        with throughout(conn):
            found = conn.execute(text("select to_jsonb(c) as row from crm.customer c where id = :id"), {"id": row})
            return dict(found.scalar_one())

    kept = engine.run(read)

    def put_back(conn: Connection) -> None:
        with throughout(conn):
            conn.execute(text("delete from sync.erasure"))
            conn.execute(
                text(
                    "insert into crm.customer select * from "
                    "jsonb_populate_record(null::crm.customer, cast(:row as jsonb))"
                ),
                {"row": msgspec.json.encode(kept).decode()},
            )

    return put_back


def _there(engine: Engine, row: UUID) -> int:
    def count(conn: Connection) -> int:
        with throughout(conn):
            found: int = conn.execute(
                text("select count(*) from crm.customer where id = :id"), {"id": row}
            ).scalar_one()
            return found

    return engine.run(count)
