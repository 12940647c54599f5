"""A PostgreSQL that a test may stop at once, as a power cut does, and start again."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from crmdesk.server.local_postgres import LocalPostgres

_GLANCE_S = 0.02
_PATIENCE_S = 60.0


def wait_until(is_so: Callable[[], bool], what: str, within_s: float = _PATIENCE_S) -> None:
    """Wait for something outside of this process; raises AssertionError when it does not come."""
    pause, until = threading.Event(), time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < until, f"did not come: {what}"
        pause.wait(_GLANCE_S)


class Cluster:
    """The server process of a ``local_postgres``; the one that was started here has to be ended here (``close``)."""

    def __init__(self, postgres: LocalPostgres) -> None:
        self._home = postgres.socket_folder
        self._data = self._home / "data"
        self._again: subprocess.Popen[bytes] | None = None

    @property
    def is_running(self) -> bool:
        """Whether it takes connections."""
        status = self._data / "postmaster.pid"
        return status.exists() and status.read_text().rstrip().endswith("ready") and self._lives(self._pid())

    def stop_at_once(self) -> None:
        """Stop it in immediate mode: nothing is written any more, and it recovers from its log at the next start."""
        pid = self._pid()
        os.kill(pid, signal.SIGQUIT)
        self._ended(pid)

    def kill(self) -> None:
        """End it and every process of it as kill -9 does: nobody can say goodbye to anybody."""
        pid = self._pid()
        family = [pid, *self._children(pid)]
        for each in family:
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        self._ended(pid)
        wait_until(lambda: not any(map(self._lives, family)), "the end of PostgreSQL's processes")

    def start(self) -> None:
        """Start it again, as it was started before."""
        command = shlex.split((self._data / "postmaster.opts").read_text())
        owner = self._data.stat()
        account: dict[str, Any] = {}
        if os.geteuid() == 0:
            account = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}
        (self._data / "postmaster.pid").unlink(missing_ok=True)
        for lock in self._home.glob(".s.PGSQL.*.lock"):  # its owner is dead, and still to be waited for by its parent
            lock.unlink()
        with (self._home / "log").open("ab") as log:
            self._again = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self._home, **account
            )
        wait_until(lambda: self.is_running, "PostgreSQL's second start")

    def close(self) -> None:
        """End the one that was started here."""
        if self._again is not None:
            self._again.send_signal(signal.SIGINT)
            self._again.wait(20)

    def _pid(self) -> int:
        return int((self._data / "postmaster.pid").read_text().split()[0])

    def _children(self, pid: int) -> list[int]:
        stats = (path.read_text().rpartition(")") for path in Path("/proc").glob("[0-9]*/stat") if path.exists())
        return [int(head.split()[0]) for head, _, rest in stats if int(rest.split()[1]) == pid]

    def _ended(self, pid: int) -> None:
        if self._again is not None and self._again.pid == pid:
            self._again.wait(20)
        wait_until(lambda: not self._lives(pid), "the end of PostgreSQL")

    def _lives(self, pid: int) -> bool:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return False
        return state != "Z"
