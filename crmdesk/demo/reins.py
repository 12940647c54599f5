"""A desk's process as the demo holds it: asks go in as lines of JSON, answers come out; it ends when the lines do."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import IO, Any

from crmdesk.demo.warden import PATIENCE_S, Warden
from crmdesk.domain.errors import CrmdeskError

_LONGEST_LINE = 4 * 1024 * 1024


class DeskFailed(CrmdeskError):
    """A desk could not do what it was asked, or ended before it did."""


class DeskProcess:
    """One desktop in a process of its own, with hands at its keys."""

    def __init__(self, role: str, warden: Warden, log: Path, module: str = "crmdesk.demo.desk") -> None:
        """``module`` is run as the desktop; its hands may know further steps."""
        self.role = role
        self._module = module
        self.log = log
        self._warden = warden
        self._process: asyncio.subprocess.Process | None = None
        self._numbers = count(1)
        self._asked: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._hearing: asyncio.Task[None] | None = None

    async def start(self, settings: Mapping[str, Any], environment: Mapping[str, str]) -> None:
        """Start the desktop; ``settings`` travel through the pipe, so that no secret is on a command line."""
        with self.log.open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", self._module),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env={**os.environ, **environment},
                start_new_session=True,
                limit=_LONGEST_LINE,
            )
        self._warden.began(self._process.pid)
        self._write(settings)
        self._hearing = asyncio.create_task(self._hear(), name=f"hear-{self.role}")

    @property
    def pid(self) -> int:
        """The process id."""
        assert self._process is not None
        return self._process.pid

    async def ask(self, step: str, **details: Any) -> dict[str, Any]:
        """Let the hands do a step and return what they found; raises DeskFailed with the reason."""
        number = next(self._numbers)
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._asked[number] = answer
        self._write({"id": number, "step": step, "details": details})
        said = await answer
        if "trouble" in said:
            raise DeskFailed(f"{self.role}: {step}: {said['trouble']}")
        found: dict[str, Any] = said["found"]
        return found

    async def kill(self) -> None:
        """End it as a power cut would."""
        assert self._process is not None
        self._process.kill()
        await self._process.wait()

    async def ended(self) -> int:
        """Wait until the window was closed and return the exit code."""
        assert self._process is not None
        return await self._process.wait()

    async def stop(self) -> int:
        """Let the desktop end in good order and return its exit code; end it by force if it does not."""
        if self._process is None:
            return 0
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            code = await asyncio.wait_for(self._process.wait(), PATIENCE_S)
        except TimeoutError:
            self._process.kill()
            code = await self._process.wait()
        self._warden.ended(self._process.pid)
        if self._hearing is not None:
            await self._hearing
        return code

    def _write(self, message: Mapping[str, Any]) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(message).encode() + b"\n")

    async def _hear(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            said = json.loads(line)
            answer = self._asked.pop(said["id"], None)
            if answer is not None and not answer.done():
                answer.set_result(said)
        for answer in self._asked.values():
            if not answer.done():
                answer.set_exception(DeskFailed(f"The {self.role}'s desktop ended.", f"Its log: {self.log}"))
        self._asked.clear()


def read_lines(stream: IO[bytes], take: Any) -> None:
    """Hand each line of ``stream`` to ``take`` as JSON, and None at the end (runs on a thread of its own)."""
    for line in stream:
        take(json.loads(line))
    take(None)
