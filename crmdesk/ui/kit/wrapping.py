"""Words broken into lines, as labels and delegates paint them one by one."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtGui import QTextLayout, QTextOption

from crmdesk.ui.qt.places import part
from crmdesk.ui.theme import TextRole, theme


def broken(paragraph: str, role: TextRole, width: float) -> Iterator[str]:
    """Yield the lines of a text without line ends, broken at ``width`` px between words, or within a longer one."""
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout = QTextLayout(paragraph, theme().font(role))
    layout.setTextOption(option)
    layout.beginLayout()
    try:
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
            yield part(paragraph, line.textStart(), line.textLength()).rstrip()
    finally:
        layout.endLayout()
