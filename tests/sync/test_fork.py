"""One profile in use twice, or put back from a copy: it becomes a new device and loses nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text

from crmdesk.domain.customers import NewCustomer
from crmdesk.domain.errors import Unavailable
from crmdesk.models.customer import Customer
from crmdesk.models.interaction import Note
from crmdesk.models.keeping import transaction
from crmdesk.models.local import Outbox, OutboxState
from crmdesk.models.numbering import last_number
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.runtime import settings
from crmdesk.services import complaints, customers, interactions
from crmdesk.sync.client.forking import Forked, become_new_device
from crmdesk.sync.engine import Engine
from tests.support.server import Device, desk_of
from tests.sync.conftest import SyncedDesk

Copy = Callable[[], SyncedDesk]


@pytest.fixture
def device(engine: Engine) -> Device:
    return desk_of(engine, "anna")


@pytest.fixture
def anna(engine: Engine, device: Device, at_desk: Callable[[Device], SyncedDesk]) -> SyncedDesk:
    desk = at_desk(device)
    desk.sync()
    return desk


@pytest.fixture
def copied(engine: Engine, device: Device, anna: SyncedDesk, tmp_path: Path) -> Iterator[Copy]:
    """Copy Anna's profile, as it is now, to another computer."""
    made: list[SyncedDesk] = []

    def copy() -> SyncedDesk:
        anna.close_files()
        shutil.copytree(anna.folder, tmp_path / f"copy-{len(made)}" / anna.folder.name)
        anna.open_files()
        made.append(SyncedDesk(engine, device, tmp_path / f"copy-{len(made)}"))
        return made[-1]

    yield copy
    for desk in made:
        desk.close()


def note(desk: SyncedDesk, words: str) -> None:
    desk.do(interactions.add_note, None, None, words)


def notes_at(engine: Engine) -> list[str]:
    return engine.run(lambda conn: list(conn.scalars(text("select body from crm.note order by body"))))


def queue(desk: SyncedDesk) -> list[tuple[int, str]]:
    rows = desk.do(lambda uow: uow.session.execute(select(Outbox.seq, Outbox.state).order_by(Outbox.seq)).all())
    return [(row.seq, row.state) for row in rows]


def kept(desk: SyncedDesk) -> list[tuple[int, str, str]]:
    changes = sorted(desk.keeper.contents().changes, key=lambda row: int(row["seq"]))
    return [(row["seq"], row["set"].get("body", ""), row["state"]) for row in changes]


def fork(desk: SyncedDesk) -> None:
    desk.reconnect()
    with pytest.raises(Forked):
        desk.sync()


def test_a_copied_profile_is_noticed_at_its_greeting_and_loses_nothing(
    anna: SyncedDesk, copied: Copy, engine: Engine
) -> None:
    note(anna, "Before the copy.")
    anna.sync()
    copy = copied()
    note(anna, "At the first computer.")
    anna.sync()
    note(copy, "At the second computer.")
    before = copy.do(settings.device)
    fork(copy)
    assert copy.do(settings.device) != before
    assert queue(copy) == [(1, "waiting")]
    copy.sign_in(engine)
    copy.sync()
    anna.sync()
    assert notes_at(engine) == ["At the first computer.", "At the second computer.", "Before the copy."]
    for desk in (anna, copy):
        assert desk.do(lambda uow: uow.session.scalar(select(func.count()).select_from(Note))) == 3
        assert queue(desk) == []


def test_two_computers_that_both_are_connected_are_noticed_when_they_send(
    anna: SyncedDesk, copied: Copy, engine: Engine
) -> None:
    copy = copied()
    copy.sync()
    anna.sync()
    note(anna, "At the first computer.")
    note(copy, "At the second computer.")
    note(copy, "And another.")
    anna.sync()
    with pytest.raises(Forked) as told:
        copy.sync()
    assert told.value.next_step
    copy.sign_in(engine)
    copy.sync()
    assert notes_at(engine) == ["And another.", "At the first computer.", "At the second computer."]


def test_what_both_copies_had_queued_counts_once(anna: SyncedDesk, copied: Copy, engine: Engine) -> None:
    note(anna, "Queued before the copy.")
    made = anna.do(customers.create, NewCustomer("Ruth Nielsen"), "GB")
    copy = copied()
    note(anna, "Only at the first.")
    anna.sync()
    fork(copy)
    copy.sign_in(engine)
    copy.sync()
    assert notes_at(engine) == ["Only at the first.", "Queued before the copy."]
    assert engine.run(lambda conn: conn.scalar(text("select count(*) from crm.customer"))) == 1
    assert copy.do(customers.card, made) is not None
    assert queue(copy) == []


def test_a_server_that_knows_another_nonce_is_a_fork(anna: SyncedDesk, engine: Engine) -> None:
    note(anna, "Not sent yet.")
    engine.run(lambda conn: conn.execute(text("update sync.device set install_nonce = :n"), {"n": uuid4()}))
    fork(anna)
    anna.sign_in(engine)
    anna.sync()
    assert notes_at(engine) == ["Not sent yet."]


def test_a_profile_put_back_from_a_backup_is_a_fork(anna: SyncedDesk, engine: Engine, tmp_path: Path) -> None:
    note(anna, "First.")
    anna.close_files()
    shutil.copytree(anna.folder, tmp_path / "backup")
    anna.open_files()
    note(anna, "Second.")
    anna.sync()
    anna.close_files()
    shutil.rmtree(anna.folder)
    shutil.copytree(tmp_path / "backup", anna.folder)
    anna.open_files()
    note(anna, "Third.")
    fork(anna)
    anna.sign_in(engine)
    anna.sync()
    assert notes_at(engine) == ["First.", "Second.", "Third."]
    assert queue(anna) == []


def test_numbering_anew_keeps_order_groups_and_answers_in_both_files(anna: SyncedDesk) -> None:
    note(anna, "Acknowledged.")
    anna.sync()
    note(anna, "Refused.")

    def refuse(uow: UnitOfWork) -> None:
        uow.session.get_one(Outbox, 2).state = OutboxState.REFUSED.value

    anna.do(refuse)
    anna.do(customers.create, NewCustomer("Ruth Nielsen", number="+44 20 7946 0172"), "GB")
    note(anna, "Waiting.")
    anna.do(become_new_device)
    assert queue(anna) == [(0, "refused"), (1, "waiting"), (2, "waiting"), (3, "waiting")]
    groups = anna.do(lambda uow: uow.session.scalars(select(Outbox.group_seq).order_by(Outbox.seq)).all())
    assert groups == [0, 1, 1, 3]
    assert kept(anna) == [
        (-1, "Acknowledged.", "acked"),
        (0, "Refused.", "refused"),
        *((1, "", "waiting"), (2, "", "waiting"), (3, "Waiting.", "waiting")),
    ]
    assert anna.do(lambda uow: last_number(uow.session)) == 3
    note(anna, "After.")
    assert kept(anna)[-1] == (4, "After.", "waiting")


def test_an_end_between_both_files_numbers_the_second_at_the_next_start(anna: SyncedDesk) -> None:
    note(anna, "Acknowledged.")
    anna.sync()
    note(anna, "Waiting.")
    with transaction(anna.engines.write, anna.clock, None, None) as uow:
        become_new_device(uow)
    anna.close_files()
    anna.open_files()
    note(anna, "After.")
    assert kept(anna) == [(0, "Acknowledged.", "acked"), (1, "Waiting.", "waiting"), (2, "After.", "waiting")]


def test_a_fork_hands_out_no_reference_that_the_copy_has_too(anna: SyncedDesk, copied: Copy, engine: Engine) -> None:
    copy = copied()
    note(anna, "Only at the first.")
    anna.sync()
    fork(copy)
    with pytest.raises(Unavailable):
        copy.do(complaints.next_reference)
    copy.sign_in(engine)
    copy.sync()
    assert copy.do(complaints.next_reference) != anna.do(complaints.next_reference)


def test_a_server_from_before_the_fork_gets_what_the_former_device_had_confirmed(
    anna: SyncedDesk, copied: Copy, engine: Engine
) -> None:
    made = anna.do(customers.create, NewCustomer("Ruth Nielsen"), "GB")
    anna.sync()
    copy = copied()
    note(anna, "Only at the first.")
    anna.sync()
    fork(copy)
    copy.sign_in(engine)
    note(copy, "At the second, as a new device.")
    copy.sync()
    wiped = ("crm.note", "crm.customer", "sync.change", "sync.mutation")
    engine.run(lambda conn: [conn.execute(text(f"delete from {name}")) for name in wiped])
    engine.run(lambda conn: conn.execute(text("update sync.device set last_seq = 0")))
    engine.run(lambda conn: conn.execute(text("update sync.server set epoch = :epoch"), {"epoch": uuid4()}))
    copy.reconnect()
    copy.sync()
    assert notes_at(engine) == ["At the second, as a new device."]
    names = engine.run(lambda conn: list(conn.scalars(text("select name from crm.customer"))))
    assert names == ["Ruth Nielsen"], "made by the device that this profile was before"
    assert queue(copy) == []
    assert copy.do(lambda uow: uow.session.get_one(Customer, made).name) == "Ruth Nielsen"


def test_a_damaged_main_file_after_a_fork_comes_back_as_the_new_device(anna: SyncedDesk, engine: Engine) -> None:
    note(anna, "Waiting.")
    anna.do(become_new_device)
    now = anna.do(settings.device)
    anna.close_files()
    for path in anna.folder.glob("desk.db*"):
        path.unlink()
    anna.open_files()
    assert anna.do(settings.device) == now
    anna.sign_in(engine)
    anna.sync()
    assert notes_at(engine) == ["Waiting."]
