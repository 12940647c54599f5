"""A real gateway as a process of its own, on a port of its own choosing."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import IO


@dataclass
class GatewayProcess:
    """A running ``crmdesk serve``: its address and the process."""

    url: str
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait()

    def end(self) -> int:
        """Ask it to end and return its exit code."""
        self.process.terminate()
        return self.process.wait(15)


@contextmanager
def gateway(
    database_url: str, *options: str, listen: str = "127.0.0.1:0", log: IO[bytes] | int = subprocess.DEVNULL
) -> Iterator[GatewayProcess]:
    """Run ``crmdesk serve`` on a database while the block runs; ``options`` are further arguments."""
    command: Sequence[str] = [
        *(sys.executable, "-m", "crmdesk", "serve", "--announce"),
        *("--listen", listen),
        *options,
    ]
    environment = {**os.environ, "CRMDESK_DATABASE": database_url, "CRMDESK_ERASURES": os.devnull}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, env=environment)
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        if not line:
            raise AssertionError(f"the gateway ended with {process.wait()} before it was ready")
        yield GatewayProcess(json.loads(line)["url"], process)
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        process.stdout.close()


@asynccontextmanager
async def gateway_beside(database_url: str, *options: str) -> AsyncIterator[GatewayProcess]:
    """As ``gateway``, where the loop that waits is also the one that plays the phone system."""
    manager = gateway(database_url, *options)
    running = await asyncio.to_thread(manager.__enter__)
    try:
        yield running
    finally:
        await asyncio.to_thread(manager.__exit__, None, None, None)
