"""How a page that is one list is laid out: a head over the list, and in its place what is true while there is none."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from crmdesk.domain.errors import CrmdeskError
from crmdesk.domain.language import mark, tr
from crmdesk.ui.kit import EmptyState, Ground, Panel, PaneTitle, RowsModel, Skeleton, Table
from crmdesk.ui.theme import Icon, Space

_UNREAD = mark("This list could not be read")
_LINES = (0.6, 0.5, 0.55, 0.4)


def being_read() -> QWidget:
    """Return the places of rows that are being read."""
    reading = QWidget()
    lines = QVBoxLayout(reading)
    lines.addWidget(Skeleton(_LINES))
    lines.addStretch(1)
    return reading


class TableInStates(QStackedWidget):
    """A table and what stands in its place: that it is being read, that there is nothing (``none``), what stood
    against it. ``instead`` takes the keyboard where there is nothing."""

    def __init__(self, table: Table, rows: RowsModel[object], none: EmptyState, instead: QWidget) -> None:
        super().__init__()
        self.table, self.none, self.instead, self._rows = table, none, instead, rows
        self.trouble = EmptyState(Icon.CIRCLE_ALERT, tr(_UNREAD), "")
        for state in (being_read(), table, none, self.trouble):
            self.addWidget(state)

    def target(self) -> QWidget | None:
        """Return what takes the keyboard, None while nothing was read."""
        shown = self.currentWidget()
        return self.table.view if shown is self.table else self.instead if shown is self.none else None

    def fail(self, error: CrmdeskError) -> None:
        """Say what stood against the list."""
        self.trouble.say(tr(_UNREAD), f"{error.what} {error.next_step}".strip())
        self.setCurrentWidget(self.trouble)

    def fill(self, rows: tuple[object, ...]) -> bool:
        """Show these rows, the first selected where none is; return whether the keyboard was on what stood instead."""
        had_keyboard = self.instead.hasFocus()
        self._rows.show_rows(rows)
        self.setCurrentWidget(self.table if rows else self.none)
        if rows and self.table.view.row is None:
            self.table.view.select(0)
        return had_keyboard


def lay_out(
    page: QWidget, title: str, count: QWidget, beside: tuple[QWidget, ...], states: tuple[QWidget, ...], *below: QWidget
) -> QStackedWidget:
    """Lay a page out and return the stack of its ``states``, which stand behind the one that is being read.

    ``count`` stands beside the title, ``beside`` at the end of the head, ``below`` between head and list.
    """
    stack = QStackedWidget()
    for state in (being_read(), *states):
        stack.addWidget(state)
    head = QHBoxLayout()
    head.setSpacing(Space.S)
    head.addWidget(PaneTitle(title))
    head.addWidget(count, 1)
    for each in beside:
        head.addWidget(each)
    ground = Panel(page, Ground.WINDOW)
    column = QVBoxLayout(ground)
    column.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
    column.setSpacing(Space.M)
    column.addLayout(head)
    for each in below:
        column.addWidget(each)
    column.addWidget(stack, 1)
    outer = QVBoxLayout(page)
    outer.setContentsMargins(0, 0, 0, 0)
    outer.addWidget(ground)
    return stack
