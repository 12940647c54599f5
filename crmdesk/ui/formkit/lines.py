"""Several lines, each with one of a list beside it: Enter adds one, its cross takes it away."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import QRectF, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain.language import tr
from crmdesk.ui.formkit.labelled import LabelledInput
from crmdesk.ui.formkit.spec import FieldSpec
from crmdesk.ui.kit import (
    Button,
    ButtonKind,
    ButtonSize,
    Combo,
    FieldState,
    Ink,
    Label,
    LineEdit,
    Option,
    Panel,
    fill,
    outline,
)
from crmdesk.ui.kit.mirror import painter_on
from crmdesk.ui.theme import Icon, Radius, Space, TextRole, theme

_NUMBER, _MOST = 20, 50
_PARTED = "\t"


def lines_of(value: str) -> tuple[tuple[str, str], ...]:
    """Return the lines of a field's value: what was written, and the id of what was chosen beside it."""
    found = (line.partition(_PARTED) for line in value.splitlines())
    return tuple((words.strip(), choice) for choice, _, words in found if choice or words.strip())


def written(lines: Iterable[tuple[str, str]]) -> str:
    """Return lines as a value, each with an end: lines that are added to it stand below."""
    return "".join(
        f"{choice}{_PARTED}{' '.join(words.split())}\n" for words, choice in lines if choice or words.strip()
    )


class _Words(LineEdit):
    """The words of a line, without a box of their own until they have the keyboard."""

    def paint_box(self, painter: QPainter) -> None:
        """Draw the ring of the focus alone."""
        _draw_ring(self, painter)


class _Choice(Combo):
    """What is chosen beside the words, without a box of its own."""

    def paint_box(self, painter: QPainter) -> None:
        """Draw the ring of the focus alone."""
        _draw_ring(self, painter)


def _draw_ring(widget: QWidget, painter: QPainter) -> None:
    if widget.hasFocus():
        outline(painter, QRectF(widget.rect()), theme().colors.you.line, Radius.CONTROL, 2)


class _Line(QWidget):
    """One line. ``asked`` tells that the next one is wanted, ``gone`` that this one is to go."""

    edited = Signal()
    asked = Signal()
    gone = Signal()

    def __init__(self, placeholder: str, options: tuple[Option, ...]) -> None:
        super().__init__()
        self.follows = False
        self._number = Label("", TextRole.SMALL, Ink.SECONDARY)
        self._number.setFixedWidth(_NUMBER)
        self.words = _Words(placeholder)
        self.choice = _Choice("", options)
        self.remove = Button("", ButtonKind.QUIET, Icon.X, size=ButtonSize.SMALL)
        self.remove.fold_words()
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, 1, Space.XS, 1)
        row.setSpacing(Space.XS)
        for part, share in ((self._number, 0), (self.words, 3), (self.choice, 2), (self.remove, 0)):
            row.addWidget(part, share)
        self.words.textEdited.connect(self._changed)
        self.words.returnPressed.connect(self.asked)
        self.choice.picked.connect(self._changed)
        self.remove.clicked.connect(self.gone)

    def _changed(self, _: str) -> None:
        self.follows = False
        self.words.show_state(FieldState.REST)
        self.edited.emit()

    @property
    def said(self) -> tuple[str, str]:
        """Return its words and what is chosen."""
        return self.words.text(), self.choice.value

    def put(self, words: str, choice: str) -> None:
        """Show words and a choice."""
        self.words.setText(words)
        self.words.setCursorPosition(0)
        self.choice.setCurrentIndex(self.choice.findData(choice) if choice else -1)

    def offer(self, options: tuple[Option, ...]) -> None:
        """Say what can be chosen; what is chosen stays if it still can be."""
        words, choice = self.said
        with QSignalBlocker(self.choice):
            self.choice.set_options(options)
        self.put(words, choice)

    def name(self, field: str, number: int) -> None:
        """Say which line it is."""
        self._number.set_text(str(number))
        self.words.setAccessibleName(tr("{field}, line {n}", field=field, n=number))
        self.choice.setAccessibleName(tr("{field}, line {n}, category", field=field, n=number))
        self.remove.set_words(tr("Take line {n} away", n=number))
        self.remove.fold_words()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line below it."""
        fill(painter_on(self), QRectF(0, self.height() - 1, self.width(), 1), theme().colors.line.soft)


class LinesInput(LabelledInput):
    """The lines of a field. Until a person writes in them, the first one follows what is chosen elsewhere and the value
    is empty."""

    def __init__(self, spec: FieldSpec) -> None:
        card = Panel()
        super().__init__(spec, card)
        self._options = spec.options
        self._own = False
        self.lines: list[_Line] = []
        self._column = QVBoxLayout()
        self._column.setSpacing(0)
        whole = QVBoxLayout(card)
        whole.setContentsMargins(1, 1, 1, Space.XS)
        whole.setSpacing(Space.XS)
        whole.addLayout(self._column)
        self._make(0)
        self.add = Button(spec.more, ButtonKind.QUIET, Icon.PLUS, size=ButtonSize.SMALL)
        self.add.clicked.connect(self.add_line)
        foot = QHBoxLayout()
        foot.setContentsMargins(Space.XS, 0, Space.XS, 0)
        foot.addWidget(self.add)
        foot.addStretch(1)
        whole.addLayout(foot)
        self.setFocusProxy(self.lines[0].words)

    @property
    def value(self) -> str:
        """The lines, empty until somebody wrote in them."""
        return written(line.said for line in self.lines) if self._own else ""

    def put(self, value: str) -> None:
        """Show lines that were kept."""
        kept = lines_of(value)
        self._own = bool(kept)
        self._show(kept or (("", ""),))

    def offer(self, options: tuple[Option, ...]) -> None:
        """Say what can be chosen beside each."""
        self._options = options
        for line in self.lines:
            line.offer(options)

    def follow(self, choice: str, words: str, source: str) -> None:
        """Show in the first line what was chosen elsewhere, as long as nobody wrote there; ``source`` says where."""
        first = self.lines[0]
        if not self._own or first.follows:
            first.follows = True
            first.put(words, choice)
            first.words.show_state(FieldState.PREFILLED, source if words else "")

    def add_line(self) -> None:
        """Add an empty line and go there; one that is empty already is gone to."""
        line = next((line for line in self.lines if not any(line.said)), None)
        if line is None and len(self.lines) < _MOST:
            line = self._make(len(self.lines))
        if line is not None:
            line.words.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self, lines: tuple[tuple[str, str], ...]) -> None:
        while len(self.lines) > len(lines):
            self._drop(self.lines[-1])
        while len(self.lines) < len(lines):
            self._make(len(self.lines))
        for line, (words, choice) in zip(self.lines, lines, strict=True):
            line.follows = False
            line.words.show_state(FieldState.REST)
            line.put(words, choice)

    def _make(self, place: int) -> _Line:
        line = _Line(self.spec.words, self._options)
        line.edited.connect(self._line_edited)
        line.asked.connect(self.add_line)
        line.gone.connect(partial(self._take_away, line))
        before = self.lines[place - 1].remove if place else None
        self.lines.append(line)
        self._column.addWidget(line)
        if self.isVisible():
            line.show()
        for one, next_ in ((before, line.words), (line.words, line.choice), (line.choice, line.remove)):
            if one is not None:
                QWidget.setTabOrder(one, next_)
        self._number()
        return line

    def _line_edited(self) -> None:
        self._own = True
        self.edited.emit()

    def _take_away(self, line: _Line) -> None:
        place = self.lines.index(line)
        self._own = self._own or len(self.lines) > 1
        if len(self.lines) == 1:
            line.put("", "")
            line.words.show_state(FieldState.REST)
            self._own = False
        else:
            self._drop(line)
        self.lines[min(place, len(self.lines) - 1)].words.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edited.emit()

    def _drop(self, line: _Line) -> None:
        self.lines.remove(line)
        self._column.removeWidget(line)
        line.hide()
        line.deleteLater()
        self.setFocusProxy(self.lines[0].words)
        self._number()

    def _number(self) -> None:
        for number, line in enumerate(self.lines, start=1):
            line.name(self.spec.label, number)
