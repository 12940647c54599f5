"""Whoever asks the server hears an answer or why there is none, also where the link ends meanwhile."""

from __future__ import annotations

import asyncio
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from crmdesk.domain.customers import NewCustomer
from crmdesk.domain.errors import Unavailable
from crmdesk.domain.sync_state import SyncLink
from crmdesk.runtime.asking import AskingThreads
from crmdesk.runtime.bus import LookedElsewhere, SyncChanged
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine.people import disable
from tests.runtime.conftest import PASSWORD, Eye, run, session_at
from tests.support.gateway import GatewayProcess


def test_what_is_asked_is_asked_to_its_end_and_whoever_stands_in_line_hears_that_nobody_is_asked_any_more() -> None:
    async def story() -> None:
        threads, begun, may_end = AskingThreads(1, "asking"), Event(), Event()

        def slow() -> str:
            begun.set()
            may_end.wait()
            return "told"

        asked, in_line, given_up = (asyncio.create_task(threads.ask(slow)) for _ in range(3))
        await asyncio.to_thread(begun.wait)
        given_up.cancel()
        await asyncio.wait((given_up,))
        threads.close()
        with pytest.raises(Unavailable, match="cannot be reached"):
            await in_line
        with pytest.raises(Unavailable, match="cannot be reached"):
            await threads.ask(slow)
        may_end.set()
        assert await asked == "told"
        assert given_up.cancelled()

    run(story())


def test_a_desk_that_was_signed_out_says_so_where_it_would_ask_the_server(
    server: GatewayProcess, people: Engine, tmp_path: Path
) -> None:
    async def story() -> None:
        async with session_at(tmp_path) as anna:
            eye = Eye(anna.desk.bus, SyncChanged)
            await anna.sign_in(server.url, "anna", PASSWORD)
            ruth = await anna.desk.customers.create(NewCustomer("Ruth Nielsen"))
            await eye.until(lambda event: event.state.link is SyncLink.LIVE)
            people.run(lambda conn: disable(conn, "anna"))
            anna.desk.sync.try_now()
            await anna.signed_out()
            stamps = await anna.desk.card.stamps(ruth)
            assert (stamps.known, stamps.why) == (False, "The server is away.")

    run(story())


def test_a_look_for_a_caller_that_is_given_up_is_no_answer(tmp_path: Path) -> None:
    async def never(*_: str) -> Any:
        await asyncio.Event().wait()

    async def story() -> None:
        async with session_at(tmp_path) as desk:
            eye, elsewhere = Eye(desk.desk.bus, LookedElsewhere), desk.desk.elsewhere
            elsewhere.budget_s = 60.0
            elsewhere.reach(never)
            elsewhere.look_for_number("+442079460172")
            await elsewhere.close()
            over = await eye.until(lambda event: event.over)
            assert not over.answered

    run(story())
