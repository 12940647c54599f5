"""Ends the demo's processes and removes its folder however the demo itself ends, also by ``kill -9``.

The warden is a process of its own that waits for the end of its standard input. Lines on it name the processes that
are running: ``+PID`` began, ``-PID`` ended. It uses the standard library alone, so that it is there at once.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO

PATIENCE_S = 8.0
"""How long a process may take to end by itself before it is killed."""


class Warden:
    """The demo's side: tells the warden process what runs."""

    def __init__(self, folder: Path) -> None:
        """Let ``folder`` be removed at the end."""
        command = [sys.executable, "-m", "crmdesk.demo.warden", str(folder)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
        assert self._process.stdin is not None
        self._words: IO[bytes] = self._process.stdin

    @property
    def pid(self) -> int:
        """The warden's own process id."""
        return self._process.pid

    def began(self, pid: int) -> None:
        """Watch over a process, which leads a group of its own."""
        self._say(f"+{pid}\n")

    def ended(self, pid: int) -> None:
        """Forget a process that was waited for."""
        self._say(f"-{pid}\n")

    def close(self) -> None:
        """End what is left, remove the folder, and return when that is done."""
        self._words.close()
        self._process.wait()

    def _say(self, words: str) -> None:
        self._words.write(words.encode("ascii"))
        self._words.flush()


def _heard(words: IO[bytes]) -> list[int]:
    """Return what still runs when the words end."""
    running: list[int] = []
    for line in words:
        pid = int(line[1:])
        if line.startswith(b"+"):
            running.append(pid)
        elif pid in running:
            running.remove(pid)
    return running


def _signal(groups: list[int], what: signal.Signals) -> list[int]:
    """Send a signal to process groups and return those that are still there."""
    there = []
    for group in groups:
        try:
            os.killpg(group, what)
        except (ProcessLookupError, PermissionError):
            continue
        there.append(group)
    return there


def _end(groups: list[int]) -> None:
    _signal(groups, signal.SIGTERM)
    pause = threading.Event()
    for _ in range(int(PATIENCE_S / 0.05)):
        groups = [group for group in groups if _is_there(group)]
        if not groups:
            return
        pause.wait(0.05)
    _signal(groups, signal.SIGKILL)


def _is_there(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def main(folder: Path) -> int:
    """Wait for the end, then clean up."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    _end(_heard(sys.stdin.buffer))
    shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
