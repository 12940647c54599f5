"""Follows what is due for one window: how much asks for me, and reminders that wait until no call is on."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal

from crmdesk.domain.callbacks import CallbackView
from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.errors import CrmdeskError
from crmdesk.domain.reminders import Reminder, reminders
from crmdesk.domain.tasks import TaskView
from crmdesk.runtime.bus import SignedIn
from crmdesk.ui.frame.page import Place
from crmdesk.ui.pages.desk import due_rows
from crmdesk.ui.pages.desk.work_rows import Owner, Reader, WorkRow
from crmdesk.ui.pages.tasks import words
from crmdesk.ui.pop.busy import Busy
from crmdesk.ui.qt.events import Throttle, listen
from crmdesk.ui.qt.tasks import InTurn, spawn
from crmdesk.ui.theme import Voice

_EVERY_MS = 250
_LOOK_MS = 15_000
_NAME = "crmdesk.due"
_CONCERN = (Kind.CALLBACK, Kind.TASK, Kind.CUSTOMER, Kind.AGENT)

View = CallbackView | TaskView


class DueFeed(QObject):
    """``changed`` tells that ``views`` or ``trouble`` became others; views are the most urgent first, None unread."""

    changed = Signal()

    def __init__(self, place: Place) -> None:
        super().__init__(place.window)
        self.setObjectName(_NAME)
        self.place = place
        self.views: tuple[View, ...] | None = None
        self.trouble: CrmdeskError | None = None
        self._reading = InTurn(self, self._read)
        self._reminded: set[str] | None = None
        self._busy = Busy(place, self)
        self._busy.changed.connect(self._remind)
        self._throttle = Throttle(_EVERY_MS, self)
        self._throttle.passed.connect(self._due)
        self._clock = QTimer(self)
        self._clock.setInterval(_LOOK_MS)
        self._clock.timeout.connect(self.look)
        self._clock.start()
        listen(self, place.desk.bus, Changes, self._heard)
        listen(self, place.desk.bus, SignedIn, self._somebody)
        spawn(self, self._begin())

    def reader(self) -> Reader:
        """Return for whom rows are written."""
        return Reader(self.place.clock.now(), self.place.zone, self.place.number, _as_named)

    def rows(self) -> tuple[WorkRow, ...]:
        """Return everything due as rows, the most urgent first."""
        reader = self.reader()
        return tuple(_row(view, reader) for view in self.views or ())

    def read(self) -> None:
        """Read what is due."""
        self._reading.ask()

    def look(self) -> None:
        """See again what is due by now: time went by, or something changed."""
        self._show_badge()
        self._remind()
        self.changed.emit()

    async def _begin(self) -> None:
        await self.place.window.shown()  # the page in sight reads first
        await self._reading.run()

    def _heard(self, changes: Changes) -> None:
        if changes.erased or changes.touches(*_CONCERN):
            self._throttle.put(None)

    def _somebody(self, _: SignedIn) -> None:
        self._throttle.put(None)

    def _due(self, _: object) -> None:
        self.read()

    async def _read(self) -> None:
        desk = self.place.desk
        try:
            if self._reminded is None:
                self._reminded = set(await desk.tasks.reminded())
            views: list[View] = [*await desk.callbacks.due(), *await desk.tasks.due()]
        except CrmdeskError as error:
            self.trouble = error
            self.changed.emit()
            return
        self.views, self.trouble = tuple(sorted(views, key=_urgency)), None
        self.look()

    def _show_badge(self) -> None:
        item = self.place.window.rail.items.get("tasks")
        if item is None:
            return
        mine = due_rows.seen_by(self.rows(), due_rows.Sight.MINE, "")
        asking = [row for row in mine if _asks(row)]
        late = any(row.chip.voice is Voice.LATE for row in asking)
        item.show_badge(len(asking), Voice.LATE if late else Voice.REST)

    # Reminding -------------------------------------------------------------------------------------------------------

    def _remind(self) -> None:
        if self.views is None or self._reminded is None:
            return
        due = tuple(one for one in reminders(self.views, self.place.clock.now()) if one.key not in self._reminded)
        if due and not self._busy.now:
            self._tell(due, self._reminded)

    def _tell(self, due: tuple[Reminder, ...], reminded: set[str]) -> None:
        keys = tuple(one.key for one in due)
        reminded.update(keys)
        now, zone = self.place.clock.now(), self.place.zone
        self.place.window.tell(*words.reminding(due, now, zone, self.place.number))
        spawn(self, self.place.desk.tasks.remember_reminded(keys))


def _row(view: View, reader: Reader) -> WorkRow:
    made = due_rows.callbacks((view,), reader) if isinstance(view, CallbackView) else due_rows.tasks((view,), reader)
    return made[0]


def _asks(row: WorkRow) -> bool:
    return row.owner is Owner.FOR_ME or (row.owner is not Owner.FREE and row.chip.voice in (Voice.LATE, Voice.SOON))


def _urgency(view: View) -> tuple[datetime, UUID]:
    return view.due_at, view.id


def _as_named(queue: str | None) -> str:
    return queue or ""


def follow_due(place: Place) -> DueFeed:
    """Return the feed of a window, begun now if it was not yet."""
    found = place.window.findChild(DueFeed, _NAME)
    return found if isinstance(found, DueFeed) else DueFeed(place)
