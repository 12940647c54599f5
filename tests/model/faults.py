"""Known mistakes of programs like this one, as changes of its sources: planted in a copy, the machine must find each.

Each is a place in the sources and what stands there instead. When the place is not found the check fails: then the
sources have moved on and the mistake has to be planted anew.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake: ``was`` in ``file`` becomes ``is_now``; ``who`` made it in earnest; ``needs`` narrows the play.

    ``test`` names a test of the project that finds it sooner than the machine does.
    """

    name: str
    file: str
    was: str
    is_now: str
    who: str
    needs: tuple[str, ...] = ("--words-only",)
    test: str = ""


FAULTS = (
    Fault(
        "a cursor that passes transactions which are still running",
        "crmdesk/sync/engine/feed.py",
        '"select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as watermark, ',
        '"select pg_snapshot_xmax(pg_current_snapshot())::text::bigint as watermark, ',
        "sequence and time stamp cursors: rows committed late are never delivered",
    ),
    Fault(
        "the last writer wins",
        "crmdesk/sync/engine/compare.py",
        "if version <= base_ver or (name in base and base[name] == theirs):",
        "if True:",
        "per-field last-writer-wins stores",
    ),
    Fault(
        "a result that is not stored",
        "crmdesk/sync/engine/push.py",
        '"results": msgspec.json.encode(kept).decode()}',
        '"results": "[]"}',
        "lost acknowledgements: a change is applied again or never settled",
    ),
    Fault(
        "a queued edit whose version is raised without looking at the value",
        "crmdesk/models/unit_of_work.py",
        "return row.ver if lowest is None else min(row.ver, lowest)",
        "return row.ver",
        "blind rebases: a colleague's words are overwritten by somebody who never saw them",
        test="tests/sync/test_words_at_random.py",
    ),
    Fault(
        "an erasure that is forgotten when changes come in",
        "crmdesk/sync/engine/apply.py",
        "    if not erased:\n        return judge(done, writer, group)\n",
        "    if group:\n        return judge(done, writer, group)\n",
        "stores in which an offline client makes purged records anew",
        needs=(),
    ),
)


def plant(fault: Fault, folder: Path) -> None:
    """Copy the program into ``folder`` and plant the fault there; raises LookupError when its place is gone."""
    copy_program(folder)
    change(folder / fault.file, fault.was, fault.is_now, fault.name)


def copy_program(folder: Path) -> None:
    """Copy the program and its tests into ``folder``."""
    shutil.copy(ROOT / "pyproject.toml", folder)
    for name in ("crmdesk", "tests", "resources"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.gz"))


def change(source: Path, was: str, is_now: str, name: str) -> None:
    """Write something else in the one place of a source where ``was`` stands; raises LookupError when it is gone."""
    text = source.read_text(encoding="utf-8")
    if text.count(was) != 1:
        raise LookupError(f"{source.name} no longer has one place for {name!r}: plant it anew")
    source.write_text(text.replace(was, is_now), encoding="utf-8")


def search(fault: Fault, folder: Path, seed: int, examples: int) -> str | None:
    """Let the machine play with the program in ``folder``, where ``fault`` was planted.

    Return what it found, None for nothing. Raises RuntimeError when the machine itself fell.
    """
    if fault.test:
        return _ask(fault, folder)
    command = [sys.executable, "-m", "tests.model.run", "--examples", str(examples), "--seed", str(seed), *fault.needs]
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        command, check=False, cwd=folder, env=environment, capture_output=True, text=True, timeout=600
    )
    if not done.stdout.strip():
        raise RuntimeError(done.stderr[-2000:])
    told = json.loads(done.stdout.splitlines()[-1])
    if not told["program"].startswith(str(folder)):
        raise RuntimeError(f"the machine played with {told['program']}")
    found: str | None = told["found"]
    return found


def _ask(fault: Fault, folder: Path) -> str | None:
    """Let the test that knows the fault judge the program in ``folder``; return the line that it fails with."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", fault.test]
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        command, check=False, cwd=folder, env=environment, capture_output=True, text=True, timeout=300
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stdout[-2000:] + done.stderr[-2000:])
    failed = [line[1:].strip() for line in done.stdout.splitlines() if line.startswith("E ")]
    return next(iter(failed), None)
