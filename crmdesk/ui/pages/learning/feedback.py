"""What agents told about products: alike products together, what waits for an answer first; agents see their own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain import words
from crmdesk.domain.changes import Kind
from crmdesk.domain.errors import CrmdeskError, UserMistake
from crmdesk.domain.language import left_to_right, mark, tr, tr_in, tr_n
from crmdesk.domain.learning.feedback import Answer, Topic, Voice
from crmdesk.domain.people import Role
from crmdesk.domain.radar.names import alike, product_name
from crmdesk.ui.formkit import FieldKind, FieldSpec, FormDesign, FormPane, FormSubject, Need, Prefill
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
    Flow,
    Ink,
    Label,
    ListBehind,
    Panel,
    RowLook,
    RowsModel,
    Table,
    TableDelegate,
)
from crmdesk.ui.pages.case_opening import open_case
from crmdesk.ui.pages.learning import commands
from crmdesk.ui.pages.learning.answers import follow_answers
from crmdesk.ui.pages.learning.pane import LearningPane
from crmdesk.ui.pages.listed import TableInStates
from crmdesk.ui.pages.opening import open_customer
from crmdesk.ui.theme import Icon, Space, TextRole
from crmdesk.ui.theme import Voice as Tone

_CONCERN = (Kind.FEEDBACK, Kind.FEEDBACK_ANSWER, Kind.AGENT, Kind.COMPLAINT)
_HINT = mark("Ctrl+Shift+F tells the product team something from a call or a customer, P from a complaint.")
COLUMNS = (
    Column(mark("Product"), stretch=2),
    Column(mark("What they should know"), stretch=6),
    Column(mark("Heard by"), 72, align=Align.TRAILING),
    Column(mark("Last"), 128),
    Column("", 120),
)
_LINES = (
    Column(mark("When"), 140),
    Column(mark("Who"), 160),
    Column(mark("What was said"), stretch=1),
    Column(mark("Complaint"), 112),
)
_ANSWER = FormDesign(
    mark("Answer"),
    Icon.SEND,
    mark("Send the answer"),
    "feedback.answer",
    (
        (
            FieldSpec(
                "words",
                mark("What they are to know"),
                FieldKind.WORDS,
                Need.REQUIRED,
                hint=mark("everybody who told it gets this"),
                named=mark("the answer"),
            ),
        ),
    ),
    numbered=False,
)


class AnswerForm(FormPane):
    """What is answered to a topic."""

    def __init__(self, place: Place, topic: Topic, parent: QWidget | None = None) -> None:
        self.topic = topic
        super().__init__(place.desk, place.keys, FormSubject(None, None, record_id=topic.id), _ANSWER, parent)

    async def prefill(self, reference: str | None) -> Prefill:
        """Return nothing: nobody knows it yet."""
        return Prefill("")

    async def finish(self, values: Mapping[str, str]) -> UUID:
        """Answer it; raises UserMistake for an empty answer."""
        if not values["words"].strip():
            raise UserMistake("words", tr("The answer is empty."), tr("Write what they are to know."))
        return await self.desk.feedback.answer(self.topic.id, values["words"], self.draft_key)


class FeedbackPane(LearningPane):
    """The topics, and below them the lines and answers of one, or the form of an answer."""

    def __init__(self, place: Place, parent: QWidget | None = None) -> None:
        super().__init__(place, _CONCERN, parent)
        me = place.desk.identity
        self._leads = me is not None and me.role in (Role.SUPERVISOR, Role.ADMINISTRATOR)
        self._read_once = False
        self._shown: Topic | None = None
        self.answers = follow_answers(place)
        self.count = Label("", TextRole.SMALL, Ink.SECONDARY)
        self.answer = Button(tr_in("button", "Answer"), ButtonKind.QUIET, Icon.SEND, size=ButtonSize.SMALL)
        self.rows: RowsModel[object] = RowsModel(_key, self._spoken, self)
        self.table = Table(tr("Feedback about products"), self.rows, TableDelegate(COLUMNS, self._cells, _look))
        self.lines = ListBehind(
            tr("Back to the topics"), tr("What was said"), _LINES, self._line_cells, _key, self._line_spoken
        )
        self.words = Label("", TextRole.NOTE, flow=Flow.WRAP)
        none = EmptyState(Icon.MESSAGE_SQUARE, tr("Nothing was told yet"), tr(_HINT))
        none.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.stack = TableInStates(self.table, self.rows, none, none)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(self.count, 1)
        head.addWidget(self.answer)
        if not self._leads:
            self.answer.hide()
        whole = Panel()
        inner = QVBoxLayout(whole)
        inner.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        inner.addWidget(self.words)
        self.below = QWidget()
        column = QVBoxLayout(self.below)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(self.lines, 1)
        column.addWidget(whole)
        self.column.addLayout(head)
        self.column.addWidget(self.problem)
        self.column.addWidget(self.stack, 1)
        self.column.addWidget(self.below, 1)
        self.below.hide()

    def _connect(self) -> None:
        keys, view = self.place.keys, self.table.view
        if self._leads:
            keys.bind(commands.ANSWER, self.write_answer, view).drive(self.answer)
            keys.bind(commands.ANSWER, self.write_answer, self.lines.table.view)
        keys.bind(commands.CLOSE_TOPIC, self.close_topic, self.lines.table.view).drive(self.lines.close_button)
        self.answer.clicked.connect(self.write_answer)
        view.opened.connect(self._open)
        view.current_changed.connect(self._selected)
        self.lines.opened.connect(self._line_opened)
        self.lines.closed.connect(self.close_topic)
        self.lines.table.view.current_changed.connect(self._line_selected)
        self._selected(None)

    def panes(self) -> tuple[QWidget, ...]:
        """The topics, and what is below them."""
        below = (self.form,) if self.form is not None else (self.lines,) if self.below.isVisible() else ()
        return (self.table if self.table.isVisible() else self.stack.none, *below)

    # Reading ---------------------------------------------------------------------------------------------------------

    async def shown(self) -> None:
        """Return when the list was read."""
        if not self._read_once:
            await self._read()

    async def _read(self) -> None:
        try:
            found = await self.place.desk.feedback.topics()
        except CrmdeskError as error:
            self.stack.fail(error)
            return
        self._read_once = True
        shown = found if self._leads else tuple(one for one in found if one.mine)
        self.count.set_text(_how_many(shown))
        self.fill(shown)
        self._selected(self.table.view.row)
        if self._shown is not None:
            again = next((one for one in shown if one.id == self._shown.id), None)
            if again is None:
                self.close_topic()
            else:
                self._show_topic(again)

    # A topic ---------------------------------------------------------------------------------------------------------

    @property
    def selected(self) -> Topic | None:
        """Return the selected topic."""
        row = self.table.view.row
        return row if isinstance(row, Topic) else None

    def _selected(self, row: object) -> None:
        self.answer.setEnabled(isinstance(row, Topic))

    def _open(self, row: object) -> None:
        if isinstance(row, Topic):
            self.put_form_away()
            self.below.show()
            self._show_topic(row)
            self.lines.table.view.select(len(self.lines.rows.rows) - 1)
            self.lines.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_topic(self, topic: Topic) -> None:
        """Show what was said in its order; whoever told it has seen the answers with that."""
        self._shown = topic
        self.lines.title.set_text(topic.product)
        self.lines.note.set_text(tr_n("heard by {n} person", "heard by {n} people", topic.heard))
        said: list[Voice | Answer] = sorted((*topic.voices, *topic.answers), key=_when)
        self.lines.rows.show_rows(tuple(said))
        if self.lines.table.view.row is None:
            self.lines.table.view.select(len(said) - 1)
        self._line_selected(self.lines.table.view.row)
        if topic.mine:
            self.answers.saw(tuple(one.id for one in topic.answers))

    def close_topic(self) -> None:
        """Show the topics alone again."""
        had_focus = self.lines.table.view.hasFocus() or self.lines.close_button.hasFocus()
        self._shown = None
        self.below.hide()
        if had_focus:
            self.take_focus()

    def _line_selected(self, row: object) -> None:
        self.words.set_text(row.words if isinstance(row, Voice | Answer) else "")

    def _line_opened(self, row: object) -> None:
        """Go where it was heard."""
        if not isinstance(row, Voice):
            return
        if row.complaint_id is not None:
            open_case(self.place.window, row.complaint_id, row.customer_id)
        elif row.customer_id is not None:
            open_customer(self.place.window, row.customer_id)

    def write_answer(self) -> None:
        """Answer the topic in whose list the keyboard is: the one that is selected, else the one that is shown."""
        topic = self.selected if self.table.view.hasFocus() else self._shown or self.selected
        if topic is not None and self._leads:
            self.close_topic()
            self.put_form(AnswerForm(self.place, topic))

    def finished(self, record: object) -> None:
        """An answer was written."""
        self.place.window.tell(tr_in("of feedback", "Answered"), tr("Whoever told it is told as soon as it is sent."))

    # Rows ------------------------------------------------------------------------------------------------------------

    def _cells(self, row: object) -> tuple[Cell, ...]:
        if not isinstance(row, Topic):
            return tuple(Cell() for _ in COLUMNS)
        ink = Ink.PRIMARY if row.waits else Ink.SECONDARY
        return (
            Cell(row.product if self._begins(row) else "", TextRole.BODY_STRONG),
            Cell(row.words, ink=ink),
            Cell(words.count(row.heard), ink=ink),
            Cell(self._moment(row.last_at), TextRole.SMALL, Ink.SECONDARY),
            Cell(chips=(_chip(row),)),
        )

    def _begins(self, topic: Topic) -> bool:
        """Return whether a topic is the first of its product."""
        place = self.rows.find(topic.id)
        before = self.rows.rows[place - 1] if place > 0 else None
        return not isinstance(before, Topic) or _product(before) != _product(topic)

    def _line_cells(self, row: object) -> tuple[Cell, ...]:
        if isinstance(row, Voice):
            who = tr("You") if row.mine else row.by
            reference = left_to_right(row.reference)
            said = Cell(" ".join(row.words.split()))
        elif isinstance(row, Answer):
            who, reference = row.by, ""
            said = Cell(" ".join(row.words.split()), TextRole.BODY_STRONG, icon=Icon.SEND)
        else:
            return tuple(Cell() for _ in _LINES)
        return (
            Cell(self._moment(row.at), TextRole.SMALL, Ink.SECONDARY),
            Cell(who, TextRole.SMALL),
            said,
            Cell(reference, TextRole.SMALL, Ink.SECONDARY),
        )

    def _moment(self, at: datetime) -> str:
        now, zone = self.place.clock.now(), self.place.zone
        return words.sentence(words.moment(at, now, zone))

    def _spoken(self, row: object) -> str:
        if not isinstance(row, Topic):
            return ""
        heard = tr_n("heard by {n} person", "heard by {n} people", row.heard)
        return ", ".join((row.product, row.words, heard, self._moment(row.last_at), _chip(row).text))

    def _line_spoken(self, row: object) -> str:
        if isinstance(row, Voice):
            return ", ".join(part for part in (self._moment(row.at), row.by, row.words, row.reference) if part)
        if isinstance(row, Answer):
            return ", ".join(part for part in (self._moment(row.at), tr("Answer"), row.by, row.words) if part)
        return ""


def _chip(topic: Topic) -> ChipSpec:
    if topic.waits and topic.answers:
        return ChipSpec(tr("Heard again"), Tone.SOON)
    if topic.waits:
        return ChipSpec(tr("Waits"), Tone.REST)
    return ChipSpec(tr_in("of feedback", "Answered"), Tone.PHONE, Icon.CHECK)


def _how_many(topics: tuple[Topic, ...]) -> str:
    waits = sum(one.waits for one in topics)
    return tr_n("{n} topic waits for an answer", "{n} topics wait for an answer", waits) if topics else ""


def _product(topic: Topic) -> str:
    return alike(product_name(topic.product))


def _when(said: Voice | Answer) -> tuple[object, bool]:
    return said.at, isinstance(said, Answer)


def _look(row: object) -> RowLook:
    unsent = isinstance(row, Topic) and any(one.unsent for one in row.voices)
    return RowLook.UNSENT if unsent else RowLook.NORMAL


def _key(row: object) -> object:
    return row.id if isinstance(row, Topic | Voice | Answer) else None
