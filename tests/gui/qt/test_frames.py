"""A turn of the loop that takes too long is logged with the place it stood in."""

from __future__ import annotations

import threading
import time
from functools import partial

from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from crmdesk.domain.clock import SystemClock
from crmdesk.ui.qt.frames import FrameWatch, stack_of
from tests.support.waiting import LIMIT_S


def stand_still(watch: FrameWatch, seen: threading.Event) -> None:
    """Hold the loop until the watch has seen it, as long as a test may take; what else holds it is not watched."""
    watch.start()
    patience = time.monotonic() + LIMIT_S
    while not watch.gaps and time.monotonic() < patience:
        seen.wait(0.01)
    watch.stop()


def test_a_turn_over_the_limit_is_logged_once_with_its_stack(qtbot: QtBot, expected_logs: list[str]) -> None:
    expected_logs.append("stand_still")
    watch = FrameWatch(SystemClock(), limit_s=0.03)
    QTimer.singleShot(0, partial(stand_still, watch, threading.Event()))
    qtbot.waitUntil(lambda: watch.gaps == 1)
    assert watch.gaps == 1


def test_a_loop_that_waits_is_not_a_gap(qtbot: QtBot, expected_logs: list[str]) -> None:
    expected_logs.append("the screen stood still")  # a machine that is loaded holds the loop now and then
    watch = FrameWatch(SystemClock(), limit_s=0.03)
    since = (0, 0)

    def four_answers_without_a_gap() -> bool:
        nonlocal since
        if watch.gaps != since[0]:
            since = (watch.gaps, watch._answered)
        return watch._answered >= since[1] + 4

    watch.start()
    qtbot.waitUntil(four_answers_without_a_gap)
    watch.stop()


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
