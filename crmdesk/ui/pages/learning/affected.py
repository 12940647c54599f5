"""The customers whom the fault behind an action reaches: listed, saved as CSV, given a task each."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain import words
from crmdesk.domain.errors import CrmdeskError, UserMistake
from crmdesk.domain.language import left_to_right, mark, tr, tr_n
from crmdesk.domain.learning.actions import ActionView
from crmdesk.domain.learning.affected import COLUMNS as SHEET
from crmdesk.domain.learning.affected import MOST_AFFECTED, Affected
from crmdesk.domain.sheets import Sheet
from crmdesk.ui.frame.page import Place
from crmdesk.ui.kit import Button, ButtonKind, ButtonSize, Cell, ChipSpec, Column, Ink, ListBehind
from crmdesk.ui.pages.learning import commands
from crmdesk.ui.pages.learning.period import Days
from crmdesk.ui.pages.opening import open_customer
from crmdesk.ui.paper import free_name
from crmdesk.ui.qt.tasks import cancel_all, spawn
from crmdesk.ui.theme import Icon, Space, TextRole, Voice

_COLUMNS = (
    Column(mark("Customer"), stretch=3),
    Column(mark("Number"), 148),
    Column(mark("City"), stretch=2),
    Column(mark("Product"), stretch=3),
    Column(mark("Lot"), 80),
    Column(mark("Case"), stretch=2),
    Column("", stretch=2),
)


class AffectedPane(QWidget):
    """``closed`` tells that the list goes, ``tasks_wanted`` that each is to be given a task."""

    closed = Signal()
    tasks_wanted = Signal()

    def __init__(self, place: Place, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = place
        self.action: ActionView | None = None
        self.more = False
        self._since: datetime | None = None
        self.folder = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation))
        self.days = Days(place.clock.now, place.zone)
        self.save_button = Button(tr("CSV"), ButtonKind.QUIET, Icon.FILE_TEXT, size=ButtonSize.SMALL)
        self.give = Button(tr("A task for each"), ButtonKind.SECONDARY, Icon.LIST_CHECKS, size=ButtonSize.SMALL)
        self.list = ListBehind(
            tr("Back to the actions"), tr("Affected customers"), _COLUMNS, self._cells, _key, self._spoken
        )
        bar = QHBoxLayout()
        bar.setSpacing(Space.S)
        bar.addWidget(self.days)
        bar.addStretch(1)
        bar.addWidget(self.save_button)
        bar.addWidget(self.give)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addLayout(bar)
        column.addWidget(self.list, 1)
        self.setFocusProxy(self.list)
        keys, view = place.keys, self.list.table.view
        keys.bind(commands.PERIOD, self.days.next_period, view)
        keys.bind(commands.SAVE_AFFECTED, self.save, view).drive(self.save_button)
        keys.bind(commands.GIVE_TASKS, self._ask_for_tasks, view).drive(self.give)
        keys.bind(commands.CLOSE_AFFECTED, self._close, view).drive(self.list.close_button)
        self.days.changed.connect(self.read)
        self.save_button.clicked.connect(self.save)
        self.give.clicked.connect(self._ask_for_tasks)
        self.list.closed.connect(self._close)
        view.opened.connect(self._open)

    @property
    def rows(self) -> tuple[Affected, ...]:
        """Return who is listed."""
        return tuple(row for row in self.list.rows.rows if isinstance(row, Affected))

    @property
    def since(self) -> datetime | None:
        """Return since when complaints were looked at for those who are listed."""
        return self._since

    def show_action(self, action: ActionView) -> None:
        """List whom an action reaches."""
        if self.action is None or self.action.id != action.id:
            self.list.rows.show_rows(())
        self.action = action
        self.list.title.set_text(tr("Affected customers"))
        self.list.note.set_text(tr("Being read"))
        self.show()
        self.read()

    def read(self) -> None:
        """Read anew; the newest wish wins."""
        if self.action is not None:
            cancel_all(self.list)
            spawn(self.list, self._read(self.action, self.days.since))

    async def _read(self, action: ActionView, since: datetime | None) -> None:
        try:
            found = await self._place.desk.actions.affected(action.id, since)
        except CrmdeskError as error:
            self.list.say(f"{error.what} {error.next_step}".strip())
            return
        self.more, self._since = found.more, since
        self.list.rows.show_rows(found.rows)
        self.list.note.set_text(_how_many(found.rows, more=found.more))
        self.give.setEnabled(bool(found.rows) and not found.more)
        self.save_button.setEnabled(bool(found.rows))
        if self.list.table.view.row is None:
            self.list.table.view.select(0)

    def _close(self) -> None:
        cancel_all(self.list)
        had_focus = self.list.table.view.hasFocus() or self.list.close_button.hasFocus()
        self.action = None
        self.hide()
        if had_focus:
            self.closed.emit()

    def _open(self, row: object) -> None:
        if isinstance(row, Affected):
            open_customer(self._place.window, row.customer_id)

    def _ask_for_tasks(self) -> None:
        if self.rows and not self.more:
            self.tasks_wanted.emit()

    # The file --------------------------------------------------------------------------------------------------------

    def save(self) -> None:
        """Write the list as a CSV file into the folder of downloads."""
        if self.rows and self.action is not None:
            spawn(self, self._write(self.sheet(self.action)))

    def sheet(self, action: ActionView) -> Sheet:
        """Return the list as a table for other programs."""
        rows = tuple(
            (
                *(row.name, row.number, row.city, row.product, row.lot, row.reference),
                "" if row.at is None else row.at.astimezone(self._place.zone).date().isoformat(),
                tr("Yes") if row.do_not_call else "",
            )
            for row in self.rows
        )
        return Sheet(tr("Affected customers"), SHEET, rows, (" ".join(action.words.split()),))

    async def _write(self, sheet: Sheet) -> None:
        today = self._place.clock.now().astimezone(self._place.zone).date().isoformat()
        path = free_name(self.folder, f"crmdesk affected customers {today}", "csv")  # not shown
        try:
            await self._place.desk.actions.export(path, sheet)
        except UserMistake as error:
            self.list.say(f"{error.what} {error.next_step}")
            return
        self._place.window.tell(tr("Saved"), str(path))

    # Rows ------------------------------------------------------------------------------------------------------------

    def _cells(self, row: object) -> tuple[Cell, ...]:
        if not isinstance(row, Affected):
            return tuple(Cell() for _ in _COLUMNS)
        given = (ChipSpec(tr("Task given"), Voice.REST, Icon.CHECK),) if row.has_task else ()
        barred = (ChipSpec(tr("Do not call"), Voice.SOON, Icon.PHONE_OFF),) if row.do_not_call else ()
        return (
            Cell(row.name, TextRole.BODY_STRONG),
            Cell(left_to_right(self._place.number(row.number)) if row.number else "", TextRole.SMALL, Ink.SECONDARY),
            Cell(row.city),
            Cell(row.product),
            Cell(row.lot, TextRole.SMALL, Ink.SECONDARY),
            Cell(left_to_right(row.reference), TextRole.SMALL, Ink.SECONDARY, after=self._day(row)),
            Cell(chips=(*given, *barred)),
        )

    def _day(self, row: Affected) -> str:
        if row.at is None:
            return ""
        today = self._place.clock.now().astimezone(self._place.zone).date()
        return words.short_day(row.at.astimezone(self._place.zone).date(), today)

    def _spoken(self, row: object) -> str:
        if not isinstance(row, Affected):
            return ""
        parts = (
            *(row.name, row.city, row.product, row.lot, left_to_right(row.reference), self._day(row)),
            tr("Task given") if row.has_task else "",
            tr("Do not call") if row.do_not_call else "",
        )
        return ", ".join(part for part in parts if part)


def _how_many(rows: tuple[Affected, ...], *, more: bool) -> str:
    if more:
        return tr("More than {n} customers: name a lot or an area in the action.", n=words.count(MOST_AFFECTED))
    complained = sum(row.complaint_id is not None for row in rows)
    said = tr_n("{n} customer", "{n} customers", len(rows))
    return tr("{customers}, {n} of them complained", customers=said, n=words.count(complained)) if rows else said


def _key(row: object) -> object:
    return row.customer_id if isinstance(row, Affected) else None
