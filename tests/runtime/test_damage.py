"""What is said of a main file that cannot be read: what is kept, what is fetched again, by what is really there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from crmdesk.domain.errors import DamagedStore
from crmdesk.models.engine import connector
from crmdesk.models.keeping import transaction
from crmdesk.models.kept import FILE
from crmdesk.models.rescue import Rescue, SecondFile
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.runtime.damage import next_step
from crmdesk.runtime.profile import STORE, Profile
from crmdesk.runtime.session import open_file
from crmdesk.services import drafts, interactions
from tests.support.blank import KEY
from tests.support.clock import StandingClock

PAGE = 4096
NEVER = "never deleted"


def write(folder: Path, *work: Callable[[UnitOfWork], object]) -> None:
    """Open the profile's files, do some work, and close them as at the end of the program."""
    engines = open_file(folder / STORE, KEY)
    for each in work:
        with transaction(engines.write, StandingClock(), None, engines.keeper) as uow:
            each(uow)
    engines.dispose()


def note(uow: UnitOfWork) -> None:
    interactions.add_note(uow, None, None, "Not sent yet.")


def draft(uow: UnitOfWork) -> None:
    drafts.keep(uow, drafts.NOTE, UUID(int=7), {"note": "Half a sentence"}, "Note")


def damage(path: Path, page: int = 0) -> None:
    """Overwrite some bytes of a page, which the file's own checks must find."""
    data = bytearray(path.read_bytes())
    begin = page * PAGE + 100
    data[begin : begin + 40] = bytes(40)
    path.write_bytes(data)


def last_page_of(path: Path, table: str) -> int:
    """Return where a table's rows begin, counted in pages from 0."""
    connection = connector(path, KEY)()
    (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    connection.close()
    return int(root) - 1


def said(folder: Path) -> str:
    """Return what the sheet says of a main file that cannot be opened."""
    with pytest.raises(DamagedStore) as told:
        open_file(folder / STORE, KEY)
    return str(told.value)


def test_what_is_safe_in_the_second_file_is_counted(tmp_path: Path) -> None:
    write(tmp_path, note, draft)
    damage(tmp_path / STORE)
    words = said(tmp_path)
    assert "Safe in the second file, to be brought back: 1 change that the server does not have and 1 draft." in words
    assert "everything that the server has is fetched again" in words
    assert NEVER in words


def test_looking_changes_nothing_and_what_was_counted_comes_back(tmp_path: Path) -> None:
    write(tmp_path, note, draft)
    damage(tmp_path / STORE)
    assert said(tmp_path) == said(tmp_path)
    profile = Profile(tmp_path)
    profile.set_aside(StandingClock().now())
    profile.release()
    found: list[str] = []
    write(tmp_path, lambda uow: found.extend(each.fields["note"] for each in drafts.parked(uow)))
    assert found == ["Half a sentence"]


def test_nothing_waiting_is_said_too(tmp_path: Path) -> None:
    write(tmp_path, draft, lambda uow: drafts.discard(uow, drafts.NOTE, UUID(int=7)))
    damage(tmp_path / STORE)
    assert "Nothing waited to be sent" in said(tmp_path)


@pytest.mark.parametrize("where", ["its head", "a row"])
def test_a_second_file_that_cannot_be_read_either_promises_nothing(tmp_path: Path, where: str) -> None:
    write(tmp_path, note)
    page = 0 if where == "its head" else last_page_of(tmp_path / FILE, "outbox")
    damage(tmp_path / STORE)
    damage(tmp_path / FILE, page)
    words = said(tmp_path)
    assert "cannot be read either" in words
    assert NEVER in words
    assert "ask your administrator before you go on" in words
    assert "Safe" not in words


def test_without_a_second_file_nothing_is_promised(tmp_path: Path) -> None:
    write(tmp_path, note)
    (tmp_path / FILE).unlink()
    damage(tmp_path / STORE)
    assert "in the file set aside and nowhere else" in said(tmp_path)


def test_a_second_file_that_does_not_open_now_is_worth_another_try() -> None:
    assert "Try again first." in next_step(Rescue(SecondFile.BUSY))


def test_what_was_set_aside_is_never_overwritten(tmp_path: Path) -> None:
    now = datetime(2026, 7, 1, 9, 30, tzinfo=UTC)
    profile = Profile(tmp_path)
    for words in (b"first", b"second", b"third"):
        (tmp_path / STORE).write_bytes(words)
        (tmp_path / f"{STORE}-wal").write_bytes(words)
        profile.set_aside(now)
    profile.release()
    aside = sorted(tmp_path.glob(f"{STORE}.damaged-*"))
    assert sorted(path.read_bytes() for path in aside) == sorted([b"first", b"second", b"third"] * 2)
