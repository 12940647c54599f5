"""``python -m tests.faults.helper JOB fetch-snapshot``: the desktop's helper, killed at its n-th numbered point.

Where the job says so, the desk that started it is killed there in its place.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import msgspec

from crmdesk.cli import main as crmdesk
from tests.faults.job import Job, Outcome, Victim
from tests.faults.points import Points


def words(job: Job) -> list[str]:
    """Return how this helper is started for a life of a desk."""
    return [sys.executable, "-m", "tests.faults.helper", msgspec.json.encode(job).decode(), "fetch-snapshot"]


def main() -> int:
    """Be the helper; how it ended stands in the job's report."""
    job = msgspec.json.decode(sys.argv[1], type=Job)
    victim = os.getppid if job.victim is Victim.DESK_BESIDE_HELPER else os.getpid
    points = Points(job.kill_at, lambda name: Outcome(where=name).write(job.report), job.grain, victim)
    points.watch_everything(Path(job.profile))
    code = crmdesk(sys.argv[2:])
    Outcome(names=tuple(points.names)).write(job.report)
    return code


if __name__ == "__main__":
    sys.exit(main())
