"""The board's page: figures of now or of a past moment, the calls behind them, teams; painted only while it is seen."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from crmdesk.domain.alarms import Alarm
from crmdesk.domain.board_figures import (
    CallbacksDue,
    Freshness,
    callbacks_due,
    freshness,
    states_words,
    teams,
    totals,
)
from crmdesk.domain.calls.figures import Figure
from crmdesk.domain.calls.live import Board
from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.errors import CrmdeskError
from crmdesk.domain.language import mark, tr
from crmdesk.ui.frame import commands
from crmdesk.ui.frame.page import Page, Place
from crmdesk.ui.kit import EmptyState, Ground, Panel
from crmdesk.ui.pages.board.below import BelowQueues
from crmdesk.ui.pages.board.breaks import OthersBreaks
from crmdesk.ui.pages.board.head import BoardHead
from crmdesk.ui.pages.board.look_back import LookBack
from crmdesk.ui.pages.board.notice import watch_with_notices
from crmdesk.ui.pages.board.wallboard import Wallboard
from crmdesk.ui.pages.board.watch import watch_board
from crmdesk.ui.qt.events import listen
from crmdesk.ui.qt.tasks import cancel_all, spawn
from crmdesk.ui.reports.board_tiles import BoardTiles
from crmdesk.ui.reports.queue_table import QueueRow, QueueTable
from crmdesk.ui.theme import Icon, Space

_SECOND_MS = 1000
_APART_MS = 500
"""Boards that come closer together are shown together: what was heard is seen within half a second."""

_MOST_CALLBACKS = 200
_NO_FIGURES = mark("No figures yet")
_NOTHING_YET = mark("The queues appear here as soon as the phone system tells of them.")


class BoardPage(Page):
    """Queues and, for supervisors, agents."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self._place = place
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Queues"))
        self._watch = watch_board(place)
        self._notices = watch_with_notices(place)
        self.breaks = OthersBreaks(place, self)
        self._past: Board | None = None
        self._team = ""
        self._callbacks: CallbacksDue | None = None
        self._asking_past, self._reading = QObject(self), QObject(self)
        self.wallboard: Wallboard | None = None
        self.head = BoardHead(place.zone)
        self.look_back = LookBack(place.clock, place.zone)
        self.tiles = BoardTiles(place.zone)
        self.queues = QueueTable(place.zone)
        self.below = BelowQueues(place)
        self.agents, self.behind = self.below.agents, self.below.behind
        self._second = QTimer(self)
        self._second.setInterval(_SECOND_MS)
        self._second.timeout.connect(self.tick)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_APART_MS)
        self._soon.timeout.connect(self._show_all)
        self._shown_at = float("-inf")
        self._lay_out()
        self._connect()

    # Building --------------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        ground = Panel(ground=Ground.WINDOW)
        column = QVBoxLayout(ground)
        column.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        column.setSpacing(Space.M)
        column.addWidget(self.head)
        column.addWidget(self.look_back)
        column.addWidget(self.tiles)
        column.addWidget(self.queues)
        column.addWidget(self.below, 1000)
        column.addStretch(1)
        self.look_back.hide()
        self._empty = EmptyState(Icon.LAYOUT_DASHBOARD, tr(_NO_FIGURES), tr(_NOTHING_YET))
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(ground)

    def _connect(self) -> None:
        keys, head = self._place.keys, self.head
        for owner in (self.queues.view, self.behind.table.view):
            for command, slot, button in (
                (commands.LIVE, self.go_live, head.live_button),
                (commands.LOOK_BACK, self.begin_look_back, head.back_button),
                (commands.TEAMS, self.next_team, head.team_button),
            ):
                binding = keys.bind(command, slot, owner)
                if owner is self.queues.view:
                    binding.drive(button)
            keys.bind(commands.TREND, self.queues.turn_trend, owner)
            binding = keys.bind(commands.OTHERS_BREAK, self.send_on_break, owner)
            if owner is self.queues.view:
                binding.drive(head.break_button)
            self._notices.add_key(keys.bind(commands.GOT_IT, self._notices.got_it, owner))
        keys.bind(commands.WALLBOARD, self.show_wallboard, self).drive(head.wall_button)
        keys.bind(commands.BACK, self.step_back, self)
        head.live_button.clicked.connect(self.go_live)
        head.back_button.clicked.connect(self.begin_look_back)
        head.team_button.clicked.connect(self.next_team)
        head.break_button.clicked.connect(self.send_on_break)
        head.wall_button.clicked.connect(self.show_wallboard)
        self._watch.heard.connect(self._heard)
        self._watch.silent.connect(self.tick)
        self._notices.wanted.connect(self._alarm_wanted)
        self.tiles.opened.connect(self._tile_opened)
        self.queues.opened.connect(self.open_calls)
        self.queues.view.current_changed.connect(self._say_queue)
        self.below.closed.connect(self._calls_closed)
        self.look_back.chosen.connect(self._moment_chosen)
        listen(self, self._place.desk.bus, Changes, self._changed)

    def arrived(self) -> None:
        """Go on where the queues are."""
        (self.queues if self._watch.board is not None else self).setFocus(Qt.FocusReason.OtherFocusReason)

    def panes(self) -> tuple[QWidget, ...]:
        """The table, and the calls behind a figure while they are shown."""
        if self._watch.board is None:
            return (self,)
        return (self.queues, self.behind) if self.below.shows_calls else (self.queues,)

    # Showing ---------------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Show what is known now and let the seconds pass."""
        super().showEvent(event)
        self._read_callbacks()
        self._show_all()
        self._second.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: no seconds, no painting."""
        super().hideEvent(event)
        self._second.stop()
        self._soon.stop()

    def _heard(self) -> None:
        if self.isVisible() and self._past is None:
            self._show_soon()
        if self.hasFocus():
            self.arrived()

    def _show_soon(self) -> None:
        """Show what was heard: at once when it is the first for a while or turns live or stale."""
        board, now = self._watch.board, self._place.clock.monotonic()
        turned = board is not None and self._fresh(board, self._place.clock.now()).stale != self.tiles.stale
        if turned or self._stack.currentIndex() == 0 or now - self._shown_at >= _APART_MS / 1000:
            self._show_all()
        elif not self._soon.isActive():
            self._soon.start()

    @property
    def board(self) -> Board | None:
        """The board that is shown: of now, or of the moment called up."""
        return self._past if self._past is not None else self._watch.board

    def _fresh(self, board: Board, now: datetime) -> Freshness:
        if self._past is not None:
            return Freshness(board.as_of, (now - board.as_of).total_seconds(), stale=False, past=True)
        return freshness(board, now, self._watch.silent_s)

    def _show_all(self) -> None:
        self._soon.stop()
        board, self._shown_at = self.board, self._place.clock.monotonic()
        self._stack.setCurrentIndex(0 if board is None else 1)
        if board is None:
            phone = self._place.desk.phone.state
            detail = phone.detail if phone is not None else ""
            self._empty.say(tr(_NO_FIGURES), tr(detail) or tr(_NOTHING_YET))
            return
        now = self._place.clock.now()
        fresh = self._fresh(board, now)
        sees_agents = self._watch.sees_agents
        self.head.show_time(now, fresh)
        self.tiles.show_totals(totals(board), now, fresh)
        self.tiles.show_callbacks(self._callbacks, now)
        self.tiles.ready.setVisible(sees_agents)
        self.queues.show_queues(board.queues, now, fresh)
        self.agents.setVisible(sees_agents and not self.below.shows_calls)
        self._show_buttons(board, sees_agents)
        labels = {figures.queue: figures.label for figures in board.queues}
        shown = tuple(agent for agent in board.agents if not self._team or agent.team == self._team)
        self.agents.show_agents(shown, labels, now, fresh)
        self._say_queue()

    def _say_queue(self, *_: object) -> None:
        row = self.queues.view.row
        known = row.figures if isinstance(row, QueueRow) else None
        said = (
            tr("{queue}: {states}", queue=known.label, states=states_words(known))
            if known is not None and known.states
            else ""
        )
        self.agents.say_queue(said)

    def _show_buttons(self, board: Board, sees_agents: bool) -> None:
        head = self.head
        head.live_button.setVisible(self._past is not None)
        head.back_button.setVisible(sees_agents)
        head.break_button.setVisible(sees_agents and self.breaks.possible)
        head.team_button.setVisible(sees_agents and len(teams(board.agents)) > 1)
        head.show_team(self._team)

    def tick(self) -> None:
        """Let a second pass: running times and ages; everything anew only when the board became stale or live."""
        board = self.board
        if board is None or not self.isVisible():
            return
        now = self._place.clock.now()
        fresh = self._fresh(board, now)
        if fresh.stale != self.tiles.stale:
            self._show_all()
            return
        self.head.show_time(now, fresh)
        self.tiles.show_callbacks(self._callbacks, now)
        if fresh.past:
            return
        self.tiles.show_totals(totals(board), now, fresh)
        self.queues.tick(now, fresh)
        self.agents.tick(now, fresh)

    # Callbacks -------------------------------------------------------------------------------------------------------

    def _changed(self, changes: Changes) -> None:
        if self.isVisible() and changes.touches(Kind.CALLBACK):
            self._read_callbacks()

    def _read_callbacks(self) -> None:
        cancel_all(self._reading)
        spawn(self._reading, self._show_callbacks())

    async def _show_callbacks(self) -> None:
        now = self._place.clock.now()
        tomorrow = now.astimezone(self._place.zone).date() + timedelta(days=1)
        end = datetime.combine(tomorrow, datetime.min.time(), self._place.zone)
        due = await self._place.desk.callbacks.due(end)
        self._callbacks = callbacks_due([callback.due_at for callback in due], now, _MOST_CALLBACKS)
        self.tiles.show_callbacks(self._callbacks, now)

    # Calls behind a figure -------------------------------------------------------------------------------------------

    def _tile_opened(self, figure: Figure) -> None:
        if figure is Figure.CALLBACKS:
            self._place.window.go_to("desk" if self._place.window.has_page("desk") else "board")
        else:
            self.open_calls("", figure)

    def _alarm_wanted(self, alarm: Alarm) -> None:
        self.open_calls(alarm.queue, alarm.figure)

    def open_calls(self, queue: str, figure: Figure) -> None:
        """Show the calls that a figure is made of, of one queue or ("") of all."""
        board = self.board
        if board is None or not self._watch.sees_agents:
            return
        self.below.open_calls(queue, figure, board, board.as_of if self._past is not None else None)

    def _calls_closed(self) -> None:
        self.queues.setFocus(Qt.FocusReason.OtherFocusReason)

    def step_back(self) -> None:
        """Put aside what was opened last: the wallboard, the calls, then the past moment."""
        if self.wallboard is not None and self.wallboard.isVisible():
            self.wallboard.close()
        elif self.below.shows_calls:
            self.below.close_calls()
        else:
            self.go_live()

    # Looking back ----------------------------------------------------------------------------------------------------

    def begin_look_back(self) -> None:
        """Let a moment be chosen."""
        if self._watch.sees_agents:
            self.look_back.show()
            self.look_back.begin()

    def _moment_chosen(self, moment: datetime) -> None:
        cancel_all(self._asking_past)
        spawn(self._asking_past, self._call_up(moment))

    async def _call_up(self, moment: datetime) -> None:
        try:
            self._past = await self._place.desk.board.at(moment)
        except CrmdeskError as error:
            self.look_back.show_trouble(f"{error.what} {error.next_step}".strip())
            return
        self.look_back.show_found()
        self._show_all()

    def go_live(self) -> None:
        """Show the present again."""
        cancel_all(self._asking_past)
        self._past = None
        self.look_back.hide()
        if self.below.shows_calls:
            self.below.close_calls()
        self._show_all()
        self.arrived()

    # Teams and the wallboard -----------------------------------------------------------------------------------------

    def next_team(self) -> None:
        """Show the agents of the next team, after the last those of all."""
        board = self.board
        if board is None:
            return
        order = ("", *teams(board.agents))
        place = order.index(self._team) if self._team in order else 0
        self._team = order[(place + 1) % len(order)]
        self._show_all()

    def send_on_break(self) -> None:
        """Let somebody be chosen who is to take a break, or to come back from one."""
        if self._watch.sees_agents and self._watch.board is not None:
            self.breaks.begin(self._watch.board.agents)

    def show_wallboard(self) -> None:
        """Fill the screen with the figures that are read from afar; F11 or Esc puts it away."""
        if self.wallboard is None:
            self.wallboard = Wallboard(self._place.zone, self._place.clock, self)
            self._watch.heard.connect(self._tell_wallboard)
            self._watch.silent.connect(self._tell_wallboard)
        elif self.wallboard.isVisible():
            self.wallboard.close()
            return
        self._tell_wallboard()
        self.wallboard.showFullScreen()

    def _tell_wallboard(self) -> None:
        board = self._watch.board
        if self.wallboard is not None and board is not None:
            self.wallboard.show_board(board, self._watch.silent_s, self._watch.sees_agents)
