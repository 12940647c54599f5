"""Pictures of every page are made by one command, outside the repository."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtGui import QImage

from tests.guards.sources import ROOT


def _pictures(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.support.all_pictures", *arguments],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_none_is_written_into_the_repository() -> None:
    done = _pictures(str(ROOT / "no-pictures-here"))
    assert done.returncode == 2
    assert "outside the repository" in done.stderr
    assert not (ROOT / "no-pictures-here").exists()


def test_at_200_per_cent_a_picture_has_twice_the_pixels(tmp_path: Path) -> None:
    done = _pictures(str(tmp_path), "--only", "sign-in", "--scale", "200", QT_SCALE_FACTOR="2")
    assert done.returncode == 0, done.stderr
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [f"sign-in-{size}-200-{scheme}.png" for size in ("1366", "1920") for scheme in ("dark", "light")]
    assert QImage(str(tmp_path / names[0])).width() == 2 * 1366
