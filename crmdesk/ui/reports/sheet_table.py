"""Any table of words, counts, changes, shares and seconds on the screen, as the same table in a file would have it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from crmdesk.domain import words
from crmdesk.domain.language import tr
from crmdesk.domain.sheets import Sheet, SheetColumn, Unit, Value
from crmdesk.ui.kit import Align, Cell, Column, RowsModel, Table, TableDelegate
from crmdesk.ui.theme import TextRole

_WIDE = 78


class _Row(tuple[int, tuple[Value, ...]]):
    """A row with its place: two rows may hold the same."""

    __slots__ = ()


class SheetTable(Table):
    """Shows one sheet at a time. ``opened`` carries the place of the row that is wanted, 0 first."""

    opened = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        self.rows: RowsModel[object] = RowsModel(_place_of, self._spoken)
        self._sheet = Sheet("", (), ())
        super().__init__(tr("Figures"), self.rows, TableDelegate((), self._cells), parent)
        self.rows.setParent(self)
        self.view.opened.connect(self._opened)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)

    def show_sheet(self, sheet: Sheet) -> None:
        """Show another table."""
        self._sheet = sheet
        columns = tuple(_column(column) for column in sheet.columns)
        delegate = self.view.itemDelegate()
        if isinstance(delegate, TableDelegate):
            delegate.columns = columns
        self.head.show_columns(columns)
        self.view.setAccessibleName(sheet.name)
        self.rows.show_rows(tuple(_Row((place, row)) for place, row in enumerate(sheet.rows)))
        self.view.viewport().update()

    def _opened(self, row: object) -> None:
        if isinstance(row, _Row):
            self.opened.emit(row[0])

    def shown(self) -> tuple[tuple[str, ...], ...]:
        """Return every row as it reads."""
        return tuple(tuple(cell.text for cell in self._cells(row)) for row in self.rows.rows)

    def _cells(self, row: object) -> tuple[Cell, ...]:
        if not isinstance(row, _Row):
            return tuple(Cell() for _ in self._sheet.columns)
        return tuple(
            Cell(said(value, column.unit), TextRole.BODY_STRONG if not place else TextRole.BODY)
            for place, (column, value) in enumerate(zip(self._sheet.columns, row[1], strict=False))
        )

    def _spoken(self, row: object) -> str:
        if not isinstance(row, _Row):
            return ""
        pairs = zip(self._sheet.columns, row[1], strict=False)
        return ", ".join(f"{tr(column.title)} {said(value, column.unit)}" for column, value in pairs)


def _column(column: SheetColumn) -> Column:
    if column.unit is Unit.WORDS:
        return Column(column.title)
    return Column(column.title, _WIDE, align=Align.TRAILING)


_SAID: Mapping[Unit, Callable[[float], str]] = {
    Unit.COUNT: lambda value: words.count(int(value)),
    Unit.CHANGE: lambda value: words.change(int(value)),
    Unit.SHARE: words.percent,
    Unit.SECONDS: words.running,
}


def said(value: Value, unit: Unit) -> str:
    """Return a cell in words; what has no basis is a dash."""
    if value is None:
        return words.NO_BASIS
    return value if isinstance(value, str) else _SAID[unit](value)


def _place_of(row: object) -> object:
    return row[0] if isinstance(row, _Row) else None
