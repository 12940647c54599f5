"""The status line: is my work safe, does the phone reach us, what waits in my queues, the keys to everything."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from crmdesk.domain.language import tr, tr_n
from crmdesk.ui.frame.fold import Fold
from crmdesk.ui.frame.status_model import StatusWords, Tone
from crmdesk.ui.kit import Flow, Ink, Label, draw_icon, draw_key, draw_text, fill, key_width, outline, text_width
from crmdesk.ui.kit.mirror import painter_on
from crmdesk.ui.theme import Icon, Radius, Size, Space, TextRole, Voice, theme

_GAP = 6
_KEPT_WITHIN_MS = 1200


class StatusItem(QPushButton):
    """One sentence of the status line; a click opens what is behind it."""

    def __init__(self, said: StatusWords, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._said = said
        self._key = ""
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.say(said)

    @property
    def said(self) -> StatusWords:
        """Return what it says."""
        return self._said

    def say(self, said: StatusWords) -> None:
        """Say something else."""
        self._said = said
        self.setAccessibleName(f"{said.text}. {said.after}" if said.after else said.text)
        self.updateGeometry()
        self.update()

    def set_key(self, key: str) -> None:
        """Show a key cap before the words while the key works."""
        self._key = key
        self.updateGeometry()
        self.update()

    def _role(self) -> TextRole:
        return TextRole.SMALL if self._said.tone is Tone.PLAIN else TextRole.SECTION

    def _ground_width(self) -> int:
        icon = Size.ICON_CHIP + _GAP if self._said.icon is not None else 0
        key = key_width(self._key) + _GAP if self._key else 0
        return 16 + icon + key + text_width(self._said.text, self._role())

    def sizeHint(self) -> QSize:
        """Return room for everything it says."""
        after = text_width(self._said.after, TextRole.SMALL) + 12 if self._said.after else 0
        return QSize(self._ground_width() + after, Size.STATUS - 4)

    def minimumSizeHint(self) -> QSize:
        """Return room for the sentence; what comes after it may go."""
        return QSize(self._ground_width(), Size.STATUS - 4)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Light up under the pointer."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Go dark again."""
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground, icon, key and words."""
        painter = painter_on(self)
        colors = theme().colors
        said, voice = self._said, colors.voice(self._said.voice)
        rect = QRectF(0, 2, self._ground_width(), self.height() - 4)
        ink, icon_ink = colors.text.secondary, voice.text
        if said.tone is Tone.SOLID:
            fill(painter, rect, voice.solid, Radius.CHIP)
            ink = icon_ink = voice.on
        elif said.tone is Tone.SOFT:
            fill(painter, rect, voice.soft, Radius.CHIP)
            ink = voice.text
        elif self.underMouse():
            fill(painter, rect, colors.bg.hover, Radius.CHIP)
        if said.tone is Tone.PLAIN and said.voice in (Voice.SOON, Voice.LATE):
            ink = voice.text
        if self.hasFocus():
            outline(painter, rect, colors.you.line, Radius.CHIP, 2)
        x, middle = rect.left() + 8, self.height() / 2
        if said.icon is not None:
            draw_icon(painter, x, middle - 7, said.icon, icon_ink, Size.ICON_CHIP)
            x += Size.ICON_CHIP + _GAP
        if self._key:
            x += draw_key(painter, x, middle, self._key) + _GAP
        x += draw_text(painter, QRectF(x, 0, rect.right() - x, self.height()), said.text, self._role(), ink)
        if said.after:
            after = QRectF(rect.right() + 8, 0, self.width() - rect.right() - 8, self.height())
            draw_text(painter, after, said.after, TextRole.SMALL, colors.text.secondary)


class StatusLine(QWidget):
    """The line below everything."""

    sync_wanted = Signal()
    settle_pressed = Signal()
    phone_wanted = Signal()
    commands_wanted = Signal()
    keys_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(Size.STATUS)
        self.setAccessibleName(tr("Status"))
        self.sync = StatusItem(StatusWords(tr("Starting"), Icon.LOADER))
        self.phone = StatusItem(StatusWords(tr("Phone not known yet"), Icon.PHONE_OFF))
        self.settle = StatusItem(StatusWords("", Icon.GIT_COMPARE, Voice.SOON))
        self.safe = StatusItem(StatusWords(tr("Every word is on this computer"), Icon.HARD_DRIVE))
        self.stale = StatusItem(StatusWords("", Icon.UNPLUG, Voice.SOON))
        self.trouble = StatusItem(StatusWords("", Icon.TRIANGLE_ALERT, Voice.SOON))
        self.queues = Label("", TextRole.SMALL, Ink.SECONDARY, Flow.END)
        self.commands = StatusItem(StatusWords(tr("Commands")))
        self.keys = StatusItem(StatusWords(tr("Keys")))
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.XS, 1, Space.XS, 0)
        row.setSpacing(0)
        for item in (self.sync, self.phone, self.stale, self.settle, self.safe, self.trouble):
            row.addWidget(item)
        row.addStretch(1)
        row.addWidget(self.queues)
        row.addSpacing(Space.S)
        row.addWidget(self.commands)
        row.addWidget(self.keys)
        self.stale.hide()
        self.settle.hide()
        self.safe.hide()
        self.trouble.hide()
        self._doubt = QTimer(self)
        self._doubt.setSingleShot(True)
        self._doubt.setInterval(_KEPT_WITHIN_MS)
        self._doubt.timeout.connect(self.safe.hide)
        self._summary_fits = True
        self.sync.clicked.connect(self.sync_wanted)
        self.settle.clicked.connect(self.settle_pressed)
        self.safe.clicked.connect(self.sync_wanted)
        self.phone.clicked.connect(self.phone_wanted)
        self.commands.clicked.connect(self.commands_wanted)
        self.keys.clicked.connect(self.keys_wanted)

    def show_queues(self, words: str) -> None:
        """Show the summary of the agent's queues; "" for none."""
        self.queues.set_text(words)
        self.queues.setVisible(bool(words) and self._summary_fits)

    def show_stale(self, words: str) -> None:
        """Say of which queues nothing is heard; "" for none."""
        self.stale.say(StatusWords(words, Icon.UNPLUG, Voice.SOON))
        self.stale.setVisible(bool(words))

    def show_to_settle(self, count: int) -> None:
        """Say how many fields have two versions; none takes the words away."""
        self.settle.say(StatusWords(tr_n("{n} to settle", "{n} to settle", count), Icon.GIT_COMPARE, Voice.SOON))
        self.settle.setVisible(bool(count))

    def tell_safe(self) -> None:
        """Say that every word is on this computer: all that was typed is on the disk."""
        self._doubt.stop()
        self.safe.show()

    def tell_unsafe(self) -> None:
        """Something typed is not on the disk yet. Within the second in which it is kept the words stay: no flicker."""
        if self.safe.isVisible() and not self._doubt.isActive():
            self._doubt.start()

    def tell_nothing_typed(self) -> None:
        """No draft is open: there is nothing to say about words."""
        self._doubt.stop()
        self.safe.hide()

    def show_trouble(self, words: str) -> None:
        """Say what is unavailable while work goes on; "" takes it away."""
        self.trouble.say(StatusWords(words, Icon.TRIANGLE_ALERT, Voice.SOON))
        self.trouble.setVisible(bool(words))

    def fold(self, fold: Fold) -> None:
        """Fold the summary away where there is no room."""
        self._summary_fits = fold.queue_summary
        self.show_queues(self.queues.text())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground and the line above."""
        painter = painter_on(self)
        colors = theme().colors
        fill(painter, self.rect(), colors.bg.panel)
        fill(painter, QRectF(0, 0, self.width(), 1), colors.line.soft)
