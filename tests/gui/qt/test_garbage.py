"""Cycles are collected on the GUI thread only."""

from __future__ import annotations

import gc
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path

import pytest

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


def test_what_modules_brought_that_were_loaded_meanwhile_is_set_apart_and_not_looked_at(
    qt_loop: LoopRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "loaded_late.py").write_text("class Late:\n    pass\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    seen: list[int] = []
    collector = GuiCollector()
    collector.start()
    try:
        import_module("loaded_late")
        kept = [[n] for n in range(1_000)]
        Knot(seen)
        before = gc.get_freeze_count()
        collector.look()
        assert gc.get_freeze_count() >= before + len(kept)
        assert not seen
        Knot(seen)
        more = [[n] for n in range(1_000)]
        collector.look()
        assert len(seen) == 1
        assert more
    finally:
        collector.stop()
        sys.modules.pop("loaded_late", None)
    assert len(seen) == 2
