"""Who is probably calling, on simulated shared lines: how often the first is right, and whether likelihoods are true.

``top_1``, ``top_3``: the share of calls by somebody on the list at which the caller is the first, or among the first
three, over all calls of two years from a line that nobody has called from before (``_shared_lines``). ``first_calls``:
the same for the very first call of each line, when there is no evidence at all. ``always_the_usual``: top 1 of a desk
that only counts past choices. ``calibration_error``: how far the likelihood of the first differs from how often it is
right, averaged over ten bands. ``--fit`` finds the weights anew, on other lines than those that are measured.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import asdict, fields

from benchmarks import common
from benchmarks._shared_lines import Call, calls
from crmdesk.domain.ranking import FITTED, CallerHistory, Weights, features, likelihoods

TOP_1, TOP_3 = 0.85, 0.98
LINES, DAYS, SEED, FIT_SEED = 3_000, 730.0, 2_027, 7
_STEPS = 60


def _order(call: Call, weights: Weights) -> tuple[list[int], tuple[float, ...]]:
    chances = likelihoods(call.histories, call.at, weights)
    return sorted(range(len(chances)), key=lambda place: -chances[place]), chances


def _measured(seen: Sequence[Call], weights: Weights) -> dict[str, float]:
    first = third = listed = 0
    bands: list[list[tuple[float, bool]]] = [[] for _ in range(10)]
    for call in seen:
        order, chances = _order(call, weights)
        best = order[0]
        bands[min(9, int(chances[best] * 10))].append((chances[best], best == call.who))
        if call.who is not None:
            listed += 1
            first += best == call.who
            third += call.who in order[:3]
    gaps = [abs(sum(chance - right for chance, right in band)) for band in bands]
    return {
        "top_1": round(first / listed, 4),
        "top_3": round(third / listed, 4),
        "calibration_error": round(sum(gaps) / len(seen), 4),
    }


def _usual(seen: Sequence[Call]) -> float:
    listed = [call for call in seen if call.who is not None]

    def chosen(history: CallerHistory) -> int:
        return history.chosen

    right = sum(max(call.histories, key=chosen) is call.histories[call.who or 0] for call in listed)
    return round(right / len(listed), 4)


# Fitting -----------------------------------------------------------------------------------------------------------


def _fit(seen: Sequence[Call]) -> Weights:
    """Return the weights of the greatest likelihood, by Newton's method (the likelihood is concave)."""
    size = len(fields(Weights))
    table = [([[*features(h, len(call.histories), call.at), 0.0] for h in call.histories], call.who) for call in seen]
    outside = [0.0] * (size - 1) + [1.0]
    weights = [0.0] * size
    for _ in range(_STEPS):
        slope = [0.0] * size
        curve = [[1e-6 * (row == column) for column in range(size)] for row in range(size)]
        for rows, who in table:
            options = [*rows, outside]
            scores = [sum(w * x for w, x in zip(weights, row, strict=True)) for row in options]
            top = max(scores)
            shares = [math.exp(score - top) for score in scores]
            whole = sum(shares)
            mean = [0.0] * size
            for share, row in zip(shares, options, strict=True):
                for place, x in enumerate(row):
                    mean[place] += share / whole * x
            right = options[-1 if who is None else who]
            for place in range(size):
                slope[place] += right[place] - mean[place]
            for share, row in zip(shares, options, strict=True):
                apart = [x - m for x, m in zip(row, mean, strict=True)]
                for one in range(size):
                    weighed = share / whole * apart[one]
                    for other in range(size):
                        curve[one][other] += weighed * apart[other]
        step = _solved(curve, slope)
        weights = [w + s for w, s in zip(weights, step, strict=True)]
        if max(map(abs, step)) < 1e-6:
            break
    return Weights(*(round(w, 2) for w in weights))


def _solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Return x of ``matrix`` x = ``right`` by Gaussian elimination."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    size = len(rows)
    for pivot in range(size):
        best = max(range(pivot, size), key=lambda row: abs(rows[row][pivot]))
        rows[pivot], rows[best] = rows[best], rows[pivot]
        for row in range(pivot + 1, size):
            factor = rows[row][pivot] / rows[pivot][pivot]
            rows[row] = [x - factor * y for x, y in zip(rows[row], rows[pivot], strict=True)]
    found = [0.0] * size
    for row in reversed(range(size)):
        known = sum(rows[row][column] * found[column] for column in range(row + 1, size))
        found[row] = (rows[row][size] - known) / rows[row][row]
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Measure once and print it; with ``--fit`` print the weights instead."""
    parser = common.parser("ranking", __doc__)
    parser.add_argument("--lines", type=int, default=LINES)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--fit", action="store_true", help="find the weights")
    arguments = parser.parse_args(argv)
    if arguments.fit:
        found = _fit(list(calls(arguments.lines, DAYS, FIT_SEED)))
        return common.report({"bench": "ranking", "fitted": asdict(found)}, arguments.json)
    seen = list(calls(arguments.lines, DAYS, arguments.seed))
    figures = _measured(seen, FITTED)
    result = {
        **{"bench": "ranking", "lines": arguments.lines, "calls": len(seen), **figures},
        "first_calls": _measured([call for call in seen if call.first_of_line], FITTED),
        "always_the_usual": _usual(seen),
        "budget": {"top_1": TOP_1, "top_3": TOP_3},
        "within_budget": figures["top_1"] >= TOP_1 and figures["top_3"] >= TOP_3,
    }
    return common.report(result, arguments.json)


if __name__ == "__main__":
    sys.exit(main())
