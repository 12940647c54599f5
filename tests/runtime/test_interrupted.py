"""Ctrl+C in the terminal ends a desktop as the closing of its window does, and says nothing."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from crmdesk.runtime import doorbell
from tests.support.processes import hearing_ctrl_c
from tests.support.waiting import until


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl+C is no signal there")
def test_ctrl_c_ends_a_desktop_in_good_order(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    profile = folder / "desk"
    with hearing_ctrl_c():
        desk = subprocess.Popen(
            (sys.executable, "-m", "crmdesk", "desktop", "--profile", str(profile)),
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    asyncio.run(until(lambda: doorbell.ring(profile), "the desktop hears the bell"))
    desk.send_signal(signal.SIGINT)
    out, err = desk.communicate(timeout=30)
    assert (desk.returncode, out) == (0, b"")
    assert b"KeyboardInterrupt" not in err
