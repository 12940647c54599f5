"""A sheet over the whole window while nobody works at it: sign-in, passphrase, a file that cannot be read."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crmdesk.ui.kit import fill
from crmdesk.ui.kit.mirror import painter_on
from crmdesk.ui.theme import theme


class Cover(QWidget):
    """Covers its window with ``content`` in the middle until ``lift``; what is under it cannot be reached."""

    def __init__(self, window: QWidget, content: QWidget) -> None:
        super().__init__(window)
        self.content = content
        layout = QVBoxLayout(self)
        layout.addWidget(content, 0, Qt.AlignmentFlag.AlignCenter)
        window.installEventFilter(self)
        self.setGeometry(window.rect())
        self.show()
        self.raise_()
        content.setFocus()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Keep Tab among what can be reached: the content."""
        reachable = [
            part
            for part in self.content.findChildren(QWidget)
            if part.focusPolicy() & Qt.FocusPolicy.TabFocus and part.isVisible() and part.isEnabled()
        ]
        if not reachable:
            return False
        now = self.focusWidget()
        place = reachable.index(now) if now in reachable else -1 if forward else 0
        reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        reachable[(place + (1 if forward else -1)) % len(reachable)].setFocus(reason)
        return True

    def lift(self) -> None:
        """Give the window back."""
        self.hide()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's size."""
        parent = self.parentWidget()
        if watched is parent and event.type() is QEvent.Type.Resize:
            self.setGeometry(parent.rect())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground, so that nothing shines through."""
        fill(painter_on(self), event.rect(), theme().colors.bg.window)
