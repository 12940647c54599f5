"""The small list of text modules under the caret: it never takes the focus, the keys stay in the note."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from crmdesk.domain.knowledge.edition import TextModule
from crmdesk.domain.knowledge.text_module import BEGINS, lines_in
from crmdesk.domain.language import tr, tr_n
from crmdesk.ui.kit import (
    Align,
    box,
    draw_key,
    draw_marked,
    draw_text,
    fill,
    key_width,
    outline,
    text_width,
)
from crmdesk.ui.kit.mirror import painter_on
from crmdesk.ui.qt.keys import cap_text
from crmdesk.ui.theme import Radius, Size, Space, TextRole, theme

_ROW = Size.OPTION


class ModuleList(QWidget):
    """``taken`` carries the module that was clicked."""

    taken = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(tr("Text modules"))
        self.modules: tuple[TextModule, ...] = ()
        self.place = 0
        self.hide()

    @property
    def chosen(self) -> TextModule | None:
        """Return the module that Tab would take."""
        return self.modules[self.place] if self.isVisible() and self.modules else None

    def offer(self, modules: tuple[TextModule, ...], under: QRect) -> None:
        """Show modules below a line (``under``, in the parent), above it where there is no room below."""
        self.modules, self.place = modules, 0
        parent = self._parent
        height = len(modules) * _ROW + 2
        width = min(parent.width() - 2 * Space.S, 420)
        left = max(Space.S, min(under.left(), parent.width() - width - Space.S))
        below = under.bottom() + 3
        top = below if below + height <= parent.height() else max(0, under.top() - height - 3)
        self.setGeometry(left, top, width, height)
        self.show()
        self.raise_()
        self._tell()

    def step(self, by: int) -> None:
        """Choose the next one, or the one before, round and round."""
        self.place = (self.place + by) % len(self.modules)
        self._tell()

    def _tell(self) -> None:
        module = self.modules[self.place]
        said = tr(
            "{shortcut}, {title}, {place} of {count}, Tab takes it",
            shortcut=f"{BEGINS}{module.shortcut}",
            title=module.title,
            place=self.place + 1,
            count=len(self.modules),
        )
        self.setAccessibleDescription(said)
        if QAccessible.isActive():  # the keyboard stays in the note, so whoever listens has to be told
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, said))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows."""
        painter = painter_on(self)
        colors = theme().colors
        card = QRectF(self.rect())
        box(painter, card, colors.bg.raised, None, Radius.CONTROL)
        for place, module in enumerate(self.modules):
            row = QRectF(1, 1 + place * _ROW, card.width() - 2, _ROW)
            if place == self.place:
                fill(painter, row, colors.you.soft, Radius.CONTROL)
            self._paint_row(painter, row.adjusted(Space.M, 0, -Space.M, 0), module, chosen=place == self.place)
        outline(painter, card, colors.line.control, Radius.CONTROL)

    def _paint_row(self, painter: QPainter, row: QRectF, module: TextModule, *, chosen: bool) -> None:
        colors = theme().colors
        if chosen:
            key = cap_text("Tab")
            draw_key(painter, row.right() - key_width(key), row.center().y(), key)
            row.setRight(row.right() - key_width(key) - Space.S)
        lines = tr_n("{n} line", "{n} lines", lines_in(module.body))
        draw_text(painter, row, lines, TextRole.SMALL, colors.text.secondary, Align.TRAILING)
        row.setRight(row.right() - text_width(lines, TextRole.SMALL) - Space.S)
        shortcut = f"{BEGINS}{module.shortcut}"
        ink = colors.you.text if chosen else colors.text.primary
        row.setLeft(row.left() + draw_text(painter, row, shortcut, TextRole.BODY_STRONG, ink) + Space.S)
        draw_marked(painter, row, module.title, (), TextRole.BODY, colors.text.primary)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the module under the pointer."""
        place = int((event.position().y() - 1) // _ROW)
        if 0 <= place < len(self.modules):
            self.taken.emit(self.modules[place])
