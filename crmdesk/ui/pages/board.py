"""The queues live: is it burning (tiles), where (table), who can help (agents), and how old every figure is."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from crmdesk.domain import words
from crmdesk.domain.board_figures import Freshness, Limits, freshness, totals
from crmdesk.domain.calls.live import Board
from crmdesk.domain.desk import Role
from crmdesk.runtime.bus import BoardChanged
from crmdesk.ui.frame.page import Page, PageSpec, Place
from crmdesk.ui.kit import Chip, ChipSpec, EmptyState, Ground, Ink, Label, Panel, PaneTitle
from crmdesk.ui.qt.events import listen
from crmdesk.ui.reports.agents_panel import AgentsPanel
from crmdesk.ui.reports.board_tiles import BoardTiles
from crmdesk.ui.reports.queue_table import QueueTable
from crmdesk.ui.theme import Icon, Space, TextRole, Voice

_SECOND_MS = 1000
_NAME = "crmdesk.board"
_NOTHING_YET = "The queues appear here as soon as the phone system tells of them."


class BoardWatch(QObject):
    """Takes boards from the start, also before the page was ever gone to, so that their age is known."""

    heard = Signal()

    def __init__(self, place: Place) -> None:
        super().__init__(place.window)
        self.setObjectName(_NAME)
        self._clock = place.clock
        self.board: Board | None = place.desk.phone.board
        self._heard_at = place.clock.monotonic()
        listen(self, place.desk.bus, BoardChanged, self._take)

    @property
    def silent_s(self) -> float:
        """How long ago the last board was told, in seconds."""
        return self._clock.monotonic() - self._heard_at

    def _take(self, event: BoardChanged) -> None:
        self.board, self._heard_at = event.board, self._clock.monotonic()
        self.heard.emit()


def watch_board(place: Place) -> BoardWatch:
    """Return the watch of a window, begun now if it was not yet."""
    found = place.window.findChild(BoardWatch, _NAME)
    return found if isinstance(found, BoardWatch) else BoardWatch(place)


class BoardPage(Page):
    """Queues and, for supervisors, agents; it paints only while it is seen."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self._place = place
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Queues")
        self._watch = watch_board(place)
        limits = Limits()
        self.clock = Label("", TextRole.SMALL, Ink.SECONDARY)
        self.state = Chip(ChipSpec("Live", Voice.YOU, Icon.RADIO))
        self.tiles = BoardTiles(limits, place.zone)
        self.queues = QueueTable(limits, place.zone)
        self.agents = AgentsPanel(limits)
        self._second = QTimer(self)
        self._second.setInterval(_SECOND_MS)
        self._second.timeout.connect(self.tick)
        self._lay_out()
        self._watch.heard.connect(self._heard)

    def _lay_out(self) -> None:
        ground = Panel(ground=Ground.WINDOW)
        column = QVBoxLayout(ground)
        column.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        column.setSpacing(Space.M)
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(PaneTitle("Queues"))
        head.addWidget(self.clock)
        head.addStretch(1)
        head.addWidget(self.state)
        column.addLayout(head)
        column.addWidget(self.tiles)
        column.addWidget(self.queues)
        column.addWidget(self.agents, 1000)
        column.addStretch(1)
        self._empty = EmptyState(Icon.LAYOUT_DASHBOARD, "No figures yet", _NOTHING_YET)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(ground)

    def arrived(self) -> None:
        """Go on where the queues are."""
        (self.queues if self._watch.board is not None else self).setFocus(Qt.FocusReason.OtherFocusReason)

    def panes(self) -> tuple[QWidget, ...]:
        """Only the table takes keys."""
        return (self.queues if self._watch.board is not None else self,)

    def showEvent(self, event: QShowEvent) -> None:
        """Show what is known now and let the seconds pass."""
        super().showEvent(event)
        self._show_all()
        self._second.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: no seconds, no painting."""
        super().hideEvent(event)
        self._second.stop()

    def _heard(self) -> None:
        if self.isVisible():
            self._show_all()
        if self.hasFocus():
            self.arrived()

    def _fresh(self, board: Board, now: datetime) -> Freshness:
        return freshness(board, now, self._watch.silent_s)

    def _sees_agents(self) -> bool:
        me = self._place.desk.identity
        return me is not None and me.role is not Role.AGENT

    def _show_all(self) -> None:
        board = self._watch.board
        self._stack.setCurrentIndex(0 if board is None else 1)
        if board is None:
            phone = self._place.desk.phone.state
            self._empty.say("No figures yet", phone.detail if phone is not None and phone.detail else _NOTHING_YET)
            return
        now = self._place.clock.now()
        fresh = self._fresh(board, now)
        sees_agents = self._sees_agents()
        self._show_head(now, fresh)
        self.tiles.show_totals(totals(board), now, fresh)
        self.tiles.ready.setVisible(sees_agents)
        self.queues.show_queues(board.queues, now, fresh)
        self.agents.setVisible(sees_agents)
        labels = {figures.queue: figures.label for figures in board.queues}
        self.agents.show_agents(board.agents, labels, now, fresh)

    def tick(self) -> None:
        """Let a second pass: running times and ages; everything anew only when the board became stale or live."""
        board = self._watch.board
        if board is None:
            return
        now = self._place.clock.now()
        fresh = self._fresh(board, now)
        if fresh.stale != self.tiles.stale:
            self._show_all()
            return
        self._show_head(now, fresh)
        self.tiles.show_totals(totals(board), now, fresh)
        self.queues.tick(now, fresh)
        self.agents.tick(now, fresh)

    def _show_head(self, now: datetime, fresh: Freshness) -> None:
        zone = self._place.zone
        today = now.astimezone(zone).date()
        day = words.day_heading(today, today).removeprefix("Today, ")
        self.clock.set_text(f"{day}, {words.clock_seconds(now, zone)}")
        if fresh.stale:
            at = words.clock_seconds(fresh.as_of, zone)
            self.state.show_spec(ChipSpec(f"stale, {at}", Voice.REST, Icon.UNPLUG))
        else:
            self.state.show_spec(ChipSpec("Live", Voice.YOU, Icon.RADIO))


PAGE = PageSpec("board", "Board", Icon.LAYOUT_DASHBOARD, "B", 50, BoardPage, attend=watch_board)
