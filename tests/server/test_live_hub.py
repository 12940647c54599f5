"""What is told to a desk that is slow to take it: the newest of each kind, in the order in which it was said."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import uuid4

from crmdesk.domain.calls.live import Phase
from crmdesk.domain.people import Identity, Role
from crmdesk.server.auth import Known
from crmdesk.server.live_hub import LiveHub
from crmdesk.sync.engine import Principal
from crmdesk.sync.engine.people import HOUSE
from crmdesk.sync.reading import decode_live
from crmdesk.sync.wire import LiveCall, LiveMessage, LiveOpen
from tests.support.clock import StandingClock
from tests.support.desk import answered, hung_up, ringing
from tests.support.waiting import until


def test_a_slow_desk_hears_the_end_of_a_call_before_it_hears_that_the_call_does_not_go_on() -> None:
    """Otherwise it would believe that nobody saw the end, and write down one of its own."""

    async def story() -> None:
        hub, heard, may_take = LiveHub(StandingClock()), list[LiveMessage](), asyncio.Event()

        async def take(message: bytes) -> None:
            heard.append(decode_live(message))
            await may_take.wait()

        person = uuid4()
        known = Known(
            Principal(person, uuid4(), "sam", Role.AGENT, (HOUSE,), HOUSE),
            Identity(person, "sam", "Sam", "4021", Role.AGENT),
        )
        serving = asyncio.create_task(hub.serve(known, take))
        await until(lambda: len(hub) == 1)
        talk = replace(answered(ringing()), agent="4021", revision=5)
        hub.calls([talk])
        await until(lambda: heard)
        hub.looked(10)
        hub.calls([replace(hung_up(talk), revision=15)])
        hub.looked(20)
        may_take.set()
        await until(lambda: len(heard) == 3)
        _, end, left = heard
        assert isinstance(end, LiveCall)
        assert end.call.phase is Phase.ENDED
        assert left == LiveOpen((), 20)
        hub.disconnect()
        await serving

    asyncio.run(story())
