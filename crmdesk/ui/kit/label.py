"""Words on the screen: always plain text, with the line height of their role, wrapped or shortened with a tip."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from crmdesk.ui.kit.mirror import painter_on
from crmdesk.ui.kit.painting import Align, draw_icon, draw_text, one_line, text_width
from crmdesk.ui.kit.wrapping import broken
from crmdesk.ui.theme import Icon, Size, Space, TextRole, Voice, theme


class Ink(StrEnum):
    """The colour of words by rank; a voice is given instead where one speaks. PRINTED words stand on paper, which is
    white in every scheme."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    MUTED = "muted"
    PRINTED = "printed"


class Flow(StrEnum):
    """What happens to words that do not fit: END shortens one line with a tip, WRAP breaks into lines."""

    END = "end"
    WRAP = "wrap"


def plain_tip(text: str) -> str:
    """Return the text so that a tool tip shows it as it is: Qt reads tips that look like HTML as rich text, also those
    with "&lt;" (``Qt::mightBeRichText``)."""
    if "<" not in text and "&lt;" not in text:
        return text
    shown = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<span style='white-space:pre-wrap'>{shown}</span>"  # not shown


def ink_color(ink: Ink | Voice) -> QColor:
    """Return the text colour of a rank or a voice in the present scheme."""
    colors = theme().colors
    if isinstance(ink, Voice):
        return colors.voice(ink).text
    return {
        Ink.PRIMARY: colors.text.primary,
        Ink.SECONDARY: colors.text.secondary,
        Ink.MUTED: colors.text.muted,
        Ink.PRINTED: theme().paper.text.secondary,
    }[ink]


class Label(QLabel):
    """Words of one role and ink, with an icon before them where given. Never rich text."""

    def __init__(
        self,
        text: str = "",
        role: TextRole = TextRole.BODY,
        ink: Ink | Voice = Ink.PRIMARY,
        flow: Flow = Flow.END,
        icon: Icon | None = None,
        align: Align = Align.LEADING,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._role, self._ink, self._flow, self._icon, self._align = role, ink, flow, icon, align
        self._icon_ink: Ink | Voice | None = None
        # Layouts ask again and again for the same widths; wrapping is what costs.
        self._wrapped: dict[int, list[str]] = {}
        self._heights: dict[int, int] = {}
        self._one_line_width = 0
        self.setFont(theme().font(role))
        # A wrapped label must be free to grow: a fixed policy would cap it at the height of one line.
        upright = QSizePolicy.Policy.Preferred if flow is Flow.WRAP else QSizePolicy.Policy.Fixed
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, upright)
        policy.setHeightForWidth(flow is Flow.WRAP)
        self.setSizePolicy(policy)
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Show other words."""
        if text == self.text() and text:
            return
        self._wrapped.clear()
        self._heights.clear()
        self._one_line_width = text_width(one_line(text), self._role)
        self.setText(text)
        self.setAccessibleName(text)
        self._update_tip()

    def set_ink(self, ink: Ink | Voice) -> None:
        """Show the words in another rank or voice."""
        self._ink = ink
        self.update()

    def set_icon(self, icon: Icon | None, ink: Ink | Voice | None = None) -> None:
        """Show another icon before the words, in the words' own ink or in ``ink``."""
        if (icon, ink) == (self._icon, self._icon_ink):
            return
        self._icon, self._icon_ink = icon, ink
        self._heights.clear()
        self.updateGeometry()
        self.update()

    def _indent(self) -> int:
        return Size.ICON + Space.S if self._icon is not None else 0

    def _update_tip(self) -> None:
        tip = ""
        if self._flow is Flow.END and self.width() > 1 and self._cut():
            tip = self.text()
        if tip != self.toolTip():
            self.setToolTip(plain_tip(tip))

    def _cut(self) -> bool:
        return self._one_line_width > self.width() - self._indent()

    def sizeHint(self) -> QSize:
        """Return the size of the words on one line."""
        width = self._one_line_width + self._indent() if self.text() else 0
        return QSize(width, theme().size(self._role).line)

    def minimumSizeHint(self) -> QSize:
        """Return how small it may become before words are shortened or wrapped."""
        width = min(self.sizeHint().width(), 40 + self._indent())
        return QSize(width, theme().size(self._role).line)

    def hasHeightForWidth(self) -> bool:
        """Wrapped words are higher in a narrower place."""
        return self._flow is Flow.WRAP

    def heightForWidth(self, width: int) -> int:
        """Return the height in px of the words wrapped at ``width`` px."""
        known = self._heights.get(width)
        if known is None:
            lines = len(self._lines(width)) if self._flow is Flow.WRAP else 1
            known = self._heights[width] = lines * theme().size(self._role).line
        return known

    def _lines(self, width: int) -> list[str]:
        room = max(20, width - self._indent())
        known = self._wrapped.get(room)
        if known is None:
            known = self._wrapped[room] = self._wrap(room)
        return known

    def _wrap(self, room: int) -> list[str]:
        if self._one_line_width <= room and "\n" not in self.text():
            return [self.text()]
        paragraphs = self.text().split("\n")
        return [line for paragraph in paragraphs for line in broken(paragraph, self._role, room)] or [""]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw icon and words."""
        painter = painter_on(self)
        height = theme().size(self._role).line
        ink = ink_color(self._ink)
        rect = self.rect()
        if self._icon is not None:
            top = (height - Size.ICON) / 2
            if self._flow is Flow.END:
                top = (rect.height() - Size.ICON) / 2
            own = ink_color(self._icon_ink) if self._icon_ink is not None else self._icon_color(ink)
            draw_icon(painter, 0, top, self._icon, own)
            rect.setLeft(self._indent())
        if self._flow is Flow.END:
            draw_text(painter, rect, self.text(), self._role, ink, self._align)
            return
        for index, line in enumerate(self._lines(self.width())):
            rect.setTop(index * height)
            rect.setHeight(height)
            draw_text(painter, rect, line, self._role, ink, self._align)

    def _icon_color(self, ink: QColor) -> QColor:
        return ink if isinstance(self._ink, Voice) else theme().colors.text.muted

    def resizeEvent(self, event: object) -> None:
        """Offer the whole words as a tip when they no longer fit."""
        self._update_tip()


class SectionTitle(Label):
    """The title of a group or the label of a field: 12 px, 600, secondary."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, TextRole.SECTION, Ink.SECONDARY, parent=parent)


class PaneTitle(Label):
    """The title of a pane: 15 px, 600."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, TextRole.TITLE, parent=parent)
