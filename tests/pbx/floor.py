"""A house with a real switch: phones of five agents and of the outside, a gateway process, a desk for everybody."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import ExitStack, asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import text

from crmdesk.domain.calls.live import AgentCall, Board, Phase, PhoneLink, QueueFigures
from crmdesk.domain.clock import SystemClock
from crmdesk.domain.people import Role
from crmdesk.runtime.bus import Bus, CallChanged
from crmdesk.runtime.session import DeskSession, open_file
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine.people import NewPerson, add_person
from crmdesk.telephony.ami.session import AmiSession
from tests.pbx.phones import Leg, Phone
from tests.pbx.switch import OUTSIDE, Switch
from tests.support.gateway import GatewayProcess, gateway
from tests.support.waiting import until

T = TypeVar("T")
PASSWORD = "open sesame, please"
SUPERVISOR = "bela"
_STORY_S = 240.0
_ANSWER_S = 20.0
_PATIENCE_S = 60.0
_OVER = text(
    "select direction, withheld, outcome, ended_by, state, queue, "
    "(select count(*) from crm.call_leg l where l.interaction_id = i.id) "
    "from crm.interaction i where e164 = :number and ended_by is not null order by began_at"
)

_LEGS = text(
    "select l.agent_extension, l.result from crm.call_leg l join crm.interaction i on i.id = l.interaction_id "
    "where i.e164 = :number"
)

_ANSWERED = text(
    "select count(*) from crm.call_leg l join crm.interaction i on i.id = l.interaction_id "
    "where i.e164 = :number and l.answered_at is not null"
)
_NOTHING_WRITTEN = text("lock table sync.telephony_event, crm.call_leg in share mode")


class AgentDesk:
    """A real desk session of one person and what it was told of calls, in order."""

    def __init__(self, session: DeskSession, more: asyncio.Event) -> None:
        self.session = session
        self._more = more
        self.told: list[AgentCall] = []
        session.desk.bus.subscribe(CallChanged, self._heard)

    def _heard(self, event: CallChanged) -> None:
        self.told.append(event.call)
        self._more.set()

    @property
    def calls(self) -> dict[str, AgentCall]:
        """Every call as it stands, by key."""
        return {call.key: call for call in self.told}

    @property
    def pops(self) -> list[AgentCall]:
        """The calls for which a customer was put before the agent, in the order in which they came.

        A call whose end is the first that is heard of it is none: the gateway repeats what ended lately.
        """
        shown = {call.key for call in self.told if call.phase is not Phase.ENDED and call.pop is not None}
        return [call for call in self.calls.values() if call.key in shown]

    def of(self, number: str) -> list[AgentCall]:
        """Return the calls with a number of outside."""
        return [call for call in self.calls.values() if call.party.e164 == number]

    async def sees(self, phase: Phase, number: str | None = None, **more: Any) -> AgentCall:
        """Wait until a call stands in ``phase``; ``number`` and further fields narrow it."""
        return await self._told(lambda: reversed(self.calls.values()), phase, number, more)

    async def rang(self, number: str | None = None, **more: Any) -> AgentCall:
        """Wait until the desk was told of a ring, whatever became of it since; return it as it rang."""
        return await self._told(lambda: self.told, Phase.RINGING, number, more)

    async def _told(
        self, calls: Callable[[], Iterable[AgentCall]], phase: Phase, number: str | None, more: dict[str, Any]
    ) -> AgentCall:
        def found() -> AgentCall | None:
            for call in calls():
                fits = call.phase is phase and number in (None, call.party.e164)
                if fits and all(getattr(call, name) == value for name, value in more.items()):
                    return call
            return None

        try:
            return await until(found)
        except AssertionError as error:
            told = "\n".join(map(str, self.calls.values()))
            raise AssertionError(
                f"no {phase} call of {number or 'anybody'} {more or ''} on the desk:\n{told}"
            ) from error

    @property
    def board(self) -> Board | None:
        """The board as last told."""
        return self.session.desk.phone.board

    @property
    def link(self) -> PhoneLink | None:
        """How the gateway stands with the switch, as last told."""
        state = self.session.desk.phone.state
        return state.link if state is not None else None


class Floor:
    """Everything together, on one loop; each story begins with idle phones and forgets what was told before."""

    def __init__(self, switch: Switch, database: str, folder: Path) -> None:
        self.switch, self.folder = switch, folder
        self.database = database
        self.engine = Engine(database, connections=2)
        self.gateways: list[GatewayProcess] = []
        self.phones = {
            name: Phone(name, ("127.0.0.1", port), ("127.0.0.1", switch.sip)) for name, port in switch.phones.items()
        }
        self.outside = Phone("outside", (OUTSIDE, switch.outside), ("127.0.0.1", switch.sip))
        self.desks: dict[str, AgentDesk] = {}
        self._numbers = count(100)
        self._told = asyncio.Event()
        self._runner = asyncio.Runner()
        self._stack = ExitStack()
        self._secret = folder / "secret"
        self._secret.write_text(switch.secret)

    # Its life --------------------------------------------------------------------------------------------------------

    def open(self, listen: str) -> None:
        """Make the people, start the gateway, sign everybody in."""
        self.engine.run(_people(tuple(self.phones)))
        self.add_gateway(listen)
        self._runner.run(self._open())

    async def _open(self) -> None:
        for phone in (*self.phones.values(), self.outside):
            await phone.open()
        for name in (*self.phones, SUPERVISOR):
            self.desks[name] = await self._desk(name, self.gateways[0].url)
        await self.connected()

    async def _desk(self, login: str, url: str, folder: str = "") -> AgentDesk:
        engines = await asyncio.to_thread(open_file, self.folder / (folder or login) / "desk.db", bytes(range(32)))
        session = DeskSession(engines, SystemClock(), Bus(), "US")
        await session.sign_in(url, login, PASSWORD)
        return AgentDesk(session, self._told)

    def close(self) -> None:
        """End everything."""
        self._runner.run(self._close())
        self._runner.close()
        self._stack.close()
        self.engine.close()

    async def _close(self) -> None:
        for phone in (*self.phones.values(), self.outside):
            phone.close()
        for desk in self.desks.values():
            await desk.session.close()

    def add_gateway(self, listen: str) -> GatewayProcess:
        """Run a gateway on the house's database and switch until the floor is closed."""
        account = ("--ami-user", "gateway", "--ami-secret-file", str(self._secret), "--region", "US")
        options = ("--ami", f"127.0.0.1:{self.switch.ami}", *account)
        log = self._stack.enter_context((self.folder / f"gateway-{len(self.gateways)}.log").open("wb"))
        started = self._stack.enter_context(gateway(self.database, *options, listen=listen, log=log))
        self.gateways.append(started)
        return started

    def restart_gateway(self) -> None:
        """Start the first gateway again, where it was."""
        address = self.gateways[0].url.removeprefix("http://")
        self.add_gateway(address)
        self.gateways[0] = self.gateways.pop()

    def end_gateway(self, one: GatewayProcess) -> None:
        """Let a gateway end."""
        one.end()
        self.gateways.remove(one)

    @asynccontextmanager
    async def desk_beside(self, login: str, url: str) -> AsyncIterator[AgentDesk]:
        """Open a second desk of somebody at another gateway while the block runs."""
        desk = await self._desk(login, url, f"{login}-beside")
        try:
            yield desk
        finally:
            await desk.session.close()

    def listeners(self) -> int:
        """Return how many gateways are signed in at the switch."""
        return sum(line.split()[:1] == ["gateway"] for line in self.switch.cli("manager show connected").splitlines())

    # Stories ---------------------------------------------------------------------------------------------------------

    def play(self, story: Callable[[Floor], Coroutine[Any, Any, T]]) -> T:
        """Tell one story, bounded in time; before it begins nobody calls."""

        async def bounded() -> T:
            async with asyncio.timeout(_STORY_S):
                await self.at_rest()
                for phone in (*self.phones.values(), self.outside):
                    phone.forget()
                for desk in self.desks.values():
                    desk.told.clear()
                try:
                    return await story(self)
                finally:
                    for phone in (*self.phones.values(), self.outside):
                        phone.leave()

        return self._runner.run(bounded())

    def number(self) -> str:
        """Return a number from which nobody has called yet."""
        return f"+1305555{next(self._numbers):04d}"

    def call(self, did: str, number: str, **more: Any) -> Leg:
        """Let somebody outside call one of the house's numbers, named by its last four digits."""
        return self.outside.dial(f"1312555{did}", f"<sip:{number}@{OUTSIDE}>", **more)

    async def heard(self) -> None:
        """Return once any desk was told of a call since the last time."""
        await self._told.wait()
        self._told.clear()

    async def connected(self) -> None:
        """Wait until every desk hears the switch; a desk tries less and less often while its gateway is away."""
        desks = self.desks.values()
        await until(
            lambda: all(desk.link is PhoneLink.CONNECTED for desk in desks), "every desk hears the switch", _PATIENCE_S
        )

    async def at_rest(self) -> None:
        """Wait until no desk has a call and the board shows nobody waiting."""

        def idle() -> bool:
            board = self.desks[SUPERVISOR].board
            waiting = board is None or any(queue.waiting for queue in board.queues)
            return not waiting and not any(desk.session.desk.phone.calls for desk in self.desks.values())

        await until(idle, "every call has ended everywhere")

    def figures(self, queue: str) -> QueueFigures | None:
        """Return a queue as the supervisor's desk shows it."""
        board = self.desks[SUPERVISOR].board
        return next((one for one in board.queues if one.queue == queue), None) if board is not None else None

    def counts(self, queue: str) -> tuple[int, int, int, int]:
        """Return offered, answered, abandoned and timed out of today as the supervisor's desk shows them."""
        found = self.figures(queue)
        return (found.offered, found.answered, found.abandoned, found.timed_out) if found else (0, 0, 0, 0)

    async def board_adds(self, queue: str, before: tuple[int, int, int, int], *added: int) -> None:
        """Wait until the board counts so much more: offered, answered, abandoned, timed out."""
        wanted = tuple(old + new for old, new in zip(before, added, strict=True))
        await until(lambda: self.counts(queue) == wanted, f"{queue} counts {wanted}, not {self.counts(queue)}")

    def pops(self) -> dict[str, list[tuple[str | None, str]]]:
        """Return whom each desk put before its agent and why, where there was anything."""
        told = {name: [(pop.party.e164, str(pop.pop)) for pop in desk.pops] for name, desk in self.desks.items()}
        return {name: pops for name, pops in told.items() if pops}

    def all_pops(self) -> list[AgentCall]:
        """Return every pop of every desk."""
        return [pop for desk in self.desks.values() for pop in desk.pops]

    def results(self) -> dict[str, list[str]]:
        """Return how the rings of outside calls ended on each desk, where there were any."""
        told = {
            name: [str(call.ring_result) for call in desk.pops if call.ring_result is not None]
            for name, desk in self.desks.items()
        }
        return {name: results for name, results in told.items() if results}

    async def rows(self, number: str, how_many: int = 1) -> list[tuple[Any, ...]]:
        """Wait until the calls of a number are written down as over, and return them."""

        def found() -> list[tuple[Any, ...]] | None:
            rows = self.engine.run(lambda conn: [tuple(row) for row in conn.execute(_OVER, {"number": number})])
            return rows if len(rows) >= how_many else None

        rows = await until(found, f"{how_many} interactions of {number} are over")
        assert len(rows) == how_many
        return rows

    async def legs(self, number: str) -> set[tuple[str, str]]:
        """Return whose phones rang for the calls of a number, and how each ring ended, as it is written down."""
        return set(self.engine.run(lambda conn: [(a, r) for a, r in conn.execute(_LEGS, {"number": number})]))

    async def written(self, number: str) -> None:
        """Wait until it is written down who answered: who listens next can tell of a hand-over from that alone."""
        question = {"number": number}
        await until(
            lambda: self.engine.run(lambda conn: conn.scalar(_ANSWERED, question)), "the answer is written down"
        )

    @asynccontextmanager
    async def nothing_written(self) -> AsyncIterator[None]:
        """Let no gateway write down what happens on the phone while the block runs."""
        engine = Engine(self.database, connections=1)
        held, let_go = threading.Event(), threading.Event()

        def hold(conn: Any) -> None:
            conn.execute(_NOTHING_WRITTEN)
            held.set()
            let_go.wait()

        holding = asyncio.create_task(asyncio.to_thread(engine.run, hold))
        try:
            await asyncio.to_thread(held.wait)
            yield
        finally:
            let_go.set()
            await holding
            engine.close()

    async def ask(self, action: str, **fields: str) -> None:
        """Let the tests' own account do something on the switch."""
        streams = await asyncio.open_connection("127.0.0.1", self.switch.ami)
        session = AmiSession(streams, lambda _: None, _ANSWER_S)
        listening = asyncio.create_task(session.listen())
        try:
            await session.sign_in("hand", self.switch.secret)
            answer = await session.action(action, **fields)
            assert answer.get("Response") == "Success", answer.get("Message")
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            await session.close()


def _people(extensions: tuple[str, ...]) -> Callable[[Any], None]:
    def make(conn: Any) -> None:
        for extension in extensions:
            add_person(conn, NewPerson(extension, f"Agent {extension}", Role.AGENT, PASSWORD, extension))
        add_person(conn, NewPerson(SUPERVISOR, "Bela", Role.SUPERVISOR, PASSWORD))

    return make
