"""Real desktops whose files are damaged while words wait in them: what is said is true, and nothing is deleted."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from pathlib import Path

from crmdesk.demo import house
from crmdesk.demo.reins import DeskProcess
from crmdesk.models.kept import FILE
from crmdesk.runtime.profile import STORE
from tests.e2e.conftest import Town
from tests.e2e.test_server_away import CUSTOMER, TYPED
from tests.e2e.test_server_away import notes as notes_at
from tests.support.gateway import gateway
from tests.support.robot import desktop

PAGE = 4096
ASIDE = "Set it aside and fetch again"


def damage(path: Path) -> str:
    """Overwrite bytes in every page of a file and of the log that a power cut left; return the file's digest now.

    SQLite itself begins a log anew that its checks do not take.
    """
    for each in (path.with_name(f"{path.name}-wal"), path):
        data = bytearray(each.read_bytes())
        for begin in range(0, len(data), PAGE):
            data[begin + 8 : begin + 40] = bytes(len(data[begin + 8 : begin + 40]))
        each.write_bytes(data)
    return digest(path)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def aside(profile: Path) -> set[str]:
    """Return the digests of everything that was set aside."""
    return {digest(path) for path in profile.glob("*.damaged-*")}


async def _write_offline(town: Town, folder: Path, address: str, words: str) -> None:
    """Sign in, lose the server, write a note that waits and one that is only typed, and lose the power."""
    with gateway(town.database, listen=address) as running:
        async with desktop(folder / "desk", running.url) as desk:
            await _sign_in(desk, town)
            await desk.ask("open_customer", words=TYPED, name=CUSTOMER)
            await asyncio.to_thread(running.kill)
            await desk.ask("status", sync="Offline since")
            await desk.ask("note", words=f"{words} waits")
            await desk.ask("write", words=f"{words} typed")
            await desk.ask("unsent")
            await desk.kill()


async def _sign_in(desk: DeskProcess, town: Town) -> None:
    await desk.ask("sign_in", login=house.AGENT, password=town.passwords[house.AGENT])
    await desk.ask("live")


async def _come_back(town: Town, folder: Path, address: str) -> Mapping[str, object]:
    """Take the way on that the sheet offers; return its words, those of the sign-in sheet and the drafts."""
    async with desktop(folder / "desk", f"http://{address}") as desk:
        trouble = await desk.ask("trouble")
        await desk.ask("answer_trouble", button=ASIDE)
        with gateway(town.database, listen=address):
            why = await desk.ask("why")
            await _sign_in(desk, town)
            assert await desk.ask("sent") == {"refused": 0}
            drafts = await desk.ask("recovered")
    return {"trouble": trouble["words"], "why": why["words"], "drafts": drafts["texts"]}


def test_words_in_the_second_file_survive_a_damaged_main_one(town: Town, folder: Path, address: str) -> None:
    asyncio.run(_write_offline(town, folder, address, "main"))
    was = damage(folder / "desk" / STORE)
    told = asyncio.run(_come_back(town, folder, address))
    assert "Safe in the second file" in str(told["trouble"])
    assert "1 draft" in str(told["trouble"])
    assert "kept in a second file and is here" in str(told["why"])
    assert told["drafts"] == ["main typed"]
    assert notes_at(town, "main ") == ["main waits"]
    assert was in aside(folder / "desk")


def test_words_in_the_main_file_survive_a_damaged_second_one(town: Town, folder: Path, address: str) -> None:
    asyncio.run(_write_offline(town, folder, address, "second"))
    was = damage(folder / "desk" / FILE)

    async def story() -> None:
        with gateway(town.database, listen=address) as running:
            async with desktop(folder / "desk", running.url) as desk:
                await desk.ask("opened")
                await desk.ask("live")
                assert await desk.ask("sent") == {"refused": 0}
                assert (await desk.ask("recovered"))["texts"] == ["second typed"]

    asyncio.run(story())
    assert notes_at(town, "second ") == ["second waits"]
    assert was in aside(folder / "desk")


def test_when_both_are_damaged_nothing_is_promised_and_both_are_kept(town: Town, folder: Path, address: str) -> None:
    asyncio.run(_write_offline(town, folder, address, "both"))
    were = {damage(folder / "desk" / STORE), damage(folder / "desk" / FILE)}
    told = asyncio.run(_come_back(town, folder, address))
    assert "cannot be read either" in str(told["trouble"])
    assert "Both files of this profile were damaged" in str(told["why"])
    assert told["drafts"] == []
    assert notes_at(town, "both ") == []
    assert were <= aside(folder / "desk")
