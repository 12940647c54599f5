"""A thread that takes the jobs of a loop in the wrong order: what must end in turn has to see to it itself."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import Any


class NewestFirst(ThreadPoolExecutor):
    """An executor that begins nothing before ``begin``, and then of all jobs that wait the one that came last."""

    def __init__(self) -> None:
        super().__init__(1, "newest-first")
        self._begun = Event()
        self._waiting: list[tuple[Future[Any], Callable[[], Any]]] = []

    @property
    def waiting(self) -> int:
        """Return how many jobs wait."""
        return len(self._waiting)

    def begin(self) -> None:
        """Let jobs be done from now on."""
        self._begun.set()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Take a job."""
        future: Future[Any] = Future()
        self._waiting.append((future, lambda: fn(*args, **kwargs)))
        super().submit(self._do_newest)
        return future

    def _do_newest(self) -> None:
        self._begun.wait()
        future, job = self._waiting.pop()
        try:
            future.set_result(job())
        except BaseException as error:  # noqa: BLE001  (it is for who gave the job)
            future.set_exception(error)
