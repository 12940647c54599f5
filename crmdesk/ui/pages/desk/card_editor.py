"""The editor of one field of the card: it stands where the fact stood, says how safe it is and what is wrong."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain.language import mark, tr
from crmdesk.ui.kit import Field, Flow, Ink, Label, SectionTitle, TextPane, muted
from crmdesk.ui.theme import Icon, Space, TextRole, Voice

_LOWEST, _HIGHEST, _AROUND = 76, 224, 20
"""Heights in px of the place for several lines, and of what is around them."""

_HINT_LINE = mark("Enter keeps, Esc takes back, Tab goes on")
_HINT_LINES = mark("Enter keeps, Shift+Enter new line, Esc takes back")


class CardEditor(QWidget):
    """One line, or several. ``typed`` tells each change by the person; ``kept`` that Enter was pressed; ``go_on``
    carries 1 for Tab and -1 for Shift+Tab."""

    typed = Signal()
    kept = Signal()
    go_on = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines_wanted = False
        self._unsaved = False
        self._label = ""
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, Space.S, 0, Space.XS)
        layout.setSpacing(Space.XS)
        self.line: Field | None = None
        self.pane = TextPane("")
        self.pane.editor.document().documentLayout().documentSizeChanged.connect(self._grow)
        self._unsaved_word = muted(tr("unsaved"))
        self._unsaved_word.set_ink(Voice.YOU)
        self._head = QWidget()
        self._name = SectionTitle("")
        title = QHBoxLayout(self._head)
        title.setContentsMargins(0, 0, 0, 0)
        title.addWidget(self._name, 1)
        title.addWidget(self._unsaved_word)
        layout.addWidget(self._head)
        layout.addWidget(self.pane)
        self._problem = Label("", TextRole.SMALL, Voice.LATE, Flow.WRAP)
        self._other = Label("", TextRole.SMALL, Voice.SOON, Flow.WRAP)
        self._other.set_icon(Icon.GIT_COMPARE)
        self._hint = Label("", TextRole.SMALL, Ink.MUTED, Flow.WRAP)
        for label in (self._problem, self._other, self._hint):
            layout.addWidget(label)
        self.pane.edited.connect(self._typed)
        self.pane.editor.installEventFilter(self)

    def open(self, label: str, text: str, placeholder: str, *, lines: bool) -> None:
        """Edit a text; the caret stands behind it."""
        self._label, self._lines_wanted = label, lines
        if self.line is not None:
            self.line.hide()
            self.line.deleteLater()
            self.line = None
        self._head.setVisible(lines)
        self.pane.setVisible(lines)
        if lines:
            self._name.set_text(label)
            self.pane.editor.setAccessibleName(label)
            self.pane.editor.setPlaceholderText(placeholder)
        else:
            self.line = Field(label, placeholder)
            self.line.edit.installEventFilter(self)
            self.line.edited.connect(self._typed)
            layout = self.layout()
            assert isinstance(layout, QVBoxLayout)
            layout.insertWidget(0, self.line)
        self._hint.set_text(tr(_HINT_LINES if lines else _HINT_LINE))
        self.put(text)
        self.clear_problem()
        self.say_other("")
        self.show_unsaved(False)

    @property
    def label(self) -> str:
        """Return the name of what is edited."""
        return self._label

    @property
    def text(self) -> str:
        """Return what was typed."""
        return self.pane.text if self.line is None else self.line.text

    @property
    def problem(self) -> str:
        """Return what is said to be wrong, empty while nothing is."""
        if self.line is not None:
            return self.line.problem
        return "" if self._problem.isHidden() else self._problem.text()

    @property
    def other(self) -> str:
        """Return what is said of a colleague's change, empty without one."""
        return "" if self._other.isHidden() else self._other.text()

    @property
    def unsaved(self) -> bool:
        """Say whether something typed is marked as not kept."""
        return self._unsaved

    def put(self, text: str) -> None:
        """Show another text with the caret behind it, as a program does."""
        if self.line is not None:
            self.line.set_text(text)
        else:
            self.pane.put(text)
            self.pane.caret_to_end()

    def refresh_text(self, text: str) -> None:
        """Show what stands there now in the place of what the person did not touch; the caret stays where it is."""
        if self.line is not None:
            at = self.line.edit.cursorPosition()
            self.line.set_text(text)
            self.line.edit.setCursorPosition(min(at, len(text)))
        else:
            self.pane.put(text)
            self.pane.caret_to_end()

    def show_name(self, wanted: bool) -> None:
        """Name what is edited, or leave that to the title over it."""
        self._name.set_text(self._label if wanted else "")

    def _grow(self) -> None:
        """Be as high as the lines need."""
        height = int(self.pane.editor.document().size().height()) + _AROUND
        self.pane.setFixedHeight(min(max(height, _LOWEST), _HIGHEST))

    def take_keyboard(self) -> None:
        """Give the keyboard to the field."""
        target = self.pane.editor if self.line is None else self.line.edit
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def has_keyboard(self) -> bool:
        """Say whether the person types here."""
        return self.pane.editor.hasFocus() if self.line is None else self.line.edit.hasFocus()

    def show_unsaved(self, unsaved: bool) -> None:
        """Mark the text as not kept yet, or take the mark away."""
        self._unsaved = unsaved
        if self.line is not None:
            if unsaved:
                self.line.show_unsaved()
            else:
                self.line.show_saved()
            return
        self._unsaved_word.setVisible(unsaved)
        self.pane.mark_unsaved(unsaved)

    def show_problem(self, words: str) -> None:
        """Say below what is wrong and what to do."""
        if self.line is not None:
            self.line.show_problem(words)
            return
        self._problem.set_text(words)
        self._problem.show()
        self.pane.editor.setAccessibleDescription(words)

    def clear_problem(self) -> None:
        """Nothing is wrong."""
        self._problem.hide()
        self.pane.editor.setAccessibleDescription("")
        if self.line is not None:
            self.line.clear_problem()

    def say_other(self, words: str) -> None:
        """Say that a colleague changed the same field, empty: nobody did."""
        self._other.set_text(words)
        self._other.setVisible(bool(words))
        self._fit()

    def _typed(self, _: str = "") -> None:
        self.clear_problem()
        self.typed.emit()

    def _fit(self) -> None:
        for label in (self._problem, self._other, self._hint):
            label.setMinimumHeight(label.heightForWidth(self.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the words below as many lines as they need at this width."""
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep at Enter, go on at Tab; Shift+Enter begins a new line where there may be several."""
        if event.type() is not QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.line is None and shift:
                return False
            self.kept.emit()
            return True
        if event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self.go_on.emit(-1 if shift or event.key() == Qt.Key.Key_Backtab else 1)
            return True
        return False
