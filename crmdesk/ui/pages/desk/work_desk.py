"""Reads the lists of the idle desk and the preview, again whenever something in them changed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

from PySide6.QtCore import QObject, QTimer, Signal

from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.complaints import MOST_ON_THE_DESK
from crmdesk.domain.errors import CrmdeskError
from crmdesk.runtime.bus import SyncChanged
from crmdesk.ui.frame.page import Place
from crmdesk.ui.pages.desk import due_rows
from crmdesk.ui.pages.desk.drafts import DraftBook
from crmdesk.ui.pages.desk.due_keys import DueButtons, DueKeys
from crmdesk.ui.pages.desk.idle import WorkLists
from crmdesk.ui.pages.desk.story import story_of
from crmdesk.ui.pages.desk.view import DeskView
from crmdesk.ui.pages.desk.work_rows import (
    Reader,
    Work,
    WorkRow,
    calls_today,
    complaints,
    requests,
    to_finish,
    with_promises,
)
from crmdesk.ui.pop.calls import CallBook
from crmdesk.ui.pop.next_deadlines import NextDeadlines
from crmdesk.ui.qt.events import Throttle, listen
from crmdesk.ui.qt.tasks import InTurn, spawn

_EVERY_MS = 200
PROMISES_AHEAD = timedelta(days=14)
"""How far ahead the desk lists promises; the tasks page has all of them."""
_AGAIN_MS = 30_000
_CONCERN = (
    *(Kind.INTERACTION, Kind.COMPLAINT, Kind.REQUEST, Kind.CALLBACK),
    *(Kind.TASK, Kind.CUSTOMER, Kind.DRAFT, Kind.DISPOSITION),
)


class WorkDesk(QObject):
    """Keeps the idle desk true while it is seen. ``shown`` is set once its lists were read, ``due_said`` carries what
    is late and due next, in a sentence."""

    due_said = Signal(str)

    def __init__(
        self,
        place: Place,
        book: CallBook,
        drafts: DraftBook,
        view: DeskView,
        reader: Callable[[], Reader],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._place, self._book, self._drafts = place, book, drafts
        self._idle, self._preview, self._reader = view.idle, view.preview, reader
        self._row: WorkRow | None = None
        self.shown = asyncio.Event()
        self._reading = InTurn(self, self._read)
        self.deadlines = NextDeadlines(place.desk, place.clock, place.zone, self)
        self.deadlines.changed.connect(self._call_changed)
        self._throttle = Throttle(_EVERY_MS, self)
        self._throttle.passed.connect(self._read_again)
        self._idle.selected.connect(self._selected)
        self._idle.again.connect(self.read)
        self._clock = QTimer(self)
        self._clock.setInterval(_AGAIN_MS)
        self._clock.timeout.connect(self._read_again)
        self._clock.start()
        lists = tuple(view.idle.sections[work].table.view for work in (Work.CALLBACK, Work.PROMISE))
        shown = view.preview
        buttons = DueButtons(shown.claim, shown.done, shown.snooze, shown.hand_over)
        self.due = DueKeys(place, lists, self._selected_row, buttons, view.idle, self)
        view.idle.due_head.bind(place.keys, lists)
        book.changed.connect(self._call_changed)
        drafts.changed.connect(self._call_changed)
        listen(self, place.desk.bus, Changes, self._changed)
        listen(self, place.desk.bus, SyncChanged, self._sync_changed)
        self._idle.fetching.show_progress(place.desk.sync.state.snapshot)

    def _selected_row(self) -> WorkRow | None:
        return self._idle.row

    def read(self) -> None:
        """Read the lists."""
        self._reading.ask()

    def _changed(self, changes: Changes) -> None:
        if self._idle.isVisible() and changes.touches(*_CONCERN):
            self._throttle.put(None)

    def _sync_changed(self, event: SyncChanged) -> None:
        self._idle.fetching.show_progress(event.state.snapshot)

    def _call_changed(self, *_: object) -> None:
        if self._idle.isVisible():
            self._throttle.put(None)

    def _read_again(self, _: object = None) -> None:
        if self._idle.isVisible():  # who comes back to it reads it anyway
            self.read()

    async def _read(self) -> None:
        try:
            self._idle.show_lists(await self._lists())
            self._selected(self._idle.row)  # its values may be others now
        finally:
            self.shown.set()

    async def _lists(self) -> WorkLists:
        rows: dict[Work, tuple[WorkRow, ...] | None] = dict.fromkeys(Work)
        numbers: dict[Work, int] = {}
        trouble = ""
        reader = self._reader()
        try:
            recent = await self._place.desk.interactions.recent()
            finish = to_finish(recent, self._book.cases, self._drafts.written, reader)
            rows[Work.FINISH] = with_promises(finish, await self._place.desk.drafts.parked())
            rows[Work.CALL] = calls_today(recent, reader)
        except CrmdeskError as error:
            trouble = f"{error.what} {error.next_step}".strip()
        try:
            due = await self._place.desk.callbacks.due(due_rows.end_of_day(reader))
            promised = await self._place.desk.tasks.due(reader.now + PROMISES_AHEAD)
            rows[Work.CALLBACK] = due_rows.callbacks(due, reader)
            self.due_said.emit(due_rows.said_of(rows[Work.CALLBACK] or (), reader))
            rows[Work.PROMISE] = due_rows.tasks(promised, reader)
            self.due.tell_lost((*due, *promised))
        except CrmdeskError as error:
            trouble = f"{error.what} {error.next_step}".strip()
        try:
            open_, asked = await self._place.desk.complaints.open(), await self._place.desk.requests.listed()
            self.deadlines.follow((*(one.id for one in open_), *(one.id for one in asked)))
            said = self.deadlines.said
            rows[Work.COMPLAINT], rows[Work.REQUEST] = complaints(open_, said), requests(asked, said)
            if len(open_) == MOST_ON_THE_DESK:
                numbers[Work.COMPLAINT] = await self._place.desk.complaints.number_open()
            if len(asked) == MOST_ON_THE_DESK:
                numbers[Work.REQUEST] = await self._place.desk.requests.number_open()
        except CrmdeskError as error:
            trouble = f"{error.what} {error.next_step}".strip()
        return WorkLists(rows, trouble, numbers)

    def _selected(self, row: object) -> None:
        if not isinstance(row, WorkRow):
            self._row = None
            self._preview.show_nothing()
            return
        if row != self._row:
            self._row = row
            self._preview.show_row(row)
            spawn(self, self._fill_preview(row))

    async def _fill_preview(self, row: WorkRow) -> None:
        if row.customer_id is None:
            return
        card = await self._place.desk.customers.card(row.customer_id)
        if card is None or row != self._row:
            return
        page = await self._place.desk.customers.timeline(row.customer_id)
        if row == self._row:
            now = self._place.clock.now()
            story = story_of(card, page.entries, now, self._place.zone, on_the_line=False)
            self._preview.show_card(card, story, now)
