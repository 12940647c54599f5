"""One figure large: what it is, the figure, of what, a note and its age; lit up when it asks for somebody."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from crmdesk.domain.board_figures import Heat
from crmdesk.domain.quick import dataclass
from crmdesk.ui.kit import Align, box, draw_icon, draw_text, elided, outline, plain_tip, text_width
from crmdesk.ui.kit.mirror import painter_on
from crmdesk.ui.theme import Icon, Radius, Size, Space, TextRole, Voice, theme

_HEIGHT = 95
_PAD = 15
_LIT = {Heat.SOON: (Voice.SOON, Icon.CLOCK), Heat.LATE: (Voice.LATE, Icon.TRIANGLE_ALERT)}


@dataclass(frozen=True, slots=True)
class TileAge:
    """How old a figure is: "12 s ago", and "12 s" where there is no room for more."""

    words: str = ""
    short: str = ""


@dataclass(frozen=True, slots=True)
class TileFace:
    """What a tile shows. ``after`` stands behind the figure ("of 29"), ``note`` and ``age`` on the last line."""

    title: str
    figure: str
    after: str = ""
    note: str = ""
    age: TileAge = TileAge()
    heat: Heat = Heat.CALM
    stale: bool = False
    tip: str = ""

    @property
    def words(self) -> str:
        """The tile as it is read aloud; without its age, which changes every second."""
        return ", ".join(part for part in (f"{self.title}: {self.figure} {self.after}".strip(), self.note) if part)


class Tile(QWidget):
    """A tile. ``show_face`` repaints only what became different. ``opened`` tells a click, or Enter while it has the
    keyboard: somebody wants to see what is behind the figure."""

    opened = Signal()

    def __init__(self, face: TileFace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.face = face
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(face.words)
        self.setToolTip(plain_tip(face.tip))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click wants to see what is behind it."""
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.opened.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """So does Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the ring away."""
        super().focusOutEvent(event)
        self.update()

    def show_face(self, face: TileFace) -> None:
        """Show other figures."""
        before, self.face = self.face, face
        if face == before:
            return
        if face.words != before.words:
            self.setAccessibleName(face.words)
        if face.tip != before.tip:
            self.setToolTip(plain_tip(face.tip))
        if (face.heat, face.stale, face.title) != (before.heat, before.stale, before.title):
            self.update()
            return
        if (face.figure, face.after) != (before.figure, before.after):
            self.update(self._figure_rect().toAlignedRect())
        if (face.note, face.age) != (before.note, before.age):
            self.update(self._note_rect().toAlignedRect())

    def sizeHint(self) -> QSize:
        """Return a useful width."""
        return QSize(200, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Return room for a figure."""
        return QSize(132, _HEIGHT)

    def _figure_rect(self) -> QRectF:
        return QRectF(_PAD, 32, self.width() - 2 * _PAD, 36)

    def _note_rect(self) -> QRectF:
        return QRectF(_PAD, 68, self.width() - 2 * _PAD, 18)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground, the words and the figure."""
        face, colors = self.face, theme().colors
        painter = painter_on(self)
        ink, second = colors.text.primary, colors.text.secondary
        ground, edge = colors.bg.panel, colors.line.soft
        if face.stale:
            ground, ink, second = colors.bg.window, colors.text.muted, colors.text.muted
        lit = _LIT.get(face.heat) if not face.stale else None
        if lit is not None:
            voice = colors.voice(lit[0])
            ground, edge = voice.soft, voice.line
        box(painter, self.rect(), ground, edge, Radius.CARD)
        if self.hasFocus():
            outline(painter, QRectF(self.rect()), colors.you.line, Radius.CARD, 2)
        room = self.width() - 2 * _PAD
        draw_text(painter, QRectF(_PAD, 11, room - 24, 18), face.title, TextRole.SMALL, second)
        if lit is not None:
            right = self.width() - _PAD - Size.ICON
            draw_icon(painter, right, 12, lit[1], colors.voice(lit[0]).text)
        self._paint_figure(painter, ink, second)
        self._paint_note(painter, second)

    def _paint_figure(self, painter: QPainter, ink: QColor, second: QColor) -> None:
        area = self._figure_rect()
        used = draw_text(painter, area, self.face.figure, TextRole.TILE, ink)
        after = area.adjusted(used + 6, 9, 0, 1)
        draw_text(painter, after, self.face.after, TextRole.BODY, second)

    def _paint_note(self, painter: QPainter, second: QColor) -> None:
        area = self._note_rect()
        age, needed = self.face.age.words, text_width(self.face.note, TextRole.SMALL) + Space.S
        if needed + text_width(age, TextRole.CAPTION) > area.width():
            age = self.face.age.short or age  # the words of the note are worth more
        width = text_width(age, TextRole.CAPTION)
        draw_text(painter, area, age, TextRole.CAPTION, second, Align.TRAILING)
        note = elided(self.face.note, TextRole.SMALL, area.width() - width - Space.S)
        draw_text(painter, area, note, TextRole.SMALL, second)
