"""The customer's own words on a card, as they stand for good."""

from __future__ import annotations

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QVBoxLayout

from crmdesk.ui.kit import Flow, Label, Panel, leading_edge
from crmdesk.ui.kit.mirror import painter_on
from crmdesk.ui.theme import Radius, Space, TextRole, theme


class Quoted(Panel):
    """The customer's own words, which never change."""

    def __init__(self) -> None:
        super().__init__()
        self.words = Label("", TextRole.NOTE, flow=Flow.WRAP)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.M, Space.S, Space.M, Space.M)
        column.addWidget(self.words)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card with the edge of what others said."""
        super().paintEvent(event)
        leading_edge(painter_on(self), self.rect(), theme().colors.line.control, Radius.CARD)
