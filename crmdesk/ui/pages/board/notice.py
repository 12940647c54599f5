"""The notice in the lane when a threshold of the board is breached: once, until somebody says "got it".

While a call has the lane it stands over the pages.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from crmdesk.domain import words
from crmdesk.domain.alarms import Alarm, Alarms, most_urgent
from crmdesk.domain.board_figures import freshness
from crmdesk.domain.language import tr, tr_in, tr_n
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
        self._alarms = Alarms()
        self.banner = Banner(Icon.BELL, Voice.LATE)
        self.got_it_buttons: list[Button] = []
        self._make()
        watch.heard.connect(self._look)
        place.window.lane.room_changed.connect(self._show)

    def add_key(self, binding: Binding) -> None:
        """Draw the key of "got it" on its buttons while it works."""
        for button in self.got_it_buttons:
            binding.drive(button)

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
        lane = self._place.window.lane
        if not self.waiting:
            lane.tell_nothing()
            self.banner.hide()
            return
        newest = most_urgent(self.waiting)
        at = words.clock_seconds(newest.began, self._place.zone)
        others = len(self.waiting) - 1
        details = (
            tr_n(
                "{time} · {details}, and {n} more · told once",
                "{time} · {details}, and {n} more · told once",
                others,
                time=at,
                details=newest.details,
            )
            if others
            else tr("{time} · {details} · told once", time=at, details=newest.details)
        )
        lane.tell(newest.title, details)
        self.banner.say(newest.title, details)
        self.banner.setHidden(lane.has_room)

    def _make(self) -> None:
        for offer in (self._place.window.lane.notice.offer, self.banner.offer):
            open_button = Button(tr_in("button", "Open calls"), ButtonKind.SECONDARY, size=ButtonSize.SMALL)
            got_it = Button(tr("Got it"), ButtonKind.SECONDARY, size=ButtonSize.SMALL)
            open_button.clicked.connect(self.open_calls)
            got_it.clicked.connect(self.got_it)
            offer(open_button)
            offer(got_it)
            self.got_it_buttons.append(got_it)
        self._place.window.add_banner(self.banner)
        self.banner.hide()

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
