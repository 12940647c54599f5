"""The search page: a large field, kinds, results that follow each key, a preview beside them."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from crmdesk.domain import words
from crmdesk.domain.errors import CrmdeskError
from crmdesk.domain.found import Hit, HitKind, Shelf
from crmdesk.domain.found import SearchPage as Found
from crmdesk.domain.language import mark, tr, tr_n
from crmdesk.ui.frame import commands
from crmdesk.ui.frame.fold import Fold
from crmdesk.ui.frame.page import Page, Place
from crmdesk.ui.kit import EmptyState, Ground, KeyCap, Line, LineEdit, Option, Panel, Skeleton, Tabs, muted
from crmdesk.ui.pages.opening import open_article, open_customer
from crmdesk.ui.pages.search.finder import Finder
from crmdesk.ui.pages.search.nobody import NobodyFound
from crmdesk.ui.pages.search.preview import SearchPreview
from crmdesk.ui.pages.search.results import Kinds, Results
from crmdesk.ui.pop.next_deadlines import NextDeadlines
from crmdesk.ui.qt.keys import cap_text
from crmdesk.ui.qt.tasks import cancel_all, spawn
from crmdesk.ui.theme import Icon, Size, Space, TextRole, theme

_FIELD = 44
_LOADING_AFTER_MS = 100
_HINT = mark("A name in any script, a number, a reference, words from a note")
_ALL = mark("A name in any script, a number, a reference, words from a note. Everything on this computer is looked at.")
_KINDS = (
    Option(Kinds.EVERYTHING, mark("Everything")),
    Option(Kinds.PEOPLE, mark("People")),
    Option(Kinds.CASES, mark("Cases")),
    Option(Kinds.NOTES, mark("Words in notes")),
    Option(Kinds.ARTICLES, mark("Articles")),
)


class SearchPage(Page):
    """Type, arrows, Enter. The keyboard stays in the field; Esc goes back to where one came from.

    ``opened`` carries the id of the customer whose card is wanted.
    """

    opened = Signal(object)

    def __init__(self, place: Place) -> None:
        super().__init__()
        self._place = place
        self.came_from = ""
        self._found: Found | None = None
        self._shelf = Shelf()
        self.field = LineEdit(tr(_HINT), Icon.SEARCH)
        self.field.setFixedHeight(_FIELD)
        font = QFont(theme().font(TextRole.TITLE))
        font.setWeight(QFont.Weight.Normal)
        self.field.setFont(font)
        self.kinds = Tabs(tr("What to look for"), tuple(replace(kind, words=tr(kind.words)) for kind in _KINDS))
        self.results = Results(place.number, place.clock, place.zone)
        self.preview = SearchPreview(place.number, place.clock, place.zone)
        self.deadlines = NextDeadlines(place.desk, place.clock, place.zone, self)
        self.nobody = NobodyFound(place.desk, place.digits)
        self.finder = Finder(place.desk, self)
        self._enter: tuple[Hit | None] | None = None
        """What was selected when Enter was pressed before the answer was there; None where it was not pressed."""
        self._card, self._shelving = QObject(self), QObject(self)
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.setInterval(_LOADING_AFTER_MS)
        self._lay_out()
        self._connect()

    # Building ----------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.empty = EmptyState(Icon.SEARCH, tr("Find anything"), tr(_ALL))
        self.trouble = EmptyState(Icon.CIRCLE_ALERT, "", "")
        self.reading = QWidget()
        lines = QVBoxLayout(self.reading)
        lines.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        lines.addWidget(Skeleton((0.4, 0.25, 0.5, 0.3, 0.45, 0.2)))
        lines.addStretch(1)
        self.stack = QStackedWidget()
        for state in (self.empty, self.reading, self.results.area, self.nobody, self.trouble):
            self.stack.addWidget(state)
        kinds = QHBoxLayout()
        kinds.setSpacing(Space.S)
        kinds.addWidget(self.kinds)
        kinds.addStretch(1)
        kinds.addWidget(KeyCap(cap_text("Tab")))
        kinds.addWidget(muted(tr("next kind")))
        ground = Panel(ground=Ground.WINDOW)
        column = QVBoxLayout(ground)
        column.setContentsMargins(Space.L, Space.M, Space.L, 0)
        column.setSpacing(Space.S)
        column.addWidget(self.field)
        column.addLayout(kinds)
        column.addWidget(self.stack, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(ground, 1)
        row.addWidget(Line(Qt.Orientation.Vertical))
        row.addWidget(self.preview)
        self.preview.setFixedWidth(Size.NOTE)

    def _connect(self) -> None:
        keys = self._place.keys
        keys.bind(commands.BACK, self.back, self)
        keys.bind(commands.FINISH, self.nobody.start, self.nobody).drive(self.nobody.new)
        keys.bind(commands.PIN, self.pin_selected, self.preview.pin).drive(self.preview.pin)
        self.field.installEventFilter(self)
        self.field.textEdited.connect(self._typed)
        self.field.returnPressed.connect(self.open_selected)
        self.kinds.chosen.connect(self._kind_chosen)
        self.kinds.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.finder.found.connect(self._show)
        self.finder.failed.connect(self._failed)
        self.deadlines.changed.connect(self._show_deadlines)
        self.results.selected.connect(self._selected)
        self.results.opened.connect(self._open)
        self.preview.open.clicked.connect(self.open_selected)
        self.nobody.made.connect(self._open_customer)
        self._slow.timeout.connect(self._still_reading)

    def arrived(self) -> None:
        """Take the keyboard; what was typed last is selected, so that typing begins anew."""
        self._enter = None
        self.results.begin()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.selectAll()
        if self.field.text():
            self.finder.look_for(self.field.text())
        cancel_all(self._shelving)
        spawn(self._shelving, self._read_shelf())

    def folded(self, fold: Fold) -> None:
        """Narrow the preview with the note's column."""
        self.preview.setFixedWidth(fold.note)

    def panes(self) -> tuple[QWidget, ...]:
        """The field, then the preview."""
        return (self.field, self.preview)

    async def closing(self) -> None:
        """Return when the name of a new customer that is being typed is on the disk."""
        await self.nobody.settle()

    # Typing ------------------------------------------------------------------------------------------------------

    def _typed(self, text: str) -> None:
        self._enter = None
        self.results.begin()
        if text.strip():
            self.finder.look_for(text)
            self._slow.start()
            return
        self.finder.look_for("")
        self._found = None
        self.field.show_note("")
        self._show_shelf()

    @property
    def _pinned(self) -> frozenset[UUID]:
        return frozenset(hit.id for hit in self._shelf.pinned)

    async def _read_shelf(self) -> None:
        self._shelf = await self._place.desk.search.shelf()
        self.results.show_pinned(self._pinned)
        if not self.field.text().strip():
            self._show_shelf()

    def _show_shelf(self) -> None:
        """Offer who is pinned and who was opened last, until something is typed."""
        self.results.show_shelf(self._shelf)
        if self.results.hits:
            self.stack.setCurrentWidget(self.results.area)
        else:
            self.preview.show_nothing()
            self.stack.setCurrentWidget(self.empty)

    def _still_reading(self) -> None:
        if self.finder.waiting and self.finder.text.strip():
            self.field.show_note(tr("searching"))
            if self.stack.currentWidget() is not self.results.area and not self.nobody.writes:
                self.stack.setCurrentWidget(self.reading)

    def _show(self, page: Found) -> None:
        self._slow.stop()
        if not page.text.strip():
            return
        self._found = page
        self.field.show_note(count_words(page))
        self.results.show_found(page, self._kind)
        if self.results.hits:
            self.stack.setCurrentWidget(self.results.area)
        else:
            self.nobody.show_typed(page.text)
            self.preview.show_nothing()
            self.stack.setCurrentWidget(self.nobody)
        self._place.keys.refresh()
        self._open_as_pressed()

    def _open_as_pressed(self) -> None:
        """Do what Enter was pressed for: where the answer begins with what was selected then, or is one result."""
        pressed, self._enter = self._enter, None
        hits = self.results.hits
        if pressed is None or not hits:
            return
        before = pressed[0]
        if len(hits) == 1 or (before is not None and (before.kind, before.id) == (hits[0].kind, hits[0].id)):
            self.open_selected()

    def _failed(self, error: CrmdeskError) -> None:
        self._enter = self._found = None
        self._slow.stop()
        self.field.show_note("")
        self.results.show_found(Found("", (), (), more=False, took_ms=0.0), self._kind)
        self.trouble.say(error.what, error.next_step)
        self.stack.setCurrentWidget(self.trouble)

    # Kinds -------------------------------------------------------------------------------------------------------

    @property
    def _kind(self) -> Kinds:
        return Kinds(self.kinds.value)

    def next_kind(self, by: int) -> None:
        """Show the next kind of results, round and round."""
        order = tuple(Kinds)
        self.kinds.choose(order[(order.index(self._kind) + by) % len(order)])
        self._kind_chosen(self.kinds.value)

    def _kind_chosen(self, kind: str) -> None:
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        if self._found is not None:
            self._show(self._found)

    # Choosing ----------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows choose a result and Tab a kind while the keyboard is in the field."""
        if not isinstance(event, QKeyEvent) or event.type() is not QEvent.Type.KeyPress:
            return False
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
        tabs = {Qt.Key.Key_Tab: 1, Qt.Key.Key_Backtab: -1}
        key = Qt.Key(event.key())
        if key in steps and self.results.hits:
            self._enter = None
            self.results.step(steps[key])
            return True
        if key in tabs:
            self.next_kind(tabs[key])
            return True
        return False

    def _selected(self, hit: object) -> None:
        if not isinstance(hit, Hit):
            self.preview.show_nothing()
            return
        first = self.results.hits[0] == hit and self._found is not None
        self.preview.show_hit(hit, tr("First match") if first else tr("Selected"))
        self.preview.show_pinned(hit.id in self._pinned)
        if hit.customer_id is not None:
            cancel_all(self._card)
            spawn(self._card, self._fill(hit, hit.customer_id))

    async def _fill(self, hit: Hit, customer_id: UUID) -> None:
        card = await self._place.desk.customers.card(customer_id)
        if card is not None and self.results.current == hit:
            self.deadlines.follow(card.open_ids)
            self.preview.show_card(card, self.deadlines.said)

    def _show_deadlines(self) -> None:
        self.preview.show_deadlines(self.deadlines.said)

    def open_selected(self) -> None:
        """Open the customer behind the selected result; an answer that is not there yet is awaited, not guessed."""
        if self.finder.waiting:
            seen = self.stack.currentWidget() is self.results.area
            self._enter = (self.results.current if seen else None,)
            return
        self._open(self.results.current)

    def pin_selected(self) -> None:
        """Pin the selected customer, or let go of one who is pinned."""
        hit = self.results.current
        if hit is not None and hit.kind is HitKind.PERSON:
            spawn(self, self._pin(hit))

    async def _pin(self, hit: Hit) -> None:
        await self._place.desk.search.pin(hit.id)
        cancel_all(self._shelving)  # it may have seen who was pinned before
        self._shelf = await self._place.desk.search.shelf()
        here = self.results.current
        self.results.show_pinned(self._pinned)
        if not self.field.text().strip():
            self._show_shelf()
            self.results.select(next((at for at, one in enumerate(self.results.hits) if one == here), 0))
        if (here := self.results.current) is not None:
            self.preview.show_pinned(here.id in self._pinned)

    def _open(self, hit: object) -> None:
        if isinstance(hit, Hit) and hit.kind is HitKind.ARTICLE:
            open_article(self._place.window, hit.id)
        elif isinstance(hit, Hit) and hit.customer_id is not None:
            self._open_customer(hit.customer_id)

    def _open_customer(self, customer_id: object) -> None:
        if not isinstance(customer_id, UUID):
            return
        self.opened.emit(customer_id)
        open_customer(self._place.window, customer_id)

    def back(self) -> None:
        """Go back to where one came from."""
        window = self._place.window
        if window.has_page(self.came_from):
            window.go_to(self.came_from)


def count_words(page: Found) -> str:
    """Return how much was found and how fast: "30+ people, 3 others. 11 ms"."""
    people = sum(hit.kind is HitKind.PERSON for hit in page.hits)
    others = len(page.hits) - people
    many = tr("{n}+ people", n=words.count(people)) if page.more else tr_n("{n} person", "{n} people", people)
    also = tr_n("{n} other", "{n} others", others)
    parts = (many if people or not others else "", also if others else "")
    found = ", ".join(part for part in parts if part)
    return tr("{found}. {ms} ms", found=found, ms=f"{page.took_ms:.0f}")
