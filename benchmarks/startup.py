"""Process start to first paint (300 ms, nothing heavy imported before) and to usable (1 s) at a million customers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import common
from benchmarks._profile import PASSPHRASE, profile
from benchmarks._store import CUSTOMERS, INTERACTIONS

FIRST_PAINT_MS, USABLE_MS = 300.0, 1000.0
_RUNS = 7
_LIMIT_S = 120.0


def _start(folder: Path) -> dict[str, Any]:
    """Start the desktop once and return its times after the start of the process, in milliseconds."""
    environment = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program is compiled
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks._first_paint", str(folder), PASSPHRASE],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=_LIMIT_S,
        check=True,
    )
    said: dict[str, Any] = json.loads(done.stdout)
    for name in ("imported", "first_paint", "pages", "usable"):
        said[f"{name}_ms"] = (said.pop(name) - began) * 1000
    return said


def main(argv: Sequence[str] | None = None) -> int:
    """Start several times and print the medians."""
    parser = common.parser("startup", __doc__)
    parser.add_argument("--customers", type=int, default=CUSTOMERS)
    parser.add_argument("--interactions", type=int, default=0, help=f"the design asks for {INTERACTIONS}")
    parser.add_argument("--runs", type=int, default=_RUNS)
    arguments = parser.parse_args(argv)
    folder, _ = profile(arguments.customers, arguments.interactions)
    _start(folder)  # the first one warms the caches of the disk
    runs = [_start(folder) for _ in range(arguments.runs)]
    heavy = sorted({name for run in runs for name in run.pop("heavy")})
    figures = common.middle(runs)
    slowest = max(run["first_paint_ms"] for run in runs), max(run["usable_ms"] for run in runs)
    result: dict[str, Any] = {"bench": "startup", "customers": arguments.customers, "runs": arguments.runs, **figures}
    result |= {"interactions": arguments.interactions, "heavy_before_first_paint": heavy}
    result |= {"slowest_first_paint_ms": round(slowest[0], 1), "slowest_usable_ms": round(slowest[1], 1)}
    result |= {"budget_first_paint_ms": FIRST_PAINT_MS, "budget_usable_ms": USABLE_MS}
    in_time = figures["first_paint_ms"] <= FIRST_PAINT_MS and figures["usable_ms"] <= USABLE_MS
    return common.report(result | {"within_budget": in_time and not heavy}, arguments.json)


if __name__ == "__main__":
    sys.exit(main())
