"""Writes calls down behind their telling: events in order, interactions and legs as they last stood, in batches.

While the database is away everything is kept in memory and tried again; what was told twice is written once.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import field
from functools import partial, reduce
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from crmdesk.domain.calls.contact import Contact
from crmdesk.domain.calls.events import CallEvent
from crmdesk.domain.calls.fold import FoldOutput
from crmdesk.domain.calls.intervals import StateInterval
from crmdesk.domain.calls.live import AgentCall
from crmdesk.domain.errors import Unavailable
from crmdesk.domain.quick import dataclass
from crmdesk.server import call_rows, cti_store, event_store, history_store
from crmdesk.server.event_store import House
from crmdesk.server.gateway import Gateway
from crmdesk.sync.engine.calls import write_calls

_Row = TypeVar("_Row")

log = logging.getLogger(__name__)

MOST_EVENTS = 200_000
"""How many events wait for a database that is away: hours of a large house, and no more memory than that."""

MOST_AT_ONCE = 2_000
"""Rows of one transaction: what a burst leaves is written in several, as the loop stands still while one is made."""

_RETRY_S = 1.0


@dataclass(slots=True)
class Batch:
    """What still has to be written down: events in order, the latest state of each contact and leg, new queues,
    agents' states in order.

    ``taken`` are deliveries of phone systems that the events were made of.
    """

    events: list[CallEvent] = field(default_factory=list)
    contacts: dict[UUID, Contact] = field(default_factory=dict)
    calls: dict[str, AgentCall] = field(default_factory=dict)
    queues: set[str] = field(default_factory=set)
    taken: list[int] = field(default_factory=list)
    intervals: list[StateInterval] = field(default_factory=list)

    def __bool__(self) -> bool:
        waiting = (self.events, self.contacts, self.calls, self.queues, self.taken, self.intervals)
        return any(waiting)

    def under(self, newer: Batch) -> Batch:
        """Return both together; of a state told twice the newer counts."""
        return Batch(
            self.events + newer.events,
            self.contacts | newer.contacts,
            self.calls | newer.calls,
            self.queues | newer.queues,
            self.taken + newer.taken,
            self.intervals + newer.intervals,
        )

    def transactions(self) -> Iterator[Batch]:
        """Yield what there is as it is to be written: together, or in several where it is more than MOST_AT_ONCE.

        Events come last, and deliveries with the last of them: what a fall leaves half written is told again by the
        phone system, or delivered again.
        """
        if len(self.events) + len(self.contacts) + len(self.calls) + len(self.intervals) <= MOST_AT_ONCE:
            yield self
            return
        yield Batch(queues=self.queues)
        for contacts in _cut(list(self.contacts.items())):
            yield Batch(contacts=dict(contacts))
        for calls in _cut(list(self.calls.items())):
            yield Batch(calls=dict(calls))
        for intervals in _cut(self.intervals):
            yield Batch(intervals=intervals)
        for events in _cut(self.events):
            yield Batch(events=events)
        yield Batch(taken=self.taken)

    def parts(self) -> Iterator[Batch]:
        """Yield what there is in the smallest parts that can be written alone."""
        yield Batch(events=self.events, taken=self.taken)
        yield Batch(queues=self.queues)
        yield Batch(intervals=self.intervals)
        for id_, contact in self.contacts.items():
            yield Batch(contacts={id_: contact})
        for key, call in self.calls.items():
            yield Batch(calls={key: call})


class WriteBehind:
    """Takes what happened on the loop and writes it on a thread of the gateway. ``house`` is the one of now."""

    def __init__(self, gateway: Gateway) -> None:
        self.house = House({}, {}, {}, {}, {}, {}, {})
        self._gateway = gateway
        self._waiting = Batch()
        self._more = asyncio.Event()

    def happened(self, event: CallEvent) -> None:
        """Take one event; it is written with the next outcome. The oldest are let go of where too many wait."""
        self._waiting.events.append(event)
        _let_go(self._waiting.events, "events of the phone system")

    @property
    def events_waiting(self) -> int:
        """Return how many events are not written yet."""
        return len(self._waiting.events)

    def took(self, delivery: int) -> None:
        """Take note that a delivery was told: it is marked together with what was made of it."""
        self._waiting.taken.append(delivery)
        self._more.set()

    def states_again(self, states: Iterable[StateInterval]) -> None:
        """Take the agents' states of the day as a fold of the stored events found them; others give way."""
        self._waiting.intervals += states
        self._more.set()

    def came_out(self, output: FoldOutput) -> None:
        """Take what the events changed and let it be written."""
        self._waiting.contacts.update({contact.id: contact for contact in output.contacts})
        self._waiting.calls.update({call.key: call for call in output.agent_calls})
        self._waiting.queues |= output.queues - self.house.labels.keys()
        self._waiting.intervals += output.intervals
        _let_go(self._waiting.intervals, "states of agents")
        self._more.set()

    async def run(self) -> None:
        """Write what comes until cancelled."""
        while True:
            await self._more.wait()
            self._more.clear()
            try:
                await self.write_all()
            except Unavailable:
                self._more.set()
                await asyncio.sleep(_RETRY_S)

    async def write_all(self) -> None:
        """Write what is waiting now; raises Unavailable, and keeps it, while the database is away.

        Cancelling it does not stop the thread that writes: it is waited for, so that nothing is written twice.
        """
        batch, self._waiting = self._waiting, Batch()
        if not batch:
            return
        writing = asyncio.create_task(self._write_whole(batch))
        try:
            await asyncio.shield(writing)
        except asyncio.CancelledError:
            await asyncio.gather(writing, return_exceptions=True)
            raise

    async def _write_whole(self, batch: Batch) -> None:
        left = deque(filter(None, batch.transactions()))
        while left:
            try:
                await self._gateway.in_thread(partial(self._write, batch=left[0]))
            except Unavailable:
                self._waiting = reduce(Batch.under, left).under(self._waiting)
                raise
            except DBAPIError as error:
                parts = list(filter(None, left[0].parts()))
                if len(parts) > 1:  # one call must not stop the others
                    log.warning("a batch of calls was refused by the database", exc_info=error)
                    left.popleft()
                    left.extendleft(reversed(parts))
                    continue
                log.warning("a part of it is left out", exc_info=error)
            left.popleft()
        if batch.queues:
            self.take_house(await self._gateway.in_thread(event_store.house))

    async def finish(self) -> None:
        """Write what is waiting if the database is there; otherwise it waits on."""
        with suppress(Unavailable):
            await self.write_all()

    def take_house(self, house: House) -> None:
        """Take over queues and people as they are now, into the tables that the fold looks things up in."""
        for kept, new in ((self.house.labels, house.labels), (self.house.names, house.names)):
            kept.update(new)
        self.house.levels.update(house.levels)
        self.house.wrap_up_s.update(house.wrap_up_s)
        self.house.agents.update(house.agents)
        self.house.teams.update(house.teams)
        self.house.limits.update(house.limits)

    def _write(self, conn: Connection, batch: Batch) -> None:
        if batch.events:
            event_store.append(conn, batch.events)
        if batch.taken:
            cti_store.taken(conn, batch.taken)
        if batch.queues:
            event_store.add_queues(conn, sorted(batch.queues))
        history_store.keep_intervals(conn, batch.intervals)
        write_calls(conn, self._interactions(batch.contacts.values()), self._legs(batch.calls.values()))

    def _interactions(self, contacts: Iterable[Contact]) -> dict[UUID, dict[str, object]]:
        return {contact.id: call_rows.interaction_values(contact, self.house.agents) for contact in contacts}

    def _legs(self, calls: Iterable[AgentCall]) -> dict[UUID, dict[str, object]]:
        return {call_rows.leg_id(call): call_rows.leg_values(call) for call in calls}


def _cut(rows: list[_Row]) -> Iterator[list[_Row]]:
    for at in range(0, len(rows), MOST_AT_ONCE):
        yield rows[at : at + MOST_AT_ONCE]


def _let_go(waiting: list[Any], what: str) -> None:
    """Let go of the oldest where too many wait."""
    if len(waiting) > MOST_EVENTS:
        del waiting[: MOST_EVENTS // 10]
        log.warning("%d %s could not be kept: the database is away", MOST_EVENTS // 10, what)
