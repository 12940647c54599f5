"""Unsent: is my work safe, what was refused and why, what waits and since when, how the server stands."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from crmdesk.domain.errors import CrmdeskError
from crmdesk.domain.language import mark, tr
from crmdesk.domain.sync_state import SyncLink, SyncState, UnsentChange
from crmdesk.runtime.bus import SyncChanged
from crmdesk.ui.frame import commands
from crmdesk.ui.frame.page import Page, PageSpec, Place
from crmdesk.ui.frame.sync_popover import SyncFacts
from crmdesk.ui.frame.sync_words import headline, refused
from crmdesk.ui.frame.unsent_list import UnsentList
from crmdesk.ui.frame.ways_on import WaysOn
from crmdesk.ui.kit import (
    Button,
    ButtonKind,
    ButtonSize,
    EmptyState,
    Ground,
    Line,
    Panel,
    PaneTitle,
    muted,
)
from crmdesk.ui.pages.change_pane import ChangePane
from crmdesk.ui.qt.events import Throttle, listen
from crmdesk.ui.qt.tasks import InTurn, spawn
from crmdesk.ui.theme import Icon, Space, TextRole, Voice

_EVERY_MS = 200
_SECOND_MS = 1000
_WIDTH = 720
_ALL_SENT = mark("Everything is sent")
_BY_ITSELF = mark("What you write goes out by itself, also after a lost connection.")


class UnsentPage(Page):
    """Refused changes first, then what waits, oldest first. T tries now."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self._place = place
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Changes not sent yet"))
        self.title = PaneTitle("")
        self.safe = muted("")
        self.try_now = Button(tr("Try now"), ButtonKind.QUIET, Icon.REFRESH_CW, size=ButtonSize.SMALL)
        self.list = UnsentList(place.zone, _WIDTH)
        self._reading = InTurn(self, self._read_changes)
        self.ways = WaysOn(place, self.list, self)
        self.ways.done.connect(self._read)
        self.change = ChangePane(place)
        self.change.over.connect(self._changed)
        place.window.change_wanted.connect(self._open_change)
        self.facts = SyncFacts(TextRole.BODY)
        self.nothing = EmptyState(Icon.CIRCLE_CHECK, tr(_ALL_SENT), tr(_BY_ITSELF))
        self._throttle = Throttle(_EVERY_MS, self)
        self._throttle.passed.connect(self._due)
        self._second = QTimer(self)
        self._second.setInterval(_SECOND_MS)
        self._second.timeout.connect(self._tick)
        self._lay_out()
        place.keys.bind(commands.TRY_NOW, self._try, self.list).drive(self.try_now)
        self.try_now.clicked.connect(self._try)
        listen(self, place.desk.bus, SyncChanged, self._heard)
        self._show_state(place.desk.sync.state)

    def _lay_out(self) -> None:
        card = Panel()
        head = QHBoxLayout()
        head.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        head.setSpacing(Space.S)
        head.addWidget(self.title)
        head.addWidget(self.safe, 1)
        head.addWidget(self.try_now)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.nothing)
        self.stack.addWidget(self.list)
        column = QVBoxLayout(card)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(Line())
        column.addWidget(self.change)
        column.addWidget(self.stack, 1)
        column.addWidget(Line())
        column.addWidget(self.facts)
        card.setMaximumWidth(_WIDTH)
        ground = Panel(self, Ground.WINDOW)
        row = QHBoxLayout(ground)
        row.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        row.addWidget(card, 100)
        row.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(ground)

    def arrived(self) -> None:
        """Read what waits, and go on in the list."""
        self._take_focus()
        self._read()

    async def closing(self) -> None:
        """Return when nothing typed is only on the screen."""
        await self.change.closing()

    def _open_change(self, change: object) -> None:
        if isinstance(change, UnsentChange):
            spawn(self, self.change.open(change))

    def _changed(self) -> None:
        self._take_focus()
        self._read()

    def _take_focus(self) -> None:
        listed = self.stack.currentWidget() is self.list
        (self.list if listed else self).setFocus(Qt.FocusReason.OtherFocusReason)

    def panes(self) -> tuple[QWidget, ...]:
        """The list."""
        return (self.list if self.list.isVisible() else self,)

    def showEvent(self, event: QShowEvent) -> None:
        """Let the ages grow while somebody looks."""
        super().showEvent(event)
        self._second.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self._second.stop()

    def _heard(self, event: SyncChanged) -> None:
        self._show_state(event.state)
        if self.isVisible():
            self._throttle.put(None)

    def _due(self, _nothing: object) -> None:
        self._read()

    def _read(self) -> None:
        self._reading.ask()

    async def _read_changes(self) -> None:
        try:
            changes = await self._place.desk.sync.changes()
        except CrmdeskError as error:
            self.nothing.say(tr("This list could not be read"), f"{error.what} {error.next_step}".strip())
            self.stack.setCurrentWidget(self.nothing)
            return
        self._show_changes(changes)

    def _show_changes(self, changes: tuple[UnsentChange, ...]) -> None:
        place = self.list.currentIndex().row()
        self.list.show_changes(changes, self._place.clock.now())
        if changes:
            self.stack.setCurrentWidget(self.list)
            if self.list.row is None:
                self.list.select(min(max(0, place), len(changes) - 1))
            if self.hasFocus():
                self._take_focus()
        else:
            self.nothing.say(tr(_ALL_SENT), tr(_BY_ITSELF))
            self.stack.setCurrentWidget(self.nothing)

    def _tick(self) -> None:
        self.list.tick(self._place.clock.now())
        self._show_state(self._place.desk.sync.state)

    def _show_state(self, state: SyncState) -> None:
        now, zone = self._place.clock.now(), self._place.zone
        title, safe = headline(state)
        self.title.set_text(title)
        self.safe.set_text(safe)
        identity = self._place.desk.identity
        self.facts.show_state(state, now, zone, len(identity.queues) if identity is not None else 0)
        out = state.link is SyncLink.SIGNED_OUT
        self.try_now.set_words(tr("Sign in") if out else tr("Try now"))
        self.try_now.set_icon(Icon.LOG_IN if out else Icon.REFRESH_CW)
        self.try_now.setVisible(state.link is not SyncLink.TOO_OLD)

    def _try(self) -> None:
        self._place.desk.sync.try_now()


class UnsentBadge(QObject):
    """Counts on the rail what the server has not taken: red as soon as something was refused."""

    def __init__(self, place: Place) -> None:
        super().__init__(place.window)
        self._rail = place.window.rail
        listen(self, place.desk.bus, SyncChanged, self._heard)
        self._show(place.desk.sync.state)

    def _heard(self, event: SyncChanged) -> None:
        self._show(event.state)

    def _show(self, state: SyncState) -> None:
        item = self._rail.items.get("unsent")
        if item is not None:
            item.show_badge(state.unsent + state.refused, Voice.LATE if refused(state) else Voice.REST)


PAGE = PageSpec("unsent", mark("Unsent"), mark("Go to unsent"), Icon.INBOX, "U", 100, UnsentPage, attend=UnsentBadge)
