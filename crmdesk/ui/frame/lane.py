"""The call lane over everything: own state, calls, parked drafts, find. It never takes the focus."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRect, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from crmdesk.domain.clock import Clock
from crmdesk.domain.language import tr, tr_in
from crmdesk.ui.frame.fold import Fold, fold_of
from crmdesk.ui.frame.lane_buttons import ButtonRow
from crmdesk.ui.frame.lane_cells import paint_idle
from crmdesk.ui.frame.lane_model import NO_CALL, CellKind, Lane, LaneCell, Parked, StateBlock
from crmdesk.ui.frame.lane_notice import LaneNotice
from crmdesk.ui.frame.lane_views import CellView, FindBox, ParkedView, StateView
from crmdesk.ui.kit import fill
from crmdesk.ui.kit.mirror import painter_on, visual
from crmdesk.ui.theme import Icon, Size, Space, Voice, theme

_TICK_MS = 200
_STATE_WIDTH = 192
_STATE_NARROW = 180
_FIND_WIDTH = 252
_FIND_NARROW = 220
_FIND_FOLDED = 115
_PARKED_WIDTH = 176
_PARKED_NARROW = 140


class CallLane(QWidget):
    """The lane. It shows what it is given and tells what was clicked; keys are bound by the window.

    ``acted`` carries the call's key (empty: without a call) and what is to be done, a ``LaneAct``. ``notice`` is shown
    while no call has the place; ``room_changed`` tells that one came or the last one went.
    """

    looked = Signal(str)
    more_time = Signal(str)
    acted = Signal(str, object)
    room_changed = Signal()
    parked_chosen = Signal(str)
    find_wanted = Signal()

    def __init__(self, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._lane = Lane(StateBlock(tr(NO_CALL), "", Icon.HEADPHONES, Voice.REST))
        self._fold = fold_of(1440, 900)
        self.setFixedHeight(Size.LANE)
        self.setAccessibleName(tr_in("on the telephone", "Calls"))
        self.state = StateView(self._lane.state, clock, self)
        self.find_box = FindBox(self)
        self.find_box.clicked.connect(self.find_wanted)
        self.acts = ButtonRow(self)
        self.acts.acted.connect(partial(self.acted.emit, ""))
        self.notice = LaneNotice(Icon.BELL, Voice.LATE, self)
        self._told = False
        self._cells: dict[str, CellView] = {}
        self._parked: list[ParkedView] = []
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)

    @property
    def lane(self) -> Lane:
        """Return what is shown."""
        return self._lane

    @property
    def cells(self) -> tuple[CellView, ...]:
        """Return the views of the calls, in order."""
        return tuple(self._cells[cell.key] for cell in self._lane.cells)

    def show_lane(self, lane: Lane) -> None:
        """Show the calls as they are now; a call that is shown already keeps its place."""
        if lane == self._lane:
            return
        parked_changed = lane.parked != self._lane.parked
        room_changed = bool(lane.cells) != bool(self._lane.cells)
        self._lane = lane
        self.state.show_state(lane.state)
        self.acts.show_buttons(() if lane.cells else lane.buttons)
        known = set(self._cells)
        self._show_cells(lane.cells)
        if parked_changed:
            self._show_parked(lane.parked)
        if parked_changed or set(self._cells) - known:
            self._read_in_order()
        self._place()
        self._run_timer()
        self.update()
        if room_changed:
            self.room_changed.emit()

    @property
    def has_room(self) -> bool:
        """Say whether no call has the place of the notice."""
        return not self._lane.cells

    def tell(self, title: str, second: str) -> None:
        """Show a notice where the calls would be."""
        self._told = True
        self.notice.say(title, second)
        self._place()

    def tell_nothing(self) -> None:
        """Take the notice away."""
        self._told = False
        self._place()

    def _show_cells(self, cells: tuple[LaneCell, ...]) -> None:
        for key in self._cells.keys() - {cell.key for cell in cells}:
            gone = self._cells.pop(key)
            gone.hide()
            gone.deleteLater()
        for cell in cells:
            view = self._cells.get(cell.key)
            if view is None:
                view = self._cells[cell.key] = CellView(cell, self._clock, self)
                view.clicked.connect(partial(self.looked.emit, cell.key))
                view.more_time.clicked.connect(partial(self.more_time.emit, cell.key))
                view.acts.acted.connect(partial(self.acted.emit, cell.key))
                view.fold(self._fold)
            else:
                view.show_cell(cell)

    def _show_parked(self, parked: tuple[Parked, ...]) -> None:
        for view in self._parked:
            view.hide()
            view.deleteLater()
        self._parked = []
        for waiting in parked:
            view = ParkedView(waiting, self)
            view.clicked.connect(partial(self.parked_chosen.emit, waiting.key))
            self._parked.append(view)

    def _read_in_order(self) -> None:
        """Let what came last be read aloud where it stands: calls, buttons, drafts, then the search."""
        for part in (*self._cells.values(), self.notice, *self.acts.buttons, *self._parked, self.find_box):
            part.raise_()

    def fold(self, fold: Fold) -> None:
        """Fold as the window's size asks for."""
        self._fold = fold
        self.find_box.fold(fold)
        self.acts.fold(words=fold.call_button_words)
        for view in self._cells.values():
            view.fold(fold)
        self._place()

    def _place(self) -> None:
        height = self.height() - 1
        narrow = not self._fold.rail_labels
        left = _STATE_NARROW if narrow else _STATE_WIDTH
        self.state.setGeometry(visual(self, QRect(0, 0, left, height)))
        find = _FIND_FOLDED if not self._fold.find_field else _FIND_NARROW if narrow else _FIND_WIDTH
        self.find_box.setGeometry(visual(self, QRect(self.width() - find, 0, find, height)))
        right = self._place_parked(self.width() - find, height)
        self.acts.place(right - Space.L)
        end = right - (self.acts.width + 2 * Space.L if self._lane.buttons else 0)
        self.notice.setGeometry(visual(self, QRect(left + 1, 0, max(0, end - left - 1), height)))
        self.notice.setVisible(self._told and self.has_room)
        weights = [3 if view.cell.kind is CellKind.RINGING else 2 for view in self.cells]
        spare, x = right - left, left
        for index, view in enumerate(self.cells):
            end = right if index == len(weights) - 1 else x + spare * weights[index] // sum(weights)
            view.setGeometry(visual(self, QRect(x, 0, end - x, self.height())))
            view.show()
            x = end

    def _place_parked(self, right: int, height: int) -> int:
        """Put parked drafts at the end; where there is no room only the first stays, as narrow as can be."""
        shown = self._parked[:2] if self._fold.parked_drafts else self._parked[:1]
        width = _PARKED_WIDTH if self._fold.parked_drafts else _PARKED_NARROW
        for view in self._parked:
            view.setVisible(view.isVisible() and view in shown)
        for view in reversed(shown):
            right -= width
            # Placed before it is shown: a widget shown in the corner would take the pointer there for its own.
            view.setGeometry(visual(self, QRect(right, 0, width, height)))
            view.show_more(len(self._parked) - len(shown) if view is shown[-1] else 0)
            view.show()
        return right

    def _run_timer(self) -> None:
        ticking = self.isVisible() and (self.state.ticks or any(view.ticks for view in self.cells))
        if ticking and not self._timer.isActive():
            self._timer.start()
        elif not ticking:
            self._timer.stop()

    def _tick(self) -> None:
        self.state.tick()
        for view in self.cells:
            if view.ticks:
                view.tick()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place everything anew."""
        self._place()

    def showEvent(self, event: QShowEvent) -> None:
        """Let timers tick while they are seen."""
        self._run_timer()

    def hideEvent(self, event: QHideEvent) -> None:
        """Let timers rest."""
        self._timer.stop()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground, the words of an idle lane and the lines."""
        painter = painter_on(self)
        colors = theme().colors
        fill(painter, self.rect(), colors.bg.panel)
        left = visual(self, self.state.geometry()).right() + 1
        if not self._lane.cells:
            last = self._parked[0] if self._parked and self._parked[0].isVisible() else self.find_box
            end = visual(self, last.geometry()).x()
            end -= self.acts.width + 2 * Space.L if self._lane.buttons else 0
            paint_idle(painter, QRect(left, 0, end - left, self.height() - 1), self._lane)
            fill(painter, QRect(left, 0, 1, self.height()), colors.line.soft)
        fill(painter, QRect(0, self.height() - 1, self.width(), 1), colors.line.soft)
