"""Why: of a clock one sentence and the days from its start to its end as small boxes, else sentences."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain.language import tr
from crmdesk.domain.sla.explanation import Explanation
from crmdesk.ui.deadlines.day_strip import DayStrip
from crmdesk.ui.kit import Button, ButtonKind, ButtonSize, Flow, Ink, Label, Panel, SectionTitle
from crmdesk.ui.theme import Icon, Space, TextRole


class WhyPanel(Panel):
    """``gone`` tells that it was put away."""

    gone = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = SectionTitle("")
        self.sentence = Label("", TextRole.BODY, Ink.SECONDARY, Flow.WRAP)
        self.days = DayStrip()
        self.close_button = Button(tr("Put away"), ButtonKind.QUIET, Icon.X, size=ButtonSize.SMALL)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.S, Space.M, Space.M)
        column.setSpacing(Space.S)
        column.addLayout(head)
        column.addWidget(self.sentence)
        column.addWidget(self.days)
        self.close_button.clicked.connect(self.put_away)
        self.hide()

    def say(self, title: str, why: Explanation) -> None:
        """Say why."""
        self.title.set_text(title)
        self.sentence.set_text(why.sentence)
        self.days.show_days(why.days)
        self.days.show()
        self.setAccessibleName(f"{title}: {why.sentence}")
        self.show()

    def say_lines(self, title: str, lines: tuple[str, ...]) -> None:
        """Say why in sentences, a line each."""
        self.title.set_text(title)
        self.sentence.set_text("\n".join(lines))
        self.days.hide()
        self.setAccessibleName(f"{title}: {' '.join(lines)}")
        self.show()

    def put_away(self) -> None:
        """Say it no more."""
        if not self.isHidden():
            self.hide()
            self.gone.emit()
