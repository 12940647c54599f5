"""Publishing: what becomes another one, a word of why, and what to do where somebody published in between."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain import words
from crmdesk.domain.language import tr, tr_n, unturned
from crmdesk.domain.routing.difference import Difference, differences
from crmdesk.domain.routing.rules import Rules
from crmdesk.domain.routing.sentences import Names
from crmdesk.domain.routing.views import LONGEST_WHY, Edition, Published
from crmdesk.ui.kit import (
    Button,
    ButtonKind,
    Field,
    Flow,
    Ground,
    Ink,
    Label,
    Panel,
    PaneTitle,
    SectionTitle,
    scrolled,
)
from crmdesk.ui.pages.routing.changes_list import ChangesList
from crmdesk.ui.theme import Icon, Space, TextRole, Voice


class Now(Protocol):
    """Whoever knows the present instant."""

    def now(self) -> datetime:
        """Return it."""
        ...


class PublishPane(Panel):
    """``wanted`` carries the word of why, ``merge_wanted`` the edition that came in between."""

    wanted = Signal(str)
    merge_wanted = Signal(object)

    def __init__(self, clock: Now, zone: tzinfo, parent: QWidget | None = None) -> None:
        super().__init__(parent, Ground.PLAIN)
        self._clock, self._zone = clock, zone
        self._first: Published | None = None
        self.title = PaneTitle("")
        self.note = Label("", TextRole.BODY, Ink.SECONDARY, Flow.WRAP)
        self.problem = Label("", TextRole.BODY, Voice.LATE, Flow.WRAP, Icon.CIRCLE_ALERT)
        self.theirs_title = SectionTitle("")
        self.theirs = ChangesList()
        self.take_in = Button(tr("Put theirs into mine"), ButtonKind.SECONDARY, Icon.GIT_MERGE)
        self.mine_title = SectionTitle("")
        self.mine = ChangesList()
        self.why = Field(tr("Why"), tr("Gas leaks went to the wrong team in October"), tr("colleagues read it"))
        self.why.edit.setMaxLength(LONGEST_WHY)
        self.publish = Button(tr("Publish the rules"), ButtonKind.PRIMARY, Icon.CHECK)
        self._lay_out()
        self.publish.clicked.connect(self.finish)
        self.why.edit.returnPressed.connect(self.finish)
        self.take_in.clicked.connect(self._take_in)

    def _lay_out(self) -> None:
        inside = Panel(ground=Ground.PLAIN)
        body = QVBoxLayout(inside)
        body.setContentsMargins(0, 0, Space.S, 0)
        body.setSpacing(Space.S)
        self._between = QWidget()
        between = QVBoxLayout(self._between)
        between.setContentsMargins(0, 0, 0, Space.M)
        between.setSpacing(Space.S)
        merge = QHBoxLayout()
        merge.setContentsMargins(Space.XS, Space.XS, 0, Space.XS)
        merge.addWidget(self.take_in)
        merge.addStretch(1)
        between.addWidget(self.theirs_title)
        between.addWidget(self.theirs)
        between.addLayout(merge)
        for part in (self._between, self.mine_title, self.mine):
            body.addWidget(part)
        body.addStretch(1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.publish)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        column.setSpacing(Space.S)
        for widget in (self.title, self.note, self.problem):
            column.addWidget(widget)
        column.addWidget(scrolled(inside), 1)
        column.addWidget(self.why)
        column.addLayout(foot)
        self.problem.hide()
        self._between.hide()

    def show_changes(self, base: Rules, mine: Rules, on: int, names: Names, *, tried: bool) -> None:
        """Show what would be published; ``tried`` says whether just these rules were tried."""
        changes = differences(base, mine)
        self.title.set_text(tr("Publish edition {n}", n=on + 1))
        self.note.set_text(
            "" if tried else tr("These rules were not tried since they were changed: T in the list does.")
        )
        self.note.setVisible(not tried)
        counted = tr_n("{n} rule differs from edition {on}", "{n} rules differ from edition {on}", len(changes), on=on)
        self.mine_title.set_text(_heading(changes, counted, on))
        self.mine.show_changes(changes, names)
        self.publish.setEnabled(bool(changes) and self._first is None)

    def show_between(self, first: Published | None, base: Rules, names: Names) -> None:
        """Show what somebody published since these rules were begun, None: nobody did."""
        self._first = first
        self._between.setVisible(first is not None)
        if first is None:
            return
        edition = first.edition
        self.say_problem(
            tr(
                "{name} published edition {n} while you wrote. Nothing of yours is lost: put theirs into yours first.",
                name=edition.by or tr("Somebody"),
                n=edition.number,
            )
        )
        self.theirs_title.set_text(edition_line(edition, self._clock.now(), self._zone))
        self.theirs.show_changes(differences(base, first.rules), names)
        self.publish.setEnabled(False)

    def say_problem(self, words_: str) -> None:
        """Say what stands against publishing; empty takes it away."""
        self.problem.set_text(words_)
        self.problem.setVisible(bool(words_))

    def finish(self) -> None:
        """Publish, if there is a word of why."""
        if not self.publish.isEnabled():
            return
        why = " ".join(self.why.text.split())
        if not why:
            self.why.show_problem(tr("Write in a few words why the rules change."))
            self.why.setFocus()
            return
        self.wanted.emit(why)

    def take_keyboard(self) -> None:
        """Go on where something is to be done."""
        target: QWidget = self.why if self._first is None else self.take_in
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take_in(self) -> None:
        if self._first is not None:
            self.merge_wanted.emit(self._first)


def _heading(changes: tuple[Difference, ...], counted: str, on: int) -> str:
    if changes:
        return counted if on else tr("These are the first rules")
    return tr("Nothing differs from edition {n}", n=on) if on else tr("There are no rules yet")


def edition_line(edition: Edition, now: datetime, zone: tzinfo) -> str:
    """Return who published an edition when and why, in one line."""
    when = words.moment(edition.at, now, zone)
    who = edition.by or tr("Somebody")
    back = tr(" (edition {n} again)", n=edition.brings_back) if edition.brings_back is not None else ""
    return tr(
        "Edition {n}{back}, {name}, {when}: {why}",
        n=edition.number,
        back=back,
        name=who,
        when=when,
        why=unturned(edition.why),
    )
