"""How a page that is one list is laid out: a head over the list, and in its place what is true while there is none."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from crmdesk.ui.kit import Ground, Panel, PaneTitle, Skeleton
from crmdesk.ui.theme import Space

_LINES = (0.6, 0.5, 0.55, 0.4)


def being_read() -> QWidget:
    """Return the places of rows that are being read."""
    reading = QWidget()
    lines = QVBoxLayout(reading)
    lines.addWidget(Skeleton(_LINES))
    lines.addStretch(1)
    return reading


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
