"""The desktop's window: lane over everything, rail, page, status line; it holds parts together and decides nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from crmdesk.domain.clock import Clock
from crmdesk.domain.errors import CrmdeskError
from crmdesk.ui.frame import commands
from crmdesk.ui.frame.fold import Fold, fold_of
from crmdesk.ui.frame.lane import CallLane
from crmdesk.ui.frame.overlays import Overlays
from crmdesk.ui.frame.panes import next_pane
from crmdesk.ui.frame.rail import NavigationRail
from crmdesk.ui.frame.status import StatusLine
from crmdesk.ui.kit import fill
from crmdesk.ui.kit.mirror import painter_on
from crmdesk.ui.qt.digits import Digits
from crmdesk.ui.qt.errors import error_sink
from crmdesk.ui.qt.keys import Binding, KeyMap
from crmdesk.ui.theme import SchemeChoice, Size, theme

if TYPE_CHECKING:
    from crmdesk.domain.people import Role
    from crmdesk.ui.frame.page import Page, PageSpec, Place
    from crmdesk.ui.frame.status_feed import StatusFeed
    from crmdesk.ui.kit import Banner, Notice

USUAL_SIZE = QSize(1440, 900)


class MainWindow(QWidget):
    """The frame. Pages register themselves and are built when first gone to.

    ``page_changed`` carries the id of the page that came into sight, ``folded`` the new ``Fold``, ``settle_wanted`` the
    id of a conflict to be settled, or None for all of them, ``change_wanted`` the refused ``UnsentChange`` that is to
    be written otherwise, ``closing`` tells that a person closed the window (``closer`` is asked before, where there is
    one), ``scheme_chosen`` the ``SchemeChoice`` to
    be remembered.
    """

    page_changed = Signal(str)
    settle_wanted = Signal(object)
    change_wanted = Signal(object)
    folded = Signal(object)
    closing = Signal()
    scheme_chosen = Signal(object)

    def __init__(self, clock: Clock, own_chords: Mapping[str, str] | None = None) -> None:
        """``own_chords`` maps command ids to the keys a person chose instead of the usual ones."""
        super().__init__()
        self.setWindowTitle("crmdesk")
        self.setMinimumSize(Size.WINDOW_MIN_WIDTH, Size.WINDOW_MIN_HEIGHT)
        self.resize(USUAL_SIZE)
        self.clock = clock
        self.closer: Callable[[], bool] | None = None
        self.keys = KeyMap(self, own_chords)
        self.digits = Digits(self, clock)
        self.fold = fold_of(self.width(), self.height())
        self.lane = CallLane(clock, self)
        self.rail = NavigationRail(self)
        self._stack = QStackedWidget(self)  # before the status line, as it is read aloud
        self.status = StatusLine(self)
        self._banners = QVBoxLayout()
        self._specs: dict[str, PageSpec] = {}
        self._pages: dict[str, Page] = {}
        self._place: Place | None = None
        self._current = ""
        self._feed: StatusFeed | None = None
        self._lay_out()
        self.overlays = Overlays(self)
        self._bind()
        self._hear_errors()

    def take_room(self, screen: QSize) -> None:
        """Be as large as usual, or fill a screen that has less room: nothing is beyond its edge from the start."""
        if USUAL_SIZE.boundedTo(screen) != USUAL_SIZE:
            self.resize(USUAL_SIZE.boundedTo(screen))
            self.setWindowState(self.windowState() | Qt.WindowState.WindowMaximized)

    # Building --------------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        middle = QVBoxLayout()
        middle.setSpacing(0)
        middle.addLayout(self._banners)
        middle.addWidget(self._stack, 1)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addLayout(middle, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.lane)
        column.addLayout(row, 1)
        column.addWidget(self.status)

    def _bind(self) -> None:
        keys = self.keys
        keys.bind(commands.PALETTE, self.overlays.turn_palette).drive(self.status.commands)
        keys.bind(commands.KEYS, self.overlays.turn_keys).drive(self.status.keys)
        keys.bind(commands.NEXT_PANE, self.next_pane)
        keys.bind(commands.PREVIOUS_PANE, self.previous_pane)
        keys.bind(commands.THEME, self.other_scheme)
        self.status.commands_wanted.connect(self.overlays.turn_palette)
        self.status.keys_wanted.connect(self.overlays.turn_keys)
        self.status.settle_pressed.connect(self._settle)
        self.rail.chosen.connect(self.go_to)

    def _hear_errors(self) -> None:
        sink = error_sink()
        sink.unavailable.connect(self._unavailable)
        sink.refused.connect(self.overlays.tell_refusal)
        sink.mistaken.connect(self.overlays.tell_refusal)
        sink.broken.connect(self.overlays.tell_bug)

    def open_pages(self, place: Place, specs: tuple[PageSpec, ...], role: Role) -> None:
        """Offer the pages that ``role`` may see, and go to the first; listen to what the status line shows."""
        from crmdesk.ui.frame.status_feed import StatusFeed  # after the first paint, like the pages

        self._place = place
        self._feed = StatusFeed(place, self)
        with self.keys.together():
            for spec in specs:
                if role not in spec.roles:
                    continue
                self._specs[spec.id] = spec
                command = commands.jump(spec.id, spec.going, spec.letter, spec.icon)
                binding = self.keys.bind(command, _Goer(self, spec.id).go)
                if spec.on_rail:
                    self.rail.add(spec, binding.cap)
            self.rail.fold(self.fold)
            if self._specs:
                self.go_to(next(iter(self._specs)))
            for spec in self._specs.values():
                if spec.attend is not None:
                    spec.attend(place)

    def bind_find(self, binding: Binding) -> None:
        """Let the find box of the lane do what ``binding`` (the search page's) does, and carry its key."""
        binding.drive(self.lane.find_box)
        self.lane.find_wanted.connect(binding.trigger)

    # Pages -----------------------------------------------------------------------------------------------------------

    @property
    def current(self) -> str:
        """Return the id of the page in sight, "" before there is one."""
        return self._current

    def page(self, page_id: str) -> Page:
        """Return a page, built now if it was not yet. Raises ``KeyError`` for a page this person does not have."""
        found = self._pages.get(page_id)
        if found is None:
            assert self._place is not None, "open_pages comes first"
            with self.keys.together():
                found = self._pages[page_id] = self._specs[page_id].build(self._place)
            found.folded(self.fold)
            self._stack.addWidget(found)
        return found

    async def shown(self) -> None:
        """Return when the page in sight shows what it is for and was painted so."""
        if self._current:
            await self.page(self._current).shown()
            await asyncio.sleep(0)  # the loop paints before it turns to whoever waits

    async def close_pages(self) -> None:
        """Let every page finish writing; return when nothing typed is only on the screen."""
        for page in tuple(self._pages.values()):  # another may be gone to meanwhile
            await page.closing()
        if self._feed is not None:
            self._feed.stop()

    def has_page(self, page_id: str) -> bool:
        """Return whether this person has a page."""
        return page_id in self._specs

    def go_to(self, page_id: str) -> None:
        """Bring a page into sight."""
        page = self.page(page_id)
        self._stack.setCurrentWidget(page)
        self._current = page_id
        self.rail.show_chosen(page_id)
        page.arrived()
        self.keys.refresh()
        self.page_changed.emit(page_id)

    def next_pane(self) -> None:
        """Give the keyboard to the next pane of the page."""
        if self._current:
            next_pane(self.page(self._current).panes(), 1)

    def previous_pane(self) -> None:
        """Give the keyboard to the previous pane of the page."""
        if self._current:
            next_pane(self.page(self._current).panes(), -1)

    def put_away(self) -> None:
        """Hide lane, pages and status line: what a cover only stands over, others could still have read aloud."""
        for part in (self.lane, self.rail, self._stack, self.status):
            part.hide()

    def bring_back(self) -> None:
        """Show them again as they are by now."""
        for part in (self.lane, self.rail, self._stack, self.status):
            part.show()

    # Telling ---------------------------------------------------------------------------------------------------------

    def add_banner(self, banner: Banner) -> None:
        """Put a banner over the pages; it shows itself when it has something to say."""
        self._banners.addWidget(banner)

    @property
    def notice(self) -> Notice:
        """Return the notice on which things are told."""
        return self.overlays.notice

    def tell(self, words: str, details: str = "") -> None:
        """Tell one thing on a notice over the page; the next one takes its place."""
        self.overlays.tell(words, details)

    def _settle(self) -> None:
        self.settle_wanted.emit(None)

    def _unavailable(self, error: CrmdeskError) -> None:
        self.status.show_trouble(error.what)

    # Cards of the frame ----------------------------------------------------------------------------------------------

    def middle(self) -> QRectF:
        """Return the part of the window between customer and note, where cards may float: never over the note."""
        area = QRectF(self._stack.geometry())
        left = 0 if self.fold.card_as_strip else self.fold.customer
        return area.adjusted(left, 0, -self.fold.note, 0)

    def other_scheme(self) -> None:
        """Switch between light and dark, now."""
        dark = theme().choice is SchemeChoice.DARK
        choice = SchemeChoice.LIGHT if dark else SchemeChoice.DARK
        theme().choose(choice)
        self.scheme_chosen.emit(choice)

    def come_forward(self) -> None:
        """Bring the window to the front (a second start asked for it)."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    # Qt --------------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold what does not fit."""
        super().resizeEvent(event)
        fold = fold_of(self.width(), self.height())
        if fold != self.fold or not event.oldSize().isValid():
            self._refold(fold)
        self.overlays.settle()
        if self._feed is not None:
            self._feed.settle()

    def _refold(self, fold: Fold) -> None:
        self.fold = fold
        self.lane.fold(fold)
        self.rail.fold(fold)
        self.status.fold(fold)
        for page in self._pages.values():
            page.folded(fold)
        self.folded.emit(fold)

    def changeEvent(self, event: QEvent) -> None:
        """See again which keys work when the window comes to the front."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.ActivationChange:
            self.keys.refresh()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Tell that a person closed the window; the composition root ends the program on its own event."""
        if self.closer is not None and not self.closer():
            event.ignore()
            return
        self.closing.emit()
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground."""
        fill(painter_on(self), event.rect(), theme().colors.bg.window)


class _Goer:
    """Goes to one page (a bound method that Qt may hold without holding a closure)."""

    def __init__(self, window: MainWindow, page_id: str) -> None:
        self._window, self._page_id = window, page_id

    def go(self) -> None:
        """Go there."""
        self._window.go_to(self._page_id)
