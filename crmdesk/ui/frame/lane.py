"""The call lane over everything: own state, calls, parked drafts, find. It never takes the focus."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QHideEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QPushButton, QWidget

from crmdesk.domain import words
from crmdesk.domain.clock import Clock
from crmdesk.ui.frame.fold import Fold, fold_of
from crmdesk.ui.frame.lane_cells import (
    CellRoom,
    cell_timer_rect,
    paint_cell,
    paint_idle,
    paint_parked,
    paint_state,
    seconds_since,
    state_timer_rect,
)
from crmdesk.ui.frame.lane_model import CellKind, Lane, LaneCell, Parked, StateBlock
from crmdesk.ui.kit import Button, box, draw_icon, draw_key, draw_text, fill, key_width
from crmdesk.ui.theme import Icon, Radius, Size, Space, TextRole, Voice, theme

_TICK_MS = 200
_STATE_WIDTH = 192
_STATE_NARROW = 180
_FIND_WIDTH = 252
_FIND_NARROW = 220
_FIND_FOLDED = 115
_PARKED_WIDTH = 176
_PARKED_NARROW = 140


class _Quiet(QPushButton):
    """Something in the lane that can be clicked and read aloud but never takes the keyboard."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def read_as(self, text: str) -> None:
        """Set what a screen reader says."""
        self.setAccessibleName(text)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Light up under the pointer."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Go dark again."""
        super().leaveEvent(event)
        self.update()


class StateView(QWidget):
    """The agent's own state with its own timer."""

    def __init__(self, state: StateBlock, clock: Clock, parent: QWidget) -> None:
        super().__init__(parent)
        self._state, self._clock = state, clock
        self._told = ""
        self.show_state(state)

    def show_state(self, state: StateBlock) -> None:
        """Show another state."""
        if state != self._state or not self.accessibleName():
            self._state = state
            self.setAccessibleName(f"{state.words}, {state.second}" if state.second else state.words)
            self.update()

    @property
    def ticks(self) -> bool:
        """Return whether a timer runs here."""
        return self._state.since is not None

    def tick(self) -> None:
        """Repaint the timer's own rectangle if it shows another second."""
        shown = words.running(seconds_since(self._state.since, self._clock.now()))
        if shown != self._told:
            self._told = shown
            self.update(state_timer_rect(self.rect()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the block."""
        painter = QPainter(self)
        fill(painter, event.rect(), theme().colors.bg.panel)
        paint_state(painter, self.rect(), self._state, self._clock.now())


class CellView(_Quiet):
    """One call of the lane."""

    def __init__(self, cell: LaneCell, clock: Clock, parent: QWidget) -> None:
        super().__init__(parent)
        self._cell, self._clock = cell, clock
        self._told = ""
        self._roomy = True
        self.more_time = Button("More time", icon=Icon.TIMER, parent=self)
        self.more_time.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.show_cell(cell)

    @property
    def cell(self) -> LaneCell:
        """Return what is shown."""
        return self._cell

    def show_cell(self, cell: LaneCell) -> None:
        """Show the call as it is now."""
        if cell == self._cell and self.accessibleName():
            return
        self._cell = cell
        state = {CellKind.TALKING: "Talking: ", CellKind.HELD: "Held: ", CellKind.WRAP_UP: "Wrap-up: "}
        self.read_as(". ".join(p for p in (state.get(cell.kind, "") + cell.title, cell.second, cell.hint) if p))
        self.setToolTip("")
        self.more_time.setVisible(cell.more_time)
        self._place()
        self.update()

    def show_key(self, key: str) -> None:
        """Draw the key on "More time" while it works."""
        if key != self.more_time.key:
            self.more_time.set_key(key)
            self._place()

    def fold(self, fold: Fold) -> None:
        """Fold words away where there is no room."""
        self._roomy = fold.rail_labels
        if fold.call_button_words:
            self.more_time.unfold_words()
        else:
            self.more_time.fold_words()
        self._place()

    @property
    def ticks(self) -> bool:
        """Return whether a timer runs here."""
        return self._cell.kind is not CellKind.TALKING

    def tick(self) -> None:
        """Repaint the timer's own rectangle if it shows another second."""
        now = self._clock.now()
        at = self._cell.ends_at if self._cell.kind is CellKind.WRAP_UP else self._cell.since
        shown = words.running(abs((now - at).total_seconds())) if at is not None else ""
        if shown != self._told:
            self._told = shown
            self.update(cell_timer_rect(self._cell, self._room()))

    def _room(self) -> CellRoom:
        taken = self.more_time.sizeHint().width() + Space.M if self._cell.more_time else 0
        return CellRoom(self.rect(), taken, self._roomy)

    def _place(self) -> None:
        width = self.more_time.sizeHint().width()
        self.more_time.setGeometry(self.width() - width - Space.L, 12, width, Size.CONTROL)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the button at the end."""
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the cell."""
        paint_cell(QPainter(self), self._cell, self._room(), self._clock.now())


class ParkedView(_Quiet):
    """A parked draft, or how many more there are."""

    def __init__(self, parked: Parked, parent: QWidget) -> None:
        super().__init__(parent)
        self.parked = parked
        self._second = parked.second
        self.show_more(0)

    def show_more(self, others: int) -> None:
        """Say how many more wait that have no place."""
        self._second = f"+{others} more" if others else self.parked.second
        self.read_as(f"Parked: {self.parked.title}, {self._second}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        colors = theme().colors
        fill(painter, self.rect(), colors.bg.panel)
        paint_parked(painter, self.rect(), replace(self.parked, second=self._second), hovered=self.underMouse())
        fill(painter, QRect(0, 0, 1, self.height()), colors.line.soft)


class FindBox(_Quiet):
    """Looks like a field and opens the search; below 1200 px a button."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._key = ""
        self._folded = False
        self.read_as("Find anything")

    def set_key(self, key: str) -> None:
        """Show the key while it works."""
        self._key = key
        self.update()

    def fold(self, fold: Fold) -> None:
        """Become a button where there is no room for a field."""
        self._folded = not fold.find_field
        self.setToolTip("Find anything" if self._folded else "")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        colors = theme().colors
        fill(painter, self.rect(), colors.bg.panel)
        fill(painter, QRect(0, 0, 1, self.height()), colors.line.soft)
        inner = QRectF(self.rect()).adjusted(13, 12, -12, -12)
        ground = colors.bg.hover if self.underMouse() else colors.bg.panel if self._folded else colors.bg.window
        box(painter, inner, ground, colors.line.soft, Radius.CONTROL)
        ink = colors.text.primary if self._folded else colors.text.muted
        draw_icon(painter, inner.left() + 11, inner.center().y() - 8, Icon.SEARCH, ink)
        if not self._folded:
            text = inner.adjusted(35, 0, -70, 0)
            draw_text(painter, text, "Find anything", TextRole.BODY, colors.text.muted)
        if self._key:
            draw_key(painter, inner.right() - 9 - key_width(self._key), inner.center().y(), self._key)


class CallLane(QWidget):
    """The lane. It shows what it is given and tells what was clicked; keys are bound by the window."""

    looked = Signal(str)
    more_time = Signal(str)
    parked_chosen = Signal(str)
    find_wanted = Signal()

    def __init__(self, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._lane = Lane(StateBlock("No call", "", Icon.HEADPHONES, Voice.REST))
        self._fold = fold_of(1440, 900)
        self.setFixedHeight(Size.LANE)
        self.setAccessibleName("Calls")
        self.state = StateView(self._lane.state, clock, self)
        self.find_box = FindBox(self)
        self.find_box.clicked.connect(self.find_wanted)
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
        self._lane = lane
        self.state.show_state(lane.state)
        self._show_cells(lane.cells)
        if parked_changed:
            self._show_parked(lane.parked)
        self._place()
        self._run_timer()
        self.update()

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

    def fold(self, fold: Fold) -> None:
        """Fold as the window's size asks for."""
        self._fold = fold
        self.find_box.fold(fold)
        for view in self._cells.values():
            view.fold(fold)
        self._place()

    def _place(self) -> None:
        height = self.height() - 1
        narrow = not self._fold.rail_labels
        left = _STATE_NARROW if narrow else _STATE_WIDTH
        self.state.setGeometry(0, 0, left, height)
        find = _FIND_FOLDED if not self._fold.find_field else _FIND_NARROW if narrow else _FIND_WIDTH
        self.find_box.setGeometry(self.width() - find, 0, find, height)
        right = self._place_parked(self.width() - find, height)
        weights = [3 if view.cell.kind is CellKind.RINGING else 2 for view in self.cells]
        spare, x = right - left, left
        for index, view in enumerate(self.cells):
            end = right if index == len(weights) - 1 else x + spare * weights[index] // sum(weights)
            view.setGeometry(x, 0, end - x, self.height())
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
            view.setGeometry(right, 0, width, height)
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
        painter = QPainter(self)
        colors = theme().colors
        fill(painter, self.rect(), colors.bg.panel)
        left = self.state.geometry().right() + 1
        if not self._lane.cells:
            end = self._parked[0].x() if self._parked and self._parked[0].isVisible() else self.find_box.x()
            paint_idle(painter, QRect(left, 0, end - left, self.height() - 1), self._lane)
            fill(painter, QRect(left, 0, 1, self.height()), colors.line.soft)
        fill(painter, QRect(0, self.height() - 1, self.width(), 1), colors.line.soft)
