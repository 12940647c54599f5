"""Paints the timeline: days, calls on one line, internal notes on a dotted rule, the customer's words in a box."""

from __future__ import annotations

from itertools import islice
from uuid import UUID

from PySide6.QtCore import QLineF, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from crmdesk.ui.kit import (
    ROW_ROLE,
    Align,
    RowDelegate,
    RowLook,
    RowState,
    box,
    chip_width,
    draw_chip,
    draw_icon,
    draw_marked,
    draw_text,
    elided,
    fill,
    leading_edge,
    outline,
)
from crmdesk.ui.kit.mirror import turn
from crmdesk.ui.kit.rows import Index
from crmdesk.ui.kit.wrapping import broken
from crmdesk.ui.pages.desk.timeline_rows import DayRow, EntryRow, Frame
from crmdesk.ui.theme import Radius, Space, TextRole, Voice, theme

HEADING, LINE, PARAGRAPH = 34, 32, 20
MOST_LINES = 4
ALL_LINES = 400
_MOST_KEPT = 24_000
"""Texts whose lines are kept: more than a long history has."""

_TIME, _ICON, _TEXT = 44, 54, 80
_BOX_PAD = 14


class TimelineDelegate(RowDelegate):
    """Rows of different height; the lines of long texts are kept, as they cost most."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(LINE, parent)
        self._lines: dict[tuple[str, int, int], tuple[str, ...]] = {}
        self._whole: set[UUID] = set()

    def toggle(self, row: EntryRow) -> None:
        """Show a long text whole, or short again."""
        self._whole ^= {row.entry.id}

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the height of a row: a heading, one line, or a title over its text."""
        row = index.data(ROW_ROLE)
        if isinstance(row, DayRow):
            return QSize(80, HEADING)
        if not isinstance(row, EntryRow) or not row.body:
            return QSize(80, LINE)
        lines = len(self._wrapped(row, self._text_width(row, option.rect.width())))
        return QSize(80, PARAGRAPH * (lines + 1) + (14 if row.frame is Frame.INTERNAL else 30))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row, without separators: the stream has no table lines."""
        row = index.data(ROW_ROLE)
        area = QRectF(option.rect).adjusted(Space.L, 0, -Space.L, 0)
        painter.save()
        turn(painter, option.rect, option.direction)
        if isinstance(row, DayRow):
            words = area.adjusted(0, 4, 0, 0)
            draw_text(painter, words, row.words, TextRole.SECTION, theme().colors.text.secondary)
        elif isinstance(row, EntryRow):
            state = _state(option)
            self._paint_entry(painter, area, row, state)
        painter.restore()

    def _paint_entry(self, painter: QPainter, area: QRectF, row: EntryRow, state: RowState) -> None:
        colors = theme().colors
        if state.selected:
            ground = area.adjusted(0, 1, 0, -1)
            fill(painter, ground, colors.you.soft, Radius.CONTROL)
            leading_edge(painter, ground, colors.you.solid, Radius.CONTROL)
            if state.focused:
                outline(painter, ground, colors.you.line, Radius.CONTROL, 2)
        elif state.hovered:
            fill(painter, area.adjusted(0, 1, 0, -1), colors.bg.hover, Radius.CONTROL)
        if not row.body:
            self._paint_first_line(painter, QRectF(area.left(), area.top(), area.width(), LINE), row)
        elif row.frame is Frame.INTERNAL:
            self._paint_note(painter, area, row)
        else:
            self._paint_words(painter, area, row)

    def _paint_side(self, painter: QPainter, line: QRectF, row: EntryRow) -> None:
        colors = theme().colors
        time = QRectF(line.left(), line.top(), _TIME, line.height())
        draw_text(painter, time, row.time, TextRole.SMALL, colors.text.secondary, Align.TRAILING)
        ink = colors.voice(row.voice).text if row.voice is not None else colors.text.muted
        draw_icon(painter, line.left() + _ICON, line.center().y() - 8, row.icon, ink)

    def _paint_first_line(self, painter: QPainter, line: QRectF, row: EntryRow) -> None:
        self._paint_side(painter, line, row)
        self._paint_title(painter, line.adjusted(_TEXT, 0, 0, 0), row)

    def _paint_title(self, painter: QPainter, line: QRectF, row: EntryRow) -> None:
        colors = theme().colors
        end = line.right()
        if row.chip is not None:
            end -= chip_width(row.chip)
            draw_chip(painter, end, line.center().y(), row.chip)
            end -= Space.S
        place = QRectF(line.left(), line.top(), end - line.left(), line.height())
        used = draw_marked(painter, place, row.title, row.matched, TextRole.BODY_STRONG, colors.text.primary)
        place.setLeft(place.left() + used + (Space.S if used else 0))
        draw_marked(painter, place, row.detail, row.matched, TextRole.SMALL, colors.text.secondary)

    def _paint_note(self, painter: QPainter, area: QRectF, row: EntryRow) -> None:
        colors = theme().colors
        line = QRectF(area.left(), area.top() + 5, area.width(), PARAGRAPH)
        self._paint_side(painter, line, row)
        rule = QLineF(area.left() + _TEXT + 1, area.top() + 6, area.left() + _TEXT + 1, area.bottom() - 8)
        pen = QPen(colors.text.muted, 2, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([1, 1.5])
        painter.setPen(pen)
        painter.drawLine(rule)
        self._paint_title(painter, line.adjusted(_TEXT + 12, 0, 0, 0), row)
        self._paint_body(painter, line.translated(0, PARAGRAPH).adjusted(_TEXT + 12, 0, 0, 0), row)

    def _paint_words(self, painter: QPainter, area: QRectF, row: EntryRow) -> None:
        colors = theme().colors
        frame = QRectF(area.left() + _TEXT, area.top() + 4, area.width() - _TEXT, area.height() - 10)
        edge = colors.voice(Voice.WORD).line if row.frame is Frame.OURS else colors.line.control
        box(painter, frame, colors.bg.panel, edge, Radius.CONTROL)
        leading_edge(painter, frame, edge, Radius.CONTROL)
        line = QRectF(area.left(), frame.top() + 8, area.width(), PARAGRAPH)
        self._paint_side(painter, line, row)
        self._paint_title(painter, line.adjusted(_TEXT + _BOX_PAD, 0, -_BOX_PAD + 2, 0), row)
        self._paint_body(painter, line.translated(0, PARAGRAPH).adjusted(_TEXT + _BOX_PAD, 0, -_BOX_PAD, 0), row)

    def _paint_body(self, painter: QPainter, first: QRectF, row: EntryRow) -> None:
        ink = theme().colors.text.primary
        lines = self._wrapped(row, int(first.width()))
        for place, text in enumerate(lines):
            draw_marked(painter, first.translated(0, PARAGRAPH * place), text, row.matched, TextRole.BODY, ink)

    def _text_width(self, row: EntryRow, width: int) -> int:
        pad = 12 if row.frame is Frame.INTERNAL else 2 * _BOX_PAD
        return width - 2 * Space.L - _TEXT - pad

    def _wrapped(self, row: EntryRow, width: int) -> tuple[str, ...]:
        """Return the lines of a text: four, the last with an ellipsis where there is more, unless it is shown whole."""
        most = ALL_LINES if row.entry.id in self._whole else MOST_LINES
        key = (row.body, width, most)
        kept = self._lines.get(key)
        if kept is None:
            if len(self._lines) > _MOST_KEPT:
                self._lines.clear()
            kept = self._lines[key] = _wrap(row.body, width, most)
        return kept


def _wrap(text: str, width: int, most: int) -> tuple[str, ...]:
    paragraphs = text.splitlines() or [""]
    every = (line for paragraph in paragraphs for line in broken(paragraph, TextRole.BODY, width))
    lines = list(islice(every, most + 1))
    if len(lines) > most:
        rest = f"{lines[most - 1]} {lines[most]}…"
        lines = [*lines[: most - 1], elided(rest, TextRole.BODY, width)]
    return tuple(lines)


def _state(option: QStyleOptionViewItem) -> RowState:
    flags = option.state
    return RowState(
        look=RowLook.NORMAL,
        selected=bool(flags & QStyle.StateFlag.State_Selected),
        focused=bool(flags & QStyle.StateFlag.State_HasFocus),
        hovered=bool(flags & QStyle.StateFlag.State_MouseOver),
    )


__all__ = ["HEADING", "LINE", "TimelineDelegate"]
