"""Asks the server for people whom this computer does not hold: callers of other teams, or anybody while the first copy
of the records is still on its way. Nobody waits longer than a moment, and nothing depends on the answer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeAlias

from crmdesk.domain.errors import CrmdeskError
from crmdesk.runtime.bus import Bus, LookedElsewhere
from crmdesk.runtime.database import Database

if TYPE_CHECKING:
    from crmdesk.sync.wire import LookUpReply

BUDGET_S = 0.3
"""A caller waits on the telephone."""

_TIMES = 3
log = logging.getLogger(__name__)

Ask: TypeAlias = "Callable[[str, str, str], Awaitable[LookUpReply]]"
"""Asks by number, extension and words; raises Unavailable or Refused."""


class Elsewhere:
    """``reach`` is told by the link how the server is asked. ``incomplete`` says that the records are not all here;
    an answer is waited for ``budget_s`` seconds."""

    def __init__(self, database: Database, bus: Bus) -> None:
        self._database = database
        self._bus = bus
        self._ask: Ask | None = None
        self._asking: dict[tuple[str, str], asyncio.Task[bool]] = {}
        self._silent: set[tuple[str, str]] = set()
        self.incomplete = False
        self.budget_s = BUDGET_S

    def asks_for(self, e164: str) -> bool:
        """Say whether the server is being asked who has this number."""
        return (e164, "") in self._asking

    @property
    def is_asking(self) -> bool:
        """Say whether an answer is waited for."""
        return bool(self._asking)

    def reach(self, ask: Ask | None) -> None:
        """Ask in this way from now on, None: not at all."""
        self._ask = ask

    def look_for_number(self, e164: str, extension: str = "") -> None:
        """Ask who has a number; who is found is written here and published as any change is."""
        self._soon(e164, extension, "")

    async def find(self, words: str) -> bool:
        """Ask for people by the words of a name; return whether anybody came, within the budget."""
        asked = self._soon("", "", words)
        return False if asked is None else await asyncio.shield(asked)

    async def close(self) -> None:
        """Give up what is being asked."""
        asked = list(self._asking.values())
        for task in asked:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)

    def _soon(self, e164: str, extension: str, words: str) -> asyncio.Task[bool] | None:
        """Ask once for the same at a time."""
        key = (e164 + extension, words)
        if self._ask is None:
            return None
        if key not in self._asking:
            task = asyncio.create_task(self._within_budget(self._ask, e164, extension, words), name="look-up")
            self._asking[key] = task
            task.add_done_callback(lambda asked: self._over(key, asked))
            self._bus.publish(LookedElsewhere(key[0], over=False))
        return self._asking[key]

    def _over(self, key: tuple[str, str], asked: asyncio.Task[bool]) -> None:
        self._asking.pop(key, None)
        answered = key not in self._silent and not asked.cancelled()
        self._silent.discard(key)
        self._bus.publish(LookedElsewhere(key[0], over=True, answered=answered))

    async def _within_budget(self, ask: Ask, e164: str, extension: str, words: str) -> bool:
        try:
            async with asyncio.timeout(self.budget_s):
                return await self._brought(ask, e164, extension, words)
        except TimeoutError:
            log.info("look-up: no answer in time")
        except CrmdeskError as error:
            log.info("look-up: %s", type(error).__name__)
        self._silent.add((e164 + extension, words))
        return False

    async def _brought(self, ask: Ask, e164: str, extension: str, words: str) -> bool:
        from crmdesk.sync.client import looking_up  # not needed at the start

        for _ in range(_TIMES):
            asked_at = await self._database.read(looking_up.position)
            reply = await ask(e164, extension, words)
            if not any(rows.rows for rows in reply.tables):
                return False
            if await self._database.write(looking_up.take, reply, asked_at):
                return True
        return False
