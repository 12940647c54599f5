"""The navigation rail: one item per page, badges, as wide as its longest word; folded to icons below 1400 px."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from crmdesk.domain.language import tr
from crmdesk.ui.frame.fold import Fold
from crmdesk.ui.kit import Align, draw_icon, draw_text, fill, outline, plain_tip, text_width
from crmdesk.ui.kit.mirror import margins, painter_on
from crmdesk.ui.theme import Radius, Size, TextRole, Voice, theme

if TYPE_CHECKING:
    from crmdesk.ui.frame.page import PageSpec

_FOOT_FROM = 100
_BESIDE_WORDS = 8
"""The px on each side of the words of an item."""


class RailItem(QPushButton):
    """One page on the rail. ``badge`` counts what waits there; LATE paints it red."""

    def __init__(self, page: PageSpec, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.page = page
        self._words = tr(page.words)
        self._key = key
        self._badge, self._voice = 0, Voice.REST
        self._labels = True
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._tell()

    def show_badge(self, count: int, voice: Voice = Voice.REST) -> None:
        """Show how many wait there; 0 takes the badge away."""
        self._badge, self._voice = count, voice
        self._tell()
        self.update()

    def fold(self, fold: Fold) -> None:
        """Show or hide the words; hidden words become the tip."""
        self._labels = fold.rail_labels
        self.updateGeometry()
        self._tell()

    def _tell(self) -> None:
        waiting = f", {self._badge}" if self._badge else ""
        self.setAccessibleName(f"{self._words}{waiting}")
        named = f"{self._words} ({self._key})" if self._key else self._words
        self.setToolTip(plain_tip(self._key if self._labels else named))

    def sizeHint(self) -> QSize:
        """Return the size of an item: its words are whole, also while they are strong."""
        if not self._labels:
            return QSize(Size.RAIL_FOLDED, 40)
        words = max(text_width(self._words, role) for role in (TextRole.CAPTION, TextRole.KEY))
        return QSize(max(Size.RAIL, words + 2 * _BESIDE_WORDS), Size.RAIL_ITEM)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Light up under the pointer."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Go dark again."""
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground, icon, words and badge."""
        painter = painter_on(self)
        colors = theme().colors
        rect = QRectF(self.rect()).adjusted(4, 0, -4, 0)
        if not self._labels:
            rect = QRectF(self.rect()).adjusted(6, 0, -6, 0)
        if self.isChecked():
            fill(painter, rect, colors.you.soft, Radius.CONTROL)
        elif self.underMouse():
            fill(painter, rect, colors.bg.hover, Radius.CONTROL)
        if self.hasFocus():
            outline(painter, rect, colors.you.line, Radius.CONTROL, 2)
        ink = colors.you.text if self.isChecked() else colors.text.secondary
        middle = rect.center().x()
        top = 8 if self._labels else rect.center().y() - 10
        draw_icon(painter, middle - 10, top, self.page.icon, ink, Size.ICON_RAIL)
        if self._labels:
            # There is no 11/600 besides the key cap's, and it is the same size and weight.
            role = TextRole.KEY if self.isChecked() else TextRole.CAPTION
            draw_text(painter, QRectF(0, 30, self.width(), 16), self._words, role, ink, Align.CENTRE)
        if self._badge:
            self._paint_badge(painter, middle + 9, top - 3)

    def _paint_badge(self, painter: QPainter, x: float, y: float) -> None:
        colors = theme().colors
        text = str(self._badge) if self._badge < 100 else "99+"
        width = max(16, text_width(text, TextRole.KEY) + 8)
        x = min(x, self.width() - width - 2)
        late = self._voice is Voice.LATE
        tone = colors.voice(self._voice)
        rect = QRectF(x, y, width, 16)
        fill(painter, rect, tone.solid if late else tone.soft, 8)
        draw_text(painter, rect, text, TextRole.KEY, tone.on if late else colors.text.primary, Align.CENTRE)


class NavigationRail(QWidget):
    """The rail. ``chosen`` carries the id of the page a person wants."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Pages"))
        self.items: dict[str, RailItem] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(margins(0, 8, 1, 8))
        self._column.setSpacing(4)
        self._column.addStretch(1)
        self._least = Size.RAIL
        self._fit()

    def add(self, page: PageSpec, key: str) -> RailItem:
        """Add a page: at the top in its order, or at the foot from order 100 on."""
        item = RailItem(page, key)
        self.items[page.id] = item
        if page.order >= _FOOT_FROM:
            self._column.addWidget(item)
        else:
            above = sum(other.page.order < _FOOT_FROM for other in self.items.values()) - 1
            self._column.insertWidget(above, item)
        item.clicked.connect(partial(self._clicked, page.id))
        self._fit()
        return item

    def _fit(self) -> None:
        self.setFixedWidth(max((self._least, *(item.sizeHint().width() for item in self.items.values()))))

    def _clicked(self, page_id: str, _checked: bool = False) -> None:
        self.chosen.emit(page_id)

    def show_chosen(self, page_id: str) -> None:
        """Mark the page one is on; a page without an item marks none."""
        for item_id, item in self.items.items():
            item.setAutoExclusive(False)
            item.setChecked(item_id == page_id)
            item.setAutoExclusive(True)

    def fold(self, fold: Fold) -> None:
        """Fold to icons."""
        for item in self.items.values():
            item.fold(fold)
        self._least = Size.RAIL if fold.rail_labels else Size.RAIL_FOLDED
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground and the line at the end."""
        painter = painter_on(self)
        colors = theme().colors
        fill(painter, self.rect(), colors.bg.panel)
        fill(painter, QRectF(self.width() - 1, 0, 1, self.height()), colors.line.soft)
