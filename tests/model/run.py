"""Runs the machine in a process of its own: ``python -m tests.model.run --examples N --seed S`` prints one JSON line.

The last line says ``{"found": null}`` or the first words of the broken promise; the steps that lead to it go to stderr.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
import traceback
from pathlib import Path

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

import crmdesk
from tests.model.machine import Machine, furnish
from tests.model.server import a_house


def play(examples: int, steps: int, number: int, *, shrink: bool, everything: bool = True) -> str | None:
    """Run the machine; return what it found, None for nothing."""
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=phases,
        print_blob=False,
        report_multiple_bugs=False,
    )
    with a_house() as house, tempfile.TemporaryDirectory() as folder:
        Machine.beginning, Machine.plays_everything = furnish(house, Path(folder)), everything
        try:
            run_state_machine_as_test(seed(number)(Machine), settings=chosen)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            sys.stderr.write("\n".join(getattr(error, "__notes__", [])) + "\n")
            if isinstance(error, BaseExceptionGroup):  # it went wrong once and not again: what the first run told
                error = error.exceptions[0]
                traceback.print_exception(error)
            return f"{type(error).__name__}: {str(error).splitlines()[0][:300] if str(error) else ''}"
    return None


def main() -> int:
    """Run as the arguments say; exit 1 when something was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=50)
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--shrink", action="store_true")
    parser.add_argument("--words-only", action="store_true", help="no merges, erasures, moves, restores, wrong clocks")
    options = parser.parse_args()
    began = time.monotonic()
    found = play(
        options.examples, options.steps, options.seed, shrink=options.shrink, everything=not options.words_only
    )
    spent = round(time.monotonic() - began, 1)
    program = str(Path(crmdesk.__file__).parent)
    sys.stdout.write(json.dumps({"found": found, "seed": options.seed, "seconds": spent, "program": program}) + "\n")
    return 0 if found is None else 1


if __name__ == "__main__":
    sys.exit(main())
