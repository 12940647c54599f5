"""The gateway as a process of its own: sign-in, sync and hints over the wire, hard ends, hostile requests."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from crmdesk.domain.desk import Role
from crmdesk.domain.errors import Refused, Unavailable
from crmdesk.domain.ids import new_id
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine.people import NewPerson, add_person, disable
from crmdesk.sync.transports.http import GatewayClient, SignedOutByServer
from crmdesk.sync.wire import (
    PROTOCOL,
    Failure,
    Hello,
    LiveHint,
    LiveMessage,
    Mutation,
    Op,
    Pull,
    Push,
    Refresh,
    Session,
    SignIn,
    Status,
)
from tests.support.gateway import GatewayProcess, gateway
from tests.support.server import customer

PASSWORD = "open sesame, please"


class Desk:
    """A signed-in desk that speaks to a gateway as the real one does."""

    def __init__(self, url: str, login: str) -> None:
        self.device, self.nonce = uuid4(), uuid4()
        self.sessions: list[Session] = []
        self.cursor: bytes | None = None
        self.client = GatewayClient(url, self.sessions.append)
        self.client.sign_in(SignIn(login, PASSWORD, self.device, self.nonce, "desk", "0.1"))

    def resume(self, url: str) -> None:
        """Go on at another address with the kept refresh token."""
        self.client.close()
        self.client = GatewayClient(url, self.sessions.append)
        self.client.remember(Refresh(self.sessions[-1].refresh_token, self.device, self.nonce))

    def push(self, *mutations: Mutation) -> list[Status]:
        """Send mutations and return how they fared."""
        return [r.status for r in self.client.push(Push(self.device, mutations)).results]

    def pull(self) -> dict[str, set[UUID]]:
        """Fetch everything new and return the ids by entity."""
        found: dict[str, set[UUID]] = {}
        more = True
        while more:
            reply = self.client.pull(Pull(self.device, self.cursor))
            self.cursor, more = reply.cursor, reply.more
            for table in reply.tables:
                position = table.columns.index("id")
                found.setdefault(table.entity, set()).update(UUID(row[position]) for row in table.rows)
        return found


def made(seq: int, row: UUID, name: str = "Ruth Nielsen") -> Mutation:
    """Return a mutation that makes a customer."""
    return Mutation(seq, new_id(), seq, "customer", row, Op.INSERT, 0, {}, customer(name))


@pytest.fixture
def people(engine: Engine) -> Engine:
    """A database in which Anna and Bela may sign in."""
    for login, extension in (("anna", "1001"), ("bela", "1002")):
        person = NewPerson(login, login.title(), Role.AGENT, PASSWORD, extension)
        engine.run(lambda conn, person=person: add_person(conn, person))  # type: ignore[misc]
    return engine


@pytest.fixture
def running(people: Engine, database_url: str) -> Iterator[GatewayProcess]:
    """A gateway on that database."""
    with gateway(database_url) as process:
        yield process


@pytest.fixture
def anna(running: GatewayProcess) -> Iterator[Desk]:
    """Anna's desk."""
    desk = Desk(running.url, "anna")
    yield desk
    desk.client.close()


@pytest.fixture
def bela(running: GatewayProcess) -> Iterator[Desk]:
    """Bela's desk."""
    desk = Desk(running.url, "bela")
    yield desk
    desk.client.close()


def test_what_one_desk_sends_the_other_gets_and_nothing_is_lost_when_the_gateway_is_killed(
    people: Engine, database_url: str
) -> None:
    rows = [new_id(), new_id()]
    mutations = [made(1, rows[0], "Before"), made(2, rows[1], "After")]
    with gateway(database_url) as first:
        anna, bela = Desk(first.url, "anna"), Desk(first.url, "bela")
        assert anna.push(mutations[0]) == [Status.OK]
        assert bela.pull()["customer"] == {rows[0]}
        first.kill()
        with pytest.raises(Unavailable):
            anna.push(*mutations)
    with gateway(database_url) as second:
        anna.resume(second.url)
        bela.resume(second.url)
        assert anna.push(*mutations) == [Status.OK, Status.OK]
        assert bela.pull()["customer"] == {rows[1]}
        assert second.end() == 0
    anna.client.close()
    bela.client.close()


def test_a_saved_change_is_hinted_to_the_other_desk(anna: Desk, bela: Desk, running: GatewayProcess) -> None:
    with _live(running, bela) as channel:
        row = new_id()
        anna.push(made(1, row))
        while row not in bela.pull().get("customer", set()):
            message = msgspec.msgpack.decode(_bytes(channel.recv(timeout=10)), type=LiveMessage)
            assert isinstance(message, LiveHint)


def test_the_token_may_come_as_the_first_message_but_never_in_the_address(
    anna: Desk, bela: Desk, running: GatewayProcess
) -> None:
    token = bela.client.access_token
    assert token is not None
    address = running.url.replace("http", "ws") + "/live"
    with connect(address, proxy=None) as channel:
        channel.send(token.encode())
        anna.push(made(1, new_id()))
        message = msgspec.msgpack.decode(_bytes(channel.recv(timeout=10)), type=LiveMessage)
        assert isinstance(message, LiveHint)
    with (
        pytest.raises(InvalidStatus),
        connect(address + f"?token={token}", proxy=None, additional_headers={"Authorization": "Bearer nonsense"}),
    ):
        raise AssertionError("let in")


def test_hello_over_the_wire(anna: Desk) -> None:
    hello = Hello(anna.device, anna.nonce, "0.1", PROTOCOL, 1, None, None, 0)
    reply = anna.client.hello(hello)
    assert reply.references is not None
    assert reply.min_protocol <= PROTOCOL
    copied = msgspec.structs.replace(hello, install_nonce=uuid4())
    with pytest.raises(Refused, match="copied"):
        anna.client.hello(copied)


def test_an_account_that_is_closed_is_refused_at_the_next_request(anna: Desk, people: Engine) -> None:
    assert anna.pull()
    people.run(lambda conn: disable(conn, "anna"))
    with pytest.raises(Refused):
        anna.pull()


def test_without_a_good_token_nothing_is_answered(running: GatewayProcess) -> None:
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic YTpi"}, {"Authorization": "Bearer"}):
        message = msgspec.msgpack.encode(Pull(uuid4(), None))
        reply = httpx.post(running.url + "/sync/pull", content=message, headers=headers)
        assert reply.status_code == 401
        assert _failure(reply).code == "signed_out"


@pytest.mark.parametrize("path", ["/auth/sign-in", "/auth/refresh", "/sync/hello", "/sync/push", "/sync/pull"])
def test_what_cannot_be_read_is_a_bad_request(anna: Desk, running: GatewayProcess, path: str) -> None:
    headers = {"Authorization": f"Bearer {anna.client.access_token}"}
    bodies: list[bytes] = [b"", b"\xc1", b"{}", b"\x91" * 5000, b"\xdf\xff\xff\xff\xff", os.urandom(500), b"\x80"]
    for body in bodies:
        reply = httpx.post(running.url + path, content=body, headers=headers)
        assert reply.status_code == 400
        assert _failure(reply).code == "bad_request"


def test_a_request_without_end_is_cut_off(anna: Desk, running: GatewayProcess) -> None:
    headers = {"Authorization": f"Bearer {anna.client.access_token}"}
    reply = httpx.post(running.url + "/auth/sign-in", content=b"x" * 200_000, headers=headers)
    assert reply.status_code == 413
    assert _failure(reply).code == "too_large"


def test_large_answers_are_packed(anna: Desk, running: GatewayProcess) -> None:
    anna.push(*[made(n, new_id(), "Ruth " * 20) for n in range(1, 101)])
    message = msgspec.msgpack.encode(Pull(anna.device, None))
    headers = {"Authorization": f"Bearer {anna.client.access_token}"}
    reply = httpx.post(running.url + "/sync/pull", content=message, headers=headers)
    assert reply.headers["content-encoding"] == "gzip"
    assert reply.headers["cache-control"] == "no-store"


def test_a_refresh_token_that_is_not_the_devices_signs_out(anna: Desk, running: GatewayProcess) -> None:
    stale = Refresh(anna.sessions[-1].refresh_token + "x", anna.device, anna.nonce)
    other = GatewayClient(running.url, anna.sessions.append)
    other.remember(stale)
    with pytest.raises(SignedOutByServer):
        other.pull(Pull(anna.device, None))
    other.close()


def test_without_its_database_the_gateway_starts_says_so_and_answers_503() -> None:
    with gateway("postgresql://nobody@127.0.0.1:1/nothing") as process:
        client = GatewayClient(process.url, lambda _: None)
        with pytest.raises(Unavailable, match="database"):
            client.sign_in(SignIn("anna", PASSWORD, uuid4(), uuid4(), "desk", "0.1"))
        client.close()
        health = httpx.get(process.url + "/health")
        assert (health.status_code, health.json()["status"]) == (503, "unavailable")
        assert process.end() == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--listen", "0.0.0.0:0"], "TLS"),
        (["--listen", "0.0.0.0:0", "--tls-cert", "/nowhere.pem"], "key"),
        (["--listen", "nonsense"], "HOST:PORT"),
        (["--database", "mysql://x"], "PostgreSQL"),
    ],
)
def test_what_must_not_be_served_is_refused_in_words(options: list[str], words: str) -> None:
    environment: dict[str, Any] = {**os.environ, "CRMDESK_DATABASE": "postgresql://127.0.0.1:1/x"}
    command = [sys.executable, "-m", "crmdesk", "serve", *options]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def _live(process: GatewayProcess, desk: Desk) -> Any:
    headers = {"Authorization": f"Bearer {desk.client.access_token}"}
    return connect(process.url.replace("http", "ws") + "/live", additional_headers=headers, proxy=None)


def _bytes(data: str | bytes) -> bytes:
    assert isinstance(data, bytes)
    return data


def _failure(reply: httpx.Response) -> Failure:
    return msgspec.msgpack.decode(reply.content, type=Failure)
