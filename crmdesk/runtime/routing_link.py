"""Asks the gateway about routing rules, on a thread of its own: a dry run takes the server some seconds."""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID

from crmdesk.domain.routing.dry_run import DryRun
from crmdesk.domain.routing.views import Edition, Household
from crmdesk.runtime.asking import AskingThreads
from crmdesk.sync.routing_wire import (
    AskEdition,
    AskRouting,
    EditionReply,
    PublishReply,
    PublishRules,
    RoutingReply,
    TryReply,
    TryRules,
)
from crmdesk.sync.transports.http import GatewayClient

Answer = TypeVar("Answer")


class GatewayRouting:
    """See ``runtime.desk.routing.RoutingSource``."""

    def __init__(self, client: GatewayClient, device_id: UUID, thread: AskingThreads) -> None:
        self._client = client
        self._device_id = device_id
        self._thread = thread

    async def book(self) -> tuple[tuple[Edition, ...], str, Household]:
        """Return the editions, the rules of the newest, and what rules can name."""
        reply = await self._ask("/routing", AskRouting(self._device_id), RoutingReply)
        return reply.editions, reply.body, reply.household

    async def edition(self, number: int) -> tuple[Edition, str]:
        """Return one edition and its rules."""
        reply = await self._ask("/routing/edition", AskEdition(self._device_id, number), EditionReply)
        return reply.edition, reply.body

    async def try_rules(self, body: str) -> DryRun:
        """Return what rules would have done with the cases of the last days."""
        return (await self._ask("/routing/try", TryRules(self._device_id, body), TryReply)).run

    async def publish(
        self, body: str, on: int, why: str, brings_back: int | None
    ) -> tuple[Edition | None, tuple[Edition, str] | None]:
        """Publish rules after an edition; return it, or the one that came in between."""
        message = PublishRules(self._device_id, body, on, why, brings_back)
        reply = await self._ask("/routing/publish", message, PublishReply)
        return reply.made, None if reply.first is None else (reply.first.edition, reply.first.body)

    async def _ask(self, path: str, message: Any, answer: type[Answer]) -> Answer:
        return await self._thread.ask(self._client.ask, path, message, answer)
