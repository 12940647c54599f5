"""Open alerts of the radar as rows: where, how many against how many expected, since when, the days as bars."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from crmdesk.domain import words
from crmdesk.domain.language import decimal, mark, tr, tr_n
from crmdesk.domain.radar.detector import Alarm
from crmdesk.domain.radar.views import RadarRow, span, where
from crmdesk.ui.kit import Align, Cell, ChipSpec, Column, Ink, RowsModel, RowState, Table, TableDelegate, column_rects
from crmdesk.ui.reports.spark import BAR, GAP, draw_spark
from crmdesk.ui.theme import Icon, Space, TextRole, Voice

_SHOWN_DAYS = 35
_HARDLY_ANY = 0.1
_MOST_TIMES = 20
_RIGHT = Align.TRAILING
_WHERE = Column(mark("Product, category, area"), stretch=2)
_RISEN = Column(mark("Complaints against expected"), stretch=1)
_RATIO = Column(mark("Ratio"), 64, align=_RIGHT, holds=lambda: _ratio_chip(tr("over {n}×", n=words.count(_MOST_TIMES))))
_SINCE = Column(mark("Since"), 112)
_CHANCE = Column(mark("Chance among 100 such"), 84, align=_RIGHT)
_DAYS = Column(mark("Complaints a day"), _SHOWN_DAYS * (BAR + GAP))
COLUMNS = (_WHERE, _RISEN, _RATIO, _SINCE, _CHANCE, _DAYS)


class RadarDelegate(TableDelegate):
    """Paints an alert; its days are bars of one height for the busiest of its own."""

    def __init__(self) -> None:
        super().__init__(COLUMNS, self._cells_of)
        self.today: date | None = None

    def paint_row(self, painter: QPainter, rect: QRectF, row: object, state: RowState) -> None:
        """Paint the cells and the bars."""
        super().paint_row(painter, rect, row, state)
        if isinstance(row, RadarRow):
            places = dict(zip(self.columns, column_rects(self.columns, rect), strict=True))
            days = row.alert.days[-_SHOWN_DAYS:]
            bars = places[_DAYS].adjusted(0, Space.S, 0, -Space.S)
            draw_spark(painter, bars, days, max(days, default=0), stale=row.noted)

    def _cells_of(self, row: object) -> tuple[Cell, ...]:
        if not isinstance(row, RadarRow) or self.today is None:
            return tuple(Cell() for _ in COLUMNS)
        alert = row.alert
        ink = Ink.SECONDARY if row.noted else Ink.PRIMARY
        noted = (ChipSpec(tr("Noted"), Voice.REST, Icon.CHECK),) if row.noted else ()
        also = tr_n("and {n} cell more", "and {n} cells more", len(alert.also)) if alert.also else ""
        ratio = _ratio(alert.latest)
        return (
            Cell(where(alert.cell), TextRole.BODY_STRONG, ink, after=also, chips=noted),
            Cell(risen_words(alert.latest), ink=ink),
            Cell(ratio, ink=ink) if row.noted else Cell(chips=(_ratio_chip(ratio),)),
            Cell(words.short_day(alert.since, self.today), TextRole.SMALL, Ink.SECONDARY),
            Cell(words.count(alert.chance_in_hundred), TextRole.SMALL, Ink.SECONDARY),
            Cell(),
        )


class RadarTable(Table):
    """The table of open alerts. ``view.opened`` carries the ``RadarRow`` whose complaints are wanted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self.rows: RowsModel[object] = RowsModel(_key_of, self._spoken)
        self.delegate = RadarDelegate()
        super().__init__(tr("Rising complaints"), self.rows, self.delegate, parent)
        self.rows.setParent(self)

    def show_alerts(self, rows: tuple[RadarRow, ...], today: date) -> None:
        """Show the alerts of a day."""
        self.delegate.today = today
        self.rows.show_rows(rows)

    def _spoken(self, row: object) -> str:
        return spoken(row, self.delegate.today)


def risen_words(alarm: Alarm) -> str:
    """Return how many there were against how many expected: "14 in 3 days, 4.2 expected"."""
    observed, days = words.count(alarm.observed), span(alarm.window)
    if alarm.expected < _HARDLY_ANY:
        return tr("{observed} {span}, hardly any expected", observed=observed, span=days)
    expected = decimal(alarm.expected, 1)
    return tr("{observed} {span}, {expected} expected", observed=observed, span=days, expected=expected)


def _ratio_chip(ratio: str) -> ChipSpec:
    return ChipSpec(ratio, Voice.SOON)


def _ratio(alarm: Alarm) -> str:
    """Return how many times as many as expected, as far as that says anything."""
    if alarm.ratio > _MOST_TIMES:
        return tr("over {n}×", n=words.count(_MOST_TIMES))
    return tr("{n}×", n=decimal(alarm.ratio, 1))


def spoken(row: object, today: date | None) -> str:
    """Return an alert as it is read aloud."""
    if not isinstance(row, RadarRow) or today is None:
        return ""
    alert = row.alert
    chance = alert.chance_in_hundred
    parts = (
        where(alert.cell),
        risen_words(alert.latest),
        _times(alert.latest),
        tr("since {day}", day=words.short_day(alert.since, today)),
        tr_n("{n} of 100 such alerts is chance", "{n} of 100 such alerts are chance", chance),
        tr("noted") if row.noted else "",
    )
    return ", ".join(part for part in parts if part)


def _times(alarm: Alarm) -> str:
    if alarm.ratio > _MOST_TIMES:
        return tr("over {n} times as many", n=words.count(_MOST_TIMES))
    return tr("{n} times as many", n=decimal(alarm.ratio, 1))


def _key_of(row: object) -> object:
    return row.key if isinstance(row, RadarRow) else None
