"""The screen in tests: offscreen, in the program's look, on a qasync loop, with nothing left behind."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from qasync import QEventLoop

from crmdesk.ui.qt.errors import error_sink
from crmdesk.ui.theme import STYLE, Density, MotionChoice, SchemeChoice, Theme, install_theme
from tests.gui.waiting import STORY
from tests.support.waiting import LIMIT_MS, LIMIT_S

Value = TypeVar("Value")


def pytest_configure(config: pytest.Config) -> None:
    """Let the offscreen platform say that it has no window manager."""
    config.addinivalue_line("qt_log_ignore", "This plugin does not support propagateSizeHints")


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what was logged."""
        self.told.append(f"{record.name}: {record.getMessage()}")


@pytest.fixture
def expected_logs() -> list[str]:
    """Put beginnings of messages here that a test means to provoke."""
    return []


@pytest.fixture(autouse=True)
def nothing_unexpected_is_logged(expected_logs: list[str]) -> Iterator[None]:
    """Fail a test in which something of ours was logged at warning or above without being expected."""
    collector = _Collector()
    ours = logging.getLogger("crmdesk")
    ours.addHandler(collector)
    yield
    ours.removeHandler(collector)
    unexpected = [t for t in collector.told if not any(expected in t for expected in expected_logs)]
    assert not unexpected, unexpected


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """Make pytest-qt's application in the program's style."""
    return ["crmdesk", *STYLE]


@pytest.fixture(autouse=True)
def look(qapp: QApplication) -> Iterator[Theme]:
    """Give every test the program's look, light, without motion."""
    present = install_theme(qapp)
    present.choose(SchemeChoice.LIGHT)
    present.move(MotionChoice.REDUCED)
    yield present
    present.choose(SchemeChoice.LIGHT)
    present.space_rows(Density.NORMAL)


def _flush() -> None:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def _active_timers() -> set[QTimer]:
    return {thing for thing in gc.get_objects() if isinstance(thing, QTimer) and _is_active(thing)}


def _is_active(timer: QTimer) -> bool:
    from shiboken6 import isValid

    return isValid(timer) and timer.isActive()


@pytest.fixture(autouse=True)
def no_window_or_timer_is_left_behind(qapp: QApplication) -> Iterator[None]:
    """Fail a test after which a window is still there, or a timer still runs."""
    # What was there before is set aside: looking through a test's own objects takes 2 ms instead of 240. What the test
    # before left behind goes first: once set aside it would stay for good.
    gc.collect()
    gc.freeze()
    # As in the program, no other thread may come to delete widgets.
    gc.disable()
    windows, timers = set(map(id, qapp.topLevelWidgets())), _active_timers()
    yield
    _flush()
    left = [repr(w) for w in qapp.topLevelWidgets() if id(w) not in windows]
    assert not left, f"windows left: {left}"
    running = [repr(t) for t in _active_timers() - timers]
    gc.enable()
    assert not running, f"timers left running: {running}"


class PatientBot(QtBot):
    """Waits as long as any condition of a test may take; only a hang takes as long."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = LIMIT_MS) -> None:
        """Wait until ``callback`` says yes."""
        super().waitUntil(callback, timeout=timeout)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """Return what shows widgets and waits for them."""
    return PatientBot(request)


@pytest.fixture
def shown(qtbot: QtBot) -> Callable[[QWidget], QWidget]:
    """Return a function that shows a widget as an active window, keeps it for the test and closes it after it."""
    kept: list[QWidget] = []

    def show(widget: QWidget) -> QWidget:
        kept.append(widget)
        qtbot.addWidget(widget)
        with qtbot.waitExposed(widget, timeout=LIMIT_MS):
            widget.show()
        widget.activateWindow()
        qtbot.waitUntil(widget.isActiveWindow)
        return widget

    return show


class LoopRunner:
    """Runs coroutines on the Qt loop of one test.

    Between two runs the loop counts as the running one: qasync and pytest-qt handle events then as well, and what a
    page starts in them asks for it, as in the program.
    """

    def __init__(self, loop: QEventLoop) -> None:
        self.loop = loop
        asyncio.events._set_running_loop(loop)

    def run(self, coroutine: Coroutine[Any, Any, Value], timeout: float = 3 * LIMIT_S) -> Value:
        """Run a coroutine to its end and return its value; fail after ``timeout`` seconds, which only a hang takes,
        since each of its own waits has less."""
        task = self.loop.create_task(asyncio.wait_for(coroutine, timeout), name=STORY)
        task.add_done_callback(self._stop)
        self.loop.run_forever()
        asyncio.events._set_running_loop(self.loop)
        value: Value = task.result()
        return value

    def _stop(self, _done: object) -> None:
        self.loop.stop()

    def end(self) -> None:
        """No loop is running any more."""
        asyncio.events._set_running_loop(None)


async def _let_end() -> None:
    """Let what ends by itself (a recount, a read) end; what does not is found afterwards."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    if others:
        await asyncio.wait(others, timeout=LIMIT_S)


@pytest.fixture
def qt_loop(qapp: QApplication) -> Iterator[LoopRunner]:
    """Return a qasync loop; a task that still runs at the end of the test fails it."""
    qapp.setQuitOnLastWindowClosed(False)  # as the program has it, whatever ran before
    loop = QEventLoop(qapp, already_running=False)
    asyncio.set_event_loop(loop)
    error_sink()
    runner = LoopRunner(loop)
    yield runner
    _flush()
    runner.end()
    loop.run_until_complete(_let_end())
    left = [task for task in asyncio.all_tasks(loop) if not task.done()]
    for task in left:
        task.cancel()
    if left:
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
    loop.close()
    asyncio.set_event_loop(None)
    assert not left, f"tasks left running: {left}"


@pytest.fixture
def told_errors(qapp: QApplication) -> Iterator[list[object]]:
    """Return the errors that reached the sink during the test, in order."""
    seen: list[object] = []
    listener = _Listener(seen)
    sink = error_sink()
    signals = (sink.mistaken, sink.unavailable, sink.refused, sink.broken)
    for signal in signals:
        signal.connect(listener.take)
    yield seen
    for signal in signals:
        signal.disconnect(listener.take)


class _Listener(QObject):
    def __init__(self, seen: list[object]) -> None:
        super().__init__()
        self._seen = seen

    def take(self, what: object) -> None:
        """Keep it."""
        self._seen.append(what)
