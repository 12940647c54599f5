"""The editions: who published which when and why, what each says, what it differs in, and bringing one back."""

from __future__ import annotations

from datetime import datetime, tzinfo

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain import words
from crmdesk.domain.errors import CrmdeskError
from crmdesk.domain.language import mark, tr, unturned
from crmdesk.domain.routing.difference import differences
from crmdesk.domain.routing.rules import Rules
from crmdesk.domain.routing.sentences import Names, rule_words
from crmdesk.domain.routing.views import Edition, Published
from crmdesk.runtime.desk import Desk
from crmdesk.ui.kit import (
    Align,
    Button,
    ButtonKind,
    Cell,
    Column,
    Flow,
    Ground,
    Ink,
    Label,
    Panel,
    PaneTitle,
    RowsModel,
    SectionTitle,
    Table,
    TableDelegate,
    scrolled,
)
from crmdesk.ui.pages.routing.changes_list import ChangesList
from crmdesk.ui.pages.routing.publish_pane import Now
from crmdesk.ui.pages.routing.rule_rows import name_of
from crmdesk.ui.qt.tasks import cancel_all, spawn
from crmdesk.ui.theme import Icon, Space, TextRole, Voice

_COLUMNS = (
    Column(mark("Edition"), 72, align=Align.TRAILING),
    Column(mark("When"), 132),
    Column(mark("Who"), stretch=2),
    Column(mark("Why"), stretch=4),
    Column(mark("Rules"), 64, align=Align.TRAILING),
)


class EditionsPane(Panel):
    """``back_wanted`` carries the older edition whose rules are wanted again."""

    back_wanted = Signal(object)

    def __init__(self, desk: Desk, clock: Now, zone: tzinfo, parent: QWidget | None = None) -> None:
        super().__init__(parent, Ground.PLAIN)
        self._desk, self._clock, self._zone = desk, clock, zone
        self._present: Rules = ()
        self._names = Names()
        self.shown: Published | None = None
        self._reading = QObject(self)
        self._wanted_back = False
        self.rows: RowsModel[object] = RowsModel(_key, self._spoken, self)
        self.table = Table(tr("Editions"), self.rows, TableDelegate(_COLUMNS, self._cells))
        self.title = SectionTitle("")
        self.problem = Label("", TextRole.SMALL, Voice.LATE, Flow.WRAP, Icon.CIRCLE_ALERT)
        self.said = Label("", TextRole.BODY, Ink.SECONDARY, Flow.WRAP)
        self.differs = SectionTitle("")
        self.changes = ChangesList()
        self.back = Button(tr("Bring these rules back"), ButtonKind.SECONDARY, Icon.UNDO_2)
        self._lay_out()
        self.table.view.current_changed.connect(self._chosen)
        self.table.view.opened.connect(self._bring_back)
        self.back.clicked.connect(self._bring_back)

    def _lay_out(self) -> None:
        inside = Panel(ground=Ground.PLAIN)
        body = QVBoxLayout(inside)
        body.setContentsMargins(0, 0, Space.S, 0)
        body.setSpacing(Space.S)
        for part in (self.said, self.differs, self.changes):
            body.addWidget(part)
        body.addStretch(1)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.back)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        column.setSpacing(Space.S)
        column.addWidget(PaneTitle(tr("Editions of the routing rules")))
        column.addWidget(self.table, 1)
        column.addLayout(head)
        column.addWidget(self.problem)
        column.addWidget(scrolled(inside), 2)
        self.problem.hide()
        self.back.hide()

    def show_editions(self, editions: tuple[Edition, ...], present: Rules, names: Names) -> None:
        """Show the editions; ``present`` are the rules that each is held against."""
        self._present, self._names = present, names
        self.rows.show_rows(editions)
        if self.table.view.row is None and editions:
            self.table.view.select(0)
        if self.shown is not None:
            self._show(self.shown)

    def take_keyboard(self) -> None:
        """Go into the list."""
        self.table.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _chosen(self, row: object) -> None:
        cancel_all(self._reading)
        self._wanted_back = False
        if isinstance(row, Edition):
            spawn(self._reading, self._read(row))

    async def _read(self, row: Edition) -> None:
        try:
            found = await self._desk.routing.edition(row.number)
        except CrmdeskError as error:
            self.problem.set_text(f"{error.what} {error.next_step}".strip())
            self.problem.show()
            self._wanted_back = False
            return
        self.problem.hide()
        self._show(found)
        if self._wanted_back:
            self._bring_back()

    def _show(self, found: Published) -> None:
        self.shown = found
        self.title.set_text(tr("The rules of edition {n}", n=found.edition.number))
        lines = (f"{n}. {name_of(one)}: {rule_words(one, self._names)}" for n, one in enumerate(found.rules, start=1))
        self.said.set_text("\n".join(lines) or tr("It has no rules."))
        changes = differences(self._present, found.rules)
        same = tr("It says what is written now.")
        self.differs.set_text(tr("What would change by bringing it back") if changes else same)
        self.changes.show_changes(changes, self._names)
        self.back.setVisible(bool(changes))

    def _bring_back(self, _row: object = None) -> None:
        """Bring back the chosen edition, as soon as it is read: never the one that was shown before."""
        row = self.table.view.row
        here = self.shown is not None and isinstance(row, Edition) and self.shown.edition.number == row.number
        self._wanted_back = not here
        if here and not self.back.isHidden():
            self.back_wanted.emit(self.shown)

    def _cells(self, row: object) -> tuple[Cell, ...]:
        if not isinstance(row, Edition):
            return tuple(Cell() for _ in _COLUMNS)
        again = "" if row.brings_back is None else tr("edition {n} again", n=row.brings_back)
        return (
            Cell(words.count(row.number), TextRole.BODY_STRONG),
            Cell(self._when(row), TextRole.SMALL, Ink.SECONDARY),
            Cell(row.by or tr("Somebody")),
            Cell(unturned(row.why), after=again),
            Cell(words.count(row.rules), TextRole.SMALL, Ink.SECONDARY),
        )

    def _when(self, row: Edition) -> str:
        now: datetime = self._clock.now()
        return words.sentence(words.moment(row.at, now, self._zone))

    def _spoken(self, row: object) -> str:
        if not isinstance(row, Edition):
            return ""
        edition = tr("edition {n}", n=row.number)
        return ", ".join((edition, self._when(row), row.by or tr("Somebody"), unturned(row.why)))


def _key(row: object) -> object:
    return row.number if isinstance(row, Edition) else None
