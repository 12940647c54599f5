"""The robot's shift: 60 calls by keys alone; GUI thread gaps (p99.9 16.7 ms, longest 50 ms), memory growth (10 %).

A desktop with a file of its own, in sync at a gateway on PostgreSQL, hears a phone system on loopback. The robot knows
keys and the accessibility tree, nothing else; colleagues at two other desks change the same customers. Gaps are those
of ``_gaps`` without what the robot's own reading takes; on two processors the others are at work as well, so the budget
is held against the gaps without the waiting for a processor. What was typed is held against PostgreSQL, word for word.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Sequence
from typing import Any

from benchmarks import common
from benchmarks._gaps import BUDGET_GAP_MS
from tests.support.shift.director import Shift, work

BUDGET_P999_MS, BUDGET_GROWTH_PERCENT = 16.7, 10.0
CALLS, RHYTHM_MS = 60, 20
_WARM = 10
"""Calls after which every page and pane was shown once: memory is counted from there."""


def figures(shift: Shift) -> dict[str, Any]:
    """Return what is printed of a shift."""
    begin, end = shift.memory_mb[min(_WARM, len(shift.memory_mb)) - 1], shift.memory_mb[-1]
    growth = (end / begin - 1) * 100
    gaps = shift.gaps
    result: dict[str, Any] = {"bench": "shift", "calls": shift.calls, "keys": shift.keys, **gaps}
    result |= {"memory_mb": [begin, end], "memory_growth_percent": round(growth, 1)}
    result |= {"verified": shift.verified, "notices": shift.notices, "warnings": shift.warnings}
    result |= {"stood_still": dict(shift.stood_still.most_common(10))}
    result |= {"budget_p999_ms": BUDGET_P999_MS, "budget_max_ms": BUDGET_GAP_MS}
    result |= {"budget_growth_percent": BUDGET_GROWTH_PERCENT}
    within = gaps["gap_without_queue_p999_ms"] <= BUDGET_P999_MS and gaps["gap_without_queue_max_ms"] <= BUDGET_GAP_MS
    result["within_budget"] = within and growth < BUDGET_GROWTH_PERCENT and not shift.notices
    return result


def main(argv: Sequence[str] | None = None) -> int:
    """Work one shift and print what was measured."""
    parser = common.parser("shift", __doc__)
    parser.add_argument("--calls", type=int, default=CALLS)
    parser.add_argument("--rhythm", type=int, default=RHYTHM_MS, help="ms between two letters")
    arguments = parser.parse_args(argv)
    logging.disable(logging.INFO)
    shift = asyncio.run(work(arguments.calls, arguments.rhythm / 1000))
    return common.report(figures(shift), arguments.json)


if __name__ == "__main__":
    sys.exit(main())
