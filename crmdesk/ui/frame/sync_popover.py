"""What is behind the sync state: is my work safe, what waits and why, how the server stands."""

from __future__ import annotations

from datetime import datetime, tzinfo

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain import words
from crmdesk.domain.desk import SyncLink, SyncState, UnsentChange, UnsentState
from crmdesk.ui.kit import (
    Button,
    ButtonKind,
    ButtonSize,
    ChipSpec,
    Ink,
    Label,
    Line,
    ListView,
    PaneTitle,
    Popover,
    RowDelegate,
    RowsModel,
    RowState,
    chip_width,
    draw_chip,
    draw_icon,
    draw_text,
    text_width,
)
from crmdesk.ui.kit.painting import Align
from crmdesk.ui.theme import Icon, Size, Space, TextRole, Voice, theme

_MOST_ROWS = 6
_FACTS = 78


def headline(state: SyncState) -> tuple[str, str]:
    """Return the first line: what it is called, and whether the work is safe."""
    if not state.unsent and not state.refused:
        return "Everything is sent", "nothing waits here"
    count = state.unsent + state.refused
    if state.second_file:
        return "Not sent yet", f"kept once only: {state.second_file}"
    return "Not sent yet", f"{words.plural(count, 'change', 'changes')}, safe on this computer"


def server_words(state: SyncState, zone: tzinfo) -> str:
    """Return how the link to the server stands."""
    since = words.clock(state.since, zone)
    said = {
        SyncLink.LIVE: f"Live since {since}",
        SyncLink.CONNECTING: "Connecting",
        SyncLink.OFFLINE: f"Not reached since {since}; tried again by itself",
        SyncLink.SIGNED_OUT: "Signed out; sign in to send",
        SyncLink.TOO_OLD: "Asks for a newer version of this program",
    }[state.link]
    return f"{said}. {state.detail}" if state.detail else said


def received_words(state: SyncState, now: datetime, zone: tzinfo) -> str:
    """Return when something was last received."""
    if state.last_received_at is None:
        return words.NO_BASIS
    ago = words.age((now - state.last_received_at).total_seconds())
    return f"{words.clock_seconds(state.last_received_at, zone)}, {ago} ago"


class UnsentDelegate(RowDelegate):
    """Paints one change that waits: what, of whom, why, since when."""

    def __init__(self) -> None:
        super().__init__(Size.ROW_TWO_LINES)
        self.now: datetime | None = None

    def paint_row(self, painter: QPainter, rect: QRectF, row: object, state: RowState) -> None:
        """Paint the two lines."""
        if not isinstance(row, UnsentChange):
            return
        colors = theme().colors
        waits = row.state is UnsentState.WAITING
        icon = (
            Icon.CLOUD_UPLOAD if waits else Icon.GIT_COMPARE if row.state is UnsentState.CONFLICT else Icon.CIRCLE_ALERT
        )
        voice = Voice.YOU if waits else Voice.SOON if row.state is UnsentState.CONFLICT else Voice.LATE
        draw_icon(painter, rect.left(), rect.top() + 9, icon, colors.voice(voice).text)
        left, end = rect.left() + 26, rect.right()
        first = QRectF(left, rect.top() + 8, 0, 20)
        if waits:
            old = words.age((self.now - row.made_at).total_seconds()) if self.now is not None else ""
            draw_text(
                painter,
                QRectF(left, first.top(), end - left, 20),
                old,
                TextRole.SMALL,
                colors.text.secondary,
                Align.TRAILING,
            )
            end -= text_width(old, TextRole.SMALL) + Space.S
        else:
            chip = ChipSpec("Refused" if row.state is UnsentState.REFUSED else "Two versions", voice)
            draw_chip(painter, end - chip_width(chip), first.center().y(), chip)
            end -= chip_width(chip) + Space.S
        title = f"{row.what}, {row.who}" if row.who else row.what
        draw_text(painter, QRectF(left, first.top(), end - left, 20), title, TextRole.BODY_STRONG, colors.text.primary)
        why = row.reason or "Waits for its turn"
        room = QRectF(left, rect.top() + 27, rect.right() - left, 18)
        draw_text(painter, room, why, TextRole.SMALL, colors.text.secondary)


class SyncPopover(Popover):
    """Opens from the status line. ``try_now`` asks to send at once."""

    try_now = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.title = PaneTitle("")
        self.safe = Label("", TextRole.SMALL, Ink.SECONDARY)
        self.button = Button("Try now", ButtonKind.QUIET, Icon.REFRESH_CW, "T", ButtonSize.SMALL)
        self.button.clicked.connect(self.try_now)
        self._delegate = UnsentDelegate()
        self.model: RowsModel[object] = RowsModel(key=_seq, words=_said, parent=self)
        self.list = ListView("Changes not sent yet", self.model, self._delegate)
        self.facts = tuple(Label("", TextRole.SMALL, Ink.PRIMARY) for _ in range(2))
        head = QHBoxLayout()
        head.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        head.setSpacing(Space.S)
        head.addWidget(self.title)
        head.addWidget(self.safe, 1)
        head.addWidget(self.button)
        foot = QVBoxLayout()
        foot.setContentsMargins(Space.L, Space.S, Space.L, Space.M)
        foot.setSpacing(2)
        for name, fact in zip(("Server", "Last received"), self.facts, strict=True):
            row = QHBoxLayout()
            label = Label(name, TextRole.SMALL, Ink.SECONDARY)
            label.setFixedWidth(98)
            row.addWidget(label)
            row.addWidget(fact, 1)
            foot.addLayout(row)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(Line())
        column.addWidget(self.list, 1)
        column.addLayout(foot)

    def show_state(self, state: SyncState, changes: tuple[UnsentChange, ...], now: datetime, zone: tzinfo) -> None:
        """Show how things stand; refused changes come first."""
        title, safe = headline(state)
        self.title.set_text(title)
        self.safe.set_text(safe)
        self._delegate.now = now
        ordered = sorted(changes, key=_urgency)
        self.model.show_rows(tuple(ordered))
        self.list.viewport().update()
        self.list.setVisible(bool(changes))
        self.facts[0].set_text(server_words(state, zone))
        self.facts[1].set_text(received_words(state, now, zone))
        out = state.link is SyncLink.SIGNED_OUT
        self.button.set_words("Sign in" if out else "Try now")
        self.button.set_icon(Icon.LOG_IN if out else Icon.REFRESH_CW)
        self.button.setVisible(out or (state.link in (SyncLink.LIVE, SyncLink.OFFLINE) and bool(state.unsent)))

    def open_above(self, corner: QPoint) -> None:
        """Open with its bottom left corner at ``corner``."""
        rows = min(_MOST_ROWS, len(self.model.rows)) * Size.ROW_TWO_LINES
        self.open_at(corner, Size.SYNC_POPOVER, 56 + rows + _FACTS)

    def take_focus(self) -> None:
        """Give the keyboard to the list, or to the card while nothing waits."""
        if self.model.rows:
            self.list.setFocus(Qt.FocusReason.PopupFocusReason)
            self.list.select(0)
        else:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """T tries now, Esc closes."""
        if event.key() == Qt.Key.Key_T and self.button.isVisible():
            self.try_now.emit()
        else:
            super().keyPressEvent(event)


def _seq(row: object) -> object:
    return row.seq if isinstance(row, UnsentChange) else row


def _said(row: object) -> str:
    return f"{row.what}, {row.who}. {row.reason}" if isinstance(row, UnsentChange) else ""


def _urgency(change: UnsentChange) -> tuple[bool, int]:
    return change.state is UnsentState.WAITING, change.seq
