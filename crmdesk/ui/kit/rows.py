"""Frozen rows in a list or a table: one model for all, columns, cells, and the delegate that paints every state."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Generic, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from crmdesk.domain.language import tr
from crmdesk.domain.quick import dataclass
from crmdesk.ui.kit.chip import draw_chips, fitting
from crmdesk.ui.kit.label import Ink, ink_color
from crmdesk.ui.kit.mirror import turn
from crmdesk.ui.kit.painting import (
    Align,
    ChipSpec,
    chip_width,
    draw_icon,
    draw_marked,
    draw_text,
    fill,
    outline,
    text_width,
)
from crmdesk.ui.theme import Icon, Radius, Size, Space, TextRole, Voice, theme

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex
_ROWS = (Size.ROW, Size.ROW_TWO_LINES)
ROW_ROLE = int(Qt.ItemDataRole.UserRole)


class RowsModel(QAbstractListModel, Generic[Row]):
    """A tuple of frozen rows. ``more_wanted`` asks for the next page once the end comes into sight."""

    more_wanted = Signal()

    def __init__(
        self,
        key: Callable[[Row], object],
        words: Callable[[Row], str],
        parent: QObject | None = None,
    ) -> None:
        """``key`` tells rows apart when the list is read again, ``words`` reads a row aloud (accessibility)."""
        super().__init__(parent)
        self._key, self._words = key, words
        self._rows: tuple[Row, ...] = ()
        self._more = False
        self._asked = False

    @property
    def rows(self) -> tuple[Row, ...]:
        """Return the rows shown."""
        return self._rows

    def show_rows(self, rows: tuple[Row, ...], more: bool = False) -> None:
        """Show other rows. When only values changed, the selection and the scroll stay where they are."""
        same = [self._key(row) for row in rows] == [self._key(row) for row in self._rows]
        self._more, self._asked = more, False
        if same:
            changed = [i for i, (old, new) in enumerate(zip(self._rows, rows, strict=True)) if old != new]
            self._rows = rows
            for place in changed:  # each for itself: a view paints all rows between two that are told together
                self.dataChanged.emit(self.index(place), self.index(place))
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def add_rows(self, rows: tuple[Row, ...], more: bool) -> None:
        """Append the next page."""
        self._more, self._asked = more, False
        if not rows:
            return
        first = len(self._rows)
        self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
        self._rows = (*self._rows, *rows)
        self.endInsertRows()

    def row_at(self, index: Index) -> Row | None:
        """Return the row of an index, None outside the list."""
        return self._rows[index.row()] if 0 <= index.row() < len(self._rows) else None

    def find(self, key: object) -> int:
        """Return the place of the row with this key, -1 if there is none."""
        return next((i for i, row in enumerate(self._rows) if self._key(row) == key), -1)

    def key_of(self, row: Row) -> object:
        """Return what tells this row apart."""
        return self._key(row)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's own signature)
        """Return the number of rows here."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """Return the row itself, or its words."""
        row = self.row_at(index)
        if row is None:
            return None
        if role == ROW_ROLE:
            return row
        if role in (int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.AccessibleTextRole)):
            return self._words(row)
        return None

    def canFetchMore(self, parent: Index) -> bool:
        """Say whether there is another page that was not asked for yet."""
        return self._more and not self._asked and not parent.isValid()

    def fetchMore(self, parent: Index) -> None:
        """Ask for the next page, once."""
        if self.canFetchMore(parent):
            self._asked = True
            self.more_wanted.emit()


class RowLook(StrEnum):
    """How a row stands: UNSENT carries the cloud, STALE is grey on the window's ground."""

    NORMAL = "normal"
    UNSENT = "unsent"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class RowState:
    """What the painter of a row is told about it; ``at_edge`` means that the list ends below it."""

    look: RowLook
    selected: bool
    focused: bool
    hovered: bool
    at_edge: bool = False


class RowDelegate(QStyledItemDelegate):
    """Paints ground, bar, ring and separator of a row; a subclass paints its content.

    Override ``paint_row``; ``look`` where rows may be stale or unsent. Rows have one height, which follows the density
    where it is that of a row; options of a palette or a picker keep theirs. ``foot_radius`` is that of the lower
    corners of what the view fills: no row covers them.
    """

    foot_radius: int = 0

    def __init__(self, height: int = Size.ROW, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._designed = height

    @property
    def height(self) -> int:
        """Return the height in px that a row has now."""
        return theme().row_height(self._designed) if self._designed in _ROWS else self._designed

    def look(self, row: object) -> RowLook:
        """Return how a row stands."""
        return RowLook.NORMAL

    def paint_ground(self, painter: QPainter, rect: QRectF, state: RowState) -> None:
        """Paint what the content lies on: ground, bar, ring, separator."""
        paint_ground(painter, rect, state)

    def paint_row(self, painter: QPainter, rect: QRectF, row: object, state: RowState) -> None:
        """Paint the content into ``rect`` (padding 16 at both ends taken off already).

        A row of two lines gets the height it was drawn for, in the middle of the room there is.
        """

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the fixed height."""
        return QSize(80, self.height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        row = index.data(ROW_ROLE)
        flags = option.state
        area = QRectF(option.rect)
        state = RowState(
            look=self.look(row),
            selected=bool(flags & QStyle.StateFlag.State_Selected),
            focused=bool(flags & QStyle.StateFlag.State_HasFocus),
            hovered=bool(flags & QStyle.StateFlag.State_MouseOver),
            at_edge=area.bottom() >= option.widget.height() - 1,
        )
        painter.save()
        turn(painter, area, option.direction)
        if area.bottom() > option.widget.height() - self.foot_radius:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            foot = _rounded_foot(QRectF(option.widget.rect()), self.foot_radius)
            painter.setClipPath(foot, Qt.ClipOperation.IntersectClip)
        self.paint_ground(painter, area, state)
        if self._designed == Size.ROW_TWO_LINES:
            area.translate(0, (self.height - self._designed) // 2)
        self.paint_row(painter, area.adjusted(Space.L, 0, -Space.L, -1), row, state)
        painter.restore()


def _rounded_foot(rect: QRectF, radius: float) -> QPainterPath:
    """Return a rectangle whose lower corners are round."""
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    path.addRoundedRect(rect, radius, radius)
    path.addRect(rect.adjusted(0, 0, 0, -radius))
    return path


def paint_ground(painter: QPainter, rect: QRectF, state: RowState) -> None:
    """Paint the ground, the 3 px bar, the ring and the separator of a row."""
    colors = theme().colors
    if state.selected:
        fill(painter, rect, colors.you.soft)
    elif state.hovered:
        fill(painter, rect, colors.bg.hover)
    elif state.look is RowLook.STALE:
        fill(painter, rect, colors.bg.window)
    if not state.at_edge:
        fill(painter, QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), colors.line.soft)
    if state.selected:
        fill(painter, QRectF(rect.left(), rect.top(), Size.ACCENT, rect.height()), colors.you.solid)
        if state.focused:
            outline(painter, rect, colors.you.line, 0, 2)


# Tables ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Column:
    """A column: title, and either ``width`` px or, with ``width`` 0, a share of what is left by ``stretch``.

    The title is one of the program's own words, marked and still in English: the head translates it. Where it is wider
    than ``width`` in the language that is spoken, the column is as wide as its title, and where ``holds`` is given as
    wide as that chip.
    """

    title: str
    width: int = 0
    stretch: int = 1
    align: Align = Align.LEADING
    holds: Callable[[], ChipSpec] | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """Words in a table: role and ink, an icon before them, lighter words behind them, chips instead or behind.

    Without words the chips come first and the lighter words behind them.
    """

    text: str = ""
    role: TextRole = TextRole.BODY
    ink: Ink | Voice = Ink.PRIMARY
    icon: Icon | None = None
    icon_ink: Ink | Voice = Ink.MUTED
    after: str = ""
    chips: tuple[ChipSpec, ...] = ()
    matched: tuple[str, ...] = ()


def column_rects(columns: tuple[Column, ...], rect: QRectF, gap: int = Space.M) -> tuple[QRectF, ...]:
    """Return the rectangle of each column inside a row."""
    widths = tuple(_fixed(column) for column in columns)
    fixed = sum(widths) + gap * (len(columns) - 1)
    shares = sum(column.stretch for column in columns if column.width == 0) or 1
    spare = max(0.0, rect.width() - fixed)
    rects: list[QRectF] = []
    x = rect.left()
    for column, own in zip(columns, widths, strict=True):
        width = own or spare * column.stretch / shares
        rects.append(QRectF(round(x), rect.top(), round(width), rect.height()))
        x += width + gap
    return tuple(rects)


def _fixed(column: Column) -> int:
    """Return the px of a column that has a width of its own, 0 for one that shares what is left."""
    if not column.width:
        return 0
    chip = chip_width(column.holds()) if column.holds is not None else 0
    return max(column.width, text_width(tr(column.title), TextRole.SMALL), chip)


def paint_cell(painter: QPainter, rect: QRectF, cell: Cell, align: Align, look: RowLook) -> None:
    """Paint one cell of a table."""
    area = QRectF(rect)
    ink: QColor = theme().colors.text.muted if look is RowLook.STALE else ink_color(cell.ink)
    if cell.icon is not None:
        middle = area.center().y() - Size.ICON / 2
        draw_icon(painter, area.left(), middle, cell.icon, ink_color(cell.icon_ink))
        area.setLeft(area.left() + Size.ICON + Space.S)
    if cell.text:
        if cell.matched:
            used = draw_marked(painter, area, cell.text, cell.matched, cell.role, ink)
        else:
            used = draw_text(painter, area, cell.text, cell.role, ink, align)
        area.setLeft(area.left() + used + Space.S)
    if cell.after and cell.chips and not cell.text and align is Align.LEADING:
        area.setLeft(area.left() + paint_chips(painter, area, cell.chips, align) + Space.S)
        draw_text(painter, area, cell.after, TextRole.SMALL, theme().colors.text.secondary)
        return
    if cell.after and align is Align.LEADING:
        second = theme().colors.text.secondary
        if cell.matched:
            used = draw_marked(painter, area, cell.after, cell.matched, TextRole.BODY, second)
        else:
            used = draw_text(painter, area, cell.after, TextRole.BODY, second)
        area.setLeft(area.left() + used + Space.S)
    if cell.chips:
        paint_chips(painter, area, cell.chips, align)


def paint_chips(painter: QPainter, rect: QRectF, chips: tuple[ChipSpec, ...], align: Align) -> float:
    """Paint chips into a rectangle at its leading or trailing end; return how wide they are in px."""
    shown = fitting(chips, int(rect.width()))
    width = sum(map(chip_width, shown)) + Space.CHIP_GAP * max(0, len(shown) - 1)
    left = rect.right() - width if align is Align.TRAILING else rect.left()
    draw_chips(painter, left, rect.center().y(), shown, int(rect.width()))
    return float(width)


class TableDelegate(RowDelegate):
    """Paints rows as cells under columns. ``cells`` turns a row into one cell per column."""

    foot_radius = Radius.CARD - 1

    def __init__(
        self,
        columns: tuple[Column, ...],
        cells: Callable[[object], tuple[Cell, ...]],
        look: Callable[[object], RowLook] | None = None,
        height: int = Size.ROW,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(height, parent)
        self.columns = columns
        self._cells, self._look = cells, look

    def look(self, row: object) -> RowLook:
        """Return how a row stands."""
        return self._look(row) if self._look is not None else RowLook.NORMAL

    def paint_row(self, painter: QPainter, rect: QRectF, row: object, state: RowState) -> None:
        """Paint the cells."""
        area = QRectF(rect)
        if state.look is RowLook.UNSENT:
            middle = area.center().y() - Size.ICON / 2
            draw_icon(painter, area.left(), middle, Icon.CLOUD_UPLOAD, theme().colors.you.text)
            area.setLeft(area.left() + Size.ICON + Space.S)
        rects = column_rects(self.columns, area)
        for column, place, cell in zip(self.columns, rects, self._cells(row), strict=True):
            paint_cell(painter, place, cell, column.align, state.look)
