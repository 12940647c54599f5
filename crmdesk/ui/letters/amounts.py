"""Sums of redress as lines: what it is at the left, how much at the right."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from crmdesk.domain import money
from crmdesk.domain.cases.views import RedressView
from crmdesk.ui.kit import Align, Label
from crmdesk.ui.theme import TextRole


def amount_line(words: str, amount: str, role: TextRole) -> QWidget:
    """Return a line with words and an amount."""
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(Label(words, role), 1)
    row.addWidget(Label(amount, role, align=Align.TRAILING))
    return line


def amount_of(one: RedressView) -> str:
    """Return how much is given, empty for what is no money."""
    return money.said(one.amount_minor, one.currency) if one.amount_minor else ""
