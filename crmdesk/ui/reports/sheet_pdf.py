"""Tables as a PDF: notes, tables whose heads come again on each page, page numbers, and a digest at the foot of each.

Laid out first, then painted, since each page says how many there are. Words are painted as plain text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPdfWriter, QPen, QTextOption

from crmdesk.domain.language import tr
from crmdesk.domain.quick import dataclass
from crmdesk.domain.sheets import Sheet, Unit, Value
from crmdesk.ui import paper
from crmdesk.ui.reports.sheet_table import said

_MARGINS_MM = (20.0, 16.0, 20.0, 14.0)
_TITLE, _HEAD, _BODY, _SMALL = 16.0, 11.0, 9.5, 8.0
_NUMBER_MM = 25.0
_PAD_MM, _GAP_MM, _FOOT_MM = 1.2, 6.0, 12.0
_INK, _PALE, _RULE = QColor("#111827"), QColor("#4b5563"), QColor("#d1d5db")
_WRAP = QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere


@dataclass(frozen=True, slots=True)
class SheetPaper:
    """What stands on paper: the tables, the first of them with the notes, and the digest of what they tell."""

    sheets: tuple[Sheet, ...]
    digest: str


def write_sheets_pdf(path: Path, told: SheetPaper, family: str) -> None:
    """Write tables as a PDF, whole or not at all; raises Unavailable where it cannot be written."""
    paper.written(path, paper.PaperKind(told.sheets[0].name, _MARGINS_MM), partial(_paint, told, family))


def _paint(told: SheetPaper, family: str, writer: QPdfWriter) -> None:
    layout = _Layout(told, family, writer)
    pages = layout.pages()
    painter = QPainter(writer)
    for number, page in enumerate(pages, 1):
        if number > 1:
            writer.newPage()
        for draw in page:
            draw(painter)
        layout.foot(painter, number, len(pages))
    painter.end()


_Draw = Callable[[QPainter], None]


class _Layout:
    """Where everything stands, in dots of the paper."""

    def __init__(self, told: SheetPaper, family: str, writer: QPdfWriter) -> None:
        self._told, self._writer, self._family = told, writer, family
        area = writer.pageLayout().paintRectPixels(paper.RESOLUTION)
        self._width, self._height = float(area.width()), float(area.height())
        self._pages: list[list[_Draw]] = [[]]
        self._y = 0.0

    def pages(self) -> list[list[_Draw]]:
        """Return what is drawn on each page."""
        for place, sheet in enumerate(self._told.sheets):
            if place:
                self._y += _mm(_GAP_MM)
            self._title(sheet, _HEAD if place else _TITLE)
            for note in sheet.notes:
                self._words(note, self._font(_BODY), _PALE if note is not sheet.notes[0] else _INK)
            self._table(sheet)
        return self._pages

    def foot(self, painter: QPainter, number: int, pages: int) -> None:
        """Draw the digest and the page's number."""
        top = self._height - _mm(_FOOT_MM) / 2
        _rule(painter, 0, top, self._width)
        area = QRectF(0, top + _mm(1), self._width, _mm(5))
        digest = f"SHA-256 {self._told.digest}"
        _text(painter, area, digest, self._font(_SMALL), _PALE, _option(Qt.AlignmentFlag.AlignLeft))
        page = tr("Page {number} of {pages}", number=number, pages=pages)
        _text(painter, area, page, self._font(_SMALL), _PALE, _option(Qt.AlignmentFlag.AlignRight))

    def _title(self, sheet: Sheet, points: float) -> None:
        rows = self._row_height(sheet, tuple(tr(column.title) for column in sheet.columns), bold=True) * 2
        self._room(self._text_height(sheet.name, self._font(points, bold=True), self._width) + rows)
        self._words(sheet.name, self._font(points, bold=True), _INK)

    def _words(self, words: str, font: QFont, ink: QColor) -> None:
        height = self._text_height(words, font, self._width)
        self._room(height)
        area = QRectF(0, self._y, self._width, height)
        self._draw(partial(_text, area=area, words=words, font=font, ink=ink, option=_option()))
        self._y += height + _mm(0.6)

    def _table(self, sheet: Sheet) -> None:
        self._y += _mm(2)
        head = tuple(tr(column.title) for column in sheet.columns)
        self._row(sheet, head, bold=True)
        for row in sheet.rows:
            cells = tuple(_cell(value, column.unit) for column, value in zip(sheet.columns, row, strict=True))
            if self._y + self._row_height(sheet, cells, bold=False) > self._bottom:
                self._turn()
                self._row(sheet, head, bold=True)
            self._row(sheet, cells, bold=False)

    def _row(self, sheet: Sheet, cells: tuple[str, ...], *, bold: bool) -> None:
        height = self._row_height(sheet, cells, bold=bold)
        font = self._font(_BODY, bold=bold)
        for (left, width), column, cell in zip(self._columns(sheet), sheet.columns, cells, strict=True):
            right = column.unit is not Unit.WORDS
            option = _option(Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft)
            area = QRectF(left, self._y + _mm(_PAD_MM), width, height - 2 * _mm(_PAD_MM))
            self._draw(partial(_text, area=area, words=cell, font=font, ink=_INK, option=option))
        self._y += height
        self._draw(partial(_rule, left=0.0, top=self._y, width=self._width))

    def _columns(self, sheet: Sheet) -> Iterator[tuple[float, float]]:
        """Yield left edge and width of each column: figures have their width, words share the rest."""
        gap = _mm(3)
        figures = sum(column.unit is not Unit.WORDS for column in sheet.columns)
        rest = self._width - figures * _mm(_NUMBER_MM) - (len(sheet.columns) - 1) * gap
        left = 0.0
        for column in sheet.columns:
            words = column.unit is Unit.WORDS
            width = rest / (len(sheet.columns) - figures) if words else _mm(_NUMBER_MM)
            yield left, width
            left += width + gap

    def _row_height(self, sheet: Sheet, cells: tuple[str, ...], *, bold: bool) -> float:
        font = self._font(_BODY, bold=bold)
        widths = (width for _, width in self._columns(sheet))
        heights = (self._text_height(cell, font, width) for cell, width in zip(cells, widths, strict=True))
        return max(heights) + 2 * _mm(_PAD_MM)

    def _text_height(self, words: str, font: QFont, width: float) -> float:
        metrics = QFontMetricsF(font, self._writer)
        flags = Qt.TextFlag.TextWordWrap.value | Qt.TextFlag.TextWrapAnywhere.value
        found = metrics.boundingRect(QRectF(0, 0, width, 1e6), flags, words or " ")
        return max(found.height(), metrics.lineSpacing())

    def _font(self, points: float, *, bold: bool = False) -> QFont:
        return paper.paper_font(self._family, points, bold=bold)

    @property
    def _bottom(self) -> float:
        return self._height - _mm(_FOOT_MM)

    def _room(self, height: float) -> None:
        if self._y + height > self._bottom:
            self._turn()

    def _turn(self) -> None:
        self._pages.append([])
        self._y = 0.0

    def _draw(self, draw: _Draw) -> None:
        self._pages[-1].append(draw)


def _mm(millimetres: float) -> float:
    return millimetres * paper.RESOLUTION / 25.4


def _cell(value: Value, unit: Unit) -> str:
    return "" if value is None else said(value, unit)


def _option(align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft) -> QTextOption:
    option = QTextOption(align)
    option.setWrapMode(_WRAP)
    return option


def _text(painter: QPainter, area: QRectF, words: str, font: QFont, ink: QColor, option: QTextOption) -> None:
    painter.setFont(font)
    painter.setPen(QPen(ink))
    # What is measured without a fraction of a dot must not wrap once more.
    painter.drawText(area.adjusted(0, 0, 1, _mm(4)), words, option)


def _rule(painter: QPainter, left: float, top: float, width: float) -> None:
    painter.setPen(QPen(_RULE, _mm(0.2)))
    painter.drawLine(QRectF(left, top, width, 0).topLeft(), QRectF(left, top, width, 0).topRight())
