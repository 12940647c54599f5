"""Desks without a window for the benchmarks of sync: a real encrypted profile each, at a real gateway over HTTP."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar
from uuid import uuid4

from benchmarks._store import KEY
from crmdesk.domain.changes import Changes
from crmdesk.domain.clock import SystemClock
from crmdesk.domain.people import Role
from crmdesk.models.keeping import transaction
from crmdesk.runtime import settings
from crmdesk.runtime.profile import STORE
from crmdesk.runtime.session import open_file
from crmdesk.server.local_postgres import local_postgres
from crmdesk.sync.client.cycle import Device, SyncCycle
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine.people import NewPerson, add_person
from crmdesk.sync.engine.setup import initialise
from crmdesk.sync.transports.http import GatewayClient
from crmdesk.sync.wire import Pull, PullReply, Push, PushReply, Session, SignIn

T = TypeVar("T")
PASSWORD = "made-up customers only"
_PATIENCE_S = 15.0


class BenchDesk:
    """A signed-in desk; everything runs on the calling thread, as nothing else does at that time."""

    def __init__(self, url: str, login: str, folder: Path) -> None:
        self._engines = open_file(folder / login / STORE, KEY)
        self._clock = SystemClock()
        device, nonce = uuid4(), uuid4()
        self.client = GatewayClient(url, _forget)
        session = self.client.sign_in(SignIn(login, PASSWORD, device, nonce, "bench", "0.1"))
        self._actor = session.identity.agent_id
        self.do(settings.put, "device_id", device.hex)
        self.do(settings.put, "install_nonce", nonce.hex)
        self._noting = _Noting(self.client)
        self._cycle = SyncCycle(self._noting, self._write, Device(device, nonce, "0.1"), _ignore)

    @property
    def path(self) -> Path:
        """The encrypted file."""
        return self._engines.path

    @property
    def sent_at(self) -> float:
        """When the last turn had sent everything and began to fetch, by ``perf_counter``."""
        return self._noting.fetched_at

    def do(self, use_case: Callable[..., T], *args: Any) -> T:
        """Run a use case in a transaction of its own."""
        return self._write(use_case, *args)[0]

    def sync(self) -> None:
        """Do one turn."""
        self._cycle.run()

    def close(self) -> None:
        """Close file and connection."""
        self.client.close()
        self._engines.dispose()

    def _write(self, use_case: Callable[..., T], *args: Any, **kwargs: Any) -> tuple[T, Changes]:
        with transaction(self._engines.write, self._clock, self._actor, self._engines.keeper) as uow:
            uow.session.expire_on_commit = False
            value = use_case(uow, *args, **kwargs)
            changes = uow.changes
        return value, changes


class _Noting:
    """The way to the gateway, with a note of when a turn began to fetch after it had sent something."""

    def __init__(self, inner: GatewayClient) -> None:
        self.fetched_at = 0.0
        self._sent = False
        self._inner = inner
        self.hello, self.snapshot, self.look_up, self.ack = inner.hello, inner.snapshot, inner.look_up, inner.ack

    def push(self, message: Push) -> PushReply:
        """Pass it on."""
        self._sent = True
        return self._inner.push(message)

    def pull(self, message: Pull) -> PullReply:
        """Pass it on, and note when it is the first after a push."""
        if self._sent:
            self._sent, self.fetched_at = False, perf_counter()
        return self._inner.pull(message)


def _forget(_: Session) -> None:
    """A benchmark signs in once and never again."""


def _ignore(_: Changes) -> None:
    """Nothing is shown."""


@contextmanager
def house(*logins: str) -> Iterator[tuple[str, str]]:
    """Run a durable PostgreSQL with these agents and a gateway process before it; yield the addresses of both."""
    with local_postgres() as postgres:
        database = postgres.url()
        engine = Engine(database, connections=2)
        initialise(engine, lambda: NewPerson("admin", "Ada Min", Role.ADMINISTRATOR, PASSWORD))
        for login in logins:
            person = NewPerson(login, login.title(), Role.AGENT, PASSWORD)
            engine.run(lambda conn, person=person: add_person(conn, person))  # type: ignore[misc]
        engine.close()
        with _gateway(database) as url:
            yield url, database


@contextmanager
def _gateway(database: str) -> Iterator[str]:
    command = [sys.executable, "-m", "crmdesk", "serve", "--announce", "--listen", "127.0.0.1:0"]
    environment = {**os.environ, "CRMDESK_DATABASE": database}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)
    assert process.stdout is not None
    try:
        yield str(json.loads(process.stdout.readline())["url"])
    finally:
        process.terminate()
        process.wait(_PATIENCE_S)
        process.stdout.close()
