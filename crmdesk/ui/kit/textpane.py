"""The pane in which an agent writes, and the words that say how safe the writing is."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QPaintEvent, QPalette, QTextBlockFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QTextEdit, QVBoxLayout, QWidget

from crmdesk.domain.language import left_to_right, tr
from crmdesk.ui.kit.field import field_box
from crmdesk.ui.kit.label import Ink, Label, plain_tip
from crmdesk.ui.kit.mirror import margins, painter_on
from crmdesk.ui.kit.painting import leading_edge
from crmdesk.ui.kit.scroll import ScrollBar
from crmdesk.ui.theme import Icon, Radius, TextRole, Voice, theme


class _Editor(QTextEdit):
    """Plain text with lines 21 px apart (a plain-text edit cannot set its line height)."""

    def __init__(self, placeholder: str) -> None:
        super().__init__()
        self.setAcceptRichText(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBar(ScrollBar(Qt.Orientation.Vertical))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFont(theme().font(TextRole.NOTE))
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)
        self.document().setDocumentMargin(0)
        # Room between the words and the edge, in which the scroll bar comes and goes without moving a line.
        self.setViewportMargins(margins(0, 0, 8, 0))
        self.setCursorWidth(2)
        clear = self.palette()
        clear.setColor(QPalette.ColorRole.Base, QColor(0, 0, 0, 0))
        self.setPalette(clear)
        self.viewport().setAutoFillBackground(False)
        self._space_lines()

    def put(self, text: str) -> None:
        """Show a text from its beginning; there is nothing to undo."""
        self.setPlainText(text)
        self._space_lines()

    def _space_lines(self) -> None:
        document = self.document()
        document.setUndoRedoEnabled(False)
        spacing = QTextBlockFormat()
        spacing.setLineHeight(theme().size(TextRole.NOTE).line, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        cursor = QTextCursor(document)
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.mergeBlockFormat(spacing)
        document.setUndoRedoEnabled(True)
        document.setModified(False)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Take only the plain text of what is pasted or dropped."""
        if source.hasText():
            self.textCursor().insertText(source.text())
            self.ensureCursorVisible()


class TextPane(QWidget):
    """A note. ``edited`` tells that a person changed it; what a program puts there is not told."""

    edited = Signal()
    left = Signal()

    def __init__(self, name: str, placeholder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = _Editor(placeholder)
        self.editor.setAccessibleName(name)
        self._putting = False
        self._unsaved = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(margins(13, 8, 5, 8))
        layout.addWidget(self.editor)
        self.setFocusProxy(self.editor)
        self.setMinimumHeight(64)
        self.editor.textChanged.connect(self._changed)
        self.editor.installEventFilter(self)

    @property
    def text(self) -> str:
        """Return the text as typed."""
        return self.editor.toPlainText()

    def put(self, text: str) -> None:
        """Show another text, as a program does."""
        self._putting = True
        self.editor.put(text)
        self._putting = False

    def insert(self, text: str) -> None:
        """Write at the caret, as a person does (a text module)."""
        self.editor.insertPlainText(text)

    def lock(self, reason: str) -> None:
        """Show the text but take no typing; ``reason`` is told as the tip."""
        self.editor.setReadOnly(True)
        self.setToolTip(plain_tip(reason))
        self.update()

    def unlock(self) -> None:
        """Take typing again."""
        self.editor.setReadOnly(False)
        self.setToolTip("")
        self.update()

    def mark_unsaved(self, unsaved: bool) -> None:
        """Mark the text as an edit that is not kept yet, or take the mark away."""
        self._unsaved = unsaved
        self.update()

    @property
    def caret_in_sight(self) -> bool:
        """Return whether the line with the caret is seen as a whole."""
        caret = self.editor.cursorRect()
        return caret.top() >= 0 and caret.bottom() <= self.editor.viewport().height()

    def bring_caret_in_sight(self) -> None:
        """Scroll to the caret."""
        self.editor.ensureCursorVisible()

    def caret_to_end(self) -> None:
        """Put the caret behind the last word."""
        self.editor.moveCursor(QTextCursor.MoveOperation.End)

    def _changed(self) -> None:
        if not self._putting:
            self.edited.emit()

    def eventFilter(self, watched: object, event: object) -> bool:
        """Redraw the ring when the keyboard comes or goes."""
        if isinstance(event, QFocusEvent):
            self.update()
            if not event.gotFocus():
                self.left.emit()
        return False

    def sizeHint(self) -> QSize:
        """Return a useful size."""
        return QSize(320, 160)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the box."""
        colors = theme().colors
        painter = painter_on(self)
        ground = colors.bg.window if self.editor.isReadOnly() else colors.bg.panel
        field_box(painter, QRectF(self.rect()), colors.line.control, ground, focused=self.editor.hasFocus())
        if self._unsaved:
            leading_edge(painter, QRectF(self.rect()), colors.you.solid, Radius.CONTROL)


class SavedLabel(Label):
    """Says how safe a text is: ready, not kept yet, saved at a time (only after it is on the disk), failed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Ready, just type"), TextRole.SMALL, Ink.MUTED, parent=parent)

    def show_ready(self) -> None:
        """Nothing was typed yet."""
        self._say(tr("Ready, just type"), Ink.MUTED, None)

    def show_unsaved(self) -> None:
        """Something was typed that is not on the disk yet."""
        self._say(tr("Saving"), Ink.MUTED, None)

    def show_saved(self, at: str) -> None:
        """Everything typed is on the disk since ``at`` (a clock time with seconds)."""
        self._say(tr("Saved {time}", time=left_to_right(at)), Voice.PHONE, Icon.CIRCLE_CHECK)

    def show_failed(self, what: str) -> None:
        """The text could not be kept; ``what`` says what to do."""
        self._say(what, Voice.LATE, Icon.CIRCLE_ALERT)

    def _say(self, words: str, ink: Ink | Voice, icon: Icon | None) -> None:
        self.set_icon(icon)
        self.set_ink(ink)
        self.set_text(words)
