"""``python -m tests.faults.child``: desks as processes. It forks one for each job that it reads, and says what came.

A fork takes milliseconds where a fresh interpreter takes a second; nothing is open when it forks, and no thread runs.
"""

from __future__ import annotations

import gc
import os
import sys
import tempfile
import traceback
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from uuid import UUID

import msgspec

from crmdesk.domain.errors import CrmdeskError
from crmdesk.sync.wire import Refresh
from tests.faults.desk import Desk, Form, Piece, unsettled
from tests.faults.points import Grain, Points


class Task(StrEnum):
    """What a desk does: only start; work; sync until nothing is left; or both."""

    OPEN = "open"
    WORK = "work"
    SYNC = "sync"
    WORK_AND_SYNC = "work and sync"


class Job(msgspec.Struct, frozen=True):
    """One life of a desk. It writes what it says about saved words, and how it ended, into files beside ``profile``."""

    profile: str
    server: str
    task: Task
    kill_at: int | None = None
    words: tuple[str, ...] = ()
    contested: tuple[UUID, ...] = ()
    form: Form = Form.IN_PLACE
    grain: Grain = Grain.EVERY

    @property
    def said(self) -> Path:
        """The words that were reported saved, a line each."""
        return Path(self.profile + ".said")

    @property
    def report(self) -> Path:
        """How it ended."""
        return Path(self.profile + ".report")


class Outcome(msgspec.Struct, frozen=True):
    """How a desk ended: by itself after passing ``points``; or killed at point ``where``; or with ``trouble``."""

    points: int = 0
    turns: int = 0
    where: str = ""
    trouble: str = ""

    @property
    def ended(self) -> bool:
        """Whether it did everything."""
        return not self.where and not self.trouble


def live(job: Job) -> Outcome:
    """Live one life in this process."""
    points = Points(job.kill_at, lambda name: _write(job.report, Outcome(where=name)), job.grain)
    folder = Path(job.profile)
    points.watch_everything(folder)
    turns = 0
    with job.said.open("ab", buffering=0) as said:

        def saved(piece: Piece) -> None:
            said.write(msgspec.json.encode(piece) + b"\n")

        desk = Desk(folder, job.server, points=points, said=saved, form=job.form)
        if job.task in (Task.WORK, Task.WORK_AND_SYNC):
            desk.work(job.words, job.contested)
        if job.task in (Task.SYNC, Task.WORK_AND_SYNC):
            turns = desk.come_to_rest()
        desk.close()
    return Outcome(points=points.passed, turns=turns)


def _write(path: Path, outcome: Outcome) -> None:
    path.write_bytes(msgspec.json.encode(outcome))


def _forked(job: Job) -> int:
    """Fork, and return the child's id; the child never returns."""
    pid = os.fork()
    if pid:
        return pid
    try:
        _write(job.report, live(job))
    finally:
        if sys.exc_info()[0] is not None:
            _write(job.report, Outcome(trouble=traceback.format_exc()))
        os._exit(0)


def _warm_up() -> None:
    """Load whatever is loaded at first use, once instead of in each life."""
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder) / "desk", "http://127.0.0.1:9")
        desk.work(("warm",))
        desk.do(unsettled)
        desk.client.remember(Refresh("", desk.device, desk.nonce))
        with suppress(CrmdeskError):
            desk.client.renew()
        desk.close()


def main() -> int:
    """Read lines of jobs that are to live at the same time and answer each with a line of outcomes, to the end."""
    _warm_up()
    gc.freeze()
    for line in sys.stdin.buffer:
        jobs = msgspec.json.decode(line, type=list[Job])
        for job in jobs:
            job.report.unlink(missing_ok=True)
        for pid in [_forked(job) for job in jobs]:
            os.waitpid(pid, 0)
        outcomes = [msgspec.json.decode(job.report.read_bytes(), type=Outcome) for job in jobs]
        sys.stdout.buffer.write(msgspec.json.encode(outcomes) + b"\n")
        sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
