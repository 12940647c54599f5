"""Runs the machine in a process of its own: ``python -m tests.model.run --examples N --seed S`` prints one JSON line.

The last line says ``{"found": null}``, or the first words of the broken promise and the steps that lead to it.
``--play FILE`` plays such steps, one a line as they are printed; ``--reduce`` looks for the few of them that matter.
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
from tests.model import replay
from tests.model.machine import Machine, furnish
from tests.model.server import a_house

Found = tuple[str | None, list[str]]
"""The first words of the broken promise, None for none, and the steps that lead to it."""


def play(examples: int, steps: int, number: int, *, shrink: bool, everything: bool = True) -> Found:
    """Run the machine; return what it found."""
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
            told = "\n".join(getattr(error, "__notes__", []))
            sys.stderr.write(f"{told}\n")
            if isinstance(error, BaseExceptionGroup):  # it went wrong once and not again: what the first run told
                error = error.exceptions[0]
                traceback.print_exception(error)
            words = f"{type(error).__name__}: {str(error).splitlines()[0][:300] if str(error) else ''}"
            return words, replay.steps_in(told)
    return None, []


def play_again(steps: list[str], *, reduce: bool) -> Found:
    """Play printed steps, and reduce them if asked to; return what was found."""
    with a_house() as house, tempfile.TemporaryDirectory() as folder:
        Machine.beginning = furnish(house, Path(folder))
        found = replay.played(Machine, steps)
        if found is None:
            return None, []
        if not reduce:
            return found, steps
        kind = replay.kind_of(found)
        return found, replay.reduced(steps, lambda fewer: replay.kind_of(replay.played(Machine, fewer)) == kind)


def main() -> int:
    """Run as the arguments say; exit 1 when something was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=50)
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--shrink", action="store_true")
    parser.add_argument("--words-only", action="store_true", help="no merges, erasures, moves, restores, wrong clocks")
    parser.add_argument("--play", type=Path, metavar="FILE", help="play these steps instead")
    parser.add_argument("--reduce", action="store_true", help="then look for the few that matter")
    options = parser.parse_args()
    began = time.monotonic()
    if options.play is not None:
        found, steps = play_again(replay.steps_in(options.play.read_text(encoding="utf-8")), reduce=options.reduce)
    else:
        everything = not options.words_only
        found, steps = play(options.examples, options.steps, options.seed, shrink=options.shrink, everything=everything)
    spent = round(time.monotonic() - began, 1)
    program = str(Path(crmdesk.__file__).parent)
    told = {"found": found, "seed": options.seed, "seconds": spent, "program": program, "steps": steps}
    sys.stdout.write(json.dumps(told) + "\n")
    return 0 if found is None else 1


if __name__ == "__main__":
    sys.exit(main())
