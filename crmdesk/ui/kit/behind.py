"""A list that opens below or over what it is behind: its title, how much there is, a way back, and the rows."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.ui.kit.button import Button, ButtonKind, ButtonSize
from crmdesk.ui.kit.cards import Panel
from crmdesk.ui.kit.label import Ink, Label, PaneTitle
from crmdesk.ui.kit.listview import Table
from crmdesk.ui.kit.mirror import margins
from crmdesk.ui.kit.rows import Cell, Column, RowsModel, TableDelegate
from crmdesk.ui.theme import Icon, Size, Space, TextRole


class ListBehind(Panel):
    """``opened`` carries the row that is wanted, ``closed`` that the list goes.

    ``back`` are the words of the way back, ``name`` what the list is called; ``cells``, ``key`` and ``spoken`` give a
    row's cells, what it is known by, and its words for who listens.
    """

    opened = Signal(object)
    closed = Signal()

    def __init__(
        self,
        back: str,
        name: str,
        columns: tuple[Column, ...],
        cells: Callable[[object], tuple[Cell, ...]],
        key: Callable[[object], object],
        spoken: Callable[[object], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.title = PaneTitle("")
        self.note = Label("", TextRole.SMALL, Ink.SECONDARY)
        self.close_button = Button(back, ButtonKind.QUIET, Icon.X, size=ButtonSize.SMALL)
        self.close_button.clicked.connect(self.closed)
        self.rows: RowsModel[object] = RowsModel(key, spoken)
        self.table = Table(name, self.rows, TableDelegate(columns, cells))
        self.rows.setParent(self.table)
        self.table.view.opened.connect(self.opened)
        head = QHBoxLayout()
        head.setContentsMargins(margins(Space.L, Space.S, Space.S, 0))
        head.setSpacing(Space.S)
        head.addWidget(self.title)
        head.addWidget(self.note, 1)
        head.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addLayout(head)
        column.addWidget(self.table, 1)
        self.setMinimumHeight(Size.TABLE_HEAD + 3 * Size.ROW)
        self.setFocusProxy(self.table.view)

    def say(self, trouble: str) -> None:
        """Say why there is nothing."""
        self.note.set_text(trouble)
