"""Whether somebody is at a call: what only wants to be known waits until then."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from crmdesk.domain.lane import Stage
from crmdesk.runtime.bus import CallChanged
from crmdesk.ui.frame.page import Place
from crmdesk.ui.pop.calls import CallBook
from crmdesk.ui.qt.events import listen

_BUSY = (Stage.RINGING, Stage.TALKING, Stage.HELD, Stage.WRAP_UP)


class Busy(QObject):
    """``changed`` tells that it may be otherwise now."""

    changed = Signal()

    def __init__(self, place: Place, parent: QObject) -> None:
        super().__init__(parent)
        self._place = place
        self._book: CallBook | None = None
        listen(self, place.desk.bus, CallChanged, self._call_changed)

    @property
    def now(self) -> bool:
        """Return whether a call rings, is on or is being wrapped up: nothing interrupts it."""
        if self._place.desk.phone.calls:
            return True
        if self._book is None:
            found = self._place.window.findChild(CallBook)
            if not isinstance(found, CallBook):
                return False
            self._book = found
            found.changed.connect(self._case_changed)
        return any(case.stage in _BUSY for case in self._book.cases)

    def _call_changed(self, _: CallChanged) -> None:
        self.changed.emit()

    def _case_changed(self, *_: object) -> None:
        self.changed.emit()
