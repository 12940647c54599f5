"""The pane for a caller nobody on file fits: create, attach, or go on under the number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crmdesk.domain.customers import NewCustomer
from crmdesk.domain.duplicate_views import LikeCustomer
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.found import Hit, HitKind
from crmdesk.domain.interactions import DraftKey
from crmdesk.domain.lane import Person
from crmdesk.domain.language import mark, tr
from crmdesk.ui.kit import (
    Align,
    Button,
    Field,
    Flow,
    Ground,
    Ink,
    Label,
    ListView,
    Panel,
    RowDelegate,
    RowsModel,
    RowState,
    SectionTitle,
    draw_text,
    fill,
    outline,
)
from crmdesk.ui.kit.mirror import painter_on
from crmdesk.ui.pages.desk.like_list import LikeList
from crmdesk.ui.pages.desk.newcomer import NewcomerDraft
from crmdesk.ui.pages.desk.spot import Spot
from crmdesk.ui.qt.digits import Digits
from crmdesk.ui.qt.keys import Command, Group, KeyMap, Scope
from crmdesk.ui.qt.tasks import cancel_all, spawn
from crmdesk.ui.theme import Icon, Size, Space, TextRole, theme

if TYPE_CHECKING:
    from crmdesk.runtime.desk import Desk

NEW = Command("caller.new", mark("New customer from this call"), "N", Group.CALL, Icon.USER_PLUS, Scope.FOCUS)
ATTACH = Command("caller.attach", mark("Attach this call to a customer"), "A", Group.CALL, Icon.LINK, Scope.FOCUS)
_AFTER_KEY_MS = 60


class HitDelegate(RowDelegate):
    """A customer found: name, and what they are below."""

    def __init__(self) -> None:
        super().__init__(Size.ROW_TWO_LINES)

    def paint_row(self, painter: QPainter, rect: QRectF, row: object, state: RowState) -> None:
        """Paint it."""
        if isinstance(row, Hit):
            colors = theme().colors
            name = QRectF(rect.left(), rect.top() + 7, rect.width(), 20)
            draw_text(painter, name, row.title, TextRole.BODY_STRONG, colors.text.primary)
            second = ", ".join(part for part in (row.latin_title, row.detail) if part)
            draw_text(painter, name.translated(0, 20), second, TextRole.SMALL, colors.text.secondary, Align.LEADING)


def hit_key(row: object) -> object:
    """Return what tells a customer found apart."""
    return row.id if isinstance(row, Hit) else None


def hit_words(row: object) -> str:
    """Return a customer found as they are read aloud."""
    return f"{row.title}, {row.detail}" if isinstance(row, Hit) else ""


class NumberPane(Panel):
    """``found`` carries the ``Spot`` of a caller and the ``Person`` that was made or chosen for them; somebody else may
    be shown by then.

    Ctrl+L puts the keyboard here; then N makes a customer and A attaches the call to one.
    """

    found = Signal(object, object)

    def __init__(self, desk: Desk, keys: KeyMap, digits: Digits, parent: QWidget | None = None) -> None:
        super().__init__(parent, Ground.PLAIN)
        self._desk = desk
        self._spot: Spot | None = None
        self._finding = QObject(self)
        self._looked_for = ""
        self._enter: tuple[Hit | None] | None = None
        """Who was selected when Enter was pressed before the answer was there; None where it was not pressed."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Caller"))
        self.title = Label("", TextRole.NAME)
        self.second = Label("", TextRole.BODY, Ink.SECONDARY, Flow.WRAP)
        self.new = Button(tr("New customer"), icon=Icon.USER_PLUS, align=Align.LEADING)
        self.attach = Button(tr("Attach to a customer"), icon=Icon.LINK, align=Align.LEADING)
        self.name = Field(tr("Name"), tr("As the person writes it"), tr("Enter makes the customer"))
        self._draft = NewcomerDraft(desk, self.name)
        self.like = LikeList(desk, digits)
        self.search = Field(tr("Whose call is it?"), tr("Name or number"), icon=Icon.SEARCH)
        self._hits: RowsModel[object] = RowsModel(hit_key, hit_words)
        self.hits = ListView(tr("Customers found"), self._hits, HitDelegate())
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(_AFTER_KEY_MS)
        self._lay_out()
        self._connect(keys)
        self.fold()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.L, Space.L, Space.S)
        layout.setSpacing(Space.S)
        layout.addWidget(self.title)
        layout.addWidget(self.second)
        layout.addSpacing(Space.S)
        for widget in (self.new, self.name, self.like, self.attach, self.search):
            layout.addWidget(widget)
        layout.addWidget(self.hits, 1)
        layout.addSpacing(Space.S)
        self._without = SectionTitle(tr("You can go on without"))
        layout.addWidget(self._without)
        self._kept = Label("", TextRole.BODY, Ink.SECONDARY, Flow.WRAP)
        layout.addWidget(self._kept)
        layout.addStretch(1)

    def _connect(self, keys: KeyMap) -> None:
        self.new.clicked.connect(self.start_new)
        self.attach.clicked.connect(self.start_attach)
        keys.bind(NEW, self.start_new, self)
        keys.bind(ATTACH, self.start_attach, self)
        self.name.edit.returnPressed.connect(self._create)
        self.name.edited.connect(self._name_typed)
        self.like.chosen.connect(self._use)
        self.search.edited.connect(self._typed)
        self.search.edit.returnPressed.connect(self._take_first)
        self._wait.timeout.connect(self._find)
        self.hits.opened.connect(self._take)

    @property
    def _number(self) -> str:
        """Return the number to keep with the customer, empty where it is withheld."""
        return self._spot.number if self._spot is not None else ""

    def show_caller(self, spot: Spot, second: str) -> None:
        """Show the caller of a spot; a name typed for it before stands there again."""
        same = self._is_at(spot) and spot.number == self._number
        self._spot = spot
        if same and self.is_open:
            return
        self.title.set_text(spot.title)
        self.second.set_text(second)
        by_number = tr("The call and your note are kept under the number. Attach them now or later.")
        by_call = tr("The call and your note are kept under this call. Attach them now or later.")
        self._kept.set_text(by_number if spot.number else by_call)
        self.fold()
        self._follow(spot)

    def _is_at(self, spot: Spot) -> bool:
        return self._spot is not None and self._spot.subject == spot.subject

    def _follow(self, spot: Spot) -> None:
        self._draft.follow(spot.subject, self.title.text())
        spawn(self._draft, self._bring_back(spot))

    async def _bring_back(self, spot: Spot) -> None:
        """Open the line with the name that was typed for this call, if one was."""
        if await self._draft.bring_back("") and self._is_at(spot):
            self.name.show()
            self._name_typed(self.name.text)

    def show_keys(self, first: str) -> None:
        """Draw the keys on the buttons: ``first`` goes here, empty while it does not work."""
        self.new.set_key(f"{first}, N" if first else "")
        self.attach.set_key(f"{first}, A" if first else "")

    def fold(self) -> None:
        """Hide what was opened for typing; a name that was typed stays a draft."""
        self._draft.let_go()
        for widget in (self.name, self.search, self.hits):
            widget.hide()
        self.name.set_text("")
        self.name.clear_problem()
        self.like.forget()
        self.search.set_text("")
        self._wait.stop()
        cancel_all(self._finding)
        self._looked_for, self._enter = "", None
        self._hits.show_rows(())

    def start_new(self) -> None:
        """Open the line for the name."""
        self.fold()
        self.name.show()
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)
        if self._spot is not None:
            self._follow(self._spot)

    def start_attach(self) -> None:
        """Open the search."""
        self.fold()
        self.search.show()
        self.hits.show()
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def _create(self) -> None:
        if self._spot is not None:
            new = NewCustomer(self.name.text, number=self._number)
            spawn(self, self._make(new, self._spot, self._draft.key))

    def _name_typed(self, text: str) -> None:
        self.like.follow(NewCustomer(text, number=self._number))

    def _use(self, one: object) -> None:
        if isinstance(one, LikeCustomer) and self._spot is not None:
            spawn(self, self._attach(Person(one.customer_id, one.name), self._spot))

    async def _make(self, new: NewCustomer, spot: Spot, draft: DraftKey | None) -> None:
        if await self.like.holds_up(new):
            return
        await self._draft.settle()
        try:
            customer_id = await self._desk.customers.create(new, draft)
        except UserMistake as mistake:
            if not self._is_at(spot):
                raise
            self.name.show_problem(mistake.next_step or mistake.what)
            return
        await self._tell(spot, Person(customer_id, new.name.strip()))

    async def _tell(self, spot: Spot, person: Person) -> None:
        """Nothing is left to be written down for this caller; who is shown by now goes on being put down."""
        await self._draft.discard(spot.subject)
        if self._is_at(spot):
            self.fold()
        self.found.emit(spot, person)

    def _typed(self, _: str) -> None:
        self._enter = None
        self._wait.start()

    def _find(self) -> None:
        cancel_all(self._finding)
        spawn(self._finding, self._look_for(self.search.text))

    async def _look_for(self, typed: str) -> None:
        page = await self._desk.search.find(typed)
        self._looked_for = typed
        self._hits.show_rows(tuple(hit for hit in page.hits if hit.kind is HitKind.PERSON))
        if self.hits.row is None or not self.hits.hasFocus():
            self.hits.select(0)
        self._take_as_pressed()

    def _take_as_pressed(self) -> None:
        """Do what Enter was pressed for: where the answer begins with who was selected then, or is one person."""
        pressed, self._enter = self._enter, None
        first = self._hits.rows[0] if self._hits.rows else None
        if pressed is not None and (len(self._hits.rows) == 1 or hit_key(pressed[0]) == hit_key(first)):
            self._take(first)

    def _take_first(self) -> None:
        """Take who is selected; an answer that is not there yet is awaited, not guessed."""
        row = self.hits.row
        if self._looked_for == self.search.text:
            self._take(row)
        else:
            self._enter = (row if isinstance(row, Hit) else None,)

    def _take(self, row: object) -> None:
        if isinstance(row, Hit) and self._spot is not None:
            spawn(self, self._attach(Person(row.id, row.title), self._spot))

    async def _attach(self, person: Person, spot: Spot) -> None:
        if spot.number:
            await self._desk.customers.attach_number(person.customer_id, spot.number)
        await self._tell(spot, person)

    async def settle(self) -> None:
        """Return when a name that is being typed is on the disk."""
        await self._draft.settle()

    @property
    def is_open(self) -> bool:
        """Say whether a line to type in was opened."""
        return not (self.name.isHidden() and self.search.isHidden())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the ring away."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground, the line to the timeline and the ring."""
        super().paintEvent(event)
        painter = painter_on(self)
        colors = theme().colors
        fill(painter, QRectF(self.width() - 1, 0, 1, self.height()), colors.line.soft)
        if self.hasFocus():
            outline(painter, QRectF(self.rect()).adjusted(2, 2, -3, -2), colors.you.line, 6, 2)
