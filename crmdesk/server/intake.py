"""The telephony intake: from one connector's call events to desks, boards and rows.

Desks hear of a call at once; events and rows are written behind it. Only one gateway process holds the phone at a time
(an advisory lock of the database). The others read the events that it wrote and tell their own desks; one of them takes
over when it is gone. Either way the fold is rebuilt from the events of the day. While the database is away calls are
told all the same.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import chain
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from crmdesk.domain.calls.contact import Contact
from crmdesk.domain.calls.control import Ends
from crmdesk.domain.calls.events import CallEvent, LinkLost, LinkUp, StreamHeard, StreamSilent, WrapUpEnded
from crmdesk.domain.calls.fold import CallFold, FoldOutput
from crmdesk.domain.calls.live import AgentCall, Board, PhoneLink, PhoneState
from crmdesk.domain.errors import Unavailable
from crmdesk.domain.language import mark
from crmdesk.models.base import to_microseconds
from crmdesk.server import call_rows, event_store
from crmdesk.server.board_room import BoardRoom, named
from crmdesk.server.gateway import Gateway, Watched
from crmdesk.server.inbox import Inbox
from crmdesk.server.name_bound import NameBound
from crmdesk.server.replay import Place, Replay, replay, roll_up
from crmdesk.server.write_behind import WriteBehind
from crmdesk.sync.engine.calls import closed_among
from crmdesk.telephony.connector import Connector, control_of
from crmdesk.telephony.webhook.receiver import WebhookReceiver

log = logging.getLogger(__name__)

BOARD_EVERY_S = 1.0
"""The board says that it is alive so often, also when nothing happens."""

BOARD_APART_S = 0.2
"""Two boards are at least so far apart, however much happens."""

_TURNS = (LinkLost, LinkUp, StreamHeard, StreamSilent)
"""What turns a board stale, or live again."""

_RETRY_S = 1.0
_LONGEST_RETRY_S = 30.0
_LOCK_CHECK_S = 0.5
"""The gateway that holds the phone says so often that it is alive."""

_QUIET_S = 1.4
"""After so long without a word of it the boards at the others are stale; with the looks at it that is under 2 s."""

_FOLLOW_S = 0.2
_LOOKS_PER_LOCK = 2
_LOOKS_PER_HOUSE = 30
_LOOKS_PER_ROLL_UP = 300
_PHONE_LOCK = 0x63726D70686F6E65


class Intake:
    """Runs one connector for a gateway. Lives on the event loop; ``run`` ends only by being cancelled."""

    def __init__(self, gateway: Gateway, connector: Connector, region: str | None, zone: str) -> None:
        self._gateway = gateway
        self._connector = connector
        self._place = Place(region, zone)
        self._room = gateway.board = BoardRoom(gateway.clock, self._place)
        self._control = control_of(connector)
        self._fold = CallFold()
        self._behind = WriteBehind(gateway)
        self._names = NameBound()
        self._inbox: Inbox | None = None
        if isinstance(connector, WebhookReceiver):
            self._inbox = Inbox(gateway, connector, self._behind)
        self._revision = 0
        self._looked_at: datetime | None = None
        self._unwrapped: dict[UUID, str] = {}
        self._told = asyncio.Event()
        self._draining = False
        self._read = 0

    async def run(self) -> None:
        """Hold the phone while it is ours, otherwise follow the gateway that holds it."""
        wait = _RETRY_S
        while True:
            self._say(PhoneLink.CONNECTING, mark("Waiting for the database."))
            try:
                async with self._gateway.lock(_PHONE_LOCK) as lock:
                    wait = _RETRY_S
                    await (self._follow_another() if lock is None else self._hold_the_phone(lock))
            except Unavailable as error:
                log.warning("telephony intake stopped: %s Next try in %g s.", error.what, wait)
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LONGEST_RETRY_S)

    async def _hold_the_phone(self, lock: Watched) -> None:
        await self._behind.write_all()
        await self._take_up()
        self._behind.states_again(chain.from_iterable(self._room.records.intervals.values()))
        parts = [self._connector.run(self._emit, self._tell_phone)]
        if self._inbox is None:
            self._fold.absorb(LinkLost(self._gateway.clock.now()))
        else:  # what a phone system sent waited in the database: nothing was missed
            parts.append(self._inbox.run())
        try:
            await self._together(
                *parts,
                *self._acting(),
                self._behind.run(),
                self._show_board(),
                self._follow_house(),
                lock.watch(_LOCK_CHECK_S),
            )
        finally:
            await self._behind.finish()

    def _acting(self) -> list[Coroutine[Any, Any, None]]:
        """Return what carries out the desks' requests, nothing where the phone system only tells."""
        return [] if self._control is None else [self._gateway.acting.serve(self._control, self._ends_of)]

    def _ends_of(self, extension: str, key: str) -> Ends | None:
        return self._fold.ends_of(extension, key)

    def _tell_phone(self, state: PhoneState) -> None:
        """Tell how the phone system stands, and what it can be asked to do while it is heard."""
        able = self._control is not None and state.link is PhoneLink.CONNECTED
        abilities = self._control.abilities if self._control is not None and able else frozenset()
        self._gateway.hub.phone(
            replace(state, abilities=abilities, quiet=self._gateway.quiet, reasons=self._gateway.reasons)
        )

    async def _follow_another(self) -> None:
        """Tell what the gateway that holds the phone wrote down, until the phone is free."""
        await self._take_up()
        self._say(PhoneLink.CONNECTED, mark("Another gateway has the phone system."))
        await self._together(self._read_along(), self._show_board())

    async def _together(self, *parts: Coroutine[Any, Any, None]) -> None:
        """Run parts side by side until one of them ends, then end the others; raises what one raised."""
        tasks = [asyncio.create_task(part) for part in parts]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
        for error in ended:
            if isinstance(error, Exception):
                raise error

    def _say(self, link: PhoneLink, detail: str) -> None:
        self._tell_phone(PhoneState(link, self._gateway.clock.now(), detail))

    # Taking up where the last process left off -----------------------------------------------------------------------

    async def _take_up(self) -> None:
        now = self._gateway.clock.now()
        made = await self._gateway.in_thread(lambda conn: self._rebuilt(conn, now))
        self._behind.house, self._fold, self._read = made.house, made.fold, made.read
        self._room.take_up(made)
        self._gateway.hub.calls(self._numbered(made.told.values()))
        self._tell_what_goes_on()
        self._note_wrap_ups(self._fold.contacts())

    def _rebuilt(self, conn: Connection, now: datetime) -> Replay:
        """Return the fold of the day so far; runs on a thread."""
        newest = event_store.newest(conn)
        made = replay(conn, self._place, now)
        made.read = max(made.read, newest)
        return made

    def _turn_the_day(self) -> None:
        """At midnight, write down how everybody stands: who takes up this day later knows it from there."""
        now = self._gateway.clock.now()
        if self._room.turn_the_day(now):
            for event in self._fold.standing(now):
                self._emit(event)

    # Events ----------------------------------------------------------------------------------------------------------

    def _emit(self, event: CallEvent) -> None:
        """Take one event of the connector; what it changed is told once per turn of the loop."""
        if not self._names.admit(event):
            return
        self._fold.absorb(event)
        self._behind.happened(event)
        if isinstance(event, _TURNS):
            self._told.set()
        if not self._draining:
            self._draining = True
            asyncio.get_running_loop().call_soon(self._drain)

    def _drain(self) -> None:
        self._draining = False
        output = self._tell()
        self._behind.came_out(output)
        self._note_wrap_ups(output.contacts)

    def _tell(self) -> FoldOutput:
        output = self._fold.drain()
        if output != FoldOutput():
            self._room.records.take(output)
            self._gateway.hub.calls(self._numbered(output.agent_calls))
            self._told.set()
        self._tell_what_goes_on()
        return output

    def _tell_what_goes_on(self) -> None:
        """After a look at the phone system, tell the desks: a gateway that fell may not have written all it told."""
        at = self._fold.looked_at
        if at is not None and at != self._looked_at:
            self._looked_at = at
            self._gateway.hub.looked(to_microseconds(at))

    def _numbered(self, calls: Iterable[AgentCall]) -> list[AgentCall]:
        return [replace(call, revision=self._next_revision()) for call in calls]

    def _next_revision(self) -> int:
        """Return a number above all before, also above those of another gateway: the clock's microseconds."""
        self._revision = max(self._revision + 1, to_microseconds(self._gateway.clock.now()))
        return self._revision

    def _note_wrap_ups(self, contacts: Iterable[Contact]) -> None:
        self._unwrapped.update({c.id: c.agents[-1] for c in contacts if call_rows.needs_wrap_up(c)})

    async def _read_along(self) -> None:
        looks, stands_still = 0, False
        while True:
            await asyncio.sleep(_FOLLOW_S)
            looks += 1
            if looks % _LOOKS_PER_LOCK == 0:
                silent_s = await self._gateway.holder_silent_s(_PHONE_LOCK)
                if silent_s is None:
                    return
                stands_still = self._note_holder(silent_s, stands_still)
            for number, event in await self._gateway.in_thread(partial(event_store.after, number=self._read)):
                self._read = number
                self._fold.absorb(event)
                self._note_link(event)
            self._room.turn_the_day(self._gateway.clock.now())
            self._tell()

    def _note_holder(self, silent_s: float, stood_still: bool) -> bool:
        """Let the boards here be stale while the gateway that holds the phone stands still; return whether it does."""
        stands_still, now = silent_s > _QUIET_S, self._gateway.clock.now()
        if stands_still != stood_still:
            self._fold.absorb(StreamSilent(now - timedelta(seconds=silent_s)) if stands_still else StreamHeard(now))
            self._told.set()
        return stands_still

    def _note_link(self, event: CallEvent) -> None:
        if isinstance(event, _TURNS):
            self._told.set()
        if isinstance(event, LinkUp):
            self._tell_phone(PhoneState(PhoneLink.CONNECTED, event.at))
        if isinstance(event, LinkLost):
            self._tell_phone(PhoneState(PhoneLink.UNREACHABLE, event.at, mark("The phone system is not heard.")))

    # Boards ----------------------------------------------------------------------------------------------------------

    async def _show_board(self) -> None:
        while True:
            self._told.clear()
            self._gateway.hub.board(self._board())
            await asyncio.sleep(BOARD_APART_S)
            with suppress(TimeoutError):
                async with asyncio.timeout(BOARD_EVERY_S - BOARD_APART_S):
                    await self._told.wait()

    def _board(self) -> Board:
        board = self._fold.board(self._gateway.clock.now())
        return replace(named(board, self._behind.house), revision=self._next_revision())

    # The house -------------------------------------------------------------------------------------------------------

    async def _follow_house(self) -> None:
        """Notice what people did: wrap-ups that were finished, and, less often, queues and people that changed."""
        looks = 0
        while True:
            await asyncio.sleep(BOARD_EVERY_S)
            looks += 1
            self._turn_the_day()
            self._drain()  # wrap-ups end by themselves
            with suppress(Unavailable):
                if looks % _LOOKS_PER_ROLL_UP == 1:
                    await self._gateway.in_thread(self._roll_up)
                if self._unwrapped:
                    await self._end_wrap_ups()
                if looks % _LOOKS_PER_HOUSE == 0:
                    self._behind.take_house(await self._gateway.in_thread(event_store.house))

    def _roll_up(self, conn: Connection) -> None:
        for day in roll_up(conn, self._place, self._gateway.clock.now()):
            log.info("added up the queues of %s", day)

    async def _end_wrap_ups(self) -> None:
        waiting = list(self._unwrapped)
        for interaction in await self._gateway.in_thread(lambda conn: closed_among(conn, waiting)):
            self._emit(WrapUpEnded(self._gateway.clock.now(), self._unwrapped.pop(interaction)))
