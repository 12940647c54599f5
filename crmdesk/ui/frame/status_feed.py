"""Keeps the status line, the rail's badge and the sync popover at what the bus tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QTimer

from crmdesk.domain.calls.live import Board, PhoneLink
from crmdesk.domain.sync_state import SyncState, UnsentChange
from crmdesk.runtime.bus import BoardChanged, PhoneChanged, RaiseWindow, SyncChanged
from crmdesk.ui.frame import commands
from crmdesk.ui.frame.status_words import phone_words, queue_words, stale_words, sync_words
from crmdesk.ui.frame.sync_banner import SyncBanner
from crmdesk.ui.frame.sync_popover import SyncPopover
from crmdesk.ui.frame.ways_on import WaysOn
from crmdesk.ui.qt.events import listen
from crmdesk.ui.qt.tasks import InTurn, cancel_all, spawn
from crmdesk.ui.theme import Space

if TYPE_CHECKING:
    from crmdesk.ui.frame.page import Place
    from crmdesk.ui.frame.window import MainWindow

_QUEUES_EVERY_MS = 1000


class StatusFeed(QObject):
    """Listens for one window."""

    def __init__(self, place: Place, window: MainWindow) -> None:
        super().__init__(window)
        self._place, self._window = place, window
        self._board: Board | None = None
        self._filling = InTurn(self, self._fill)
        self.popover = SyncPopover(place.zone, window)
        self.popover.try_now.connect(self._try_now)
        self._ways = WaysOn(place, self.popover.list, self)
        self._ways.done.connect(self._dealt_with)
        self._banner = SyncBanner(place)
        window.settle_wanted.connect(self.popover.go)
        window.page_changed.connect(self.popover.go)
        window.status.sync_wanted.connect(self.open_sync)
        window.keys.bind(commands.UNSENT, self.open_sync)
        bus = place.desk.bus
        listen(self, bus, SyncChanged, self._sync_changed)
        listen(self, bus, PhoneChanged, self._phone_changed)
        listen(self, bus, BoardChanged, self._board_changed)
        listen(self, bus, RaiseWindow, self._raise)
        self._tick = QTimer(self)
        self._tick.setInterval(_QUEUES_EVERY_MS)
        self._tick.timeout.connect(self._show_queues)
        self._show_sync(place.desk.sync.state)
        window.status.phone.say(phone_words(place.desk.phone.state, place.zone))
        if place.desk.phone.board is not None:
            self._board_changed(BoardChanged(place.desk.phone.board))

    def stop(self) -> None:
        """Ask nothing any more: the file is about to be closed."""
        cancel_all(self)

    def _sync_changed(self, event: SyncChanged) -> None:
        self._show_sync(event.state)
        if self.popover.isVisible():
            self._filling.ask()

    def _show_sync(self, state: SyncState) -> None:
        status = self._window.status
        status.sync.say(sync_words(state, self._place.zone))
        status.show_to_settle(state.conflicts)
        self._banner.show_state(state)
        status.show_trouble("")

    def _phone_changed(self, event: PhoneChanged) -> None:
        self._window.status.phone.say(phone_words(event.state, self._place.zone))
        if event.state.link is not PhoneLink.CONNECTED:
            self._window.status.show_queues("")
            self._window.status.show_stale("")

    def _board_changed(self, event: BoardChanged) -> None:
        self._board = event.board
        self._show_queues()

    def _show_queues(self) -> None:
        identity = self._place.desk.identity
        own = identity.queues if identity is not None else ()
        now = self._place.clock.now()
        said, stale = queue_words(self._board, now, own), stale_words(self._board, now, self._place.zone)
        self._window.status.show_queues(said)
        self._window.status.show_stale(stale)
        # The longest wait ticks by itself, and only while somebody waits.
        if (said or stale) and self._window.isVisible():
            self._tick.start()
        else:
            self._tick.stop()

    def _raise(self, _event: RaiseWindow) -> None:
        self._window.come_forward()

    def open_sync(self) -> None:
        """Open what is behind the sync state."""
        spawn(self, self._open())

    async def _open(self) -> None:
        await self._filling.run()
        self.popover.open_above(self._corner())

    def _corner(self) -> QPoint:
        return QPoint(Space.S, self._window.height() - self._window.status.height() - Space.S)

    def settle(self) -> None:
        """Follow the window's size."""
        self.popover.settle(self._corner())

    async def _fill(self) -> None:
        place = self._place
        changes: tuple[UnsentChange, ...] = await place.desk.sync.changes()
        queues = len(place.desk.identity.queues) if place.desk.identity is not None else 0
        self.popover.show_state(place.desk.sync.state, changes, place.clock.now(), place.zone, queues)

    def _dealt_with(self) -> None:
        if self._place.window.current and not self._place.desk.sync.state.refused:
            self.popover.go()
        elif self.popover.isVisible():
            self._filling.ask()

    def _try_now(self) -> None:
        self._place.desk.sync.try_now()
