"""The parts of the call lane: own state, a call, a parked draft, find. They can be clicked and read aloud, no more."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QRect, QRectF, Qt
from PySide6.QtGui import QEnterEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QPushButton, QWidget

from crmdesk.domain import words
from crmdesk.domain.clock import Clock
from crmdesk.domain.language import tr, tr_n
from crmdesk.ui.frame.fold import Fold
from crmdesk.ui.frame.lane_buttons import ButtonRow
from crmdesk.ui.frame.lane_cells import (
    CellRoom,
    cell_timer_rect,
    paint_cell,
    paint_parked,
    paint_state,
    seconds_since,
    state_timer_rect,
)
from crmdesk.ui.frame.lane_model import CellKind, LaneCell, Parked, StateBlock
from crmdesk.ui.kit import Button, box, draw_icon, draw_key, draw_text, fill, key_width, plain_tip
from crmdesk.ui.kit.mirror import painter_on, visual
from crmdesk.ui.theme import Icon, Radius, Size, Space, TextRole, theme

_ROOMY_CELL = 620
"""From this width in px on a call has room for its title and for the words on its buttons."""


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
        painter = painter_on(self)
        fill(painter, event.rect(), theme().colors.bg.panel)
        paint_state(painter, self.rect(), self._state, self._clock.now())


class CellView(_Quiet):
    """One call of the lane. ``acts`` are its buttons, beside "More time"."""

    def __init__(self, cell: LaneCell, clock: Clock, parent: QWidget) -> None:
        super().__init__(parent)
        self._cell, self._clock = cell, clock
        self._told = ""
        self._roomy = True
        self._words = True
        self.more_time = Button(tr("More time"), icon=Icon.TIMER, parent=self)
        self.more_time.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.acts = ButtonRow(self)
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
        self.read_as(". ".join(part for part in (_titled(cell), cell.second, cell.hint) if part))
        self.setToolTip("")
        self.more_time.setVisible(cell.more_time)
        self.acts.show_buttons(cell.buttons)
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
        self._words = fold.call_button_words
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
        if self._cell.buttons:
            taken += self.acts.width + Space.S
        return CellRoom(self.rect(), taken, self._roomy)

    def _place(self) -> None:
        self.acts.fold(words=self._words and self.width() >= _ROOMY_CELL)
        self.acts.place(self.width() - Space.M)
        width = self.more_time.sizeHint().width()
        self.more_time.setGeometry(visual(self, QRect(self.width() - width - Space.L, 12, width, Size.CONTROL)))
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the button at the end."""
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the cell."""
        paint_cell(painter_on(self), self._cell, self._room(), self._clock.now())


def _titled(cell: LaneCell) -> str:
    """Return how a call stands and whose it is; a ringing one says so in its title."""
    match cell.kind:
        case CellKind.TALKING:
            return tr("Talking: {title}", title=cell.title)
        case CellKind.HELD:
            return tr("Held: {title}", title=cell.title)
        case CellKind.WRAP_UP:
            return tr("Wrap-up: {title}", title=cell.title)
        case CellKind.RINGING:
            return cell.title


class ParkedView(_Quiet):
    """A parked draft, or how many more there are."""

    def __init__(self, parked: Parked, parent: QWidget) -> None:
        super().__init__(parent)
        self.parked = parked
        self._second = parked.second
        self.show_more(0)

    def show_more(self, others: int) -> None:
        """Say how many more wait that have no place."""
        self._second = tr_n("+{n} more", "+{n} more", others) if others else self.parked.second
        self.read_as(tr("Parked: {title}, {second}", title=self.parked.title, second=self._second))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it."""
        painter = painter_on(self)
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
        self._words = tr("Find anything")
        self.read_as(self._words)

    def set_key(self, key: str) -> None:
        """Show the key while it works."""
        self._key = key
        self.update()

    def fold(self, fold: Fold) -> None:
        """Become a button where there is no room for a field."""
        self._folded = not fold.find_field
        self.setToolTip(plain_tip(self._words if self._folded else ""))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it."""
        painter = painter_on(self)
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
            draw_text(painter, text, self._words, TextRole.BODY, colors.text.muted)
        if self._key:
            draw_key(painter, inner.right() - 9 - key_width(self._key), inner.center().y(), self._key)
