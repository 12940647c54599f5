"""A letter as a PDF: A4, the house and the day at its head. Words go in as plain text, never as a format that is read.

Fonts are the program's own, so a letter in any script of theirs looks the same wherever it was made.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QPdfWriter,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextLength,
    QTextTableFormat,
)

from crmdesk.domain.cases.letters import runs
from crmdesk.domain.quick import dataclass
from crmdesk.ui import paper

_MARGINS_MM = (25.0, 20.0, 20.0, 20.0)
_POINTS, _SMALL_POINTS = 11.0, 9.5
_LINE_PERCENT = 125


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on paper: the house at the head, day and reference beside it, and the letter's words."""

    house: str
    day: str
    reference: str
    words: str


def write_pdf(path: Path, sheet: Sheet, family: str) -> None:
    """Write a letter as a PDF, whole or not at all; raises Unavailable where it cannot be written."""
    paper.written(path, _kind(sheet), partial(_paint, sheet, family))


def pdf_of(sheet: Sheet, family: str) -> bytes:
    """Return a letter as the bytes of its PDF."""
    return paper.as_bytes(_kind(sheet), partial(_paint, sheet, family))


def _kind(sheet: Sheet) -> paper.PaperKind:
    return paper.PaperKind(sheet.reference, _MARGINS_MM)


def _paint(sheet: Sheet, family: str, writer: QPdfWriter) -> None:
    document = _document(sheet, family)
    document.documentLayout().setPaintDevice(writer)
    document.setPageSize(writer.pageLayout().paintRectPixels(paper.RESOLUTION).size().toSizeF())
    document.print_(writer)


def _document(sheet: Sheet, family: str) -> QTextDocument:
    document = QTextDocument()
    document.setUndoRedoEnabled(False)
    document.setDocumentMargin(0)
    document.setDefaultFont(paper.paper_font(family, _POINTS))
    cursor = QTextCursor(document)
    _head(cursor, sheet, family)
    spacing = QTextBlockFormat()
    spacing.setLineHeight(_LINE_PERCENT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    for line in ("", *sheet.words.split("\n")):
        cursor.insertBlock(spacing, _shape(family, _POINTS))
        for run in runs(line):
            cursor.insertText(run.text, _shape(family, _POINTS, bold=run.bold))
    return document


def _head(cursor: QTextCursor, sheet: Sheet, family: str) -> None:
    table = QTextTableFormat()
    table.setBorder(0)
    table.setCellPadding(0)
    table.setCellSpacing(0)
    table.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    cells = cursor.insertTable(1, 2, table)
    trailing = QTextBlockFormat()
    trailing.setAlignment(Qt.AlignmentFlag.AlignRight)
    cells.cellAt(0, 0).firstCursorPosition().insertText(sheet.house, _shape(family, _SMALL_POINTS, bold=True))
    right = cells.cellAt(0, 1).firstCursorPosition()
    right.setBlockFormat(trailing)
    right.insertText(sheet.day, _shape(family, _SMALL_POINTS))
    right.insertBlock(trailing)
    right.insertText(sheet.reference, _shape(family, _SMALL_POINTS))
    cursor.movePosition(QTextCursor.MoveOperation.End)


def _shape(family: str, points: float, *, bold: bool = False) -> QTextCharFormat:
    shape = QTextCharFormat()
    shape.setFont(paper.paper_font(family, points, bold=bold))
    return shape
