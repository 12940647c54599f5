"""The history page: a span of days, three tables (queues, agents, breaks), and the same tables as XLSX or CSV."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain.calls.history import Step
from crmdesk.domain.errors import CrmdeskError, UserMistake
from crmdesk.domain.history_sheets import history_sheets
from crmdesk.domain.language import mark, tr
from crmdesk.domain.quick import dataclass
from crmdesk.domain.sheets import Sheet
from crmdesk.ui.frame.page import Page, Place
from crmdesk.ui.kit import Button, ButtonKind, ButtonSize, Choice, Ground, Ink, Label, Option, Panel, PaneTitle, Tabs
from crmdesk.ui.paper import free_name
from crmdesk.ui.qt.tasks import cancel_all, spawn
from crmdesk.ui.reports.sheet_table import SheetTable
from crmdesk.ui.theme import Space, TextRole, Voice


@dataclass(frozen=True, slots=True)
class Span:
    """A span of days that can be chosen, ``from_day`` and ``to_day`` days before today, and its step."""

    words: str
    from_day: int
    to_day: int
    step: Step

    def days(self, today: date) -> tuple[date, date]:
        """Return the first and the last day."""
        return today - timedelta(days=self.from_day), today - timedelta(days=self.to_day)


SPANS = {
    "quarters": Span(mark("Today by 15 min"), 0, 0, Step.QUARTER),
    "halves": Span(mark("Today by 30 min"), 0, 0, Step.HALF_HOUR),
    "yesterday": Span(mark("Yesterday by 30 min"), 1, 1, Step.HALF_HOUR),
    "week": Span(mark("7 days"), 6, 0, Step.DAY),
    "month": Span(mark("31 days"), 30, 0, Step.DAY),
    "year": Span(mark("365 days"), 364, 0, Step.DAY),
}


class HistoryPage(Page):
    """Asks the server when it comes into sight and when another span is chosen."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self._place = place
        self.setAccessibleName(tr("History"))
        self.folder = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation))
        self.sheets: tuple[Sheet, ...] = ()
        self._days = (place.clock.now().date(),) * 2
        self._asking = QObject(self)
        self.spans = Choice(tr("Span"), tuple(Option(key, tr(span.words)) for key, span in SPANS.items()))
        kinds = (tr("Queues"), tr("Agents"), tr("Breaks"), tr("Outcomes"))
        self.kinds = Tabs(tr("Table"), tuple(Option(str(place), words) for place, words in enumerate(kinds)))
        self.table = SheetTable()
        self.note = Label("", TextRole.SMALL, Ink.SECONDARY)
        self.xlsx = Button(tr("Save as XLSX"), ButtonKind.SECONDARY, size=ButtonSize.SMALL)
        self.csv = Button(tr("Save as CSV"), ButtonKind.SECONDARY, size=ButtonSize.SMALL)
        self._lay_out()
        self.spans.choose("halves")
        self.kinds.choose("0")
        self.spans.chosen.connect(self._span_chosen)
        self.kinds.chosen.connect(self._show_table)
        self.xlsx.clicked.connect(self.save_xlsx)
        self.csv.clicked.connect(self.save_csv)

    def _lay_out(self) -> None:
        ground = Panel(ground=Ground.WINDOW)
        column = QVBoxLayout(ground)
        column.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        column.setSpacing(Space.M)
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(PaneTitle(tr("History")))
        head.addWidget(self.note, 1)
        head.addWidget(self.csv)
        head.addWidget(self.xlsx)
        column.addLayout(head)
        row = QHBoxLayout()
        row.setSpacing(Space.M)
        row.addWidget(self.spans)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.kinds)
        column.addWidget(self.table, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(ground)

    def arrived(self) -> None:
        """Go on in the table."""
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def panes(self) -> tuple[QWidget, ...]:
        """The choices, then the table."""
        return (self.spans, self.table)

    def showEvent(self, event: QShowEvent) -> None:
        """Ask anew: today goes on."""
        super().showEvent(event)
        self._ask()

    def _span_chosen(self, _span: str) -> None:
        self._ask()

    def _ask(self) -> None:
        cancel_all(self._asking)
        self._say(tr("Asking the server"), Ink.SECONDARY)
        spawn(self._asking, self._read(SPANS[self.spans.value]))

    async def _read(self, span: Span) -> None:
        place = self._place
        first, last = span.days(place.clock.now().astimezone(place.zone).date())
        try:
            found = await place.desk.board.history(first, last, span.step)
        except CrmdeskError as error:
            self._say(f"{error.what} {error.next_step}".strip(), Voice.LATE)
            return
        self._days = (first, last)
        self.sheets = history_sheets(found, span.step, place.zone)
        self._show_table("")

    def _show_table(self, _kind: str) -> None:
        if not self.sheets:
            return
        sheet = self.sheets[int(self.kinds.value)]
        self.table.show_sheet(sheet)
        self._say(" ".join(sheet.notes) if sheet.notes else tr("Counted by crmdesk from the phone system's events"))

    def _say(self, said: str, ink: Ink | Voice = Ink.SECONDARY) -> None:
        self.note.set_ink(ink)
        self.note.set_text(said)

    # Files -----------------------------------------------------------------------------------------------------------

    def save_xlsx(self) -> None:
        """Write all four tables as a workbook into the folder of downloads."""
        self._save("xlsx")

    def save_csv(self) -> None:
        """Write all four tables as one CSV file into the folder of downloads."""
        self._save("csv")

    def _save(self, ending: str) -> None:
        if self.sheets:
            spawn(self, self._write(free_name(self.folder, name_of(self._days), ending)))

    async def _write(self, path: Path) -> None:
        try:
            await self._place.desk.board.export(path, self.sheets)
        except UserMistake as error:
            self._say(f"{error.what} {error.next_step}", Voice.LATE)
            return
        self._place.window.tell(tr("Saved"), str(path))


def name_of(days: tuple[date, date]) -> str:
    """Return what a file with the history of some days is called, without its ending."""
    first, last = days
    span = first.isoformat() if first == last else f"{first.isoformat()} to {last.isoformat()}"
    return f"crmdesk queues {span}"  # not shown
