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
from functools import partial
from pathlib import Path

import msgspec

from crmdesk.domain.errors import CrmdeskError
from crmdesk.sync.wire import Refresh
from tests.faults import helper
from tests.faults.desk import Desk, Piece, nobody, nothing, unsettled
from tests.faults.job import Job, Outcome, Task, Victim
from tests.faults.points import Points


def live(job: Job) -> Outcome:
    """Live one life in this process."""
    folder = Path(job.profile)
    points = Points(job.kill_at, lambda name: Outcome(where=name).write(job.report), job.grain)
    counted_in_helper = job.victim in (Victim.HELPER, Victim.DESK_BESIDE_HELPER)
    at_the_end = nothing
    if job.victim is Victim.DESK:
        points.watch_everything(folder)
    elif job.victim is Victim.DESK_AT_THE_END:
        at_the_end = partial(points.watch_everything, folder)
    turns = 0
    with job.said.open("ab", buffering=0) as said:

        def saved(piece: Piece) -> None:
            said.write(msgspec.json.encode(piece) + b"\n")

        desk = Desk(
            folder,
            job.server,
            points=points if job.victim is Victim.DESK else Points(None, nobody),
            said=saved,
            form=job.form,
            helper=helper.words(job) if counted_in_helper else None,
            at_the_end=at_the_end,
        )
        if job.task in (Task.WORK, Task.WORK_AND_SYNC):
            desk.work(job.words, job.contested)
        if job.task in (Task.SYNC, Task.WORK_AND_SYNC):
            turns = desk.come_to_rest()
        desk.close()
    if counted_in_helper:
        return msgspec.structs.replace(msgspec.json.decode(job.report.read_bytes(), type=Outcome), turns=turns)
    return Outcome(names=tuple(points.names), turns=turns)


def _forked(job: Job) -> int:
    """Fork, and return the child's id; the child never returns."""
    pid = os.fork()
    if pid:
        return pid
    try:
        live(job).write(job.report)
    finally:
        if sys.exc_info()[0] is not None:
            Outcome(trouble=traceback.format_exc()).write(job.report)
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
