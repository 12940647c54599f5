"""The crash sheet: a fault of ours, told without stopping the work, with a report that names no customer."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain.language import left_to_right, mark, tr, tr_in
from crmdesk.ui.kit import Button, ButtonKind, ButtonSize, FloatingCard, Flow, Ink, Label
from crmdesk.ui.qt.errors import BugReport
from crmdesk.ui.theme import Icon, Space, TextRole, Voice

_WIDTH, _HEIGHT = 420, 148
TITLE = mark("Something here went wrong")
SAFE = mark(
    "What you wrote is on this computer, and the rest of the desk works. The report says where it happened, "
    "not what was on the screen."
)


class CrashSheet(FloatingCard):
    """Stands in a corner, takes no focus, goes when told to."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.report: BugReport | None = None
        self.title = Label(tr(TITLE), TextRole.TITLE, icon=Icon.BUG)
        self.title.set_icon(Icon.BUG, Voice.LATE)
        self.words = Label(tr(SAFE), TextRole.BODY, Ink.SECONDARY, Flow.WRAP)
        self.reference = Label("", TextRole.SMALL, Ink.MUTED)
        self.copy = Button(tr("Copy report"), ButtonKind.QUIET, Icon.COPY, size=ButtonSize.SMALL)
        self.close_button = Button(tr_in("button", "Close"), ButtonKind.QUIET, size=ButtonSize.SMALL)
        self.copy.clicked.connect(self.copy_report)
        self.close_button.clicked.connect(self.go)
        row = QHBoxLayout()
        row.addWidget(self.reference, 1)
        row.addWidget(self.copy)
        row.addWidget(self.close_button)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        column.addWidget(self.title)
        column.addWidget(self.words, 1)
        column.addLayout(row)

    def show_report(self, report: BugReport) -> None:
        """Tell of a fault, in the bottom right corner; another one before it was closed takes its place."""
        self.report = report
        reference = tr("Reference {reference}", reference=left_to_right(report.reference))
        self.reference.set_text(reference)
        self.copy.set_words(tr("Copy report"))
        self.setAccessibleName(f"{tr(TITLE)}. {reference}")
        self.settle()
        self.appear()

    def settle(self) -> None:
        """Stand in the corner of the parent as it is now."""
        parent = self.window()
        self.place_card(parent.width() - _WIDTH - Space.L, parent.height() - _HEIGHT - 44, _WIDTH, _HEIGHT)

    def copy_report(self) -> None:
        """Put the report on the clipboard."""
        if self.report is not None:
            QGuiApplication.clipboard().setText(self.report.text())
            self.copy.set_words(tr("Copied"))
