"""``./run.sh soak --minutes N [--seed S]``: the machine and faults among real processes at random, until time is over.
``./run.sh soak --crashes all [--minutes N]``: a desk is killed at every numbered point of every scene, however long
that takes, or at as many as fit into the time.
``./run.sh soak --typing N``: a desk is killed N times while somebody types in it (``tests.faults.typist``).

It prints what it did, and of everything that failed how to see it again; then its exit code is 1. A seed plays the same
only with the same version of everything, which is told; the machine's steps are told too, and can be played with any.
"""

from __future__ import annotations

import argparse
import json
import platform
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

EXAMPLES, STEPS = 10, 40
_ROUND_S = 900.0
_MOST_SEED = 1_000_000
_HOURS_S = 10_000.0
_GRAINS = {"all": "every", "lasting": "lasting"}
_OVERRUN_S = 90.0
"""On a busy machine what was begun may take longer; then it is stopped, and that is told, but no promise was broken."""


@dataclass
class Log:
    """What was done and found, told as it comes."""

    done: Counter[str] = field(default_factory=Counter)
    points: dict[str, int] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    lost: dict[str, tuple[float, float]] = field(default_factory=dict)
    versions: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def say(self, words: str) -> None:
        """Print a line at once."""
        sys.stdout.write(f"{time.strftime('%H:%M:%S')}  {words}\n")
        sys.stdout.flush()

    def failed(self, what: str, replay: str, steps: Sequence[str] = ()) -> None:
        """Put down a broken promise, the module that plays it again, and the steps where it was the machine's."""
        lines = [what, f"    again, at {self.versions}: .venv/bin/python -m {replay}"]
        if steps:
            lines += ["    or these steps, with any version: .venv/bin/python -m tests.model.run --play FILE --reduce"]
            lines += [f"        {step}" for step in steps]
        with self.lock:
            self.failures.append("\n".join(lines))
        self.say(f"FAILED {what}")


class Lane:
    """Plays one thing after the other, on one of two processors."""

    def __init__(self, log: Log, ends: float) -> None:
        self._log = log
        self._ends = ends

    def machine(self, seed: int, seconds: float) -> None:
        """Let the machine play with successive seeds."""
        until = min(self._ends, time.monotonic() + seconds)
        for number in range(seed, seed + _MOST_SEED):
            if time.monotonic() > until:
                return
            words = f"tests.model.run --examples {EXAMPLES} --steps {STEPS} --seed {number}"
            told = self._run(words, until - time.monotonic())
            if told is None:
                return
            self._log.done["examples of the machine"] += EXAMPLES
            self._log.done["steps of the machine, at most"] += EXAMPLES * STEPS
            if told.get("found"):
                self._log.failed(f"the machine, seed {number}: {told['found']}", f"{words} --shrink", told["steps"])

    def act(self, kind: str, seed: int, seconds: float, *options: str) -> None:
        """Let one kind of fault happen (``tests.faults.act``)."""
        seconds = min(seconds, self._ends - time.monotonic())
        if seconds < 1:
            return
        words = f"tests.faults.act {kind} --seed {seed} --seconds {seconds:.0f} {' '.join(options)}"
        told = self._run(words, seconds)
        if told is None:
            return
        with self._log.lock:
            self._log.done.update(told["done"])
            self._log.points.update(told["points"])
        for failure in told["failures"]:
            self._log.failed(failure["what"], f"tests.faults.act {failure['replay']}")

    def typing(self, seed: int, kills: int) -> None:
        """Let somebody type at desks that are killed."""
        seconds = self._ends - time.monotonic()
        words = f"tests.faults.typist --seed {seed} --kills {kills} --seconds {seconds:.0f}"
        told = self._run(words, seconds)
        if told is None:
            return
        with self._log.lock:
            self._log.done.update(told["done"])
            for place, (wall, ran) in told["lost"].items():
                before = self._log.lost.get(place, (0.0, 0.0))
                self._log.lost[place] = (max(before[0], wall), max(before[1], ran))
        for failure in told["failures"]:
            self._log.failed(failure["what"], failure["replay"])

    def _run(self, words: str, seconds: float) -> dict[str, Any] | None:
        """Run a module and return what its last line says; None when it came to no end in time."""
        process = subprocess.Popen([sys.executable, "-m", *words.split()], stdout=subprocess.PIPE, text=True)
        try:
            out, _ = process.communicate(timeout=max(seconds, 0) + _OVERRUN_S)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)  # it ends what it started
            process.communicate()
            with self._log.lock:
                self._log.done[f"stopped before its end: {words.split()[0]} {words.split()[1]}"] += 1
            self._log.say(f"stopped before its end: {words}")
            return None
        lines = out.splitlines()
        if not lines or not lines[-1].startswith("{"):
            self._log.failed(f"it ended with {process.returncode} and said nothing", words)
            return None
        self._log.say(lines[-1][:400])
        told: dict[str, Any] = json.loads(lines[-1])
        return told


def _one(lane: Lane, seed: int, seconds: float, grain: str) -> None:
    lane.machine(seed, seconds / 2)
    lane.act("crashes", seed, seconds / 2, "--share 0/2", f"--grain {grain}")


def _other(lane: Lane, seed: int, seconds: float, grain: str) -> None:
    lane.act("shift", seed, 1)
    lane.act("network", seed, seconds / 3)
    lane.act("crashes", seed, seconds / 2, "--share 1/2", f"--grain {grain}")


def every_crash(seed: int, grain: str, seconds: float) -> Log:
    """Kill desks at every point of that grain, as far as the time goes, on two processors; return what came of it."""
    log = Log(versions=versions())
    lanes = [Lane(log, time.monotonic() + seconds) for _ in range(2)]
    _together(
        [
            partial(lane.act, "crashes", seed, seconds, f"--share {number}/2", f"--grain {grain}")
            for number, lane in enumerate(lanes)
        ]
    )
    return log


def every_place(seed: int, kills: int, seconds: float) -> Log:
    """Kill desks while somebody types, on two processors; return what came of it."""
    log, half = Log(versions=versions()), kills // 2
    lanes = [Lane(log, time.monotonic() + seconds) for _ in range(2)]
    _together([partial(lanes[0].typing, seed, kills - half), partial(lanes[1].typing, seed + 1, half)])
    return log


def _together(works: Sequence[Callable[[], None]]) -> None:
    playing = [threading.Thread(target=work) for work in works]
    for thread in playing:
        thread.start()
    for thread in playing:
        thread.join()


def _rounds(ends: float) -> Iterator[tuple[int, float, str]]:
    """Yield number, seconds and grain of each round: first every point that matters, then every point there is."""
    number = 0
    while (left := ends - time.monotonic()) > 1:
        yield number, min(left, _ROUND_S), "every" if number % 2 else "lasting"
        number += 1


def soak(minutes: float, seed: int) -> Log:
    """Play for so long; return what came of it."""
    log, ends = Log(versions=versions()), time.monotonic() + minutes * 60
    for number, seconds, grain in _rounds(ends):
        lane = Lane(log, ends)
        _together([partial(play, lane, seed + number * 1000, seconds, grain) for play in (_one, _other)])
    return log


def versions() -> str:
    """Return of which versions a seed holds: the commit, and whether something is changed in it, Python, Hypothesis."""
    root = Path(__file__).parents[2]
    commit = _git(root, "rev-parse", "--short=12", "HEAD") or "no commit"
    changed = " with changes" if _git(root, "status", "--porcelain", "--untracked-files=no") else ""
    return f"{commit}{changed}, Python {platform.python_version()}, Hypothesis {version('hypothesis')}"


def _git(root: Path, *words: str) -> str:
    """Return what git says; nothing where this is no checkout."""
    done = subprocess.run(["git", "-C", str(root), *words], check=False, capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else ""


def main() -> int:
    """Play as the arguments say; return the exit code."""
    parser = argparse.ArgumentParser(prog="./run.sh soak", description=__doc__)
    parser.add_argument("--minutes", type=float, help="play everything at random for so long")
    parser.add_argument(
        "--crashes", choices=list(_GRAINS), help="kill a desk at all points, or at those where something outlasts it"
    )
    parser.add_argument("--typing", type=int, metavar="N", help="kill desks so often while somebody types")
    parser.add_argument("--seed", type=int, help="else a new one is drawn, and told")
    options = parser.parse_args()
    if options.minutes is None and options.crashes is None and options.typing is None:
        parser.error("--minutes N, --crashes all, --typing N, or one of these with --minutes N")
    seed: int = secrets.randbelow(_MOST_SEED) if options.seed is None else options.seed
    began = time.monotonic()
    asked = f"--crashes {options.crashes} " if options.crashes else ""
    asked += f"--typing {options.typing} " if options.typing is not None else ""
    asked += f"--minutes {options.minutes:g}" if options.minutes is not None else ""
    seconds = _HOURS_S if options.minutes is None else options.minutes * 60
    sys.stdout.write(f"./run.sh soak {asked} --seed {seed}  ({versions()})\n")
    sys.stdout.flush()
    if options.typing is not None:
        log = every_place(seed, options.typing, seconds)
    elif options.crashes:
        log = every_crash(seed, _GRAINS[options.crashes], seconds)
    else:
        log = soak(options.minutes, seed)
    sys.stdout.write(f"\nAfter {(time.monotonic() - began) / 60:.1f} minutes:\n")
    for what, many in sorted(log.done.items()):
        name = what.removeprefix("crash points, ")
        of = f" of {log.points[name]}" if name in log.points else ""
        sys.stdout.write(f"  {many:6d}{of}  {what}\n")
    for place, (wall, ran) in sorted(log.lost.items()):
        sys.stdout.write(f"  at worst {wall:.2f} s lost ({ran:.2f} s of the desk's running time), typing in {place}\n")
    for failure in log.failures:
        sys.stdout.write(f"\nFAILED {failure}\n")
    if not any(many for what, many in log.done.items() if not what.startswith("stopped")):
        log.failures.append("nothing was played in this time")
    sys.stdout.write("\nNo promise was broken.\n" if not log.failures else f"\nFailed: {len(log.failures)}.\n")
    return 1 if log.failures else 0


if __name__ == "__main__":
    sys.exit(main())
