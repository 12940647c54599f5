"""Keeps what is typed on the disk: 300 ms after the last key, at least every 600 ms, and when told to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from shiboken6 import isValid

from crmdesk.domain.changes import Changes
from crmdesk.domain.errors import CrmdeskError
from crmdesk.runtime.desk import Desk
from crmdesk.ui.qt.events import listen
from crmdesk.ui.qt.tasks import spawn

AFTER_LAST_KEY_MS = 300
AT_LEAST_EVERY_MS = 600
"""The disk has the rest of the second for which typing may be lost."""


class DraftKeeper(QObject):
    """Writes a draft behind somebody who types. ``saved`` carries the instant when everything typed was on the disk.

    ``read`` gives the fields as they are now and the draft's title. ``failed`` carries the error; it is tried again
    a second later.
    """

    saved = Signal(object)
    failed = Signal(object)

    def __init__(
        self, desk: Desk, kind: str, subject: UUID, read: Callable[[], tuple[Mapping[str, str], str]], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._desk, self._kind, self._subject, self._read = desk, kind, subject, read
        self._typed = self._kept = 0
        self._erased = False
        self._one_at_a_time = asyncio.Lock()
        self._pause = self._timer(AFTER_LAST_KEY_MS)
        self._limit = self._timer(AT_LEAST_EVERY_MS)
        listen(self, desk.bus, Changes, self._rows_changed)

    def _timer(self, ms: int) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.setInterval(ms)
        timer.timeout.connect(self._due)
        return timer

    @property
    def unsaved(self) -> bool:
        """Whether anything typed is not on the disk yet."""
        return self._kept < self._typed

    def typed(self) -> None:
        """Take note of a change."""
        if self._erased:
            return
        self._typed += 1
        self._pause.start()
        if not self._limit.isActive():
            self._limit.start()

    async def keep_now(self) -> None:
        """Return when everything typed so far is on the disk, or ``failed`` was told.

        Where what was typed into is taken away meanwhile, its words were given to somebody else (``last_words``), or
        are a record: nothing of them is left to do here.
        """
        self._pause.stop()
        self._limit.stop()
        async with self._one_at_a_time:
            if self.unsaved and isValid(self):
                await self._keep()

    def last_words(self) -> Coroutine[Any, Any, None]:
        """Take what was typed as it is now and return what keeps it: the form may go before that is done.

        Raises ``Unavailable`` (when awaited) if the disk cannot be written.
        """
        self._pause.stop()
        self._limit.stop()
        if not self.unsaved:
            return _nothing()
        fields, title = self._read()
        return _keep_after(self._desk, self._kind, self._subject, dict(fields), title)

    def forget(self) -> None:
        """Write nothing more: what was typed became a record."""
        self._pause.stop()
        self._limit.stop()
        self._kept = self._typed

    def _rows_changed(self, changes: Changes) -> None:
        """Write nothing more about somebody who was erased."""
        if self._subject in changes.erased:
            self._erased = True
            self.forget()

    def _due(self) -> None:
        spawn(self, self.keep_now())

    async def _keep(self) -> None:
        upto = self._typed
        fields, title = self._read()
        try:
            at: datetime = await self._desk.drafts.keep(self._kind, self._subject, fields, title)
        except CrmdeskError as error:
            if isValid(self):
                self.failed.emit(error)
                self._limit.start()
            return
        self._kept = max(self._kept, upto)
        if not self.unsaved and isValid(self):
            self.saved.emit(at)


async def _nothing() -> None:
    """Nothing is left to keep."""


async def _keep_after(desk: Desk, kind: str, subject: UUID, fields: Mapping[str, str], title: str) -> None:
    await desk.drafts.keep(kind, subject, fields, title)
