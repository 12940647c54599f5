"""The demo without a display: calls played through by hands at the keys, held against what PostgreSQL has then."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Awaitable
from dataclasses import field
from pathlib import Path
from typing import Any, TypeVar

from crmdesk.demo.reins import DeskFailed
from crmdesk.demo.script import play
from crmdesk.demo.signals import run_until_told
from crmdesk.demo.stage import Plan, stage
from crmdesk.domain.errors import CrmdeskError
from crmdesk.domain.quick import dataclass

LIMIT_S = 150.0
"""After so many seconds the check gives up."""
_LAST_LINES = 30
Value = TypeVar("Value")


@dataclass(slots=True)
class Report:
    """What happened: each step with its time, figures, pictures, and what went wrong."""

    steps: list[dict[str, Any]] = field(default_factory=list)
    counts: dict[str, Any] = field(default_factory=dict)
    timings: dict[str, float] = field(default_factory=dict)
    pictures: list[str] = field(default_factory=list)
    trouble: str = ""
    began: float = field(default_factory=time.monotonic)

    async def step(self, name: str, work: Awaitable[Value]) -> Value:
        """Await a step and note that it happened and how long it took; raises what the step raises."""
        began = time.monotonic()
        entry: dict[str, Any] = {"name": name, "ok": False, "ms": 0.0}
        self.steps.append(entry)
        try:
            found = await work
            entry["ok"] = True
        finally:
            entry["ms"] = round((time.monotonic() - began) * 1000, 1)
        if isinstance(found, dict):
            self.pictures += found.get("pictures", [])
        return found

    def expect(self, name: str, found: object, wanted: object) -> None:
        """Note whether something is as it must be."""
        entry: dict[str, Any] = {"name": name, "ok": found == wanted, "ms": 0.0}
        if found != wanted:
            entry |= {"found": found, "wanted": wanted}
        self.steps.append(entry)

    def line(self) -> dict[str, Any]:
        """Return what is printed."""
        ok = not self.trouble and bool(self.steps) and all(step["ok"] for step in self.steps)
        said: dict[str, Any] = {"ok": ok, "steps": self.steps, "counts": self.counts, "timings": self.timings}
        said |= {"pictures": self.pictures, "seconds": round(time.monotonic() - self.began, 1)}
        return said | ({"trouble": self.trouble} if self.trouble else {})


def trial(resources: Path, pictures: Path) -> int:
    """Play the demo through and return 0 if every step happened."""
    return run_until_told(_trial(Plan(resources, pictures, offscreen=True)))


async def _trial(plan: Plan) -> int:
    assert plan.pictures is not None
    plan.pictures.mkdir(parents=True, exist_ok=True)
    report = Report()
    try:
        async with asyncio.timeout(LIMIT_S):
            await _perform(plan, report)
    except TimeoutError:
        report.trouble = f"It did not end within {LIMIT_S:.0f} seconds."
    except CrmdeskError as error:
        report.trouble = f"{error.what} {error.next_step}".strip()
    said = report.line()
    if report.trouble:
        sys.stderr.write(f"{report.trouble}\n")
    sys.stdout.write(json.dumps(said, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()
    return 0 if said["ok"] else 1


async def _perform(plan: Plan, report: Report) -> None:
    began = time.monotonic()
    async with stage(plan) as set_up:
        report.timings["set_up_s"] = round(time.monotonic() - began, 2)
        try:
            await play(set_up, report)
        except DeskFailed:
            for desk in (set_up.agent, set_up.supervisor):
                await _explain(desk, report)
            sys.stderr.write(_end_of(set_up.folder / "gateway.log"))
            raise


async def _explain(desk: Any, report: Report) -> None:
    """Tell what a desk shows and what its log says, once something failed."""
    try:
        async with asyncio.timeout(5):
            seen = await desk.ask("look")
        report.pictures += seen.pop("pictures")
        sys.stderr.write(f"{desk.role}: {seen}\n")
    except (DeskFailed, TimeoutError):
        sys.stderr.write(f"{desk.role}: does not answer\n")
    sys.stderr.write(_end_of(desk.log))


def _end_of(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LAST_LINES:]
    return "".join(f"  {log.stem}: {line}\n" for line in lines)
