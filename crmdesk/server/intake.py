"""The telephony intake: from one connector's call events to desks, boards and rows.

Desks hear of a call at once; rows and events are written behind it in batches, off the loop, and kept in memory while
the database is away. Only one gateway process holds the phone at a time (an advisory lock of the database); another
takes over when it is gone, and rebuilds the fold from the events of the day.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from crmdesk.domain.calls.contact import Contact
from crmdesk.domain.calls.events import CallEvent, LinkLost, WrapUpEnded
from crmdesk.domain.calls.fold import CallFold, FoldOutput, FoldSettings
from crmdesk.domain.calls.live import AgentCall, Board, PhoneLink, PhoneState
from crmdesk.domain.errors import Unavailable
from crmdesk.server import call_rows, event_store
from crmdesk.server.event_store import House
from crmdesk.server.gateway import Gateway
from crmdesk.sync.engine.calls import closed_among, write_calls
from crmdesk.telephony.connector import Connector

log = logging.getLogger(__name__)

BOARD_EVERY_S = 1.0
"""The board says that it is alive so often, also when nothing happens."""

BOARD_APART_S = 0.2
"""Two boards are at least so far apart, however much happens."""

_RETRY_S = 1.0
_LOCK_CHECK_S = 5.0
_HOUSE_EVERY_S = 30.0
_PHONE_LOCK = 0x63726D70686F6E65
_REVISIONS_A_SECOND = 1 << 20


@dataclass(slots=True)
class _Behind:
    """What still has to be written down: events in order, the latest state of each contact and leg."""

    events: list[CallEvent] = field(default_factory=list)
    contacts: dict[UUID, Contact] = field(default_factory=dict)
    calls: dict[str, AgentCall] = field(default_factory=dict)
    queues: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.events or self.contacts or self.calls or self.queues)

    def under(self, newer: _Behind) -> _Behind:
        """Return both together; of a state told twice the newer counts."""
        return _Behind(
            self.events + newer.events,
            self.contacts | newer.contacts,
            self.calls | newer.calls,
            self.queues | newer.queues,
        )

    def parts(self) -> Iterator[_Behind]:
        """Yield what there is in the smallest parts that can be written alone."""
        yield _Behind(events=self.events)
        yield _Behind(queues=self.queues)
        for id_, contact in self.contacts.items():
            yield _Behind(contacts={id_: contact})
        for key, call in self.calls.items():
            yield _Behind(calls={key: call})


class Intake:
    """Runs one connector for a gateway. Lives on the event loop; ``run`` ends only by being cancelled."""

    def __init__(self, gateway: Gateway, connector: Connector, region: str | None, zone: str) -> None:
        self._gateway = gateway
        self._connector = connector
        self._region = region
        self._zone = zone
        self._house = House({}, {}, {}, {}, {})
        self._fold = CallFold()
        self._offset = 0
        self._behind = _Behind()
        self._unwrapped: dict[UUID, str] = {}
        self._told = asyncio.Event()
        self._to_write = asyncio.Event()
        self._draining = False

    async def run(self) -> None:
        """Wait for the phone to be ours, then follow it; begin anew when the database took it away."""
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
                asyncio.create_task(self._write_behind(), name="write-behind"),
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
                await self._write_the_rest()
            for error in ended:
                if isinstance(error, Exception):
                    raise error

    def _wait_for_it(self) -> None:
        self._say(PhoneLink.CONNECTING, "Another gateway has the phone system.")

    def _say(self, link: PhoneLink, detail: str) -> None:
        self._gateway.hub.phone(PhoneState(link, self._gateway.clock.now(), detail))

    # Taking up where the last process left off -----------------------------------------------------------------------

    async def _take_up(self) -> None:
        now = self._gateway.clock.now()
        self._offset = int(now.timestamp()) * _REVISIONS_A_SECOND
        self._house, self._fold, told = await self._gateway.in_thread(lambda conn: self._rebuilt(conn, now))
        self._gateway.hub.calls(self._numbered(told))
        for contact in self._fold.contacts():
            if call_rows.needs_wrap_up(contact):
                self._unwrapped[contact.id] = contact.agents[-1]

    def _rebuilt(self, conn: Connection, now: datetime) -> tuple[House, CallFold, list[AgentCall]]:
        """Return the fold of the day so far, and each call as it last stood; runs on a thread."""
        house = event_store.house(conn)
        fold = CallFold(self._settings(house))
        told: dict[str, AgentCall] = {}
        last = now
        for event in event_store.since(conn, self._midnight(now)):
            last = event.at
            for call in fold.apply(event).agent_calls:
                told[call.key] = call
        fold.apply(LinkLost(last))
        return house, fold, list(told.values())

    def _settings(self, house: House) -> FoldSettings:
        return FoldSettings(
            region=self._region,
            zone=self._zone,
            service_levels=house.levels,
            labels=house.labels,
            wrap_up_s=house.wrap_up_s,
        )

    def _midnight(self, now: datetime) -> datetime:
        zone = ZoneInfo(self._zone)
        return datetime.combine(now.astimezone(zone).date(), time(), zone)

    # Events ----------------------------------------------------------------------------------------------------------

    def _emit(self, event: CallEvent) -> None:
        """Take one event of the connector; what it changed is told once per turn of the loop."""
        self._fold.absorb(event)
        self._behind.events.append(event)
        if not self._draining:
            self._draining = True
            asyncio.get_running_loop().call_soon(self._drain)

    def _drain(self) -> None:
        self._draining = False
        output = self._fold.drain()
        self._gateway.hub.calls(self._numbered(output.agent_calls))
        self._note(output)
        self._to_write.set()
        self._told.set()

    def _numbered(self, calls: Iterable[AgentCall]) -> list[AgentCall]:
        """Raise revisions above those of any process before this one."""
        return [replace(call, revision=call.revision + self._offset) for call in calls]

    def _note(self, output: FoldOutput) -> None:
        for contact in output.contacts:
            self._behind.contacts[contact.id] = contact
            if call_rows.needs_wrap_up(contact):
                self._unwrapped[contact.id] = contact.agents[-1]
        for call in output.agent_calls:
            self._behind.calls[call.key] = call
        self._behind.queues |= output.queues - self._house.labels.keys()

    # Rows ------------------------------------------------------------------------------------------------------------

    async def _write_behind(self) -> None:
        while True:
            await self._to_write.wait()
            self._to_write.clear()
            batch, self._behind = self._behind, _Behind()
            if not batch:
                continue
            try:
                await self._gateway.in_thread(partial(self._write, batch=batch))
            except Unavailable:
                self._behind = batch.under(self._behind)
                self._to_write.set()
                await asyncio.sleep(_RETRY_S)
            except DBAPIError as error:
                log.error("a batch of calls was refused by the database", exc_info=error)  # noqa: TRY400 - no data
                await self._write_singly(batch)

    async def _write_singly(self, batch: _Behind) -> None:
        """Write a batch part by part, leaving out what the database cannot hold: one call must not stop the others."""
        for part in batch.parts():
            try:
                await self._gateway.in_thread(partial(self._write, batch=part))
            except (DBAPIError, Unavailable) as error:
                log.error("a part of it is left out", exc_info=error)  # noqa: TRY400 - no data

    async def _write_the_rest(self) -> None:
        batch, self._behind = self._behind, _Behind()
        if batch:
            with suppress(Unavailable):
                await self._gateway.in_thread(partial(self._write, batch=batch))

    def _write(self, conn: Connection, batch: _Behind) -> None:
        if batch.events:
            event_store.append(conn, batch.events)
        if batch.queues:
            event_store.add_queues(conn, sorted(batch.queues))
        agents = self._house.agents
        write_calls(
            conn,
            {id_: call_rows.interaction_values(contact, agents) for id_, contact in batch.contacts.items()},
            {call_rows.leg_id(call): call_rows.leg_values(call) for call in batch.calls.values()},
        )

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
        names = self._house.names
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
                if looks % int(_HOUSE_EVERY_S / BOARD_EVERY_S) == 0:
                    self._take_house(await self._gateway.in_thread(event_store.house))

    async def _end_wrap_ups(self) -> None:
        waiting = list(self._unwrapped)
        for interaction in await self._gateway.in_thread(lambda conn: closed_among(conn, waiting)):
            agent = self._unwrapped.pop(interaction)
            self._emit(WrapUpEnded(self._gateway.clock.now(), agent))
            self._told.set()

    def _take_house(self, house: House) -> None:
        """Take over what changed, into the tables that the fold looks things up in."""
        self._house.labels.update(house.labels)
        self._house.levels.update(house.levels)
        self._house.wrap_up_s.update(house.wrap_up_s)
        self._house = replace(self._house, agents=house.agents, names=house.names)
