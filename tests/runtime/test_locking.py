"""A file that is locked while the desk is open: its lease runs out, or its computer is taken out of use."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from crmdesk.domain.customers import NewCustomer
from crmdesk.domain.sync_state import OUT_OF_USE, SyncLink
from crmdesk.models.base import to_microseconds
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.runtime.bus import Bus, SyncChanged
from crmdesk.runtime.session import DeskSession
from crmdesk.sync.client import lease
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine.devices import revoke
from tests.runtime.conftest import PASSWORD, Eye, run, session_at, until_sent
from tests.support.blank import open_blank
from tests.support.clock import StandingClock
from tests.support.gateway import GatewayProcess

NOW = datetime.now(UTC)
OFTEN_S = 0.01


async def live(desk: DeskSession, address: str) -> None:
    """Sign Anna in and wait until everything is sent and received."""
    eye = Eye(desk.desk.bus, SyncChanged)
    await desk.sign_in(address, "anna", PASSWORD)
    await eye.until(lambda event: event.state.link is SyncLink.LIVE and event.state.unsent == 0)


def only_device(engine: Engine) -> int:
    found = text("select number from sync.device")
    return int(engine.run(lambda conn: conn.execute(found).scalar_one()))


def over(uow: UnitOfWork) -> None:
    lease.keep(uow, to_microseconds(NOW - timedelta(days=1)), to_microseconds(NOW))


def test_a_desk_that_is_taken_out_of_use_while_it_is_open_says_so_and_whom_to_ask(
    server: GatewayProcess, people: Engine, tmp_path: Path
) -> None:
    async def story() -> None:
        async with session_at(tmp_path) as desk:
            await live(desk, server.url)
            eye = Eye(desk.desk.bus, SyncChanged)
            people.run(lambda conn: revoke(conn, only_device(people)))
            desk.desk.sync.try_now()
            state = (await eye.until(lambda event: event.state.link is not SyncLink.LIVE)).state
            assert state.link is SyncLink.LOCKED
            assert state.detail.startswith(OUT_OF_USE)
            assert "administrator" in state.detail
            await desk.locked()
        async with session_at(tmp_path) as desk:
            assert await desk.resume() is None
            last = await desk.last_time()
            assert not last.may_open
            assert last.why.startswith(OUT_OF_USE)

    run(story())


def test_what_was_not_sent_is_counted_where_a_computer_was_taken_out_of_use(
    server: GatewayProcess, people: Engine, tmp_path: Path
) -> None:
    async def story() -> None:
        async with session_at(tmp_path) as desk:
            await live(desk, server.url)
            people.run(lambda conn: revoke(conn, only_device(people)))
            await desk.desk.customers.create(NewCustomer("Never sent"))
            await desk.locked()
            assert "1 change that the server does not have: safe in the locked file" in (await desk.last_time()).why

    run(story())


def test_a_lease_that_runs_out_while_the_server_is_away_locks_the_open_file(
    server: GatewayProcess, tmp_path: Path
) -> None:
    async def story() -> None:
        clock = StandingClock(NOW)
        desk = DeskSession(open_blank(tmp_path / "desk.db"), clock, Bus(), "GB", look_s=OFTEN_S)
        try:
            await live(desk, server.url)
            locked = asyncio.create_task(desk.locked())
            eye = Eye(desk.desk.bus, SyncChanged)
            server.kill()
            await eye.until(lambda event: event.state.link is SyncLink.OFFLINE)
            assert not locked.done()
            clock.advance(timedelta(days=40).total_seconds())
            await locked
            assert desk.desk.sync.state.link is SyncLink.LOCKED
            assert "Sign in while the server can be reached" in desk.desk.sync.state.detail
        finally:
            await desk.close()

    run(story())


def test_a_desk_that_hears_the_server_is_not_locked_whatever_its_clock_says(
    server: GatewayProcess, tmp_path: Path
) -> None:
    async def story() -> None:
        clock = StandingClock(NOW + timedelta(days=400))
        desk = DeskSession(open_blank(tmp_path / "desk.db"), clock, Bus(), "GB", look_s=OFTEN_S)
        try:
            locked = asyncio.create_task(desk.locked())
            await live(desk, server.url)
            await desk.desk.customers.create(NewCustomer("Ruth Nielsen"))
            await until_sent(desk)
            assert not locked.done()
            locked.cancel()
        finally:
            await desk.close()

    run(story())


def test_signing_in_after_the_lease_ran_out_is_not_locked_before_the_first_turn_prolongs_it(
    server: GatewayProcess, tmp_path: Path
) -> None:
    async def story() -> None:
        async with session_at(tmp_path) as desk:
            await live(desk, server.url)
        async with session_at(tmp_path) as desk:
            await desk.database.write(over)
            assert await desk.resume() is None
            await desk.sign_in(server.url, "anna", PASSWORD)
            locked = asyncio.create_task(desk.locked())
            eye = Eye(desk.desk.bus, SyncChanged)
            await eye.until(lambda event: event.state.link is SyncLink.LIVE)
            assert not locked.done()
            assert (await desk.last_time()).may_open
            locked.cancel()

    run(story())
