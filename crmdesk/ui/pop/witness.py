"""Tells when something was painted: the last small piece of a page in the order of painting."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget


class PaintWitness(QWidget):
    """One pixel above everything in its parent. ``painted`` carries what was watched for, after the rest was painted.

    Qt paints siblings from the bottom up in one pass, so when this pixel is painted, what was changed before it was
    painted in the same pass.
    """

    painted = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setGeometry(0, 0, 1, 1)
        self._watched: list[object] = []

    def watch(self, what: object) -> None:
        """Tell ``what`` once it has been painted."""
        self._watched.append(what)
        self.raise_()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Everything below has been painted."""
        watched, self._watched = self._watched, []
        for what in watched:
            self.painted.emit(what)
