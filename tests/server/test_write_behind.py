"""What is written down behind the calls is written once, also when the gateway ends in the middle of it."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from datetime import UTC, datetime
from functools import reduce

import psycopg
import pytest
from sqlalchemy import Connection, text

from crmdesk.domain.calls.events import CallEvent, Held, LinkUp
from crmdesk.domain.calls.fold import FoldOutput
from crmdesk.domain.calls.intervals import StateInterval
from crmdesk.domain.calls.live import AgentState
from crmdesk.domain.clock import SystemClock
from crmdesk.domain.errors import Unavailable
from crmdesk.server import event_store
from crmdesk.server.gateway import Gateway
from crmdesk.server.write_behind import MOST_AT_ONCE, Batch, WriteBehind
from crmdesk.sync.engine import Engine
from tests.support.waiting import until_async

_COUNT = text("select count(*) from sync.telephony_event")
_TRANSACTIONS = text("select count(distinct xmin::text) from sync.telephony_event")
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


def test_a_burst_is_written_in_order_and_in_several_transactions(database_url: str, engine: Engine) -> None:
    keys = [f"asterisk:{number}" for number in range(2 * MOST_AT_ONCE + 7)]

    def stored(conn: Connection) -> list[str]:
        found = event_store.since(conn, datetime.min.replace(tzinfo=UTC))
        return [event.leg for _, event in found if isinstance(event, Held)]

    async def story() -> None:
        gateway = Gateway(Engine(database_url), SystemClock())
        async with gateway.running():
            behind = WriteBehind(gateway)
            for key in keys:
                behind.happened(Held(gateway.clock.now(), key))
            behind.came_out(FoldOutput())
            await behind.write_all()
            assert behind.events_waiting == 0

    asyncio.run(story())
    assert engine.run(stored) == keys
    assert engine.run(lambda conn: conn.execute(_TRANSACTIONS).scalar_one()) == 3


def test_what_is_cut_for_several_transactions_is_all_there_is() -> None:
    now = datetime.now(UTC)
    events: list[CallEvent] = [Held(now, str(number)) for number in range(MOST_AT_ONCE + 1)]
    batch = Batch(events=events, queues={"billing"}, taken=[7])
    cut = list(batch.transactions())
    assert reduce(Batch.under, cut) == batch
    assert all(len(part.events) <= MOST_AT_ONCE for part in cut)
    small = Batch(events=events[:3], taken=[7])
    assert list(small.transactions()) == [small]


def test_what_the_database_refuses_is_left_out_and_the_rest_is_written_also_where_it_goes_away_in_between(
    database_url: str, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    gateway = Gateway(Engine(database_url), SystemClock())
    behind = WriteBehind(gateway)
    in_the_way = psycopg.connect(database_url.replace("+psycopg", ""))

    class GoesAway(logging.Handler):
        """Lets the database serve nobody from the first refusal on, until it can be looked at again."""

        def emit(self, record: logging.LogRecord) -> None:
            log.removeHandler(self)
            in_the_way.execute("lock table sync.server")
            gateway.engine.unsettle()

    async def written() -> bool:
        with suppress(Unavailable):
            await behind.write_all()
            return True
        return False

    async def story() -> None:
        async with gateway.running():
            no_text = StateInterval("\0", AgentState.READY, None, None, gateway.clock.now())
            behind.came_out(FoldOutput(queues=frozenset({"billing"}), intervals=(no_text,)))
            with pytest.raises(Unavailable):
                await behind.write_all()
            in_the_way.close()
            await until_async(written, "the database serves again")

    log = logging.getLogger("crmdesk.server.write_behind")
    log.addHandler(GoesAway())
    asyncio.run(story())
    assert "billing" in engine.run(event_store.house).labels
    assert [record.getMessage() for record in caplog.records if record.name == log.name] == [
        "a batch of calls was refused by the database",
        "a batch of calls was refused by the database",
        "a part of it is left out",
    ]
