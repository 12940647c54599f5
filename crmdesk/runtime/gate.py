"""Lets readers of a file through, many at once, or nobody while the file is replaced."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Gate:
    """For any thread; whoever closes it waits for those inside, and those who come wait until it is open again."""

    def __init__(self) -> None:
        self._moved = threading.Condition()
        self._inside = 0
        self._closed = False

    @contextmanager
    def passed(self) -> Iterator[None]:
        """Be inside while the block runs."""
        with self._moved:
            self._moved.wait_for(lambda: not self._closed)
            self._inside += 1
        try:
            yield
        finally:
            with self._moved:
                self._inside -= 1
                self._moved.notify_all()

    @contextmanager
    def closed(self) -> Iterator[None]:
        """Have nobody inside while the block runs. One at a time."""
        with self._moved:
            self._closed = True
            self._moved.wait_for(lambda: self._inside == 0)
        try:
            yield
        finally:
            with self._moved:
                self._closed = False
                self._moved.notify_all()
