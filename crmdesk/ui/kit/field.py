"""Fields to type in: one line with a label, its states, and one line below that says what to do."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from crmdesk.domain.language import tr
from crmdesk.ui.kit.label import Flow, Label, SectionTitle
from crmdesk.ui.kit.mirror import margins, painter_on
from crmdesk.ui.kit.painting import (
    Align,
    box,
    draw_icon,
    draw_key,
    draw_text,
    key_width,
    leading_edge,
    outline,
    text_width,
)
from crmdesk.ui.theme import Icon, Radius, Size, Space, TextRole, Voice, theme

_PAD = 11


class FieldState(StrEnum):
    """REST as kept; PREFILLED taken from the call and may be changed; UNSAVED typed and not kept yet."""

    REST = "rest"
    PREFILLED = "prefilled"
    UNSAVED = "unsaved"


def field_box(painter: QPainter, rect: QRectF, edge: QColor, ground: QColor, *, focused: bool) -> None:
    """Draw the box of a field: 1 px edge, or the 2 px of the focus."""
    if focused:
        box(painter, rect, ground, None, Radius.CONTROL)
        outline(painter, rect, theme().colors.you.line, Radius.CONTROL, 2)
    else:
        box(painter, rect, ground, edge, Radius.CONTROL)


class LineEdit(QLineEdit):
    """One line to type in, painted in its state. ``key`` is a cap shown at the end while empty and not focused."""

    def __init__(
        self, placeholder: str = "", icon: Icon | None = None, key: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon, self._key = icon, key
        self._state = FieldState.REST
        self._note = ""
        self._wrong = False
        self.setFrame(False)
        self.setFont(theme().font(TextRole.BODY))
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setFixedHeight(Size.CONTROL)
        clear = self.palette()
        clear.setColor(QPalette.ColorRole.Base, QColor(0, 0, 0, 0))
        self.setPalette(clear)
        self.textEdited.connect(self._edited)
        self._place()

    @property
    def state(self) -> FieldState:
        """Return how the text stands."""
        return self._state

    def show_state(self, state: FieldState, note: str = "") -> None:
        """Show how the text stands; ``note`` is the word at the end ("from the call", "unsaved")."""
        self._state, self._note = state, note
        self._place()

    def show_note(self, note: str) -> None:
        """Show words at the end, for example a count."""
        self._note = note
        self._place()

    def show_wrong(self) -> None:
        """Mark the text as one that cannot be taken."""
        self._wrong = True
        self._place()

    def show_right(self) -> None:
        """Take the mark away."""
        self._wrong = False
        self._place()

    def set_key(self, key: str) -> None:
        """Show another key cap, or none."""
        self._key = key
        self._place()

    def set_icon(self, icon: Icon | None) -> None:
        """Show another icon before the text."""
        self._icon = icon
        self._place()

    def _edited(self) -> None:
        if self._state is FieldState.PREFILLED:
            self.show_state(FieldState.REST)

    def _place(self) -> None:
        left = _PAD + (Size.ICON + Space.S if self._icon is not None else 0)
        right = _PAD + (text_width(self._note, TextRole.SMALL) + Space.S if self._note else 0)
        right += Size.ICON + Space.S if self._wrong else 0
        right += key_width(self._key) + Space.S if self._key else 0
        self.setTextMargins(margins(left - 2, 0, right - 2, 0))
        self.update()

    def sizeHint(self) -> QSize:
        """Return a useful width and the height of a control."""
        return QSize(180, self.minimumHeight())

    def minimumSizeHint(self) -> QSize:
        """Return how narrow it may become."""
        return QSize(80, self.minimumHeight())

    def paint_box(self, painter: QPainter) -> None:
        """Draw the box in its state."""
        colors = theme().colors
        rect = QRectF(self.rect())
        if not self.isEnabled():
            outline(painter, rect, colors.line.control, Radius.CONTROL, 1, Qt.PenStyle.DashLine)
            return
        ground = colors.bg.window if self._state is FieldState.PREFILLED else colors.bg.panel
        edge = colors.voice(Voice.LATE).line if self._wrong else colors.line.control
        field_box(painter, rect, edge, ground, focused=self.hasFocus())
        if self._state is FieldState.UNSAVED:
            leading_edge(painter, rect, colors.you.solid, Radius.CONTROL)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the box, icon, note and key, then the text over them."""
        painter = painter_on(self)
        colors = theme().colors
        rect = QRectF(self.rect())
        late = colors.voice(Voice.LATE)
        self.paint_box(painter)
        middle = rect.center().y()
        if self._icon is not None:
            draw_icon(painter, _PAD, middle - Size.ICON / 2, self._icon, colors.text.muted)
        right = rect.right() - _PAD
        if self._wrong:
            draw_icon(painter, right - Size.ICON, middle - Size.ICON / 2, Icon.CIRCLE_ALERT, late.text)
            right -= Size.ICON + Space.S
        if self._note:
            ink = colors.you.text if self._state is FieldState.UNSAVED else colors.text.muted
            draw_text(painter, QRectF(0, 0, right, rect.height()), self._note, TextRole.SMALL, ink, Align.TRAILING)
        if self._key and not self.hasFocus():
            draw_key(painter, right - key_width(self._key), middle, self._key)
        painter.end()
        super().paintEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus."""
        super().focusInEvent(event)
        self.update()


class Field(QWidget):
    """A label, the line to type in, and under it what is wrong and what to do. ``edited`` tells every keystroke."""

    edited = Signal(str)
    finished = Signal()

    def __init__(
        self,
        label: str,
        placeholder: str = "",
        hint: str = "",
        icon: Icon | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.edit = LineEdit(placeholder, icon)
        self.edit.setAccessibleName(label)
        self._hint = hint
        self._problem = Label("", TextRole.SMALL, Voice.LATE, Flow.WRAP)
        self._problem.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.XS)
        layout.addLayout(label_row(label, hint))
        layout.addWidget(self.edit)
        layout.addWidget(self._problem)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFocusProxy(self.edit)
        self.edit.textEdited.connect(self._edited)
        self.edit.editingFinished.connect(self.finished)

    @property
    def text(self) -> str:
        """Return what stands in the field."""
        return self.edit.text()

    def set_text(self, text: str) -> None:
        """Show a text that is kept already."""
        self.edit.setText(text)
        self.edit.show_state(FieldState.REST)
        self.clear_problem()

    def prefill(self, text: str, source: str | None = None) -> None:
        """Show a text taken from elsewhere, the call unless told; it becomes a plain field once changed."""
        self.edit.setText(text)
        self.edit.show_state(FieldState.PREFILLED, tr("from the call") if source is None else source)

    def show_unsaved(self) -> None:
        """Mark the text as not kept yet."""
        self.edit.show_state(FieldState.UNSAVED, tr("unsaved"))

    def show_saved(self) -> None:
        """Take the mark away."""
        self.edit.show_state(FieldState.REST)

    def show_problem(self, what_to_do: str) -> None:
        """Say under the field what is wrong and what to do."""
        self.edit.show_wrong()
        self._problem.set_text(what_to_do)
        self._fit_problem()
        self._problem.show()
        self.edit.setAccessibleDescription(what_to_do)

    def clear_problem(self) -> None:
        """Take the line under the field away."""
        self.edit.show_right()
        self._problem.hide()
        self.edit.setAccessibleDescription("")

    @property
    def problem(self) -> str:
        """Return what is said under the field, empty while nothing is wrong."""
        return "" if self._problem.isHidden() else self._problem.text()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the words under the field as many lines as they need at this width."""
        super().resizeEvent(event)
        self._fit_problem()

    def _fit_problem(self) -> None:
        # The field is as high as its hint says and no higher, and a hint knows nothing of wrapped lines.
        self._problem.setFixedHeight(self._problem.heightForWidth(self.width()))

    def _edited(self, text: str) -> None:
        self.clear_problem()
        self.edited.emit(text)


def label_row(
    label: str, hint: str = "", trailing: QWidget | None = None, control: QWidget | None = None
) -> QHBoxLayout:
    """Return the line over a field: label, hint beside it, something at the end.

    ``control`` is what the label names: of a box with a choice, Qt on Linux reads what is chosen as its name.
    """
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(Space.S)
    title = SectionTitle(label)
    row.addWidget(title)
    if control is not None:
        title.setBuddy(control)
    if hint:
        row.addWidget(muted(hint))
    row.addStretch(1)
    if trailing is not None:
        row.addWidget(trailing)
    return row


def muted(text: str) -> Label:
    """Return a small muted label."""
    from crmdesk.ui.kit.label import Ink

    return Label(text, TextRole.SMALL, Ink.MUTED)
