"""A turn of the loop that takes too long is logged with the place it stood in."""

from __future__ import annotations

import threading
from functools import partial

from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from crmdesk.domain.clock import SystemClock
from crmdesk.ui.qt.frames import FrameWatch, stack_of


def stand_still(watch: FrameWatch, seen: threading.Event) -> None:
    """Hold the loop until the watch has seen it, five seconds at most."""
    for _ in range(500):
        if watch.gaps or seen.wait(0.01):
            return


def test_a_turn_over_the_limit_is_logged_once_with_its_stack(qtbot: QtBot, expected_logs: list[str]) -> None:
    expected_logs.append("stand_still")
    watch = FrameWatch(SystemClock(), limit_s=0.03)
    watch.start()
    QTimer.singleShot(0, partial(stand_still, watch, threading.Event()))
    qtbot.waitUntil(lambda: watch.gaps == 1)
    watch.stop()
    assert watch.gaps == 1


def test_a_loop_that_waits_is_not_a_gap(qtbot: QtBot) -> None:
    watch = FrameWatch(SystemClock(), limit_s=0.03)
    watch.start()
    qtbot.waitUntil(lambda: watch._answered >= 4)
    watch.stop()
    assert watch.gaps == 0


def test_the_stack_of_a_thread_is_told_from_the_outside_in() -> None:
    inside, seen = threading.Event(), threading.Event()

    def wait_here() -> None:
        inside.set()
        seen.wait(5)

    thread = threading.Thread(target=wait_here)
    thread.start()
    inside.wait(5)
    assert thread.ident is not None
    told = [place.rpartition(" ")[2] for place in stack_of(thread.ident)]
    seen.set()
    thread.join()
    assert told.index("run") < told.index("wait_here") < told.index("wait")
