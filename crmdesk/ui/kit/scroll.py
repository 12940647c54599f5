"""Scrolling: a thin bar that is there only while needed, and an area without a frame."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QScrollArea, QScrollBar, QStyle, QStyleOptionSlider, QWidget

from crmdesk.ui.kit.mirror import painter_on
from crmdesk.ui.kit.painting import fill
from crmdesk.ui.theme import Size, theme

_ROOM = Size.SCROLLBAR + 4


class ScrollBar(QScrollBar):
    """A 5 px bar."""

    def __init__(self, orientation: Qt.Orientation, parent: QWidget | None = None) -> None:
        super().__init__(orientation, parent)
        if orientation is Qt.Orientation.Vertical:
            self.setFixedWidth(_ROOM)
        else:
            self.setFixedHeight(_ROOM)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def sizeHint(self) -> QSize:
        """Return its thin size."""
        return QSize(_ROOM, _ROOM)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the part that is seen."""
        if self.maximum() <= self.minimum():
            return
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        vertical = self.orientation() is Qt.Orientation.Vertical
        length = self.height() if vertical else self.width()
        span = self.maximum() - self.minimum() + self.pageStep()
        part = max(24.0, length * self.pageStep() / span)
        at = (length - part) * (option.sliderPosition - self.minimum()) / (self.maximum() - self.minimum())
        rect = QRectF(2, at + 1, Size.SCROLLBAR, part - 2) if vertical else QRectF(at + 1, 2, part - 2, Size.SCROLLBAR)
        active = bool(option.activeSubControls & QStyle.SubControl.SC_ScrollBarSlider) or self.underMouse()
        colors = theme().colors
        fill(painter_on(self), rect, colors.text.muted if active else colors.line.control, Size.SCROLLBAR / 2)


def scrolled(content: QWidget) -> QScrollArea:
    """Return an area without frame or ground that scrolls ``content`` up and down."""
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setVerticalScrollBar(ScrollBar(Qt.Orientation.Vertical))
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    clear = area.palette()
    clear.setColor(QPalette.ColorRole.Window, QColor(0, 0, 0, 0))
    area.setPalette(clear)
    area.viewport().setAutoFillBackground(False)
    content.setAutoFillBackground(False)
    area.setWidget(content)
    content.setAutoFillBackground(False)
    return area
