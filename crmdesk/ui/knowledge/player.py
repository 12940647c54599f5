"""A script to follow: one question at a time, number keys answer, Backspace goes back, the answers stand above."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain.knowledge.edition import ScriptLine
from crmdesk.domain.knowledge.script import Answered, Run, Step, StepKind
from crmdesk.domain.language import tr, tr_in, tr_n
from crmdesk.ui.kit import (
    Align,
    Button,
    ButtonKind,
    ButtonSize,
    Field,
    Flow,
    Ground,
    Ink,
    Label,
    Panel,
    PaneTitle,
    outline,
    scrolled,
)
from crmdesk.ui.kit.mirror import margins, painter_on
from crmdesk.ui.qt.keys import cap_text
from crmdesk.ui.theme import Icon, Radius, Space, TextRole, theme

_SHOWN = 6
_MEASURE = 720
_WRITTEN = frozenset({StepKind.TEXT, StepKind.NUMBER})


class ScriptPane(Panel):
    """``answered`` carries the step and the number of an answer (0: what was ``typed``).

    ``left`` asks to put the script away; ``chosen`` carries the edition of a script that is to begin; ``typing`` tells
    that an answer is being written.
    """

    answered = Signal(str, int, str)
    chosen = Signal(str)
    typing = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Ground.PLAIN)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.run: Run | None = None
        self._choices: tuple[ScriptLine, ...] = ()
        self._back = 0
        self.title = PaneTitle(tr("Script"))
        self.count = Label("", TextRole.SMALL, Ink.SECONDARY)
        self.close_button = Button(tr_in("button", "Close"), ButtonKind.QUIET, Icon.X, size=ButtonSize.SMALL)
        self.back_button = Button(tr_in("button", "Back"), ButtonKind.QUIET, Icon.CHEVRON_LEFT, size=ButtonSize.SMALL)
        self.given = tuple(Label("", TextRole.SMALL, Ink.SECONDARY, Flow.WRAP, icon=Icon.CHECK) for _ in range(_SHOWN))
        self.ask = Label("", TextRole.NAME, flow=Flow.WRAP)
        self.hint = Label("", TextRole.SMALL, Ink.SECONDARY, Flow.WRAP, icon=Icon.INFO)
        self.field = Field(tr_in("noun", "Answer"), tr("Write it, then press Enter"))
        self.ways: list[Button] = []
        self._room = QVBoxLayout()
        self._room.setSpacing(Space.S)
        self._lay_out()
        self.close_button.clicked.connect(self.left)
        self.back_button.clicked.connect(self.go_back)
        self.field.edit.returnPressed.connect(self._written)
        self.field.edited.connect(self._typed)
        self.field.edit.installEventFilter(self)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._show_keys)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(self.title, 1)
        head.addWidget(self.count)
        head.addWidget(self.back_button)
        head.addWidget(self.close_button)
        content = QWidget()
        content.setMaximumWidth(_MEASURE)
        column = QVBoxLayout(content)
        column.setContentsMargins(margins(0, 0, Space.L, Space.M))
        column.setSpacing(Space.XS)
        for label in self.given:
            column.addWidget(label)
        column.addSpacing(Space.M)
        column.addWidget(self.ask)
        column.addWidget(self.hint)
        column.addSpacing(Space.M)
        column.addWidget(self.field)
        column.addLayout(self._room)
        column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(margins(Space.L, Space.M, Space.S, Space.M))
        layout.setSpacing(Space.M)
        layout.addLayout(head)
        layout.addWidget(scrolled(content), 1)

    # What is shown ---------------------------------------------------------------------------------------------------

    def show_choice(self, lines: tuple[ScriptLine, ...]) -> None:
        """Ask which script is to be followed."""
        self.run, self._choices, self._back = None, lines, 0
        self.field.set_text("")
        self.title.set_text(tr("Call scripts"))
        self.count.set_text("")
        self._show_given(())
        self.back_button.hide()
        ask = tr("Which script?") if lines else tr("There is no script yet. A supervisor publishes them.")
        self._show_question(ask, "", tuple(line.title for line in lines[:9]), written=False)

    def show_run(self, run: Run, typed: str = "") -> None:
        """Show the question that is due; ``typed`` is an answer that was being written."""
        self.run, self._choices, self._back = run, (), 0
        self._show_step(typed)

    @property
    def step(self) -> Step | None:
        """Return the step that is asked."""
        if self.run is None:
            return None
        path = self.run.standing.path
        return self.run.script.step(path[-self._back].step if self._back else self.run.standing.step)

    @property
    def path(self) -> tuple[Answered, ...]:
        """Return the answers before the step that is asked."""
        if self.run is None:
            return ()
        path = self.run.standing.path
        return path[: len(path) - self._back]

    def go_back(self) -> None:
        """Ask the question before once more; nothing is taken back until it is answered anew."""
        if self.run is not None and self.path:
            self._back += 1
            self._show_step()

    def take_focus(self) -> None:
        """Take the keyboard, where the answer is given."""
        target = self.field.edit if not self.field.isHidden() else self
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_step(self, typed: str = "") -> None:
        step, run = self.step, self.run
        if step is None or run is None:
            return
        had = self._has_keys()
        self.title.set_text(run.script.title)
        self.count.set_text(tr_n("{n} answer", "{n} answers", len(self.path)) if self.path else "")
        self.back_button.setVisible(bool(self.path))
        self._show_given(self.path)
        written = step.kind in _WRITTEN
        self._show_question(step.ask, step.hint, _offered(step), written=written)
        if written:
            self.field.set_text(typed)
        if had:
            self.take_focus()

    def _show_given(self, path: tuple[Answered, ...]) -> None:
        last = path[-_SHOWN:]
        for place, label in enumerate(self.given):
            label.setVisible(place < len(last))
            label.set_text(f"{last[place].question} {last[place].answer}" if place < len(last) else "")

    def _show_question(self, ask: str, hint: str, words: tuple[str, ...], *, written: bool) -> None:
        self.ask.set_text(ask)
        self.hint.set_text(hint)
        self.hint.setVisible(bool(hint))
        self.field.setVisible(written)
        self.field.clear_problem()
        self.setAccessibleName(tr("Script, {question}", question=ask))
        while self.ways:
            old = self.ways.pop()
            self._room.removeWidget(old)
            old.hide()
            old.deleteLater()
        kind = ButtonKind.SECONDARY if self._numbered() else ButtonKind.PRIMARY
        for place, said in enumerate(words, start=1):
            way = Button(said, kind, align=Align.LEADING)
            way.clicked.connect(partial(self._pressed, place))
            self._room.addWidget(way)
            self.ways.append(way)
        self._show_keys()

    def _numbered(self) -> bool:
        return self.run is None or (self.step is not None and self.step.kind is StepKind.CHOICE)

    def _has_keys(self) -> bool:
        focus = QApplication.focusWidget()
        return focus is not None and (focus is self or self.isAncestorOf(focus))

    def _show_keys(self, *_focus: object) -> None:
        """Draw key caps while the keys work: while the keyboard is here."""
        works, numbered = self._has_keys(), self._numbered()
        self.back_button.set_key(cap_text("Backspace") if works else "")
        for place, way in enumerate(self.ways, start=1):
            way.set_key((str(place) if numbered else cap_text("Enter")) if works else "")

    # Answering -------------------------------------------------------------------------------------------------------

    def _pressed(self, place: int, _checked: object = None) -> None:
        self.answer(place)

    def answer(self, place: int) -> None:
        """Answer with one of those that are shown, from 1."""
        if not 1 <= place <= len(self.ways):
            return
        step = self.step
        if self.run is None:
            self.chosen.emit(self._choices[place - 1].edition)
        elif step is not None and step.kind is StepKind.END:
            self.left.emit()
        elif step is not None:
            self.answered.emit(step.id, place, "")

    def _written(self) -> None:
        step = self.step
        if step is not None:
            self.answered.emit(step.id, 0, self.field.text)

    def _typed(self, _: str) -> None:
        self.typing.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Answer with the number keys, go on with Enter where there is one way, go back with Backspace."""
        key, said = event.key(), event.text()
        numbered = self._numbered()
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if event.isAutoRepeat() and key != Qt.Key.Key_Backspace:
            event.accept()  # a key that is held answers one question
        elif plain and numbered and said in tuple("123456789"):
            self.answer(int(said))
        elif plain and not numbered and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and len(self.ways) == 1:
            self.answer(1)
        elif plain and key == Qt.Key.Key_Backspace:
            self.go_back()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go back from an empty line as from a question with numbers."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Backspace
            and not self.field.text
        ):
            self.go_back()
            return True
        return False

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Draw the ring."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the ring away."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground, and the ring while the keyboard is here."""
        super().paintEvent(event)
        if self.hasFocus():
            area = QRectF(self.rect()).adjusted(2, 2, -2, -2)
            outline(painter_on(self), area, theme().colors.you.line, Radius.CONTROL, 2)


def _offered(step: Step) -> tuple[str, ...]:
    match step.kind:
        case StepKind.CHOICE:
            return tuple(way.words for way in step.ways)
        case StepKind.SAY:
            return (tr("Said, go on"),)
        case StepKind.END:
            return (tr("Close the script"),)
    return ()
