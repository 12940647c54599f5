"""The list of pairs that are probably one customer: how likely, who, why. Enter shows what merging them means."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from crmdesk.domain import words
from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.duplicate_views import DuplicateList, DuplicatePair, LikeCustomer
from crmdesk.domain.errors import CrmdeskError
from crmdesk.domain.language import mark, tr, tr_n
from crmdesk.ui.frame.page import Page, Place
from crmdesk.ui.kit import (
    Button,
    ButtonKind,
    ButtonSize,
    Cell,
    Column,
    EmptyState,
    Ink,
    Label,
    RowsModel,
    Table,
    TableDelegate,
    muted,
)
from crmdesk.ui.pages.listed import lay_out
from crmdesk.ui.pages.opening import open_merge
from crmdesk.ui.qt.events import Throttle, listen
from crmdesk.ui.qt.keys import Command, Group, Scope, cap_text
from crmdesk.ui.qt.tasks import cancel_all, spawn
from crmdesk.ui.theme import Icon, TextRole, Voice

APART = Command("duplicates.apart", mark("These two are not the same person"), "X", Group.LIST, Icon.X, Scope.FOCUS)
BACK = Command(
    "duplicates.back", mark("Take back that two are not the same"), "Z", Group.LIST, Icon.UNDO_2, Scope.FOCUS
)

_CHANCE = Column(mark("Likelihood"), 84)
_ONE = Column(mark("On file longer"), stretch=3)
_OTHER = Column(mark("Other record"), stretch=3)
_WHY = Column(mark("Why"), stretch=4)
COLUMNS = (_CHANCE, _ONE, _OTHER, _WHY)
_UNREAD = mark("This list could not be read")
_EVERY_MS = 500


class DuplicatesPage(Page):
    """Enter opens the merge with both chosen, X says that they are two, Z takes that back."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self._apart: list[DuplicatePair] = []
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Duplicates"))
        self.count = muted("")
        self.rows: RowsModel[object] = RowsModel(_key, spoken, self)
        self.delegate = TableDelegate(COLUMNS, _cells)
        self.table = Table(tr("Pairs that are probably one customer"), self.rows, self.delegate)
        self.merge = Button(tr("Look at the merge"), ButtonKind.SECONDARY, Icon.GIT_MERGE, size=ButtonSize.SMALL)
        self.apart = Button(tr("Not the same person"), ButtonKind.QUIET, Icon.X, size=ButtonSize.SMALL)
        self.problem = Label("", TextRole.SMALL, Voice.LATE, icon=Icon.CIRCLE_ALERT)
        self._none = EmptyState(Icon.GIT_MERGE, tr("No duplicates found"), "")
        self._again = Button(tr("Try again"), icon=Icon.ROTATE_CW)
        self._trouble = EmptyState(Icon.CIRCLE_ALERT, tr(_UNREAD), "", (self._again,))
        self._reading = QObject(self)
        self._throttle = Throttle(_EVERY_MS, self)
        states = (self.table, self._none, self._trouble)
        self.stack = lay_out(self, tr("Duplicates"), self.count, (self.apart, self.merge), states, self.problem)
        self.problem.hide()
        self._connect()

    def _connect(self) -> None:
        keys, view = self.place.keys, self.table.view
        keys.bind(APART, self.say_apart, view).drive(self.apart)
        keys.bind(BACK, self.take_back, view)
        self.merge.set_key(cap_text("Enter"))
        self.apart.clicked.connect(self.say_apart)
        self.merge.clicked.connect(self._open_selected)
        self._again.clicked.connect(self._read)
        view.opened.connect(self._open)
        view.current_changed.connect(self._selected)
        self._throttle.passed.connect(self._read_if_seen)
        listen(self, self.place.desk.bus, Changes, self._heard)
        self._selected(None)

    def arrived(self) -> None:
        """Read again, and go on in the list."""
        self._read()
        (self.table.view if self.stack.currentWidget() is self.table else self).setFocus(
            Qt.FocusReason.OtherFocusReason
        )

    def panes(self) -> tuple[QWidget, ...]:
        """The list."""
        return (self.table if self.table.isVisible() else self,)

    # Reading ---------------------------------------------------------------------------------------------------------

    def _heard(self, changes: Changes) -> None:
        if changes.touches(Kind.CUSTOMER, Kind.CONTACT_POINT, Kind.NOT_DUPLICATE, Kind.DUPLICATE_PAIR):
            self._throttle.put(None)

    def _read_if_seen(self, _: object) -> None:
        if self.isVisible():
            self._read()

    def _read(self) -> None:
        cancel_all(self._reading)
        spawn(self._reading, self._show())

    async def _show(self) -> None:
        try:
            found = await self.place.desk.duplicates.listed()
        except CrmdeskError as error:
            self._trouble.say(tr(_UNREAD), f"{error.what} {error.next_step}".strip())
            self.stack.setCurrentWidget(self._trouble)
            return
        self._show_found(found)

    def _show_found(self, found: DuplicateList) -> None:
        at = max(0, self.table.view.currentIndex().row())
        self.rows.show_rows(tuple(found.pairs))
        self.count.set_text(_how_many(found))
        if found.complete:
            self._none.say(tr("No duplicates found"), tr("Everything on this computer was looked through."))
        else:
            self._none.say(tr("No duplicates found so far"), tr("The search goes on."))
        had_focus = self.hasFocus() or self.table.view.hasFocus()
        self.stack.setCurrentWidget(self.table if found.pairs else self._none)
        if found.pairs and self.table.view.row is None:
            self.table.view.select(min(at, len(found.pairs) - 1))
        if had_focus:
            (self.table.view if found.pairs else self).setFocus(Qt.FocusReason.OtherFocusReason)

    def _selected(self, row: object) -> None:
        for button in (self.apart, self.merge):
            button.setEnabled(isinstance(row, DuplicatePair))

    # Doing -----------------------------------------------------------------------------------------------------------

    def _open_selected(self) -> None:
        self._open(self.table.view.row)

    def _open(self, row: object) -> None:
        if isinstance(row, DuplicatePair):
            open_merge(self.place.window, row.one.customer_id, row.other.customer_id, "duplicates")

    def say_apart(self) -> None:
        """Remember that the selected two are not the same person."""
        row = self.table.view.row
        if isinstance(row, DuplicatePair):
            spawn(self, self._say_apart(row))

    async def _say_apart(self, pair: DuplicatePair) -> None:
        if not await self._done(self.place.desk.duplicates.not_the_same(*pair.key)):
            return
        self._apart.append(pair)
        said = tr("{one} and {other} are two people", one=pair.one.name, other=pair.other.name)
        self.place.window.tell(said, tr("Z takes it back."))
        self._read()

    def take_back(self) -> None:
        """Take back the last that was said here not to be the same."""
        if self._apart:
            spawn(self, self._take_back(self._apart.pop()))

    async def _take_back(self, pair: DuplicatePair) -> None:
        if await self._done(self.place.desk.duplicates.perhaps_the_same(*pair.key)):
            self._read()

    async def _done(self, doing: Coroutine[Any, Any, None]) -> bool:
        try:
            await doing
        except CrmdeskError as error:
            self.problem.set_text(f"{error.what} {error.next_step}".strip())
            self.problem.show()
            return False
        self.problem.hide()
        return True


def _how_many(found: DuplicateList) -> str:
    """Return how many pairs there are, in their order, and whether it is still being looked."""
    count = len(found.pairs)
    if found.more and found.complete:
        return tr("{n}+ pairs, likeliest first", n=words.count(count))
    if found.more:
        return tr("{n}+ pairs, likeliest first, still looking", n=words.count(count))
    if found.complete:
        return tr_n("{n} pair, likeliest first", "{n} pairs, likeliest first", count)
    return tr_n("{n} pair, likeliest first, still looking", "{n} pairs, likeliest first, still looking", count)


def _cells(row: object) -> tuple[Cell, ...]:
    if not isinstance(row, DuplicatePair):
        return tuple(Cell() for _ in COLUMNS)
    return (
        Cell(words.whole_percent(row.chance), TextRole.BODY_STRONG),
        _person(row.one),
        _person(row.other),
        Cell(row.reasons, TextRole.SMALL, Ink.SECONDARY),
    )


def _person(one: LikeCustomer) -> Cell:
    return Cell(one.name, TextRole.BODY_STRONG, after=", ".join(part for part in (one.latin_name, one.detail) if part))


def spoken(row: object) -> str:
    """Return a pair as it is read aloud."""
    if not isinstance(row, DuplicatePair):
        return ""
    one, other = (", ".join(part for part in (one.name, one.detail) if part) for one in (row.one, row.other))
    chance = words.whole_percent(row.chance)
    return tr("{chance}, {one} and {other}: {reasons}", chance=chance, one=one, other=other, reasons=row.reasons)


def _key(row: object) -> object:
    return row.key if isinstance(row, DuplicatePair) else None
