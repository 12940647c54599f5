"""The return for the regulator: counted at the server whenever it is looked at; Enter shows the complaints of a figure.

What was signed last stands beside each figure. Files are written with the digest of what they tell.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain import words
from crmdesk.domain.cases.return_sheets import kind_words, sheets
from crmdesk.domain.cases.returns import FIGURE_WORDS, Behind, CaseBehind, Figure, ReturnShown, Scope
from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.errors import CrmdeskError
from crmdesk.domain.language import mark, tr
from crmdesk.domain.sheets import Sheet
from crmdesk.ui.frame.page import Page, Place
from crmdesk.ui.kit import Button, ButtonKind, ButtonSize, EmptyState, Label, Option, Tabs, muted
from crmdesk.ui.pages.cases.page import CasesPage
from crmdesk.ui.pages.listed import lay_out
from crmdesk.ui.pages.returns import commands
from crmdesk.ui.pages.returns.choosing import Choosing
from crmdesk.ui.pages.returns.signing import Signing
from crmdesk.ui.paper import free_name
from crmdesk.ui.qt.events import Throttle, listen
from crmdesk.ui.qt.tasks import cancel_all, spawn
from crmdesk.ui.reports.reckoning import Reckoning
from crmdesk.ui.reports.return_cases import ReturnCases
from crmdesk.ui.reports.sheet_pdf import SheetPaper, write_sheets_pdf
from crmdesk.ui.reports.sheet_table import SheetTable
from crmdesk.ui.theme import Icon, Space, TextRole, Voice, theme

_EVERY_MS = 5_000
_NOT_COUNTED = mark("The return could not be counted")
_FIGURES, _PARTS, _REDRESS = range(3)


class ReturnPage(Page):
    """``shown_return`` is what stands on the page, None before the server answered."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Return"))
        self.folder = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation))
        self.shown_return: ReturnShown | None = None
        self.sheets: tuple[Sheet, ...] = ()
        self._answered = asyncio.Event()
        self._asking, self._reading = QObject(self), QObject(self)
        self._throttle = Throttle(_EVERY_MS, self)
        self._parts()
        self._lay_out()
        self._connect()

    def _parts(self) -> None:
        place = self.place
        self.note = muted("")
        self.csv = Button(tr("CSV"), ButtonKind.SECONDARY, size=ButtonSize.SMALL)
        self.xlsx = Button(tr("XLSX"), ButtonKind.SECONDARY, size=ButtonSize.SMALL)
        self.pdf = Button(tr("PDF"), ButtonKind.SECONDARY, Icon.PRINTER, size=ButtonSize.SMALL)
        self.choosing = Choosing(place.clock.now().astimezone(place.zone).date())
        self.reckoning = Reckoning()
        self.signing = Signing(place.zone)
        names = (tr("Figures"), tr("By product and category"), tr("Redress by kind"))
        self.kinds = Tabs(tr("Table"), tuple(Option(str(number), name) for number, name in enumerate(names)))
        self.kinds.choose(str(_FIGURES))
        self.table = SheetTable()
        self.cases = ReturnCases(place.zone)
        self.problem = Label("", TextRole.SMALL, Voice.LATE, icon=Icon.CIRCLE_ALERT)
        self._again = Button(tr("Try again"), icon=Icon.ROTATE_CW)
        self._trouble = EmptyState(Icon.CIRCLE_ALERT, tr(_NOT_COUNTED), "", (self._again,))
        self._whole = QWidget()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self._whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        column.addWidget(self.reckoning)
        column.addWidget(self.signing)
        tabs = QHBoxLayout()
        tabs.addWidget(self.kinds)
        tabs.addStretch(1)
        column.addLayout(tabs)
        column.addWidget(self.table, 1)
        column.addWidget(self.cases, 1)
        beside = (self.csv, self.xlsx, self.pdf)
        states = (self._whole, self._trouble)
        self.stack = lay_out(self, tr("Return"), self.note, beside, states, self.choosing, self.problem)
        self.problem.hide()
        self.cases.hide()

    def _connect(self) -> None:
        keys, view = self.place.keys, self.table.view
        keys.bind(commands.SIGN, self.signing.ask, view).drive(self.signing.begin)
        keys.bind(commands.CONFIRM, self.signing.second_press, self.signing.confirm).drive(self.signing.confirm)
        keys.bind(commands.AGAIN, self.count, view)
        keys.bind(commands.BACK, self.close_cases, self.cases.table.view).drive(self.cases.close_button)
        keys.bind(commands.PDF, self.save_pdf, self).drive(self.pdf)
        keys.bind(commands.XLSX, self.save_xlsx, self)
        keys.bind(commands.CSV, self.save_csv, self)
        self.csv.clicked.connect(self.save_csv)
        self.xlsx.clicked.connect(self.save_xlsx)
        self.pdf.clicked.connect(self.save_pdf)
        self.choosing.changed.connect(self._other_scope)
        self.kinds.chosen.connect(self._show_table)
        self.table.opened.connect(self._row_opened)
        self.reckoning.opened.connect(self._figure_opened)
        self.signing.confirmed.connect(self._sign)
        self.signing.asked.connect(keys.refresh)
        self.cases.opened.connect(self._case_opened)
        self.cases.closed.connect(self.close_cases)
        self._again.clicked.connect(self.count)
        self._throttle.passed.connect(self._count_again)
        listen(self, self.place.desk.bus, Changes, self._heard)

    # As the frame sees it --------------------------------------------------------------------------------------------

    def arrived(self) -> None:
        """Go on in the table."""
        listed = self.stack.currentWidget() is self._whole
        (self.table.view if listed else self).setFocus(Qt.FocusReason.OtherFocusReason)

    def panes(self) -> tuple[QWidget, ...]:
        """The choices, the line that adds up, the table, the complaints."""
        first: tuple[QWidget, ...] = (self.choosing.regime,)
        if self.stack.currentWidget() is not self._whole:
            return first
        shown = (*first, self.reckoning.tiles[Figure.START], self.table)
        return (*shown, self.cases) if self.cases.isVisible() else shown

    async def shown(self) -> None:
        """Return when the server answered, or could not."""
        await self._answered.wait()

    def showEvent(self, event: QShowEvent) -> None:
        """Count anew: the return is always current."""
        super().showEvent(event)
        self.count()

    # Counting --------------------------------------------------------------------------------------------------------

    def count(self) -> None:
        """Ask the server for the return that is chosen."""
        cancel_all(self._asking)
        self.note.set_text(tr("Asking the server"))
        spawn(self._asking, self._count())

    def _heard(self, changes: Changes) -> None:
        if self.isVisible() and (changes.erased or changes.touches(Kind.COMPLAINT, Kind.COMPLAINT_STEP, Kind.REDRESS)):
            self._throttle.put(None)

    def _count_again(self, _nothing: object) -> None:
        if self.isVisible():
            self.count()

    def _other_scope(self) -> None:
        self.close_cases()
        self.count()

    async def _count(self) -> None:
        if not self.choosing.regime.value:
            self.choosing.offer(await self.place.desk.returns.choices())
        scope = self.choosing.scope
        if scope is None:
            self._say_what_lacks()
            return
        try:
            shown = await self.place.desk.returns.made(scope)
        except CrmdeskError as error:
            self._say_trouble(tr(_NOT_COUNTED), f"{error.what} {error.next_step}".strip())
            return
        self._show(shown)

    def _say_what_lacks(self) -> None:
        if self.choosing.day_that_is_none() is not None:
            self._say_trouble(tr("Which days?"), tr("Write both as 2026-01-31, the first before the last."))
        else:
            self._say_trouble(tr("No rules were published"), tr("They come from crmdesk rules import at the server."))

    def _say_trouble(self, title: str, text: str) -> None:
        self.note.set_text("")
        self.shown_return = None
        self._trouble.say(title, text)
        self._turn_to(self._trouble)

    def _show(self, shown: ReturnShown) -> None:
        now = self.place.clock.now()
        self.shown_return, self.sheets = shown, sheets(shown)
        self.problem.hide()
        self.reckoning.show_return(shown.one)
        self.signing.show_return(shown, now)
        upheld = words.percent(shown.one.upheld_share)
        counted = tr("counted at {time}", time=words.clock_seconds(now, self.place.zone))
        self.note.set_text(f"{tr('{share} of those decided upheld', share=upheld)}, {counted}")
        self._show_table(self.kinds.value)
        self._turn_to(self._whole)

    def _turn_to(self, state: QWidget) -> None:
        had_focus = self.hasFocus() or self.table.view.hasFocus()
        self._answered.set()
        self.stack.setCurrentWidget(state)
        for button in (self.csv, self.xlsx, self.pdf):
            button.setEnabled(state is self._whole)
        if had_focus:
            self.arrived()
        self.place.keys.refresh()

    def _show_table(self, which: str) -> None:
        if self.sheets:
            self.table.show_sheet(self.sheets[int(which)])
            if self.table.view.row is None:
                self.table.view.select(0)

    # Complaints behind a figure --------------------------------------------------------------------------------------

    def _row_opened(self, number: int) -> None:
        shown = self.shown_return
        if shown is None:
            return
        one, which = shown.one, int(self.kinds.value)
        if which == _FIGURES:
            self._figure_opened(tuple(Figure)[number])
        elif which == _PARTS:
            part = one.parts[number]
            title = tr("{product}, {category}: opened or ended", product=part.product, category=part.category)
            self._open(Behind(part=(part.product, part.category)), title)
        else:
            given = one.given[number]
            self._open(Behind(kind=given.kind), kind_words(given))

    def _figure_opened(self, figure: object) -> None:
        if isinstance(figure, Figure):
            self._open(Behind(figure), tr(FIGURE_WORDS[figure]))

    def _open(self, wanted: Behind, title: str) -> None:
        if self.shown_return is None:
            return
        self.cases.wait_for(title)
        self.cases.show()
        self.cases.setFocus(Qt.FocusReason.OtherFocusReason)
        cancel_all(self._reading)
        spawn(self._reading, self._read_cases(self.shown_return.one.scope, wanted))

    async def _read_cases(self, scope: Scope, wanted: Behind) -> None:
        try:
            found = await self.place.desk.returns.behind(scope, wanted)
        except CrmdeskError as error:
            self.cases.say(f"{error.what} {error.next_step}".strip())
            return
        self.cases.show_cases(found)

    def close_cases(self) -> None:
        """Show the figures alone again."""
        cancel_all(self._reading)
        had_focus = self.cases.table.view.hasFocus() or self.cases.close_button.hasFocus()
        self.cases.hide()
        if had_focus:
            self.arrived()

    def _case_opened(self, row: object) -> None:
        window = self.place.window
        if isinstance(row, CaseBehind) and window.has_page("cases"):
            page = window.page("cases")
            window.go_to("cases")
            if isinstance(page, CasesPage):
                page.open_case(row.id)

    # Signing ---------------------------------------------------------------------------------------------------------

    def _sign(self) -> None:
        if self.shown_return is not None:
            spawn(self, self._signed(self.shown_return))

    async def _signed(self, seen: ReturnShown) -> None:
        self.signing.put_away()
        try:
            shown = await self.place.desk.returns.sign(seen.one.scope, seen.one.digest())
        except CrmdeskError as error:
            self.problem.set_text(f"{error.what} {error.next_step}".strip())
            self.problem.show()
            return
        if seen.one.scope == self.choosing.scope:
            cancel_all(self._asking)
            self._show(shown)
        self.place.window.tell(tr("Signed"), tr("It is kept with its digest; later figures are compared with it."))

    # Files -----------------------------------------------------------------------------------------------------------

    def save_csv(self) -> None:
        """Write the return as one CSV file into the folder of downloads."""
        self._save("csv")

    def save_xlsx(self) -> None:
        """Write the return as a workbook into the folder of downloads."""
        self._save("xlsx")

    def save_pdf(self) -> None:
        """Write the return as a PDF into the folder of downloads."""
        self._save("pdf")

    def _save(self, ending: str) -> None:
        if self.shown_return is not None:
            spawn(self, self._write(self.shown_return, self.sheets, ending))

    async def _write(self, shown: ReturnShown, told: tuple[Sheet, ...], ending: str) -> None:
        path = free_name(self.folder, name_of(shown.one.scope), ending)
        try:
            if ending == "pdf":
                paper, family = SheetPaper(told, shown.one.digest()), theme().font(TextRole.BODY).family()
                await asyncio.to_thread(write_sheets_pdf, path, paper, family)
            else:
                await self.place.desk.returns.export(path, told)
        except CrmdeskError as error:
            self.problem.set_text(f"{error.what} {error.next_step}".strip())
            self.problem.show()
            return
        self.place.window.tell(tr("Saved"), str(path))


def name_of(scope: Scope) -> str:
    """Return what a file with a return is called, without its ending."""
    entity = f" {scope.entity}" if scope.entity else ""
    period = scope.period
    return f"crmdesk return {scope.regime}{entity} {period.first} to {period.last}"  # not shown
