"""How long a desk may be opened without being heard of, who is too old to write, and a profile at another place."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from crmdesk.domain.customers import NewCustomer
from crmdesk.domain.errors import Refused, Unavailable
from crmdesk.domain.ids import new_id
from crmdesk.domain.people import Identity, Role
from crmdesk.domain.sync_state import SyncLink
from crmdesk.models.base import to_microseconds
from crmdesk.models.local import Cursor
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.runtime import settings
from crmdesk.runtime.bus import Bus, SyncChanged
from crmdesk.runtime.profile import Profile, machine_mark
from crmdesk.runtime.session import DeskSession
from crmdesk.sync.client import lease
from crmdesk.sync.engine import Engine
from tests.runtime.conftest import PASSWORD, Eye, listen, people, run, server
from tests.support.blank import open_blank
from tests.support.clock import StandingClock
from tests.support.gateway import GatewayProcess

__all__ = ["listen", "people", "server"]

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


@asynccontextmanager
async def session_on(folder: Path, day: datetime = NOW) -> AsyncIterator[DeskSession]:
    """Start a desk on a profile on some day by its own clock."""
    desk = DeskSession(open_blank(folder / "desk.db"), StandingClock(day), Bus(), "GB")
    try:
        yield desk
    finally:
        await desk.close()


async def sign_in(desk: DeskSession, address: str) -> Identity:
    """Sign Anna in and wait until everything is sent and received."""
    eye = Eye(desk.desk.bus, SyncChanged)
    who = await desk.sign_in(address, "anna", PASSWORD)
    await eye.until(lambda event: event.state.link is SyncLink.LIVE and event.state.unsent == 0)
    return who


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A profile's folder that is in use."""
    profile = Profile(tmp_path / "profile")
    yield profile.folder
    profile.release()


def granted(uow: UnitOfWork) -> datetime | None:
    return uow.session.get_one(Cursor, 1).lease_until


def told(uow: UnitOfWork, until: datetime, server_time: datetime) -> None:
    lease.keep(uow, to_microseconds(until), to_microseconds(server_time))


def test_the_server_grants_a_lease_that_a_start_without_it_keeps(server: GatewayProcess, folder: Path) -> None:
    async def story() -> None:
        async with session_on(folder) as desk:
            await sign_in(desk, server.url)
            until = await desk.database.read(granted)
            assert until is not None
            assert timedelta(days=29) < until - NOW < timedelta(days=31)
        server.kill()
        async with session_on(folder, NOW + 29 * DAY) as desk:
            assert (await desk.resume()) is not None

    run(story())


def test_after_the_lease_nothing_is_shown_before_the_server_was_heard(server: GatewayProcess, folder: Path) -> None:
    async def story() -> None:
        async with session_on(folder) as desk:
            await sign_in(desk, server.url)
        async with session_on(folder) as desk:
            await desk.database.write(settings.put, settings.REFRESH_TOKEN, None)
            await desk.resume()
            made = await desk.desk.customers.create(NewCustomer("Ruth Nielsen"))
            await desk.desk.interactions.add_note(None, made, "Written before the long absence.")
        async with session_on(folder, NOW + 40 * DAY) as desk:
            assert await desk.resume() is None
            assert desk.desk.identity is None
            last = await desk.last_time()
            assert not last.may_open
            assert "locked" in last.why
            assert last.login == "anna"
            with pytest.raises((Unavailable, Refused)):
                await desk.sign_in("http://127.0.0.1:9", "anna", PASSWORD)
            assert desk.desk.identity is None
            who = await sign_in(desk, server.url)
            assert who.login == "anna"
            card = await desk.desk.customers.card(made)
            assert card is not None
            assert not card.unsent, "the outbox was there and is sent"

    run(story())


@pytest.mark.parametrize(
    ("days_by_own_clock", "days_the_server_told", "opens"),
    [(10, 10, True), (31, 10, False), (10, 31, False), (-400, 31, False), (-1, 0, True), (1, 0, True), (29, 28, True)],
)
def test_the_later_of_both_clocks_decides(
    days_by_own_clock: int, days_the_server_told: int, opens: bool, folder: Path
) -> None:
    async def story() -> None:
        async with session_on(folder, NOW + days_by_own_clock * DAY) as desk:
            await desk.database.write(_was_here)
            await desk.database.write(told, NOW + 30 * DAY, NOW + days_the_server_told * DAY)
            assert (await desk.resume() is not None) is opens

    run(story())


def _was_here(uow: UnitOfWork) -> None:
    device = settings.device(uow)[0]
    settings.keep_identity(uow, _somebody())
    uow.session.add(Cursor(one=1, epoch=device, home_scope=1))
    uow.session.flush()


def _somebody() -> Identity:
    return Identity(new_id(), "anna", "Anna", None, Role.AGENT, ())


def test_what_the_server_told_last_never_goes_back(folder: Path) -> None:
    async def story() -> None:
        async with session_on(folder) as desk:
            await desk.database.write(_was_here)
            await desk.database.write(told, NOW + 30 * DAY, NOW + 5 * DAY)
            await desk.database.write(told, NOW + 30 * DAY, NOW + DAY)
            latest = await desk.database.read(lambda uow: uow.session.get_one(Cursor, 1).server_time)
            assert latest == NOW + 5 * DAY

    run(story())


def test_a_desk_that_was_never_given_a_lease_opens(folder: Path) -> None:
    async def story() -> None:
        async with session_on(folder, NOW + 1000 * DAY) as desk:
            await desk.database.write(_was_here)
            assert await desk.resume() is not None

    run(story())


def test_a_version_that_the_server_takes_no_more_reads_and_keeps_drafts_and_outbox(
    server: GatewayProcess, people: Engine, folder: Path
) -> None:
    def least(schema: int) -> None:
        people.run(lambda conn: conn.execute(text("update sync.server set min_schema = :v"), {"v": schema}))

    async def story() -> None:
        async with session_on(folder) as desk:
            await sign_in(desk, server.url)
            made = await desk.desk.customers.create(NewCustomer("Ruth Nielsen"))
            least(99)
            eye = Eye(desk.desk.bus, SyncChanged)
            await desk.sign_in(server.url, "anna", PASSWORD)
            state = (await eye.until(lambda event: event.state.link is SyncLink.TOO_OLD)).state
            assert "new version" in state.detail
            with pytest.raises(Refused) as said:
                await desk.desk.interactions.add_note(None, made, "Cannot be saved now.")
            assert "new version" in said.value.next_step
            await desk.desk.drafts.keep("note", made, {"note": "But is kept."}, "Note")
        async with session_on(folder) as desk:
            await desk.resume()
            card = await desk.desk.customers.card(made)
            assert card is not None, "it reads, also at a start without the server"
            with pytest.raises(Refused):
                await desk.desk.interactions.add_note(None, made, "Still not.")
            least(1)
            await sign_in(desk, server.url)
            draft = await desk.desk.drafts.load("note", made)
            assert draft is not None
            await desk.desk.interactions.add_note(None, made, draft.fields["note"])

    run(story())


def test_a_profile_that_was_carried_to_another_place_is_a_new_device_at_its_first_start(
    server: GatewayProcess, folder: Path, tmp_path: Path
) -> None:
    async def story() -> None:
        async with session_on(folder) as desk:
            await sign_in(desk, server.url)
            before = await desk.database.write(settings.device)
        other = tmp_path / "other"
        shutil.copytree(folder, other)
        async with session_on(other) as copy:
            who = await copy.resume()
            assert who is not None
            assert await copy.database.write(settings.device) != before
            last = await copy.last_time()
            assert not last.can_resume
            assert "new device" in last.why
            made = await copy.desk.customers.create(NewCustomer("Ruth Nielsen"))
            await sign_in(copy, server.url)
            card = await copy.desk.customers.card(made)
            assert card is not None
            assert not card.unsent
        async with session_on(folder) as desk:
            assert await desk.resume() is not None
            assert await desk.database.write(settings.device) == before
        async with session_on(other) as copy:
            await copy.resume()
            assert not (await copy.last_time()).why, "it is at home there now"

    run(story())


def test_signing_in_with_a_profile_that_the_server_takes_for_a_copy_makes_it_a_new_device(
    server: GatewayProcess, people: Engine, folder: Path
) -> None:
    async def story() -> None:
        async with session_on(folder) as desk:
            await sign_in(desk, server.url)
            before = await desk.database.write(settings.device)
            people.run(lambda conn: conn.execute(text("update sync.device set install_nonce = gen_random_uuid()")))
            await sign_in(desk, server.url)
            assert await desk.database.write(settings.device) != before

    run(story())


def test_the_mark_tells_nobody_which_computer_it_was(folder: Path) -> None:
    async def story() -> None:
        async with session_on(folder) as desk:
            device_id, nonce = await desk.database.write(settings.device)
            mark = machine_mark(folder, nonce)
            assert mark == machine_mark(folder, nonce)
            assert mark != machine_mark(folder, device_id)
            assert len(bytes.fromhex(mark)) == 16

    run(story())
