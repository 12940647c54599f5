"""Surfaces: panels on the page, cards that float over it, and the popover of a status item."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import (
    QAbstractAnimation,
    QEasingCurve,
    QEvent,
    QObject,
    QPoint,
    QPropertyAnimation,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QPixmapCache
from PySide6.QtWidgets import QApplication, QGraphicsOpacityEffect, QVBoxLayout, QWidget

from crmdesk.ui.kit.mirror import painter_on
from crmdesk.ui.kit.painting import box, fill, outline
from crmdesk.ui.theme import Motion, Radius, theme

SHADOW_ROOM = 18
_SHADOW_DOWN = 6


class Ground(StrEnum):
    """What a surface looks like: PANEL a card, SUNKEN a hint, PLAIN a bare pane, WINDOW the page under cards."""

    PANEL = "panel"
    SUNKEN = "sunken"
    PLAIN = "plain"
    WINDOW = "window"


class Panel(QWidget):
    """A card on the page: panel ground, soft edge, radius 8."""

    def __init__(self, parent: QWidget | None = None, ground: Ground = Ground.PANEL) -> None:
        super().__init__(parent)
        self._ground = ground
        self._edge: QColor | None = None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the surface."""
        colors = theme().colors
        painter = painter_on(self)
        if self._ground is Ground.PANEL:
            box(painter, self.rect(), colors.bg.panel, colors.line.soft, Radius.CARD)
        elif self._ground is Ground.SUNKEN:
            box(painter, self.rect(), colors.bg.window, colors.line.soft, Radius.CARD)
        else:
            ground = colors.bg.panel if self._ground is Ground.PLAIN else colors.bg.window
            fill(painter, self.rect(), ground)


class Entrance(StrEnum):
    """How a floating card comes: FADE in 80 ms, or AT_ONCE (a pop never animates)."""

    FADE = "fade"
    AT_ONCE = "at_once"


def paint_shadow(painter: QPainter, card: QRectF) -> None:
    """Paint the one shadow there is: 6 px down, fading over 18 px.

    It is drawn once for each size and kept (Qt's own cache of pictures): drawn anew it costs 3 ms at each repaint.
    """
    shadow = theme().colors.shadow
    ratio = painter.device().devicePixelRatio()
    room = SHADOW_ROOM + _SHADOW_DOWN
    area = card.adjusted(-room, -room, room, room)
    key = f"crmdesk.shadow {area.width()}x{area.height()} {ratio} {shadow.name(QColor.NameFormat.HexArgb)}"
    picture = QPixmap()
    if not QPixmapCache.find(key, picture):
        picture = QPixmap((area.size() * ratio).toSize())
        picture.setDevicePixelRatio(ratio)
        picture.fill(QColor(0, 0, 0, 0))
        brush = QPainter(picture)
        _draw_shadow(brush, card.translated(-area.topLeft()), shadow)
        brush.end()
        QPixmapCache.insert(key, picture)
    painter.drawPixmap(area.topLeft(), picture)


def _draw_shadow(painter: QPainter, card: QRectF, shadow: QColor) -> None:
    steps = 9
    for step in range(steps, 0, -1):
        spread = SHADOW_ROOM * step / steps - 4
        color = QColor(shadow)
        color.setAlphaF(shadow.alphaF() * 1.9 * (1 - step / (steps + 1)) / steps)
        area = card.adjusted(-spread, -spread, spread, spread).translated(0, _SHADOW_DOWN)
        fill(painter, area, color, Radius.POP + max(0.0, spread))


class FloatingCard(QWidget):
    """A card over the page: raised ground, control edge, radius 10, the shadow. Part of the window, never modal.

    Put the content into ``body``. It takes no focus by itself. ``closed`` tells that it went. One that takes the
    keyboard is set to close at Esc (``closes_at_escape``).
    """

    closed = Signal()
    closes_at_escape = False

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.body = QWidget(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SHADOW_ROOM + 1, SHADOW_ROOM + 1, SHADOW_ROOM + 1, SHADOW_ROOM + 1)
        layout.addWidget(self.body)
        self._fade: QPropertyAnimation | None = None
        self.hide()

    def card_rect(self) -> QRectF:
        """Return the card without its shadow."""
        return QRectF(self.rect()).adjusted(SHADOW_ROOM, SHADOW_ROOM, -SHADOW_ROOM, -SHADOW_ROOM)

    def place_card(self, x: int, y: int, width: int, height: int) -> None:
        """Put the card itself (without its shadow) at a place in the parent."""
        room = SHADOW_ROOM
        self.setGeometry(x - room, y - room, width + 2 * room, height + 2 * room)

    def appear(self, entrance: Entrance = Entrance.FADE) -> None:
        """Show the card above everything in its parent."""
        already = self.isVisible()
        self.show()
        self.raise_()
        if entrance is Entrance.FADE and not already and not theme().reduced_motion:
            self._fade_in()

    def _fade_in(self) -> None:
        effect = QGraphicsOpacityEffect(self)
        self.setGraphicsEffect(effect)
        self._fade = QPropertyAnimation(effect, b"opacity", self)
        self._fade.setDuration(Motion.FADE)
        self._fade.setStartValue(0.0)
        self._fade.setEndValue(1.0)
        self._fade.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._fade.finished.connect(self._faded)
        self._fade.start(QAbstractAnimation.DeletionPolicy.KeepWhenStopped)

    def _faded(self) -> None:
        self.setGraphicsEffect(None)  # type: ignore[arg-type]  # None takes the effect away
        self._fade = None

    def event(self, event: QEvent) -> bool:
        """Keep Esc for a card that closes at it: a key of the page behind would have it first."""
        escapes = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape and self.closes_at_escape
        if escapes and event.type() is QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close at Esc, where the card does."""
        if self.closes_at_escape and event.key() == Qt.Key.Key_Escape:
            self.go()
        else:
            super().keyPressEvent(event)

    def go(self) -> None:
        """Take the card away at once."""
        if self.isHidden():
            return
        if self._fade is not None:
            self._fade.stop()
            self._faded()
        self.hide()
        self.closed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw shadow, ground and edge."""
        painter = painter_on(self)
        colors = theme().colors
        card = self.card_rect()
        paint_shadow(painter, card)
        box(painter, card, colors.bg.raised, None, Radius.POP)
        outline(painter, card, colors.line.control, Radius.POP)


class Popover(FloatingCard):
    """A card that belongs to something on the window's edge; takes the keyboard, gives it back when it closes.

    Esc or a click outside closes it.
    """

    closes_at_escape = True

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._before: QWidget | None = None

    def open_at(self, corner: QPoint, width: int, height: int) -> None:
        """Open with its bottom left corner at ``corner`` in the parent."""
        self._before = QApplication.focusWidget()
        self.place_card(corner.x(), corner.y() - height, width, height)
        self.appear()
        self.take_focus()
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)

    def take_focus(self) -> None:
        """Give the keyboard to the first thing that wants it; override to choose another."""
        self.body.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        first = self.body.nextInFocusChain()
        target = first if first is not None and self.body.isAncestorOf(first) else self.body
        target.setFocus(Qt.FocusReason.PopupFocusReason)

    def go(self) -> None:
        """Close and give the keyboard back."""
        if self.isHidden():
            return
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        inside = QApplication.focusWidget()
        super().go()
        if self._before is not None and (inside is None or self.isAncestorOf(inside)):
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)
        self._before = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Close at a click outside the card."""
        if event.type() is QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            at = self.mapFromGlobal(event.globalPosition())
            if not self.card_rect().contains(at):
                self.go()
        return False
