"""Brings contents of attached files to the gateway and fetches them from there, beside the turns of sync.

On a thread of its own: a large file on a slow line holds nothing else up. Parts are small, so that a break costs little
and every answer comes in time.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from uuid import UUID

from crmdesk.domain.attachments.limits import LARGEST_FILE, PART
from crmdesk.domain.errors import Refused, Unavailable
from crmdesk.domain.language import tr
from crmdesk.runtime.asking import AskingThreads
from crmdesk.runtime.bus import Bus, LocalWrite, SyncChanged
from crmdesk.runtime.database import Database
from crmdesk.sync.client import contents
from crmdesk.sync.client.contents import Outgoing
from crmdesk.sync.file_wire import AskPart, Part, PartTaken, SendPart
from crmdesk.sync.transports.http import GatewayClient, SignedOutByServer

AGAIN_S = 60.0
"""Seconds until a content that could not be sent is tried again, where nothing else wakes the sender."""

log = logging.getLogger(__name__)


class GatewayFiles:
    """See ``runtime.desk.attachments.FileSource``. Sends what waits while ``run`` runs."""

    def __init__(self, client: GatewayClient, database: Database, bus: Bus, device_id: UUID) -> None:
        self._client, self._database, self._bus = client, database, bus
        self._device_id = device_id
        self._sending = AskingThreads(1, "files")
        self._fetching = AskingThreads(2, "files-wanted")
        self._wake = asyncio.Event()

    async def run(self) -> None:
        """Send what waits, until cancelled or signed out; what the server cannot take now is tried again."""
        self._bus.subscribe(LocalWrite, self._woken)
        self._bus.subscribe(SyncChanged, self._woken)
        try:
            while True:
                self._wake.clear()
                try:
                    await self._send_all()
                except SignedOutByServer:
                    return
                except Unavailable as error:
                    log.info("contents of files wait: %s", type(error).__name__)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(AGAIN_S):
                        await self._wake.wait()
        finally:
            self._bus.unsubscribe(LocalWrite, self._woken)
            self._bus.unsubscribe(SyncChanged, self._woken)

    def close(self) -> None:
        """Let go of the threads; what is under way ends with its part."""
        self._sending.close()
        self._fetching.close()

    def _woken(self, _: LocalWrite | SyncChanged) -> None:
        self._wake.set()

    async def _send_all(self) -> None:
        """Send everything that waits, one after the other; what the server knows nothing of is left for later."""
        later: set[UUID] = set()
        while (one := await self._database.read(contents.outgoing, later)) is not None:
            try:
                taken = await self._send(one)
            except SignedOutByServer:
                raise
            except Refused as error:
                log.info("a content is not taken now: %s", type(error).__name__)
                later.add(one.id)
                continue
            if taken is None:
                later.add(one.id)
            elif taken.refused:
                await self._database.write(contents.was_refused, one, taken.refused)
            else:
                await self._database.write(contents.was_taken, one)

    async def _send(self, one: Outgoing) -> PartTaken | None:
        """Send a content from where the server has it on; None where it is not here any more."""
        data: bytes | None = None
        taken = await self._part(one, 0, b"")
        while not (taken.done or taken.refused):
            data = data or await self._database.read(contents.data_of, one.id)
            if data is None:
                return None
            before = taken.have
            taken = await self._part(one, before, data[before : before + PART])
            if taken.have == before:
                raise Unavailable(tr("The server's answer is incomplete."), tr("It is asked again."))
        return taken

    async def _part(self, one: Outgoing, place: int, data: bytes) -> PartTaken:
        message = SendPart(self._device_id, one.entity, one.id, place, data)
        return await self._sending.ask(self._client.ask, "/files/send", message, PartTaken)

    async def fetch(self, entity: str, attachment_id: UUID) -> bytes:
        """Return a content; raises Unavailable without an answer, Refused where the server does not have it."""
        whole = bytearray()
        while True:
            message = AskPart(self._device_id, entity, attachment_id, len(whole))
            part = await self._fetching.ask(self._client.ask, "/files/fetch", message, Part)
            whole += part.data
            if len(whole) >= part.size or len(whole) > LARGEST_FILE or not part.data:
                return bytes(whole)
