"""Text modules while one types a note: ``;name`` offers them, Tab puts one in, what is still to be said is marked.

A module goes in as one step, so that Ctrl+Z brings back what was typed. While a placeholder is left in the note, Tab
goes to the next one behind the caret; behind the last one it leaves the note as ever.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRegularExpression, Qt
from PySide6.QtGui import QKeyEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QTextEdit

from crmdesk.domain.knowledge.edition import TextModule
from crmdesk.domain.knowledge.text_module import BEGINS, PLACEHOLDER, filled, fitting, typed_shortcut
from crmdesk.ui.kit import TextPane
from crmdesk.ui.knowledge.module_list import ModuleList
from crmdesk.ui.theme import theme

_OPEN = QRegularExpression(PLACEHOLDER)


class NoteModules(QObject):
    """Watches one note. ``known`` gives the values of placeholders at the moment in which a module goes in."""

    def __init__(self, pane: TextPane, known: Callable[[], Mapping[str, str]], parent: QObject) -> None:
        super().__init__(parent)
        self._pane, self._known = pane, known
        self._editor: QTextEdit = pane.editor
        self._modules: tuple[TextModule, ...] = ()
        self._refused = ""
        self.list = ModuleList(pane)
        self._editor.installEventFilter(self)
        self._editor.textChanged.connect(self._changed)
        self._editor.cursorPositionChanged.connect(self._moved)
        self.list.taken.connect(self.take)
        pane.left.connect(self.list.hide)

    def offer(self, modules: tuple[TextModule, ...]) -> None:
        """Offer other modules."""
        self._modules = modules

    @property
    def count(self) -> int:
        """Return how many there are to be offered."""
        return len(self._modules)

    # While one types -------------------------------------------------------------------------------------------------

    def _changed(self) -> None:
        self._mark()
        self._refused = ""
        self._look()

    def _moved(self) -> None:
        if self.list.isVisible():
            self._look()

    def _look(self) -> None:
        typed = self._typed()
        found = fitting(self._modules, typed) if typed is not None and self._editor.hasFocus() else ()
        if not found or typed is None or typed == self._refused != "":
            self.list.hide()
            return
        if self.list.isVisible() and self.list.modules == found:
            return
        self._offer(found)

    def _offer(self, found: tuple[TextModule, ...]) -> None:
        self.list.offer(found, self._caret_line())

    def _typed(self) -> str | None:
        cursor = self._editor.textCursor()
        if cursor.hasSelection() or self._editor.isReadOnly():
            return None
        before = QTextCursor(cursor)
        before.movePosition(QTextCursor.MoveOperation.StartOfBlock, QTextCursor.MoveMode.KeepAnchor)
        return typed_shortcut(before.selectedText())

    def _caret_line(self) -> QRect:
        caret = self._editor.cursorRect()
        at = self._editor.viewport().mapTo(self._pane, QPoint(0, caret.top()))
        return QRect(at.x(), at.y(), caret.width(), caret.height())

    def take(self, module: TextModule) -> None:
        """Put a module in the place of its shortcut, as one step that can be taken back."""
        typed = self._typed()
        if typed is None:
            return
        text = filled(module.body, self._known())
        cursor = self._editor.textCursor()
        cursor.beginEditBlock()
        end = cursor.position()
        length = len((BEGINS + typed).encode("utf-16-le")) // 2  # the document counts in UTF-16
        cursor.setPosition(end - length)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text)
        cursor.endEditBlock()
        begin = end - length
        self.list.hide()
        self._editor.setTextCursor(cursor)
        if not self._go_to_open(begin):
            self._editor.ensureCursorVisible()

    # Placeholders ----------------------------------------------------------------------------------------------------

    def _go_to_open(self, behind: int) -> bool:
        """Select the first placeholder behind a position; return whether there is one."""
        found = self._editor.document().find(_OPEN, behind)
        if found.isNull():
            return False
        self._editor.setTextCursor(found)
        self._editor.ensureCursorVisible()
        return True

    def _mark(self) -> None:
        """Mark what is still to be said. The marks are the screen's, no part of the text."""
        marks: list[QTextEdit.ExtraSelection] = []
        look = QTextCharFormat()
        look.setBackground(theme().colors.mark)
        document = self._editor.document()
        found = document.find(_OPEN, 0)
        while not found.isNull():
            mark = QTextEdit.ExtraSelection()
            mark.cursor, mark.format = found, look
            marks.append(mark)
            found = document.find(_OPEN, found)
        self._editor.setExtraSelections(marks)

    # Keys ------------------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys of the list while it is there, and Tab while something is still to be said."""
        if event.type() is QEvent.Type.Resize and self.list.isVisible():
            self._offer(self.list.modules)
        if not isinstance(event, QKeyEvent) or event.type() not in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride):
            return False
        if event.modifiers() not in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier):
            return False
        key = Qt.Key(event.key())
        if self.list.isVisible() and key in _OF_THE_LIST:
            event.accept()
            if event.type() is QEvent.Type.KeyPress:
                self._press(key)
            return True
        if key is Qt.Key.Key_Tab and event.type() is QEvent.Type.KeyPress and not self._editor.isReadOnly():
            cursor = self._editor.textCursor()
            return self._go_to_open(cursor.selectionEnd())
        return False

    def _press(self, key: Qt.Key) -> None:
        chosen = self.list.chosen
        if key is Qt.Key.Key_Escape:
            self._refused = self._typed() or ""
            self.list.hide()
        elif key is Qt.Key.Key_Tab and chosen is not None:
            self.take(chosen)
        else:
            self.list.step(1 if key is Qt.Key.Key_Down else -1)


_OF_THE_LIST = frozenset({Qt.Key.Key_Tab, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Escape})
