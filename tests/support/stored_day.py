"""A day on the phones as a gateway keeps it in PostgreSQL, and that gateway's answers to a desk in the same process."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import Connection, text

from crmdesk.domain.calls import events as ev
from crmdesk.domain.calls.figures import Figure
from crmdesk.domain.calls.fold import CallFold
from crmdesk.domain.calls.history import History, Step
from crmdesk.domain.calls.live import Board
from crmdesk.domain.calls.records import BehindCalls
from crmdesk.domain.people import Role
from crmdesk.models.base import to_microseconds
from crmdesk.runtime.asking import AskingThreads
from crmdesk.runtime.board_link import GatewayBoard
from crmdesk.runtime.desk.board import BoardSource
from crmdesk.server import event_store
from crmdesk.server.board_room import BoardRoom
from crmdesk.server.gateway import Gateway
from crmdesk.server.replay import Place, replay, roll_up
from crmdesk.server.write_behind import WriteBehind
from crmdesk.sync.board_wire import AskBoard, AskCalls, AskHistory, BoardReply, CallsReply, HistoryReply
from crmdesk.sync.engine import Engine, Principal
from crmdesk.sync.engine.asking import asked
from crmdesk.sync.engine.people import NewPerson, add_person, set_queue
from crmdesk.sync.reading import decode
from crmdesk.sync.transports.http import GatewayClient
from crmdesk.sync.wire import Refresh, encode
from tests.support.clock import AFTERNOON, StandingClock
from tests.support.desk import MARGARET, SHARED_LINE
from tests.support.server import PASSWORD, Device, customer, desk_of

HERE = Place("GB", "UTC")
TRUNK = ev.Line(ev.LineKind.TRUNK)
STRANGER = "+442079460123"
HOSTILE = "=1+1"
"""The name of an agent that a spreadsheet would take for a formula."""

Answer = TypeVar("Answer")
_OUTCOME = text("select id, label from crm.disposition order by label limit 1")


# What the phone system told ------------------------------------------------------------------------------------------


def _joined(key: str, queue: str, at: datetime, number: str) -> list[ev.CallEvent]:
    return [ev.QueueJoined(at, key, queue, TRUNK, ev.Caller(number))]


def gave_up(key: str, queue: str, at: datetime, wait_s: float) -> list[ev.CallEvent]:
    """Return a call whose caller hung up while waiting."""
    left = at + timedelta(seconds=wait_s)
    return [
        *_joined(key, queue, at, STRANGER),
        ev.QueueLeft(left, key, queue, ev.QueueExit.ABANDONED),
        ev.LegEnded(left, key, ev.HangupCause.CALLER_GAVE_UP),
    ]


def timed_out(key: str, queue: str, at: datetime, wait_s: float) -> list[ev.CallEvent]:
    """Return a call that the queue let go of."""
    left = at + timedelta(seconds=wait_s)
    return [
        *_joined(key, queue, at, STRANGER),
        ev.QueueLeft(left, key, queue, ev.QueueExit.TIMED_OUT),
        ev.LegEnded(left, key, ev.HangupCause.NORMAL),
    ]


def talked(key: str, queue: str, at: datetime, wait_s: float, number: str = STRANGER) -> list[ev.CallEvent]:
    """Return a call that Sam Okafor answered and talked on for four minutes."""
    leg, answered = f"{key}-4021", at + timedelta(seconds=wait_s)
    over = answered + timedelta(minutes=4)
    return [
        *_joined(key, queue, at, number),
        ev.Ringing(answered - timedelta(seconds=3), leg, "4021", key, queue, TRUNK, ev.Caller(number)),
        ev.QueueLeft(answered, key, queue, ev.QueueExit.LEFT),
        ev.Answered(answered, leg, key, "4021", queue),
        ev.LegEnded(over, leg, ev.HangupCause.NORMAL),
        ev.LegEnded(over, key, ev.HangupCause.NORMAL),
    ]


def _at(hour: int, minute: int, second: int = 0) -> datetime:
    return AFTERNOON.replace(hour=hour, minute=minute, second=second)


def afternoon() -> list[ev.CallEvent]:
    """Return a day up to AFTERNOON, and a call of the day before.

    Sam Okafor is there for half an hour and talks three times, each with a minute of wrap-up; HOSTILE is at lunch for
    45 minutes. Of those who called Billing, one gave up, one gave up at once, one was let go of and one still waits.
    """
    lunch = AFTERNOON - timedelta(minutes=45)
    free = partial(ev.MemberChanged, device=ev.Device.FREE, paused=False)
    return [
        *gave_up("yesterday", "claims", AFTERNOON - timedelta(days=1), 30),
        free(lunch - timedelta(minutes=5), "billing", "4022", HOSTILE),
        ev.MemberPaused(lunch, "billing", "4022", HOSTILE, True, "lunch"),
        free(_at(13, 48, 40), "billing", "4021", "Sam"),
        free(_at(13, 48, 40), "claims", "4021", "Sam"),
        *talked("claim", "claims", _at(13, 58), 10),
        *talked("margaret", "billing", _at(14, 3), 42, SHARED_LINE),
        *talked("payment", "billing", _at(14, 10), 10),
        *gave_up("patient", "billing", _at(14, 11), 42),
        *gave_up("hasty", "billing", _at(14, 12), 3),
        *timed_out("let go", "billing", _at(14, 12, 30), 120),
        *_joined("waits", "billing", _at(14, 17, 40), STRANGER),
    ]


def morning_rush(calls: int) -> list[ev.CallEvent]:
    """Return so many calls about claims, a second apart from nine o'clock on; nobody was there."""
    return [
        event
        for number in range(calls)
        for event in gave_up(f"rush {number}", "claims", _at(9, 0) + timedelta(seconds=number), 30)
    ]


# What the gateway keeps of it ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StoredDay:
    """A database in which a gateway wrote down a day, and the ``room`` of one that took up at AFTERNOON.

    ``overseer`` is a supervisor at a desk, ``outcome`` the words that Sam Okafor chose at wrap-up.
    """

    engine: Engine
    room: BoardRoom
    overseer: Principal
    outcome: str


@contextmanager
def stored_day(database_url: str, events: Iterable[ev.CallEvent]) -> Iterator[StoredDay]:
    """Let a gateway take events and write them down as it does; whose call one was and how two ended is said by a
    desk."""
    asyncio.run(_taken(database_url, sorted(events, key=lambda event: event.at)))
    engine = Engine(database_url)
    try:
        overseer = desk_of(engine, "sue", role=Role.SUPERVISOR)
        outcome = _told_by(overseer)
        engine.run(lambda conn: roll_up(conn, HERE, AFTERNOON))
        room = BoardRoom(StandingClock(), HERE)
        room.take_up(engine.run(lambda conn: replay(conn, HERE, AFTERNOON)))
        yield StoredDay(engine, room, overseer.principal, outcome)
    finally:
        engine.close()


def _told_by(desk: Device) -> str:
    """Say whose one call was and how those about Billing ended; return that in words."""
    desk.insert("customer", MARGARET, **customer("Margaret Ellison"))
    outcome = desk.engine.run(lambda conn: conn.execute(_OUTCOME).one())
    for row, values in desk.pull()["interaction"].items():
        if values["queue"] == "billing" and values["answered_at"] is not None:
            told = {"disposition_id": outcome.id.hex}
            if values["e164"] == SHARED_LINE:
                told["customer_id"] = MARGARET.hex
            desk.update("interaction", row, values["ver"], **told)
    label: str = outcome.label
    return label


def _set_up(conn: Connection) -> None:
    for login, name, extension in (("sam", "Sam Okafor", "4021"), ("kim", HOSTILE, "4022")):
        add_person(conn, NewPerson(login, name, Role.AGENT, PASSWORD, extension))
    for queue in ("billing", "claims"):
        set_queue(conn, queue, {"label": queue.capitalize()})


async def _taken(url: str, events: list[ev.CallEvent]) -> None:
    gateway = Gateway(Engine(url), StandingClock())
    async with gateway.running():
        await gateway.in_thread(_set_up)
        behind = WriteBehind(gateway)
        behind.take_house(await gateway.in_thread(event_store.house))
        fold = CallFold(HERE.settings(behind.house))
        for event in events:
            fold.absorb(event)
            behind.happened(event)
            behind.came_out(fold.drain())
        await behind.write_all()


# How a desk asks for it ----------------------------------------------------------------------------------------------


class RoomNextDoor:
    """Reaches the room of a gateway on a thread: the same bytes go there and back as over a network. See
    ``runtime.desk.board.BoardSource``."""

    def __init__(self, day: StoredDay, thread: ThreadPoolExecutor) -> None:
        self._engine, self._room, self._person, self._thread = day.engine, day.room, day.overseer, thread

    async def at(self, moment: datetime) -> Board:
        """Return the board as it was."""
        message = AskBoard(self._person.device_id, to_microseconds(moment))
        return (await self._ask(self._room.board_at, message, BoardReply)).board

    async def calls(self, figure: Figure, queue: str, at: datetime | None) -> BehindCalls:
        """Return the calls behind a figure."""
        message = AskCalls(self._person.device_id, figure, queue, None if at is None else to_microseconds(at))
        return (await self._ask(self._room.board_calls, message, CallsReply)).behind

    async def history(self, first: date, last: date, step: Step) -> History:
        """Return what is kept of some days."""
        message = AskHistory(self._person.device_id, first, last, step)
        return (await self._ask(self._room.board_history, message, HistoryReply)).history

    async def _ask(self, step: Callable[..., Any], message: Any, answer: type[Answer]) -> Answer:
        def answered() -> bytes:
            question = decode(encode(message), type(message))
            found = asked(step)
            return encode(
                self._engine.run(lambda conn: found(conn, self._person.device_id, self._person.user_id, question))
            )

        return decode(await asyncio.wrap_future(self._thread.submit(answered)), answer)


@contextmanager
def room_of(day: StoredDay) -> Iterator[BoardSource]:
    """Return what a desk asks for what lies behind the board of that day."""
    with ThreadPoolExecutor(1, "room") as thread:
        yield RoomNextDoor(day, thread)


@contextmanager
def nobody_listens() -> Iterator[BoardSource]:
    """Return the link to a gateway whose computer is there and which itself is not."""
    device: UUID = uuid4()
    thread = AskingThreads(1, "board")
    with socket.socket() as kept:
        kept.bind(("127.0.0.1", 0))
        client = GatewayClient(f"http://127.0.0.1:{kept.getsockname()[1]}", lambda _session: None)
        client.remember(Refresh("of another day", device, uuid4()))
        yield GatewayBoard(client, device, thread)
        client.close()
        thread.close()
