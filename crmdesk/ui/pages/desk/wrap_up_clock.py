"""The time that wrap-up may take: prolonged on demand, once by itself while keys are pressed, then the call waits."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal

from crmdesk.domain import lane
from crmdesk.domain.clock import Clock
from crmdesk.domain.lane import SOON, DeskCall, Stage
from crmdesk.ui.pages.desk.drafts import DraftBook
from crmdesk.ui.pop.calls import CallBook

_TICK_MS = 250


class WrapUpClock(QObject):
    """``timed_out`` carries the call that was put aside because its time is over."""

    timed_out = Signal(object)

    def __init__(self, clock: Clock, book: CallBook, drafts: DraftBook, parent: QObject) -> None:
        super().__init__(parent)
        self._clock, self._book, self._drafts = clock, book, drafts
        self._typed: dict[UUID, datetime] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self.tick)
        book.changed.connect(self._call_changed)

    def _call_changed(self, case: DeskCall, _before: DeskCall | None) -> None:
        if case.stage is Stage.WRAP_UP and not self._timer.isActive():
            self._timer.start()

    def more_time(self, present: UUID | None) -> None:
        """Give the wrap-up one is at (by its contact), else the oldest, as much time again."""
        case = lane.wrapping(self._book.cases, present)
        if case is not None and case.wrap_up is not None:
            self._book.give_time(case.key, case.wrap_up.prolonged(self._clock.now()))

    def typed(self, subject: object) -> None:
        """Take note that somebody types beside the note of a contact: that is wrap-up too."""
        if isinstance(subject, UUID):
            self._typed[subject] = self._clock.now()

    def _last_key(self, contact: UUID) -> datetime | None:
        writing = self._drafts.writing(contact)
        pressed = (writing.edited_at if writing is not None else None, self._typed.get(contact))
        return max((at for at in pressed if at is not None), default=None)

    def tick(self) -> None:
        """See which wrap-ups are over: prolonged once while keys are pressed, else put aside, never while typing."""
        wrapping = [case for case in self._book.cases if case.stage is Stage.WRAP_UP]
        if not wrapping:
            self._timer.stop()
            self._typed.clear()
        now = self._clock.now()
        for case in wrapping:
            if case.wrap_up is None or not case.wrap_up.is_over(now):
                continue
            last_key = self._last_key(case.call.contact_id)
            longer = case.wrap_up.prolonged_by_itself(now, last_key)
            if longer is not None:
                self._book.give_time(case.key, longer)
            elif last_key is None or now - last_key > SOON:
                self._book.put_aside(case.key)
                self.timed_out.emit(case)
