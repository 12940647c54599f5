"""The timeline: one stream of what happened, in pages, with a story on top, filters by key and search inside."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from crmdesk.domain.desk import TimelineEntry, TimelinePage
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
    ListView,
    Option,
    Panel,
    RowsModel,
    Skeleton,
    Tabs,
)
from crmdesk.ui.pages.desk.timeline_paint import TimelineDelegate
from crmdesk.ui.pages.desk.timeline_rows import DayRow, EntryRow, Reading, Show, key_of, rows_of, spoken
from crmdesk.ui.theme import Icon, Space, TextRole

Cursor = tuple[datetime, UUID]
_TABS = (
    Option(Show.ALL, "All", key="A"),
    Option(Show.CALLS, "Calls", key="C"),
    Option(Show.NOTES, "Notes", key="N"),
    Option(Show.COMPLAINTS, "Cases", key="S"),
)
_LETTERS = {
    Qt.Key.Key_A: Show.ALL,
    Qt.Key.Key_C: Show.CALLS,
    Qt.Key.Key_N: Show.NOTES,
    Qt.Key.Key_S: Show.COMPLAINTS,
}


class TimelineList(ListView):
    """The stream itself. Headings are passed over; letters filter, "/" searches. ``key_pressed`` carries the key."""

    filter_wanted = Signal(object)
    search_wanted = Signal()

    def __init__(self) -> None:
        model: RowsModel[object] = RowsModel(key_of, spoken)
        self._painting = TimelineDelegate()
        super().__init__("Timeline", model, self._painting)
        self.rows = model
        self.setUniformItemSizes(False)
        self.setLayoutMode(ListView.LayoutMode.Batched)
        self.setBatchSize(100)
        self.setSpacing(0)
        self.opened.connect(self._toggle)

    def _toggle(self, row: object) -> None:
        """Enter shows a long text whole, and short again."""
        if isinstance(row, EntryRow) and row.body:
            self._painting.toggle(row)
            self.scheduleDelayedItemsLayout()

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

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap the texts anew at another width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.scheduleDelayedItemsLayout()


class _Search(LineEdit):
    """Quiet until it has the keyboard or something is typed."""

    def paint_box(self, painter: QPainter) -> None:
        """Draw the box only while it matters."""
        if self.hasFocus() or self.text():
            super().paint_box(painter)


_ASKING = "Not on this computer, asking the server. Usually under 0.3 s"


class TimelinePane(Panel):
    """Filters, search and the stream. ``older_wanted`` carries the cursor of the next page."""

    older_wanted = Signal(object)
    again = Signal()

    def __init__(self, reading: Reading, parent: QWidget | None = None) -> None:
        super().__init__(parent, Ground.WINDOW)
        self._reading = reading
        self._entries: tuple[TimelineEntry, ...] = ()
        self._older: Cursor | None = None
        self.tabs = Tabs("Filter the timeline", _TABS)
        self.tabs.show_keys(False)
        self.search = _Search("Search here", Icon.SEARCH)
        self.search.setFixedWidth(148)
        self.list = TimelineList()
        retry = Button("Try again", ButtonKind.SECONDARY, Icon.REFRESH_CW, size=ButtonSize.SMALL)
        retry.clicked.connect(self.again)
        self.empty = EmptyState(
            Icon.HISTORY, "No history yet", "Calls, notes and complaints appear here in one stream."
        )
        self.failure = EmptyState(Icon.CIRCLE_ALERT, "The timeline could not be read", "", (retry,))
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(60)
        self._typing.timeout.connect(self._show)
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
        column.setContentsMargins(Space.L, Space.M, 120, Space.L)
        column.addWidget(Skeleton((0.5, 0.72, 0.9, 0.6, 0.7, 0.86, 0.45)))
        self.asking = Label(_ASKING, TextRole.SMALL, Ink.SECONDARY, Flow.WRAP)
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
        if self.search.text():
            self.search.clear()
        self._typing.stop()
        if self.tabs.value != Show.ALL:
            self.tabs.choose(Show.ALL)
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
        self._reading = reading
        last = page.entries[-1].at if page.entries else None
        known = {entry.id for entry in page.entries}
        kept = [e for e in self._entries if last is not None and e.at <= last and e.id not in known]
        if not kept:
            self._older = page.older
        self._entries = (*page.entries, *kept)
        self._show()

    def add_page(self, page: TimelinePage) -> None:
        """Append an older page."""
        self._entries = (*self._entries, *page.entries)
        self._older = page.older
        self._show()

    def show_reading(self, reading: Reading) -> None:
        """Show the same entries at another instant, or while another call is wrapped up."""
        if reading != self._reading:
            self._reading = reading
            self._show()

    def show_failure(self, what: str, next_step: str) -> None:
        """Say that it could not be read."""
        self.failure.say("The timeline could not be read", f"{what} {next_step}".strip())
        self.stack.setCurrentWidget(self.failure)

    def filter(self, show: Show) -> None:
        """Show one kind of entry, or all."""
        self.tabs.choose(show)
        self._show()

    def leave_search(self) -> None:
        """Show everything again and go back to the stream."""
        self.search.clear()
        self._to_list()

    def _to_list(self) -> None:
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _to_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _chosen(self, _: str) -> None:
        self._show()

    def _typed(self, _: str) -> None:
        self._typing.start()

    def _show(self) -> None:
        show = Show(self.tabs.value or Show.ALL)
        typed = self.search.text()
        rows = rows_of(self._entries, self._reading, show, typed)
        before = self.list.rows.rows
        more = self._older is not None
        if len(rows) > len(before) > 0 and rows[: len(before)] == before:
            self.list.rows.add_rows(rows[len(before) :], more)
        else:
            at = self.list.verticalScrollBar().value()
            self.list.rows.show_rows(rows, more)
            self.list.verticalScrollBar().setValue(at)
        if not rows:
            if self._entries or typed:
                self.empty.say("Nothing found here", "Try another filter, or other words.")
            else:
                self.empty.say("No history yet", "Calls, notes and complaints appear here in one stream.")
        self.head.setVisible(bool(self._entries))
        self.stack.setCurrentWidget(self.list if rows else self.empty)
        if more and not rows:
            self._more()

    def _more(self) -> None:
        if self._older is not None:
            self.older_wanted.emit(self._older)

    def row_at(self, at: QPoint) -> EntryRow | None:
        """Return the entry under a point of the list."""
        index: QModelIndex = self.list.indexAt(at)
        row = self.list.rows.row_at(index) if index.isValid() else None
        return row if isinstance(row, EntryRow) else None
