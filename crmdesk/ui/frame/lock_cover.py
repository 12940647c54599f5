"""What stands over a locked desk: nothing of it shines through but that the phone rings, and the way back in."""

from __future__ import annotations

from PySide6.QtCore import QChildEvent, QEvent, QObject, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from crmdesk.domain.calls.live import AgentCall, Direction, Phase
from crmdesk.domain.clock import Clock
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import tr
from crmdesk.ui.frame.cover import Cover
from crmdesk.ui.frame.lane_cells import CellRoom, paint_cell
from crmdesk.ui.frame.lane_model import CellKind, LaneCell
from crmdesk.ui.frame.opening import Sheet
from crmdesk.ui.kit import Button, ButtonKind, Field, fill
from crmdesk.ui.kit.mirror import painter_on
from crmdesk.ui.qt.keys import cap_text
from crmdesk.ui.theme import Icon, Size, theme

_KINDS = {Phase.RINGING: CellKind.RINGING, Phase.TALKING: CellKind.TALKING, Phase.HELD: CellKind.HELD}


def cell_of(call: AgentCall) -> LaneCell:
    """Return what a locked desk tells of a call: that there is one, never whose it is."""
    kind = _KINDS[call.phase]
    outbound = call.direction is Direction.OUTBOUND
    words = {
        CellKind.RINGING: tr("Your call rings there") if outbound else tr("The phone rings"),
        CellKind.HELD: tr("A call is on hold"),
    }.get(kind, tr("A call goes on"))
    icon = Icon.PAUSE if kind is CellKind.HELD else Icon.PHONE_OUTGOING if outbound else Icon.PHONE_INCOMING
    since = {CellKind.RINGING: call.rang_at, CellKind.HELD: call.held_since}.get(kind, call.answered_at)
    hint = tr("Answer on your phone") if kind is CellKind.RINGING and not outbound else ""
    return LaneCell(call.key, kind, words, tr("Unlock to see who it is"), icon, since, hint=hint)


class LockSheet(Sheet):
    """Asks for the sign-in password of whoever is signed in; ``given`` carries it at Enter."""

    given = Signal(str)

    def __init__(self, name: str) -> None:
        said = tr("Signed in as {name}. Everything is where you left it, also what you were writing.", name=name)
        super().__init__(tr("Locked"), said)
        self.setAccessibleName(tr("Locked"))
        self.field = Field(tr("Your password"), "", hint=tr("also while the server is away"), icon=Icon.LOCK)
        self.field.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.button = Button(tr("Unlock"), ButtonKind.PRIMARY, Icon.LOCK, cap_text("Enter"))
        self.column.addWidget(self.field)
        self.column.addWidget(self.button)
        self.field.edit.returnPressed.connect(self._give)
        self.button.clicked.connect(self._give)
        self.setFocusProxy(self.field.edit)

    def _give(self) -> None:
        if self.button.isEnabled() and self.field.text:
            self.button.setEnabled(False)
            self.given.emit(self.field.text)

    def show_mistake(self, error: UserMistake) -> None:
        """Say at the field what is wrong; it is typed anew."""
        self.button.setEnabled(True)
        self.field.edit.clear()
        self.field.show_problem(f"{error.what} {error.next_step}".strip())
        self.field.edit.setFocus(Qt.FocusReason.OtherFocusReason)


class LockCover(Cover):
    """Stays above everything of its window and keeps the keyboard until ``lift``, then gives it back.

    The calls that go on stand at the top, where the lane is.
    """

    def __init__(self, window: QWidget, sheet: LockSheet, clock: Clock) -> None:
        self._before = QApplication.focusWidget()
        self._cells: tuple[LaneCell, ...] = ()
        self._clock = clock
        super().__init__(window, sheet)
        self.setAccessibleName(tr("Locked"))
        for child in window.children():
            if isinstance(child, QWidget) and child is not self:
                child.installEventFilter(self)
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self._tick)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)

    def show_calls(self, calls: tuple[AgentCall, ...]) -> None:
        """Show that the phone rings, or that a call goes on."""
        self._cells = tuple(map(cell_of, calls))
        self.setAccessibleDescription(", ".join(f"{cell.title}. {cell.second}" for cell in self._cells))
        if self._cells:
            self._second.start()
        else:
            self._second.stop()
        self.update()

    @property
    def cells(self) -> tuple[LaneCell, ...]:
        """What is told of calls."""
        return self._cells

    def lift(self) -> None:
        """Give the window and the keyboard back."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.disconnect(self._focus_moved)
        super().lift()
        before, self._before = self._before, None
        if before is not None and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)

    def _tick(self) -> None:
        self.update(self._lane())

    def _lane(self) -> QRect:
        return QRect(0, 0, self.width(), Size.LANE)

    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        """What comes into sight under the cover may ask for the keyboard; it gets it when the cover goes."""
        if new is None or new is self or self.isAncestorOf(new) or new.window() is not self.window():
            return
        self._before = new
        self.content.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's size, and stay above whatever shows itself."""
        kind = event.type()
        if isinstance(event, QChildEvent) and kind is QEvent.Type.ChildAdded and isinstance(event.child(), QWidget):
            event.child().installEventFilter(self)
        elif kind in (QEvent.Type.Show, QEvent.Type.ZOrderChange) and watched is not self.parentWidget():
            self.raise_()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground, and the calls at the top of it."""
        super().paintEvent(event)
        if not self._cells:
            return
        painter = painter_on(self)
        fill(painter, self._lane(), theme().colors.bg.panel)
        width = self.width() // len(self._cells)
        for place, cell in enumerate(self._cells):
            room = CellRoom(QRect(place * width, 0, width, Size.LANE), 0, roomy=True)
            paint_cell(painter, cell, room, self._clock.now())
