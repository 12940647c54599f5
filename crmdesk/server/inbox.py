"""Brings what gateways kept of phone systems' requests to the connector, at the gateway that holds the phone."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress

from crmdesk.domain.errors import Unavailable
from crmdesk.server import cti_store
from crmdesk.server.cti_store import Waiting
from crmdesk.server.gateway import Gateway
from crmdesk.server.write_behind import WriteBehind
from crmdesk.telephony.webhook.receiver import WebhookReceiver

log = logging.getLogger(__name__)

LOOK_S = 0.1
"""Seconds between two looks for what other gateways took; what came to this one is brought at once."""

_LOOKS_PER_HOUSE = 100


class Inbox:
    """Brings each delivery once. It is marked as told in the transaction that writes what was made of it."""

    def __init__(self, gateway: Gateway, receiver: WebhookReceiver, behind: WriteBehind) -> None:
        self._gateway = gateway
        self._receiver = receiver
        self._behind = behind
        self._brought: set[int] = set()
        self._extensions: Mapping[str, str] = {}

    async def run(self) -> None:
        """Bring what comes until cancelled. While the database is away nothing comes."""
        self._brought.clear()
        arrived = self._gateway.reception.arrived if self._gateway.reception else asyncio.Event()
        looks = 0
        while True:
            arrived.clear()
            with suppress(Unavailable):
                if looks % _LOOKS_PER_HOUSE == 0:
                    self._extensions = await self._gateway.in_thread(cti_store.extensions)
                self._bring(await self._gateway.in_thread(cti_store.waiting))
                looks += 1
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await arrived.wait()

    def _bring(self, waiting: Waiting) -> None:
        new = set(waiting.numbers) - self._brought
        for told in waiting.calls.values():
            for delivery in told:
                if delivery.number in new and self._receiver.take(told, delivery.said.step, self._who):
                    self._brought.add(delivery.number)
                    self._behind.took(delivery.number)
        self._brought &= set(waiting.numbers)

    def _who(self, word: str) -> str | None:
        return self._extensions.get(" ".join(word.split()).casefold())
