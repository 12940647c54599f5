"""Takes boards for a window from the start, also before the page was gone to, and knows how old the last one is."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from crmdesk.domain.board_figures import STALE_AFTER_S
from crmdesk.domain.calls.live import Board
from crmdesk.domain.people import Role
from crmdesk.runtime.bus import BoardChanged
from crmdesk.ui.frame.page import Place
from crmdesk.ui.qt.events import listen

_NAME = "crmdesk.board"
_A_MOMENT_MS = 5


class BoardWatch(QObject):
    """``heard`` tells of a new board, ``silent`` that none came for so long that the last one is stale."""

    heard = Signal()
    silent = Signal()

    def __init__(self, place: Place) -> None:
        super().__init__(place.window)
        self.setObjectName(_NAME)
        self._place = place
        self._clock = place.clock
        self.board: Board | None = place.desk.phone.board
        self._heard_at = place.clock.monotonic()
        self._silence = QTimer(self)
        self._silence.setSingleShot(True)
        self._silence.setTimerType(Qt.TimerType.PreciseTimer)
        self._silence.setInterval(int(STALE_AFTER_S * 1000) + _A_MOMENT_MS)
        self._silence.timeout.connect(self.silent)
        listen(self, place.desk.bus, BoardChanged, self._take)

    @property
    def silent_s(self) -> float:
        """How long ago the last board was told, in seconds."""
        return self._clock.monotonic() - self._heard_at

    @property
    def sees_agents(self) -> bool:
        """Whether the person at this desk sees what colleagues do."""
        me = self._place.desk.identity
        return me is not None and me.role is not Role.AGENT

    def _take(self, event: BoardChanged) -> None:
        self.board, self._heard_at = event.board, self._clock.monotonic()
        self._silence.start()
        self.heard.emit()


def watch_board(place: Place) -> BoardWatch:
    """Return the watch of a window, begun now if it was not yet."""
    found = place.window.findChild(BoardWatch, _NAME)
    return found if isinstance(found, BoardWatch) else BoardWatch(place)
