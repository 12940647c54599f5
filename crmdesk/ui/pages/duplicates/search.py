"""Lets the desk look for duplicates beside the work: one small step after another, with rests between."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from crmdesk.domain.errors import CrmdeskError
from crmdesk.ui.frame.page import Place
from crmdesk.ui.qt.tasks import running, spawn

FIRST_AFTER_MS = 20_000
"""Whoever has just begun needs the disk themselves."""

_STEP_MS = 250
_REST_MS = 5_000


class SearchBesideTheWork(QObject):
    """Belongs to the window. A step reads for some milliseconds on a reading thread; the first one is after
    ``first_ms``."""

    def __init__(self, place: Place, first_ms: int = FIRST_AFTER_MS) -> None:
        super().__init__(place.window)
        self._place = place
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._look)
        self._timer.start(first_ms)

    def _look(self) -> None:
        if not running(self):
            spawn(self, self._look_on())

    async def _look_on(self) -> None:
        rest = _REST_MS
        try:
            if self._place.desk.identity is not None and await self._place.desk.duplicates.look_on():
                rest = _STEP_MS
        except CrmdeskError:  # the file is busy being replaced, or nothing may be written: later
            rest = FIRST_AFTER_MS
        self._timer.start(rest)


def look_beside_the_work(place: Place) -> QObject:
    """Begin to look for duplicates."""
    return SearchBesideTheWork(place)
