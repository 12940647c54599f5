"""The queues as rows: every figure of the day, lit where it is breached, with the trend and the age of each row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QRegion, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QStyleOptionViewItem, QWidget

from crmdesk.domain import words
from crmdesk.domain.board_figures import Freshness, Heat, level_heat, per_half_hour, states_words, wait_heat
from crmdesk.domain.calls.figures import Figure, tip
from crmdesk.domain.calls.live import QueueFigures
from crmdesk.domain.language import mark, tr, tr_n
from crmdesk.domain.quick import dataclass
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
    outline,
    paint_cell,
    plain_tip,
)
from crmdesk.ui.kit.mirror import logical
from crmdesk.ui.reports.spark import draw_spark, trend_words
from crmdesk.ui.theme import Icon, Radius, Size, Space, TextRole, Voice, theme

Index = QModelIndex | QPersistentModelIndex
_RIGHT = Align.TRAILING
_QUEUE = Column(mark("Queue"))
_WAITING = Column(mark("Waiting"), 52, align=_RIGHT)
_LONGEST = Column(mark("Longest"), 86, align=_RIGHT)
_OFFERED = Column(mark("Offered"), 54, align=_RIGHT)
_ANSWERED = Column(mark("Answered"), 62, align=_RIGHT)
_ABANDONED = Column(mark("Abandoned"), 70, align=_RIGHT)
_SHORT = Column(mark("Short"), 42, align=_RIGHT)
_TIMED_OUT = Column(mark("Timed out"), 66, align=_RIGHT)
_LEVEL = Column(mark("Service level"), 92, align=_RIGHT)
_ASA = Column(mark("ASA"), 44, align=_RIGHT)
_AHT = Column(mark("AHT"), 48, align=_RIGHT)
_READY = Column(mark("Ready"), 56, align=_RIGHT)
_TREND = Column(mark("Offered per 15 min"), 124)
_HALF_HOURS = Column(mark("Offered per 30 min"), 124)
_TRENDS = frozenset((_TREND, _HALF_HOURS))
_AGE = Column(mark("Age"), 128, align=_RIGHT)
COLUMNS = (
    *(_QUEUE, _WAITING, _LONGEST, _OFFERED, _ANSWERED, _ABANDONED, _SHORT),
    *(_TIMED_OUT, _LEVEL, _ASA, _AHT, _READY, _TREND, _AGE),
)
_FIGURES: Mapping[Column, Figure] = {
    _QUEUE: Figure.OFFERED,
    _WAITING: Figure.WAITING,
    _LONGEST: Figure.LONGEST,
    _OFFERED: Figure.OFFERED,
    _ANSWERED: Figure.ANSWERED,
    _ABANDONED: Figure.ABANDONED,
    _SHORT: Figure.SHORT,
    _TIMED_OUT: Figure.TIMED_OUT,
    _LEVEL: Figure.LEVEL,
    _ASA: Figure.ASA,
    _AHT: Figure.AHT,
    _READY: Figure.READY,
    _TREND: Figure.TREND,
    _HALF_HOURS: Figure.TREND,
}
_TICKING = frozenset((_LONGEST, _AGE))
_ROOM_FOR_NAMES = 68
"""What matters least goes before the name of a queue has fewer px: at widths that depend on the language."""
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
    """Paints a queue. ``now`` and ``fresh`` are set before each repaint; ``only`` while just these cells tick."""

    def __init__(self, zone: tzinfo) -> None:
        super().__init__(COLUMNS, self._cells_of, self._look_of)
        self._zone = zone
        self.now: datetime | None = None
        self.fresh: Freshness | None = None
        self.highest = 0
        self.only: frozenset[tuple[int, Column]] | None = None
        self.half_hours = False
        self.cell = _QUEUE
        self._row = -1

    def _look_of(self, row: object) -> RowLook:
        return RowLook.STALE if isinstance(row, QueueRow) and row.stale else RowLook.NORMAL

    def _cells_of(self, row: object) -> tuple[Cell, ...]:
        if not isinstance(row, QueueRow):
            return tuple(Cell() for _ in self.columns)
        cells = self._by_column(row)
        return tuple(cells[column] for column in self.columns)

    def waited_s(self, figures: QueueFigures) -> float | None:
        """Return the longest present wait at this moment."""
        if not figures.waiting_since or self.now is None or self.fresh is None:
            return None
        until = figures.stale_since or (self.fresh.as_of if self.fresh.stands else self.now)
        return max(0.0, (until - figures.waiting_since[0]).total_seconds())

    def _by_column(self, row: QueueRow) -> dict[Column, Cell]:
        figures, stale = row.figures, row.stale
        strong = TextRole.BODY if stale else TextRole.BODY_STRONG
        heat = Heat.CALM if stale else level_heat(figures.service_level, figures.limits.level_target)
        return {
            _QUEUE: Cell(figures.label, strong),
            _WAITING: Cell(words.count(figures.waiting), strong),
            _LONGEST: self._longest(row),
            _OFFERED: Cell(words.count(figures.offered)),
            _ANSWERED: Cell(words.count(figures.answered)),
            _ABANDONED: Cell(words.count(figures.abandoned)),
            _SHORT: Cell(words.count(figures.short_abandoned), ink=Ink.SECONDARY),
            _TIMED_OUT: Cell(words.count(figures.timed_out)),
            _LEVEL: lit(words.percent(figures.service_level), heat),
            _ASA: Cell(words.running(figures.mean_wait_s)),
            _AHT: Cell(words.running(figures.mean_handle_s)),
            _READY: Cell(tr("{n} of {total}", n=figures.agents_ready, total=figures.agents)),
            _TREND: Cell(),
            _HALF_HOURS: Cell(),
            _AGE: self._age(row),
        }

    def _longest(self, row: QueueRow) -> Cell:
        waited = self.waited_s(row.figures)
        return lit(words.running(waited), Heat.CALM if row.stale else wait_heat(waited, row.figures.limits))

    def _age(self, row: QueueRow) -> Cell:
        if self.fresh is None:
            return Cell(words.NO_BASIS, TextRole.SMALL, Ink.MUTED)
        if self.fresh.past and not row.stale:
            return Cell(words.clock_seconds(self.fresh.as_of, self._zone), TextRole.SMALL, Ink.SECONDARY)
        if row.stale:
            at = words.clock_seconds(row.figures.stale_since or self.fresh.as_of, self._zone)
            return Cell(chips=(ChipSpec(tr("stale, {time}", time=at), Voice.REST, Icon.UNPLUG),))
        return Cell(words.age(self.fresh.age_s), TextRole.SMALL, Ink.SECONDARY)

    def paint_row(self, painter: QPainter, rect: QRectF, row: object, state: RowState) -> None:
        """Paint the cells, then the trend."""
        if self.only is not None:
            self._paint_ticking(painter, rect, row, state)
            return
        super().paint_row(painter, rect, row, state)
        if not isinstance(row, QueueRow):
            return
        places = dict(zip(self.columns, column_rects(self.columns, rect), strict=True))
        for column in _TRENDS & places.keys():
            place = places[column].adjusted(0, 5, 0, -5)
            draw_spark(painter, place, self.trend_of(row.figures), self.highest, stale=row.stale)
        if state.focused and self.cell in places:
            outline(painter, places[self.cell].adjusted(-4, 4, 4, -4), theme().colors.you.line, Radius.CHIP, 1)

    def trend_of(self, figures: QueueFigures) -> tuple[int, ...]:
        """Return what was offered in each part of the day, in parts as they are chosen."""
        quarters = figures.offered_per_quarter
        return per_half_hour(quarters) if self.half_hours else quarters

    def ticking_cells(self, rows: tuple[object, ...]) -> dict[tuple[int, Column], Cell]:
        """Return the cells that change by themselves, by row and column."""
        cells = {}
        for place, row in enumerate(rows):
            if isinstance(row, QueueRow):
                cells[place, _LONGEST] = self._longest(row)
                cells[place, _AGE] = self._age(row)
        return cells

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row; while only some cells tick, no other row is asked what it says."""
        if self.only is None or any((index.row(), column) in self.only for column in _TICKING):
            self._row = index.row()
            super().paint(painter, option, index)

    def _paint_ticking(self, painter: QPainter, rect: QRectF, row: object, state: RowState) -> None:
        if not isinstance(row, QueueRow) or self.only is None:
            return
        for column, place in zip(self.columns, column_rects(self.columns, rect), strict=True):
            if (self._row, column) in self.only:
                cell = self._longest(row) if column is _LONGEST else self._age(row)
                paint_cell(painter, place, cell, column.align, state.look)


def spoken(row: object) -> str:
    """Return a queue as it is read aloud."""
    if not isinstance(row, QueueRow):
        return ""
    figures = row.figures
    parts = (
        figures.label,
        tr_n("{n} waiting", "{n} waiting", figures.waiting),
        tr_n("{n} offered", "{n} offered", figures.offered),
        tr_n("{n} answered", "{n} answered", figures.answered),
        tr_n("{n} abandoned", "{n} abandoned", figures.abandoned),
        tr("service level {share}", share=words.percent(figures.service_level)),
        tr_n("{n} of {total} ready", "{n} of {total} ready", figures.agents_ready, total=figures.agents),
        states_words(figures),
        trend_words(figures.offered_per_quarter),
        tr("stale") if row.stale else "",
    )
    return ", ".join(part for part in parts if part)


class QueueTable(Table):
    """The table of all queues; columns that matter least go first where it is narrow.

    ← and → choose a figure of the row. ``opened`` carries a queue's name and the ``Figure`` whose calls are wanted.
    """

    opened = Signal(str, object)

    def __init__(self, zone: tzinfo, parent: QWidget | None = None) -> None:
        self.rows: RowsModel[object] = RowsModel(_name_of, spoken)
        self.delegate = QueueDelegate(zone)
        self._ticked: dict[tuple[int, Column], Cell] = {}
        super().__init__(tr("Queues"), self.rows, self.delegate, parent)
        self.rows.setParent(self)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.view.opened.connect(self._open)
        self.view.installEventFilter(self)
        self.view.viewport().installEventFilter(self)
        self.view.viewport().setMouseTracking(True)

    @property
    def figure(self) -> Figure:
        """The figure that Enter opens the calls of."""
        return _FIGURES.get(self.delegate.cell, Figure.OFFERED)

    def _open(self, row: object) -> None:
        if isinstance(row, QueueRow):
            self.opened.emit(row.figures.queue, self.figure)

    def choose(self, step: int) -> None:
        """Go to the next figure of the row, or the one before."""
        columns = self.delegate.columns
        place = columns.index(self.delegate.cell) if self.delegate.cell in columns else 0
        self.delegate.cell = columns[min(len(columns) - 1, max(0, place + step))]
        self.view.setAccessibleDescription(tip(self.figure))
        self.view.viewport().update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take ← and →, notice which figure is clicked, and tell its definition in a tip."""
        if watched is self.view and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
            if step is not None:
                self.choose(-step if self.isRightToLeft() else step)
                return True
        if isinstance(event, QMouseEvent) and event.type() is QEvent.Type.MouseButtonPress:
            self.delegate.cell = self._column_at(event.position())
            self.view.viewport().update()
        if isinstance(event, QHelpEvent):
            figure = _FIGURES.get(self._column_at(event.pos()))
            said = tip(figure) if figure is not None else ""
            row = self.rows.rows[place.row()] if (place := self.view.indexAt(event.pos())).isValid() else None
            if figure is Figure.READY and isinstance(row, QueueRow):
                queue, states = row.figures.label, states_words(row.figures)
                said = tr("{queue}: {states}. {definition}", queue=queue, states=states, definition=said)
            self.view.setToolTip(plain_tip(said) if said else "")
        return super().eventFilter(watched, event)

    def _column_at(self, at: QPointF | QPoint) -> Column:
        x = logical(self.view.viewport(), at).x()
        area = QRectF(self.view.viewport().rect()).adjusted(Space.L, 0, -Space.L, 0)
        placed = zip(self.delegate.columns, column_rects(self.delegate.columns, area), strict=True)
        return next((column for column, place in placed if x <= place.right() + Space.M / 2), _QUEUE)

    def turn_trend(self) -> None:
        """Show the trend by half hours, or by quarters again."""
        self.delegate.half_hours = not self.delegate.half_hours
        self._fold()
        self._find_highest()
        self.view.viewport().update()

    def _find_highest(self) -> None:
        rows = [row.figures for row in self.rows.rows if isinstance(row, QueueRow)]
        self.delegate.highest = max((max(self.delegate.trend_of(one), default=0) for one in rows), default=0)

    def show_queues(self, queues: tuple[QueueFigures, ...], now: datetime, fresh: Freshness) -> None:
        """Show other figures: rows that did not change are not painted again."""
        before, many = self.delegate.highest, len(self.rows.rows)
        self.delegate.now, self.delegate.fresh = now, fresh
        self.rows.show_rows(
            tuple(QueueRow(figures, fresh.stale or figures.stale_since is not None) for figures in queues)
        )
        self._find_highest()
        if self.delegate.highest != before:
            self.view.viewport().update()
        if len(queues) != many:
            self.updateGeometry()
        self.tick(now, fresh)

    def tick(self, now: datetime, fresh: Freshness) -> None:
        """Let the second pass: only longest waits and ages that read differently are painted again, at once."""
        delegate = self.delegate
        delegate.now, delegate.fresh = now, fresh
        cells = delegate.ticking_cells(self.rows.rows)
        changed = {place for place, cell in cells.items() if self._ticked.get(place) != cell}
        self._ticked = cells
        if not changed:
            return
        area = QRectF(self.view.viewport().rect()).adjusted(Space.L, 0, -Space.L, 0)
        places = dict(zip(delegate.columns, column_rects(delegate.columns, area), strict=True))
        region = QRegion()
        for row, column in changed:
            if column in places:
                line = self.view.visualRect(self.rows.index(row))
                region += places[column].toAlignedRect().intersected(line.adjusted(0, 0, 0, -1))
        delegate.only = frozenset(changed)
        self.view.viewport().repaint(region)
        delegate.only = None

    def sizeHint(self) -> QSize:
        """Return the height of all rows: the table scrolls only where the page has no room."""
        return QSize(900, Size.TABLE_HEAD + self.view.content_height() + 2)

    def minimumSizeHint(self) -> QSize:
        """Return room for four rows."""
        return QSize(600, min(self.sizeHint().height(), Size.TABLE_HEAD + 4 * self.delegate.height + 2))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Drop or bring back columns."""
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        trend = _HALF_HOURS if self.delegate.half_hours else _TREND
        columns = tuple(trend if column is _TREND else column for column in COLUMNS)
        row = QRectF(0, 0, self.width() - 2 * Space.L, Size.ROW)
        for least in (_SHORT, _TIMED_OUT, trend):
            if column_rects(columns, row)[0].width() >= _ROOM_FOR_NAMES:
                break
            columns = tuple(column for column in columns if column is not least)
        if columns != self.delegate.columns:
            self.delegate.columns = columns
            self.head.show_columns(columns)
            self.view.viewport().update()


def _name_of(row: object) -> object:
    return row.figures.queue if isinstance(row, QueueRow) else None
