"""What rules would have done with the cases of the last days: rule by rule, what goes elsewhere, what no rule takes."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from crmdesk.domain import words
from crmdesk.domain.complaints import category_words
from crmdesk.domain.errors import CrmdeskError
from crmdesk.domain.language import left_to_right, mark, tr, tr_in, tr_n
from crmdesk.domain.requests.kinds import RequestKind
from crmdesk.domain.requests.views import category_words as request_words
from crmdesk.domain.routing.dry_run import DAYS, DryRun, Listed, OfRule
from crmdesk.domain.routing.facts import COMPLAINT
from crmdesk.domain.routing.rules import Place as Where
from crmdesk.domain.routing.sentences import place_words
from crmdesk.domain.values import known_or_none
from crmdesk.ui.frame.page import Place
from crmdesk.ui.kit import (
    Align,
    Cell,
    Column,
    EmptyState,
    Flow,
    Ground,
    Ink,
    Label,
    ListView,
    Option,
    Panel,
    PaneTitle,
    RowsModel,
    Table,
    TableDelegate,
    Tabs,
)
from crmdesk.ui.pages.case_opening import open_case, open_request
from crmdesk.ui.theme import Icon, Space, TextRole

_RULES = (
    Column(mark("Rule"), stretch=3),
    Column(mark("Takes"), 64, align=Align.TRAILING),
    Column(mark("Fits"), 64, align=Align.TRAILING),
    Column(mark("What is to be seen"), stretch=5),
)
_CASES = (
    Column(mark("Received"), 116),
    Column(mark("Reference"), 96),
    Column(mark("What it is about"), stretch=3),
    Column(mark("Went"), stretch=2),
    Column(mark("Would go"), stretch=2),
    Column(mark("Rule"), stretch=2),
)


class Which(StrEnum):
    """What is looked at: the rules one by one, what goes elsewhere, what no rule takes."""

    RULES = "rules"
    ELSEWHERE = "elsewhere"
    NOTHING = "nothing"


class TryPane(Panel):
    """``rule_wanted`` carries the id of the rule at Enter; Enter on a case opens it."""

    rule_wanted = Signal(object)

    def __init__(self, place: Place, parent: QWidget | None = None) -> None:
        super().__init__(parent, Ground.PLAIN)
        self._place = place
        self.run: DryRun | None = None
        self.title = PaneTitle("")
        self.summary = Label("", TextRole.BODY, Ink.SECONDARY, Flow.WRAP)
        self.tabs = Tabs(tr("What is looked at"), tuple(Option(one, _tab(one, None)) for one in Which))
        self.rules: RowsModel[object] = RowsModel(_rule_key, _spoken_rule, self)
        self.cases: RowsModel[object] = RowsModel(_case_key, self._spoken_case, self)
        self.rule_table = Table(tr("Rules"), self.rules, TableDelegate(_RULES, _rule_cells))
        self.case_table = Table(tr("Cases"), self.cases, TableDelegate(_CASES, self._case_cells))
        self._none = EmptyState(Icon.CHECK, "", "")
        self._waiting = EmptyState(
            Icon.HOURGLASS, tr("The rules are being tried"), tr("The server looks at each case.")
        )
        self.stack = QStackedWidget()
        for part in (self._waiting, self._none, self.rule_table, self.case_table):
            self.stack.addWidget(part)
        self._lay_out()
        self.tabs.chosen.connect(self._look)
        self.rule_table.view.opened.connect(self._rule_opened)
        self.case_table.view.opened.connect(self._case_opened)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self.tabs)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        column.setSpacing(Space.S)
        column.addWidget(self.title)
        column.addWidget(self.summary)
        column.addLayout(row)
        column.addWidget(self.stack, 1)

    def wait(self) -> None:
        """Say that the rules are being tried."""
        self.title.set_text(tr("Tried over the last {n} days", n=DAYS))
        self.summary.set_text("")
        self.tabs.hide()
        self._waiting.say(tr("The rules are being tried"), tr("The server looks at each case."))
        self.stack.setCurrentWidget(self._waiting)

    def say(self, error: CrmdeskError) -> None:
        """Say why they could not be tried."""
        self._waiting.say(error.what, error.next_step)
        self.stack.setCurrentWidget(self._waiting)

    def show_run(self, run: DryRun) -> None:
        """Show what rules would have done."""
        self.run = run
        self.summary.set_text(summary_of(run))
        for one in Which:
            self.tabs.rename(one, _tab(one, run))
        self.tabs.show()
        self.rules.show_rows(run.rules)
        self._look()

    def _look(self, _id: str = "") -> None:
        run = self.run
        if run is None:
            return
        which = Which(self.tabs.value)
        if which is Which.RULES:
            self._none.say(tr("There are no rules"), tr("N writes one."))
            self.stack.setCurrentWidget(self.rule_table if run.rules else self._none)
            return
        rows = run.elsewhere if which is Which.ELSEWHERE else run.nothing
        self.cases.show_rows(rows)
        title = _NONE[which]
        self._none.say(tr(title), "")
        self.stack.setCurrentWidget(self.case_table if rows else self._none)

    @property
    def view(self) -> ListView | None:
        """Return the list in sight, None while there is none."""
        shown = self.stack.currentWidget()
        return shown.view if isinstance(shown, Table) else None

    def take_keyboard(self) -> None:
        """Go into the list in sight."""
        (self.view or self.tabs).setFocus(Qt.FocusReason.OtherFocusReason)

    # Cells -----------------------------------------------------------------------------------------------------------

    def _case_cells(self, row: object) -> tuple[Cell, ...]:
        if not isinstance(row, Listed):
            return tuple(Cell() for _ in _CASES)
        return (
            Cell(self._received(row), TextRole.SMALL, Ink.SECONDARY),
            Cell(left_to_right(row.reference), TextRole.SMALL, Ink.SECONDARY),
            Cell(about_words(row), after=row.product),
            Cell(where_words(row.went)),
            Cell(where_words(row.would_go), TextRole.BODY_STRONG),
            Cell(row.rule, TextRole.SMALL, Ink.SECONDARY),
        )

    def _received(self, row: Listed) -> str:
        return words.sentence(words.moment(row.received_at, self._place.clock.now(), self._place.zone))

    def _spoken_case(self, row: object) -> str:
        if not isinstance(row, Listed):
            return ""
        went = tr("went {place}", place=where_words(row.went))
        would = tr("would go {place}", place=where_words(row.would_go))
        return ", ".join((self._received(row), left_to_right(row.reference), about_words(row), went, would))

    def _rule_opened(self, row: object) -> None:
        if isinstance(row, OfRule):
            self.rule_wanted.emit(row.rule)

    def _case_opened(self, row: object) -> None:
        if not isinstance(row, Listed):
            return
        if row.kind == COMPLAINT:
            open_case(self._place.window, row.id)
        else:
            open_request(self._place.window, row.id)


_NONE = {
    Which.ELSEWHERE: mark("Every case would go where it went"),
    Which.NOTHING: mark("A rule takes every case"),
}


def about_words(row: Listed) -> str:
    """Return what a case is about: a complaint's category, a request's kind and what of its kind it is."""
    kind = known_or_none(RequestKind, row.kind)
    return category_words(row.category) if kind is None else request_words(kind, row.category)


def where_words(place: Where) -> str:
    """Return where a case goes, also nowhere."""
    return place_words(place) if place else tr("to nobody")


def summary_of(run: DryRun) -> str:
    """Return what came of it in sentences."""
    tried = tr_n("{n} case was looked at.", "{n} cases were looked at.", run.cases)
    if not run.cases:
        return tr("No case that you can see was received in these days.")
    never = sum(one.never for one in run.rules)
    parts = [
        tried,
        tr_n("{n} would go elsewhere than it went.", "{n} would go elsewhere than they went.", run.elsewhere_count),
        tr_n("{n} is taken by no rule.", "{n} are taken by no rule.", run.nothing_count),
    ]
    if never:
        parts.append(tr_n("{n} rule never fires.", "{n} rules never fire.", never))
    if run.left_out:
        parts.append(tr_n("{n} older case was too many to try.", "{n} older cases were too many to try.", run.left_out))
    return " ".join(parts)


def seen_of(one: OfRule) -> str:
    """Return what is to be seen of a rule: that it rests, asks for a skill that nobody has, never fires and why, or
    which rules come before it."""
    if one.paused:
        return tr("It rests.")
    return " ".join(part for part in (_lacking(one), _firing(one)) if part)


def _lacking(one: OfRule) -> str:
    if not one.lacks:
        return ""
    nobody = tr("Nobody who works here has the skill “{skill}”.", skill=one.lacks)
    return f"{nobody} {tr('Is “{skill}” meant?', skill=one.meant)}" if one.meant else nobody


def _firing(one: OfRule) -> str:
    if one.covered_by:
        return tr("Never fires: “{rule}” before it takes every case that it asks for.", rule=one.covered_by)
    if one.never and not one.fits:
        return tr("Never fires: no case of these days is as it asks for.")
    before = ", ".join(
        tr_in("a rule and its cases", "“{rule}” {n}", rule=name, n=words.count(n)) for _, name, n in one.shadows[:3]
    )
    if one.never:
        return tr("Never fires: before it come {rules}.", rules=before)
    return tr("Before it come {rules}.", rules=before) if before else ""


def _rule_cells(row: object) -> tuple[Cell, ...]:
    if not isinstance(row, OfRule):
        return tuple(Cell() for _ in _RULES)
    ink = Ink.MUTED if row.paused else Ink.PRIMARY
    return (
        Cell(row.name, TextRole.BODY_STRONG, ink),
        Cell(words.count(row.takes)),
        Cell(words.count(row.fits), TextRole.BODY, Ink.SECONDARY),
        Cell(seen_of(row), TextRole.SMALL, Ink.SECONDARY, Icon.CIRCLE_ALERT if row.never or row.lacks else None),
    )


def _rule_key(row: object) -> object:
    return row.rule if isinstance(row, OfRule) else None


def _case_key(row: object) -> object:
    return row.id if isinstance(row, Listed) else None


def _spoken_rule(row: object) -> str:
    if not isinstance(row, OfRule):
        return ""
    takes = tr_n("takes {n} case", "takes {n} cases", row.takes)
    return ", ".join(part for part in (row.name, takes, seen_of(row)) if part)


def _tab(which: Which, run: DryRun | None) -> str:
    match which:
        case Which.RULES:
            return tr("Rule by rule")
        case Which.ELSEWHERE:
            return tr("Elsewhere {n}", n=words.count(0 if run is None else run.elsewhere_count))
        case Which.NOTHING:
            return tr("No rule {n}", n=words.count(0 if run is None else run.nothing_count))
