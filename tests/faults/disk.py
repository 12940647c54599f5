"""A small disk of its own (tmpfs) that a test fills up and frees; mounting it needs root on Linux."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WHY_NOT = "mounting a small disk needs root on Linux (and the right to mount)"
_FILLER = "filler"


def can_mount() -> bool:
    """Say whether a small disk can be had here."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return False
    return subprocess.run(["unshare", "--mount", "true"], check=False, capture_output=True).returncode == 0


class SmallDisk:
    """A disk of some megabytes, mounted at ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self, leave: int) -> None:
        """Leave so many bytes free, in whole pages."""
        with (self.folder / _FILLER).open("ab") as filler:
            free = os.statvfs(self.folder)
            size = free.f_bavail * free.f_bsize - leave
            if size > 0:
                os.posix_fallocate(filler.fileno(), filler.tell(), size)

    def free(self) -> None:
        """Give back what ``fill`` took."""
        (self.folder / _FILLER).unlink(missing_ok=True)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[SmallDisk]:
    """Mount a disk of this size at a new folder while the block runs."""
    folder.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "tmpfs", str(folder)], check=True)
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", str(folder)], check=True)
