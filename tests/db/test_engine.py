"""The encrypted file: what a stranger, a wrong key, a flipped bit and four writers at once find."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from crmdesk.domain.errors import DamagedStore, Unavailable
from crmdesk.models.customer import Customer
from crmdesk.models.engine import StoreEngines, damaged_or_unavailable, open_store
from crmdesk.models.local import DraftRow, Setting
from crmdesk.models.upgrade import upgrade
from tests.support.blank import KEY
from tests.support.clock import AFTERNOON
from tests.support.desk import MARGARET, a_customer

PLANTED = "Zwetschgenröster Quittenbaum"


@contextmanager
def umask(mask: int) -> Iterator[None]:
    """Run with another umask."""
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def add(engines: StoreEngines, *rows: Customer | DraftRow | Setting) -> None:
    """Write rows in one transaction."""
    with Session(engines.write) as session, session.begin():
        session.add_all(rows)


def test_stock_sqlite_cannot_read_the_file(store: StoreEngines) -> None:
    with closing(sqlite3.connect(store.path)) as stranger, pytest.raises(sqlite3.DatabaseError):
        stranger.execute("SELECT count(*) FROM sqlite_master").fetchone()


def test_no_word_of_a_customer_stands_in_any_file(store: StoreEngines) -> None:
    add(
        store,
        a_customer(PLANTED),
        DraftRow(kind="note", subject=MARGARET, fields={"body": PLANTED}, title=PLANTED, saved_at=AFTERNOON),
    )
    files = sorted(store.path.parent.glob("desk.db*"))
    assert [file.name for file in files] == ["desk.db", "desk.db-shm", "desk.db-wal"]
    for file in files:
        content = file.read_bytes()
        for word in PLANTED.split():
            assert not any(word.encode(encoding) in content for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
    assert not store.path.read_bytes().startswith(b"SQLite format 3")


def test_the_files_belong_to_their_owner_alone_whatever_the_umask(tmp_path: Path) -> None:
    with umask(0):
        engines = open_store(tmp_path / "new" / "desk.db", KEY)
        upgrade(engines.write)
        add(engines, Setting(key="x", value=1))
        rights = {file.name: file.stat().st_mode & 0o777 for file in engines.path.parent.iterdir()}
        engines.dispose()
    assert rights == {"desk.db": 0o600, "desk.db-wal": 0o600, "desk.db-shm": 0o600}


def test_a_wrong_key_is_a_damaged_store(store: StoreEngines) -> None:
    with pytest.raises(DamagedStore) as told:
        open_store(store.path, secrets.token_bytes(32))
    assert told.value.next_step


def test_a_key_of_another_length_is_a_fault_of_the_program(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        open_store(tmp_path / "desk.db", b"short")


def test_a_file_of_rubbish_is_a_damaged_store_and_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    rubbish = secrets.token_bytes(8192)
    path.write_bytes(rubbish)
    with pytest.raises(DamagedStore):
        open_store(path, KEY)
    assert path.read_bytes() == rubbish


def test_a_flipped_byte_is_an_error_and_never_a_wrong_row(tmp_path: Path) -> None:
    engines = open_store(tmp_path / "desk.db", KEY)
    upgrade(engines.write)
    add(engines, *(a_customer(f"Customer {number}") for number in range(2_000)))
    engines.dispose()
    content = bytearray(engines.path.read_bytes())
    # The last pages hold the rows just written; one bit of each suffices whichever of them is read first.
    for at in range(len(content) * 3 // 4, len(content), 4096):
        content[at] ^= 1
    engines.path.write_bytes(content)
    engines = open_store(tmp_path / "desk.db", KEY)
    with Session(engines.read) as session, pytest.raises(DBAPIError) as error:
        session.scalars(select(Customer.name)).all()
    engines.dispose()
    assert isinstance(damaged_or_unavailable(error.value.orig or error.value), DamagedStore)


def test_a_full_disk_is_no_damage(store: StoreEngines) -> None:
    with store.write.connect() as connection:
        connection.execute(text("PRAGMA max_page_count = 1"))
        connection.rollback()
    with pytest.raises(DBAPIError) as error:
        add(store, *(a_customer(f"Customer {number}") for number in range(5_000)))
    assert isinstance(damaged_or_unavailable(error.value.orig or error.value), Unavailable)


def test_four_writers_at_once_lose_no_step(store: StoreEngines) -> None:
    add(store, Setting(key="count", value=0))

    def count_up(steps: int) -> None:
        # Each has doors of its own, as another process would.
        engines = open_store(store.path, KEY)
        for _ in range(steps):
            with Session(engines.write) as session, session.begin():
                row = session.get_one(Setting, "count")
                row.value += 1
        engines.dispose()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(count_up, [40] * 4))
    with Session(store.read) as session:
        assert session.get_one(Setting, "count").value == 160


def test_a_reader_sees_one_steady_picture_while_others_write(store: StoreEngines) -> None:
    add(store, Setting(key="word", value="before"))
    with Session(store.read) as reader:
        assert reader.get_one(Setting, "word").value == "before"
        with Session(store.write) as session, session.begin():
            session.get_one(Setting, "word").value = "after"
        reader.expire_all()
        assert reader.get_one(Setting, "word").value == "before"
    with Session(store.read) as reader:
        assert reader.get_one(Setting, "word").value == "after"


def test_every_commit_is_on_the_disk_before_it_returns(store: StoreEngines) -> None:
    with store.write.connect() as connection:
        kept = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "secure_delete", "temp_store", "recursive_triggers")
        }
    assert kept == {
        "journal_mode": "wal",
        "synchronous": 2,
        "secure_delete": 1,
        "temp_store": 2,
        "recursive_triggers": 1,
    }


def test_the_wal_is_moved_by_a_statement_before_the_driver_closes_which_holds_the_window(store: StoreEngines) -> None:
    add(store, Setting(key="word", value="kept"))
    said: list[str] = []
    wal = store.path.with_name(store.path.name + "-wal")
    sizes: list[int] = []

    def heard(statement: str) -> None:
        said.append(statement)
        sizes.append(wal.stat().st_size)

    with closing(store.write.raw_connection()) as connection:
        driver = connection.driver_connection
        assert driver is not None
        driver.set_trace_callback(heard)
    store.dispose()
    assert said == ["PRAGMA wal_checkpoint(PASSIVE)"]
    assert sizes[0] > 0
    assert not wal.exists()
    with Session(store.read) as session:
        assert session.get_one(Setting, "word").value == "kept"
