"""Duplicates: the public Febrl sets (each < 5 s), somebody just typed among a million customers (p99 ≤ 50 ms)."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from time import perf_counter
from typing import Any

from benchmarks import common
from tests.support.febrl import OWN_HOMES, found_within, load, quality

BUDGET_S = 5.0
_RUNS = 3


def _sets() -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for name, files in (("febrl3", ("3",)), ("febrl4", ("4a", "4b"))):
        took = []
        for _ in range(_RUNS):
            began = perf_counter()
            records = load(*files)
            found = found_within(records, OWN_HOMES)
            took.append(perf_counter() - began)
        reached = quality(records, found)
        figures |= {f"{name}_s": sorted(took)[_RUNS // 2], f"{name}_f1": round(reached.f1, 4)}
        figures |= {f"{name}_precision": round(reached.precision, 4), f"{name}_recall": round(reached.recall, 4)}
    return figures


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = common.parser("duplicates", __doc__)
    arguments = parser.parse_args(argv)
    figures = _sets()
    within = max(figures["febrl3_s"], figures["febrl4_s"]) < BUDGET_S
    result = {"bench": "duplicates", **figures, "budget_s": BUDGET_S, "within_budget": within}
    return common.report(result, arguments.json)


if __name__ == "__main__":
    sys.exit(main())
