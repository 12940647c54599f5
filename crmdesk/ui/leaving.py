"""What closing the window does: end the program, go on in the tray, or first say in words what is not sent yet."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from crmdesk.domain.calls.live import Phase
from crmdesk.domain.language import mark, mark_n, tr, tr_in, tr_n
from crmdesk.domain.sync_state import SyncState
from crmdesk.runtime.bus import CallChanged
from crmdesk.ui.frame.page import Place
from crmdesk.ui.frame.window import MainWindow
from crmdesk.ui.kit import Button, ButtonKind, Flow, Ink, Label
from crmdesk.ui.kit.cards import Popover
from crmdesk.ui.qt.events import listen
from crmdesk.ui.qt.keys import cap_text
from crmdesk.ui.theme import Icon, Space, TextRole
from crmdesk.ui.tray import Tray

_SIZE = QSize(540, 178)
STAYS = (mark("crmdesk goes on here"), mark("It comes up when the phone rings. Its menu closes it."))


def unsent_words(state: SyncState, in_a_call: bool) -> tuple[str, str]:
    """Return what to say before the program ends, two empty lines where nothing has to be said."""
    waiting, refused = state.unsent, state.refused
    goes = mark_n(
        "It is safe here, encrypted, and goes out by itself when crmdesk is open again.",
        "They are safe here, encrypted, and go out by themselves when crmdesk is open again.",
    )
    call = tr("The call stays on your phone, and its note is kept as a draft.") if in_a_call else ""
    safe = tr_n(*goes, waiting) if waiting else ""
    again = tr("What the server refused stays in the list of what is unsent.") if refused else ""
    kept = " ".join(filter(None, (call, safe, again, tr("Everything you typed is kept too."))))
    if waiting or refused:
        count = waiting + refused
        title = tr_n("{n} change is not sent yet", "{n} changes are not sent yet", count)
        return title, kept
    return (tr("A call goes on"), kept) if in_a_call else ("", "")


class LeavingCard(Popover):
    """Says what is not sent yet; nothing is asked twice, and Esc stays. Closing once more closes at once."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.title = Label("", TextRole.TITLE)
        self.words = Label("", TextRole.BODY, Ink.SECONDARY, Flow.WRAP)
        self.stay = Button(tr_in("button", "Stay"), ButtonKind.SECONDARY, key=cap_text("Escape"))
        self.see = Button(tr("See what is unsent"), ButtonKind.QUIET, Icon.CLOUD_UPLOAD)
        self.close_now = Button(tr("Close crmdesk"), ButtonKind.PRIMARY, key=cap_text("Enter"))
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(self.close_now)
        row.addWidget(self.stay)
        row.addStretch(1)
        row.addWidget(self.see)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(Space.S)
        column.addWidget(self.title)
        column.addWidget(self.words, 1)
        column.addLayout(row)
        self.stay.clicked.connect(self.go)

    def open_with(self, title: str, words: str) -> None:
        """Open in the middle of the window."""
        self.title.set_text(title)
        self.words.set_text(words)
        self.setAccessibleName(f"{title}. {words}")
        self.open_at(self._corner(), _SIZE.width(), _SIZE.height())

    def _corner(self) -> QPoint:
        return self._window.rect().center() + QPoint(-_SIZE.width() // 2, _SIZE.height() // 2)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the middle of the window."""
        if watched is self._window and event.type() is QEvent.Type.Resize:
            corner = self._corner()
            self.place_card(corner.x(), corner.y() - _SIZE.height(), _SIZE.width(), _SIZE.height())
        return super().eventFilter(watched, event)

    def take_focus(self) -> None:
        """Enter closes."""
        self.close_now.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the keyboard."""
        focused = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, Button):
            focused.click()
        else:
            super().keyPressEvent(event)


class Leaving(QObject):
    """Decides what closing does; ``tray`` is None where the system has none. Nothing here holds up a log-out."""

    def __init__(self, place: Place, tray: Tray | None) -> None:
        super().__init__(place.window)
        self._place = place
        self._tray = tray
        self._card: LeavingCard | None = None
        place.window.closer = self.asked
        listen(self, place.desk.bus, CallChanged, self._call_changed)
        if tray is not None:
            tray.closing.connect(self.leave)

    @property
    def card(self) -> LeavingCard | None:
        """The card that says what is not sent, None before it was needed."""
        return self._card

    def asked(self) -> bool:
        """Return whether the window may close and the program end, now."""
        window = self._place.window
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication) and app.isSavingSession():
            return True
        if self._tray is not None and self._place.desk.preferences.now.close_to_tray:
            window.hide()
            self._tray.say(*map(tr, STAYS))
            return False
        return self._says_nothing()

    def leave(self) -> None:
        """End the program from the tray."""
        if self._says_nothing():
            self._place.window.closing.emit()
        else:
            self._place.window.come_forward()

    def _says_nothing(self) -> bool:
        desk, window = self._place.desk, self._place.window
        busy = bool(desk.phone.calls or window.lane.lane.cells)
        if desk.lock.locked:  # nothing is told over a cover; it is all kept, and the desk begins locked
            return True
        title, words = unsent_words(desk.sync.state, busy)
        if not title or (self._card is not None and self._card.isVisible()):
            return True
        if self._card is None:
            self._card = LeavingCard(window)
            self._card.close_now.clicked.connect(window.closing)
            self._card.see.clicked.connect(self._see)
        self._card.open_with(title, words)
        return False

    def _call_changed(self, event: CallChanged) -> None:
        """Go out of the way of a call that rings: no key may end the program then."""
        if event.call.phase is Phase.RINGING and self._card is not None and self._card.isVisible():
            self._card.go()

    def _see(self) -> None:
        if self._card is not None:
            self._card.go()
        if self._place.window.has_page("unsent"):
            self._place.window.go_to("unsent")
