"""The telephony intake: from one connector's call events to desks, boards and rows.

Desks hear of a call at once; events and rows are written behind it. Only one gateway process holds the phone at a time
(an advisory lock of the database); another takes over when it is gone, and rebuilds the fold from the events of the
day. While the database is away calls are told all the same.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from crmdesk.domain.calls.contact import Contact
from crmdesk.domain.calls.events import CallEvent, LinkLost, WrapUpEnded
from crmdesk.domain.calls.fold import CallFold, FoldSettings
from crmdesk.domain.calls.live import AgentCall, Board, PhoneLink, PhoneState
from crmdesk.domain.errors import Unavailable
from crmdesk.server import call_rows, event_store
from crmdesk.server.event_store import House
from crmdesk.server.gateway import Gateway
from crmdesk.server.write_behind import WriteBehind
from crmdesk.sync.engine.calls import closed_among
from crmdesk.telephony.connector import Connector

log = logging.getLogger(__name__)

BOARD_EVERY_S = 1.0
"""The board says that it is alive so often, also when nothing happens."""

BOARD_APART_S = 0.2
"""Two boards are at least so far apart, however much happens."""

_RETRY_S = 1.0
_LOCK_CHECK_S = 5.0
_LOOKS_PER_HOUSE = 30
_PHONE_LOCK = 0x63726D70686F6E65
_REVISIONS_A_SECOND = 1 << 20


class Intake:
    """Runs one connector for a gateway. Lives on the event loop; ``run`` ends only by being cancelled."""

    def __init__(self, gateway: Gateway, connector: Connector, region: str | None, zone: str) -> None:
        self._gateway = gateway
        self._connector = connector
        self._region = region
        self._zone = ZoneInfo(zone)
        self._fold = CallFold()
        self._behind = WriteBehind(gateway)
        self._offset = 0
        self._unwrapped: dict[UUID, str] = {}
        self._told = asyncio.Event()
        self._draining = False

    async def run(self) -> None:
        """Wait for the phone to be ours, then follow it; begin anew when another gateway took it."""
        while True:
            self._say(PhoneLink.CONNECTING, "Waiting for the database.")
            try:
                await self._hold_the_phone()
            except Unavailable as error:
                log.warning("telephony intake stopped: %s", error.what)
                await asyncio.sleep(_RETRY_S)

    async def _hold_the_phone(self) -> None:
        async with self._gateway.only_one(_PHONE_LOCK, self._wait_for_it) as lock:
            await self._take_up()
            tasks = [
                asyncio.create_task(self._connector.run(self._emit, self._gateway.hub.phone), name="connector"),
                asyncio.create_task(self._behind.run(), name="write-behind"),
                asyncio.create_task(self._show_board(), name="board"),
                asyncio.create_task(self._follow_house(), name="house"),
                asyncio.create_task(lock.watch(_LOCK_CHECK_S), name="phone-lock"),
            ]
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in tasks:
                    task.cancel()
                ended = await asyncio.gather(*tasks, return_exceptions=True)
                await self._behind.finish()
            for error in ended:
                if isinstance(error, Exception):
                    raise error

    def _wait_for_it(self) -> None:
        self._say(PhoneLink.CONNECTING, "Another gateway has the phone system.")

    def _say(self, link: PhoneLink, detail: str) -> None:
        self._gateway.hub.phone(PhoneState(link, self._gateway.clock.now(), detail))

    # Taking up where the last process left off -----------------------------------------------------------------------

    async def _take_up(self) -> None:
        await self._behind.write_all()
        now = self._gateway.clock.now()
        self._offset = int(now.timestamp()) * _REVISIONS_A_SECOND
        self._behind.house, self._fold, told = await self._gateway.in_thread(lambda conn: self._rebuilt(conn, now))
        self._gateway.hub.calls(self._numbered(told))
        self._note_wrap_ups(self._fold.contacts())

    def _rebuilt(self, conn: Connection, now: datetime) -> tuple[House, CallFold, list[AgentCall]]:
        """Return the fold of the day so far, and each call as it last stood; runs on a thread."""
        house = event_store.house(conn)
        fold = CallFold(
            FoldSettings(
                region=self._region,
                zone=self._zone.key,
                service_levels=house.levels,
                labels=house.labels,
                wrap_up_s=house.wrap_up_s,
            )
        )
        told: dict[str, AgentCall] = {}
        last = now
        for event in event_store.since(conn, self._midnight(now)):
            last = event.at
            for call in fold.apply(event).agent_calls:
                told[call.key] = call
        fold.apply(LinkLost(last))
        return house, fold, list(told.values())

    def _midnight(self, now: datetime) -> datetime:
        return datetime.combine(now.astimezone(self._zone).date(), time(), self._zone)

    # Events ----------------------------------------------------------------------------------------------------------

    def _emit(self, event: CallEvent) -> None:
        """Take one event of the connector; what it changed is told once per turn of the loop."""
        self._fold.absorb(event)
        self._behind.happened(event)
        if not self._draining:
            self._draining = True
            asyncio.get_running_loop().call_soon(self._drain)

    def _drain(self) -> None:
        self._draining = False
        output = self._fold.drain()
        self._gateway.hub.calls(self._numbered(output.agent_calls))
        self._behind.came_out(output)
        self._note_wrap_ups(output.contacts)
        self._told.set()

    def _numbered(self, calls: Iterable[AgentCall]) -> list[AgentCall]:
        """Raise revisions above those of any process before this one."""
        return [replace(call, revision=call.revision + self._offset) for call in calls]

    def _note_wrap_ups(self, contacts: Iterable[Contact]) -> None:
        self._unwrapped.update({c.id: c.agents[-1] for c in contacts if call_rows.needs_wrap_up(c)})

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
        names = self._behind.house.names
        agents = tuple(replace(a, name=names.get(a.extension, a.name)) for a in board.agents)
        return replace(board, revision=board.revision + self._offset, agents=agents)

    # The house -------------------------------------------------------------------------------------------------------

    async def _follow_house(self) -> None:
        """Notice what people did: wrap-ups that were finished, and, less often, queues and people that changed."""
        looks = 0
        while True:
            await asyncio.sleep(BOARD_EVERY_S)
            looks += 1
            with suppress(Unavailable):
                if self._unwrapped:
                    await self._end_wrap_ups()
                if looks % _LOOKS_PER_HOUSE == 0:
                    self._behind.take_house(await self._gateway.in_thread(event_store.house))

    async def _end_wrap_ups(self) -> None:
        waiting = list(self._unwrapped)
        for interaction in await self._gateway.in_thread(lambda conn: closed_among(conn, waiting)):
            self._emit(WrapUpEnded(self._gateway.clock.now(), self._unwrapped.pop(interaction)))
