"""Gateway or database away: the desktop works on, says so, and sends everything later, once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, create_engine, text

from crmdesk.demo import house
from crmdesk.demo.reins import DeskProcess
from tests.e2e.conftest import Town
from tests.support.gateway import gateway
from tests.support.postgres import Databases
from tests.support.robot import desktop

CUSTOMER, TYPED = "Jürgen Weiß", "weiß"
_SEE = text("select set_config('crmdesk.scopes', '1', true)")
_NOTES = text("select body from crm.note where body like :words order by written_at, id")
_TERMINATE = text("select pg_terminate_backend(pid) from pg_stat_activity where datname = :name")


def notes(town: Town, words: str) -> list[str]:
    """Return what the server has of notes that begin with some words, in the order written."""

    def read(conn: Connection) -> list[str]:
        conn.execute(_SEE)
        return list(conn.scalars(_NOTES, {"words": f"{words}%"}))

    return town.engine.run(read)


async def _signed_in(desk: DeskProcess, town: Town) -> None:
    await desk.ask("sign_in", login=house.AGENT, password=town.passwords[house.AGENT])
    await desk.ask("live")
    await desk.ask("open_customer", words=TYPED, name=CUSTOMER)


def test_a_gateway_that_is_killed_and_comes_back_gets_every_note_once(town: Town, folder: Path, address: str) -> None:
    asyncio.run(_gateway_killed(town, folder, address))
    assert notes(town, "killed:") == [f"killed: {number}" for number in range(6)]


async def _gateway_killed(town: Town, folder: Path, address: str) -> None:
    with gateway(town.database, listen=address) as first:
        async with desktop(folder / "desk", first.url) as desk:
            await _signed_in(desk, town)
            await desk.ask("note", words="killed: 0")
            # The next one is on its way when the gateway dies.
            writing = asyncio.create_task(desk.ask("note", words="killed: 1"))
            await asyncio.to_thread(first.kill)
            await writing
            await desk.ask("status", sync="Offline since")
            for number in (2, 3, 4):
                await desk.ask("note", words=f"killed: {number}")
            said = await desk.ask("status", sync="Offline since")
            assert "safe here" in said["after"]
            with gateway(town.database, listen=address):
                await desk.ask("status", sync="Live, all sent")
                await desk.ask("note", words="killed: 5")
                sent = await desk.ask("sent")
    assert sent == {"refused": 0}


def test_a_database_that_goes_away_and_comes_back_gets_every_note_once(
    town: Town, databases: Databases, folder: Path
) -> None:
    name = town.database.partition("@/")[2].partition("?")[0]
    administration = create_engine(databases.postgres.url(), isolation_level="AUTOCOMMIT")

    def run(statement: str) -> None:
        with administration.connect() as conn:
            conn.execute(text(statement))
            conn.execute(_TERMINATE, {"name": name})

    leave = partial(run, f"alter database {name} allow_connections false")
    come_back = partial(run, f"alter database {name} allow_connections true")
    try:
        asyncio.run(_database_away(town, folder, leave, come_back))
    finally:
        come_back()
        administration.dispose()
    assert notes(town, "away:") == ["away: 0", "away: 1", "away: 2"]


async def _database_away(town: Town, folder: Path, leave: Callable[[], None], come_back: Callable[[], None]) -> None:
    with gateway(town.database) as running:
        async with desktop(folder / "desk", running.url) as desk:
            await _signed_in(desk, town)
            await desk.ask("note", words="away: 0")
            await desk.ask("sent")
            await asyncio.to_thread(leave)
            await desk.ask("note", words="away: 1")
            await desk.ask("status", sync="Offline since")
            await desk.ask("note", words="away: 2")
            assert len((await desk.ask("unsent"))["what"]) == 2
            assert running.process.poll() is None
            await asyncio.to_thread(come_back)
            await desk.ask("status", sync="Live, all sent")
            assert await desk.ask("sent") == {"refused": 0}
