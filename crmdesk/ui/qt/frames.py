"""Watches the GUI loop in production: when one turn takes longer than 50 ms, the stack it stands in is logged."""

from __future__ import annotations

import logging
import sys
import threading
import traceback

from PySide6.QtCore import QAbstractEventDispatcher, QObject, QThread

from crmdesk.domain.clock import Clock

_LOOK_EVERY_S = 0.02
log = logging.getLogger(__name__)


class FrameWatch(QObject):
    """Watches the thread it is made in, from ``start`` to ``stop``. ``gaps`` counts the turns that took too long."""

    def __init__(self, clock: Clock, limit_s: float = 0.05, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock, self._limit = clock, limit_s
        self._watched = threading.get_ident()
        self._busy_since: float | None = None
        self._told_of: float | None = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.gaps = 0

    def start(self) -> None:
        """Begin to watch."""
        if self._thread is not None:
            return
        dispatcher = QAbstractEventDispatcher.instance(QThread.currentThread())
        dispatcher.awake.connect(self._awake)
        dispatcher.aboutToBlock.connect(self._resting)
        self._thread = threading.Thread(target=self._look, name="frame-watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the watch; its thread has ended on return."""
        if self._thread is None:
            return
        dispatcher = QAbstractEventDispatcher.instance(QThread.currentThread())
        dispatcher.awake.disconnect(self._awake)
        dispatcher.aboutToBlock.disconnect(self._resting)
        self._stop.set()
        self._thread.join()
        self._thread = None

    def _awake(self) -> None:
        self._busy_since = self._clock.monotonic()

    def _resting(self) -> None:
        self._busy_since = None

    def _look(self) -> None:
        while not self._stop.wait(_LOOK_EVERY_S):
            since = self._busy_since
            if since is None or since == self._told_of or self._clock.monotonic() - since < self._limit:
                continue
            self._told_of = since
            self.gaps += 1
            frame = sys._current_frames().get(self._watched)
            if frame is None:
                continue
            places = (f"{f.filename.rsplit('/', 1)[-1]}:{f.lineno} {f.name}" for f in traceback.extract_stack(frame))
            log.warning("the screen stood still for over %d ms in: %s", self._limit * 1000, " > ".join(places))
