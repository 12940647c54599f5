"""Finds the processes that a test started, also grandchildren, by a mark in their environment (Linux); and starts some
that hear Ctrl+C."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_GLANCE_S = 0.05


@contextmanager
def hearing_ctrl_c() -> Iterator[None]:
    """Let processes that are started in the block hear Ctrl+C, also where the tests themselves run in the background
    of a shell, which has what it starts there ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def with_mark(mark: str) -> dict[int, str]:
    """Return the command lines of the living processes whose environment holds a mark, by process id."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (folder / "environ").read_bytes() and int(folder.name) != os.getpid():
                found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
    return found


def started(mark: str, words: str, count: int, within_s: float) -> None:
    """Wait until so many marked processes have ``words`` in their command line."""
    _wait(lambda: sum(words in command for command in with_mark(mark).values()) >= count, within_s, f"{count} {words}")


def gone(mark: str, within_s: float) -> None:
    """Wait until no marked process lives."""
    _wait(lambda: not with_mark(mark), within_s, f"the end of {with_mark(mark)}")


def _wait(is_so: Callable[[], bool], within_s: float, what: str) -> None:
    pause, until = threading.Event(), time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < until, f"did not come: {what}"
        pause.wait(_GLANCE_S)
