"""The list of everything due: when, for whom, what, who has it; claimed, put off, handed over and done by key."""

from __future__ import annotations

import asyncio
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from crmdesk.domain.calendar_file import calendar
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import mark, tr, tr_n
from crmdesk.domain.quick import dataclass
from crmdesk.ui.frame import commands
from crmdesk.ui.frame.fold import Fold
from crmdesk.ui.frame.page import Page, Place
from crmdesk.ui.kit import (
    Button,
    ButtonKind,
    ButtonSize,
    Cell,
    Column,
    EmptyState,
    Ink,
    RowsModel,
    Table,
    TableDelegate,
    muted,
)
from crmdesk.ui.pages.desk.due_head import DueHead
from crmdesk.ui.pages.desk.due_keys import DueKeys
from crmdesk.ui.pages.desk.due_rows import Sight, hidden_snoozes, kind_of, seen_by
from crmdesk.ui.pages.desk.work_rows import WorkRow, cells_of, spoken, widest_due
from crmdesk.ui.pages.listed import lay_out
from crmdesk.ui.pages.opening import open_customer
from crmdesk.ui.pages.tasks import words
from crmdesk.ui.pages.tasks.feed import View, follow_due
from crmdesk.ui.qt.tasks import spawn
from crmdesk.ui.theme import Icon, TextRole

_DUE = Column(mark("Due"), 176, holds=widest_due)
_CUSTOMER = Column(mark("Customer"), stretch=3)
_WHAT = Column(mark("What we said"), stretch=5)
_KIND = Column("", 88)
_REFERENCE = Column(mark("Reference"), 104)
_OWNER = Column(mark("Owner"), 176)
COLUMNS = (_DUE, _CUSTOMER, _WHAT, _KIND, _REFERENCE, _OWNER)
_HINT = mark("Ctrl+P makes a promise from a note, Ctrl+B a callback.")
_UNREAD = mark("This list could not be read")


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A row of the list and what it is called."""

    work: WorkRow
    kind: str


class TasksPage(Page):
    """Callbacks, promises and follow-ups in one list, the most urgent first; Enter opens the customer."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self._place = place
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Tasks"))
        self._feed = follow_due(place)
        self._roomy = True
        self.count = muted("")
        self.head = DueHead()
        self.export = Button(tr("Calendar file"), ButtonKind.QUIET, Icon.CALENDAR_CLOCK, size=ButtonSize.SMALL)
        self.rows: RowsModel[object] = RowsModel(_key, _spoken, self)
        self.delegate = TableDelegate(COLUMNS, self._cells)
        self.table = Table(tr("Tasks"), self.rows, self.delegate)
        self._again = Button(tr("Try again"), icon=Icon.ROTATE_CW)
        self.team = Button(tr("Show the team's work"), ButtonKind.QUIET, Icon.USERS)
        self._none = EmptyState(Icon.LIST_CHECKS, tr("Nothing waits for you"), tr(_HINT), (self.team,))
        self._trouble = EmptyState(Icon.CIRCLE_ALERT, tr(_UNREAD), "", (self._again,))
        self.folder = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation))
        states = (self.table, self._none, self._trouble)
        self.stack = lay_out(self, tr("Tasks"), self.count, (self.export, self.head), states)
        self._connect()
        self._show()

    def _connect(self) -> None:
        view, keys = self.table.view, self._place.keys
        self.due = DueKeys(self._place, (view,), self._selected, None, self, self)
        self.head.bind(keys, (view,))
        keys.bind(commands.CALENDAR_FILE, self.save, view).drive(self.export)
        self.export.clicked.connect(self.save)
        self.head.changed.connect(self._show)
        self.head.left.connect(self.arrived)
        self.team.clicked.connect(self._show_team)
        self._again.clicked.connect(self._feed.read)
        view.opened.connect(self._open)
        self._feed.changed.connect(self._show)

    def arrived(self) -> None:
        """Go on in the list."""
        listed = self.stack.currentWidget() is self.table
        (self.table.view if listed else self).setFocus(Qt.FocusReason.OtherFocusReason)
        if self.table.view.row is None:
            self.table.view.select(0)

    def folded(self, fold: Fold) -> None:
        """Drop the reference where there is no room."""
        self._roomy = fold.find_field
        self._show_columns()

    def _show_columns(self) -> None:
        """Show the reference where there is room for it and some row has one."""
        some = any(isinstance(row, TaskRow) and row.work.reference for row in self.rows.rows)
        columns = COLUMNS if some and self._roomy else tuple(one for one in COLUMNS if one is not _REFERENCE)
        if columns == self.delegate.columns:
            return
        self.delegate.columns = columns
        self.table.head.show_columns(columns)
        self.table.view.viewport().update()

    def panes(self) -> tuple[QWidget, ...]:
        """The list."""
        return (self.table if self.table.isVisible() else self,)

    def showEvent(self, event: QShowEvent) -> None:
        """Time went by while nobody looked."""
        super().showEvent(event)
        self._show()

    def _selected(self) -> WorkRow | None:
        row = self.table.view.row
        return row.work if isinstance(row, TaskRow) else None

    def _show_team(self) -> None:
        self.head.look_at(Sight.TEAM)
        self.arrived()

    def _show(self) -> None:
        feed = self._feed
        if feed.trouble is not None:
            self._trouble.say(tr(_UNREAD), f"{feed.trouble.what} {feed.trouble.next_step}".strip())
            self.stack.setCurrentWidget(self._trouble)
            return
        if feed.views is None:
            return
        kinds = {view.id: kind_of(view) for view in feed.views}
        shown = seen_by(feed.rows(), self.head.sight, self.head.typed)
        rows = tuple(TaskRow(row, kinds[row.subject]) for row in shown)
        place = self.table.view.currentIndex().row()
        self.rows.show_rows(rows)
        if place >= 0 and self._selected() is None:  # it was seen to: the next one takes its place
            self.table.view.select(min(place, len(rows) - 1))
        self._show_columns()
        self.team.setVisible(bool(feed.views) and self.head.sight is Sight.MINE)
        self.stack.setCurrentWidget(self.table if rows or self.head.typed else self._none)
        snoozed = hidden_snoozes(feed.rows(), shown)
        self.count.set_text(words.how_many(len(rows), snoozed))
        self.export.setEnabled(bool(rows))
        if self.hasFocus():
            self.arrived()

    def _cells(self, row: object) -> tuple[Cell, ...]:
        if not isinstance(row, TaskRow):
            return tuple(Cell() for _ in self.delegate.columns)
        due, whom, about, owner = cells_of(row.work, self._feed.reader())
        cells = {
            _DUE: due,
            _CUSTOMER: whom,
            _WHAT: about,
            _KIND: Cell(row.kind, TextRole.SMALL, Ink.SECONDARY),
            _REFERENCE: Cell(row.work.reference, TextRole.SMALL, Ink.SECONDARY),
            _OWNER: owner,
        }
        return tuple(cells[column] for column in self.delegate.columns)

    def _open(self, row: object) -> None:
        if isinstance(row, TaskRow) and row.work.customer_id is not None:
            open_customer(self._place.window, row.work.customer_id)

    # The calendar file -----------------------------------------------------------------------------------------------

    def save(self) -> None:
        """Write what is listed as a calendar file into the folder of downloads."""
        if self.rows.rows:
            spawn(self, self._write(self.folder))

    async def _write(self, folder: Path) -> None:
        listed = {row.work.subject for row in self.rows.rows if isinstance(row, TaskRow)}
        views: tuple[View, ...] = tuple(view for view in self._feed.views or () if view.id in listed)
        now = self._place.clock.now()
        written = calendar((words.event(view, self._place.number) for view in views), now)
        today = now.astimezone(self._place.zone).date()
        try:
            path = await asyncio.to_thread(_written, folder, f"crmdesk tasks {today.isoformat()}", written)  # not shown
        except OSError as error:
            what = tr("The calendar file could not be written ({reason}).", reason=error.strerror)
            raise UserMistake("file", what, tr("Make room on the disk, then press X again.")) from error
        self._place.window.tell(tr_n("Saved {n} entry", "Saved {n} entries", len(views)), str(path))


def _written(folder: Path, name: str, contents: bytes) -> Path:
    """Write a file under a name that none has yet, and return its path: nothing is overwritten."""
    number, path = 2, folder / f"{name}.ics"
    while path.exists():
        path, number = folder / f"{name} ({number}).ics", number + 1
    path.write_bytes(contents)
    return path


def _key(row: object) -> UUID | None:
    return row.work.subject if isinstance(row, TaskRow) else None


def _spoken(row: object) -> str:
    return f"{row.kind}, {spoken(row.work)}" if isinstance(row, TaskRow) else ""
