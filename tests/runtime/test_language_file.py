"""The language of a profile: kept in a small file that is read before anything else; the last choice stays."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from crmdesk.runtime import language_file
from tests.runtime.conftest import run
from tests.support.desk import House, open_house
from tests.support.newest_first import NewestFirst
from tests.support.waiting import until


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    opened = open_house(tmp_path)
    yield opened
    opened.close()


def test_what_was_chosen_is_read_again(tmp_path: Path) -> None:
    assert language_file.read(tmp_path) == ""
    for tag in ("de", "pt-BR", ""):
        language_file.keep(tmp_path, tag)
        assert language_file.read(tmp_path) == tag
    assert [file.name for file in tmp_path.iterdir()] == [language_file.FILE]
    assert (tmp_path / language_file.FILE).stat().st_mode & 0o777 == 0o600


def test_the_system_s_language_needs_no_file(tmp_path: Path) -> None:
    language_file.keep(tmp_path, "")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("broken", [b"", b"\n", "français".encode()])
def test_a_broken_file_is_the_system_s_language(tmp_path: Path, broken: bytes) -> None:
    (tmp_path / language_file.FILE).write_bytes(broken)
    assert language_file.read(tmp_path) == ""


def test_a_disk_that_takes_nothing_is_no_trouble(tmp_path: Path) -> None:
    language_file.keep(tmp_path / "not there", "de")
    assert language_file.read(tmp_path / "not there") == ""


def choose(house: House, tag: str) -> asyncio.Task[None]:
    """Let a language hold and begin to keep it."""
    door = house.desk.preferences
    door.change(replace(door.now, language=tag))
    return asyncio.create_task(door.keep())


def test_of_two_choices_made_at_once_the_later_stays(house: House, tmp_path: Path) -> None:
    async def story() -> None:
        with NewestFirst() as threads:
            asyncio.get_running_loop().set_default_executor(threads)
            first = choose(house, "de")
            await until(lambda: threads.waiting)
            second = choose(house, "en")
            for _ in range(2):  # the second begins, and what it writes into the main file is written
                await house.database.write(lambda _uow: None)
            threads.begin()
            await asyncio.gather(first, second)
        assert language_file.read(tmp_path) == "en"
        assert (await house.desk.preferences.read()).language == "en"

    run(story())
