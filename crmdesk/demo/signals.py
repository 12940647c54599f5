"""Runs the demo's main coroutine so that Ctrl+C and SIGTERM end it in good order, with the exit code of the signal."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from functools import partial
from typing import Any

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run_until_told(work: Coroutine[Any, Any, int]) -> int:
    """Run ``work`` to its end and return its exit code, or 128 + N after signal N cancelled it."""
    return asyncio.run(_run(work))


async def _run(work: Coroutine[Any, Any, int]) -> int:
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work)
    told: list[int] = []
    for number in _SIGNALS:
        loop.add_signal_handler(number, partial(_cancel, task, told, number))
    try:
        return await task
    except asyncio.CancelledError:
        if not told:
            raise
        return 128 + told[0]
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)


def _cancel(task: asyncio.Future[int], told: list[int], number: int) -> None:
    told.append(number)
    if len(told) == 1:
        task.cancel()
