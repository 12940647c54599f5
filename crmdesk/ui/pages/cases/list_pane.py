"""The left of the page: open cases by their next deadline, mine, the team's, those to approve; or closed ones."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from crmdesk.domain.errors import CrmdeskError
from crmdesk.domain.language import mark, tr, tr_in, tr_n
from crmdesk.domain.words import count
from crmdesk.ui.frame.page import Place
from crmdesk.ui.kit import (
    Button,
    ButtonKind,
    ButtonSize,
    EmptyState,
    Flow,
    Ground,
    Ink,
    Label,
    Line,
    ListView,
    Option,
    Panel,
    PaneTitle,
    RowsModel,
    Tabs,
    muted,
)
from crmdesk.ui.pages.cases.commands import AT_RISK, CLOSED, KINDS, MINE, TEAM, TO_APPROVE
from crmdesk.ui.pages.cases.rows import (
    OPEN_KINDS,
    SHOWN_WORDS,
    CaseDelegate,
    CaseRow,
    Shown,
    Sight,
    key_of,
    numbers_of,
    seen_by,
    spoken_with,
)
from crmdesk.ui.pages.cases.words import is_closed
from crmdesk.ui.pages.listed import being_read
from crmdesk.ui.qt.keys import Binding
from crmdesk.ui.theme import Icon, Space, TextRole

_UNREAD = mark("This list could not be read")
_NO_RISK = (mark("Nothing will probably miss its deadline"), mark("F shows all again."))
_NO_CLOSED = (mark("No case here is closed"), mark("D shows the open ones again."))
_LATER = mark("A new one appears here as soon as somebody registers it.")
_NONE = {
    Sight.MINE: (mark("You handle no case"), mark("T shows the team's, C takes one on.")),
    Sight.TEAM: (mark("No case is open"), _LATER),
    Sight.APPROVE: (mark("Nothing waits for your approval"), mark("Decisions that colleagues draft appear here.")),
}


class CasesList(Panel):
    """``chosen`` carries the row that is selected or None, ``opened`` the row at Enter; ``again`` asks to read it
    again, ``closed_wanted`` for the closed cases."""

    chosen = Signal(object)
    opened = Signal(object)
    again = Signal()
    closed_wanted = Signal()

    def __init__(self, place: Place, parent: QWidget | None = None) -> None:
        super().__init__(parent, Ground.PLAIN)
        self._all: tuple[CaseRow, ...] | None = None
        self._over: tuple[CaseRow, ...] | None = None
        self.kept: UUID | None = None
        """The case that stays in the list whatever is to be seen: somebody works on it."""
        now = place.clock.now
        self.count = muted("")
        self.tabs = Tabs(tr("Which cases"), tuple(Option(one, _words(one, 0), key=_KEYS[one]) for one in Sight))
        self.tabs.choose(Sight.TEAM)
        self.tabs.show_keys(False)
        self.kinds = Button(tr(SHOWN_WORDS[Shown.ALL]), ButtonKind.QUIET, Icon.LIST_FILTER, size=ButtonSize.SMALL)
        self.shown = Shown.ALL
        self.rows: RowsModel[object] = RowsModel(key_of, spoken_with(now, place.zone), self)
        self.view = ListView(tr("Open cases"), self.rows, CaseDelegate(now, place.zone))
        self._none = EmptyState(Icon.SCALE, tr(_NONE[Sight.TEAM][0]), tr(_LATER))
        self._try = Button(tr("Try again"), icon=Icon.ROTATE_CW)
        self._trouble = EmptyState(Icon.CIRCLE_ALERT, tr(_UNREAD), "", (self._try,))
        self.risk = Button(tr("Likely to miss"), ButtonKind.QUIET, Icon.HOURGLASS, size=ButtonSize.SMALL)
        self.expected = Label("", TextRole.SMALL, Ink.SECONDARY, Flow.WRAP)
        self._at_risk: tuple[UUID, ...] = ()
        self._only_risk = False
        self._lay_out()
        self.risk.clicked.connect(self.look_at_risk)
        self.tabs.chosen.connect(self._look)
        self.kinds.clicked.connect(self.next_kinds)
        self.view.current_changed.connect(self.chosen)
        self.view.opened.connect(self.opened)
        self._try.clicked.connect(self.again)
        self._none.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._bindings: list[Binding] = []
        self._bindings += [self._bind(place, owner) for owner in (self.view, self._none)]

    def _bind(self, place: Place, owner: QWidget) -> Binding:
        mine = place.keys.bind(MINE, self._look_at_mine, owner)
        place.keys.bind(TEAM, self._look_at_team, owner)
        place.keys.bind(TO_APPROVE, self._look_at_waiting, owner)
        place.keys.bind(AT_RISK, self.look_at_risk, owner).drive(self.risk)
        place.keys.bind(KINDS, self.next_kinds, owner).drive(self.kinds)
        place.keys.bind(CLOSED, self.look_at_closed, owner)
        mine.changed.connect(self._show_keys)
        return mine

    def _lay_out(self) -> None:
        self.stack = QStackedWidget()
        reading = QWidget()
        inside = QVBoxLayout(reading)
        inside.setContentsMargins(Space.L, Space.M, Space.L, 0)
        inside.addWidget(being_read())
        for state in (reading, self.view, self._none, self._trouble):
            self.stack.addWidget(state)
        head = QHBoxLayout()
        head.setContentsMargins(Space.L, Space.M, Space.L, 0)
        head.setSpacing(Space.S)
        head.addWidget(PaneTitle(tr("Cases")))
        head.addWidget(self.count, 1)
        head.addWidget(self.kinds)
        ways = QHBoxLayout()
        ways.setContentsMargins(Space.S, Space.S, Space.S, Space.S)
        ways.addWidget(self.tabs)
        ways.addStretch(1)
        self._forecast = QWidget()
        below = QHBoxLayout(self._forecast)
        below.setContentsMargins(Space.L, 0, Space.S, Space.S)
        below.addWidget(self.expected, 1)
        below.addWidget(self.risk)
        self._forecast.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(ways)
        column.addWidget(self._forecast)
        column.addWidget(Line())
        column.addWidget(self.stack, 1)

    @property
    def sight(self) -> Sight:
        """Return which cases are shown."""
        return Sight(self.tabs.value)

    @property
    def row(self) -> CaseRow | None:
        """Return the row that is selected."""
        row = self.view.row
        return row if isinstance(row, CaseRow) else None

    def place_of(self, case_id: UUID) -> int:
        """Return the place of a case among all that were shown last, behind them where it is none."""
        every = self._all or ()
        return next((place for place, row in enumerate(every) if row.case.id == case_id), len(every))

    def choose(self, case_id: UUID) -> None:
        """Choose a case, if it is in the list."""
        place = self.rows.find(case_id)
        if place >= 0:
            self.view.select(place)

    @property
    def listed(self) -> bool:
        """Return whether rows are in sight."""
        return self.stack.currentWidget() is self.view

    @property
    def filled(self) -> bool:
        """Return whether the list was read, also where nothing is in it."""
        return self.stack.currentWidget() in (self.view, self._none)

    def show_trouble(self, trouble: CrmdeskError) -> None:
        """Say that the list could not be read, and what one can do."""
        self._trouble.say(tr(_UNREAD), f"{trouble.what} {trouble.next_step}".strip())
        self.stack.setCurrentWidget(self._trouble)

    def show_cases(self, rows: tuple[CaseRow, ...]) -> None:
        """Show cases, as many of them as are to be seen. One that was closed while it was shown may be among
        them; it is not counted."""
        self._all = rows
        self._fill()

    def show_closed(self, rows: tuple[CaseRow, ...]) -> None:
        """Show closed cases, while they are to be seen."""
        self._over = rows
        here = any(one.hasFocus() for one in (self.view, self._none))
        self._fill()
        if here:
            self.take_keyboard()

    @property
    def shows_closed(self) -> bool:
        """Return whether closed cases are to be seen."""
        return self.shown is Shown.CLOSED

    def _fill(self) -> None:
        rows = self._over if self.shows_closed else self._all
        if rows is None:  # what was seen before stays until they are read
            return
        still_open = rows if self.shows_closed else tuple(row for row in rows if not is_closed(row.case))
        numbers = numbers_of(still_open, self.shown)
        for sight in Sight:
            self.tabs.rename(sight, _words(sight, numbers[sight]))
        shown, place = self._shown_of(rows), self.view.currentIndex().row()
        self.rows.show_rows(shown)
        if self.view.row is None and shown:  # it is not in the list any more: the next one takes its place
            self.view.select(min(max(0, place), len(shown) - 1))
        number = numbers[Sight.TEAM]
        if self.shows_closed:
            self.count.set_text(tr_n("the {n} closed last", "the {n} closed last", number) if number else "")
        else:
            self.count.set_text(tr_n("{n} open", "{n} open", number))
        title, text = (tr(said) for said in self._nothing)
        self._none.say(title, text)
        self.stack.setCurrentWidget(self.view if shown else self._none)

    @property
    def _nothing(self) -> tuple[str, str]:
        """Return what is said where nothing is to be seen."""
        if self.shows_closed:
            return _NO_CLOSED
        return _NO_RISK if self._only_risk else _NONE[self.sight]

    def _shown_of(self, rows: tuple[CaseRow, ...]) -> tuple[CaseRow, ...]:
        """Return the rows to be seen: all of the sight, or those at risk among them, most in danger first."""
        seen = {row.case.id for row in seen_by(rows, self.sight, self.shown)} | {self.kept}
        found = tuple(row for row in rows if row.case.id in seen)
        if not self._only_risk or self.shows_closed:
            return tuple(row if row.outlook is None else replace(row, outlook=None) for row in found)
        by_id = {row.case.id: row for row in found}
        return tuple(by_id[id_] for id_ in self._at_risk if id_ in by_id)

    def show_risk(self, summary: str, at_risk: tuple[UUID, ...]) -> None:
        """Say how many will miss their deadline, and remember which; without words nothing is said of it."""
        self._at_risk = at_risk
        self.expected.set_text(summary)
        self._forecast.setVisible(bool(summary) and not self.shows_closed)
        if not summary:
            self._only_risk = False

    def look_at_risk(self) -> None:
        """Show only what will probably miss its deadline, or all again."""
        if self._forecast.isHidden():
            return
        self._only_risk = not self._only_risk
        self.risk.set_words(tr("Show all") if self._only_risk else tr("Likely to miss"))
        self._look()

    def look_at(self, sight: Sight) -> None:
        """Show other cases."""
        self.tabs.choose(sight)
        self._look()

    def look_at_kinds(self, kinds: Shown) -> None:
        """Show cases of these kinds only."""
        self.shown = kinds
        self.kinds.set_words(tr(SHOWN_WORDS[kinds]))
        self.kinds.setAccessibleName(tr("Which kinds: {kinds}", kinds=tr(SHOWN_WORDS[kinds])))
        self._forecast.setVisible(bool(self.expected.text()) and not self.shows_closed)
        if self.shows_closed:
            self.closed_wanted.emit()
        self._look()

    def next_kinds(self) -> None:
        """Show open cases of the next kind, after the last all of them."""
        place = OPEN_KINDS.index(self.shown) + 1 if self.shown in OPEN_KINDS else 0
        self.look_at_kinds(OPEN_KINDS[place % len(OPEN_KINDS)])

    def look_at_closed(self) -> None:
        """Show closed cases, or the open ones again."""
        self.look_at_kinds(Shown.ALL if self.shows_closed else Shown.CLOSED)

    def take_keyboard(self) -> None:
        """Go on in the list, or where its state is said."""
        (self.view if self.listed else self._none).setFocus(Qt.FocusReason.OtherFocusReason)
        if self.view.row is None:
            self.view.select(0)

    def _look(self, _id: str = "") -> None:
        self.kept = None
        self._fill()
        self.take_keyboard()

    def _look_at_mine(self) -> None:
        self.look_at(Sight.MINE)

    def _look_at_team(self) -> None:
        self.look_at(Sight.TEAM)

    def _look_at_waiting(self) -> None:
        self.look_at(Sight.APPROVE)

    def fold(self, *, roomy: bool) -> None:
        """Leave the words of the button to its tip where the sentence beside it needs the room."""
        if roomy:
            self.risk.unfold_words()
        else:
            self.risk.fold_words()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw the keys of the tabs where there is room for them."""
        super().resizeEvent(event)
        self._show_keys()

    def _show_keys(self) -> None:
        """Draw the keys on the tabs while they work and fit; they work all the same."""
        self.tabs.show_keys(any(one.works for one in self._bindings))
        if self.tabs.sizeHint().width() > self.width() - 2 * Space.S:
            self.tabs.show_keys(False)


_KEYS = {Sight.MINE: "M", Sight.TEAM: "T", Sight.APPROVE: "A"}


def _words(sight: Sight, number: int) -> str:
    match sight:
        case Sight.MINE:
            return tr_in("whose work", "Mine {n}", n=count(number))
        case Sight.TEAM:
            return tr_in("whose work", "Team {n}", n=count(number))
        case Sight.APPROVE:
            return tr("To approve {n}", n=count(number))
