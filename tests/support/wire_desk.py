"""A signed-in desk that speaks to a gateway over the wire as the real one does, without a file of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import msgspec
from websockets.sync.client import ClientConnection, connect

from crmdesk.domain.ids import new_id
from crmdesk.sync.transports.http import GatewayClient
from crmdesk.sync.wire import (
    PROTOCOL,
    Hello,
    HelloReply,
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
from tests.support.server import customer

PASSWORD = "open sesame, please"


class Desk:
    """A signed-in desk that speaks to a gateway as the real one does."""

    def __init__(self, url: str, login: str) -> None:
        self.url = url
        self.device, self.nonce = uuid4(), uuid4()
        self.sessions: list[Session] = []
        self.cursor: bytes | None = None
        self.client = GatewayClient(url, self.sessions.append)
        self.client.sign_in(SignIn(login, PASSWORD, self.device, self.nonce, "desk", "0.1"))

    def resume(self, url: str) -> None:
        """Go on at another address with the kept refresh token."""
        self.client.close()
        self.url = url
        self.client = GatewayClient(url, self.sessions.append)
        self.client.remember(Refresh(self.sessions[-1].refresh_token, self.device, self.nonce))

    def close(self) -> None:
        """Let go of the gateway."""
        self.client.close()

    def hello(self, epoch: UUID | None = None, last_seq: int = 0) -> HelloReply:
        """Introduce this desk, with its cursor where it knows the epoch."""
        cursor = None if epoch is None else self.cursor
        return self.client.hello(Hello(self.device, self.nonce, "0.2", PROTOCOL, 2, epoch, cursor, last_seq, 99))

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

    @contextmanager
    def live(self) -> Iterator[ClientConnection]:
        """Listen while the block runs."""
        address = self.url.replace("http", "ws") + "/live"
        headers = {"Authorization": f"Bearer {self.client.access_token}"}
        with connect(address, proxy=None, additional_headers=headers) as channel:
            yield channel


def next_hint(channel: ClientConnection) -> LiveHint:
    """Return the next hint; fails when none comes."""
    while True:
        data = channel.recv(timeout=20)
        assert isinstance(data, bytes)
        message = msgspec.msgpack.decode(data, type=LiveMessage)
        if isinstance(message, LiveHint):
            return message


def made(seq: int, row: UUID, name: str = "Ruth Nielsen") -> Mutation:
    """Return a mutation that makes a customer."""
    return Mutation(seq, new_id(), seq, "customer", row, Op.INSERT, 0, {}, customer(name))
