"""What is written down behind the calls is written once, also when the gateway ends in the middle of it."""

from __future__ import annotations

import asyncio

import psycopg
from sqlalchemy import Connection, text

from crmdesk.domain.calls.events import LinkUp
from crmdesk.domain.calls.fold import FoldOutput
from crmdesk.domain.clock import SystemClock
from crmdesk.server.gateway import Gateway
from crmdesk.server.write_behind import WriteBehind
from crmdesk.sync.engine import Engine
from tests.support.waiting import until_async

_COUNT = text("select count(*) from sync.telephony_event")
_WAITS = text("select count(*) from pg_locks where not granted and relation = 'sync.telephony_event'::regclass")


def count(conn: Connection) -> int:
    """Return how many events are stored."""
    return int(conn.execute(_COUNT).scalar_one())


def test_an_event_is_stored_once_when_the_gateway_ends_while_it_is_being_written(
    database_url: str, engine: Engine
) -> None:
    async def waits() -> bool:
        return await asyncio.to_thread(engine.run, lambda conn: conn.execute(_WAITS).scalar_one() > 0)

    async def story() -> None:
        gateway = Gateway(Engine(database_url), SystemClock())
        async with gateway.running():
            behind = WriteBehind(gateway)
            behind.happened(LinkUp(gateway.clock.now()))
            behind.came_out(FoldOutput())
            with psycopg.connect(database_url.replace("+psycopg", "")) as in_the_way:
                in_the_way.execute("lock table sync.telephony_event in exclusive mode")
                writing = asyncio.create_task(behind.run())
                await until_async(waits, "the event is being written")
                writing.cancel()
                await asyncio.sleep(0)
            await asyncio.gather(writing, return_exceptions=True)
            assert writing.cancelled()
            await behind.finish()

    asyncio.run(story())
    assert engine.run(count) == 1
