"""Threads on which the gateway is asked while nobody waits for the disk or the screen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from crmdesk.domain.errors import Unavailable
from crmdesk.domain.language import tr

P = ParamSpec("P")
T = TypeVar("T")


class AskingThreads:
    """Ask ``most`` questions at once; others wait in line. Once they are closed, whoever stands in line and whoever
    comes later hears that the server cannot be reached; what is being asked is asked to its end."""

    def __init__(self, most: int, name: str) -> None:
        self._threads = ThreadPoolExecutor(most, name)
        self._closed = False

    async def ask(self, question: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return the answer; raises what ``question`` raises, and Unavailable where it is not asked any more."""
        if self._closed:
            raise _away()
        asked = self._threads.submit(question, *args, **kwargs)
        try:
            return await asyncio.wrap_future(asked)
        except asyncio.CancelledError:
            asker = asyncio.current_task()
            if asked.cancelled() and (asker is None or not asker.cancelling()):
                raise _away() from None  # nobody gave the question up but these threads
            raise

    def close(self) -> None:
        """Ask nothing more."""
        self._closed = True
        self._threads.shutdown(wait=False, cancel_futures=True)


def _away() -> Unavailable:
    return Unavailable(
        tr("The server cannot be reached."), tr("Look again when the status line says that the server is there.")
    )
