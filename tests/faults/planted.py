"""Known mistakes in what has to happen together, or in order, as changes of the sources: crash scenes must find each.

They are planted in a copy of the program, as those of ``tests.model.faults`` are, and looked for near the points where
they bite. A change that is taken out of the outbox before its result is there is none of them: the desk sends it again
from its second file (``tests.sync.test_second_file``). That every other point is passed unharmed is what
``./run.sh soak`` is for.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.faults.crashes import Pull, Scene, SnapshotBeside
from tests.model.faults import change, copy_program

_SECONDS = 240


@dataclass(frozen=True, slots=True)
class Edit:
    """One place in the sources, and what stands there instead."""

    file: str
    was: str
    is_now: str


@dataclass(frozen=True, slots=True)
class Mistake:
    """What somebody did wrong, the scene that shows it, and words in the names of the points near which it does."""

    name: str
    edits: tuple[Edit, ...]
    scene: type[Scene]
    near: str


MISTAKES = (
    Mistake(
        "a page and its cursor in two transactions",
        (
            Edit(
                "crmdesk/sync/client/cycle.py",
                "                changes, _ = self._write(receiving.apply_page, page)\n",
                "                def passed(uow: UnitOfWork, cursor: bytes = page.cursor) -> None:\n"
                "                    uow.session.get_one(Cursor, 1).position = cursor\n\n"
                "                self._write(passed)\n"
                "                changes, _ = self._write(receiving.apply_page, page)\n",
            ),
        ),
        Pull,
        "transaction",
    ),
    Mistake(
        "an index that is crossed off in another transaction than it is made in",
        (
            Edit(
                "crmdesk/sync/client/snapshot_part.py",
                "            conn.exec_driver_sql(step.statement)\n"
                "            conn.execute(_later.delete().where(_later.c.step == step.step))\n",
                "            conn.execute(_later.delete().where(_later.c.step == step.step))\n"
                "        with self._engines.write.begin() as conn:\n"
                "            conn.exec_driver_sql(step.statement)\n",
            ),
        ),
        SnapshotBeside,
        "before CREATE INDEX",
    ),
    Mistake(
        "a file that takes the place of one whose WAL was not emptied",
        (
            Edit(
                "crmdesk/runtime/database.py",
                "            empty_wal(self._engines.write)\n            with self._gate",
                "            with self._gate",
            ),
            Edit(
                "crmdesk/models/replacing.py",
                "    close_whole(engines)\n    successor.replace(engines.path)\n",
                "    successor.replace(engines.path)\n    sync_to_disk(engines.path)\n    close_whole(engines)\n",
            ),
        ),
        SnapshotBeside,
        "before open",
    ),
)


def plant(mistake: Mistake, folder: Path) -> None:
    """Copy the program into ``folder`` and make the mistake there; raises LookupError when its place is gone."""
    copy_program(folder)
    for edit in mistake.edits:
        change(folder / edit.file, edit.was, edit.is_now, mistake.name)


def search(mistake: Mistake, folder: Path) -> str | None:
    """Kill desks of the program in ``folder`` near the mistake; return how a promise was broken, None if none was.

    Raises RuntimeError when the play itself fell.
    """
    play = ("crashes", "--scene", mistake.scene.name, "--near", mistake.near, "--grain", "every", "--enough", "1")
    command = [sys.executable, "-m", "tests.faults.act", *play, "--seconds", str(_SECONDS)]
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        command, check=False, cwd=folder, env=environment, capture_output=True, text=True, timeout=_SECONDS * 2
    )
    if not done.stdout.strip():
        raise RuntimeError(done.stderr[-2000:])
    told = json.loads(done.stdout.splitlines()[-1])
    if not told["program"].startswith(str(folder)):
        raise RuntimeError(f"desks of {told['program']} were killed")
    found: str | None = next((failure["what"] for failure in told["failures"]), None)
    return found
