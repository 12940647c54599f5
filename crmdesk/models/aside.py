"""Moves an unreadable file out of the way, with what belongs to it; nothing is deleted or overwritten."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from pathlib import Path

SECOND_FILE = "outbox.db"
"""The name of the second file, beside the desk's main one."""

_PARTS = ("", "-wal", "-shm")


def move(path: Path, now: datetime) -> Path | None:
    """Move an SQLite file with its log; return where it is now, None if there was none."""
    there = [part for part in _PARTS if path.with_name(path.name + part).exists()]
    if not there:
        return None
    base = _free(path, now)
    for part in there:
        path.with_name(path.name + part).rename(base.with_name(base.name + part))
    return base.with_name(base.name + there[0])


def _free(path: Path, now: datetime) -> Path:
    """Return a name that nothing has, also where something was set aside within the same second."""
    stamp = now.strftime("%Y%m%d-%H%M%S")
    for number in count(1):
        again = "" if number == 1 else f"-{number}"
        base = path.with_name(f"{path.name}.damaged-{stamp}{again}")
        if not any(base.with_name(base.name + part).exists() for part in _PARTS):
            return base
    raise AssertionError("unreachable")
