"""One profile: a second start, a wrong passphrase, a damaged file."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from crmdesk.demo import house
from crmdesk.models.engine import connector
from crmdesk.runtime.keychain import key_from_passphrase
from crmdesk.runtime.profile import STORE
from tests.e2e.conftest import Town
from tests.support.robot import PASSPHRASE, desktop

PAGE = 4096


@pytest.fixture(scope="module")
def profile(town: Town) -> Iterator[Path]:
    """A profile in which somebody is signed in; each test that uses it leaves it so."""
    made = Path(tempfile.mkdtemp(prefix="crmdesk-test-")) / "desk"
    asyncio.run(_sign_in(town, made))
    yield made
    shutil.rmtree(made.parent)


async def _sign_in(town: Town, profile: Path) -> None:
    async with desktop(profile, town.server) as desk:
        await desk.ask("sign_in", login=house.AGENT, password=town.passwords[house.AGENT])
        await desk.ask("live")


def _set_aside(profile: Path) -> set[Path]:
    return {path for path in profile.glob(f"{STORE}.damaged-*") if path.stat().st_size > PAGE}


def test_a_second_start_raises_the_first_window_and_ends(folder: Path) -> None:
    code, raised = asyncio.run(_second_start(folder))
    assert code == 0
    assert raised["active"]


async def _second_start(folder: Path) -> tuple[int, dict[str, object]]:
    profile = folder / "desk"
    async with desktop(profile, "http://127.0.0.1:9") as desk:
        raised = asyncio.create_task(desk.ask("raised"))
        await desk.ask("look")  # answered after the step before began: somebody listens at the door now
        second = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "crmdesk", "desktop", "--profile", str(profile)),
            env={**os.environ, "XDG_RUNTIME_DIR": str(folder), "QT_QPA_PLATFORM": "offscreen"},
            stdout=subprocess.DEVNULL,
        )
        code = await asyncio.wait_for(second.wait(), 20)
        return code, await raised


def test_a_wrong_passphrase_is_told_and_the_right_one_opens_the_same_file(town: Town, profile: Path) -> None:
    before = _set_aside(profile)
    asyncio.run(_wrong_passphrase(town, profile))
    assert _set_aside(profile) == before


async def _wrong_passphrase(town: Town, profile: Path) -> None:
    async with desktop(profile, town.server, passphrase=None) as desk:
        await desk.ask("give_passphrase", words="not the right one")
        said = await desk.ask("mistake")
        assert said["words"] == "This passphrase does not open the file. Type it anew; capital letters count."
        await desk.ask("give_passphrase", words=PASSPHRASE)
        await desk.ask("opened")


def test_a_damaged_file_is_set_aside_and_everything_is_fetched_again(town: Town, profile: Path) -> None:
    before = _set_aside(profile)
    asyncio.run(_damaged_file(town, profile))
    assert _set_aside(profile) > before


async def _damaged_file(town: Town, profile: Path) -> None:
    store = profile / STORE
    data = bytearray(store.read_bytes())
    data[100:200] = bytes(100)
    store.write_bytes(data)
    async with desktop(profile, town.server) as desk:
        said = await desk.ask("trouble")
        assert "damaged" in said["words"]
        await desk.ask("answer_trouble", button="Set it aside and fetch again")
        await desk.ask("sign_in", login=house.AGENT, password=town.passwords[house.AGENT])
        await desk.ask("live")
        await desk.ask("open_customer", words="tanaka", name="田中 英雄")


def test_damage_found_at_work_leads_to_the_same_way_on(town: Town, profile: Path) -> None:
    before = _set_aside(profile)
    asyncio.run(_damaged_at_work(town, profile))
    assert _set_aside(profile) > before


async def _damaged_at_work(town: Town, profile: Path) -> None:
    _damage_the_notes(profile)
    async with desktop(profile, town.server) as desk:
        await desk.ask("opened")
        ending = asyncio.create_task(desk.ask("until_the_end"))
        await desk.ask("show_customer", words="tanaka")
        said = await desk.ask("trouble")
        assert "damaged" in said["words"]
        await desk.ask("answer_trouble", button="Set it aside and fetch again")
        await asyncio.gather(ending, return_exceptions=True)
        await desk.ask("sign_in", login=house.AGENT, password=town.passwords[house.AGENT])
        await desk.ask("live")
        await desk.ask("open_customer", words="tanaka", name="田中 英雄")


def _damage_the_notes(profile: Path) -> None:
    """Overwrite bytes of a page that is not read when the file is opened: the first of the notes."""
    store = profile / STORE
    connection = connector(store, key_from_passphrase(PASSPHRASE, profile))()
    row = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'note'").fetchone()
    connection.close()
    data = bytearray(store.read_bytes())
    begin = (row[0] - 1) * PAGE + 100
    data[begin : begin + 40] = bytes(40)
    store.write_bytes(data)
