"""Watches the GUI loop in production: when it does not answer for 50 ms, the stack it stands in is logged."""

from __future__ import annotations

import faulthandler
import logging
import re
import tempfile
import threading
from pathlib import PureWindowsPath

from PySide6.QtCore import QObject, Qt, Signal

from crmdesk.domain.clock import Clock

_ASK_EVERY_S = 0.025
_PLACE = re.compile(r'^  File "(.*)", line (\d+) in (.*)$', re.MULTILINE)
log = logging.getLogger(__name__)


class FrameWatch(QObject):
    """Asks the thread it is made in whether it is there, from ``start`` to ``stop``.

    Every gap longer than ``limit_s`` plus the 25 ms between two questions is found; ``gaps`` counts them. (The
    dispatcher's own signals cannot serve: GLib's tells "awake" only after the work of a turn is done.)
    """

    _asked = Signal(int)

    def __init__(self, clock: Clock, limit_s: float = 0.05, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock, self._limit = clock, limit_s
        self._watched = threading.get_ident()
        self._answered = 0
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.gaps = 0
        self._asked.connect(self._answer, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        """Begin to watch."""
        if self._thread is None:
            self._stop.clear()
            self._thread = threading.Thread(target=self._watch, name="frame-watch", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End the watch; its thread has ended on return."""
        if self._thread is not None:
            self._stop.set()
            self._thread.join()
            self._thread = None

    def _answer(self, question: int) -> None:
        self._answered = question

    def _watch(self) -> None:
        question = self._answered
        while not self._stop.wait(_ASK_EVERY_S):
            question += 1
            asked = self._clock.monotonic()
            self._asked.emit(question)
            told = False
            while self._answered < question and not self._stop.wait(self._limit / 5):
                if not told and self._clock.monotonic() - asked >= self._limit:
                    told = True
                    self._tell()

    def _tell(self) -> None:
        self.gaps += 1
        where = " > ".join(stack_of(self._watched))
        log.warning("the screen stood still for over %d ms in: %s", self._limit * 1000, where)


def stack_of(thread: int) -> tuple[str, ...]:
    """Return the places in which a thread stands, the outermost first: "file:line function".

    Told by faulthandler, which takes hold of no frame. Who holds a frame of another thread keeps its locals alive: a
    QPainter that outlives its paint event in this way, and is destroyed on the wrong thread, ends the process.
    """
    with tempfile.TemporaryFile() as file:
        faulthandler.dump_traceback(file, all_threads=True)
        file.seek(0)
        told = file.read().decode("ascii", "replace")
    _, _, rest = told.partition(f"0x{thread:016x} (")
    own, _, _ = rest.partition("\n\n")
    found = _PLACE.findall(own)
    return tuple(f"{PureWindowsPath(path).name}:{line} {name}" for path, line, name in reversed(found))
