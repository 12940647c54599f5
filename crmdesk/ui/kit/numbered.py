"""A row that a click, its Ctrl + digit, or Enter chooses; what it says is painted by who makes one."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QEnterEvent, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy


class NumberedRow(QPushButton):
    """The keys and the light of such a row. ``cap`` is its key in words, drawn and told to whoever has the screen read
    aloud while ``key_works``; ``height`` in px.

    A subclass paints it.
    """

    def __init__(self, cap: str, height: int) -> None:
        super().__init__()
        self.cap = cap
        self.key_works = False
        self.setFixedHeight(height)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAutoDefault(False)

    def show_key(self, works: bool) -> None:
        """Draw the key cap while the digit acts here."""
        self.key_works = works
        self.setAccessibleDescription(self.cap if works else "")
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose with Enter; go to the next with the arrows, J and K."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_J):
            self.focusNextChild()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_K):
            self.focusPreviousChild()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Light up under the pointer."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Go dark again."""
        super().leaveEvent(event)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring."""
        super().focusInEvent(event)
        self.update()
