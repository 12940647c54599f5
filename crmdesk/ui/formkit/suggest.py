"""What was used before, offered below a line one may also type freely."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QStringListModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit

_SHOWN = 8


class Suggestions(QObject):
    """The list below a line. ``taken`` tells that a person chose from it. Down opens it whole."""

    taken = Signal()

    def __init__(self, edit: QLineEdit) -> None:
        super().__init__(edit)
        self._edit = edit
        self._words = QStringListModel(self)
        self._completer = QCompleter(self._words, self)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self._completer.setMaxVisibleItems(_SHOWN)
        edit.setCompleter(self._completer)
        self._completer.activated.connect(self._chosen)
        edit.installEventFilter(self)

    def offer(self, words: tuple[str, ...]) -> None:
        """Offer other words."""
        self._words.setStringList(list(words))

    def _chosen(self, chosen: object) -> None:
        self.taken.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Open the whole list at Down."""
        if (
            watched is self._edit
            and isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Down
        ):
            self._completer.setCompletionPrefix("")
            self._completer.complete()
            return True
        return False


def suggest_from(edit: QLineEdit) -> Suggestions:
    """Give a line a list of suggestions."""
    return Suggestions(edit)
