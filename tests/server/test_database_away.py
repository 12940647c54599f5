"""While the database is away the gateway tries again by itself, says so once, and answers health checks truthfully."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
from sqlalchemy import create_engine, text

from crmdesk.domain.clock import SystemClock
from crmdesk.server.gateway import Gateway
from crmdesk.sync.engine import Engine
from tests.support.clock import StandingClock
from tests.support.gateway import gateway
from tests.support.postgres import Databases
from tests.support.waiting import until

_WAITS_FOR_A_LOCK = text("select count(*) from pg_locks where not granted")


def test_the_log_says_once_that_the_database_is_tried_and_once_that_it_is_back(
    databases: Databases, tmp_path: Path
) -> None:
    url = databases.ready()
    backup = databases.copy(url)
    databases.drop(url)
    said = tmp_path / "gateway.log"
    with said.open("wb") as log, gateway(url, log=log) as process:

        def health() -> tuple[int, str]:
            reply = httpx.get(process.url + "/health", trust_env=False)
            return reply.status_code, reply.json()["database"]

        assert health() == (503, "The database cannot be reached.")
        databases.put_back(backup, url)
        asyncio.run(until(lambda: health() == (200, "ok"), "the database is served again"))
        assert process.end() == 0
    words = said.read_text(encoding="utf-8")
    assert words.count("database away, tried every 1 s until it is back: ") == 1
    assert words.count("database back after ") == 1
    databases.drop(url)
    databases.drop(backup)


def test_a_database_that_comes_back_with_another_schema_is_told_with_what_to_run(
    databases: Databases, tmp_path: Path
) -> None:
    url = databases.ready()
    older = Engine(url)
    older.run(lambda conn: conn.execute(text("update sync.alembic_version set version_num = 's0021'")))
    older.close()
    backup = databases.copy(url)
    databases.drop(url)
    said = tmp_path / "gateway.log"
    with said.open("wb") as log, gateway(url, log=log) as process:
        databases.put_back(backup, url)
        asyncio.run(until(lambda: "crmdesk server init" in said.read_text(encoding="utf-8"), "it is said what to run"))
        health = httpx.get(process.url + "/health", trust_env=False)
        assert (health.status_code, "schema s0021 of an older" in health.json()["database"]) == (503, True)
    databases.drop(url)
    databases.drop(backup)


def test_a_database_that_does_not_answer_is_not_called_well(database_url: str) -> None:
    async def whole() -> None:
        clock = StandingClock()
        place = Gateway(Engine(database_url), clock)
        held = create_engine(database_url)
        async with place.running():
            assert place.feed.away == ""
            with held.begin() as other:
                other.execute(text("lock table sync.server"))
                await until(lambda: other.scalar(_WAITS_FOR_A_LOCK), "the gateway waits")
                assert place.feed.away == ""
                clock.advance(6)
                assert place.feed.away == "The database does not answer."
            await until(lambda: not place.feed.away, "it answers again")
        held.dispose()

    asyncio.run(whole())


def test_a_desk_that_saw_more_is_believed_also_where_the_database_is_just_being_looked_at(database_url: str) -> None:
    async def whole() -> None:
        place, held = Gateway(Engine(database_url), SystemClock()), create_engine(database_url)

        async def serve() -> None:
            async with place.running():
                await until(lambda: place.feed.restores == 1, "a new epoch begins")

        with held.begin() as other:
            epoch = other.scalar(text("select epoch from sync.server"))
            other.execute(text("lock table sync.server"))
            serving = asyncio.create_task(serve())
            await until(lambda: other.scalar(_WAITS_FOR_A_LOCK), "the gateway looks at its database")
            place.feed.suspect(epoch)
        await serving
        held.dispose()

    asyncio.run(whole())
