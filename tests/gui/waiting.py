"""Waiting on conditions and signals, and pressing keys where the keyboard is; never a fixed sleep."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from crmdesk.ui.qt.events import Throttle
from tests.support.waiting import LIMIT_S

STORY = "story"
"""The name of the task in which a test runs."""

_HURRY_S = 1.0


async def until(holds: Callable[[], bool], timeout: float = LIMIT_S) -> None:
    """Return as soon as a condition on the screen holds; fail after ``timeout`` seconds."""
    holds = hurrying(holds)
    async with asyncio.timeout(timeout):
        while not holds():  # noqa: ASYNC110  (what is on the screen has no event to wait on)
            await asyncio.sleep(0.005)
    lay_out()


def hurrying(holds: Callable[[], object]) -> Callable[[], bool]:
    """Return a condition that, each second in which it does not hold, hurries what was thinned: a machine that is held
    up once thins what follows by ten seconds."""
    last = monotonic()

    def held() -> bool:
        nonlocal last
        if holds():
            return True
        if monotonic() - last > _HURRY_S:
            last = monotonic()
            hurry()
        return False

    return held


def lay_out() -> None:
    """Give everything its place: whatever came into sight a moment ago is laid out by an event that may still wait."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)


def hurry() -> bool:
    """Let what was thinned be asked for now instead of in a moment; say whether there was anything."""
    found = [throttle for window in QApplication.topLevelWidgets() for throttle in window.findChildren(Throttle)]
    waiting = [throttle for throttle in found if throttle._waiting and throttle._timer.isActive()]
    for throttle in waiting:
        throttle._due()
    return bool(waiting)


async def nothing_under_way() -> None:
    """Let everything that the program has begun come to its end."""
    story = asyncio.current_task()

    def others() -> list[asyncio.Task[object]]:
        return [task for task in asyncio.all_tasks() if task is not story and task.get_name() != STORY]

    await until(lambda: not others() and not hurry())


async def signalled(signal: object, timeout: float = LIMIT_S) -> tuple[object, ...]:
    """Return what a signal carried the next time it was told."""
    told: asyncio.Future[tuple[object, ...]] = asyncio.get_running_loop().create_future()

    def take(*values: object) -> None:
        if not told.done():
            told.set_result(values)

    signal.connect(take)  # type: ignore[attr-defined]  # a bound Qt signal has no public type
    try:
        return await asyncio.wait_for(told, timeout)
    finally:
        signal.disconnect(take)  # type: ignore[attr-defined]


def focused() -> QWidget:
    """Return the widget that has the keyboard."""
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key where the keyboard is."""
    QTest.keyClick(focused(), key, modifier)


def type_words(words: str) -> None:
    """Type where the keyboard is, in any script."""
    for character in words:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, character)
            QApplication.sendEvent(focused(), event)
