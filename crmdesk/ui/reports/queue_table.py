"""The queues as rows: every figure of the day, lit where it is breached, with the trend and the age of each row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QRegion, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from crmdesk.domain import words
from crmdesk.domain.board_figures import Freshness, Heat, Limits
from crmdesk.domain.calls.live import QueueFigures
from crmdesk.ui.kit import (
    Align,
    Cell,
    ChipSpec,
    Column,
    Ink,
    RowLook,
    RowsModel,
    RowState,
    Table,
    TableDelegate,
    column_rects,
    paint_cell,
)
from crmdesk.ui.reports.spark import draw_spark, trend_words
from crmdesk.ui.theme import Icon, Size, Space, TextRole, Voice

_RIGHT = Align.TRAILING
_QUEUE = Column("Queue")
_LONGEST = Column("Longest", 86, align=_RIGHT)
_SHORT = Column("Short", 42, align=_RIGHT)
_TIMED_OUT = Column("Timed out", 66, align=_RIGHT)
_LEVEL = Column("Service level", 92, align=_RIGHT)
_TREND = Column("Offered per 15 min", 124)
_AGE = Column("Age", 128, align=_RIGHT)
COLUMNS = (
    _QUEUE,
    Column("Waiting", 52, align=_RIGHT),
    _LONGEST,
    Column("Offered", 54, align=_RIGHT),
    Column("Answered", 62, align=_RIGHT),
    Column("Abandoned", 70, align=_RIGHT),
    _SHORT,
    _TIMED_OUT,
    _LEVEL,
    Column("ASA", 44, align=_RIGHT),
    Column("AHT", 48, align=_RIGHT),
    Column("Ready", 56, align=_RIGHT),
    _TREND,
    _AGE,
)
_TICKING = frozenset((_LONGEST, _AGE))
_FOLDED = ((_SHORT, 1180), (_TIMED_OUT, 1120), (_TREND, 1040))
_LIT = {Heat.SOON: (Voice.SOON, Icon.CLOCK), Heat.LATE: (Voice.LATE, Icon.TRIANGLE_ALERT)}


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One queue with how it stands; what ticks is not in it, so a second changes no row."""

    figures: QueueFigures
    stale: bool


def lit(text: str, heat: Heat, role: TextRole = TextRole.BODY) -> Cell:
    """Return a figure, in a chip where it asks for attention."""
    if heat is Heat.CALM:
        return Cell(text, role)
    voice, icon = _LIT[heat]
    return Cell(chips=(ChipSpec(text, voice, icon),))


class QueueDelegate(TableDelegate):
    """Paints a queue. ``now`` and ``fresh`` are set before each repaint; ``only`` while just these tick."""

    def __init__(self, limits: Limits, zone: tzinfo) -> None:
        super().__init__(COLUMNS, self._cells_of, self._look_of)
        self._limits, self._zone = limits, zone
        self.now: datetime | None = None
        self.fresh: Freshness | None = None
        self.highest = 0
        self.only: frozenset[Column] | None = None

    def _look_of(self, row: object) -> RowLook:
        return RowLook.STALE if isinstance(row, QueueRow) and row.stale else RowLook.NORMAL

    def _cells_of(self, row: object) -> tuple[Cell, ...]:
        if not isinstance(row, QueueRow):
            return tuple(Cell() for _ in self.columns)
        cells = self._by_column(row)
        return tuple(cells[column.title] for column in self.columns)

    def waited_s(self, figures: QueueFigures) -> float | None:
        """Return the longest present wait at this moment."""
        if not figures.waiting_since or self.now is None or self.fresh is None:
            return None
        until = self.fresh.as_of if self.fresh.stale else self.now
        return max(0.0, (until - figures.waiting_since[0]).total_seconds())

    def _by_column(self, row: QueueRow) -> dict[str, Cell]:
        figures, stale = row.figures, row.stale
        strong = TextRole.BODY if stale else TextRole.BODY_STRONG
        level_heat = Heat.CALM if stale else self._limits.of_level(figures.service_level)
        return {
            "Queue": Cell(figures.label, strong),
            "Waiting": Cell(words.count(figures.waiting), strong),
            "Longest": self._longest(row),
            "Offered": Cell(words.count(figures.offered)),
            "Answered": Cell(words.count(figures.answered)),
            "Abandoned": Cell(words.count(figures.abandoned)),
            "Short": Cell(words.count(figures.short_abandoned), ink=Ink.SECONDARY),
            "Timed out": Cell(words.count(figures.timed_out)),
            "Service level": lit(words.percent(figures.service_level), level_heat),
            "ASA": Cell(words.running(figures.mean_wait_s)),
            "AHT": Cell(words.running(figures.mean_handle_s)),
            "Ready": Cell(f"{figures.agents_ready} of {figures.agents}"),
            "Offered per 15 min": Cell(),
            "Age": self._age(stale),
        }

    def _longest(self, row: QueueRow) -> Cell:
        waited = self.waited_s(row.figures)
        return lit(words.running(waited), Heat.CALM if row.stale else self._limits.of_wait(waited))

    def _age(self, stale: bool) -> Cell:
        if self.fresh is None:
            return Cell(words.NO_BASIS, TextRole.SMALL, Ink.MUTED)
        if stale:
            at = words.clock_seconds(self.fresh.as_of, self._zone)
            return Cell(chips=(ChipSpec(f"stale, {at}", Voice.REST, Icon.UNPLUG),))
        return Cell(words.age(self.fresh.age_s), TextRole.SMALL, Ink.SECONDARY)

    def paint_row(self, painter: QPainter, rect: QRectF, row: object, state: RowState) -> None:
        """Paint the cells, then the trend."""
        if self.only is not None:
            self._paint_ticking(painter, rect, row, state)
            return
        super().paint_row(painter, rect, row, state)
        if isinstance(row, QueueRow) and _TREND in self.columns:
            place = column_rects(self.columns, rect)[self.columns.index(_TREND)]
            values = row.figures.offered_per_quarter
            draw_spark(painter, place.adjusted(0, 5, 0, -5), values, self.highest, stale=row.stale)

    def _paint_ticking(self, painter: QPainter, rect: QRectF, row: object, state: RowState) -> None:
        if not isinstance(row, QueueRow) or self.only is None:
            return
        for column, place in zip(self.columns, column_rects(self.columns, rect), strict=True):
            if column in self.only:
                cell = self._longest(row) if column is _LONGEST else self._age(row.stale)
                paint_cell(painter, place, cell, column.align, state.look)


def spoken(row: object) -> str:
    """Return a queue as it is read aloud."""
    if not isinstance(row, QueueRow):
        return ""
    figures = row.figures
    parts = (
        figures.label,
        f"{words.count(figures.waiting)} waiting",
        f"{words.count(figures.offered)} offered",
        f"{words.count(figures.answered)} answered",
        f"{words.count(figures.abandoned)} abandoned",
        f"service level {words.percent(figures.service_level)}",
        f"{figures.agents_ready} of {figures.agents} ready",
        trend_words(figures.offered_per_quarter),
        "stale" if row.stale else "",
    )
    return ", ".join(part for part in parts if part)


class QueueTable(Table):
    """The table of all queues; columns that matter least go first where it is narrow."""

    def __init__(self, limits: Limits, zone: tzinfo, parent: QWidget | None = None) -> None:
        self.rows: RowsModel[object] = RowsModel(_name_of, spoken)
        self.delegate = QueueDelegate(limits, zone)
        super().__init__("Queues", self.rows, self.delegate, parent)
        self.rows.setParent(self)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def show_queues(self, queues: tuple[QueueFigures, ...], now: datetime, fresh: Freshness) -> None:
        """Show other figures."""
        self.delegate.highest = max((max(figures.offered_per_quarter, default=0) for figures in queues), default=0)
        self.tick(now, fresh)
        self.rows.show_rows(tuple(QueueRow(figures, fresh.stale) for figures in queues))
        self.updateGeometry()

    def tick(self, now: datetime, fresh: Freshness) -> None:
        """Let the second pass: only the longest waits and the ages are painted again, at once."""
        delegate = self.delegate
        delegate.now, delegate.fresh = now, fresh
        view = self.view.viewport()
        area = QRectF(view.rect()).adjusted(Space.L, 0, -Space.L, 0)
        region = QRegion()
        for column, place in zip(delegate.columns, column_rects(delegate.columns, area), strict=True):
            if column in _TICKING:
                region += place.toAlignedRect()
        delegate.only = _TICKING
        view.repaint(region)
        delegate.only = None

    def sizeHint(self) -> QSize:
        """Return the height of all rows: the table scrolls only where the page has no room."""
        return QSize(900, Size.TABLE_HEAD + self.view.content_height() + 2)

    def minimumSizeHint(self) -> QSize:
        """Return room for four rows."""
        return QSize(600, min(self.sizeHint().height(), Size.TABLE_HEAD + 4 * Size.ROW + 2))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Drop or bring back columns."""
        super().resizeEvent(event)
        gone = {column.title for column, below in _FOLDED if event.size().width() < below}
        columns = tuple(column for column in COLUMNS if column.title not in gone)
        if columns != self.delegate.columns:
            self.delegate.columns = columns
            self.head.show_columns(columns)
            self.view.viewport().update()


def _name_of(row: object) -> object:
    return row.figures.queue if isinstance(row, QueueRow) else None
