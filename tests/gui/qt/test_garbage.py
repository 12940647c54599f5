"""Cycles are collected on the GUI thread only."""

from __future__ import annotations

import gc
import threading
from concurrent.futures import ThreadPoolExecutor

from crmdesk.ui.qt.garbage import GuiCollector
from tests.gui.conftest import LoopRunner


class Knot:
    """A cycle that says on which thread it was collected."""

    def __init__(self, seen: list[int]) -> None:
        self.myself = self
        self._seen = seen

    def __del__(self) -> None:
        self._seen.append(threading.get_ident())


def test_a_busy_worker_thread_never_collects_what_the_screen_left(qt_loop: LoopRunner) -> None:
    seen: list[int] = []
    before = gc.isenabled()
    collector = GuiCollector()
    collector.start()
    try:
        Knot(seen)
        with ThreadPoolExecutor(1) as worker:
            worker.submit(lambda: [[n] for n in range(200_000)]).result()
        assert not seen
        kept = [[n] for n in range(1_000)]
        collector.look()
        assert seen == [threading.get_ident()]
        assert kept
    finally:
        collector.stop()
    assert gc.isenabled() is before
