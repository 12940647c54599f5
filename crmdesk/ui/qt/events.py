"""From the bus to the screen: subscriptions that end with their widget, bursts that are thinned."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from crmdesk.runtime.bus import Bus

Event = TypeVar("Event")
_REST, _LONGEST_MS = 5, 10_000


def listen(owner: QObject, bus: Bus, kind: type[Event], handler: Callable[[Event], None]) -> None:
    """Hand every published value of ``kind`` to ``handler``, a method of ``owner``, until ``owner`` goes."""
    bus.subscribe(kind, handler)
    owner.destroyed.connect(partial(_end, bus, kind, handler))


def _end(bus: Bus, kind: type[Any], handler: Callable[[Any], None], _gone: object = None) -> None:
    bus.unsubscribe(kind, handler)


class Throttle(QObject):
    """Thins a burst: the first value passes at once, then at most one each ``every_ms``; the last one always passes."""

    passed = Signal(object)

    def __init__(self, every_ms: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._every_ms = every_ms
        self._waiting: list[object] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(every_ms)
        self._timer.timeout.connect(self._due)

    def put(self, value: object) -> None:
        """Take a value."""
        if self._timer.isActive():
            self._waiting = [value]
            return
        self._timer.start()
        self.passed.emit(value)

    def cost(self, took_s: float) -> None:
        """Take note of how long it took to do what a value asked for: that is to fill a fifth of the time, though what
        took very long once (a file that was being filled) keeps nobody waiting for long afterwards."""
        self._timer.setInterval(max(self._every_ms, min(_LONGEST_MS, round(took_s * 1000 * _REST))))

    def _due(self) -> None:
        if self._waiting:
            value = self._waiting.pop()
            self._timer.start()
            self.passed.emit(value)
