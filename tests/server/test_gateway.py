"""The gateway as a process of its own: sign-in, sync and hints over the wire, hard ends, hostile requests."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from uuid import uuid4

import httpx
import msgspec
import pytest
from sqlalchemy import create_engine, text
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from crmdesk.domain.clock import SystemClock
from crmdesk.domain.errors import Refused, Unavailable
from crmdesk.domain.ids import new_id
from crmdesk.domain.people import Role
from crmdesk.server.gateway import Gateway
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine.people import NewPerson, add_person, disable
from crmdesk.sync.transports.http import GatewayClient, SignedOutByServer
from crmdesk.sync.wire import (
    PROTOCOL,
    Failure,
    Hello,
    Pull,
    Refresh,
    SignIn,
    Status,
)
from tests.support.certificate import self_signed
from tests.support.gateway import gateway
from tests.support.postgres import Databases
from tests.support.waiting import until
from tests.support.wire_desk import PASSWORD, Desk, made, next_hint


class Place:
    """A database, a gateway on it for a whole module, and people made for one test each."""

    def __init__(self, database_url: str, url: str) -> None:
        self.database_url = database_url
        self.engine = Engine(database_url)
        self.url = url
        self._numbers = count(1)

    def person(self) -> str:
        """Make somebody who may sign in and return the login."""
        login = f"person{next(self._numbers)}"
        self.engine.run(lambda conn: add_person(conn, NewPerson(login, login.title(), Role.AGENT, PASSWORD)))
        return login


@pytest.fixture(scope="module")
def place(databases: Databases) -> Iterator[Place]:
    """A running gateway on a database of its own."""
    database_url = databases.lend()
    with gateway(database_url) as process:
        made = Place(database_url, process.url)
        yield made
        made.engine.close()
    databases.give_back(database_url)


@pytest.fixture
def anna(place: Place) -> Iterator[Desk]:
    """Anna's desk."""
    desk = Desk(place.url, place.person())
    yield desk
    desk.client.close()


@pytest.fixture
def bela(place: Place) -> Iterator[Desk]:
    """Bela's desk."""
    desk = Desk(place.url, place.person())
    yield desk
    desk.client.close()


def test_what_one_desk_sends_the_other_gets_and_nothing_is_lost_when_the_gateway_is_killed(
    place: Place,
) -> None:
    rows = [new_id(), new_id()]
    mutations = [made(1, rows[0], "Before"), made(2, rows[1], "After")]
    with gateway(place.database_url) as first:
        anna, bela = Desk(first.url, place.person()), Desk(first.url, place.person())
        bela.pull()
        assert anna.push(mutations[0]) == [Status.OK]
        assert bela.pull()["customer"] == {rows[0]}
        first.kill()
        with pytest.raises(Unavailable):
            anna.push(*mutations)
    with gateway(place.database_url) as second:
        anna.resume(second.url)
        bela.resume(second.url)
        assert anna.push(*mutations) == [Status.OK, Status.OK]
        assert bela.pull()["customer"] == {rows[1]}
        assert second.end() == 0
    anna.client.close()
    bela.client.close()


def test_a_saved_change_is_hinted_to_the_other_desk(anna: Desk, bela: Desk, place: Place) -> None:
    with bela.live() as channel:
        row = new_id()
        anna.push(made(1, row))
        while row not in bela.pull().get("customer", set()):
            next_hint(channel)


def test_the_token_may_come_as_the_first_message_but_never_in_the_address(anna: Desk, bela: Desk, place: Place) -> None:
    token = bela.client.access_token
    assert token is not None
    address = place.url.replace("http", "ws") + "/live"
    with connect(address, proxy=None) as channel:
        channel.send(token.encode())
        anna.push(made(1, new_id()))
        next_hint(channel)
    with (
        pytest.raises(InvalidStatus),
        connect(address + f"?token={token}", proxy=None, additional_headers={"Authorization": "Bearer nonsense"}),
    ):
        raise AssertionError("let in")


def test_who_comes_to_the_live_channel_without_a_good_token_is_turned_away_without_a_traceback(
    databases: Databases, tmp_path: Path
) -> None:
    url = databases.lend()
    said = tmp_path / "gateway.log"
    with said.open("wb") as log, gateway(url, log=log) as process:
        address = process.url.replace("http", "ws") + "/live"
        for words in (b"nonsense", "nonsense", b"\xff\xfe", b""):
            with connect(address, proxy=None) as channel:
                channel.send(words)
                with pytest.raises(ConnectionClosed) as closed:
                    channel.recv(timeout=10)
                assert closed.value.rcvd is not None
                assert closed.value.rcvd.code == 4401
        for header in ("Bearer nonsense", "Basic eDp5", "nonsense"):
            with (
                pytest.raises(InvalidStatus),
                connect(address, proxy=None, additional_headers={"Authorization": header}),
            ):
                raise AssertionError("let in")
        with connect(address, proxy=None):
            pass  # says nothing and leaves
        with connect(address, proxy=None) as channel:
            channel.socket.shutdown(socket.SHUT_RDWR)
        with connect(address, proxy=None) as channel, pytest.raises(ConnectionClosed):
            channel.recv(timeout=10)
        assert process.end() == 0
    databases.give_back(url)
    assert "Traceback" not in said.read_text(encoding="utf-8")
    assert "Exception" not in said.read_text(encoding="utf-8")


def test_an_account_that_is_closed_while_it_listens_is_disconnected(place: Place) -> None:
    login = place.person()

    async def story() -> None:
        gateway = Gateway(Engine(place.database_url), SystemClock(), recheck_s=0.05)
        device, nonce = uuid4(), uuid4()
        session = gateway.auth.sign_in(SignIn(login, PASSWORD, device, nonce, "desk", "0.1"), "")
        known = gateway.auth.known(session.access_token)
        async with gateway.running():
            listening = asyncio.create_task(gateway.hub.serve(known, _swallow))
            await until(lambda: len(gateway.hub) == 1)
            await gateway.in_thread(lambda conn: disable(conn, login))
            await asyncio.wait_for(listening, 20)

    asyncio.run(story())


def test_a_transaction_that_does_not_end_sounds_the_alarm_until_it_does(place: Place) -> None:
    async def story() -> None:
        gateway = Gateway(Engine(place.database_url), SystemClock(), stall_s=0.2)
        held = create_engine(place.database_url)
        async with gateway.running():
            with held.connect() as conn:
                conn.execute(text("select pg_current_xact_id()"))
                await asyncio.to_thread(place.person)
                await until(lambda: gateway.feed.stalled, "the alarm sounds")
            await until(lambda: not gateway.feed.stalled, "the alarm ends")
        held.dispose()

    asyncio.run(story())


async def _swallow(_: bytes) -> None:
    return


def test_connections_that_the_database_cut_are_made_anew(anna: Desk, place: Place) -> None:
    assert anna.pull()
    cut = text(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'crmdesk' "
        "and datname = current_database() and pid <> pg_backend_pid()"
    )
    place.engine.run(lambda conn: conn.execute(cut).all())
    anna.pull()
    assert anna.push(made(1, new_id())) == [Status.OK]


def test_over_tls_a_desk_that_knows_the_authority_is_served_and_another_is_not(place: Place, tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    with gateway(place.database_url, "--tls-cert", str(certificate), "--tls-key", str(key)) as process:
        assert process.url.startswith("https://")
        message = SignIn(place.person(), PASSWORD, uuid4(), uuid4(), "desk", "0.1")
        trusting = GatewayClient(process.url, lambda _: None, str(certificate))
        assert trusting.sign_in(message).access_token
        trusting.close()
        wary = GatewayClient(process.url, lambda _: None)
        with pytest.raises(Unavailable):
            wary.sign_in(message)
        wary.close()


def test_hello_over_the_wire(anna: Desk) -> None:
    hello = Hello(anna.device, anna.nonce, "0.1", PROTOCOL, 1, None, None, 0)
    reply = anna.client.hello(hello)
    assert reply.references is not None
    assert reply.min_protocol <= PROTOCOL
    copied = msgspec.structs.replace(hello, install_nonce=uuid4())
    with pytest.raises(Refused, match="copied"):
        anna.client.hello(copied)


def test_an_account_that_is_closed_is_refused_at_the_next_request(anna: Desk, place: Place) -> None:
    assert anna.pull()
    place.engine.run(lambda conn: disable(conn, anna.sessions[-1].identity.login))
    with pytest.raises(Refused):
        anna.pull()


def test_without_a_good_token_nothing_is_answered(place: Place) -> None:
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic YTpi"}, {"Authorization": "Bearer"}):
        message = msgspec.msgpack.encode(Pull(uuid4(), None))
        reply = httpx.post(place.url + "/sync/pull", content=message, headers=headers)
        assert reply.status_code == 401
        assert _failure(reply).code == "signed_out"


@pytest.mark.parametrize("path", ["/auth/sign-in", "/auth/refresh", "/sync/hello", "/sync/push", "/sync/pull"])
def test_what_cannot_be_read_is_a_bad_request(anna: Desk, place: Place, path: str) -> None:
    headers = {"Authorization": f"Bearer {anna.client.access_token}"}
    bodies: list[bytes] = [b"", b"\xc1", b"{}", b"\x91" * 5000, b"\xdf\xff\xff\xff\xff", os.urandom(500), b"\x80"]
    for body in bodies:
        reply = httpx.post(place.url + path, content=body, headers=headers)
        assert reply.status_code == 400
        assert _failure(reply).code == "bad_request"


def test_a_request_without_end_is_cut_off(anna: Desk, place: Place) -> None:
    headers = {"Authorization": f"Bearer {anna.client.access_token}"}
    reply = httpx.post(place.url + "/auth/sign-in", content=b"x" * 200_000, headers=headers)
    assert reply.status_code == 413
    assert _failure(reply).code == "too_large"


def test_a_step_that_is_too_large_is_not_read_to_its_end_announced_or_not(anna: Desk, place: Place) -> None:
    headers = {"Authorization": f"Bearer {anna.client.access_token}"}
    for content in (b"x" * 200_000, iter([b"x" * 50_000] * 4)):
        reply = httpx.post(place.url + "/sync/pull", content=content, headers=headers)
        assert reply.status_code == 413
        assert _failure(reply).code == "too_large"


@pytest.mark.parametrize("path", ["/sync/push", "/sync/pull", "/sync/snapshot", "/sync/ack"])
def test_a_step_is_posted_and_nothing_else(place: Place, path: str) -> None:
    assert httpx.get(place.url + path).status_code == 405


def test_large_answers_are_packed(anna: Desk, place: Place) -> None:
    anna.push(*[made(n, new_id(), "Ruth " * 20) for n in range(1, 101)])
    message = msgspec.msgpack.encode(Pull(anna.device, None))
    headers = {"Authorization": f"Bearer {anna.client.access_token}"}
    reply = httpx.post(place.url + "/sync/pull", content=message, headers=headers)
    assert reply.headers["content-encoding"] == "gzip"
    assert reply.headers["cache-control"] == "no-store"


def test_a_refresh_token_that_is_not_the_devices_signs_out(anna: Desk, place: Place) -> None:
    stale = Refresh(anna.sessions[-1].refresh_token + "x", anna.device, anna.nonce)
    other = GatewayClient(place.url, anna.sessions.append)
    other.remember(stale)
    with pytest.raises(SignedOutByServer):
        other.pull(Pull(anna.device, None))
    other.close()


def test_a_gateway_without_its_database_says_the_reason_once_and_tries_less_and_less_often(
    databases: Databases, tmp_path: Path
) -> None:
    nowhere = databases.empty()
    databases.drop(nowhere)
    said = tmp_path / "gateway.log"
    secret = tmp_path / "secret"
    secret.write_text("x", encoding="utf-8")
    phone = ("--ami", "127.0.0.1:1", "--ami-user", "crmdesk", "--ami-secret-file", str(secret))
    with said.open("wb") as log, gateway(nowhere, *phone, log=log) as process:
        asyncio.run(until(lambda: "Next try in 2 s" in said.read_text(encoding="utf-8")))
        assert process.end() == 0
    words = said.read_text(encoding="utf-8")
    assert words.count("does not exist") == 1
    assert (words.count("Next try in 1 s"), words.count("Next try in 2 s")) == (1, 1)


def test_without_its_database_the_gateway_starts_says_so_and_answers_503() -> None:
    with gateway("postgresql://nobody@127.0.0.1:1/nothing") as process:
        client = GatewayClient(process.url, lambda _: None)
        with pytest.raises(Unavailable, match="database"):
            client.sign_in(SignIn("anna", PASSWORD, uuid4(), uuid4(), "desk", "0.1"))
        client.close()
        health = httpx.get(process.url + "/health")
        assert (health.status_code, health.json()["status"]) == (503, "unavailable")
        assert process.end() == 0


def _failure(reply: httpx.Response) -> Failure:
    return msgspec.msgpack.decode(reply.content, type=Failure)
