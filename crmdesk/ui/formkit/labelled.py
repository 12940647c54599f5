"""Fields that are a control under a label: several lines of words, one of a list, a scale, a tick box."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from crmdesk.ui.formkit.input import Input
from crmdesk.ui.formkit.scale import Scale
from crmdesk.ui.formkit.spec import TICKED, FieldKind, FieldSpec
from crmdesk.ui.kit import CheckBox, Combo, Flow, Label, Option, TextPane, draw_icon, label_row, muted, outline
from crmdesk.ui.kit.mirror import painter_on
from crmdesk.ui.theme import Icon, Radius, Size, Space, TextRole, Voice, theme

_LOWEST_WORDS, _HIGHEST_WORDS = 96, 240


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
        painter = painter_on(self)
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
        layout.addLayout(label_row(spec.label, spec.hint, self.beside, control))
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
        if spec.only_offered and not spec.options:
            self.hide()
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
        if self.spec.only_offered:
            self.setVisible(bool(options))


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


class TicksInput(LabelledInput):
    """Tick boxes, two in a row: any of them may be ticked."""

    def __init__(self, spec: FieldSpec) -> None:
        group = QWidget()
        group.setAccessibleName(spec.label)
        self._boxes = {option.id: CheckBox(option.words) for option in spec.options}
        super().__init__(spec, group)
        grid = QGridLayout(group)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(Space.M)
        grid.setVerticalSpacing(0)
        for place, box in enumerate(self._boxes.values()):
            grid.addWidget(box, place // 2, place % 2)
            box.clicked.connect(self._clicked)
        grid.setColumnStretch(2, 1)
        self.setFocusProxy(next(iter(self._boxes.values())))

    def _clicked(self) -> None:
        self.edited.emit()

    @property
    def value(self) -> str:
        """The ids of those that are ticked, parted by commas."""
        return ",".join(id_ for id_, box in self._boxes.items() if box.isChecked())

    def put(self, value: str) -> None:
        """Tick these and no others."""
        ticked = value.split(",")
        for id_, box in self._boxes.items():
            box.setChecked(id_ in ticked)
