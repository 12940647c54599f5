"""The idle desk, "Your work": what waits, what is open, what was done today, and a preview so that Enter is safe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from crmdesk.domain import words
from crmdesk.domain.language import mark, tr, tr_in, tr_n
from crmdesk.domain.quick import dataclass
from crmdesk.domain.sync_state import SnapshotProgress
from crmdesk.ui.frame.fold import Fold
from crmdesk.ui.frame.sync_words import progress_share
from crmdesk.ui.kit import (
    Bar,
    Button,
    ButtonKind,
    ButtonSize,
    Cell,
    Column,
    EmptyState,
    Flow,
    Ground,
    Ink,
    Label,
    Panel,
    PaneTitle,
    RowsModel,
    Table,
    TableDelegate,
    scrolled,
)
from crmdesk.ui.pages.desk.due_head import DueHead
from crmdesk.ui.pages.desk.due_rows import Sight, hidden_snoozes, seen_by
from crmdesk.ui.pages.desk.work_rows import COLUMNS, Reader, Work, WorkRow, cells_of, columns_of, key_of, spoken
from crmdesk.ui.theme import Icon, Space, TextRole, Voice

_TITLES: dict[Work, tuple[str, Icon, Ink | Voice]] = {
    Work.FINISH: (mark("Calls to finish"), Icon.TIMER, Voice.SOON),
    Work.CALLBACK: (mark("Callbacks due"), Icon.PHONE_OUTGOING, Voice.PHONE),
    Work.COMPLAINT: (mark("Complaints open"), Icon.SCALE, Ink.MUTED),
    Work.REQUEST: (mark("Requests open"), Icon.WRENCH, Ink.MUTED),
    Work.PROMISE: (mark("Promises"), Icon.HANDSHAKE, Voice.WORD),
    Work.CALL: (mark("Your calls today"), Icon.PHONE_INCOMING, Voice.PHONE),
}


_DUE = (Work.CALLBACK, Work.PROMISE)


@dataclass(frozen=True, slots=True)
class WorkLists:
    """All lists of the idle desk, as read; None where a list could not be read, with ``trouble`` in words. ``numbers``
    are how many there are of what is listed in part."""

    rows: dict[Work, tuple[WorkRow, ...] | None]
    trouble: str = ""
    numbers: Mapping[Work, int] = field(default_factory=dict)


class _Section(QWidget):
    """One list: title with icon, count, table; or that it could not be read."""

    selected = Signal(object)
    opened = Signal(object)
    again = Signal()

    def __init__(self, work: Work, cells: Callable[[object], tuple[Cell, ...]]) -> None:
        super().__init__()
        self.work = work
        marked, icon, ink = _TITLES[work]
        title = tr(marked)
        mark = Label("", icon=icon, ink=ink)
        mark.setFixedWidth(16)
        self.count = Label("", TextRole.SMALL, Ink.SECONDARY)
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(mark)
        head.addWidget(Label(title, TextRole.BODY_STRONG))
        head.addWidget(self.count, 1)
        self.model: RowsModel[object] = RowsModel(key_of, spoken)
        self.delegate = TableDelegate(COLUMNS[work], cells)
        self.table = Table(title, self.model, self.delegate)
        self.table.fit_rows()
        self.failure = _Failure()
        self.failure.again.connect(self.again)
        self.failure.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.S)
        layout.addLayout(head)
        layout.addWidget(self.table)
        layout.addWidget(self.failure)
        self.table.view.current_changed.connect(self.selected)
        self.table.view.opened.connect(self.opened)

    def show_rows(self, rows: tuple[WorkRow, ...] | None, trouble: str, snoozed: int = 0, number: int = 0) -> None:
        """Show the rows, or that they could not be read; ``snoozed`` more of mine ask for attention later, ``number``
        is how many there are, also beyond the rows."""
        self.failure.setVisible(rows is None)
        self.table.setVisible(bool(rows))
        if rows is None:
            self.failure.text.set_text(trouble)
            self.count.set_text("")
            self.model.show_rows(())
        else:
            many = words.count(len(rows))
            if number > len(rows):
                many = tr("{shown} of {n} shown", shown=many, n=words.count(number))
            later = tr_n("{many}, {n} snoozed", "{many}, {n} snoozed", snoozed, many=many)
            self.count.set_text(later if snoozed else many)
            self.model.show_rows(rows)
        self.setVisible(rows is None or bool(rows) or snoozed > 0)

    def show_columns(self, columns: tuple[Column, ...]) -> None:
        """Show other columns: there is more or less room."""
        self.delegate.columns = columns
        self.table.head.show_columns(columns)
        self.table.view.viewport().update()

    def clear(self) -> None:
        """Select nothing here: another list has the selection."""
        self.table.view.select(-1)


class _Failure(Panel):
    """A list that could not be read: the rest of the desk works."""

    again = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.text = Label("", TextRole.SMALL, Ink.SECONDARY, Flow.WRAP)
        retry = Button(tr("Try again"), ButtonKind.SECONDARY, Icon.REFRESH_CW, size=ButtonSize.SMALL)
        retry.clicked.connect(self.again)
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(
            Label(tr("This list could not be read"), TextRole.BODY_STRONG, Voice.LATE, icon=Icon.CIRCLE_ALERT)
        )
        column.addWidget(self.text)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        layout.addLayout(column, 1)
        layout.addWidget(retry)


class FetchCard(Panel):
    """The first copy of the records on its way: one can work, and is told what is not here yet."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Fetching your records"))
        self.far = Label("", TextRole.SMALL, Ink.SECONDARY)
        self.bar = Bar(tr("First copy"), Voice.YOU)
        head = QHBoxLayout()
        head.addWidget(Label(tr("Fetching your records"), TextRole.BODY_STRONG), 1)
        head.addWidget(self.far)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        layout.setSpacing(Space.S)
        layout.addLayout(head)
        layout.addWidget(self.bar)
        words_ = tr("You can work. Lists fill as records come; whoever is not here yet is looked up at the server.")
        layout.addWidget(Label(words_, TextRole.SMALL, Ink.SECONDARY, Flow.WRAP, icon=Icon.CLOUD_DOWNLOAD))
        self.hide()

    def show_progress(self, progress: SnapshotProgress | None) -> None:
        """Show how far it is; None: it is complete."""
        self.setVisible(progress is not None)
        if progress is not None:
            self.far.set_text(progress_share(progress))
            self.bar.show_share(progress.rows / progress.total if progress.total else 0.0)


class IdleDesk(Panel):
    """The lists at the left. ``selected`` carries the row to preview or None, ``opened`` the row to open."""

    selected = Signal(object)
    opened = Signal(object)
    again = Signal()

    def __init__(self, reader: Callable[[], Reader], parent: QWidget | None = None) -> None:
        super().__init__(parent, Ground.WINDOW)
        self._reader = reader
        self._busy = False
        self._narrow = False
        self._lists: WorkLists | None = None
        self.due_head = DueHead()
        self.today = Label("", TextRole.SMALL, Ink.SECONDARY)
        self.find_button = Button(tr("Find a customer"), ButtonKind.QUIET, Icon.SEARCH)
        self.team_button = Button(tr("Show the team's work"), ButtonKind.QUIET, Icon.USERS)
        self.empty = EmptyState(
            Icon.LIST_CHECKS,
            tr("Nothing is due"),
            tr("No calls to finish, no callbacks today, no promises, no complaints or requests open."),
            (self.find_button, self.team_button),
        )
        self.fetching = FetchCard()
        self.sections = {work: _Section(work, self._cells) for work in Work}
        self.due_head.changed.connect(self._show_again)
        self.due_head.left.connect(self.take_focus)
        self.team_button.clicked.connect(self._show_team)
        for section in self.sections.values():
            section.selected.connect(partial(self._selected, section.work))
            section.opened.connect(self.opened)
            section.again.connect(self.again)
        self._lay_out()

    def _lay_out(self) -> None:
        title = QHBoxLayout()
        title.setContentsMargins(Space.L, Space.M, Space.L, 0)
        title.setSpacing(Space.S + 2)
        title.addWidget(PaneTitle(tr("Your work")))
        title.addWidget(self.today, 1)
        title.addWidget(self.due_head)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(Space.L, Space.M, Space.L, Space.L)
        column.setSpacing(Space.XL)
        for section in self.sections.values():
            column.addWidget(section)
        column.addStretch(1)
        self.stack = QStackedWidget()
        self._list_area = scrolled(content)
        self.stack.addWidget(self._list_area)
        self.stack.addWidget(self.empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(title)
        room = QHBoxLayout()
        room.setContentsMargins(Space.L, Space.M, Space.L, 0)
        room.addWidget(self.fetching)
        layout.addLayout(room)
        layout.addWidget(self.stack, 1)

    def _cells(self, row: object) -> tuple[Cell, ...]:
        if not isinstance(row, WorkRow):
            return ()
        return cells_of(row, self._reader())[: len(self.sections[row.work].delegate.columns)]

    def fold(self, fold: Fold) -> None:
        """Show the columns there is room for."""
        self._narrow = fold.card_as_strip
        for section in self.sections.values():
            self._show_columns(section)

    def _show_columns(self, section: _Section) -> None:
        rows = [row for row in section.model.rows if isinstance(row, WorkRow)]
        columns = columns_of(section.work, rows, narrow=self._narrow)
        if columns != section.delegate.columns:
            section.show_columns(columns)

    def show_lists(self, lists: WorkLists) -> None:
        """Show what was read; the selected row stays selected."""
        self._lists = lists
        focus = QApplication.focusWidget()
        keyboard_here = focus is not None and self.isAncestorOf(focus) and not self.due_head.isAncestorOf(focus)
        before = next((one for one in self.sections.values() if one.table.view.row is not None), None)
        place = before.table.view.currentIndex().row() if before is not None else -1
        reader = self._reader()
        day = reader.now.astimezone(reader.zone).date()
        time = words.clock(reader.now, reader.zone)
        self.today.set_text(tr_in("day and time", "{day}, {time}", day=words.long_day(day, day), time=time))
        for work, section in self.sections.items():
            rows = lists.rows.get(work, ())
            due = work in _DUE and rows is not None
            if due and rows is not None:
                shown = seen_by(rows, *self._wanted)
                section.show_rows(shown, lists.trouble, hidden_snoozes(rows, shown))
            else:
                section.show_rows(rows, lists.trouble, number=lists.numbers.get(work, 0))
            self._show_columns(section)
        nothing = all(section.isHidden() for section in self.sections.values()) and not self.due_head.typed
        self.team_button.setVisible(any(rows for rows in lists.rows.values()))
        self.stack.setCurrentWidget(self.empty if nothing else self._list_area)
        self._select_something(before, place)
        if keyboard_here:
            self.take_focus()

    @property
    def _wanted(self) -> tuple[Sight, str]:
        return self.due_head.sight, self.due_head.typed

    def _show_team(self) -> None:
        self.due_head.look_at(Sight.TEAM)
        self.take_focus()

    def _show_again(self) -> None:
        if self._lists is not None:
            self.show_lists(self._lists)

    def _select_something(self, before: _Section | None, place: int) -> None:
        """Select what took the place of the row that went from its list, else what comes first."""
        if any(section.table.view.row is not None for section in self.sections.values()):
            return
        if before is not None and before.model.rows:
            before.table.view.select(min(place, len(before.model.rows) - 1))
            return
        first = next((section for section in self.sections.values() if section.model.rows), None)
        if first is not None:
            first.table.view.select(0)
        else:
            self.selected.emit(None)

    def _selected(self, work: Work, row: object) -> None:
        if row is None or self._busy:
            return
        self._busy = True
        for other, section in self.sections.items():
            if other is not work:
                section.clear()
        self._busy = False
        self.selected.emit(row)

    @property
    def row(self) -> WorkRow | None:
        """Return the selected row of all lists."""
        for section in self.sections.values():
            row = section.table.view.row
            if isinstance(row, WorkRow):
                return row
        return None

    def take_focus(self) -> None:
        """Put the keyboard into the list with the selection."""
        for section in self.sections.values():
            if section.table.view.row is not None and section.isVisible():
                section.table.view.setFocus(Qt.FocusReason.OtherFocusReason)
                return
        self.find_button.setFocus(Qt.FocusReason.OtherFocusReason)
