"""Started where there is no screen, the desktop says so and ends; it does not abort."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


@pytest.mark.skipif(sys.platform != "linux", reason="only there a desktop can lack a screen")
def test_without_a_screen_the_desktop_says_so_and_ends(tmp_path: Path) -> None:
    around = {name: value for name, value in os.environ.items() if name not in SCREENS}
    ended = subprocess.run(
        (sys.executable, "-m", "crmdesk", "desktop", "--profile", str(tmp_path / "desk")),
        env={**around, "XDG_RUNTIME_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("There is no screen here.")
