"""The letter as paper: the house and the day at its head, words to write below; violet, since customers see it."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QPaintEvent, QPalette, QSyntaxHighlighter, QTextCharFormat, QTextDocument
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain.cases.letters import BOLD, GAP, runs
from crmdesk.domain.language import left_to_right, tr
from crmdesk.ui.kit import Align, Ink, Label, TextPane, box, leading_edge, outline
from crmdesk.ui.kit.mirror import painter_on
from crmdesk.ui.qt.places import units
from crmdesk.ui.theme import Radius, Space, TextRole, Voice, theme


class Marks(QSyntaxHighlighter):
    """Shows bold words bold, their marks pale, and gaps on the ground of what asks for somebody."""

    def highlightBlock(self, line: str) -> None:
        """Show one line."""
        place = 0
        for run in runs(line):
            if run.bold:
                self.setFormat(place, len(BOLD), self._pale())
                place += len(BOLD)
                shape = QTextCharFormat()
                shape.setFontWeight(QFont.Weight.DemiBold)
                self.setFormat(place, units(run.text), shape)
                place += units(run.text)
                self.setFormat(place, len(BOLD), self._pale())
                place += len(BOLD)
            else:
                place += units(run.text)
        for gap in GAP.finditer(line):
            shape = QTextCharFormat()
            shape.setBackground(theme().paper.voice(Voice.SOON).soft)
            shape.setForeground(theme().paper.voice(Voice.SOON).text)
            self.setFormat(units(line[: gap.start()]), units(gap[0]), shape)

    def _pale(self) -> QTextCharFormat:
        shape = QTextCharFormat()
        shape.setForeground(theme().paper.text.disabled)
        return shape


class _Words(TextPane):
    """The words on the paper, without a box of their own."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ring where the keyboard is; the paper is drawn below."""
        if self.editor.hasFocus():
            outline(painter_on(self), QRectF(self.rect()), theme().colors.you.line, Radius.CONTROL, 2)


class Paper(QWidget):
    """A sheet, white in every scheme: the customer gets it so. ``words`` is where the letter is written."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.house = Label("", TextRole.SMALL, Ink.PRINTED)
        self.day = Label("", TextRole.SMALL, Ink.PRINTED, align=Align.TRAILING)
        self.reference = Label("", TextRole.SMALL, Ink.PRINTED, align=Align.TRAILING)
        self.words = _Words(tr("The letter"), tr("Write to the customer"))
        self._marks = Marks(self.words.editor.document())
        printed, ink = self.words.editor.palette(), theme().paper.text
        printed.setColor(QPalette.ColorRole.Text, ink.primary)
        printed.setColor(QPalette.ColorRole.PlaceholderText, ink.muted)
        self.words.editor.setPalette(printed)
        head = QHBoxLayout()
        head.addWidget(self.house, 1)
        head.addWidget(self.day)
        below = QHBoxLayout()
        below.addStretch(1)
        below.addWidget(self.reference)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.L, Space.M, Space.M)
        column.setSpacing(Space.XS)
        column.addLayout(head)
        column.addLayout(below)
        column.addSpacing(Space.S)
        column.addWidget(self.words, 1)
        self.setMinimumHeight(168)

    def show_head(self, house: str, day: str, reference: str) -> None:
        """Show who writes, when, and about which complaint."""
        self.house.set_text(house)
        self.day.set_text(day)
        self.reference.set_text(left_to_right(reference))

    @property
    def document(self) -> QTextDocument:
        """Return the words as they are shown."""
        return self.words.editor.document()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the sheet."""
        colors, painter, rect = theme().colors, painter_on(self), QRectF(self.rect())
        box(painter, rect, theme().paper.bg.panel, colors.voice(Voice.WORD).line, Radius.CARD)
        leading_edge(painter, rect, colors.voice(Voice.WORD).solid, Radius.CARD)
