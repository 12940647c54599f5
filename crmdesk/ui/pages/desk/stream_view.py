"""A list of rows of many heights that stays quick with ten thousand: it measures each row once and paints what is seen.

Qt's own list lays every row out anew whenever one comes or goes. Here the heights are kept: a page that is appended
costs its own rows, and what comes at the top moves the rest by its height.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyleOptionViewItem

from crmdesk.ui.kit import ListView, RowDelegate, RowsModel
from crmdesk.ui.kit.rows import Index

_AHEAD = 2
"""Screens before the end at which the next page is asked for."""

_STEP = 48
"""How far one notch of the wheel goes, in px."""


class StreamModel(RowsModel[object]):
    """Rows of which some are replaced by others: all that stay keep their place, their selection and their height."""

    def splice(self, rows: tuple[object, ...], more: bool) -> None:
        """Show other rows, told as what left and what came between the first and the last row that differ."""
        old = self._rows
        head = _alike(old, rows)
        tail = _alike(old[: head - len(old) - 1 : -1], rows[: head - len(rows) - 1 : -1])
        self._more, self._asked = more, False
        left, came = len(old) - tail, len(rows) - tail
        nowhere = QModelIndex()
        if left > head and left - head == came - head and self._same_keys(old[head:left], rows[head:came]):
            self._rows = rows
            for place in range(head, left):
                self.dataChanged.emit(self.index(place), self.index(place))
            return
        if left > head:
            self.beginRemoveRows(nowhere, head, left - 1)
            self._rows = (*old[:head], *old[left:])
            self.endRemoveRows()
        if came > head:
            self.beginInsertRows(nowhere, head, came - 1)
            self._rows = rows
            self.endInsertRows()

    def _same_keys(self, old: tuple[object, ...], new: tuple[object, ...]) -> bool:
        return [self._key(row) for row in old] == [self._key(row) for row in new]


def _alike(one: tuple[object, ...], other: tuple[object, ...]) -> int:
    """Return how many rows both begin with."""
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a is not b and a != b),
        min(len(one), len(other)),
    )


class StreamView(ListView):
    """The list. Its delegate tells the height of a row by ``sizeHint`` at the width of ``option.rect``."""

    def __init__(self, name: str, model: StreamModel, delegate: RowDelegate) -> None:
        self._heights: list[int] = []
        self._tops: list[int] = [0]
        self._measured_at = 0
        super().__init__(name, model, delegate)
        self.setUniformItemSizes(False)

    # Heights ---------------------------------------------------------------------------------------------------------

    def _measure(self, first: int, count: int) -> list[int]:
        option = self._option(QRect(0, 0, self.viewport().width(), 0))
        delegate, model = self.itemDelegate(), self.model()
        return [delegate.sizeHint(option, model.index(row, 0)).height() for row in range(first, first + count)]

    def _option(self, rect: QRect) -> QStyleOptionViewItem:
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        option.rect = rect
        return option

    def _sum(self) -> None:
        self._tops = [0, *accumulate(self._heights)]
        self.updateGeometries()
        self.viewport().update()

    def measure_all(self) -> None:
        """Take the heights of all rows anew: the width is another, or a text is shown whole; what is in sight stays."""
        top = self._first_seen()
        into = self.verticalScrollBar().value() - self._tops[top]
        self._measured_at = self.viewport().width()
        self._heights = self._measure(0, self.model().rowCount())
        self._sum()
        if self.verticalScrollBar().value() or into:
            self.verticalScrollBar().setValue(self._tops[min(top, len(self._heights))] + into)

    def _first_seen(self) -> int:
        at = self.verticalScrollBar().value()
        return max(0, min(bisect_right(self._tops, at) - 1, len(self._heights)))

    def doItemsLayout(self) -> None:
        """Measure what was not measured yet, or all where the width is another."""
        QAbstractItemView.doItemsLayout(self)
        if self.viewport().width() != self._measured_at or len(self._heights) != self.model().rowCount():
            self.measure_all()

    def reset(self) -> None:
        """Measure other rows."""
        QAbstractItemView.reset(self)
        self._heights, self._tops, self._measured_at = [], [0], 0
        self.scheduleDelayedItemsLayout()

    def rowsInserted(self, parent: Index, start: int, end: int) -> None:
        """Measure what came; what is in sight stays where it is."""
        QAbstractItemView.rowsInserted(self, parent, start, end)
        self._come(start, end)

    def _come(self, start: int, end: int) -> None:
        if self._measured_at != self.viewport().width():
            return  # all are measured soon
        came = self._measure(start, end - start + 1)
        value = self.verticalScrollBar().value()
        above = value > 0 and self._tops[min(start, len(self._tops) - 1)] < value
        self._heights[start:start] = came
        self._sum()
        if above:
            self.verticalScrollBar().setValue(value + sum(came))

    def rowsAboutToBeRemoved(self, parent: Index, start: int, end: int) -> None:
        """Let go of the heights of what leaves; what is in sight below it stays where it is."""
        QAbstractItemView.rowsAboutToBeRemoved(self, parent, start, end)
        value = self.verticalScrollBar().value()
        gone = sum(self._heights[start : end + 1])
        above = value > 0 and self._tops[min(end + 1, len(self._tops) - 1)] <= value
        del self._heights[start : end + 1]
        self._sum()
        if above:
            self.verticalScrollBar().setValue(value - gone)

    def dataChanged(self, top_left: Index, bottom_right: Index, roles: object = ()) -> None:
        """Measure rows anew that say something else."""
        first, last = top_left.row(), bottom_right.row()
        if last < len(self._heights):
            self._heights[first : last + 1] = self._measure(first, last - first + 1)
            self._sum()

    # Geometry --------------------------------------------------------------------------------------------------------

    def _scrolled_to(self, value: int) -> None:
        """Ask for the next page before its end is reached."""
        bar, nowhere = self.verticalScrollBar(), QModelIndex()
        if value + _AHEAD * bar.pageStep() >= bar.maximum() and self._rows_model.canFetchMore(nowhere):
            self._rows_model.fetchMore(nowhere)

    def updateGeometries(self) -> None:
        """Tell the scroll bar how long the stream is."""
        bar, seen = self.verticalScrollBar(), self.viewport().height()
        bar.setRange(0, max(0, self._tops[-1] - seen))
        bar.setPageStep(seen)
        bar.setSingleStep(_STEP)

    def content_height(self) -> int:
        """Return the height in px of all rows."""
        return self._tops[-1]

    def visualRect(self, index: Index) -> QRect:
        """Return where a row is in the viewport."""
        row = index.row()
        if not 0 <= row < len(self._heights):
            return QRect()
        top = self._tops[row] - self.verticalScrollBar().value()
        return QRect(0, top, self.viewport().width(), self._heights[row])

    def indexAt(self, point: QPoint) -> QModelIndex:
        """Return the row at a place in the viewport."""
        at = point.y() + self.verticalScrollBar().value()
        row = bisect_right(self._tops, at) - 1
        return self.model().index(row, 0) if 0 <= row < len(self._heights) else QModelIndex()

    def scrollTo(self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint(0)) -> None:  # noqa: B008
        """Bring a row into sight, by as little as that takes."""
        rect, seen = self.visualRect(index), self.viewport().height()
        bar = self.verticalScrollBar()
        if rect.isNull():
            return
        if rect.top() < 0 or rect.height() > seen:
            bar.setValue(bar.value() + rect.top())
        elif rect.bottom() >= seen:
            bar.setValue(bar.value() + rect.bottom() + 1 - seen)

    def verticalOffset(self) -> int:
        """Return how far the stream is scrolled, in px."""
        return self.verticalScrollBar().value()

    def horizontalOffset(self) -> int:
        """Return 0: nothing is wider than the view."""
        return 0

    def isIndexHidden(self, index: Index) -> bool:
        """Return False: no row is hidden."""
        return False

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Paint what is in sight now."""
        self.viewport().update()

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Select the row under the pointer."""
        index = self.indexAt(rect.center())
        if index.isValid():
            self.selectionModel().select(QItemSelection(index, index), command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        """Return what has to be painted when a selection changes."""
        region = QRegion()
        for index in selection.indexes():
            region = region.united(QRegion(self.visualRect(index)))
        return region

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Return where a page up or down, Home or End leads."""
        last = len(self._heights) - 1
        if last < 0:
            return QModelIndex()
        now = max(0, self.currentIndex().row())
        page = self.viewport().height()
        moves = {
            QAbstractItemView.CursorAction.MoveHome: 0,
            QAbstractItemView.CursorAction.MoveEnd: last,
            QAbstractItemView.CursorAction.MovePageDown: bisect_right(self._tops, self._tops[now] + page) - 1,
            QAbstractItemView.CursorAction.MovePageUp: bisect_right(self._tops, max(0, self._tops[now] - page)) - 1,
        }
        return self.model().index(max(0, min(last, moves.get(action, now))), 0)

    # Painting --------------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows in sight."""
        painter = QPainter(self.viewport())
        value, width = self.verticalScrollBar().value(), self.viewport().width()
        area = event.rect()
        row = max(0, bisect_right(self._tops, value + area.top()) - 1)
        delegate, model, selected = self.itemDelegate(), self.model(), self.selectionModel()
        current, focused = self.currentIndex().row(), self.hasFocus()
        hovered = self.indexAt(self.viewport().mapFromGlobal(self.cursor().pos())).row() if self.underMouse() else -1
        while row < len(self._heights) and self._tops[row] - value <= area.bottom():
            index = model.index(row, 0)
            option = self._option(QRect(0, self._tops[row] - value, width, self._heights[row]))
            option.state &= ~(QStyle.StateFlag.State_HasFocus | QStyle.StateFlag.State_MouseOver)
            if selected.isSelected(index):
                option.state |= QStyle.StateFlag.State_Selected
                if focused and row == current:
                    option.state |= QStyle.StateFlag.State_HasFocus
            if row == hovered:
                option.state |= QStyle.StateFlag.State_MouseOver
            delegate.paint(painter, option, index)
            row += 1

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap the texts anew at another width."""
        QAbstractItemView.resizeEvent(self, event)
        if event.size().width() != event.oldSize().width():
            self.scheduleDelayedItemsLayout()
        self.updateGeometries()
