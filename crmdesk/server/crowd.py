"""How many desks may ask for something heavy at once; the others are told when to come back."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from crmdesk.domain.errors import Unavailable
from crmdesk.domain.language import mark

T = TypeVar("T")


class Crowded(Unavailable):
    """Too many desks ask at once. ``retry_after_s`` is when this one may try again, in whole seconds."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(mark("The server is busy with other desks."), mark("It is tried again by itself."))
        self.retry_after_s = retry_after_s


class Turnstile:
    """Lets ``places`` in at once, each on a thread of its own, while ``waiting`` more stand in line. Sends the others
    away for up to ``pause_s`` seconds, not all for the same time, so that they do not come back together. For the
    event loop only."""

    def __init__(self, name: str, places: int, waiting: int, pause_s: int) -> None:
        self._free = places + waiting
        self._pause_s = pause_s
        self.turned_away = 0
        self._threads = ThreadPoolExecutor(places, name)

    async def pass_through(self, work: Callable[[], T]) -> T:
        """Return what the work gives, done off the loop; raises Crowded at once when the line is full."""
        if self._free <= 0:
            self.turned_away += 1
            raise Crowded(random.randint(1, self._pause_s))  # noqa: S311 - spreads load, guards nothing
        self._free -= 1
        working = asyncio.get_running_loop().run_in_executor(self._threads, work)
        # A desk that hangs up leaves its thread at work: the place is free when that ends, not before.
        working.add_done_callback(self._left)
        return await asyncio.shield(working)

    def close(self) -> None:
        """End the threads once they are done."""
        self._threads.shutdown()

    def _left(self, working: asyncio.Future[T]) -> None:
        self._free += 1
        if not working.cancelled():
            working.exception()  # nobody may be there any more to hear of it
