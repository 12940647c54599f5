"""What is behind the sync state: is my work safe, what waits and why, how the server stands."""

from __future__ import annotations

from datetime import datetime, tzinfo

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from crmdesk.domain.language import tr
from crmdesk.domain.sync_state import SyncLink, SyncState, UnsentChange
from crmdesk.ui.frame.sync_words import FACTS, facts, headline
from crmdesk.ui.frame.unsent_list import UnsentList
from crmdesk.ui.kit import Bar, Button, ButtonKind, ButtonSize, Flow, Ink, Label, Line, PaneTitle, Popover
from crmdesk.ui.kit.mirror import margins
from crmdesk.ui.theme import Icon, Size, Space, TextRole, Voice

_FACT_NAME = 98
_MOST_LIST = 330
_HEAD = 62


class SyncFacts(QWidget):
    """How the server stands, when it was last heard, what this computer holds; progress of the first copy."""

    def __init__(self, role: TextRole, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.texts = tuple(Label("", role, Ink.PRIMARY, Flow.WRAP) for _ in FACTS)
        self._names = tuple(Label(tr(name), role, Ink.SECONDARY) for name in FACTS)
        self.bar = Bar(tr("First copy"), Voice.YOU)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.S, Space.L, Space.M)
        column.setSpacing(2)
        for name, text in zip(self._names, self.texts, strict=True):
            name.setFixedWidth(_FACT_NAME)
            row = QHBoxLayout()
            row.setSpacing(Space.S)
            row.addWidget(name, 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(text, 1)
            column.addLayout(row)
        bar = QHBoxLayout()
        bar.setContentsMargins(margins(_FACT_NAME + Space.S, Space.XS, 0, 0))
        bar.addWidget(self.bar)
        column.addLayout(bar)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_state(self, state: SyncState, now: datetime, zone: tzinfo, queues: int) -> None:
        """Show how things stand."""
        said = facts(state, now, zone, queues)
        for name, text, label in zip(said, self.texts, self._names, strict=True):
            text.set_text(name)
            text.setVisible(bool(name))
            label.setVisible(bool(name))
        progress = state.snapshot
        self.bar.setVisible(progress is not None)
        if progress is not None:
            self.bar.show_share(progress.rows / progress.total if progress.total else 0.0)

        self._fit()

    def _fit(self) -> None:
        room = self._room(self.width())
        for text in self.texts:
            text.setFixedHeight(text.heightForWidth(room))
        self.setFixedHeight(self.height_at(self.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the words at another width."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._fit()

    def _room(self, width: int) -> int:
        return width - 2 * Space.L - _FACT_NAME - Space.S

    def height_at(self, width: int) -> int:
        """Return the height in px at a width, also before the layout has settled."""
        room = self._room(width)
        lines = sum(text.heightForWidth(room) + 2 for text in self.texts if not text.isHidden())
        return lines + Space.S + Space.M + (0 if self.bar.isHidden() else Size.BAR + Space.S)


class SyncPopover(Popover):
    """Opens from the status line. ``try_now`` asks to send at once."""

    try_now = Signal()

    def __init__(self, zone: tzinfo, parent: QWidget) -> None:
        super().__init__(parent)
        self._corner: QPoint | None = None
        self.setAccessibleName(tr("Not sent yet"))
        self.title = PaneTitle("")
        self.safe = Label("", TextRole.SMALL, Ink.SECONDARY)
        self.button = Button(tr("Try now"), ButtonKind.QUIET, Icon.REFRESH_CW, "T", ButtonSize.SMALL)
        self.button.clicked.connect(self.try_now)
        self.list = UnsentList(zone, Size.SYNC_POPOVER)
        self.facts = SyncFacts(TextRole.SMALL)
        head = QHBoxLayout()
        head.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        head.setSpacing(Space.S)
        head.addWidget(self.title)
        head.addWidget(self.safe, 1)
        head.addWidget(self.button)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(Line())
        column.addWidget(self.list, 1)
        column.addWidget(self.facts)

    def show_state(
        self, state: SyncState, changes: tuple[UnsentChange, ...], now: datetime, zone: tzinfo, queues: int
    ) -> None:
        """Show how things stand; refused changes come first. ``queues`` are how many the agent has."""
        title, safe = headline(state)
        self.title.set_text(title)
        self.safe.set_text(safe)
        self.list.show_changes(changes, now)
        self.list.setVisible(bool(changes))
        self.facts.show_state(state, now, zone, queues)
        out = state.link is SyncLink.SIGNED_OUT
        self.button.set_words(tr("Sign in") if out else tr("Try now"))
        self.button.set_icon(Icon.LOG_IN if out else Icon.REFRESH_CW)
        self.button.setVisible(out or (state.link in (SyncLink.LIVE, SyncLink.OFFLINE) and bool(state.unsent)))
        if self.isVisible() and self._corner is not None:
            self._place(self._corner)

    def open_above(self, corner: QPoint) -> None:
        """Open with its bottom left corner at ``corner``."""
        self._corner = corner
        size = self._size()
        self.open_at(corner, size.width(), size.height())

    def settle(self, corner: QPoint) -> None:
        """Follow the window's size."""
        self._corner = corner
        if self.isVisible():
            self._place(corner)

    def _place(self, corner: QPoint) -> None:
        size = self._size()
        self.place_card(corner.x(), corner.y() - size.height(), size.width(), size.height())

    def _size(self) -> QSize:
        rows = min(_MOST_LIST, self.list.content_height())
        return QSize(Size.SYNC_POPOVER, _HEAD + rows + self.facts.height_at(Size.SYNC_POPOVER - 2))

    def take_focus(self) -> None:
        """Give the keyboard to the list, or to the card while nothing waits."""
        if self.list.changes:
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
