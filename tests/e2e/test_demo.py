"""The demo's check: every step from the ring to the supervisor's list happens, and nothing is left behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.support.processes import gone, started, with_mark

LIMIT_S = 170
ENDS_S = 20


@pytest.fixture
def room() -> Iterator[Path]:
    """A folder that takes the place of /tmp, so that everything left there is the demo's."""
    made = Path(tempfile.mkdtemp(prefix="crmdesk-room-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


def _demo(room: Path, pictures: Path, mark: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "TMPDIR": str(room), "CRMDESK_TEST_MARK": mark}
    command = [sys.executable, "-m", "crmdesk", "demo", "--check", "--pictures", str(pictures)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_a_call_rings_is_noted_complained_about_and_seen_by_the_supervisor(room: Path, tmp_path: Path) -> None:
    mark = uuid4().hex
    demo = _demo(room, tmp_path, mark)
    out, err = demo.communicate(timeout=LIMIT_S)
    said = json.loads(out)
    failed = [step for step in said["steps"] if not step["ok"]]
    assert (demo.returncode, failed) == (0, []), err.decode()
    assert out.count(b"\n") == 1
    assert said["counts"]["rows"] == {"customer": 0, "interaction": 4, "note": 1, "complaint": 1, "call_leg": 5}
    assert sorted(said["pictures"]) == sorted(str(path) for path in tmp_path.iterdir())
    assert not with_mark(mark)
    assert not list(room.iterdir())


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_demo_that_is_ended_leaves_no_process_and_no_file(room: Path, tmp_path: Path, how: signal.Signals) -> None:
    mark = uuid4().hex
    demo = _demo(room, tmp_path, mark)
    started(mark, "crmdesk.demo.desk", 2, LIMIT_S)
    demo.send_signal(how)
    demo.communicate(timeout=ENDS_S)
    assert demo.returncode == (-how if how is signal.SIGKILL else 128 + how)
    gone(mark, ENDS_S)
    assert not list(room.iterdir())
