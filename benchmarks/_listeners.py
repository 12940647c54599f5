"""Connected desks in a process of their own: reads tokens from standard input, a line each, listens until it closes."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack

from websockets.asyncio.client import ClientConnection, connect

_AT_ONCE = 25


async def _listen(channel: ClientConnection) -> None:
    async for _ in channel:
        pass


async def _run(url: str, tokens: Sequence[str]) -> None:
    address = url.replace("http", "ws") + "/live"
    places = asyncio.Semaphore(_AT_ONCE)
    async with AsyncExitStack() as stack:

        async def one(token: str) -> ClientConnection:
            async with places:
                headers = {"Authorization": f"Bearer {token}"}
                opening = connect(address, additional_headers=headers, proxy=None, compression=None, open_timeout=60)
                return await stack.enter_async_context(opening)

        channels = await asyncio.gather(*map(one, tokens))
        listening = [asyncio.create_task(_listen(channel)) for channel in channels]
        print("connected", flush=True)
        await asyncio.to_thread(sys.stdin.read)
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)


if __name__ == "__main__":
    lines = iter(sys.stdin.readline, "\n")
    asyncio.run(_run(sys.argv[1], [line.strip() for line in lines]))
