"""Python's cycle collector, on the GUI thread only and between two events.

Left to itself it runs on whichever thread allocates, so a database or network thread may come to delete widgets and
pictures, which ends the process; and it may run in the middle of a pop. Reference counting goes on as always.
"""

from __future__ import annotations

import gc
import sys

from PySide6.QtCore import QObject, QTimer

LOOK_EVERY_MS = 1000
_YOUNG = 700
_ROUNDS = 10


class GuiCollector(QObject):
    """Collects from ``start`` to ``stop``; keep it as long as there is a window.

    What comes with modules that are loaded meanwhile is set apart, not looked at: functions and classes stay for good,
    and to look at the 28,000 objects that the network's modules are made of holds the screen for two frames.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_enabled = gc.isenabled()
        self._young_rounds = 0
        self._middle_rounds = 0
        self._modules = len(sys.modules)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Take the collector over, before the first other thread begins."""
        gc.disable()
        self._modules = len(sys.modules)
        self._timer.start()

    def set_apart(self) -> None:
        """Say that all is built: what is there now stays, and is not looked at again.

        Nothing is collected first: that would hold the screen for a tenth of a second, for the little that loading
        left behind.
        """
        gc.freeze()

    def stop(self) -> None:
        """Give the collector back as it was, everything collected."""
        self._timer.stop()
        gc.unfreeze()
        gc.collect()
        if self._was_enabled:
            gc.enable()

    def look(self) -> None:
        """Collect the youngest objects if there are enough, now and then older ones."""
        modules = len(sys.modules)
        if modules != self._modules:
            self._modules = modules
            self.set_apart()
            return
        if gc.get_count()[0] < _YOUNG:
            return
        self._young_rounds += 1
        if self._young_rounds < _ROUNDS:
            gc.collect(0)
            return
        self._young_rounds = 0
        self._middle_rounds += 1
        if self._middle_rounds < _ROUNDS:
            gc.collect(1)
            return
        self._middle_rounds = 0
        gc.collect(2)
