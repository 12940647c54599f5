"""A notice in the call lane, where no call has the place: what burns, in two lines, with the ways on."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from crmdesk.ui.kit import Button, draw_icon, draw_text, fill, plain_tip
from crmdesk.ui.kit.mirror import painter_on, visual
from crmdesk.ui.theme import Icon, Size, Space, TextRole, Voice, theme

_TOP = 12
_GAP = 8
_TEXT = Size.ICON_LANE + Space.M
_LINE = 18


class LaneNotice(QWidget):
    """Hidden while there is nothing to tell. Its buttons never take the keyboard."""

    def __init__(self, icon: Icon, voice: Voice, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon, self._voice = icon, voice
        self._title = self._second = ""
        self._buttons: list[Button] = []
        self.hide()

    @property
    def words(self) -> tuple[str, str]:
        """Return both lines."""
        return self._title, self._second

    def say(self, title: str, second: str) -> None:
        """Show these lines."""
        if (title, second) != self.words:
            self._title, self._second = title, second
            self.setAccessibleName(f"{title}. {second}")
            self.setToolTip(plain_tip(second))
            self.update()

    def offer(self, button: Button) -> None:
        """Put a button at the end."""
        button.setParent(self)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._buttons.append(button)
        button.show()
        self._place()

    def _place(self) -> None:
        right = self.width() - Space.L
        for button in reversed(self._buttons):
            width = button.sizeHint().width()
            right -= width
            button.setGeometry(visual(self, QRect(right, _TOP, width, Size.CONTROL)))
            right -= _GAP
        self._right = right

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the buttons at the end."""
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the icon and the lines; what does not fit is cut at its end and whole in the tip."""
        self._place()  # a key that came or went made a button wider or narrower
        painter, colors = painter_on(self), theme().colors
        fill(painter, self.rect(), colors.bg.panel)
        middle = self.height() / 2
        draw_icon(painter, Space.L, middle - 9, self._icon, colors.voice(self._voice).text, Size.ICON_LANE)
        left = Space.L + _TEXT
        room = max(0.0, self._right - left)
        for line, role, ink, top in (
            (self._title, TextRole.BODY_STRONG, colors.text.primary, middle - _LINE),
            (self._second, TextRole.SMALL, colors.text.secondary, middle),
        ):
            draw_text(painter, QRectF(left, top, room, _LINE), line, role, ink)
