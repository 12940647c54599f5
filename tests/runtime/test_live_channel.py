"""The live channel: checked like everything else, and said to be gone when it is."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from crmdesk.domain.calls.live import PhoneLink
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.sync_state import SyncLink
from crmdesk.runtime.bus import PhoneChanged, SyncChanged
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine.people import disable
from tests.runtime.conftest import PASSWORD, Eye, run, session_at
from tests.support.certificate import self_signed
from tests.support.gateway import GatewayProcess, gateway


def test_with_an_authority_of_ones_own_calls_arrive_too(people: Engine, database_url: str, tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)

    async def story(url: str) -> None:
        async with session_at(tmp_path / "desk", str(certificate)) as anna:
            heard = Eye(anna.desk.bus, PhoneChanged)
            await anna.sign_in(url, "anna", PASSWORD)
            await heard.until(lambda event: event.state.link is PhoneLink.NOT_SET_UP)

    with gateway(database_url, "--tls-cert", str(certificate), "--tls-key", str(key)) as process:
        run(story(process.url))


def test_a_file_that_is_no_certificate_is_a_mistake_at_the_server_field(tmp_path: Path) -> None:
    (tmp_path / "no.pem").write_text("hello")

    async def story(ca_file: str) -> None:
        async with session_at(tmp_path / "desk", ca_file) as anna:
            with pytest.raises(UserMistake) as caught:
                await anna.sign_in("https://127.0.0.1:1", "anna", PASSWORD)
            assert caught.value.field == "server"

    run(story(str(tmp_path / "missing.pem")))
    run(story(str(tmp_path / "no.pem")))


def test_a_gateway_that_dies_is_noticed_at_once_and_nobody_claims_to_hear_calls(
    server: GatewayProcess, tmp_path: Path
) -> None:
    async def story() -> None:
        async with session_at(tmp_path) as anna:
            phone, sync = Eye(anna.desk.bus, PhoneChanged), Eye(anna.desk.bus, SyncChanged)
            await anna.sign_in(server.url, "anna", PASSWORD)
            await phone.until(lambda event: event.state.link is PhoneLink.NOT_SET_UP)
            await sync.until(lambda event: event.state.link is SyncLink.LIVE)
            await asyncio.to_thread(server.kill)
            await phone.until(lambda event: event.state.link is PhoneLink.UNREACHABLE)
            await sync.until(lambda event: event.state.link is SyncLink.OFFLINE)
            assert anna.desk.phone.status is None

    run(story())


def test_a_login_is_the_same_in_small_and_capital_letters(server: GatewayProcess, tmp_path: Path) -> None:
    async def story() -> None:
        async with session_at(tmp_path) as desk:
            await desk.sign_in(server.url, "Anna", PASSWORD)
            who = await desk.sign_in(server.url, "ANNA", PASSWORD)
            assert who.login == "anna"

    run(story())


def test_somebody_whose_account_was_closed_is_signed_out_and_not_offline(
    people: Engine, server: GatewayProcess, tmp_path: Path
) -> None:
    """Offline would promise that everything goes out by itself."""

    async def story() -> None:
        async with session_at(tmp_path) as anna:
            sync = Eye(anna.desk.bus, SyncChanged)
            await anna.sign_in(server.url, "anna", PASSWORD)
            await sync.until(lambda event: event.state.link is SyncLink.LIVE)
            await asyncio.to_thread(people.run, lambda conn: disable(conn, "anna"))
            anna.desk.sync.try_now()
            told = await sync.until(lambda event: event.state.link not in (SyncLink.CONNECTING, SyncLink.LIVE))
            assert (told.state.link, told.state.detail) == (SyncLink.SIGNED_OUT, "This desk was signed out.")

    run(story())
