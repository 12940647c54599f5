"""The desk's link to the gateway: turns of sync, the live channel, and what the status line says of them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus, WebSocketException

from crmdesk.domain.calls.control import Colleague, PhoneRequest
from crmdesk.domain.card import FieldRef
from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.errors import Refused, Unavailable
from crmdesk.domain.language import tr
from crmdesk.domain.sync_state import RESTORED, SnapshotProgress, SyncLink
from crmdesk.models.base import from_microseconds
from crmdesk.runtime.asking import AskingThreads
from crmdesk.runtime.board_link import GatewayBoard
from crmdesk.runtime.bus import Bus, LocalWrite
from crmdesk.runtime.database import Database
from crmdesk.runtime.desk import Desk
from crmdesk.runtime.file_link import GatewayFiles
from crmdesk.runtime.mail_link import GatewayMail
from crmdesk.runtime.return_link import GatewayReturns
from crmdesk.runtime.routing_link import GatewayRouting
from crmdesk.runtime.snapshot_worker import SnapshotWorker
from crmdesk.sync.client.cycle import Device, SyncCycle
from crmdesk.sync.client.forking import Forked
from crmdesk.sync.client.lease import OutOfUse
from crmdesk.sync.client.versions import TooOld
from crmdesk.sync.phone_wire import ask_of
from crmdesk.sync.reading import Unreadable, decode_live
from crmdesk.sync.stamp_wire import MOST_ROWS, AskStamps, StampsReply
from crmdesk.sync.transports.http import GatewayClient, SignedOutByServer
from crmdesk.sync.wire import (
    LiveBoard,
    LiveCall,
    LiveHint,
    LiveOpen,
    LivePhone,
    LiveStatus,
    LookUp,
    LookUpReply,
)

POLL_S = 10.0
"""Seconds between turns when no hint comes: heals a lost hint."""

_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.5, 15.0
_PING_S = 5.0
_BIGGEST_MESSAGE = 4 * 1024 * 1024
T = TypeVar("T")
log = logging.getLogger(__name__)


class Backoff:
    """Seconds to wait after each failure in a row: doubling, with jitter, up to a limit."""

    def __init__(self) -> None:
        self._next = _FIRST_WAIT_S

    def reset(self) -> None:
        """Begin anew after a success."""
        self._next = _FIRST_WAIT_S

    def wait_s(self) -> float:
        """Return how long to wait now."""
        wait, self._next = self._next, min(self._next * 2, _LONGEST_WAIT_S)
        return wait * random.uniform(0.7, 1.3)  # noqa: S311 - spreads desks, hides nothing


class ServerLink:
    """Runs until cancelled. One thread does the blocking network; results come back to the loop."""

    def __init__(self, client: GatewayClient, database: Database, desk: Desk, device: Device) -> None:
        self._client = client
        self._desk = desk
        self._bus: Bus = desk.bus
        self._database = database
        self._net = ThreadPoolExecutor(1, "net")
        self._wake = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._asking = AskingThreads(2, "look-up")
        self._behind = AskingThreads(1, "board")
        self._acting = AskingThreads(2, "phone")
        self._device_id = device.device_id
        self._worker = SnapshotWorker(
            client, database, device.device_id, desk.clock, self._snapshot_moved, self._woken_elsewhere
        )
        self._cycle = SyncCycle(client, database.write_now, device, self._changed_elsewhere, self._worker)
        self._files = GatewayFiles(client, database, desk.bus, device.device_id)
        self._failing = False
        self._bus.subscribe(LocalWrite, self._written_here)
        desk.sync.on_try_now(self.try_now)

    def try_now(self) -> None:
        """Do the next turn at once, also while waiting after a failure."""
        self._failing = False
        self._wake.set()

    async def run(self) -> None:
        """Keep the desk in sync and listening until cancelled, signed out by the server, or locked."""
        await self._desk.sync.refresh(SyncLink.CONNECTING)
        self._desk.elsewhere.reach(self._look_up)
        self._desk.card.reach(self._stamps)
        self._desk.board.reach(GatewayBoard(self._client, self._device_id, self._behind))
        self._desk.returns.reach(GatewayReturns(self._client, self._device_id, self._behind))
        self._desk.routing.reach(GatewayRouting(self._client, self._device_id, self._behind))
        self._desk.letters.reach(GatewayMail(self._client, self._device_id, self._behind))
        self._desk.handset.reach(self._ask_phone, self._colleagues)
        self._desk.attachments.reach(self._files)
        beside = (
            asyncio.create_task(self._listen_for_ever(), name="live"),
            asyncio.create_task(self._files.run(), name="files"),
        )
        try:
            await self._sync_for_ever()
        finally:
            await _to_its_end(asyncio.create_task(self._close(beside), name="closing the link"))  # not shown

    async def _close(self, beside: tuple[asyncio.Task[None], ...]) -> None:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        self._bus.unsubscribe(LocalWrite, self._written_here)
        self._desk.elsewhere.reach(None)
        self._desk.card.reach(None)
        self._desk.board.reach(None)
        self._desk.returns.reach(None)
        self._desk.routing.reach(None)
        self._desk.attachments.reach(None)
        self._files.close()
        self._desk.letters.reach(None)
        self._desk.handset.reach(None, None)
        await self._desk.elsewhere.close()
        self._net.shutdown(wait=False, cancel_futures=True)
        for threads in (self._asking, self._behind, self._acting):
            threads.close()
        await asyncio.to_thread(self._worker.close)
        self._show_snapshot(None)

    async def _sync_for_ever(self) -> None:
        backoff = Backoff()
        while True:
            self._wake.clear()
            try:
                await self._in_net_thread(self._cycle.run)
            except SignedOutByServer as error:
                await self._desk.sync.refresh(SyncLink.SIGNED_OUT, error.what)
                return
            except OutOfUse as error:
                await self._desk.sync.refresh(SyncLink.LOCKED, f"{error.what} {error.next_step}")
                return
            except Forked as error:
                await self._desk.sync.refresh(SyncLink.SIGNED_OUT, f"{error.what} {error.next_step}")
                return
            except Unavailable as error:
                self._failing = True
                self._cycle.greet_again()
                await self._desk.sync.refresh(SyncLink.OFFLINE, error.what)
                await self._wait(backoff.wait_s())
            except Refused as error:
                self._failing = True
                link = SyncLink.TOO_OLD if isinstance(error, TooOld) else SyncLink.OFFLINE
                if isinstance(error, TooOld):
                    self._database.read_only = error
                self._cycle.greet_again()
                await self._desk.sync.refresh(link, f"{error.what} {error.next_step}".strip())
                await self._wait(_LONGEST_WAIT_S)
            else:
                self._failing = False
                self._database.read_only = None
                backoff.reset()
                await self._desk.sync.refresh(SyncLink.LIVE, tr(RESTORED) if self._cycle.met_restored else "")
                await self._wait(POLL_S)

    async def _wait(self, seconds: float) -> None:
        # Not wait_for: before Python 3.12 it loses a cancellation that comes together with the event.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()

    async def _in_net_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.wrap_future(self._net.submit(work))

    def _changed_elsewhere(self, changes: Changes) -> None:
        """Called on the network thread."""
        if changes:
            self._loop.call_soon_threadsafe(self._bus.publish, changes)

    def _woken_elsewhere(self) -> None:
        """Called on other threads."""
        self._loop.call_soon_threadsafe(self._wake.set)

    def _snapshot_moved(self, progress: SnapshotProgress | None) -> None:
        """Called on other threads."""
        self._loop.call_soon_threadsafe(self._show_snapshot, progress)

    def _show_snapshot(self, progress: SnapshotProgress | None) -> None:
        self._desk.elsewhere.incomplete = progress is not None
        self._desk.sync.show_snapshot(progress)

    async def _look_up(self, e164: str, extension: str, words: str) -> LookUpReply:
        if self._failing:
            raise Unavailable(tr("The server cannot be reached."), tr("It is asked again by itself once it is there."))
        question = LookUp(self._device_id, e164, extension, words)
        return await self._asking.ask(self._client.look_up, question)

    async def _stamps(self, records: tuple[tuple[Kind, UUID], ...]) -> dict[FieldRef, tuple[UUID, datetime]]:
        if self._failing:
            raise Unavailable(tr("The server cannot be reached."), tr("It is asked again by itself once it is there."))
        question = AskStamps(self._device_id, tuple((kind.value, row) for kind, row in records[:MOST_ROWS]))
        told = (await self._asking.ask(self._client.ask, "/sync/stamps", question, StampsReply)).stamps
        return {FieldRef(Kind(one.entity), one.row, one.field): (one.by, from_microseconds(one.at_us)) for one in told}

    async def _ask_phone(self, action_id: UUID, request: PhoneRequest) -> None:
        await self._acting.ask(self._client.phone, ask_of(action_id, request))

    async def _colleagues(self) -> tuple[Colleague, ...]:
        return (await self._acting.ask(self._client.colleagues)).colleagues

    def _written_here(self, _: LocalWrite) -> None:
        if not self._failing:
            self._wake.set()

    async def _listen_for_ever(self) -> None:
        backoff = Backoff()
        while True:
            try:
                await self._listen(backoff)
            except SignedOutByServer:
                return
            except InvalidStatus as error:
                if error.response.status_code in (401, 403):
                    await self._renew()
            except (OSError, WebSocketException, Unavailable, Refused) as error:
                log.info("live channel: %s", type(error).__name__)
            finally:
                self._desk.phone.lost()
            await asyncio.sleep(backoff.wait_s())

    async def _renew(self) -> None:
        try:
            await asyncio.to_thread(self._client.renew)
        except (Unavailable, Refused) as error:
            log.info("renewing the session: %s", type(error).__name__)

    async def _listen(self, backoff: Backoff) -> None:
        token = self._client.access_token
        if token is None:
            raise Unavailable(tr("The live channel waits for the first turn of sync."), tr("It is opened by itself."))
        async with connect(
            live_url(self._client.url),
            ssl=self._client.tls,
            additional_headers={"Authorization": f"Bearer {token}"},  # not shown
            ping_interval=_PING_S,
            ping_timeout=_PING_S,
            max_size=_BIGGEST_MESSAGE,
            compression=None,
            proxy=None,
        ) as channel:
            backoff.reset()
            self.try_now()
            try:
                async for data in channel:
                    await self._heard(data if isinstance(data, bytes) else data.encode())
            finally:
                # Whether the server is away too is asked at once, not at the next turn.
                self.try_now()

    async def _heard(self, data: bytes) -> None:
        try:
            message = decode_live(data)
        except Unreadable:
            log.warning("live channel: a message of %d bytes could not be read", len(data))
            return
        match message:
            case LiveHint():
                self._wake.set()
            case LiveCall(call=call):
                await self._desk.phone.heard_call(call)
            case LiveBoard(board=board):
                self._desk.phone.heard_board(board)
            case LiveStatus(status=status):
                self._desk.phone.heard_status(status)
            case LiveOpen(keys=keys, told_to=told_to):
                await self._desk.phone.heard_open(keys, told_to)
            case LivePhone(state=state):
                self._desk.phone.heard_state(state)


def live_url(server: str) -> str:
    """Return the WebSocket address of the live channel of a server."""
    parts = urlsplit(server)
    scheme = "wss" if parts.scheme == "https" else "ws"
    return urlunsplit((scheme, parts.netloc, parts.path + "/live", "", ""))


async def _to_its_end(closing: asyncio.Task[None]) -> None:
    """Wait until everything is closed; whoever is cancelled meanwhile is told so afterwards."""
    cancelled: asyncio.CancelledError | None = None
    while not closing.done():
        try:
            await asyncio.shield(closing)
        except asyncio.CancelledError as error:
            cancelled = error
    closing.result()
    if cancelled is not None:
        raise cancelled
