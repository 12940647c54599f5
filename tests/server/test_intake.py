"""From a phone system's bytes to desks, boards and rows: a real connector, a real database, recorded calls."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import Connection, text

from crmdesk.domain.calls.live import AgentCall, Board, Phase, PhoneLink, PhoneState, RingResult
from crmdesk.domain.clock import SystemClock
from crmdesk.domain.people import Identity, Role
from crmdesk.server.auth import Known
from crmdesk.server.gateway import Gateway
from crmdesk.server.housekeeping import do_jobs
from crmdesk.server.intake import Intake
from crmdesk.server.local_postgres import FAST_AND_FORGETFUL, local_postgres
from crmdesk.sync.engine import Engine, Principal
from crmdesk.sync.engine.people import HOUSE, NewPerson, add_person
from crmdesk.sync.engine.setup import initialise
from crmdesk.sync.wire import LiveBoard, LiveCall, LiveMessage, LiveOpen, LivePhone, Op
from crmdesk.telephony.ami import CONNECTOR
from crmdesk.telephony.ami.playback import Pace, Playback
from tests.support.ami_server import SECRET, USERNAME, playing
from tests.support.clock import StandingClock
from tests.support.server import Device, desk_of, interaction
from tests.support.waiting import until, until_async


@dataclass
class Ear:
    """A connected desk that writes down what it hears."""

    known: Known
    calls: list[AgentCall] = field(default_factory=list)
    boards: list[Board] = field(default_factory=list)
    phone: list[PhoneState] = field(default_factory=list)
    open: list[LiveOpen] = field(default_factory=list)

    async def hear(self, data: bytes) -> None:
        """Take one message."""
        message = msgspec.msgpack.decode(data, type=LiveMessage)
        match message:
            case LiveCall(call=call):
                self.calls.append(call)
            case LiveBoard(board=board):
                self.boards.append(board)
            case LivePhone(state=state):
                self.phone.append(state)
            case LiveOpen():
                self.open.append(message)

    def last(self, phase: Phase) -> AgentCall | None:
        """Return the last call that was heard in this phase."""
        return next((call for call in reversed(self.calls) if call.phase is phase), None)


class Floor:
    """A gateway with its phone system, and people who listen."""

    def __init__(self, gateway: Gateway, playback: Playback) -> None:
        self.gateway = gateway
        self.playback = playback
        self.tasks: list[asyncio.Task[None]] = []

    def listen(self, extension: str | None, role: Role = Role.AGENT) -> Ear:
        """Connect a desk."""
        person, device = uuid4(), uuid4()
        identity = Identity(person, "x", "X", extension, role)
        ear = Ear(Known(Principal(person, device, "x", role, (HOUSE,), HOUSE), identity))
        self.tasks.append(asyncio.create_task(self.gateway.hub.serve(ear.known, ear.hear)))
        return ear

    async def connected(self) -> None:
        """Wait until the connector is signed in and has had its look."""
        await until(lambda: self._link() is PhoneLink.CONNECTED, "the phone system is connected")

    def _link(self) -> PhoneLink | None:
        state = self.gateway.hub.phone_state
        return state.link if state else None

    async def rows(self, entity: str) -> list[dict[str, Any]]:
        """Return the rows of a table."""

        def look(conn: Connection) -> list[dict[str, Any]]:
            return [dict(row._mapping) for row in conn.execute(text(f"select * from crm.{entity} order by id"))]

        return await self.gateway.in_thread(look)

    async def closed_or_waiting(self, count: int) -> list[dict[str, Any]]:
        """Wait until so many interactions are over, and return them."""

        async def over() -> list[dict[str, Any]]:
            found = [row for row in await self.rows("interaction") if row["ended_at"] is not None]
            return found if len(found) >= count else []

        return await until_async(over, f"{count} interactions are over")


@asynccontextmanager
async def floor(url: str, *recordings: str) -> AsyncIterator[Floor]:
    """Run a gateway on a database with a phone system that plays recordings."""
    async with playing(*recordings) as (playback, port):
        options = {"host": "127.0.0.1", "port": str(port), "username": USERNAME, "secret": SECRET}
        gateway = Gateway(Engine(url), SystemClock())
        gateway.beside.append(Intake(gateway, CONNECTOR.build(options), "US", "UTC").run)
        async with gateway.running():
            made = Floor(gateway, playback)
            try:
                yield made
            finally:
                for task in made.tasks:
                    task.cancel()
                await asyncio.gather(*made.tasks, return_exceptions=True)


def run(url: str, story: Callable[[Floor], Awaitable[None]], *recordings: str) -> None:
    """Tell a story on a floor of its own."""

    async def whole() -> None:
        async with floor(url, *recordings) as made:
            await story(made)

    asyncio.run(whole())


def add_agent(engine: Engine, login: str, extension: str) -> UUID:
    """Make an agent with a phone."""
    person = NewPerson(login, login.title(), Role.AGENT, "long enough", extension)
    return engine.run(lambda conn: add_person(conn, person))


def test_an_answered_call_reaches_its_agent_and_becomes_an_interaction_that_waits_for_wrap_up(
    engine: Engine, database_url: str
) -> None:
    lena = add_agent(engine, "lena", "1001")

    async def story(on: Floor) -> None:
        desk, other, overseer = on.listen("1001"), on.listen("1002"), on.listen(None, Role.SUPERVISOR)
        await on.connected()
        await on.playback.play("a_answered", Pace.AT_ONCE)
        (row,) = await on.closed_or_waiting(1)
        assert (row["e164"], row["direction"], row["state"]) == ("+13055550123", "inbound", "wrap_up")
        assert (row["agent_id"], row["customer_id"], row["outcome"]) == (lena, None, "answered")
        assert row["caller_name"] == "Ivan Petrov"
        ended = await until(lambda: desk.last(Phase.ENDED), "the desk heard the end")
        assert ended.contact_id == row["id"]
        assert ended.party.e164 == "+13055550123"
        assert other.calls == []
        assert overseer.calls == []
        legs = await until_async(lambda: on.rows("call_leg"))
        assert {(leg["agent_extension"], leg["result"]) for leg in legs} >= {("1001", "answered")}
        assert all(leg["interaction_id"] == row["id"] for leg in legs)
        board = await until(lambda: next((b for b in overseer.boards if any(q.answered for q in b.queues)), None))
        assert {agent.extension: agent.name for agent in board.agents}["1001"] == "Lena"
        agents_view = await until(lambda: next((b for b in desk.boards if any(q.answered for q in b.queues)), None))
        assert agents_view.agents == ()

    run(database_url, story, "a_answered")


def test_an_abandoned_call_is_closed_by_itself_with_the_reason(database_url: str) -> None:
    async def story(on: Floor) -> None:
        await on.connected()
        await on.playback.play("b_abandoned", Pace.AT_ONCE)
        (row,) = await on.closed_or_waiting(1)
        assert (row["state"], row["closed_reason"], row["outcome"]) == ("closed", "abandoned", "abandoned")
        assert row["agent_id"] is None

    run(database_url, story, "b_abandoned")


def test_a_queue_that_nobody_set_up_is_made_so_that_its_board_shows(engine: Engine, database_url: str) -> None:
    async def story(on: Floor) -> None:
        await on.connected()
        queues = await until_async(lambda: on.rows("queue"), "the queues are known")
        assert "support" in {queue["name"] for queue in queues}

    run(database_url, story, "a_answered")


def test_a_gateway_that_starts_again_knows_the_day_and_goes_on_with_higher_revisions(
    engine: Engine, database_url: str
) -> None:
    add_agent(engine, "lena", "1001")
    heard: list[AgentCall] = []

    async def before(on: Floor) -> None:
        desk, overseer = on.listen("1001"), on.listen(None, Role.SUPERVISOR)
        await on.connected()
        await on.playback.play("a_answered", Pace.AT_ONCE)
        await on.closed_or_waiting(1)
        heard.append(await until(lambda: desk.last(Phase.ENDED)))
        await until(lambda: next((b for b in overseer.boards if any(q.answered for q in b.queues)), None))

    async def after(on: Floor) -> None:
        await on.connected()
        desk, overseer = on.listen("1001"), on.listen(None, Role.SUPERVISOR)
        again = await until(lambda: desk.last(Phase.ENDED), "the desk is told of the call it had")
        assert again.key == heard[0].key
        assert again.revision > heard[0].revision
        await until(lambda: next((b for b in overseer.boards if any(q.answered == 1 for q in b.queues)), None))
        assert len(await on.rows("interaction")) == 1

    run(database_url, before, "a_answered")
    run(database_url, after, "a_answered")


def test_after_a_look_at_the_phone_system_a_desk_is_told_which_of_its_calls_go_on(
    engine: Engine, database_url: str
) -> None:
    """Also one that comes later: it may have heard of calls from a gateway that fell before it wrote them down."""
    add_agent(engine, "lena", "1001")

    async def story(on: Floor) -> None:
        await on.connected()
        desk = on.listen("1001")
        await until(lambda: desk.open)
        first = desk.open[-1]
        assert first.keys == ()
        await on.playback.play("a_answered", Pace.AT_ONCE)
        ended = await until(lambda: desk.last(Phase.ENDED))
        assert ended.revision > first.told_to
        await on.playback.drop_connections()
        await until(lambda: desk.open[-1] is not first, "it is told after each look")
        assert desk.open[-1].keys == ()
        assert desk.open[-1].told_to > ended.revision

    run(database_url, story, "a_answered")


def test_what_a_desk_wrote_stands_when_the_phone_tells_more(engine: Engine, database_url: str) -> None:
    desk = desk_of(engine, "lena", extension="1001")
    lena = desk.principal.user_id
    customer = uuid4()

    async def story(on: Floor) -> None:
        ear = on.listen("1001")
        await on.connected()
        await on.playback.play("a_answered", Pace.AT_ONCE)
        ended = await until(lambda: ear.last(Phase.ENDED))
        (row,) = await on.closed_or_waiting(1)
        await asyncio.to_thread(_wrap_up, desk, row["id"], row["ver"], customer)
        await on.playback.play("a_answered", Pace.AT_ONCE)
        await until_async(lambda: _events_after(on, ended.ended_at))
        (after,) = await on.rows("interaction")
        assert (after["customer_id"], after["state"]) == (customer, "closed")
        assert after["agent_id"] == lena

    run(database_url, story, "a_answered")


def _wrap_up(desk: Device, row: UUID, ver: int, customer: UUID) -> None:
    made = desk.mutation("interaction", row, Op.INSERT, **interaction(customer_id=customer.hex))
    closed = desk.mutation("interaction", row, Op.UPDATE, ver, state="closed", closed_reason="wrapped up")
    results = desk.push(made, closed)
    assert all(not result.conflicts for result in results), results


async def _events_after(on: Floor, instant: datetime | None) -> bool:
    count = text("select count(*) > 0 from sync.telephony_event where at > :at")
    return bool(await on.gateway.in_thread(lambda conn: conn.execute(count, {"at": instant}).scalar_one()))


def test_a_wrap_up_that_was_finished_at_the_desk_ends_the_agents_wrap_up_on_the_board(
    engine: Engine, database_url: str
) -> None:
    desk = desk_of(engine, "lena", extension="1001")

    async def story(on: Floor) -> None:
        overseer = on.listen(None, Role.SUPERVISOR)
        await on.connected()
        await on.playback.play("a_answered", Pace.AT_ONCE)
        (row,) = await on.closed_or_waiting(1)
        await asyncio.to_thread(_wrap_up, desk, row["id"], row["ver"], uuid4())
        stored = text("select count(*) > 0 from sync.telephony_event where encode(body, 'escape') like '%WrapUpEnded%'")
        await until_async(lambda: on.gateway.in_thread(lambda conn: conn.execute(stored).scalar_one()))
        assert overseer.boards

    run(database_url, story, "a_answered")


def test_while_the_phone_system_is_away_desks_are_told_and_it_is_tried_again(database_url: str) -> None:
    async def story(on: Floor) -> None:
        desk = on.listen("1001")
        await on.connected()
        await on.playback.drop_connections()
        await until(lambda: any(state.link is PhoneLink.UNREACHABLE for state in desk.phone), "the desk was told")
        await until(lambda: desk.phone[-1].link is PhoneLink.CONNECTED, "it is connected again")

    run(database_url, story, "a_answered")


def test_while_the_database_is_away_the_phone_still_rings_on_the_desk() -> None:
    async def whole() -> None:
        with local_postgres(FAST_AND_FORGETFUL) as postgres:
            engine = Engine(postgres.url())
            initialise(engine, lambda: NewPerson("boss", "Boss", Role.ADMINISTRATOR, "long enough"))
            engine.close()
            running = floor(postgres.url(), "a_answered")
            on = await running.__aenter__()
            await on.connected()
        try:
            desk = on.listen("1001")
            await on.playback.play("a_answered", Pace.AT_ONCE)
            ended = await until(lambda: desk.last(Phase.ENDED), "the call was told")
            assert ended.party.e164 == "+13055550123"
            await until(lambda: on.gateway.feed.away, "the gateway knows that its database is away")
        finally:
            await running.__aexit__(None, None, None)

    asyncio.run(whole())


def test_one_gateway_has_the_phone_the_others_tell_their_desks_and_one_takes_over(database_url: str) -> None:
    async def whole() -> None:
        async with AsyncExitStack() as both:
            ending = await both.enter_async_context(AsyncExitStack())
            first = await ending.enter_async_context(floor(database_url, "a_answered", "b_abandoned"))
            await first.connected()
            second = await both.enter_async_context(floor(database_url, "a_answered"))
            desk, overseer = second.listen("1001"), second.listen(None, Role.SUPERVISOR)
            await until(lambda: overseer.boards, "the second shows a board")
            await first.playback.play("a_answered", Pace.AT_ONCE)
            ended = await until(lambda: desk.last(Phase.ENDED), "a desk at the second heard of its call")
            assert ended.party.e164 == "+13055550123"
            await until(lambda: any(q.answered for board in overseer.boards for q in board.queues))
            await until(lambda: overseer.boards[-1].stale_since is None, "its board is not old")
            await ending.aclose()
            await second.playback.signed_in()
            await second.playback.play("a_answered", Pace.AT_ONCE)
            assert len(await second.closed_or_waiting(1)) == 1

    asyncio.run(whole())


def test_what_nobody_wraps_up_is_closed_after_half_an_hour(engine: Engine) -> None:
    desk = desk_of(engine, "anna")
    old, fresh = uuid4(), uuid4()
    now = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
    for row, minutes in ((old, 31), (fresh, 29)):
        ended = int((now - timedelta(minutes=minutes)).timestamp() * 1_000_000)
        desk.insert("interaction", row, **interaction(state="wrap_up", ended_at=ended))
    clock = StandingClock(now)
    engine.run(lambda conn: do_jobs(conn, clock))
    engine.run(lambda conn: do_jobs(conn, clock))
    seen = desk.pull()["interaction"]
    assert (seen[old]["state"], seen[old]["closed_reason"]) == ("closed", "not wrapped up")
    assert seen[fresh]["state"] == "wrap_up"


def test_a_desk_that_does_not_listen_is_dropped_and_holds_up_nobody(engine: Engine) -> None:
    async def story() -> None:
        gateway = Gateway(engine, SystemClock())
        asleep = asyncio.Event()

        async def never(_: bytes) -> None:
            asleep.set()
            await asyncio.Event().wait()

        ears = Floor(gateway, Playback({}, "", ""))
        person, device = uuid4(), uuid4()
        principal = Principal(person, device, "x", Role.AGENT, (HOUSE,), HOUSE)
        known = Known(principal, Identity(person, "x", "X", "1001", Role.AGENT))
        deaf = asyncio.create_task(gateway.hub.serve(known, never))
        good = ears.listen("1002")
        await until(lambda: len(gateway.hub) == 2)
        for number in range(1, 500):
            state = PhoneState(PhoneLink.CONNECTING, SystemClock().now(), str(number))
            gateway.hub.phone(state)
        await until(lambda: good.phone and good.phone[-1].detail == "499")
        assert len(good.phone) < 499
        await asleep.wait()
        gateway.hub.disconnect()
        deaf.cancel()
        await asyncio.gather(deaf, *ears.tasks, return_exceptions=True)
        assert len(gateway.hub) == 0

    asyncio.run(story())


def test_ring_results_are_told_apart_in_the_rows(database_url: str) -> None:
    async def story(on: Floor) -> None:
        await on.connected()
        await on.playback.play("c_ringnoanswer", Pace.AT_ONCE)
        await on.closed_or_waiting(1)

        async def results() -> set[str]:
            found = {leg["result"] for leg in await on.rows("call_leg")}
            return found if None not in found and len(found) > 1 else set()

        found = await until_async(results, "every ring has its result")
        assert RingResult.NO_ANSWER in found
        assert RingResult.ANSWERED in found

    run(database_url, story, "c_ringnoanswer")
