"""AMI bytes at the gateway to the customer painted, two hundred desks connected, a million customers (p99 100 ms).

A gateway process on a PostgreSQL of its own is told of direct calls by a manager interface on loopback. The desktop
works on its generated file and is told by that gateway over a live channel; the time runs from writing the first bytes
of a call to the page's word that its pop was painted. The other desks are connections in a process of their own.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

import msgspec
from websockets.asyncio.client import connect

from benchmarks import common, gateway, pop
from benchmarks._profile import ME, PASSPHRASE, profile
from benchmarks._store import CUSTOMERS, store
from crmdesk.domain.calls.live import PhoneLink
from crmdesk.domain.people import Role
from crmdesk.server.local_postgres import local_postgres
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine.people import NewPerson, add_person
from crmdesk.sync.engine.setup import initialise
from crmdesk.sync.wire import LiveBoard, LiveCall, LiveMessage, LivePhone, LiveStatus
from crmdesk.telephony.ami.playback import Playback

BUDGET_MS = 100.0
DESKS, _RUNS, _CALLS, _WARM_UP = 200, 3, 200, 40
USER, SECRET, _PASSWORD = "bench", "not-a-real-secret", "made-up customers only"
_LIMIT_S, _PATIENCE_S = 20.0, 60.0
_EPOCH, _TURN_S = 1_795_900_000, 0.01


class House:
    """A gateway with its phone system to be, desks that listen, and the token of the desktop."""

    def __init__(self, stack: ExitStack, desks: int) -> None:
        self.ami = _free_port()
        database = stack.enter_context(local_postgres()).url()
        engine = Engine(database, connections=2)
        initialise(engine, lambda: NewPerson("admin", "Ada Min", Role.ADMINISTRATOR, _PASSWORD))
        person = NewPerson(ME.login, ME.display_name, Role.AGENT, _PASSWORD, ME.extension)
        mine = engine.run(lambda conn: add_person(conn, person))
        self.token = gateway.tokens_of(engine, [mine], [uuid4()])[0]
        others = gateway.desks(engine, desks)
        engine.close()
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "secret").write_text(SECRET)
        phone = ("--ami", f"127.0.0.1:{self.ami}", "--ami-user", USER, "--ami-secret-file", str(folder / "secret"))
        self.url = stack.enter_context(gateway.running(database, *phone, "--region", "GB"))
        stack.enter_context(_listeners(self.url, [desk.headers["Authorization"].split()[1] for desk in others]))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _listeners(url: str, tokens: Sequence[str]) -> Iterator[None]:
    command = [sys.executable, "-m", "benchmarks._listeners", url]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    to, back = _pipes(process)
    try:
        to.write("".join(f"{token}\n" for token in tokens) + "\n")
        to.flush()
        assert back.readline().strip() == "connected"
        yield
    finally:
        to.close()
        process.wait(_PATIENCE_S)
        back.close()


def _pipes(process: subprocess.Popen[str]) -> tuple[IO[str], IO[str]]:
    assert process.stdin is not None
    assert process.stdout is not None
    return process.stdin, process.stdout


# What the phone system says ----------------------------------------------------------------------------------------


def event(name: str, **fields: str) -> bytes:
    lines = [f"Event: {name}", "Privilege: call,all", *(f"{field}: {value}" for field, value in fields.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def call(at: int, number: str) -> tuple[str, bytes, bytes]:
    """Return the key of a direct call, what is said when it rings, and what when its caller gives up."""
    caller, phone = f"{_EPOCH}.{2 * at}", f"{_EPOCH}.{2 * at + 1}"
    outside = {
        "Channel": f"PJSIP/trunk-{2 * at:08x}",
        "ChannelState": "4",
        "CallerIDNum": number,
        "CallerIDName": "<unknown>",
        "Context": "from-trunk",
        "Exten": "13125550110",
        "Uniqueid": caller,
        "Linkedid": caller,
    }
    dialled = {
        "DestChannel": f"PJSIP/{ME.extension}-{2 * at + 1:08x}",
        "DestChannelState": "0",
        "DestCallerIDNum": ME.extension or "",
        "DestUniqueid": phone,
        "DestLinkedid": caller,
    }
    inside = {"Channel": dialled["DestChannel"], "ChannelState": "5", "Uniqueid": phone, "Linkedid": caller}
    rings = event("Newchannel", **outside) + event("DialBegin", **outside, **dialled, DialString=ME.extension or "")
    over = event("DialEnd", **outside, **dialled, DialStatus="CANCEL")
    over += event("Hangup", **inside, Cause="0") + event("Hangup", **outside, Cause="0")
    return f"asterisk:{phone}", rings, over


# What is measured --------------------------------------------------------------------------------------------------


async def measure(found: list[list[float]], house: House, calls: Sequence[str], runs: int, desktop: Any) -> None:
    """Let calls ring one after the other and put down how long each took from the manager's bytes to the paint."""
    page = await pop.desk_page(desktop)
    await alone(desktop.session)
    popped: asyncio.Queue[tuple[str, float, float]] = asyncio.Queue()
    page.popped.connect(partial(pop.note, popped))
    switch = Playback({}, USER, SECRET)
    await switch.start(house.ami)
    ended: asyncio.Queue[str] = asyncio.Queue()
    connected = asyncio.Event()
    hearing = asyncio.create_task(hear(house, desktop.session.desk.phone, ended, connected))
    try:
        async with asyncio.timeout(_PATIENCE_S):
            await connected.wait()
        at = 0
        for run in range(runs + 1):
            taken = []
            for number in calls[:_WARM_UP] if run == 0 else calls[_WARM_UP:]:
                at += 1
                key, rings, over = call(at, number)
                began = time.perf_counter()
                await switch.send(rings)
                async with asyncio.timeout(_LIMIT_S):
                    shown, painted, _ = await popped.get()
                    assert shown == key
                    await switch.send(over)
                    while await ended.get() != key:
                        pass
                taken.append((painted - began) * 1000)
                await pop.settled(page)
            if run:
                found.append(taken)
    finally:
        hearing.cancel()
        await asyncio.gather(hearing, return_exceptions=True)
        await switch.stop()


async def alone(session: Any) -> None:
    """End a desk's own way to its server, which is not there: it would say of the phone that nobody hears it, against
    what ``hear`` tells."""
    while session._link is None:  # noqa: ASYNC110 - it begins once the page was painted, and nothing tells of it
        await asyncio.sleep(_TURN_S)
    await session._end_link()


async def hear(house: House, phone: Any, ended: asyncio.Queue[str], connected: asyncio.Event) -> None:
    """Tell the desk what its gateway says, as its own live channel does."""
    headers = {"Authorization": f"Bearer {house.token}"}
    address = house.url.replace("http", "ws") + "/live"
    async with connect(address, additional_headers=headers, proxy=None, compression=None, max_size=None) as channel:
        async for data in channel:
            assert isinstance(data, bytes)
            match msgspec.msgpack.decode(data, type=LiveMessage):
                case LiveCall(call=call):
                    await phone.heard_call(call)
                    if call.ended_at is not None:
                        ended.put_nowait(call.key)
                case LiveBoard(board=board):
                    phone.heard_board(board)
                case LiveStatus(status=status):
                    phone.heard_status(status)
                case LivePhone(state=state):
                    phone.heard_state(state)
                    if state.link is PhoneLink.CONNECTED:
                        connected.set()


def _figures(run: Sequence[float]) -> dict[str, float]:
    return {"p50_ms": common.percentile(run, 50), "p99_ms": common.percentile(run, 99), "max_ms": max(run)}


def main(argv: Sequence[str] | None = None) -> int:
    """Measure several runs and print their medians."""
    parser = common.parser("ring", __doc__)
    parser.add_argument("--customers", type=int, default=CUSTOMERS)
    parser.add_argument("--interactions", type=int, default=0)
    parser.add_argument("--desks", type=int, default=DESKS)
    parser.add_argument("--calls", type=int, default=_CALLS)
    parser.add_argument("--runs", type=int, default=_RUNS)
    arguments = parser.parse_args(argv)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    logging.disable(logging.WARNING)
    folder, _ = profile(arguments.customers, arguments.interactions)
    calls = pop.numbers(store(arguments.customers, arguments.interactions)[0], arguments.calls + _WARM_UP)
    from crmdesk import app

    found: list[list[float]] = []
    with ExitStack() as stack:
        house = House(stack, arguments.desks)
        options = app.DesktopOptions(folder, passphrase=PASSPHRASE)
        app.run(options, partial(measure, found, house, calls, arguments.runs))
    figures = common.middle([_figures(run) for run in found])
    result = {"bench": "ring", "customers": arguments.customers, "interactions": arguments.interactions}
    result |= {"desks": arguments.desks, "calls": arguments.calls, "runs": arguments.runs, **figures}
    result |= {"budget_p99_ms": BUDGET_MS, "within_budget": figures["p99_ms"] <= BUDGET_MS}
    return common.report(result, arguments.json)


if __name__ == "__main__":
    sys.exit(main())
