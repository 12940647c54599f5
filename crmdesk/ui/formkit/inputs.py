"""One widget per kind of field, all with the same few words: value, put, prefill, offer, show_problem."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crmdesk.ui.formkit.scale import Scale
from crmdesk.ui.formkit.spec import TICKED, FieldKind, FieldSpec, Need
from crmdesk.ui.formkit.suggest import suggest_from
from crmdesk.ui.kit import CheckBox, Combo, Field, Flow, Label, Option, TextPane, draw_icon, label_row, muted, outline
from crmdesk.ui.theme import Icon, Radius, Size, Space, TextRole, Voice, theme

_LOWEST_WORDS, _HIGHEST_WORDS = 96, 240


class Input(QWidget):
    """A field of a form. ``edited`` tells that a person changed it; what a program puts there is not told."""

    edited = Signal()

    def __init__(self, spec: FieldSpec, control: QWidget) -> None:
        super().__init__()
        self.spec = spec
        self.control = control
        self.touched = False
        self.edited.connect(self._touch)
        self.setFocusProxy(control)

    @property
    def value(self) -> str:
        """What stands in the field, as text."""
        raise NotImplementedError

    @property
    def filled(self) -> bool:
        """Whether the field holds anything."""
        return bool(self.value.strip())

    @property
    def problem(self) -> str:
        """What is said under the field, empty while nothing is wrong."""
        raise NotImplementedError

    def put(self, value: str) -> None:
        """Show a value that is kept already; one that can no longer be chosen leaves the field empty."""
        raise NotImplementedError

    def prefill(self, value: str, source: str) -> None:
        """Show a value known from elsewhere; it becomes a plain field once changed."""
        self.put(value)

    def offer(self, options: tuple[Option, ...]) -> None:
        """Say what can be chosen."""

    def show_problem(self, what_to_do: str) -> None:
        """Say under the field what is wrong and what to do."""
        raise NotImplementedError

    def clear_problem(self) -> None:
        """Take the line under the field away."""
        raise NotImplementedError

    def _touch(self) -> None:
        self.touched = True
        self.clear_problem()


class LineInput(Input):
    """One line to type in."""

    def __init__(self, spec: FieldSpec) -> None:
        self._field = Field(spec.label, spec.words, spec.hint, spec.icon)
        super().__init__(spec, self._field.edit)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._field)
        layout.addStretch(1)
        self._field.edited.connect(self._edited)
        self._field.finished.connect(self._left)

    def _left(self) -> None:
        """Show the beginning of a text that is longer than the field."""
        if not self._field.edit.hasFocus():
            self._field.edit.setCursorPosition(0)

    def _edited(self, text: str) -> None:
        self.edited.emit()

    @property
    def value(self) -> str:
        """What was typed."""
        return self._field.text

    @property
    def problem(self) -> str:
        """What is said under the field."""
        return self._field.problem

    def put(self, value: str) -> None:
        """Show a text."""
        self._field.set_text(value)
        self._field.edit.setCursorPosition(0)

    def prefill(self, value: str, source: str) -> None:
        """Show a text with the word of where it is from."""
        if value:
            self._field.prefill(value, source)
            self._field.edit.setCursorPosition(0)

    def show_problem(self, what_to_do: str) -> None:
        """Say what is wrong."""
        self._field.show_problem(what_to_do)

    def clear_problem(self) -> None:
        """Nothing is wrong."""
        self._field.clear_problem()


class SuggestInput(LineInput):
    """One line that offers what was used before; anything may be typed."""

    def __init__(self, spec: FieldSpec) -> None:
        super().__init__(spec)
        self._suggestions = suggest_from(self._field.edit)
        self._suggestions.taken.connect(self._taken)
        self.offer(spec.options)

    def offer(self, options: tuple[Option, ...]) -> None:
        """Say what is offered below the field."""
        self._suggestions.offer(tuple(option.words for option in options))

    def _taken(self) -> None:
        self._field.edit.show_state(self._field.edit.state)
        self.edited.emit()


class _WrongEdge(QWidget):
    """The late edge and the alert over a control whose value cannot be taken, letting pointer and keys through."""

    def __init__(self, control: QWidget) -> None:
        super().__init__(control)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        control.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as the control."""
        if isinstance(event, QResizeEvent):
            self.setGeometry(0, 0, event.size().width(), event.size().height())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw them."""
        painter = QPainter(self)
        late = theme().colors.voice(Voice.LATE)
        outline(painter, self.rect(), late.line, Radius.CONTROL)
        if self.height() > Size.CONTROL:
            draw_icon(painter, self.width() - Size.ICON - 11, 9, Icon.CIRCLE_ALERT, late.text)


class LabelledInput(Input):
    """A control under its label, with the line below that says what to do."""

    def __init__(self, spec: FieldSpec, control: QWidget) -> None:
        super().__init__(spec, control)
        self.beside = muted("")
        self._edge = _WrongEdge(control)
        self._problem = Label("", TextRole.SMALL, Voice.LATE, Flow.WRAP)
        self._problem.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.XS)
        layout.addLayout(label_row(spec.label, spec.hint, self.beside))
        layout.addWidget(control, 1 if spec.kind is FieldKind.WORDS else 0)
        layout.addWidget(self._problem)
        if spec.kind is not FieldKind.WORDS:
            layout.addStretch(1)

    @property
    def problem(self) -> str:
        """What is said under the field."""
        return "" if self._problem.isHidden() else self._problem.text()

    def show_problem(self, what_to_do: str) -> None:
        """Say what is wrong."""
        self._problem.set_text(what_to_do)
        self._problem.show()
        self._edge.show()
        self._edge.raise_()
        self.control.setAccessibleDescription(what_to_do)

    def clear_problem(self) -> None:
        """Nothing is wrong."""
        self._problem.hide()
        self._edge.hide()
        self.control.setAccessibleDescription("")


class WordsInput(LabelledInput):
    """Several lines of plain text."""

    def __init__(self, spec: FieldSpec) -> None:
        self.pane = TextPane(spec.label, spec.words)
        self.pane.setMinimumHeight(_LOWEST_WORDS)
        super().__init__(spec, self.pane)
        self.setMaximumHeight(_HIGHEST_WORDS)
        self.pane.edited.connect(self.edited)

    @property
    def value(self) -> str:
        """What was typed."""
        return self.pane.text

    def put(self, value: str) -> None:
        """Show a text with the caret behind it."""
        self.pane.put(value)
        self.pane.caret_to_end()

    def prefill(self, value: str, source: str) -> None:
        """Show words taken over, and say so."""
        self.put(value)
        self.beside.set_text(source if value else "")


class OneOfInput(LabelledInput):
    """One of a list; typing the first letters chooses."""

    def __init__(self, spec: FieldSpec) -> None:
        self._combo = Combo(spec.label, spec.options)
        self._combo.setPlaceholderText(spec.words)
        super().__init__(spec, self._combo)
        self._combo.picked.connect(self._picked)

    def _picked(self, option_id: str) -> None:
        self.edited.emit()

    @property
    def value(self) -> str:
        """The id of what is chosen."""
        return self._combo.value

    def put(self, value: str) -> None:
        """Choose by id."""
        self._combo.setCurrentIndex(self._combo.findData(value) if value else -1)

    def offer(self, options: tuple[Option, ...]) -> None:
        """Say what can be chosen; what is chosen stays if it still can be."""
        chosen = self.value
        with QSignalBlocker(self._combo):
            self._combo.set_options(options)
        self.put(chosen)


class ScaleInput(LabelledInput):
    """Steps side by side; a digit chooses."""

    def __init__(self, spec: FieldSpec) -> None:
        self._scale = Scale(spec.label, spec.options)
        super().__init__(spec, self._scale)
        self._scale.chosen.connect(self._chosen)
        self.setFocusProxy(self._scale.entry)

    def _chosen(self, option_id: str) -> None:
        self.edited.emit()

    @property
    def value(self) -> str:
        """The id of the chosen step."""
        return self._scale.value

    def put(self, value: str) -> None:
        """Choose by id."""
        if any(option.id == value for option in self.spec.options):
            self._scale.choose(value)
        else:
            self._scale.clear()


class TickInput(LabelledInput):
    """A tick box."""

    def __init__(self, spec: FieldSpec) -> None:
        self._box = CheckBox(spec.words)
        self._box.setFixedHeight(Size.CONTROL)
        super().__init__(spec, self._box)
        self._box.clicked.connect(self._clicked)

    def _clicked(self) -> None:
        self.edited.emit()

    @property
    def value(self) -> str:
        """ "yes" or nothing."""
        return TICKED if self._box.isChecked() else ""

    def put(self, value: str) -> None:
        """Tick it or not."""
        self._box.setChecked(value == TICKED)


def build_input(spec: FieldSpec) -> Input:
    """Return the widget for a field."""
    kinds: dict[FieldKind, Callable[[FieldSpec], Input]] = {
        FieldKind.LINE: LineInput,
        FieldKind.SUGGEST: SuggestInput,
        FieldKind.WORDS: WordsInput,
        FieldKind.ONE_OF: OneOfInput,
        FieldKind.SCALE: ScaleInput,
        FieldKind.TICK: TickInput,
    }
    return kinds[spec.kind](spec)


def missing(inputs: tuple[Input, ...]) -> tuple[Input, ...]:
    """Return the required fields that are still empty, in the order of Tab."""
    return tuple(one for one in inputs if one.spec.need is Need.REQUIRED and not one.filled)


__all__ = ["Input", "WordsInput", "build_input", "missing"]
