"""Corrective actions: what is done against which cause, by whom, until when, and whether it helped."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from crmdesk.domain import words
from crmdesk.domain.changes import Kind
from crmdesk.domain.complaints import category_words
from crmdesk.domain.errors import CrmdeskError
from crmdesk.domain.language import mark, tr, tr_n
from crmdesk.domain.learning.actions import ACTION_WORDS, ActionState, ActionView
from crmdesk.domain.learning.effect import VERDICT_WORDS, Verdict, effect_words
from crmdesk.domain.people import Role
from crmdesk.ui.frame.page import Place
from crmdesk.ui.kit import (
    Button,
    ButtonKind,
    ButtonSize,
    Cell,
    ChipSpec,
    Column,
    EmptyState,
    Ink,
    Label,
    RowLook,
    RowsModel,
    Table,
    TableDelegate,
)
from crmdesk.ui.pages.learning import commands
from crmdesk.ui.pages.learning.action_forms import ActionForm, EvidenceForm, TasksForm
from crmdesk.ui.pages.learning.affected import AffectedPane
from crmdesk.ui.pages.learning.pane import LearningPane
from crmdesk.ui.pages.listed import TableInStates
from crmdesk.ui.theme import Icon, Space, TextRole, Voice

_CONCERN = (Kind.CORRECTIVE_ACTION, Kind.AGENT, Kind.HOUSE_RULES, Kind.TASK, Kind.CUSTOMER)
COLUMNS = (
    Column(mark("What is to be done"), stretch=4),
    Column(mark("Complaints about"), stretch=2),
    Column(mark("Root cause"), stretch=3),
    Column(mark("Owner"), 128),
    Column(mark("Until"), 104),
    Column(mark("What came of it"), stretch=5),
)
_HINT = mark("An action says what is done against a cause, by whom and until when, and is looked at afterwards.")


class ActionsPane(LearningPane):
    """The actions, and below them the customers whom one reaches or a form."""

    def __init__(self, place: Place, parent: QWidget | None = None) -> None:
        super().__init__(place, _CONCERN, parent)
        self._read_once = False
        self.count = Label("", TextRole.SMALL, Ink.SECONDARY)
        self.new = _small(tr("New action"), Icon.PLUS)
        self.edit = _small(tr("Change"), Icon.PENCIL)
        self.done = _small(tr("Done"), Icon.CHECK)
        self.evidence = _small(tr("What shows it"), Icon.PEN_LINE)
        self.drop = _small(tr("Drop"), Icon.MINUS)
        self.rows: RowsModel[object] = RowsModel(_key, self._spoken, self)
        self.table = Table(tr("Corrective actions"), self.rows, TableDelegate(COLUMNS, self._cells, _look))
        self.affected = AffectedPane(place)
        self._first = Button(tr("New action"), icon=Icon.PLUS)
        none = EmptyState(Icon.WRENCH, tr("There are no corrective actions"), tr(_HINT), (self._first,))
        none.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        me = place.desk.identity
        self._leads = me is not None and me.role in (Role.SUPERVISOR, Role.ADMINISTRATOR)
        self.stack = TableInStates(self.table, self.rows, none, self._first if self._leads else none)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(self.count, 1)
        for button in (self.new, self.edit, self.done, self.evidence, self.drop):
            head.addWidget(button)
        for button in (self.new, self.edit, self._first) if not self._leads else ():
            button.hide()
        self.column.addLayout(head)
        self.column.addWidget(self.problem)
        self.column.addWidget(self.stack, 1)
        self.column.addWidget(self.affected, 1)
        self.affected.hide()

    def _connect(self) -> None:
        keys, view = self.place.keys, self.table.view
        if self._leads:
            keys.bind(commands.NEW_ACTION, self.write_new, view).drive(self.new)
            keys.bind(commands.EDIT_ACTION, self.write_selected, view).drive(self.edit)
        keys.bind(commands.ACTION_DONE, self.say_done, view).drive(self.done)
        keys.bind(commands.EVIDENCE, self.write_evidence, view).drive(self.evidence)
        keys.bind(commands.DROP, self.drop_selected, view).drive(self.drop)
        self.new.clicked.connect(self.write_new)
        self._first.clicked.connect(self.write_new)
        self.edit.clicked.connect(self.write_selected)
        self.done.clicked.connect(self.say_done)
        self.evidence.clicked.connect(self.write_evidence)
        self.drop.clicked.connect(self.drop_selected)
        view.opened.connect(self._open)
        view.current_changed.connect(self._selected)
        self.affected.closed.connect(self.take_focus)
        self.affected.tasks_wanted.connect(self._ask_for_tasks)
        self._selected(None)

    def panes(self) -> tuple[QWidget, ...]:
        """The actions, and what is below them."""
        below = (self.form,) if self.form is not None else (self.affected,) if self.affected.isVisible() else ()
        return (self.table if self.table.isVisible() else self.stack.none, *below)

    # Reading ---------------------------------------------------------------------------------------------------------

    async def shown(self) -> None:
        """Return when the list was read."""
        if not self._read_once:
            await self._read()

    async def _read(self) -> None:
        try:
            found = await self.place.desk.actions.listed()
        except CrmdeskError as error:
            self.stack.fail(error)
            return
        self._read_once = True
        shown = found if self._leads else tuple(one for one in found if one.mine)
        self.count.set_text(self._how_many(shown))
        self.fill(shown)
        self._selected(self.table.view.row)
        self._show_affected(shown)

    def _show_affected(self, shown: tuple[ActionView, ...]) -> None:
        if self.affected.action is not None:
            again = next((one for one in shown if one.id == self.affected.action.id), None)
            if again is None:
                self.affected.hide()
            else:
                self.affected.show_action(again)

    @property
    def _today(self) -> date:
        return self.place.clock.now().astimezone(self.place.zone).date()

    def _how_many(self, shown: tuple[ActionView, ...]) -> str:
        open_ = sum(one.state is ActionState.OPEN for one in shown)
        late = sum(one.overdue(self._today) for one in shown)
        said = tr_n("{n} open action", "{n} open actions", open_)
        return tr("{actions}, {n} overdue", actions=said, n=words.count(late)) if late else said

    # Doing -----------------------------------------------------------------------------------------------------------

    @property
    def selected(self) -> ActionView | None:
        """Return the selected action."""
        row = self.table.view.row
        return row if isinstance(row, ActionView) else None

    def _selected(self, row: object) -> None:
        one = row if isinstance(row, ActionView) else None
        mine = one is not None and (self._leads or one.mine)
        self.edit.setEnabled(one is not None)
        self.done.setEnabled(mine and one is not None and one.state is ActionState.OPEN)
        self.evidence.setEnabled(mine)
        self.drop.setEnabled(mine)
        back = one is not None and one.state is not ActionState.OPEN
        self.drop.set_words(tr("Open again") if back else tr("Drop"))
        self.drop.set_icon(Icon.UNDO_2 if back else Icon.MINUS)

    def write_new(self) -> None:
        """Begin a new action, or go on with the one that was begun."""
        self.begin("")

    def begin(self, cause: str) -> None:
        """Begin a new action against a cause."""
        if self._leads:
            self._put(ActionForm(self.place, None, cause))

    def write_selected(self) -> None:
        """Change the selected action."""
        if self.selected is not None and self._leads:
            self._put(ActionForm(self.place, self.selected))

    def say_done(self) -> None:
        """Say that the selected action is done, and what shows it."""
        if self.selected is not None and self.done.isEnabled():
            self._put(EvidenceForm.done(self.place, self.selected))

    def write_evidence(self) -> None:
        """Write what shows that the selected action is done."""
        if self.selected is not None and self.evidence.isEnabled():
            self._put(EvidenceForm.more(self.place, self.selected))

    def drop_selected(self) -> None:
        """Drop the selected action, or let it be open again."""
        one = self.selected
        if one is not None and self.drop.isEnabled():
            actions = self.place.desk.actions
            doing = actions.drop(one.id) if one.state is ActionState.OPEN else actions.reopen(one.id)
            self.do(doing, self.take_focus)

    def _put(self, form: ActionForm | EvidenceForm | TasksForm) -> None:
        self.affected.hide()
        self.put_form(form)

    def finished(self, record: object) -> None:
        """A form made its record."""
        self.place.window.tell(tr("Saved"), tr("Every desk follows as soon as it is sent."))

    # Affected customers ----------------------------------------------------------------------------------------------

    def _open(self, row: object) -> None:
        if isinstance(row, ActionView):
            self.put_form_away()
            self.affected.show_action(row)
            self.affected.setFocus(Qt.FocusReason.OtherFocusReason)

    def _ask_for_tasks(self) -> None:
        if self.affected.action is not None:
            self._put(TasksForm(self.place, self.affected.action, self.affected.rows, self.affected.since))

    # Rows ------------------------------------------------------------------------------------------------------------

    def _cells(self, row: object) -> tuple[Cell, ...]:
        if not isinstance(row, ActionView):
            return tuple(Cell() for _ in COLUMNS)
        ink = Ink.PRIMARY if row.state is ActionState.OPEN else Ink.SECONDARY
        day = words.short_day(row.due_on, self._today)
        late = row.overdue(self._today)
        due = Cell(chips=(ChipSpec(day, Voice.LATE, Icon.CLOCK_ALERT),)) if late else Cell(day, TextRole.SMALL, ink)
        return (
            Cell(" ".join(row.words.split()), TextRole.BODY_STRONG, ink),
            Cell(row.concern.product, ink=ink, after=_narrower(row)),
            Cell(row.cause_path, TextRole.SMALL, Ink.SECONDARY),
            Cell(row.owner, TextRole.SMALL, ink),
            due,
            self._became(row),
        )

    def _became(self, row: ActionView) -> Cell:
        if row.effect is not None:
            verdict = row.effect.verdict
            chip = ChipSpec(tr(VERDICT_WORDS[verdict]), _VOICES[verdict])
            return Cell(chips=(chip,), after=effect_words(row.effect))
        if row.state is ActionState.DONE and row.check_at is not None:
            day = words.short_day(row.check_at.astimezone(self.place.zone).date(), self._today)
            return Cell(chips=(ChipSpec(tr("Done"), Voice.PHONE),), after=tr("effect looked at on {day}", day=day))
        if row.state is ActionState.DROPPED:
            return Cell(chips=(ChipSpec(tr("Dropped"), Voice.REST),))
        return Cell()

    def _spoken(self, row: object) -> str:
        if not isinstance(row, ActionView):
            return ""
        effect = effect_words(row.effect) if row.effect is not None else ""
        until = tr("until {day}", day=words.short_day(row.due_on, self._today))
        late = tr("overdue") if row.overdue(self._today) else ""
        about = (row.concern.product, _narrower(row), row.cause_path)
        parts = (row.words, *about, row.owner, until, late, tr(ACTION_WORDS[row.state]), effect)
        return ", ".join(part for part in parts if part)


_VOICES = {Verdict.HELPED: Voice.PHONE, Verdict.NOT_HELPED: Voice.LATE, Verdict.UNDECIDED: Voice.REST}


def _small(said: str, icon: Icon) -> Button:
    return Button(said, ButtonKind.QUIET, icon, size=ButtonSize.SMALL)


def _narrower(row: ActionView) -> str:
    about = row.concern
    category = category_words(about.category) if about.category else ""
    lot = tr("lot {lot}", lot=about.lot) if about.lot else ""
    return ", ".join(part for part in (category, lot, about.area) if part)


def _look(row: object) -> RowLook:
    return RowLook.UNSENT if isinstance(row, ActionView) and row.unsent else RowLook.NORMAL


def _key(row: object) -> object:
    return row.id if isinstance(row, ActionView) else None
