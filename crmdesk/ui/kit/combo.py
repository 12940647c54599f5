"""A tick box with words, and one of many from a list that opens below."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QSizePolicy, QWidget

from crmdesk.domain.language import tr
from crmdesk.ui.kit.choice import Option
from crmdesk.ui.kit.field import FieldState, field_box
from crmdesk.ui.kit.mirror import painter_on
from crmdesk.ui.kit.painting import Align, box, draw_icon, draw_text, fill, outline, text_width
from crmdesk.ui.theme import Icon, Radius, Size, Space, TextRole, theme


class CheckBox(QCheckBox):
    """A tick box with words."""

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__(words.replace("&", "&&"), parent)
        self._words = words
        self.setAccessibleName(words)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return room for box and words."""
        return QSize(Size.ICON + Space.S + text_width(self._words, TextRole.BODY) + 6, Size.CONTROL_SMALL)

    def hitButton(self, pos: object) -> bool:
        """Words can be clicked as well."""
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw box, tick and words."""
        painter = painter_on(self)
        colors = theme().colors
        middle = self.height() / 2
        rect = QRectF(3, middle - 8, 16, 16)
        if self.isChecked():
            fill(painter, rect, colors.you.solid if self.isEnabled() else colors.line.control, Radius.CHIP)
            draw_icon(painter, rect.left() + 2, rect.top() + 2, Icon.CHECK, colors.you.on, 12)
        else:
            box(painter, rect, colors.bg.panel, colors.line.control, Radius.CHIP)
        if self.hasFocus():
            outline(painter, rect.adjusted(-3, -3, 3, 3), colors.you.line, Radius.CHIP + 3, 2)
        ink = colors.text.primary if self.isEnabled() else colors.text.disabled
        draw_text(painter, QRectF(27, 0, self.width() - 27, self.height()), self._words, TextRole.BODY, ink)


class Combo(QComboBox):
    """One of many from a list that opens below. ``picked`` carries the id when a person chose."""

    picked = Signal(str)

    def __init__(self, name: str, options: tuple[Option, ...] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFixedHeight(Size.CONTROL)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._state, self._note = FieldState.REST, ""
        self.set_options(options)
        self.activated.connect(self._activated)

    def set_options(self, options: tuple[Option, ...]) -> None:
        """Offer other things; nothing is chosen yet. The same things leave a list alone that somebody has open."""
        there = tuple((self.itemText(place), self.itemData(place)) for place in range(self.count()))
        if there == tuple((option.words, option.id) for option in options):
            if not self.view().isVisible():
                self.setCurrentIndex(-1)
            return
        self.clear()
        for option in options:
            self.addItem(option.words, option.id)
        self.setCurrentIndex(-1)

    @property
    def value(self) -> str:
        """Return the id of what is chosen, empty while nothing is."""
        found = self.currentData()
        return found if isinstance(found, str) else ""

    def choose(self, option_id: str) -> None:
        """Choose by program. An unknown id is a ``KeyError``."""
        index = self.findData(option_id)
        if index < 0:
            raise KeyError(option_id)
        self.setCurrentIndex(index)

    def prefill(self, option_id: str, source: str | None = None) -> None:
        """Choose what is known from elsewhere, the call unless told; it becomes a plain field once changed."""
        self.choose(option_id)
        self._state, self._note = FieldState.PREFILLED, tr("from the call") if source is None else source
        self.update()

    def _activated(self, index: int) -> None:
        self._state, self._note = FieldState.REST, ""
        self.picked.emit(self.value)

    def sizeHint(self) -> QSize:
        """Return a useful width."""
        return QSize(180, Size.CONTROL)

    def minimumSizeHint(self) -> QSize:
        """Return how narrow it may become."""
        return QSize(96, Size.CONTROL)

    def paint_box(self, painter: QPainter) -> None:
        """Draw the box in its state."""
        colors, rect = theme().colors, QRectF(self.rect())
        if self.isEnabled():
            prefilled = self._state is FieldState.PREFILLED
            ground = colors.bg.window if prefilled else colors.bg.panel
            field_box(painter, rect, colors.line.control, ground, focused=self.hasFocus())
        else:
            outline(painter, rect, colors.line.control, Radius.CONTROL, 1, Qt.PenStyle.DashLine)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the box, the words and the arrow."""
        painter = painter_on(self)
        colors = theme().colors
        rect = QRectF(self.rect())
        self.paint_box(painter)
        draw_icon(painter, rect.right() - 11 - 14, rect.center().y() - 7, Icon.CHEVRON_DOWN, colors.text.muted, 14)
        right = rect.right() - 11 - 14 - 8
        if self._note:
            note = QRectF(0, 0, right, rect.height())
            right -= draw_text(painter, note, self._note, TextRole.SMALL, colors.text.muted, Align.TRAILING) + 8
        text = self.currentText() or self.placeholderText()
        ink = colors.text.primary if self.currentText() else colors.text.muted
        draw_text(painter, QRectF(11, 0, right - 11, rect.height()), text, TextRole.BODY, ink)
