"""The notice over the pages when a threshold of the board is breached: once, until somebody says "got it"."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from crmdesk.domain import words
from crmdesk.domain.alarms import Alarm, Alarms, most_urgent
from crmdesk.domain.board_figures import Limits, freshness
from crmdesk.ui.frame.page import Place
from crmdesk.ui.kit import Banner, Button, ButtonKind, ButtonSize
from crmdesk.ui.pages.board.watch import BoardWatch, watch_board
from crmdesk.ui.qt.keys import Binding
from crmdesk.ui.theme import Icon, Voice

_NAME = "crmdesk.board.notices"


class BoardNotices(QObject):
    """Watches the thresholds for supervisors. ``wanted`` carries the ``Alarm`` whose calls somebody wants to see."""

    wanted = Signal(object)

    def __init__(self, place: Place, watch: BoardWatch) -> None:
        super().__init__(place.window)
        self.setObjectName(_NAME)
        self._place, self._watch = place, watch
        self._alarms = Alarms(Limits())
        self._keys: list[Binding] = []
        self.banner: Banner | None = None
        self.open_button: Button | None = None
        self.got_it_button: Button | None = None
        watch.heard.connect(self._look)

    def add_key(self, binding: Binding) -> None:
        """Draw the key of "got it" on its button while it works."""
        self._keys.append(binding)
        if self.got_it_button is not None:
            binding.drive(self.got_it_button)

    @property
    def waiting(self) -> tuple[Alarm, ...]:
        """The notices that nobody said "got it" to."""
        return self._alarms.waiting

    def _look(self) -> None:
        board = self._watch.board
        if board is None or not self._watch.sees_agents:
            return
        now = self._place.clock.now()
        if not freshness(board, now, self._watch.silent_s).stale and self._alarms.look(board, now):
            self._show()

    def _show(self) -> None:
        if not self.waiting:
            if self.banner is not None:
                self.banner.hide()
            return
        banner, newest = self._made(), most_urgent(self.waiting)
        at = words.clock_seconds(newest.began, self._place.zone)
        more = f", and {len(self.waiting) - 1} more" if len(self.waiting) > 1 else ""
        banner.say(newest.title, f"{at} · {newest.details}{more} · told once")

    def _made(self) -> Banner:
        if self.banner is None:
            self.banner = Banner(Icon.BELL, Voice.LATE)
            self.open_button = Button("Open calls", ButtonKind.QUIET, size=ButtonSize.SMALL)
            self.got_it_button = Button("Got it", ButtonKind.QUIET, size=ButtonSize.SMALL)
            self.open_button.clicked.connect(self.open_calls)
            self.got_it_button.clicked.connect(self.got_it)
            for binding in self._keys:
                binding.drive(self.got_it_button)
            self.banner.offer(self.open_button)
            self.banner.offer(self.got_it_button)
            self._place.window.add_banner(self.banner)
        return self.banner

    def open_calls(self) -> None:
        """Show the calls behind the notice that is told, on the board."""
        if self.waiting:
            told = most_urgent(self.waiting)
            self._place.window.go_to("board")
            self.wanted.emit(told)

    def got_it(self) -> None:
        """The notices were seen."""
        self._alarms.got_it()
        self._show()


def watch_with_notices(place: Place) -> BoardNotices:
    """Return the notices of a window, begun now if they were not yet."""
    found = place.window.findChild(BoardNotices, _NAME)
    return found if isinstance(found, BoardNotices) else BoardNotices(place, watch_board(place))
