"""What the desk says by itself, never modal: banner, notice, hint, empty place, skeleton, bar."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from crmdesk.domain.language import tr
from crmdesk.ui.kit.button import Button
from crmdesk.ui.kit.cards import FloatingCard, Ground, Panel
from crmdesk.ui.kit.label import Flow, Ink, Label, ink_color
from crmdesk.ui.kit.mirror import margins, painter_on
from crmdesk.ui.kit.painting import Align, draw_bar, draw_icon, fill
from crmdesk.ui.theme import Icon, Radius, Size, Space, TextRole, Voice, theme

_SKELETON_AFTER_MS = 100


class Banner(QWidget):
    """A strip over the page: icon, what it is, details, ways on."""

    def __init__(self, icon: Icon, voice: Voice = Voice.SOON, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon, self._voice = icon, voice
        self.title = Label("", TextRole.BODY_STRONG, voice)
        self.details = Label("", TextRole.BODY, Ink.SECONDARY)
        self.title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(margins(Space.L + Size.ICON_LANE + 10, 0, Space.L, 0))
        self._row.setSpacing(10)
        self._row.addWidget(self.title)
        self._row.addWidget(self.details, 1)
        self.setFixedHeight(42)
        self.hide()

    def say(self, title: str, details: str = "") -> None:
        """Show the banner with these words."""
        self.title.set_text(title)
        self.details.set_text(details)
        self.setAccessibleName(f"{title}. {details}")
        self.show()

    def offer(self, button: Button) -> None:
        """Add a way on at its end (a small quiet button)."""
        self._row.addWidget(button)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground, the line below and the icon."""
        painter = painter_on(self)
        voice = theme().colors.voice(self._voice)
        fill(painter, self.rect(), voice.soft)
        fill(painter, QRectF(0, self.height() - 1, self.width(), 1), voice.line)
        draw_icon(painter, Space.L, self.height() / 2 - 9, self._icon, voice.text, Size.ICON_LANE)


class Notice(FloatingCard):
    """A short card that tells one thing: icon, words, ways on. It goes when told to or when dealt with."""

    def __init__(self, parent: QWidget, icon: Icon, voice: Voice = Voice.SOON) -> None:
        super().__init__(parent)
        self.words = Label("", TextRole.BODY_STRONG)
        self.details = Label("", TextRole.BODY, Ink.SECONDARY)
        self.mark = Label("", TextRole.BODY, voice, icon=icon)
        self.mark.setFixedWidth(Size.ICON)
        self._row = QHBoxLayout(self.body)
        self._row.setContentsMargins(Space.L - 1, 0, Space.L - 1, 0)
        self._row.setSpacing(Space.S)
        self._row.addWidget(self.mark)
        self._row.addWidget(self.words)
        self._row.addWidget(self.details, 1)

    def say(self, words: str, details: str = "") -> None:
        """Put the words in."""
        self.words.set_text(words)
        self.details.set_text(details)
        self.setAccessibleName(f"{words}. {details}")

    def offer(self, button: Button) -> None:
        """Add a way on at its end."""
        self._row.addWidget(button)


class Hint(Panel):
    """A sunken card beside the note: icon, title, one line of reason, one button, ``other`` beside the reason."""

    def __init__(
        self,
        icon: Icon,
        title: str,
        text: str,
        ink: Ink | Voice = Voice.YOU,
        button: Button | None = None,
        other: Button | None = None,
    ) -> None:
        super().__init__(ground=Ground.SUNKEN)
        self._icon, self._ink = icon, ink
        self.title = Label(title, TextRole.BODY_STRONG)
        self.text = Label(text, TextRole.SMALL, Ink.SECONDARY, Flow.WRAP)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(margins(Space.M + Size.ICON + 11, 10, Space.M, 11))
        layout.setSpacing(2 if other is None else Space.XS)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.title, 1)
        if button is not None:
            row.addWidget(button)
        layout.addLayout(row)
        below = QHBoxLayout()
        below.setContentsMargins(0, 0, 0, 0)
        below.addWidget(self.text, 1)
        if other is not None:
            below.addWidget(other, 0, Qt.AlignmentFlag.AlignBottom)
        layout.addLayout(below)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    def say(self, title: str, text: str) -> None:
        """Show other words."""
        self.title.set_text(title)
        self.text.set_text(text)
        self.updateGeometry()

    def say_with(self, icon: Icon, title: str, text: str) -> None:
        """Show other words with another icon."""
        self._icon = icon
        self.say(title, text)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card and its icon."""
        super().paintEvent(event)
        middle = self.title.geometry().center().y()
        draw_icon(painter_on(self), Space.M, middle - Size.ICON / 2, self._icon, ink_color(self._ink))


class EmptyState(QWidget):
    """An empty place that says what is true and offers what one can do. Its title is its name: it may take the
    keyboard where there is nothing else."""

    def __init__(
        self,
        icon: Icon,
        title: str,
        text: str,
        buttons: tuple[Button, ...] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon = icon
        self.title = Label(title, TextRole.TITLE, align=Align.CENTRE)
        self.text = Label(text, TextRole.BODY, Ink.SECONDARY, Flow.WRAP, align=Align.CENTRE)
        self.text.setMaximumWidth(400)
        self._picture = _Picture(icon)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        layout.setSpacing(Space.S)
        layout.addStretch(1)
        layout.addWidget(self._picture)
        layout.addWidget(self.title)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.text, 100)
        row.addStretch(1)
        layout.addLayout(row)
        if buttons:
            layout.addSpacing(Space.S)
            layout.addLayout(_centred(buttons))
        layout.addStretch(1)
        self.setAccessibleName(title)

    def say(self, title: str, text: str) -> None:
        """Show other words."""
        self.title.set_text(title)
        self.text.set_text(text)
        self.setAccessibleName(title)


def _centred(buttons: tuple[Button, ...]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(Space.S)
    row.addStretch(1)
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    return row


class _Picture(QWidget):
    """A large icon in the middle of an empty place."""

    def __init__(self, icon: Icon) -> None:
        super().__init__()
        self._icon = icon
        self.setFixedHeight(Size.ICON_EMPTY + 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        x = (self.width() - Size.ICON_EMPTY) / 2
        draw_icon(painter_on(self), x, 0, self._icon, theme().colors.text.secondary, Size.ICON_EMPTY)


class Skeleton(QWidget):
    """The known places of lines that are being read: still, and only after 100 ms.

    ``lines`` are shares 0..1 of the width, each drawn 12 px high, 22 px apart.
    """

    def __init__(self, lines: tuple[float, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = lines
        self._drawn = False
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(_SKELETON_AFTER_MS)
        self._wait.timeout.connect(self._draw_now)
        self.setFixedHeight(len(lines) * 22)
        self.setAccessibleName(tr("Reading"))

    def showEvent(self, event: QShowEvent) -> None:
        """Wait before drawing anything."""
        self._drawn = False
        self._wait.start()

    def _draw_now(self) -> None:
        self._drawn = True
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lines."""
        if not self._drawn:
            return
        painter = painter_on(self)
        for index, share in enumerate(self._lines):
            fill(painter, QRectF(0, index * 22 + 5, self.width() * share, 12), theme().colors.bg.pressed, Radius.CHIP)


class Bar(QProgressBar):
    """A bar 6 px high: a share of something. Decorate it with words; it never speaks alone."""

    def __init__(self, name: str, voice: Voice = Voice.REST, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._voice, self._share = voice, 0.0
        self.setAccessibleName(name)
        self.setRange(0, 1000)
        self.setTextVisible(False)
        self.setFixedHeight(Size.BAR)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_share(self, share: float, voice: Voice | None = None) -> None:
        """Fill to ``share`` (0..1), in another voice where given."""
        self._share = share
        self._voice = voice or self._voice
        self.setValue(round(min(1.0, max(0.0, share)) * 1000))
        self.update()

    def sizeHint(self) -> QSize:
        """Return a useful width."""
        return QSize(120, Size.BAR)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bar."""
        draw_bar(painter_on(self), self.rect(), self._share, theme().colors.voice(self._voice).line)


class Line(QWidget):
    """A 1 px line between groups."""

    def __init__(self, orientation: Qt.Orientation = Qt.Orientation.Horizontal, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if orientation is Qt.Orientation.Horizontal:
            self.setFixedHeight(1)
        else:
            self.setFixedWidth(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        painter_on(self).fillRect(self.rect(), theme().colors.line.soft)
