"""Two desks that claim one callback while the gateway is down: who is heard first has it, the other sees who."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from crmdesk.domain.callbacks import NewCallback
from crmdesk.domain.customers import NewCustomer
from crmdesk.domain.sync_state import SyncLink
from crmdesk.runtime.bus import SyncChanged
from crmdesk.runtime.session import DeskSession
from tests.runtime.conftest import PASSWORD, Eye, run, session_at
from tests.support.gateway import GatewayProcess, gateway


async def until_link(desk: DeskSession, link: SyncLink) -> None:
    """Wait until the desk stands so with its server, with nothing left to send where it is live."""
    eye = Eye(desk.desk.bus, SyncChanged)
    state = desk.desk.sync.state
    if state.link is not link or (link is SyncLink.LIVE and state.unsent):
        await eye.until(lambda e: e.state.link is link and not (link is SyncLink.LIVE and e.state.unsent))


def test_of_two_offline_claims_one_has_it_after_the_gateway_came_back(
    server: GatewayProcess, database_url: str, listen: str, tmp_path: Path
) -> None:
    async def story() -> None:
        (tmp_path / "anna").mkdir()
        (tmp_path / "bela").mkdir()
        async with session_at(tmp_path / "anna") as anna, session_at(tmp_path / "bela") as bela:
            await anna.sign_in(server.url, "anna", PASSWORD)
            await bela.sign_in(server.url, "bela", PASSWORD)
            ruth = await anna.desk.customers.create(NewCustomer("Ruth Nielsen"))
            promise = NewCallback(ruth, "The part is in.", datetime(2026, 12, 24, 9, tzinfo=UTC), "UTC", mine=False)
            callback = await anna.desk.callbacks.make(promise)
            await until_link(anna, SyncLink.LIVE)
            bela.desk.sync.try_now()
            changed = Eye(bela.desk.bus, SyncChanged)
            while not await bela.desk.callbacks.due():
                await changed.until(lambda _: True)
                changed.seen.clear()
            server.kill()
            await until_link(anna, SyncLink.OFFLINE)
            await until_link(bela, SyncLink.OFFLINE)
            for desk in (anna, bela):
                await desk.desk.callbacks.claim(callback)
                (mine,) = await desk.desk.callbacks.due()
                assert mine.unconfirmed
            with gateway(database_url, listen=listen):
                for desk in (anna, bela):
                    desk.desk.sync.try_now()
                    await until_link(desk, SyncLink.LIVE)
                for desk in (anna, bela):  # whoever was second may have heard before the first
                    desk.desk.sync.try_now()
                    await until_link(desk, SyncLink.LIVE)
                views = [(await desk.desk.callbacks.due())[0] for desk in (anna, bela)]
            assert sorted(view.mine for view in views) == [False, True]
            assert not any(view.unconfirmed for view in views)
            (loser,) = [view for view in views if not view.mine]
            assert loser.owner
            assert loser.lost == f"{loser.owner} was first."

    run(story())
