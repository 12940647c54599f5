"""The left of the page: which edition holds, what can be done, and the rules in their order."""

from __future__ import annotations

from datetime import datetime, tzinfo
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from crmdesk.domain import words
from crmdesk.domain.language import mark, tr, tr_in
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
    Panel,
    PaneTitle,
    RowsModel,
    SavedLabel,
)
from crmdesk.ui.pages.listed import being_read
from crmdesk.ui.pages.routing.editing import Editing
from crmdesk.ui.pages.routing.publish_pane import edition_line
from crmdesk.ui.pages.routing.rule_rows import RuleDelegate, RuleRow, key_of, spoken
from crmdesk.ui.theme import Icon, Space, TextRole, Voice

_UNREAD = mark("The rules could not be read")
_NONE = mark("No case is routed yet")
_FIRST = mark("The first rule that fits a new complaint says where it goes. Nothing holds before it is published.")


class RuleList(Panel):
    """The rules as rows; ``none`` stands in their place while there are none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Ground.PLAIN)
        self.saved = SavedLabel()
        self.edition = Label("", TextRole.SMALL, Ink.SECONDARY, Flow.WRAP)
        self.behind = Label("", TextRole.SMALL, Voice.SOON, Flow.WRAP, Icon.GIT_COMPARE)
        self.trouble = Label("", TextRole.SMALL, Voice.SOON, Flow.WRAP, Icon.CLOUD_OFF)
        self.new = Button(tr_in("button", "Rule"), ButtonKind.QUIET, Icon.PLUS, size=ButtonSize.SMALL)
        self.attempt = Button(tr("Try it"), ButtonKind.QUIET, Icon.EYE, size=ButtonSize.SMALL)
        self.editions = Button(tr("Editions"), ButtonKind.QUIET, Icon.HISTORY, size=ButtonSize.SMALL)
        self.publish = Button(tr_in("button", "Publish"), ButtonKind.PRIMARY, Icon.CHECK, size=ButtonSize.SMALL)
        self.rows: RowsModel[object] = RowsModel(key_of, spoken, self)
        self.view = ListView(tr("Rules in their order"), self.rows, RuleDelegate())
        self.first = Button(tr("Write a rule"), icon=Icon.PLUS)
        self.none = EmptyState(Icon.CORNER_DOWN_RIGHT, tr(_NONE), tr(_FIRST), (self.first,))
        self.none.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.again = Button(tr("Try again"), icon=Icon.ROTATE_CW)
        self.unread = EmptyState(Icon.CIRCLE_ALERT, tr(_UNREAD), "", (self.again,))
        self.stack = QStackedWidget()
        for part in (being_read(), self.view, self.none, self.unread):
            self.stack.addWidget(part)
        self._lay_out()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(Space.L, Space.M, Space.L, 0)
        head.setSpacing(Space.S)
        head.addWidget(PaneTitle(tr("Routing rules")), 1)
        head.addWidget(self.publish)
        said = QVBoxLayout()
        said.setContentsMargins(Space.L, Space.XS, Space.L, 0)
        said.setSpacing(Space.XS)
        for label in (self.edition, self.behind, self.trouble):
            said.addWidget(label)
        acts = QHBoxLayout()
        acts.setContentsMargins(Space.S, Space.S, Space.S, Space.S)
        acts.setSpacing(Space.XS)
        for button in (self.new, self.attempt, self.editions):
            acts.addWidget(button)
        acts.addStretch(1)
        acts.addWidget(self.saved)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(said)
        column.addLayout(acts)
        column.addWidget(Line())
        column.addWidget(self.stack, 1)
        for part in (self.behind, self.trouble, self.saved):
            part.hide()

    @property
    def listed(self) -> bool:
        """Return whether rules are in sight."""
        return self.stack.currentWidget() is self.view

    def fold(self, *, roomy: bool) -> None:
        """Say less on the buttons where there is no room."""
        for button in (self.new, self.attempt, self.editions):
            if roomy:
                button.unfold_words()
            else:
                button.fold_words()

    def place_of_keyboard(self, else_: QWidget) -> QWidget:
        """Return what takes the keyboard: the list, what stands in its place, ``else_`` where nothing was read yet."""
        shown = self.stack.currentWidget()
        return shown if shown in (self.view, self.none) else self.again if shown is self.unread else else_

    def choose(self, id_: UUID) -> None:
        """Choose a rule, if it is there."""
        place = self.rows.find(id_)
        if place >= 0:
            self.view.select(place)

    def show_rules(self, rows: tuple[RuleRow, ...], editing: Editing, now: datetime, zone: tzinfo) -> None:
        """Show rules, which edition holds, and whether somebody published another one meanwhile."""
        book, trouble = editing.book, editing.trouble
        newest = book.editions[0] if book is not None and book.editions else None
        self.edition.set_text(edition_line(newest, now, zone) if newest is not None else "")
        self.edition.setVisible(newest is not None)
        behind = editing.behind and editing.touched and newest is not None
        name = "" if newest is None else newest.by or tr("Somebody")
        self.behind.set_text(
            tr("{name} published this edition while you wrote: publishing shows what differs.", name=name)
        )
        self.behind.setVisible(behind)
        self.trouble.set_text("" if trouble is None else f"{trouble.what} {trouble.next_step}".strip())
        self.trouble.setVisible(trouble is not None and editing.ready)
        self.publish.setEnabled(editing.touched)
        self.rows.show_rows(rows)
        if not editing.ready:
            if trouble is not None:
                self.unread.say(tr(_UNREAD), f"{trouble.what} {trouble.next_step}".strip())
                self.stack.setCurrentWidget(self.unread)
            return
        self.stack.setCurrentWidget(self.view if rows else self.none)

    def show_unsaved(self) -> None:
        """Say that what was typed is not on the disk yet."""
        self.saved.show_unsaved()
        self.saved.show()

    def show_saved(self, at: object, zone: tzinfo) -> None:
        """Say that everything written is on the disk."""
        if isinstance(at, datetime):
            self.saved.show_saved(words.clock_seconds(at, zone))
            self.saved.show()
