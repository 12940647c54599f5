"""Plays a shift: brings up the house, lets calls ring and colleagues work, and holds everything together at the end."""

from __future__ import annotations

import asyncio
import re
import secrets
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from crmdesk.demo.reins import DeskProcess
from crmdesk.demo.warden import Warden
from tests.support.shift import people, truth
from tests.support.shift.calls import calls
from tests.support.shift.colleagues import Colleague, at_work
from tests.support.shift.phone import phone_of
from tests.support.shift.robot import Robot
from tests.support.shift.worker import Worker

T = TypeVar("T")
_STOOD_STILL = re.compile(r"the screen stood still for over \d+ ms in: (.*)")
_LEVEL = re.compile(r"^\S+ \S+ (?:WARNING|ERROR|CRITICAL) (.*)$")
_INNERMOST = 3
_ENGLISH = {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "LANGUAGE": "en"}


@dataclass
class Shift:
    """What came of a shift. ``memory_mb`` is the desktop's after each call; ``notices`` and ``warnings`` are what the
    desk told of trouble on the screen and in its log; ``stood_still`` the innermost places in which the screen stood
    still for over 50 ms, with how often."""

    calls: int = 0
    keys: int = 0
    gaps: dict[str, Any] = field(default_factory=dict)
    memory_mb: list[float] = field(default_factory=list)
    verified: dict[str, int] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    stood_still: Counter[str] = field(default_factory=Counter)


async def work(count: int, rhythm_s: float) -> Shift:
    """Work so many calls, with ``rhythm_s`` between two letters. Raises AssertionError when something did not come into
    sight, or what was typed is not at the server word for word."""
    shift, began = Shift(), datetime.now(UTC)
    async with AsyncExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="crmdesk-shift-"))
        warden = Warden(folder)
        stack.push_async_callback(asyncio.to_thread, warden.close)
        phone, port = await stack.enter_async_context(phone_of(people.EXTENSION))
        place = await stack.enter_async_context(_beside(people.opened(folder, port)))
        await phone.heard()
        try:
            desk = await stack.enter_async_context(_desktop(folder, warden, place.server))
            robot = Robot(desk, rhythm_s)
            worker = Worker(robot, phone)
            await worker.sign_in(people.AGENT, place.passwords[people.AGENT])
            logins = at_work(folder, place.server, place.passwords, people.COLLEAGUES)
            async with _beside(logins) as colleagues:
                await _work(shift, count, desk, worker, robot, colleagues)
            shift.keys = robot.keys
        finally:
            _read_log(shift, folder / "desk.log")
        lines = [line for colleague in colleagues for line in colleague.words]
        shift.verified = await asyncio.to_thread(truth.all_is_there, place.database, worker.typed, lines, began)
    return shift


async def _work(
    shift: Shift, count: int, desk: DeskProcess, worker: Worker, robot: Robot, colleagues: Sequence[Colleague]
) -> None:
    await desk.ask("watch")
    planned = calls(count)
    for call, following in zip(planned, [*planned[1:], None], strict=True):
        for colleague in colleagues:
            colleague.turn_to(call.customer)
        await worker.work(call, following)
        shift.calls += 1
        shift.notices += await robot.is_told()
        shift.memory_mb.append((await desk.ask("memory"))["mb"])
    shift.gaps = await desk.ask("gaps")
    await worker.all_is_sent()


@asynccontextmanager
async def _desktop(folder: Path, warden: Warden, server: str) -> AsyncIterator[DeskProcess]:
    """Run the agent's desktop on a profile of its own while the block runs."""
    desk = DeskProcess("agent", warden, folder / "desk.log", "tests.support.shift.desk")
    settings: dict[str, Any] = {
        "role": "agent",
        "folder": str(folder / "agent"),
        "server": server,
        "region": "US",
        "passphrase": secrets.token_urlsafe(16),
        "pictures": "",
    }
    await desk.start(settings, {"QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": str(folder), **_ENGLISH})
    try:
        yield desk
    finally:
        await desk.stop()


@asynccontextmanager
async def _beside(manager: AbstractContextManager[T]) -> AsyncIterator[T]:
    """Enter and leave on a thread what would hold up the loop that plays the phone system."""
    entered = await asyncio.to_thread(manager.__enter__)
    try:
        yield entered
    finally:
        await asyncio.to_thread(manager.__exit__, None, None, None)


def _read_log(shift: Shift, log: Path) -> None:
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        told = _LEVEL.match(line)
        if told is None:
            continue
        stood = _STOOD_STILL.search(line)
        if stood is None:
            shift.warnings.append(told[1])
        else:
            shift.stood_still[" > ".join(stood[1].split(" > ")[-_INNERMOST:])] += 1
