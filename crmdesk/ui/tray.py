"""The icon in the system's tray: whether the phone rings, whether work is safe, and the way back to the window."""

from __future__ import annotations

from datetime import tzinfo

from PySide6.QtCore import QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from crmdesk.domain.calls.live import AgentCall, Phase
from crmdesk.domain.language import tr
from crmdesk.domain.quick import dataclass
from crmdesk.domain.sync_state import SyncState
from crmdesk.runtime.bus import CallChanged, SyncChanged
from crmdesk.ui.frame import commands
from crmdesk.ui.frame.page import Place
from crmdesk.ui.frame.status_words import sync_words
from crmdesk.ui.kit import draw_icon, fill
from crmdesk.ui.qt.events import listen
from crmdesk.ui.theme import Icon, Voice, theme

_SIDES = (16, 22, 24, 32, 48)
_STAYS_MS = 6000


@dataclass(frozen=True, slots=True)
class TrayState:
    """What the icon shows: never by its colour alone."""

    icon: Icon
    voice: Voice
    words: str


def tray_state(calls: tuple[AgentCall, ...], sync: SyncState, zone: tzinfo) -> TrayState:
    """Return what the icon shows: a call first, then what asks for somebody, then that all is well. Names nobody."""
    phases = {call.phase for call in calls}
    if Phase.RINGING in phases:
        return TrayState(Icon.PHONE_INCOMING, Voice.PHONE, tr("The phone rings"))
    if phases:
        return TrayState(Icon.PHONE_CALL, Voice.PHONE, tr("A call goes on"))
    said = sync_words(sync, zone)
    if said.voice in (Voice.LATE, Voice.SOON):
        return TrayState(Icon.CIRCLE_ALERT, said.voice, said.text)
    if said.icon is Icon.CLOUD_OFF:
        return TrayState(Icon.CLOUD_OFF, Voice.REST, said.text)
    return TrayState(Icon.HEADPHONES, Voice.YOU, said.text)


def picture(state: TrayState) -> QIcon:
    """Return the icon in the sizes that trays ask for: white on a ground of its voice, legible on any panel."""
    voice = theme().colors.voice(state.voice)
    icon = QIcon()
    for side in _SIDES:
        pixmap = QPixmap(QSize(side, side))
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill(painter, QRectF(0, 0, side, side), voice.solid, side / 4)
        inside = round(side * 0.7)
        draw_icon(painter, (side - inside) / 2, (side - inside) / 2, state.icon, voice.on, inside)
        painter.end()
        icon.addPixmap(pixmap)
    return icon


class Tray(QObject):
    """The icon of one desk. ``closing`` tells that somebody chose to end the program there.

    What it says never has a name in it: it may stand over another person's screen, or over the system's lock.
    """

    closing = Signal()

    def __init__(self, place: Place) -> None:
        super().__init__(place.window)
        self._place = place
        self._state: TrayState | None = None
        self.icon = QSystemTrayIcon(self)
        self.menu = QMenu(place.window)
        self.menu.addAction(tr("Open crmdesk")).triggered.connect(self._open)
        lock = commands.LOCK
        self.menu.addAction(tr(lock.words)).triggered.connect(self._lock)
        self.menu.addSeparator()
        self.menu.addAction(tr("Close crmdesk")).triggered.connect(self.closing)
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._activated)
        self.icon.messageClicked.connect(self._open)
        theme().changed.connect(self._draw)
        listen(self, place.desk.bus, SyncChanged, self._sync_changed)
        listen(self, place.desk.bus, CallChanged, self._call_changed)
        self.look()
        self.icon.show()

    @staticmethod
    def is_there() -> bool:
        """Say whether this system has a tray."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    @property
    def state(self) -> TrayState | None:
        """What it shows."""
        return self._state

    def look(self) -> None:
        """Show how things stand now."""
        desk = self._place.desk
        state = tray_state(desk.phone.calls, desk.sync.state, self._place.zone)
        if state != self._state:
            self._state = state
            self._draw()

    def say(self, words: str, details: str) -> None:
        """Tell something while the window is not seen."""
        self.icon.showMessage(words, details, QSystemTrayIcon.MessageIcon.NoIcon, _STAYS_MS)

    def _draw(self) -> None:
        if self._state is not None:
            self.icon.setIcon(picture(self._state))
            self.icon.setToolTip(f"crmdesk: {self._state.words}")

    def _sync_changed(self, _: SyncChanged) -> None:
        self.look()

    def _call_changed(self, event: CallChanged) -> None:
        self.look()
        window = self._place.window
        if event.call.phase is Phase.RINGING and not window.isVisible():
            # The customer pops, without taking the keyboard from whatever is being typed elsewhere.
            window.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
            window.show()
            window.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating, False)
            window.raise_()

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is not QSystemTrayIcon.ActivationReason.Context:
            self._open()

    def _open(self) -> None:
        self._place.window.come_forward()

    def _lock(self) -> None:
        self._open()
        self._place.keys.trigger(commands.LOCK)
