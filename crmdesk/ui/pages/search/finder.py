"""Search as one types: the newest text wins, answers to older ones are dropped, nothing waits for the disk."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from crmdesk.domain.errors import CrmdeskError
from crmdesk.domain.found import SearchPage as Found
from crmdesk.runtime.desk import Desk
from crmdesk.ui.qt.tasks import cancel_all, spawn


class Finder(QObject):
    """``found`` carries the page that belongs to the newest text, ``failed`` why there is none."""

    found = Signal(object)
    failed = Signal(object)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self.text = ""
        self.waiting = False

    def look_for(self, text: str) -> None:
        """Look for another text; what was asked before and has not begun yet is never asked."""
        self.text = text
        self.waiting = True
        cancel_all(self)
        spawn(self, self._find(text))

    async def _find(self, text: str) -> None:
        try:
            page: Found = await self._desk.search.find(text)
        except CrmdeskError as error:
            self.waiting = False
            self.failed.emit(error)
            return
        if text == self.text:
            self.waiting = False
            self.found.emit(page)
