"""The root cause of an issue: any part of its path is typed, and one of the tree is chosen."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crmdesk.domain.language import tr
from crmdesk.domain.learning.causes import Tree
from crmdesk.ui.formkit.suggest import suggest_from
from crmdesk.ui.kit import Flow, Label, LineEdit
from crmdesk.ui.theme import Icon, Space, TextRole, Voice


class CauseLine(QWidget):
    """``edited`` tells every keystroke, ``left`` that a cause was chosen or the line was left."""

    edited = Signal()
    left = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tree, self._kept = Tree("", ()), ""
        self.edit = LineEdit(tr("Root cause: type a part of its name"), Icon.SEARCH)
        self.edit.setAccessibleName(name)
        self._suggestions = suggest_from(self.edit)
        self.problem = Label("", TextRole.SMALL, Voice.LATE, Flow.WRAP)
        self.problem.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addWidget(self.edit)
        column.addWidget(self.problem)
        self.setFocusProxy(self.edit)
        self.edit.textEdited.connect(self._edited)
        self.edit.editingFinished.connect(self._left)
        self._suggestions.taken.connect(self._taken)

    def offer(self, tree: Tree, kept: str) -> None:
        """Say which causes there are, and the code of the one that is kept; without any the line is not shown."""
        if tree is not self._tree:
            self._suggestions.offer(tuple(tree.path(one.code) for one in tree.offered()))
        self._tree, self._kept = tree, kept
        self.setVisible(bool(tree.causes) or bool(kept))

    def show_kept(self) -> None:
        """Show the cause that is kept."""
        self.put(self._tree.path(self._kept) if self._kept else "")

    def put(self, text: str) -> None:
        """Show a text, from its beginning."""
        self.edit.setText(text)
        self.edit.setCursorPosition(0)
        self._say("")

    @property
    def text(self) -> str:
        """Return what stands there."""
        return self.edit.text()

    @property
    def code(self) -> str | None:
        """Return the code of what stands there, empty for none, None for words that name no cause of the tree."""
        if not self.text.strip():
            return ""
        if self._kept and self.text == self._tree.path(self._kept):
            return self._kept
        return self._tree.meant(self.text)

    def say_wrong(self) -> None:
        """Say that the words name no cause, and what to do."""
        self._say(tr("This is no cause of the list. Type a part of its name and choose it, or leave it empty."))

    def _say(self, words: str) -> None:
        self.problem.set_text(words)
        self.problem.setVisible(bool(words))
        (self.edit.show_wrong if words else self.edit.show_right)()
        self.edit.setAccessibleDescription(words)

    def _edited(self) -> None:
        self._say("")
        self.edited.emit()

    def _left(self) -> None:
        self.left.emit()

    def _taken(self) -> None:
        self._edited()
        self.left.emit()
