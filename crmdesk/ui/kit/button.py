"""Buttons and key caps. A button never shortens its words; a key cap is drawn only while the key works."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QFocusEvent, QKeyEvent, QMoveEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QWidget

from crmdesk.ui.kit.label import plain_tip
from crmdesk.ui.kit.mirror import painter_on
from crmdesk.ui.kit.painting import (
    KEY_HEIGHT,
    Align,
    KeyTone,
    box,
    draw_icon,
    draw_key,
    draw_text,
    fill,
    key_width,
    outline,
    text_width,
)
from crmdesk.ui.theme import Icon, Radius, Size, TextRole, Voice, theme

_PAD = 11
_PAD_SMALL = 9
_GAP = 8
_RING_OFF = 3


class ButtonKind(StrEnum):
    """PRIMARY finishes what one is in (one per place), SECONDARY acts, QUIET is at hand, DANGER ends or removes."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    QUIET = "quiet"
    DANGER = "danger"


class ButtonSize(StrEnum):
    """NORMAL is 32 px high, SMALL 26."""

    NORMAL = "normal"
    SMALL = "small"


class FocusRing(QWidget):
    """The ring around a control that has the keyboard: 2 px, 1 px off, drawn outside it without moving anything."""

    def __init__(self, control: QWidget, radius: int) -> None:
        super().__init__(control.parentWidget())
        self._control, self._radius = control, radius
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.follow()
        self.show()

    def follow(self) -> None:
        """Stand around the control again."""
        self.setGeometry(self._control.geometry().adjusted(-_RING_OFF, -_RING_OFF, _RING_OFF, _RING_OFF))
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ring."""
        painter = painter_on(self)
        outline(painter, self.rect(), theme().colors.you.line, self._radius + _RING_OFF, 2)


class KeyCap(QLabel):
    """A key as it is printed on a keyboard; hidden while the key does nothing."""

    def __init__(self, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(key)
        self.setAccessibleName(key)
        self.setFixedSize(key_width(key), KEY_HEIGHT + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the cap."""
        draw_key(painter_on(self), 0, self.height() / 2, self.text())


class Button(QPushButton):
    """A button: words, icon, key cap. ``setEnabled(False)`` draws it as "not allowed now" (dashed). Whoever has the
    screen read aloud is told the key that is drawn.

    Its words are plain text; say the reason beside it while it is not allowed.
    """

    def __init__(
        self,
        words: str,
        kind: ButtonKind = ButtonKind.SECONDARY,
        icon: Icon | None = None,
        key: str = "",
        size: ButtonSize = ButtonSize.NORMAL,
        align: Align = Align.CENTRE,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._words, self._kind, self._icon, self._size, self._align = words, kind, icon, size, align
        self._key = key
        self._key_works = bool(key)
        self._words_shown = True
        self._ring: FocusRing | None = None
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.setFont(theme().font(TextRole.BODY_STRONG))
        self.setAutoDefault(False)
        self.set_words(words)

    @property
    def words(self) -> str:
        """Return what the button says."""
        return self._words

    @property
    def key(self) -> str:
        """Return the key drawn on it, empty while none works."""
        return self._key if self._key_works and self.isEnabled() else ""

    def set_words(self, words: str) -> None:
        """Say something else."""
        self._words = words
        self.setText(words.replace("&", "&&"))
        self.setAccessibleName(words)
        self._changed()

    def set_kind(self, kind: ButtonKind) -> None:
        """Be of another kind: a place has one primary button."""
        self._kind = kind
        self._changed()

    def set_icon(self, icon: Icon | None) -> None:
        """Show another icon."""
        self._icon = icon
        self._changed()

    def set_key(self, key: str) -> None:
        """Show a key cap while its key works; an empty text takes it away."""
        self._key, self._key_works = key, bool(key)
        self._changed()

    def fold_words(self) -> None:
        """Show icon and key only, where there is no room for words; the words become the tip."""
        self._words_shown = self._icon is None
        self.setToolTip(plain_tip("" if self._words_shown else self._words))
        self._changed()

    def unfold_words(self) -> None:
        """Show the words again."""
        self._words_shown = True
        self.setToolTip("")
        self._changed()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the focus, as Space does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
        else:
            super().keyPressEvent(event)

    def _changed(self) -> None:
        self.setAccessibleDescription(self.key)
        self.updateGeometry()
        self.update()

    def _role(self) -> TextRole:
        if not self.isEnabled():
            return TextRole.SMALL if self._size is ButtonSize.SMALL else TextRole.BODY
        return TextRole.SECTION if self._size is ButtonSize.SMALL else TextRole.BODY_STRONG

    def _pad(self) -> int:
        return _PAD_SMALL if self._size is ButtonSize.SMALL else _PAD

    def _content_width(self) -> int:
        parts: list[int] = []
        if self._icon is not None:
            parts.append(Size.ICON)
        if self._words_shown:
            strong = TextRole.SECTION if self._size is ButtonSize.SMALL else TextRole.BODY_STRONG
            parts.append(text_width(self._words, strong))
        if self.key:
            parts.append(key_width(self.key))
        return sum(parts) + _GAP * (len(parts) - 1)

    def sizeHint(self) -> QSize:
        """Return the size that shows everything."""
        height = Size.CONTROL_SMALL if self._size is ButtonSize.SMALL else Size.CONTROL
        trailing = 8 if self.key else self._pad()
        return QSize(self._content_width() + self._pad() + trailing, height)

    def minimumSizeHint(self) -> QSize:
        """Return the same: a button never shortens its words."""
        return self.sizeHint()

    def _ink(self) -> QColor:
        colors = theme().colors
        if not self.isEnabled():
            return colors.text.disabled
        if self._kind is ButtonKind.PRIMARY:
            return colors.you.on
        return colors.voice(Voice.LATE).text if self._kind is ButtonKind.DANGER else colors.text.primary

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground, edge, icon, words and key."""
        painter = painter_on(self)
        self._paint_body(painter)
        ink = self._ink()
        rect = self.rect()
        x = self._pad()
        if self._align is Align.CENTRE:
            spare = rect.width() - self.sizeHint().width()
            x += max(0, spare // 2)
        middle = rect.height() / 2
        if self._icon is not None:
            draw_icon(painter, x, middle - Size.ICON / 2, self._icon, ink)
            x += Size.ICON + _GAP
        if self._words_shown:
            width = text_width(self._words, self._role())
            draw_text(painter, QRectF(x, 0, width + 1, rect.height()), self._words, self._role(), ink)
            x += text_width(self._words, TextRole.SECTION if self._size is ButtonSize.SMALL else TextRole.BODY_STRONG)
            x += _GAP
        if self.key:
            if self._align is Align.LEADING:
                x = rect.width() - 8 - key_width(self.key)
            tone = KeyTone.ON_SOLID if self._kind is ButtonKind.PRIMARY else KeyTone.PLAIN
            draw_key(painter, x, middle, self.key, tone)

    def _paint_body(self, painter: QPainter) -> None:
        colors = theme().colors
        rect: QRect = self.rect()
        if not self.isEnabled():
            outline(painter, rect, colors.line.control, Radius.CONTROL, 1, Qt.PenStyle.DashLine)
            return
        hover, down = self.underMouse(), self.isDown() or self.isChecked()
        if self._kind is ButtonKind.PRIMARY:
            ground = colors.you.solid
            fill(
                painter,
                rect,
                ground.darker(122) if down else ground.darker(110) if hover else ground,
                Radius.CONTROL,
            )
            return
        ground = colors.bg.pressed if down else colors.bg.hover if hover else colors.bg.panel
        edge = {
            ButtonKind.SECONDARY: colors.line.control,
            ButtonKind.QUIET: colors.line.soft,
            ButtonKind.DANGER: colors.voice(Voice.LATE).line,
        }[self._kind]
        box(painter, rect, ground, edge, Radius.CONTROL)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring."""
        super().focusInEvent(event)
        if self._ring is None and event.reason() is not Qt.FocusReason.MouseFocusReason:
            self._ring = FocusRing(self, Radius.CONTROL)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the ring away."""
        super().focusOutEvent(event)
        self._drop_ring()

    def _drop_ring(self) -> None:
        if self._ring is not None:
            self._ring.hide()
            self._ring.deleteLater()
            self._ring = None

    def moveEvent(self, event: QMoveEvent) -> None:
        """Take the ring along."""
        super().moveEvent(event)
        if self._ring is not None:
            self._ring.follow()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the ring along."""
        super().resizeEvent(event)
        if self._ring is not None:
            self._ring.follow()

    def changeEvent(self, event: QEvent) -> None:
        """Measure again when it may no longer be used: the key cap goes."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.EnabledChange:
            self._changed()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Light up under the pointer."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Go dark again."""
        super().leaveEvent(event)
        self.update()
