"""Waiting for something to become true, with a limit; never for time to pass."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

LIMIT_S = 20.0
LIMIT_MS = int(LIMIT_S * 1000)
_LOOK_AGAIN_S = 0.02


async def until(condition: Callable[[], T | None], what: str = "it happened", limit_s: float = LIMIT_S) -> T:
    """Return the first true value of ``condition``; fails when it does not come."""
    value = condition()
    try:
        async with asyncio.timeout(limit_s):
            while not value:
                await asyncio.sleep(_LOOK_AGAIN_S)
                value = condition()
    except TimeoutError as error:
        raise AssertionError(f"waited in vain until {what}") from error
    assert value
    return value


async def until_async(condition: Callable[[], Awaitable[T | None]], what: str = "it happened") -> T:
    """Return the first true value that ``condition`` gives when awaited; fails when it does not come."""
    value = await condition()
    try:
        async with asyncio.timeout(LIMIT_S):
            while not value:
                await asyncio.sleep(_LOOK_AGAIN_S)
                value = await condition()
    except TimeoutError as error:
        raise AssertionError(f"waited in vain until {what}") from error
    assert value
    return value
