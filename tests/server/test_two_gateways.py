"""Two gateways on one database, without a balancer before them: desks on both, and either may die at any moment."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import httpx
import msgspec
import pytest
from websockets.asyncio.client import ClientConnection, connect

from crmdesk.domain.calls.live import Board
from crmdesk.domain.errors import Unavailable
from crmdesk.domain.ids import new_id
from crmdesk.domain.people import Role
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine.status import server_status
from crmdesk.sync.wire import LiveBoard, LiveMessage, Status
from tests.support.ami_server import SECRET, USERNAME, playing
from tests.support.gateway import GatewayProcess, gateway, gateway_beside
from tests.support.postgres import Databases
from tests.support.server import desk_of
from tests.support.waiting import until
from tests.support.wire_desk import Desk, made, next_hint


@dataclass
class Pair:
    """Two gateways, and a desk at each."""

    one: GatewayProcess
    two: GatewayProcess
    anna: Desk
    bela: Desk


@pytest.fixture
def pair(engine: Engine, database_url: str) -> Iterator[Pair]:
    for login in ("anna", "bela"):
        desk_of(engine, login)
    with ExitStack() as stack:
        one, two = (stack.enter_context(gateway(database_url)) for _ in range(2))
        anna, bela = Desk(one.url, "anna"), Desk(two.url, "bela")
        stack.callback(anna.close)
        stack.callback(bela.close)
        yield Pair(one, two, anna, bela)


def until_there(desk: Desk, row: UUID) -> None:
    """Listen and pull until the row has come, as a desk does."""
    with desk.live() as channel:
        while row not in desk.pull().get("customer", set()):
            next_hint(channel)


def test_a_change_at_one_gateway_is_hinted_to_desks_at_the_other(pair: Pair) -> None:
    pair.bela.pull()
    with pair.bela.live() as channel:
        row = new_id()
        assert pair.anna.push(made(1, row)) == [Status.OK]
        while row not in pair.bela.pull().get("customer", set()):
            next_hint(channel)


def test_both_are_seen_at_work_with_their_desks(pair: Pair, engine: Engine) -> None:
    both = {pair.one.process.pid, pair.two.process.pid}
    seen = asyncio.run(until(lambda: {g.pid for g in engine.run(server_status).gateways} == both))
    assert seen
    assert pair.two.end() == 0
    assert [g.pid for g in engine.run(server_status).gateways] == [pair.one.process.pid]


@pytest.mark.parametrize("dies", ["one", "two"])
def test_a_desk_whose_gateway_is_killed_goes_on_at_the_other_and_nothing_is_done_twice(pair: Pair, dies: str) -> None:
    at_dead, at_living = (pair.anna, pair.bela) if dies == "one" else (pair.bela, pair.anna)
    dead, living = (pair.one, pair.two) if dies == "one" else (pair.two, pair.one)
    rows = [new_id() for _ in range(3)]
    changes = [made(n, row) for n, row in enumerate(rows, start=1)]
    assert at_dead.push(changes[0]) == [Status.OK]
    dead.kill()
    with pytest.raises(Unavailable):
        at_dead.push(*changes)
    at_dead.resume(living.url)
    assert at_dead.push(*changes) == [Status.OK] * 3
    assert at_dead.push(*changes) == [Status.OK] * 3
    assert at_living.pull()["customer"] == set(rows)


def test_what_is_sent_at_both_at_once_is_all_there_and_both_desks_end_equal(pair: Pair) -> None:
    rows: dict[Desk, list[UUID]] = {pair.anna: [], pair.bela: []}
    for seq in range(1, 21):
        for desk in rows:
            row = new_id()
            assert desk.push(made(seq, row)) == [Status.OK]
            rows[desk].append(row)
    everything = {row for made_here in rows.values() for row in made_here}
    assert pair.anna.pull()["customer"] == pair.bela.pull()["customer"] == everything


def test_a_database_that_is_put_back_under_both_begins_anew_once(databases: Databases) -> None:
    url = databases.ready()
    engine = Engine(url)
    for login in ("anna", "bela"):
        desk_of(engine, login)
    engine.close()
    backup = databases.copy(url)
    with gateway(url) as one, gateway(url) as two:
        anna, bela = Desk(one.url, "anna"), Desk(two.url, "bela")
        epoch, row = anna.hello().epoch, new_id()
        assert anna.push(made(1, row)) == [Status.OK]
        assert bela.pull()["customer"] == {row}
        databases.put_back(backup, url)
        anna.close()
        bela.close()
        assert asyncio.run(until(lambda: _restores(one) + _restores(two) == 1 and _serve(one, two)))
        anna, bela = Desk(one.url, "anna"), Desk(two.url, "bela")
        assert anna.hello().epoch == bela.hello().epoch != epoch
        assert "customer" not in bela.pull()
        assert anna.push(made(1, row)) == [Status.OK]
        assert bela.pull()["customer"] == {row}
        anna.close()
        bela.close()
        assert sorted(_restores(process) for process in (one, two)) == [0, 1]
    databases.drop(url)
    databases.drop(backup)


def _serve(*processes: GatewayProcess) -> bool:
    return all(_number(process, "crmdesk_database_away") == 0 for process in processes)


def _restores(process: GatewayProcess) -> int:
    return _number(process, "crmdesk_restores_total")


def _number(process: GatewayProcess, name: str) -> int:
    told = httpx.get(process.url + "/metrics", trust_env=False).text
    found = next(line for line in told.splitlines() if line.startswith(name + " "))
    return int(found.rpartition(" ")[2])


def test_boards_are_stale_while_the_gateway_that_holds_the_phone_stands_still(
    database_url: str, engine: Engine, tmp_path: Path
) -> None:
    desk_of(engine, "nadia", role=Role.SUPERVISOR)
    (tmp_path / "secret").write_text(SECRET)

    async def story() -> None:
        async with AsyncExitStack() as stack:
            _, port = await stack.enter_async_context(playing("a_answered"))
            account = ("--ami-user", USERNAME, "--ami-secret-file", str(tmp_path / "secret"))
            phone = ("--ami", f"127.0.0.1:{port}", *account, "--region", "US")
            holder = await stack.enter_async_context(gateway_beside(database_url, *phone))
            other = await stack.enter_async_context(gateway_beside(database_url, *phone))
            nadia = await asyncio.to_thread(Desk, other.url, "nadia")
            stack.callback(nadia.close)
            headers = {"Authorization": f"Bearer {nadia.client.access_token}"}
            address = other.url.replace("http", "ws") + "/live"
            channel = await stack.enter_async_context(connect(address, proxy=None, additional_headers=headers))
            await board(channel, lambda board: board.stale_since is None)
            holder.process.send_signal(signal.SIGSTOP)
            try:
                await board(channel, lambda board: board.stale_since is not None)
            finally:
                holder.process.send_signal(signal.SIGCONT)
            await board(channel, lambda board: board.stale_since is None)

    asyncio.run(story())


async def board(channel: ClientConnection, is_right: Callable[[Board], bool]) -> Board:
    """Return the next board that is right; fails when none comes."""
    async with asyncio.timeout(60):
        while True:
            data = await channel.recv()
            assert isinstance(data, bytes)
            message = msgspec.msgpack.decode(data, type=LiveMessage)
            if isinstance(message, LiveBoard) and is_right(message.board):
                return message.board
