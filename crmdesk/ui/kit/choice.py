"""Choosing: one of a few side by side, and tabs over a list."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QRadioButton,
    QSizePolicy,
    QWidget,
)

from crmdesk.domain.quick import dataclass
from crmdesk.ui.kit.mirror import painter_on, visual
from crmdesk.ui.kit.painting import Align, draw_icon, draw_key, draw_text, fill, key_width, outline, text_width
from crmdesk.ui.theme import Icon, Radius, Size, Space, TextRole, theme


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose: ``id`` for the program, words, and an icon and key cap where given."""

    id: str
    words: str
    icon: Icon | None = None
    key: str = ""


class _Choosable(QRadioButton):
    """One of several; arrow keys go to the next."""

    def __init__(self, option: Option) -> None:
        super().__init__()
        self.option = option
        self.setText(option.words.replace("&", "&&"))
        self.setAccessibleName(option.words)
        self.setMouseTracking(True)

    def hitButton(self, pos: object) -> bool:
        """The whole segment can be clicked."""
        return True

    def enterEvent(self, event: QEnterEvent) -> None:
        """Light up under the pointer."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Go dark again."""
        super().leaveEvent(event)
        self.update()


class _Segment(_Choosable):
    """A segment of a Choice."""

    def __init__(self, option: Option) -> None:
        super().__init__(option)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return room for its words at weight 600."""
        return QSize(text_width(self.option.words, TextRole.BODY_STRONG) + 2 * Space.M, Size.CONTROL)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw its ground where chosen, and its words."""
        painter = painter_on(self)
        colors = theme().colors
        rect = QRectF(self.rect()).adjusted(0, 1, 0, -1)
        if self.isChecked():
            fill(painter, rect, colors.you.solid if self.isEnabled() else colors.bg.pressed)
        elif self.underMouse() and self.isEnabled():
            fill(painter, rect, colors.bg.hover)
        role = TextRole.BODY_STRONG if self.isChecked() else TextRole.BODY
        chosen = self.isChecked() and self.isEnabled()
        ink = colors.you.on if chosen else colors.text.primary
        draw_text(painter, rect, self.option.words, role, ink, Align.CENTRE)


class _Group(QWidget):
    """Options of which at most one is chosen. ``chosen`` carries the id when a person chose."""

    chosen = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._group.buttonClicked.connect(self._clicked)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)

    def _add(self, button: _Choosable) -> None:
        self._group.addButton(button)
        self._row.addWidget(button)

    def _clicked(self, button: QRadioButton) -> None:
        if isinstance(button, _Choosable):
            self.chosen.emit(button.option.id)

    @property
    def value(self) -> str:
        """Return the id of what is chosen, empty while nothing is."""
        button = self._group.checkedButton()
        return button.option.id if isinstance(button, _Choosable) else ""

    def choose(self, option_id: str) -> None:
        """Choose by program: ``chosen`` is not told. An unknown id is a ``KeyError``."""
        for button in self._group.buttons():
            if isinstance(button, _Choosable) and button.option.id == option_id:
                button.setChecked(True)
                self.update()
                return
        raise KeyError(option_id)

    def take_focus(self) -> None:
        """Give the keyboard to what is chosen, else to the first option."""
        button = self._group.checkedButton() or self._group.buttons()[0]
        button.setFocus(Qt.FocusReason.OtherFocusReason)

    def rename(self, option_id: str, words: str) -> None:
        """Show other words on an option; its accessible name stays."""
        for button in self._group.buttons():
            if isinstance(button, _Choosable) and button.option.id == option_id:
                button.option = replace(button.option, words=words)
                button.updateGeometry()
                button.update()

    def clear(self) -> None:
        """Choose nothing."""
        self._group.setExclusive(False)
        for button in self._group.buttons():
            button.setChecked(False)
        self._group.setExclusive(True)


class _Edge(QWidget):
    """The edge and the dividers of a Choice, over its segments, letting the pointer through."""

    def __init__(self, choice: QWidget, segments: tuple[_Segment, ...]) -> None:
        super().__init__(choice)
        self._segments = segments
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw them."""
        painter = painter_on(self)
        colors = theme().colors
        for segment in self._segments[1:]:
            painter.fillRect(visual(self, segment.geometry()).x(), 1, 1, self.height() - 2, colors.line.soft)
        if any(segment.hasFocus() for segment in self._segments):
            outline(painter, self.rect(), colors.you.line, Radius.CONTROL, 2)
        else:
            outline(painter, self.rect(), colors.line.control, Radius.CONTROL)


class Choice(_Group):
    """One of a few, side by side in one box (severity 1 to 5)."""

    def __init__(self, name: str, options: tuple[Option, ...], parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.setFixedHeight(Size.CONTROL)
        self._row.setContentsMargins(1, 0, 1, 0)
        segments = tuple(_Segment(option) for option in options)
        for segment in segments:
            self._add(segment)
            segment.toggled.connect(self._redraw)
            segment.installEventFilter(self)
        self._edge = _Edge(self, segments)

    def _redraw(self) -> None:
        self.update()
        self._edge.update()

    def eventFilter(self, watched: object, event: object) -> bool:
        """Redraw the ring when the keyboard comes or goes."""
        if isinstance(event, QFocusEvent):
            self._redraw()
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the edge around the segments."""
        self._edge.setGeometry(self.rect())
        self._edge.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground."""
        fill(painter_on(self), self.rect(), theme().colors.bg.panel, Radius.CONTROL)


class Tab(_Choosable):
    """One of the tabs over a list: chosen on the soft ground of "you"."""

    def __init__(self, option: Option) -> None:
        super().__init__(option)
        self._key_works = bool(option.key)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return room for its words at weight 600."""
        width = text_width(self.option.words, TextRole.SECTION) + 18
        width += Size.ICON_CHIP + 6 if self.option.icon is not None else 0
        width += key_width(self.option.key) + 6 if self._key_works else 0
        return QSize(width, Size.CONTROL_SMALL)

    def show_key(self, works: bool) -> None:
        """Show the key cap while the key works."""
        self._key_works = works and bool(self.option.key)
        self.updateGeometry()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        painter = painter_on(self)
        colors = theme().colors
        rect = QRectF(self.rect())
        ink = colors.text.secondary
        role = TextRole.SMALL
        if self.isChecked():
            fill(painter, rect, colors.you.soft, Radius.CONTROL)
            ink, role = colors.you.text, TextRole.SECTION
        elif self.underMouse():
            fill(painter, rect, colors.bg.hover, Radius.CONTROL)
        if self.hasFocus():
            outline(painter, rect, colors.you.line, Radius.CONTROL, 2)
        x = rect.left() + 9
        if self.option.icon is not None:
            draw_icon(painter, x, rect.center().y() - 7, self.option.icon, ink, Size.ICON_CHIP)
            x += Size.ICON_CHIP + 6
        x += draw_text(painter, QRectF(x, 0, rect.width(), rect.height()), self.option.words, role, ink) + 8
        if self._key_works:
            draw_key(painter, x, rect.center().y(), self.option.key)


class Tabs(_Group):
    """Tabs over a list or a timeline (All, Calls, Notes)."""

    def __init__(self, name: str, options: tuple[Option, ...], parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._row.setSpacing(Space.XS)
        for option in options:
            self._add(Tab(option))
        self._group.buttons()[0].setChecked(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_keys(self, works: bool) -> None:
        """Show the key caps while the keys work."""
        for button in self._group.buttons():
            if isinstance(button, Tab):
                button.show_key(works)
