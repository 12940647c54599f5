"""A desk and its server: signing in, working while the server is away, being told of colleagues' changes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text

from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.customers import NewCustomer
from crmdesk.domain.errors import Refused, Unavailable, UserMistake
from crmdesk.domain.sync_state import SyncLink
from crmdesk.runtime.bus import SyncChanged
from crmdesk.sync.engine import Engine
from tests.runtime.conftest import PASSWORD, Eye, run, session_at, until_sent
from tests.support.gateway import GatewayProcess, gateway
from tests.support.waiting import until


def is_quiet(event: SyncChanged) -> bool:
    return event.state.link is SyncLink.LIVE and event.state.unsent == 0


def test_a_note_reaches_the_server_and_the_desk_says_so(server: GatewayProcess, people: Engine, tmp_path: Path) -> None:
    async def story() -> None:
        async with session_at(tmp_path) as anna:
            eye = Eye(anna.desk.bus, SyncChanged)
            who = await anna.sign_in(server.url, "anna", PASSWORD)
            assert who.display_name == "Anna"
            await eye.until(is_quiet)
            made = await anna.desk.customers.create(NewCustomer("Ruth Nielsen"))
            await anna.desk.interactions.add_note(None, made, "Heard once.")
            await until_sent(anna)
            await until(lambda: is_quiet(SyncChanged(anna.desk.sync.state)), "the desk says so")

    run(story())
    count = text("select count(*) from crm.note where body = 'Heard once.'")
    assert people.run(lambda conn: conn.scalar(count)) == 1


def test_a_change_is_told_to_the_other_desk_without_being_asked_for(server: GatewayProcess, tmp_path: Path) -> None:
    async def story() -> None:
        async with session_at(tmp_path / "a") as anna, session_at(tmp_path / "b") as bela:
            seen = Eye(bela.desk.bus, Changes)
            live = [Eye(desk.desk.bus, SyncChanged) for desk in (anna, bela)]
            await anna.sign_in(server.url, "anna", PASSWORD)
            await bela.sign_in(server.url, "bela", PASSWORD)
            for eye in live:
                await eye.until(is_quiet)
            made = await anna.desk.customers.create(NewCustomer("Ruth Nielsen"))
            await seen.until(lambda changes: changes.has(Kind.CUSTOMER, made))
            card = await bela.desk.customers.card(made)
            assert card is not None
            assert card.name == "Ruth Nielsen"

    run(story())


def test_the_desk_works_on_without_its_server_and_sends_everything_once_later(
    people: Engine, database_url: str, listen: str, tmp_path: Path
) -> None:
    async def story() -> None:
        async with session_at(tmp_path) as anna:
            eye = Eye(anna.desk.bus, SyncChanged)
            with gateway(database_url, listen=listen) as first:
                await anna.sign_in(first.url, "anna", PASSWORD)
                await eye.until(is_quiet)
                await asyncio.to_thread(first.kill)
            made = await anna.desk.customers.create(NewCustomer("Ruth Nielsen"))
            for n in range(20):
                await anna.desk.interactions.add_note(None, made, f"Offline {n}")
            away = await eye.until(lambda e: e.state.link is SyncLink.OFFLINE and e.state.unsent == 21)
            assert away.state.oldest_unsent_at is not None
            card = await anna.desk.customers.card(made)
            assert card is not None
            eye.seen.clear()
            with gateway(database_url, listen=listen):
                anna.desk.sync.try_now()
                await eye.until(is_quiet)

    run(story())
    rows = text("select count(*), count(distinct body) from crm.note")
    assert people.run(lambda conn: tuple(conn.execute(rows).one())) == (20, 20)


def test_the_next_start_needs_no_password_also_without_the_server(server: GatewayProcess, tmp_path: Path) -> None:
    async def story() -> None:
        async with session_at(tmp_path) as anna:
            eye = Eye(anna.desk.bus, SyncChanged)
            await anna.sign_in(server.url, "anna", PASSWORD)
            await eye.until(is_quiet)
        async with session_at(tmp_path) as again:
            eye = Eye(again.desk.bus, SyncChanged)
            who = await again.resume()
            assert who is not None
            assert who.login == "anna"
            again.connect()
            await eye.until(is_quiet)
        await asyncio.to_thread(server.kill)
        async with session_at(tmp_path) as offline:
            eye = Eye(offline.desk.bus, SyncChanged)
            who = await offline.resume()
            assert who is not None
            offline.connect()
            await eye.until(lambda event: event.state.link is SyncLink.OFFLINE)

    run(story())


def test_a_wrong_password_is_refused_and_nothing_is_kept(server: GatewayProcess, tmp_path: Path) -> None:
    async def story() -> None:
        async with session_at(tmp_path) as anna:
            with pytest.raises(Refused):
                await anna.sign_in(server.url, "anna", "wrong")
            assert (await anna.last_time()).identity is None
            assert await anna.resume() is None

    run(story())


def test_a_profile_stays_with_its_person(server: GatewayProcess, tmp_path: Path) -> None:
    async def story() -> None:
        async with session_at(tmp_path) as desk:
            await desk.sign_in(server.url, "anna", PASSWORD)
            with pytest.raises(Refused) as caught:
                await desk.sign_in(server.url, "bela", PASSWORD)
            assert "Anna" in caught.value.what

    run(story())


@pytest.mark.parametrize("address", ["", "crm.example.org", "ftp://x", "http://crm.example.org", "https://"])
def test_an_address_that_is_none_or_not_encrypted_is_a_mistake_at_the_server_field(
    address: str, tmp_path: Path
) -> None:
    async def story() -> None:
        async with session_at(tmp_path) as desk:
            with pytest.raises(UserMistake) as caught:
                await desk.sign_in(address, "anna", PASSWORD)
            assert caught.value.field == "server"

    run(story())


def test_a_server_that_does_not_answer_is_unavailable(listen: str, tmp_path: Path) -> None:
    async def story() -> None:
        async with session_at(tmp_path) as desk:
            with pytest.raises(Unavailable):
                await desk.sign_in(f"http://{listen}", "anna", PASSWORD)

    run(story())


def test_no_password_and_no_plain_token_is_on_the_disk(server: GatewayProcess, tmp_path: Path) -> None:
    async def story() -> None:
        async with session_at(tmp_path) as anna:
            eye = Eye(anna.desk.bus, SyncChanged)
            await anna.sign_in(server.url, "anna", PASSWORD)
            await eye.until(is_quiet)

    run(story())
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert PASSWORD.encode() not in path.read_bytes()
            assert b"refresh_token" not in path.read_bytes()
