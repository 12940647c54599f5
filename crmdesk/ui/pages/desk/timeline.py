"""The timeline: one stream of what happened, in pages, with a story on top, filters by key and search inside."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from crmdesk.domain.language import mark, tr
from crmdesk.domain.stream import TimelineEntry, TimelinePage, Wanted
from crmdesk.ui.kit import (
    Button,
    ButtonKind,
    ButtonSize,
    EmptyState,
    Flow,
    Ground,
    Ink,
    Label,
    LineEdit,
    Option,
    Panel,
    Skeleton,
    Tabs,
)
from crmdesk.ui.kit.mirror import margins
from crmdesk.ui.pages.desk.stream_view import StreamModel, StreamView
from crmdesk.ui.pages.desk.timeline_paint import TimelineDelegate
from crmdesk.ui.pages.desk.timeline_rows import (
    DayRow,
    EntryRow,
    Reading,
    Row,
    RowBook,
    Show,
    is_waiting,
    key_of,
    spoken,
    wanted_of,
)
from crmdesk.ui.theme import Icon, Space, TextRole

Cursor = tuple[datetime, UUID]
_FIRST = 200
"""Entries that are shown at once where a filter or a search changes."""

_SLICE = 25
"""Rows that come into the list at once: measuring them takes a few milliseconds."""

_TABS = (
    Option(Show.ALL, mark("All"), key="A"),
    Option(Show.CALLS, mark("Calls"), key="C"),
    Option(Show.MAIL, mark("Mail"), key="M"),
    Option(Show.NOTES, mark("Notes"), key="N"),
    Option(Show.COMPLAINTS, mark("Cases"), key="S"),
    Option(Show.TASKS, mark("Tasks"), key="T"),
)
_LETTERS = {
    Qt.Key.Key_A: Show.ALL,
    Qt.Key.Key_C: Show.CALLS,
    Qt.Key.Key_M: Show.MAIL,
    Qt.Key.Key_N: Show.NOTES,
    Qt.Key.Key_S: Show.COMPLAINTS,
    Qt.Key.Key_T: Show.TASKS,
}


class TimelineList(StreamView):
    """The stream itself. Headings are passed over; letters filter, "/" searches. ``key_pressed`` carries the key."""

    filter_wanted = Signal(object)
    search_wanted = Signal()

    def __init__(self) -> None:
        model = StreamModel(key_of, spoken)
        self._painting = TimelineDelegate()
        super().__init__(tr("Timeline"), model, self._painting)
        self.rows = model
        self.opened.connect(self._toggle)

    def _toggle(self, row: object) -> None:
        """Enter shows a long text whole, and short again."""
        if isinstance(row, EntryRow) and row.body:
            self._painting.toggle(row)
            self.measure_all()

    def _move(self, step: int) -> None:
        """Go to the next entry, over headings."""
        rows = self.rows.rows
        now = self.currentIndex().row()
        place = now + step if now >= 0 else 0
        while 0 <= place < len(rows) and isinstance(rows[place], DayRow):
            place += step if now >= 0 else 1
        if 0 <= place < len(rows):
            self.select(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Filter by letter, search with "/"; the rest is that of every list."""
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        show = _LETTERS.get(Qt.Key(event.key())) if plain else None
        if show is not None:
            self.filter_wanted.emit(show)
        elif event.text() == "/":
            self.search_wanted.emit()
        else:
            super().keyPressEvent(event)


class _Search(LineEdit):
    """Quiet until it has the keyboard or something is typed."""

    def paint_box(self, painter: QPainter) -> None:
        """Draw the box only while it matters."""
        if self.hasFocus() or self.text():
            super().paint_box(painter)


_ASKING = mark("Not on this computer, asking the server. Usually under 0.3 s")
_NO_HISTORY = mark("No history yet"), mark("Calls, notes and complaints appear here in one stream.")
_NOTHING_FOUND = mark("Nothing found here"), mark("Try another filter, or other words.")


class TimelinePane(Panel):
    """Filters, search and the stream. ``asked`` carries which entries are wanted (``domain.stream.Wanted``) and the
    cursor before which they are, None for the newest."""

    asked = Signal(object, object)
    again = Signal()

    def __init__(self, reading: Reading, parent: QWidget | None = None) -> None:
        super().__init__(parent, Ground.WINDOW)
        self._reading = reading
        self._entries: tuple[TimelineEntry, ...] = ()
        self._older: Cursor | None = None
        self._wanted = Wanted()
        self._found: tuple[TimelineEntry, ...] = ()
        self._found_older: Cursor | None = None
        self._coming: tuple[Row, ...] = ()
        self._book = RowBook()
        self._slices = QTimer(self)
        self._slices.setInterval(0)
        self._slices.timeout.connect(self._take_slice)
        self.tabs = Tabs(tr("Filter the timeline"), tuple(replace(tab, words=tr(tab.words)) for tab in _TABS))
        self.tabs.show_keys(False)
        self.search = _Search(tr("Search here"), Icon.SEARCH)
        self.search.setFixedWidth(148)
        self.list = TimelineList()
        retry = Button(tr("Try again"), ButtonKind.SECONDARY, Icon.REFRESH_CW, size=ButtonSize.SMALL)
        retry.clicked.connect(self.again)
        self.empty = EmptyState(Icon.HISTORY, tr(_NO_HISTORY[0]), tr(_NO_HISTORY[1]))
        self.failure = EmptyState(Icon.CIRCLE_ALERT, tr("The timeline could not be read"), "", (retry,))
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(60)
        self._typing.timeout.connect(self._look)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.head = QWidget()
        bar = QHBoxLayout(self.head)
        bar.setContentsMargins(Space.L, Space.XS, Space.L, Space.XS)
        bar.addWidget(self.tabs)
        bar.addStretch(1)
        bar.addWidget(self.search)
        loading = QWidget()
        column = QVBoxLayout(loading)
        column.setContentsMargins(margins(Space.L, Space.M, 120, Space.L))
        column.addWidget(Skeleton((0.5, 0.72, 0.9, 0.6, 0.7, 0.86, 0.45)))
        self.asking = Label(tr(_ASKING), TextRole.SMALL, Ink.SECONDARY, Flow.WRAP)
        self.asking.set_icon(Icon.HARD_DRIVE_DOWNLOAD)
        column.addWidget(self.asking)
        column.addStretch(1)
        self.loading = loading
        self.stack = QStackedWidget()
        for part in (self.list, self.empty, self.failure, self.loading):
            self.stack.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.head)
        layout.addWidget(self.stack, 1)
        self.setFocusProxy(self.list)

    def _connect(self) -> None:
        self.tabs.chosen.connect(self._chosen)
        self.search.textChanged.connect(self._typed)
        self.search.returnPressed.connect(self._to_list)
        self.list.filter_wanted.connect(self.filter)
        self.list.search_wanted.connect(self._to_search)
        self.list.rows.more_wanted.connect(self._more)

    @property
    def entries(self) -> tuple[TimelineEntry, ...]:
        """Return what is loaded, newest first."""
        return self._entries

    def begin(self) -> None:
        """Another customer comes: filter and search start anew, what was loaded is forgotten."""
        self._entries, self._older = (), None
        self._found, self._found_older = (), None
        self._book.forget()
        self._stop_slices()
        if self.search.text():
            self.search.clear()
        self._typing.stop()
        if self.tabs.value != Show.ALL:
            self.tabs.choose(Show.ALL)
        self._wanted = Wanted()
        self.list.select(-1)

    def show_loading(self) -> None:
        """Another customer comes and takes a while to read."""
        self._wait_for()
        self.asking.hide()

    def show_asking(self) -> None:
        """The caller may be somebody whom the server knows: it is being asked."""
        self._wait_for()
        self.asking.show()

    def _wait_for(self) -> None:
        self.begin()
        self.list.rows.show_rows(())
        self.head.hide()
        self.stack.setCurrentWidget(self.loading)

    def show_page(self, page: TimelinePage, reading: Reading) -> None:
        """Show the newest page; entries that were loaded before and are older stay."""
        before, self._reading = self._reading, reading
        if self._stands(page, before):
            return
        last = page.entries[-1].at if page.entries else None
        known = {entry.id for entry in page.entries}
        kept = [e for e in self._entries if last is not None and e.at <= last and e.id not in known]
        if not kept:
            self._older = page.older
        self._entries = (*page.entries, *kept)
        if self._wanted.everything:
            self._show()
        else:
            self._look()

    def _stands(self, page: TimelinePage, before: Reading) -> bool:
        """Say whether all of this stands there already: most of what changes is somebody else's."""
        if self.stack.currentWidget() is not self.list or not page.entries or not self._wanted.everything:
            return False
        if replace(before, now=self._reading.now) != self._reading or self._day(before) != self._day(self._reading):
            return False
        shown = self._entries[: len(page.entries)]
        return shown == page.entries and not any(map(is_waiting, self._entries))

    def _day(self, reading: Reading) -> date:
        return reading.now.astimezone(reading.zone).date()

    def add_page(self, wanted: Wanted, older: Cursor | None, page: TimelinePage) -> None:
        """Show a page that was asked for; one that is not wanted any more is left out."""
        if wanted.everything:
            if older is not None and older == self._older:
                self._entries, self._older = (*self._entries, *page.entries), page.older
                if self._wanted.everything:
                    self._append(page.entries)
        elif wanted != self._wanted:
            return
        elif older is None:
            self._take_found(page)
        elif older == self._found_older:
            self._found, self._found_older = (*self._found, *page.entries), page.older
            self._append(page.entries)

    def _take_found(self, page: TimelinePage) -> None:
        """Put what the file has over what was found among the loaded entries; older ones found there stay."""
        kept: list[TimelineEntry] = []
        if page.older is not None:
            at, last = page.older
            kept = [e for e in self._found if (e.at, e.id.int) < (at, last.int)]
        self._found = (*page.entries, *kept)
        self._found_older = (kept[-1].at, kept[-1].id) if kept else page.older
        self._show()

    def show_reading(self, reading: Reading) -> None:
        """Show the same entries at another instant, or while another call is wrapped up."""
        if reading != self._reading:
            self._reading = reading
            self._show()

    def show_failure(self, what: str, next_step: str) -> None:
        """Say that it could not be read."""
        self.failure.say(tr("The timeline could not be read"), f"{what} {next_step}".strip())
        self.stack.setCurrentWidget(self.failure)

    def filter(self, show: Show) -> None:
        """Show one kind of entry, or all."""
        self.tabs.choose(show)
        self._look()

    def leave_search(self) -> None:
        """Show everything again and go back to the stream."""
        self.search.clear()
        self._look()
        self._to_list()

    def _to_list(self) -> None:
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _to_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _chosen(self, _: str) -> None:
        self._look()

    def _typed(self, _: str) -> None:
        self._typing.start()

    def _look(self) -> None:
        """Show what the filter and the search ask for: of what is loaded at once, then of all there is."""
        self._typing.stop()
        before, self._wanted = self._wanted, wanted_of(Show(self.tabs.value or Show.ALL), self.search.text())
        if not self._wanted.everything:
            if self._wanted != before or self._older is None:
                self._found = tuple(filter(self._wanted.fits, self._entries))
                self._found_older = None
            if self._older is not None:
                self.asked.emit(self._wanted, None)
        if self._wanted == before:
            self._show()
        else:
            self.list.verticalScrollBar().setValue(0)
            self._show_beginning()

    @property
    def _shown(self) -> tuple[TimelineEntry, ...]:
        return self._entries if self._wanted.everything else self._found

    @property
    def _shown_older(self) -> Cursor | None:
        return self._older if self._wanted.everything else self._found_older

    def _show(self) -> None:
        self._stop_slices()
        rows = self._book.rows(self._shown, self._reading, self._wanted.words)
        self.list.rows.splice(rows, self._shown_older is not None)
        if not rows:
            searched = bool(self._entries or self.search.text())
            what, next_step = _NOTHING_FOUND if searched else _NO_HISTORY
            self.empty.say(tr(what), tr(next_step))
        self.head.setVisible(bool(self._entries))
        self.stack.setCurrentWidget(self.list if rows else self.empty)

    def _show_beginning(self) -> None:
        """Show what is read first of something else, and the rest below it some at a time."""
        whole = self._shown
        if len(whole) <= _FIRST:
            self._show()
            return
        self._stop_slices()
        self.list.rows.splice(self._book.rows(whole[:_FIRST], self._reading, self._wanted.words), False)
        self.head.show()
        self._append(whole[_FIRST:])

    def _append(self, entries: tuple[TimelineEntry, ...]) -> None:
        """Put older entries below, some at a time, so that nobody who scrolls has to wait for a page of them."""
        present = (*self.list.rows.rows[-1:], *self._coming[-1:])
        last = next((row for row in reversed(present) if isinstance(row, EntryRow)), None)
        after = last.entry.at.astimezone(self._reading.zone).date() if last is not None else None
        self._coming = (*self._coming, *self._book.rows(entries, self._reading, self._wanted.words, after))
        if self._coming:
            self._slices.start()
        else:
            self.list.rows.add_rows((), self._shown_older is not None)
        self.stack.setCurrentWidget(self.list if self.list.rows.rows or self._coming else self.empty)

    def _take_slice(self) -> None:
        now, self._coming = self._coming[:_SLICE], self._coming[_SLICE:]
        self.list.rows.add_rows(now, not self._coming and self._shown_older is not None)
        if not self._coming:
            self._slices.stop()

    def _stop_slices(self) -> None:
        self._slices.stop()
        self._coming = ()

    def _more(self) -> None:
        if self._shown_older is not None:
            self.asked.emit(self._wanted, self._shown_older)

    def row_at(self, at: QPoint) -> EntryRow | None:
        """Return the entry under a point of the list."""
        index: QModelIndex = self.list.indexAt(at)
        row = self.list.rows.row_at(index) if index.isValid() else None
        return row if isinstance(row, EntryRow) else None
