"""What the benchmarks share: percentiles, the line about the machine, how a result is printed."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Sequence
from statistics import median
from time import perf_counter_ns
from typing import Any


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the value below which ``percent`` of the values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def times_ms(action: Callable[[Any], object], arguments: Sequence[Any]) -> list[float]:
    """Call ``action`` with each argument and return how long each call took, in milliseconds."""
    taken = []
    for argument in arguments:
        began = perf_counter_ns()
        action(argument)
        taken.append((perf_counter_ns() - began) / 1e6)
    return taken


def middle(runs: Sequence[dict[str, float]]) -> dict[str, float]:
    """Return the median of each figure over several runs, to three digits behind the point."""
    return {key: round(median(run[key] for run in runs), 3) for key in runs[0]}


def machine() -> dict[str, Any]:
    """Return what a figure depends on: processors, load, Python, system."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {
        "cpus": os.cpu_count(),
        "load": load and round(load, 2),
        "python": platform.python_version(),
        "system": platform.system(),
    }


def parser(name: str, purpose: str | None) -> argparse.ArgumentParser:
    """Return a parser with what every benchmark takes."""
    made = argparse.ArgumentParser(prog=name, description=purpose)
    made.add_argument("--json", action="store_true", help="print one JSON line")
    return made


def report(result: dict[str, Any], as_json: bool) -> int:
    """Print a result with the machine's line and return the exit code: 0 within the budget, 1 over it."""
    result = result | {"machine": machine()}
    sys.stdout.write(json.dumps(result) if as_json else "\n".join(f"{key}: {value}" for key, value in result.items()))
    sys.stdout.write("\n")
    return 0 if result.get("within_budget", True) else 1
