"""What was written is in two files: whichever is damaged, nothing that was said to be saved is lost."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.pool import Pool

from crmdesk.domain.customers import NewCustomer
from crmdesk.domain.errors import CrmdeskError, DamagedStore, Unavailable
from crmdesk.models.customer import Customer
from crmdesk.models.engine import connector
from crmdesk.models.interaction import Note
from crmdesk.models.keeping import transaction
from crmdesk.models.kept import FILE, VERSION, open_kept
from crmdesk.models.kept_batch import KEPT_FOR
from crmdesk.models.local import ConflictRow, Outbox, OutboxState, ToKeep
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.runtime import settings
from crmdesk.runtime.profile import STORE
from crmdesk.services import customers, drafts, interactions
from crmdesk.sync.engine import Engine
from tests.support.blank import KEY
from tests.support.server import Device, desk_of
from tests.sync.conftest import SyncedDesk

SitDown = Callable[[Device], SyncedDesk]


@pytest.fixture
def anna(engine: Engine, at_desk: SitDown) -> SyncedDesk:
    desk = at_desk(desk_of(engine, "anna"))
    desk.sync()
    return desk


@pytest.fixture
def bela(engine: Engine, at_desk: SitDown) -> SyncedDesk:
    desk = at_desk(desk_of(engine, "bela"))
    desk.sync()
    return desk


def edit(uow: UnitOfWork, row: UUID, **fields: object) -> None:
    uow.update(uow.session.get_one(Customer, row), "edit", **fields)


def queue(uow: UnitOfWork) -> list[tuple[int, str, str]]:
    found = uow.session.scalars(select(Outbox).order_by(Outbox.seq))
    return [(entry.seq, entry.entity, entry.state) for entry in found]


def kept(desk: SyncedDesk) -> list[tuple[int, str, str]]:
    changes = sorted(desk.keeper.contents().changes, key=lambda row: int(row["seq"]))
    return [(row["seq"], row["entity"], row["state"]) for row in changes]


def damage(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[100:200] = bytes(100)
    path.write_bytes(data)


def begin_anew(desk: SyncedDesk) -> None:
    """Do what the desktop does when the main file cannot be read: set it aside, open another."""
    with pytest.raises(DamagedStore):
        desk.open_files()
    for path in desk.folder.glob(f"{STORE}*"):
        path.rename(path.with_name(f"aside-{path.name}"))
    desk.open_files()


def notes_at(engine: Engine, body: str) -> int:
    count = text("select count(*) from crm.note where body = :body")
    return engine.run(lambda conn: conn.scalar(count, {"body": body})) or 0


def trouble(desk: SyncedDesk) -> CrmdeskError | None:
    return desk.keeper.trouble


def test_a_save_is_in_the_second_file_when_it_is_reported(anna: SyncedDesk) -> None:
    anna.do(interactions.add_note, None, None, "Said once.")
    (change,) = anna.keeper.contents().changes
    assert (change["entity"], change["state"], change["set"]["body"]) == ("note", "waiting", "Said once.")
    subject = UUID(int=7)
    anna.do(drafts.keep, drafts.NOTE, subject, {"note": "Half a sent"}, "Note")
    anna.do(drafts.keep, drafts.NOTE, subject, {"note": "Half a sentence"}, "Note")
    (draft,) = anna.keeper.contents().drafts
    assert draft["fields"] == {"note": "Half a sentence"}
    anna.do(drafts.discard, drafts.NOTE, subject)
    assert not anna.keeper.contents().drafts


def test_the_second_file_is_its_owners_alone_and_unreadable_without_the_key(anna: SyncedDesk) -> None:
    anna.do(interactions.add_note, None, None, "Said once.")
    for path in anna.folder.glob(f"{FILE}*"):
        assert path.stat().st_mode & 0o777 == 0o600
        assert b"Said once" not in path.read_bytes()
        assert b"SQLite" not in path.read_bytes()
    with pytest.raises(DamagedStore):
        open_kept(anna.folder / FILE, bytes(32))


def test_what_the_server_has_stays_for_a_week_and_then_goes(anna: SyncedDesk) -> None:
    anna.do(interactions.add_note, None, None, "Said once.")
    anna.sync()
    assert kept(anna) == [(1, "note", "acked")]
    anna.clock.advance(timedelta(days=7).total_seconds())
    anna.do(interactions.add_note, None, None, "Said a week later.")
    assert kept(anna) == [(1, "note", "acked"), (2, "note", "waiting")]
    anna.clock.advance(KEPT_FOR.total_seconds())
    anna.do(interactions.add_note, None, None, "Said much later.")
    assert kept(anna) == [(2, "note", "waiting"), (3, "note", "waiting")]


def test_a_damaged_main_file_costs_nothing_that_was_saved(anna: SyncedDesk, bela: SyncedDesk, engine: Engine) -> None:
    made = anna.do(customers.create, NewCustomer("Ruth Nielsen"), "GB")
    anna.sync()
    anna.do(interactions.add_note, None, made, "Not sent yet.")
    anna.do(edit, made, city="Leeds")
    anna.do(drafts.keep, drafts.NOTE, made, {"note": "Half a sentence"}, "Note")
    before = anna.do(settings.device)
    anna.close_files()
    damage(anna.folder / STORE)
    begin_anew(anna)
    assert anna.do(settings.device) == before, "the server knows this desk again"
    assert [draft.fields for draft in anna.do(drafts.parked)] == [{"note": "Half a sentence"}]
    assert anna.do(queue) == [(2, "note", "waiting"), (3, "customer", "waiting")]
    assert anna.do(lambda uow: uow.session.scalars(select(Note.body)).all()) == ["Not sent yet."], "shown at once"
    anna.reconnect()
    anna.sync()
    assert anna.do(lambda uow: uow.session.get_one(Customer, made).city) == "Leeds"
    assert notes_at(engine, "Not sent yet.") == 1
    bela.sync()
    card = bela.do(customers.card, made)
    assert card is not None
    assert card.city == "Leeds"
    assert anna.do(queue) == []


def test_what_the_server_had_before_the_damage_is_answered_and_counts_once(anna: SyncedDesk, engine: Engine) -> None:
    anna.do(interactions.add_note, None, None, "Said once.")
    anna.weather.lose_answer = 1
    with pytest.raises(Unavailable):
        anna.sync()
    anna.close_files()
    damage(anna.folder / STORE)
    begin_anew(anna)
    anna.reconnect()
    anna.sync()
    assert notes_at(engine, "Said once.") == 1
    assert anna.do(queue) == []


def test_conflicts_and_refusals_come_back_after_damage(anna: SyncedDesk, bela: SyncedDesk) -> None:
    made = anna.do(customers.create, NewCustomer("Ruth Nielsen"), "GB")
    anna.sync()
    bela.sync()
    anna.do(edit, made, tier="Gold")
    bela.do(edit, made, tier="Silver")
    anna.sync()
    bela.sync()
    bela.do(edit, made, city="York")
    bela.close_files()
    damage(bela.folder / STORE)
    begin_anew(bela)
    conflict = bela.do(lambda uow: uow.session.scalars(select(ConflictRow)).one())
    assert (conflict.mine, conflict.theirs) == ("Silver", "Gold")
    bela.reconnect()
    bela.sync()
    assert bela.do(lambda uow: uow.session.get_one(Customer, made).city) == "York"


def test_a_damaged_second_file_is_set_aside_and_made_anew_from_the_first(anna: SyncedDesk) -> None:
    anna.do(interactions.add_note, None, None, "Not sent yet.")
    anna.do(drafts.keep, drafts.NOTE, UUID(int=7), {"note": "Half a sentence"}, "Note")
    anna.close_files()
    damage(anna.folder / FILE)
    anna.open_files()
    anna.do(settings.put, "look", "dark")
    assert anna.keeper.was_damaged
    assert kept(anna) == [(1, "note", "waiting")]
    assert [draft["fields"] for draft in anna.keeper.contents().drafts] == [{"note": "Half a sentence"}]
    assert list(anna.folder.glob(f"{FILE}.damaged-*"))


def test_when_both_are_damaged_the_desk_begins_anew_and_knows_it(anna: SyncedDesk) -> None:
    anna.do(interactions.add_note, None, None, "Lost with both.")
    anna.close_files()
    damage(anna.folder / STORE)
    damage(anna.folder / FILE)
    begin_anew(anna)
    anna.do(settings.put, "look", "dark")
    assert anna.keeper.was_damaged
    assert not anna.keeper.has_brought_back
    assert len(list(anna.folder.glob("aside-*")) + list(anna.folder.glob(f"{FILE}.damaged-*"))) >= 2


def test_what_a_sudden_end_kept_from_the_second_file_is_there_after_the_next_start(anna: SyncedDesk) -> None:
    anna.do(drafts.keep, drafts.NOTE, UUID(int=7), {"note": "Before"}, "Note")
    with transaction(anna.engines.write, anna.clock, None, None) as uow:
        interactions.add_note(uow, None, None, "Written, and the power went.")
        drafts.discard(uow, drafts.NOTE, UUID(int=7))
    anna.close_files()
    anna.open_files()
    anna.do(settings.put, "look", "dark")
    assert kept(anna) == [(1, "note", "waiting")]
    assert not anna.keeper.contents().drafts


def test_a_main_file_put_back_from_a_copy_gets_what_was_written_since(anna: SyncedDesk, engine: Engine) -> None:
    anna.do(interactions.add_note, None, None, "First.")
    anna.close_files()
    shutil.copy(anna.folder / STORE, anna.folder / "copy")
    anna.open_files()
    anna.sync()
    anna.do(interactions.add_note, None, None, "Second.")
    anna.close_files()
    shutil.copy(anna.folder / "copy", anna.folder / STORE)
    anna.open_files()
    anna.do(settings.put, "look", "dark")
    assert anna.keeper.has_brought_back
    assert anna.do(queue) == [(1, "note", "acked"), (2, "note", "waiting")]
    anna.reconnect()
    anna.sync()
    assert [notes_at(engine, "First."), notes_at(engine, "Second.")] == [1, 1]
    assert anna.do(queue) == []


def test_a_second_file_put_back_from_a_copy_is_made_anew(anna: SyncedDesk) -> None:
    anna.do(interactions.add_note, None, None, "First.")
    anna.close_files()
    shutil.copy(anna.folder / FILE, anna.folder / "copy")
    anna.open_files()
    for words in ("Second.", "Third."):
        anna.do(interactions.add_note, None, None, words)
    anna.close_files()
    shutil.copy(anna.folder / "copy", anna.folder / FILE)
    anna.open_files()
    anna.do(interactions.add_note, None, None, "Fourth.")
    assert [seq for seq, _, _ in kept(anna)] == [1, 2, 3, 4]


@contextmanager
def no_room_for(name: str) -> Iterator[None]:
    """Let every connection to a file of this name find the disk full."""

    def limit(connection: object, _: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]
        if any(name in row[2] for row in cursor.execute("PRAGMA database_list").fetchall()):
            cursor.execute("PRAGMA max_page_count = 1")
        cursor.close()

    event.listen(Pool, "connect", limit)
    try:
        yield
    finally:
        event.remove(Pool, "connect", limit)


def test_a_full_disk_at_the_second_file_is_told_and_the_save_stands(anna: SyncedDesk) -> None:
    anna.close_files()
    anna.open_files()
    long = "x" * 200_000
    with no_room_for(FILE):
        anna.do(drafts.keep, drafts.NOTE, UUID(int=7), {"note": long}, "Note")
        told = trouble(anna)
        assert isinstance(told, Unavailable)
        assert told.next_step
    assert [draft.fields for draft in anna.do(drafts.parked)] == [{"note": long}]
    anna.close_files()
    anna.open_files()
    anna.do(interactions.add_note, None, None, "There is room again.")
    assert trouble(anna) is None
    assert [draft["fields"] for draft in anna.keeper.contents().drafts] == [{"note": long}]


def test_a_second_file_that_cannot_be_opened_does_not_stop_the_desk(anna: SyncedDesk) -> None:
    anna.close_files()
    for path in anna.folder.glob(f"{FILE}*"):
        path.unlink()
    (anna.folder / FILE).mkdir()
    anna.open_files()
    anna.do(interactions.add_note, None, None, "Said once.")
    assert trouble(anna) is not None
    assert anna.do(queue) == [(1, "note", "waiting")]
    (anna.folder / FILE).rmdir()
    anna.do(interactions.add_note, None, None, "Said twice.")
    assert trouble(anna) is None
    assert [seq for seq, _, _ in kept(anna)] == [1, 2]


def test_a_refused_change_that_somebody_throws_away_is_not_brought_back(anna: SyncedDesk) -> None:
    anna.do(interactions.add_note, None, None, "Said once.")

    def refuse(uow: UnitOfWork) -> None:
        uow.session.get_one(Outbox, 1).state = OutboxState.REFUSED.value

    anna.do(refuse)
    assert kept(anna) == [(1, "note", "refused")]
    anna.do(lambda uow: uow.session.delete(uow.session.get_one(Outbox, 1)))
    (change,) = anna.keeper.contents().changes
    assert (change["set"], change["title"], change["state"]) == ({}, "", "acked")


def test_a_change_that_left_the_queue_before_its_result_came_is_sent_from_the_second_file(
    anna: SyncedDesk, engine: Engine
) -> None:
    anna.do(interactions.add_note, None, None, "Said once.")
    anna.do(lambda uow: uow.session.delete(uow.session.get_one(Outbox, 1)))
    assert anna.do(queue) == []
    anna.close_files()
    anna.open_files()
    anna.reconnect()
    anna.sync()
    assert notes_at(engine, "Said once.") == 1
    assert anna.do(queue) == []
    anna.do(interactions.add_note, None, None, "Said twice.")
    anna.sync()
    assert notes_at(engine, "Said twice.") == 1


def test_what_was_followed_is_noted_no_longer(anna: SyncedDesk) -> None:
    for number in range(50):
        anna.do(interactions.add_note, None, None, f"Note {number}.")
    count = select(func.count()).select_from(ToKeep)
    assert (anna.do(lambda uow: uow.session.scalar(count)) or 0) < 5


def test_the_second_file_knows_its_schema(anna: SyncedDesk) -> None:
    anna.do(interactions.add_note, None, None, "Said once.")
    connection = connector(anna.folder / FILE, KEY)()
    assert connection.execute("PRAGMA user_version").fetchone()[0] == VERSION
    connection.close()
