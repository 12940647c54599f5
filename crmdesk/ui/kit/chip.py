"""Chips: small marks of voice, icon and words; a row of them folds what does not fit into "2 more"."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from crmdesk.domain.language import tr_n
from crmdesk.ui.kit.label import plain_tip
from crmdesk.ui.kit.mirror import painter_on
from crmdesk.ui.kit.painting import ChipSpec, ChipStyle, chip_width, draw_chip
from crmdesk.ui.theme import Size, Space, Voice


class Chip(QLabel):
    """One chip."""

    def __init__(self, spec: ChipSpec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._spec = spec
        self.show_spec(spec)

    def show_spec(self, spec: ChipSpec) -> None:
        """Show another chip in its place."""
        self._spec = spec
        self.setText(spec.text)
        self.setAccessibleName(spec.text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size that shows it whole."""
        return QSize(chip_width(self._spec), Size.CHIP)

    def minimumSizeHint(self) -> QSize:
        """Return the same."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the chip."""
        draw_chip(painter_on(self), 0, self.height() / 2, self._spec, self.width())


def fitting(specs: tuple[ChipSpec, ...], room: int) -> tuple[ChipSpec, ...]:
    """Return the chips that fit ``room`` px; what does not fit becomes one chip "2 more". One chip alone stays itself:
    it is drawn shortened, and "1 more" would say nothing."""
    if len(specs) == 1:
        return specs
    used = 0
    for index, spec in enumerate(specs):
        used += chip_width(spec) + (Space.CHIP_GAP if index else 0)
        if used > room:
            break
    else:
        return specs
    for kept in range(len(specs) - 1, -1, -1):
        rest = ChipSpec(tr_n("{n} more", "{n} more", len(specs) - kept), Voice.REST, style=ChipStyle.OUTLINE)
        row = (*specs[:kept], rest)
        if sum(map(chip_width, row)) + Space.CHIP_GAP * kept <= room or kept == 0:
            return row
    return ()


def draw_chips(painter: QPainter, x: float, middle: float, specs: tuple[ChipSpec, ...], room: int) -> int:
    """Draw chips side by side, folding what does not fit; return the width used in px."""
    left = x
    for spec in fitting(specs, room):
        left += draw_chip(painter, left, middle, spec, room - (left - x)) + Space.CHIP_GAP
    return int(left - x)


class ChipRow(QLabel):
    """Chips on one line; the first ones win, the others are counted and named in the tip."""

    def __init__(self, specs: tuple[ChipSpec, ...] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._specs: tuple[ChipSpec, ...] = ()
        self.show_chips(specs)

    def show_chips(self, specs: tuple[ChipSpec, ...]) -> None:
        """Show other chips; none takes no room."""
        if specs == self._specs and specs:
            return
        self._specs = specs
        words = ", ".join(spec.text for spec in specs)
        self.setText(words)
        self.setAccessibleName(words)
        self.setVisible(bool(specs))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size that shows all of them."""
        width = sum(map(chip_width, self._specs)) + Space.CHIP_GAP * max(0, len(self._specs) - 1)
        return QSize(width, Size.CHIP)

    def minimumSizeHint(self) -> QSize:
        """Return room for one."""
        return QSize(min(self.sizeHint().width(), 80), Size.CHIP)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what fits."""
        shown = fitting(self._specs, self.width())
        self.setToolTip("" if shown == self._specs else plain_tip(self.text()))
        draw_chips(painter_on(self), 0, self.height() / 2, self._specs, self.width())
