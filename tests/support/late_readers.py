"""Reading threads whose answers come in the wrong order: what was read first is told last."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from crmdesk.runtime.database import Database


class LateReaders(ThreadPoolExecutor):
    """An executor that does each job at once, keeps what came of it until ``answer``, and tells the newest first."""

    def __init__(self) -> None:
        super().__init__(2, "late")
        self._kept: list[tuple[Future[Any], Future[Any]]] = []
        self._keeps = True

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Take a job."""
        done = super().submit(fn, *args, **kwargs)
        if not self._keeps:
            return done
        told: Future[Any] = Future()
        done.exception()  # it saw the file as it is now
        self._kept.append((done, told))
        return told

    def answer(self) -> None:
        """Tell what was kept, the newest first; what is asked from now on is told as it comes."""
        self._keeps = False
        kept, self._kept = self._kept, []
        for done, told in reversed(kept):
            if not told.set_running_or_notify_cancel():
                continue  # nobody wants to know any more
            error = done.exception()
            if error is None:
                told.set_result(done.result())
            else:
                told.set_exception(error)


@contextmanager
def late_readers(database: Database) -> Iterator[LateReaders]:
    """Let a database read so for a while."""
    usual, readers = database._readers, LateReaders()
    database._readers = readers
    try:
        yield readers
    finally:
        readers.answer()
        database._readers = usual
        readers.shutdown()
