"""A lock that only one gateway has, as those of the phone and of the mail, is given back whoever waits for it."""

from __future__ import annotations

import asyncio
import threading

from crmdesk.domain.clock import SystemClock
from crmdesk.server.gateway import Gateway
from crmdesk.sync.engine import Engine
from tests.support.waiting import until_async

_KEY = 0x63726D7465737431


def test_a_lock_that_came_when_nobody_waited_for_it_any_more_can_be_had_by_others(
    database_url: str, engine: Engine
) -> None:
    async def story() -> None:
        gateway, may_end = Gateway(Engine(database_url, connections=1), SystemClock()), threading.Event()
        async with gateway.running():
            before = asyncio.create_task(gateway.in_thread(lambda _: may_end.wait()))
            await gateway.off_loop(lambda: None)
            taking = asyncio.create_task(gateway.take_lock(_KEY))
            await asyncio.sleep(0)
            await gateway.off_loop(lambda: None)  # threads take work in turn: the lock is being asked for now
            taking.cancel()
            await asyncio.wait((taking,))
            assert taking.cancelled()
            may_end.set()
            assert await before
            await gateway.in_thread(lambda _: None)  # whoever asked for the connection before has had it
            held = await until_async(lambda: asyncio.to_thread(engine.try_lock, _KEY), "the lock is free")
            held.release()

    asyncio.run(story())
