"""A picture or a text that is attached, over the page: Esc closes it, nothing of it is written anywhere."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from crmdesk.domain.language import tr
from crmdesk.ui.kit import Button, ButtonKind, ButtonSize, FloatingCard, Ink, Label, Line, TextPane
from crmdesk.ui.kit.mirror import painter_on
from crmdesk.ui.qt.keys import cap_text
from crmdesk.ui.theme import Icon, Space, TextRole

MOST_CHARACTERS = 50_000
"""So much of a text is shown; more would hold the window up."""

_SHARE = 0.86
_FOOT_AND_HEAD = 110


class Picture(QWidget):
    """A picture in the middle of its room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.image = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_image(self, image: QImage, name: str) -> None:
        """Show a picture, in the pixels of this screen."""
        image.setDevicePixelRatio(self.devicePixelRatioF())
        self.image = image
        self.setAccessibleName(name)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        if self.image.isNull():
            return
        size = self.image.deviceIndependentSize()
        if size.width() > self.width() or size.height() > self.height():
            size.scale(self.width(), self.height(), Qt.AspectRatioMode.KeepAspectRatio)
        left, top = (self.width() - size.width()) / 2, (self.height() - size.height()) / 2
        painter_on(self).drawImage(QRectF(left, top, size.width(), size.height()), self.image)


class Viewer(FloatingCard):
    """The card. ``save_wanted`` asks to save what is shown."""

    closes_at_escape = True
    save_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        parent.installEventFilter(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.title = Label("", TextRole.BODY_STRONG)
        self.note = Label("", TextRole.SMALL, Ink.SECONDARY)
        self.picture = Picture()
        self.text = TextPane(tr("What is in the file"))
        self.text.lock(tr("A file that was attached is not changed."))
        self.shown = QStackedWidget()
        for part in (self.picture, self.text):
            self.shown.addWidget(part)
        self.save = Button(tr("Save as…"), ButtonKind.QUIET, Icon.HARD_DRIVE_DOWNLOAD, size=ButtonSize.SMALL)
        self.shut = Button(tr("Close"), ButtonKind.QUIET, Icon.X, size=ButtonSize.SMALL)
        self.shut.set_key(cap_text("Esc"))  # not shown
        head = QHBoxLayout()
        head.setSpacing(Space.M)
        head.addWidget(self.title, 1)
        head.addWidget(self.note)
        head.addWidget(self.save)
        head.addWidget(self.shut)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(Space.L, Space.M, Space.L, Space.L)
        column.setSpacing(Space.S)
        column.addLayout(head)
        column.addWidget(Line())
        column.addWidget(self.shown, 1)
        self.save.clicked.connect(self.save_wanted)
        self.shut.clicked.connect(self.go)

    def room(self) -> QSize:
        """Return the room for a picture, in pixels of this screen."""
        width, height = self._size()
        ratio = self.devicePixelRatioF()
        return QSize(int((width - 2 * Space.L) * ratio), int((height - _FOOT_AND_HEAD) * ratio))

    def show_picture(self, image: QImage, name: str, about: str) -> None:
        """Show a picture."""
        self.picture.show_image(image, name)
        self.shown.setCurrentWidget(self.picture)
        self._show(name, about)
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def show_text(self, words: str, name: str, about: str) -> None:
        """Show a text, the beginning of a long one."""
        if len(words) > MOST_CHARACTERS:
            about = tr("{about}; the beginning is shown", about=about)
        self.text.put(words[:MOST_CHARACTERS])
        self.shown.setCurrentWidget(self.text)
        self._show(name, about)
        self.text.setFocus(Qt.FocusReason.PopupFocusReason)

    def _show(self, name: str, about: str) -> None:
        self.setAccessibleName(name)
        self.title.set_text(name)
        self.note.set_text(about)
        self._place()
        self.appear()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the size of the window."""
        if event.type() is QEvent.Type.Resize and not self.isHidden():
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        (width, height), over = self._size(), self._over
        self.place_card((over.width() - width) // 2, (over.height() - height) // 2, width, height)

    def _size(self) -> tuple[int, int]:
        parent = self._over
        return int(parent.width() * _SHARE), int(parent.height() * _SHARE)
