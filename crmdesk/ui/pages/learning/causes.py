"""The tree of root causes with how many complaints name each; Enter shows them, and those who lead change the tree."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QWidget

from crmdesk.domain import words
from crmdesk.domain.changes import Kind
from crmdesk.domain.complaints import ComplaintRow
from crmdesk.domain.errors import CrmdeskError
from crmdesk.domain.language import left_to_right, mark, tr, tr_n
from crmdesk.domain.learning.causes import Cause, Tree
from crmdesk.domain.learning.counting import CauseLine, Counts
from crmdesk.ui.frame.page import Place
from crmdesk.ui.kit import (
    Align,
    Button,
    ButtonKind,
    ButtonSize,
    Cell,
    ChipSpec,
    Column,
    EmptyState,
    Ink,
    Label,
    RowsModel,
    RowState,
    Table,
    TableDelegate,
    column_rects,
    draw_bar,
)
from crmdesk.ui.pages.case_opening import open_case
from crmdesk.ui.pages.complaints_behind import ComplaintsBehind
from crmdesk.ui.pages.learning import commands
from crmdesk.ui.pages.learning.cause_form import CauseForm
from crmdesk.ui.pages.learning.pane import LearningPane
from crmdesk.ui.pages.learning.period import Period
from crmdesk.ui.pages.listed import TableInStates
from crmdesk.ui.qt.tasks import cancel_all, spawn
from crmdesk.ui.theme import Icon, Space, TextRole, Voice, theme

_CONCERN = (Kind.COMPLAINT, Kind.COMPLAINT_ISSUE, Kind.HOUSE_RULES)
_INDENT = "\u2003\u2002"
_RIGHT = Align.TRAILING
_NAME = Column(mark("Root cause"), stretch=3)
_TOTAL = Column(mark("Complaints"), 96, align=_RIGHT)
_OWN = Column(mark("Of it alone"), 96, align=_RIGHT)
_SHARE = Column("", stretch=1)
_CODE = Column(mark("Code"), stretch=1)
COLUMNS = (_NAME, _TOTAL, _OWN, _SHARE, _CODE)


class _Delegate(TableDelegate):
    """Paints a cause below the one it belongs to, its share of the largest as a bar."""

    def __init__(self) -> None:
        super().__init__(COLUMNS, _cells)
        self.most = 0

    def paint_row(self, painter: QPainter, rect: QRectF, row: object, state: RowState) -> None:
        """Paint the cells and the bar."""
        super().paint_row(painter, rect, row, state)
        if isinstance(row, CauseLine) and row.total and self.most:
            area = column_rects(self.columns, rect)[COLUMNS.index(_SHARE)]
            bar = QRectF(area.left(), area.center().y() - Space.XS / 2, area.width(), Space.XS)
            draw_bar(painter, bar, row.total / self.most, theme().colors.text.muted)


class CausesPane(LearningPane):
    """The tree, and below it the complaints of one cause or the form of one."""

    def __init__(self, place: Place, parent: QWidget | None = None) -> None:
        super().__init__(place, _CONCERN, parent)
        self._counts: Counts | None = None
        self._opened: CauseLine | None = None
        self._behind = QObject(self)
        self.period = Period(place.clock.now, place.zone)
        self.count = Label("", TextRole.SMALL, Ink.SECONDARY)
        self.new = Button(tr("New cause"), ButtonKind.QUIET, Icon.PLUS, size=ButtonSize.SMALL)
        self.edit = Button(tr("Change"), ButtonKind.QUIET, Icon.PENCIL, size=ButtonSize.SMALL)
        self.retire = Button(tr("Retire"), ButtonKind.QUIET, Icon.MINUS, size=ButtonSize.SMALL)
        self.rows: RowsModel[object] = RowsModel(_key, self._spoken, self)
        self.delegate = _Delegate()
        self.table = Table(tr("Root causes"), self.rows, self.delegate)
        self.cases = ComplaintsBehind(place, tr("Back to the causes"), tr("Complaints of the cause"))
        self._first = Button(tr("New cause"), icon=Icon.PLUS)
        none = EmptyState(Icon.GIT_MERGE, tr("There are no root causes yet"), tr(_HINT), (self._first,))
        self.stack = TableInStates(self.table, self.rows, none, self._first)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(self.period)
        head.addWidget(self.count, 1)
        for button in (self.new, self.edit, self.retire):
            head.addWidget(button)
        self.column.addLayout(head)
        self.column.addWidget(self.problem)
        self.column.addWidget(self.stack, 1)
        self.column.addWidget(self.cases, 1)
        self.cases.hide()

    def _connect(self) -> None:
        keys, view = self.place.keys, self.table.view
        keys.bind(commands.NEW_CAUSE, self.write_new, view).drive(self.new)
        keys.bind(commands.EDIT_CAUSE, self.write_selected, view).drive(self.edit)
        keys.bind(commands.RETIRE, self.retire_selected, view).drive(self.retire)
        keys.bind(commands.PERIOD, self.period.next_period, view)
        keys.bind(commands.PRODUCT, self.period.to_product, view)
        keys.bind(commands.CLOSE_LIST, self.close_cases, self.cases.table.view).drive(self.cases.close_button)
        self.new.clicked.connect(self.write_new)
        self._first.clicked.connect(self.write_new)
        self.edit.clicked.connect(self.write_selected)
        self.retire.clicked.connect(self.retire_selected)
        self.period.changed.connect(self._other_period)
        view.opened.connect(self._open)
        view.current_changed.connect(self._selected)
        self.cases.opened.connect(self._case_opened)
        self.cases.closed.connect(self.close_cases)
        self._selected(None)

    @property
    def tree(self) -> Tree | None:
        """Return the tree that is shown, None before the first."""
        return None if self._counts is None else self._counts.tree

    async def shown(self) -> None:
        """Return when the tree was counted."""
        if self._counts is None:
            await self._read()

    def panes(self) -> tuple[QWidget, ...]:
        """The period, the tree, and what is below it."""
        below = (self.form,) if self.form is not None else (self.cases,) if self.cases.isVisible() else ()
        tree = self.table if self.table.isVisible() else self.stack.none
        return (self.period, tree, *below)

    # Reading ---------------------------------------------------------------------------------------------------------

    async def _read(self) -> None:
        try:
            counts = await self.place.desk.causes.counts(self.period.span)
        except CrmdeskError as error:
            self.stack.fail(error)
            return
        self._counts = counts
        self.delegate.most = max((line.total for line in counts.lines if line.known), default=0)
        self.period.offer(counts.products)
        self.count.set_text(_how_many(counts))
        self.fill(counts.lines)
        self.table.view.viewport().update()
        self._selected(self.table.view.row)
        self._show_opened(counts)

    def _show_opened(self, counts: Counts) -> None:
        if self._opened is not None:
            again = next((line for line in counts.lines if line.code == self._opened.code), None)
            if again is None:
                self.close_cases()
            else:
                self._read_cases(again)

    def _other_period(self) -> None:
        self.read()

    def _selected(self, row: object) -> None:
        known = isinstance(row, CauseLine) and row.known
        self.edit.setEnabled(known)
        self.retire.setEnabled(known)
        cause = self._cause_of(row)
        back = cause is not None and cause.retired
        self.retire.set_words(tr("Bring back") if back else tr("Retire"))
        self.retire.set_icon(Icon.UNDO_2 if back else Icon.MINUS)

    @property
    def selected_code(self) -> str:
        """Return the code of the selected cause where it may be chosen, empty otherwise."""
        cause = self._cause_of(self.table.view.row)
        return "" if cause is None else self._room_under(cause.code)

    def _cause_of(self, row: object) -> Cause | None:
        return self._counts.tree.known.get(row.code) if isinstance(row, CauseLine) and self._counts else None

    # Complaints of a cause -------------------------------------------------------------------------------------------

    def _open(self, row: object) -> None:
        if isinstance(row, CauseLine):
            self.put_form_away()
            self.cases.wait(self._title(row))
            self.cases.show()
            self.cases.setFocus(Qt.FocusReason.OtherFocusReason)
            self._read_cases(row)

    def _title(self, row: CauseLine) -> str:
        return self._counts.tree.path(row.code) if self._counts is not None and row.code else row.title

    def _read_cases(self, row: CauseLine) -> None:
        self._opened = row
        cancel_all(self._behind)
        spawn(self._behind, self._show_cases(row))

    async def _show_cases(self, row: CauseLine) -> None:
        if self._counts is None:
            return
        try:
            found = await self.place.desk.causes.behind(self._counts.tree, self.period.span, row.code)
        except CrmdeskError as error:
            self.cases.say(f"{error.what} {error.next_step}".strip())
            return
        self.cases.show_complaints(self._title(row), found, row.total)

    def close_cases(self) -> None:
        """Show the tree alone again."""
        cancel_all(self._behind)
        had_focus = self.cases.table.view.hasFocus() or self.cases.close_button.hasFocus()
        self._opened = None
        self.cases.hide()
        if had_focus:
            self.take_focus()

    def _case_opened(self, row: object) -> None:
        if isinstance(row, ComplaintRow):
            open_case(self.place.window, row.id, row.customer_id)

    # Changing the tree -----------------------------------------------------------------------------------------------

    def write_new(self) -> None:
        """Begin a new cause below the selected one, or go on with the one that was begun."""
        cause = self._cause_of(self.table.view.row)
        self._write(None, "" if cause is None or self._counts is None else self._room_under(cause.code))

    def _room_under(self, code: str) -> str:
        """Return the selected cause, or the one that it belongs to where it is retired."""
        return code if self._counts is not None and self._counts.tree.is_offered(code) else ""

    def write_selected(self) -> None:
        """Change the name or the place of the selected cause."""
        cause = self._cause_of(self.table.view.row)
        if cause is not None:
            self._write(cause, "")

    def retire_selected(self) -> None:
        """Let the selected cause be chosen no more, or again."""
        cause = self._cause_of(self.table.view.row)
        if cause is not None and self._counts is not None:
            changed = Cause(cause.code, cause.title, cause.under, not cause.retired)
            self.do(self.place.desk.causes.put(self._counts.tree, changed), partial(self._say_retired, changed))

    def _say_retired(self, cause: Cause) -> None:
        if cause.retired:
            done, told = tr("{title} is retired", title=cause.title), tr("Complaints that name it keep it.")
        else:
            done, told = tr("{title} is back", title=cause.title), tr("It can be chosen again.")
        self.place.window.tell(done, told)

    def _write(self, cause: Cause | None, under: str) -> None:
        self.close_cases()
        self.put_form(CauseForm(self.place, self.tree or Tree("", ()), cause, under))

    def finished(self, record: object) -> None:
        """Another edition was published."""
        self.place.window.tell(tr("Published"), tr("Every desk follows as soon as it is sent."))

    def _spoken(self, row: object) -> str:
        if not isinstance(row, CauseLine):
            return ""
        many = tr_n("{n} complaint", "{n} complaints", row.total)
        return ", ".join(part for part in (self._title(row), many, tr("retired") if row.retired else "") if part)


_HINT = mark("A tree of causes tells what lies behind complaints. Handlers choose one for each issue.")


def _cells(row: object) -> tuple[Cell, ...]:
    if not isinstance(row, CauseLine):
        return tuple(Cell() for _ in COLUMNS)
    retired = row.retired and row.known
    ink = Ink.MUTED if retired or not row.known else Ink.PRIMARY
    role = TextRole.BODY_STRONG if row.level == 1 and row.known else TextRole.BODY
    chips = (ChipSpec(tr("Retired"), Voice.REST),) if retired else ()
    return (
        Cell(f"{_INDENT * (row.level - 1)}{row.title}", role, ink, chips=chips),
        Cell(words.count(row.total) if row.total else "0", ink=Ink.PRIMARY if row.total else Ink.MUTED),
        Cell(words.count(row.own) if row.own else "", TextRole.SMALL, Ink.SECONDARY),
        Cell(),
        Cell(left_to_right(row.code), TextRole.SMALL, Ink.MUTED),
    )


def _how_many(counts: Counts) -> str:
    return tr_n("{n} complaint has a cause", "{n} complaints have a cause", counts.named) if counts.named else ""


def _key(row: object) -> object:
    return row.code if isinstance(row, CauseLine) else None
