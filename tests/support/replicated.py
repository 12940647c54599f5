"""A PostgreSQL and its streaming standby, for tests of what happens when the first one dies.

A keeper process starts both and stops them when its standard input ends, in whatever way the test does.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from crmdesk.server import local_postgres as own

_SETTINGS: Mapping[str, str] = {"fsync": "off", "wal_level": "replica", "max_wal_senders": "4", "hot_standby": "on"}
_STATE = "select coalesce(max(sync_state), '') from pg_stat_replication"


@dataclass(frozen=True, slots=True)
class Replicated:
    """Two running clusters: ``primary`` and ``standby`` are the folders of their sockets."""

    primary: Path
    standby: Path

    @property
    def url(self) -> str:
        """The URL of both, as a gateway is given it."""
        return f"postgresql://postgres@/postgres?host={self.primary}:5432&host={self.standby}:5432"

    def wait_for_standby(self) -> None:
        """From now on let every commit wait until the standby has it."""
        with psycopg.connect(f"host={self.primary} user=postgres", autocommit=True) as conn:
            conn.execute("alter system set synchronous_standby_names = '*'")
            conn.execute("select pg_reload_conf()")
            while conn.execute(_STATE).fetchone() != ("sync",):
                pass

    def kill_primary(self) -> None:
        """End the primary as a power cut does."""
        pid = int((self.primary / "data" / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGKILL)

    def promote(self) -> None:
        """Let the standby take over."""
        with psycopg.connect(f"host={self.standby} user=postgres", autocommit=True) as conn:
            assert conn.execute("select pg_promote(true, 30)").fetchone() == (True,)


@contextmanager
def replicated() -> Iterator[Replicated]:
    """Run both while the block runs."""
    command = [sys.executable, "-m", "tests.support.replicated"]
    keeper = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
    assert keeper.stdin is not None
    assert keeper.stdout is not None
    try:
        line = keeper.stdout.readline()
        assert line, "the clusters did not start"
        said = json.loads(line)
        yield Replicated(Path(said["primary"]), Path(said["standby"]))
    finally:
        keeper.stdin.close()
        keeper.wait(60)
        keeper.stdout.close()


def _keep() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    home = Path(tempfile.mkdtemp(prefix="crmdesk-pgs-"))
    running: list[subprocess.Popen[bytes]] = []
    try:
        account = own._account()
        primary, standby = home / "one", home / "two"
        for folder in (primary, standby):
            folder.mkdir()
        own._give_to(account, home)
        binaries, _ = own._chosen(home, account)
        own._initialise(binaries, primary, account)
        running.append(own._start(binaries, primary, account, _SETTINGS))
        _copy(binaries.folder, primary, standby, account)
        running.append(own._start(binaries, standby, account, _SETTINGS))
        sys.stdout.write(json.dumps({"primary": str(primary), "standby": str(standby)}) + "\n")
        sys.stdout.flush()
        sys.stdin.buffer.read()
    finally:
        for server in reversed(running):
            if server.poll() is None:
                own._stop(server)
        shutil.rmtree(home, ignore_errors=True)


def _copy(binaries: Path, primary: Path, standby: Path, account: Mapping[str, Any]) -> None:
    """Make the standby a copy of the primary that follows it."""
    command = [str(binaries / "pg_basebackup"), "-h", str(primary), "-U", "postgres", "-D", str(standby / "data")]
    subprocess.run(
        [*command, "-R", "-X", "stream", "-c", "fast", "--no-sync"],
        check=True,
        cwd=standby,
        stdout=subprocess.DEVNULL,
        **account,
    )


if __name__ == "__main__":
    _keep()
