"""Due times of random calendars and clocks against the clock on the wall, minute by minute: 0 differences."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from time import perf_counter

from benchmarks import common
from tests.support.sla_cases import differences

CASES = 1_000_000
EACH = 2_500
_SHOWN = 10


def main(argv: Sequence[str] | None = None) -> int:
    """Compare and print; exit code 1 if anything differs."""
    parser = common.parser("sla_proof", __doc__)
    parser.add_argument(
        "--cases", type=int, default=CASES, help="how many clocks; an hour for a million, on two busy cores"
    )
    parser.add_argument("--each", type=int, default=EACH, help="clocks for each calendar")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args(argv)
    began = perf_counter()
    compared = different = 0
    calendars = -(-arguments.cases // arguments.each)
    for found in differences(arguments.seed, calendars, arguments.each):
        compared += 1
        if found is not None:
            different += 1
            if different <= _SHOWN:
                print(found, file=sys.stderr)
        if compared % (20 * arguments.each) == 0:
            print(f"{compared} compared, {different} different", file=sys.stderr, flush=True)
    result = {"bench": "sla_proof", "seed": arguments.seed, "calendars": calendars, "cases": compared}
    result |= {"differences": different, "took_s": round(perf_counter() - began), "within_budget": not different}
    return common.report(result, arguments.json)


if __name__ == "__main__":
    sys.exit(main())
