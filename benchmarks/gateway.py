"""One gateway process with a thousand connected desks: memory, how fast a change is told to all, and pushes at a pace.

``hint_ms``: from sending a change that concerns everybody until each desk heard of it, over all desks and rounds. The
changes are more than a second apart: of those that come faster, desks are told by turns (``live_hub``).
``push_ms``: single changes at a steady pace from many desks, in teams, timed from when each was due (open loop), while
every desk listens. ``pull_all_s``: all desks fetch one change at the same moment. ``memory_mb``: resident, at the end.
Budgets: 150 MB, 500 ms at the 99th percentile to all, 200 ms for 200 changes a second.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any
from uuid import UUID, uuid4

import uvloop
from sqlalchemy import Connection, text
from websockets.asyncio.client import ClientConnection, connect

from benchmarks import common
from benchmarks._http import Client
from crmdesk.domain.ids import new_id
from crmdesk.domain.people import Role
from crmdesk.server import tokens
from crmdesk.server.local_postgres import local_postgres
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine.people import NewPerson, add_person, set_queue
from crmdesk.sync.engine.setup import initialise
from crmdesk.sync.reading import decode
from crmdesk.sync.wire import MEDIA_TYPE, Mutation, Op, Pull, PullReply, Push, PushReply, Status, encode

DESKS, ROUNDS, RATE, SECONDS = 1_000, 20, 200, 20
MEMORY_BUDGET_MB, HINT_BUDGET_MS, PUSH_BUDGET_MS = 150.0, 500.0, 200.0
_TEAMS, _PEOPLE = 10, 50
_PASSWORD = "made-up customers only"
_AT_ONCE = 50
_CONNECTIONS = 100
_PATIENCE_S = 60.0
_BETWEEN_S = 1.2
_YEAR_S = 31_536_000
_CPU = "process_cpu_seconds_total"
_DEVICES = text(
    "insert into sync.device (device_id, user_id, install_nonce, name, client_version) "
    "select d, p, gen_random_uuid(), 'bench', '0' "
    "from unnest(cast(:devices as uuid[]), cast(:people as uuid[])) as t(d, p)"
)
_KEY = text("select token_key from sync.server")


@dataclass(slots=True)
class Desk:
    """A device that is signed in, and what it heard."""

    device: UUID
    headers: dict[str, str]
    seq: int = 0
    heard_at: float = 0.0
    cursor: bytes | None = None
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def hear(self) -> None:
        """Note that something was said just now."""
        self.heard_at = perf_counter()
        self.wake.set()

    async def heard_since(self, began: float) -> None:
        """Wait until something was said after ``began``."""
        while self.heard_at < began:
            self.wake.clear()
            await self.wake.wait()


@dataclass(slots=True)
class Floor:
    """All desks, and the way to their gateway."""

    desks: list[Desk]
    url: str
    http: Client
    listening: list[asyncio.Task[None]] = field(default_factory=list)

    async def ask(self, path: str, desk: Desk, message: Any) -> bytes:
        """Return the answer's body."""
        reply = await self.http.post(path, desk.headers, encode(message))
        assert reply.status == 200, reply
        return reply.body


def _furnish(conn: Connection, count: int) -> list[UUID]:
    return [
        add_person(conn, NewPerson(f"p{n}", f"Person {n}", Role.AGENT, _PASSWORD, team=f"Team {n % _TEAMS}"))
        for n in range(min(_PEOPLE, count))
    ]


def desks(engine: Engine, count: int) -> list[Desk]:
    """Return so many signed-in desks of a few people in teams."""
    people = engine.run(lambda conn: _furnish(conn, count))
    devices = [uuid4() for _ in range(count)]
    issued = tokens_of(engine, [people[n % len(people)] for n in range(count)], devices)
    return [
        Desk(device, {"Authorization": f"Bearer {token}", "Content-Type": MEDIA_TYPE})
        for device, token in zip(devices, issued, strict=True)
    ]


def tokens_of(engine: Engine, owners: list[UUID], devices: list[UUID]) -> list[str]:
    """Register devices of people and return a lasting token for each."""

    def register(conn: Connection) -> bytes:
        conn.execute(_DEVICES, {"devices": devices, "people": owners})
        return bytes(conn.execute(_KEY).scalar_one())

    key, until = engine.run(register), int(perf_counter()) + 100 * _YEAR_S
    return [tokens.issue(key, tokens.Claim(*one, until)) for one in zip(owners, devices, strict=True)]


@contextmanager
def running(database: str, *options: str) -> Iterator[str]:
    """Run a gateway process while the block runs; yield its address. ``options`` are further arguments."""
    command = [sys.executable, "-m", "crmdesk", "serve", "--announce", "--listen", "127.0.0.1:0", *options]
    environment = {**os.environ, "CRMDESK_DATABASE": database, "CRMDESK_ERASURES": os.devnull}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)
    assert process.stdout is not None
    try:
        yield str(json.loads(process.stdout.readline())["url"])
    finally:
        process.terminate()
        process.wait(_PATIENCE_S)
        process.stdout.close()


# What is measured --------------------------------------------------------------------------------------------------


async def _connect(floor: Floor, stack: AsyncExitStack) -> float:
    """Connect every desk and return how many seconds that took."""
    began = perf_counter()
    places = asyncio.Semaphore(_AT_ONCE)
    address = floor.url.replace("http", "ws") + "/live"

    async def one(desk: Desk) -> tuple[Desk, ClientConnection]:
        async with places:
            headers = {"Authorization": desk.headers["Authorization"]}
            channel = connect(address, additional_headers=headers, proxy=None, compression=None, open_timeout=60)
            return desk, await stack.enter_async_context(channel)

    for desk, channel in await asyncio.gather(*map(one, floor.desks)):
        floor.listening.append(asyncio.create_task(_listen(desk, channel)))
    return round(perf_counter() - began, 1)


async def _listen(desk: Desk, channel: ClientConnection) -> None:
    async for _ in channel:
        desk.hear()


async def _told(floor: Floor, engine: Engine, rounds: int) -> list[float]:
    """Change something of everybody's and return, in ms, when each desk heard of it."""
    taken: list[float] = []
    for number in range(rounds):
        await asyncio.sleep(_BETWEEN_S)
        began = perf_counter()
        label = {"label": f"Queue {number}"}
        await asyncio.to_thread(engine.run, lambda conn, label=label: set_queue(conn, "bench", label))
        async with asyncio.timeout(_PATIENCE_S):
            await asyncio.gather(*(desk.heard_since(began) for desk in floor.desks))
        taken += [(desk.heard_at - began) * 1000 for desk in floor.desks]
    return taken


async def _paced(floor: Floor, rate: int, seconds: int) -> tuple[list[float], float]:
    """Send ``rate`` changes a second and return how long each took in ms, and how many a second were confirmed."""
    began = perf_counter()
    sending = []
    for number in range(rate * seconds):
        due = began + number / rate
        await asyncio.sleep(max(0.0, due - perf_counter()))
        sending.append(asyncio.create_task(_push(floor, floor.desks[number % len(floor.desks)], due)))
    taken = await asyncio.gather(*sending)
    return taken, len(taken) / (perf_counter() - began)


async def _push(floor: Floor, desk: Desk, due: float) -> float:
    async with desk.turn:
        desk.seq += 1
        values = {"kind": "person", "name": f"Customer {desk.seq}", "city": "Leeds"}
        change = Mutation(desk.seq, new_id(), 0, "customer", new_id(), Op.INSERT, 0, {}, values)
        body = await floor.ask("/sync/push", desk, Push(desk.device, (change,)))
    (result,) = decode(body, PushReply).results
    assert result.status is Status.OK, result
    return (perf_counter() - due) * 1000


async def _pull(floor: Floor, desk: Desk) -> None:
    more = True
    while more:
        body = await floor.ask("/sync/pull", desk, Pull(desk.device, desk.cursor))
        reply = decode(body, PullReply)
        desk.cursor, more = reply.cursor, reply.more


async def _pull_all(floor: Floor, engine: Engine) -> float:
    """Let every desk fetch one change at once; return the seconds until the last has it."""
    for desk in floor.desks[:1]:
        await _pull(floor, desk)
    for desk in floor.desks:
        desk.cursor = floor.desks[0].cursor  # as after a night: sealed for all alike
    await asyncio.to_thread(engine.run, lambda conn: set_queue(conn, "bench", {"label": "At last"}))
    began = perf_counter()
    await asyncio.gather(*(_pull(floor, desk) for desk in floor.desks))
    return round(perf_counter() - began, 2)


async def _memory_mb(floor: Floor) -> float:
    return round(await _metric(floor, "process_resident_memory_bytes") / 1_048_576, 1)


async def _metric(floor: Floor, name: str) -> float:
    told = (await floor.http.get("/metrics")).body.decode()
    (line,) = [line for line in told.splitlines() if line.startswith(name + " ")]
    return float(line.rpartition(" ")[2])


async def _measure(url: str, engine: Engine, arguments: Any) -> dict[str, Any]:
    everybody = desks(engine, arguments.desks)
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(Client(url, _CONNECTIONS))
        floor = Floor(everybody, url, http)
        before = await _memory_mb(floor)
        connected = await _connect(floor, stack)
        idle = await _memory_mb(floor)
        cpu = await _metric(floor, _CPU)
        hints = await _told(floor, engine, arguments.rounds)
        hinting = await _metric(floor, _CPU) - cpu
        await _paced(floor, arguments.rate, 2)
        cpu = await _metric(floor, _CPU)
        pushes, rate = await _paced(floor, arguments.rate, arguments.seconds)
        pushing = await _metric(floor, _CPU) - cpu
        pulled = await _pull_all(floor, engine)
        pulling = await _metric(floor, _CPU) - cpu - pushing
        memory = await _memory_mb(floor)
        for task in floor.listening:
            task.cancel()
        await asyncio.gather(*floor.listening, return_exceptions=True)
    return {
        "connected_s": connected,
        "memory_mb": {"empty": before, "idle": idle, "end": memory},
        "hint_ms": _spread(hints),
        "push_ms": _spread(pushes),
        "pushed_per_s": round(rate, 1),
        "pull_all_s": pulled,
        "gateway_cpu_ms": {
            "per_push": round(pushing * 1000 / len(pushes), 2),
            "per_pull": round(pulling * 1000 / len(everybody), 2),
            "per_hint": round(hinting * 1000 / len(hints), 3),
        },
    }


def _spread(taken: Sequence[float]) -> dict[str, float]:
    return {
        "p50": round(common.percentile(taken, 50), 1),
        "p99": round(common.percentile(taken, 99), 1),
        "max": round(max(taken), 1),
    }


def _raise_limits() -> None:
    """Let this process and those it starts have a file for each desk."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def main(argv: Sequence[str] | None = None) -> int:
    """Measure once and print it."""
    parser = common.parser("gateway", __doc__)
    parser.add_argument("--desks", type=int, default=DESKS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--rate", type=int, default=RATE, help="changes a second")
    parser.add_argument("--seconds", type=int, default=SECONDS)
    arguments = parser.parse_args(argv)
    _raise_limits()
    with local_postgres() as postgres:
        engine = Engine(postgres.url(), connections=2)
        initialise(engine, lambda: NewPerson("admin", "Ada Min", Role.ADMINISTRATOR, _PASSWORD))
        with running(postgres.url()) as url, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            figures = runner.run(_measure(url, engine, arguments))
        engine.close()
    result = {"bench": "gateway", "desks": arguments.desks, "rate": arguments.rate, **figures}
    within = (
        figures["memory_mb"]["end"] <= MEMORY_BUDGET_MB
        and figures["hint_ms"]["p99"] <= HINT_BUDGET_MS
        and figures["push_ms"]["p99"] <= PUSH_BUDGET_MS
    )
    budgets = {"memory_mb": MEMORY_BUDGET_MB, "hint_p99_ms": HINT_BUDGET_MS, "push_p99_ms": PUSH_BUDGET_MS}
    return common.report(result | {"budget": budgets, "within_budget": within}, arguments.json)


if __name__ == "__main__":
    sys.exit(main())
