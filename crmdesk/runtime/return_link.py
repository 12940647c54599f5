"""Asks the gateway for the return for the regulator, on a thread of its own: a large house takes some seconds."""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID

from crmdesk.domain.cases.returns import Behind, CasesBehind, ReturnShown, Scope, return_from
from crmdesk.runtime.asking import AskingThreads
from crmdesk.sync.return_wire import AskBehind, AskReturn, AskSign, BehindReply, ReturnReply
from crmdesk.sync.transports.http import GatewayClient

Answer = TypeVar("Answer")


class GatewayReturns:
    """See ``runtime.desk.returns.ReturnSource``."""

    def __init__(self, client: GatewayClient, device_id: UUID, thread: AskingThreads) -> None:
        self._client = client
        self._device_id = device_id
        self._thread = thread

    async def made(self, scope: Scope) -> ReturnShown:
        """Return the return of a scope as things stand now."""
        return shown_from(await self._ask("/returns/made", AskReturn(self._device_id, scope), ReturnReply))

    async def behind(self, scope: Scope, wanted: Behind) -> CasesBehind:
        """Return the complaints behind a part of it."""
        return (await self._ask("/returns/behind", AskBehind(self._device_id, scope, wanted), BehindReply)).behind

    async def sign(self, scope: Scope, digest: str) -> ReturnShown:
        """Sign it if it still has this digest, and return it."""
        return shown_from(await self._ask("/returns/sign", AskSign(self._device_id, scope, digest), ReturnReply))

    async def _ask(self, path: str, message: Any, answer: type[Answer]) -> Answer:
        return await self._thread.ask(self._client.ask, path, message, answer)


def shown_from(reply: ReturnReply) -> ReturnShown:
    """Return the return that an answer tells."""
    before = return_from(reply.before) if reply.before else None
    return ReturnShown(return_from(reply.document), reply.regime, reply.entity, before, reply.signatures)
