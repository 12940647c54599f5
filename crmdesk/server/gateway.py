"""The gateway's parts in one hand, and the tasks that run beside the requests."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Connection, text

from crmdesk.domain.calls.live import BREAK_REASONS, QuietHours
from crmdesk.domain.clock import Clock
from crmdesk.domain.errors import Unavailable
from crmdesk.domain.quick import dataclass
from crmdesk.server.acting import Acting
from crmdesk.server.auth import Auth
from crmdesk.server.board_room import BoardRoom
from crmdesk.server.crowd import Turnstile
from crmdesk.server.feed_watch import FeedWatch
from crmdesk.server.live_hub import LiveHub
from crmdesk.server.mail_room import MailRoom
from crmdesk.server.mail_settings import MailSettings
from crmdesk.server.metrics import Metrics
from crmdesk.server.reception import Reception
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine.host import HeldLock
from crmdesk.sync.engine.journal import Journal

log = logging.getLogger(__name__)
T = TypeVar("T")
Job = Callable[[], Coroutine[Any, Any, None]]

SNAPSHOTS_AT_ONCE = 2
"""More would only share the same processors, and pulls and pushes have to pass between them."""

SNAPSHOTS_WAITING = 2
PUSHES_AT_ONCE = 4
"""More threads at once would only wait for each other: each computes for about as long as the database does."""

PUSHES_WAITING = 400
PULLS_AT_ONCE = 6
PULLS_WAITING = 200
"""A hint makes many desks pull within the same moment; a page takes some milliseconds."""

ACKS_AT_ONCE = 2
ACKS_WAITING = 400

_PAUSE_S = 3
_AWAY_S = 1.0
_THREADS = 4
_BARRED = text(
    "select d.device_id from sync.device d join sync.principal p using (user_id) "
    "where d.device_id = any(cast(:devices as uuid[])) "
    "and (d.revoked_at is not null or d.barred_at is not null or p.disabled_at is not null)"
)


@dataclass(slots=True)
class Gateway:
    """What the handlers work with. It keeps nothing that the database does not have.

    ``beside`` are jobs that run for as long as the gateway does. Every ``recheck_s`` seconds it looks whether those who
    listen still may. A feed that stands still for ``stall_s`` seconds while somebody writes is told as an alarm.
    ``journal`` names who was erased: a database that is put back from a backup does not know. ``metrics_token``
    opens the metrics to others than this computer. ``reception`` is there where phone systems may call us.
    ``board`` answers what lies behind the queues' figures, None without a phone system. Customers are
    rung only knowingly within ``quiet`` hours; ``reasons`` are those for a break. Numbers without a
    country code are those of ``region`` (ISO 3166). Letters go out by e-mail where ``mail_settings`` say how.
    """

    engine: Engine
    clock: Clock
    recheck_s: float = 20.0
    stall_s: float = 2.0
    journal: Journal = field(default_factory=lambda: Journal(Path(os.devnull)))
    auth: Auth = field(init=False)
    hub: LiveHub = field(init=False)
    snapshots: Turnstile = field(init=False)
    pulls: Turnstile = field(init=False)
    pushes: Turnstile = field(init=False)
    acks: Turnstile = field(init=False)
    feed: FeedWatch = field(init=False)
    acting: Acting = field(init=False)
    metrics: Metrics = field(default_factory=Metrics)
    metrics_token: str = ""
    reception: Reception | None = None
    board: BoardRoom | None = None
    quiet: QuietHours = field(default_factory=QuietHours)
    reasons: tuple[str, ...] = BREAK_REASONS
    region: str | None = None
    mail_settings: MailSettings | None = None
    mail: MailRoom = field(init=False)
    beside: list[Job] = field(default_factory=list)

    _threads: ThreadPoolExecutor = field(init=False)
    _again: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._threads = ThreadPoolExecutor(_THREADS, "gateway")
        self.feed = FeedWatch(self, self.journal, self.stall_s)
        self.auth = Auth(self.engine, self.clock)
        self.hub = LiveHub(self.clock)
        self.acting = Acting(self)
        self.mail = MailRoom(self.mail_settings, self.clock)
        self.snapshots = Turnstile("snapshot", SNAPSHOTS_AT_ONCE, SNAPSHOTS_WAITING, _PAUSE_S)
        self.pushes = Turnstile("push", PUSHES_AT_ONCE, PUSHES_WAITING, _PAUSE_S)
        self.pulls = Turnstile("pull", PULLS_AT_ONCE, PULLS_WAITING, _PAUSE_S)
        self.acks = Turnstile("ack", ACKS_AT_ONCE, ACKS_WAITING, _PAUSE_S)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run the tasks that watch the database while the block runs."""
        await self.feed.begin()
        watching = asyncio.create_task(self._kept_running(self.feed.run))
        jobs: list[Job] = [self._watch_sessions, *self.beside]
        tasks = [watching, *(asyncio.create_task(self._kept_running(job, self._is_anew)) for job in jobs)]
        try:
            yield
        finally:
            self.hub.disconnect()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            turnstiles = (self.snapshots, self.pulls, self.pushes, self.acks)
            for ending in (self._threads.shutdown, *(turnstile.close for turnstile in turnstiles)):
                await asyncio.to_thread(ending)
            if self.reception is not None:
                await asyncio.to_thread(self.reception.close)
            self.engine.close()

    async def _kept_running(self, *jobs: Job) -> None:
        """Run jobs until the first of them ends, and again: when one fell over something that nobody foresaw too."""
        while True:
            running = [asyncio.create_task(job()) for job in jobs]
            try:
                await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in running:
                    task.cancel()
                await asyncio.gather(*running, return_exceptions=True)
            for task in running:
                _tell_of_a_fall(task)
            await asyncio.sleep(_AWAY_S)

    async def _is_anew(self) -> None:
        """Return once the database has another history."""
        await self._again.wait()

    async def in_thread(self, work: Callable[[Connection], T]) -> T:
        """Run a piece of work on the database off the loop; raises Unavailable as the engine does."""
        return await self.off_loop(partial(self.engine.run, work))

    async def off_loop(self, work: Callable[[], T]) -> T:
        """Run work on a thread of ours; the gateway ends only after it, also when nobody waits for it any more."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    @asynccontextmanager
    async def lock(self, key: int) -> AsyncIterator[Watched | None]:
        """Give the block a lock that only one gateway of all has, None while another has it; raises Unavailable."""
        held = await self.take_lock(key)
        lock = Watched(self, key, held) if held is not None else None
        try:
            yield lock
        finally:
            if lock is not None:
                lock.release()

    async def holder_silent_s(self, key: int) -> float | None:
        """Return for how many seconds the gateway that has a lock has not looked after it, None where nobody has it;
        raises Unavailable."""
        return await self.off_loop(partial(self.engine.holder_silent_s, key))

    async def take_lock(self, key: int) -> HeldLock | None:
        """Return the lock, or None while another process has it; raises Unavailable.

        Who is cancelled meanwhile gets none: what the thread still takes is given back, or nobody could ever have it.
        """
        taking = asyncio.ensure_future(self.off_loop(partial(self.engine.try_lock, key)))
        try:
            return await asyncio.shield(taking)
        except asyncio.CancelledError:
            taking.add_done_callback(_give_back)
            raise

    async def check_lock(self, held: HeldLock) -> None:
        """Raise Unavailable if the lock was lost."""
        await self.off_loop(held.check)

    def begin_again(self) -> None:
        """The database has another history: let the desks come anew, and the jobs begin from what it holds now."""
        self.hub.disconnect()
        self._again.set()
        self._again = asyncio.Event()

    async def _watch_sessions(self) -> None:
        while True:
            await asyncio.sleep(self.recheck_s)
            with suppress(Unavailable):
                self.hub.drop(await self.in_thread(partial(_barred, devices=self.hub.devices)))


class Watched:
    """A lock that is ours, and the eye on it."""

    def __init__(self, gateway: Gateway, key: int, held: HeldLock) -> None:
        self._gateway = gateway
        self._key = key
        self._held = held

    async def watch(self, every_s: float) -> None:
        """Look from time to time, and take the lock again when it was lost with its connection.

        While the database is away nobody else can take it either; raises Unavailable once somebody has.
        """
        while True:
            await asyncio.sleep(every_s)
            try:
                await self._gateway.check_lock(self._held)
            except Unavailable:
                await self._take_again()

    async def _take_again(self) -> None:
        self._held.release()
        while True:
            try:
                held = await self._gateway.take_lock(self._key)
            except Unavailable:
                await asyncio.sleep(_AWAY_S)
                continue
            if held is None:
                raise Unavailable("Another gateway took over.", "This one takes over again when that one ends.")
            self._held = held
            return

    def release(self) -> None:
        """Give the lock back."""
        self._held.release()


def _give_back(taken: asyncio.Future[HeldLock | None]) -> None:
    if not taken.cancelled() and taken.exception() is None and (held := taken.result()) is not None:
        held.release()


def _tell_of_a_fall(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error("a task of the gateway fell", exc_info=task.exception())


def _barred(conn: Connection, devices: list[UUID]) -> frozenset[UUID]:
    return frozenset(conn.scalars(_BARRED, {"devices": devices}))
