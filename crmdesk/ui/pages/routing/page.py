"""Routing rules: on the left all in their order, on the right the chosen one, a dry run, editions or publishing."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from crmdesk.domain.errors import CrmdeskError
from crmdesk.domain.ids import new_id
from crmdesk.domain.language import tr
from crmdesk.domain.routing.difference import differences
from crmdesk.domain.routing.dry_run import OfRule
from crmdesk.domain.routing.rules import LONGEST, Rule, Rules
from crmdesk.domain.routing.views import Published
from crmdesk.ui.frame import commands as frame
from crmdesk.ui.frame.fold import Fold
from crmdesk.ui.frame.page import Page, Place
from crmdesk.ui.kit import Ground, Line, Panel, scrolled
from crmdesk.ui.pages.routing import commands
from crmdesk.ui.pages.routing.editing import Editing
from crmdesk.ui.pages.routing.editions_pane import EditionsPane
from crmdesk.ui.pages.routing.publish_pane import PublishPane
from crmdesk.ui.pages.routing.publishing import Publisher
from crmdesk.ui.pages.routing.rule_form import RuleForm
from crmdesk.ui.pages.routing.rule_list import RuleList
from crmdesk.ui.pages.routing.rule_rows import RuleRow, name_of
from crmdesk.ui.pages.routing.try_pane import TryPane
from crmdesk.ui.qt.tasks import cancel_all, spawn

_LIST, _LIST_NARROW = 460, 380


class RoutingPage(Page):
    """Letters work in the list (N new, D copy, P rest, Delete, Alt+arrows move, T try, E editions); Enter goes into the
    rule, Ctrl+Enter to publishing, Esc back. Everything typed is kept until it is published."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self._place = place
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Routing rules"))
        self.editing = Editing(place.desk, self)
        self._tried: tuple[Rules, dict[UUID, OfRule]] = ((), {})
        self._wanted: UUID | None = None
        self._trying = QObject(self)
        self.list = RuleList()
        self.form = RuleForm()
        self.attempt = TryPane(place)
        self.editions = EditionsPane(place.desk, place.clock, place.zone)
        self.publishing = PublishPane(place.clock, place.zone)
        self._publisher = Publisher(place, self.editing, self.publishing, self)
        self.right = QStackedWidget()
        self._empty = Panel(ground=Ground.WINDOW)
        self._form = scrolled(self.form)
        for part in (self._empty, self._form, self.attempt, self.editions, self.publishing):
            self.right.addWidget(part)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.list)
        row.addWidget(Line(Qt.Orientation.Vertical))
        row.addWidget(self.right, 1)
        self.list.setFixedWidth(_LIST)
        self._connect()
        self._bind()

    def _connect(self) -> None:
        view = self.list.view
        view.current_changed.connect(self._chosen)
        view.opened.connect(self._enter)
        self.list.again.clicked.connect(self.read)
        self.list.first.clicked.connect(self.write_new)
        self.form.edited.connect(self._typed)
        self.attempt.rule_wanted.connect(self.show_rule)
        self.editions.back_wanted.connect(self._bring_back)
        self._publisher.published.connect(self._published)
        self._publisher.to_be_shown.connect(self._show_publishing)
        self.editing.changed.connect(self._show)
        self.editing.keeper.saved.connect(self._saved)
        self.editing.keeper.failed.connect(self._not_saved)

    def _bind(self) -> None:
        keys = self._place.keys
        for owner in (self.list.view, self.list.none):
            for command, slot, button in (
                (commands.NEW, self.write_new, self.list.new),
                (commands.TRY, self.try_rules, self.list.attempt),
                (commands.EDITIONS, self.look_at_editions, self.list.editions),
            ):
                keys.bind(command, slot, owner).drive(button)
        for command, slot in (
            (commands.COPY, self.copy),
            (commands.PAUSE, self.pause),
            (commands.REMOVE, self.remove),
            (commands.UP, self.move_up),
            (commands.DOWN, self.move_down),
        ):
            keys.bind(command, slot, self.list.view)
        keys.bind(commands.UNDO, self.editing.undo, self.list)
        keys.bind(commands.REDO, self.editing.redo, self.list)
        keys.bind(commands.DISCARD, self.discard, self)
        keys.bind(commands.CONDITION, self._add_condition, self.form)
        keys.bind(commands.GROUP, self._add_group, self.form)
        keys.bind(frame.FINISH, self.finish, self).drive(self.list.publish)
        keys.bind(frame.BACK, self._back, self)
        for button, slot in (
            (self.list.new, self.write_new),
            (self.list.attempt, self.try_rules),
            (self.list.editions, self.look_at_editions),
            (self.list.publish, self.finish),
        ):
            button.clicked.connect(slot)

    # As the frame sees it --------------------------------------------------------------------------------------------

    def arrived(self) -> None:
        """Read the editions again, and go on in the list."""
        self.read()
        self._take_keyboard()

    def read(self) -> None:
        """Read the rules in force; what is being written stays."""
        spawn(self, self.editing.read())

    def folded(self, fold: Fold) -> None:
        """Narrow the list where there is no room."""
        self.list.setFixedWidth(_LIST if fold.find_field else _LIST_NARROW)
        self.list.fold(roomy=fold.find_field)

    def panes(self) -> tuple[QWidget, ...]:
        """The list, and what stands beside it."""
        beside = self.right.currentWidget()
        first = self.list.place_of_keyboard(self)
        return (first,) if beside is None or beside is self._empty else (first, beside)

    async def closing(self) -> None:
        """Return when what was written is on the disk, and what was to be published is."""
        await self.editing.keeper.keep_now()
        await self._publisher.settle()

    # Showing ---------------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        editing = self.editing
        changes = {
            one.is_now.id: one.kind for one in differences(editing.base, editing.rules) if one.is_now is not None
        }
        tried, of_rules = self._tried
        known = {rule.id: of_rules.get(rule.id) for rule in editing.rules} if tried == editing.rules else {}
        rows = tuple(
            RuleRow(rule, n, editing.names, changes.get(rule.id), known.get(rule.id))
            for n, rule in enumerate(editing.rules, start=1)
        )
        had = self.hasFocus() or self.list.view.hasFocus() or self.list.none.hasFocus()
        self.list.show_rules(rows, editing, self._place.clock.now(), self._place.zone)
        if self._wanted is not None:
            self.list.choose(self._wanted)
        if self.list.view.row is None and rows:
            self.list.view.select(0)
        self._show_beside()
        if had:
            self._take_keyboard()

    def _show_beside(self) -> None:
        shown, editing = self.right.currentWidget(), self.editing
        rule = editing.rule(self._wanted)
        if shown is self._form and rule is None:
            self.right.setCurrentWidget(self._empty)
        elif shown is self._form and rule is not None:
            self.form.show_rule(rule, editing.household, editing.names)
        elif shown is self.editions and editing.book is not None:
            self.editions.show_editions(editing.book.editions, editing.rules, editing.names)
        elif shown is self.publishing:
            self._show_publishing()
        elif shown is self._empty and rule is not None:
            self._show_form(rule)

    def _show_form(self, rule: Rule) -> None:
        self.form.show_rule(rule, self.editing.household, self.editing.names)
        self.right.setCurrentWidget(self._form)

    def _chosen(self, row: object) -> None:
        if isinstance(row, RuleRow) and row.rule.id != self._wanted:
            self._wanted = row.rule.id
            self._show_form(row.rule)

    def show_rule(self, id_: object) -> None:
        """Show a rule and go into it."""
        rule = self.editing.rule(id_)
        if rule is not None:
            self._wanted = rule.id
            self.list.choose(rule.id)
            self._enter(None)

    def _enter(self, _row: object) -> None:
        rule = self.editing.rule(self._wanted)
        if rule is not None:
            self._show_form(rule)
            self.form.start()

    def _take_keyboard(self) -> None:
        self.list.place_of_keyboard(self).setFocus(Qt.FocusReason.OtherFocusReason)

    def _back(self) -> None:
        if self.list.view.hasFocus() or self.list.none.hasFocus():
            if self.right.currentWidget() is not self._form and self.editing.rule(self._wanted) is not None:
                self._show_form(self.editing.rules[self._place_of_wanted()])
            elif self._place.window.has_page("desk"):
                self._place.window.go_to("desk")
        else:
            self._take_keyboard()

    def _place_of_wanted(self) -> int:
        return next((n for n, rule in enumerate(self.editing.rules) if rule.id == self._wanted), 0)

    def _saved(self, at: object) -> None:
        self.list.show_saved(at, self._place.zone)

    def _not_saved(self, _error: object) -> None:
        self.list.saved.show_failed(tr("Not saved, tried again"))
        self.list.saved.show()

    # Writing ---------------------------------------------------------------------------------------------------------

    def _typed(self, rule: object) -> None:
        if isinstance(rule, Rule):
            self.list.show_unsaved()
            self.editing.put_rule(rule)

    @property
    def _rule(self) -> Rule | None:
        row = self.list.view.row
        return self.editing.rule(row.rule.id) if isinstance(row, RuleRow) else None

    def write_new(self) -> None:
        """Write a new rule below the chosen one."""
        if self.editing.ready:
            made = self.editing.add(self._place_of_wanted() + 1 if self.editing.rules else 0)
            self.show_rule(made.id)

    def copy(self) -> None:
        """Put a copy below the chosen rule."""
        rule = self._rule
        if rule is not None:
            name = tr("{name} (copy)", name=name_of(rule))[:LONGEST]
            made = self.editing.add(self.editing.rules.index(rule) + 1, replace(rule, id=new_id(), name=name))
            self._choose(made.id)

    def pause(self) -> None:
        """Let the chosen rule rest, or hold again."""
        rule = self._rule
        if rule is not None:
            changed = replace(rule, paused=not rule.paused)
            self.editing.put(tuple(changed if one.id == rule.id else one for one in self.editing.rules))

    def remove(self) -> None:
        """Take the chosen rule away."""
        rule = self._rule
        if rule is not None:
            place = self.editing.rules.index(rule)
            rest = (*self.editing.rules[:place], *self.editing.rules[place + 1 :])
            self._wanted = rest[min(place, len(rest) - 1)].id if rest else None
            self.editing.remove(rule)
            undo = tr("Ctrl+Z in the list takes it back.")
            self._place.window.tell(tr("“{rule}” was taken away", rule=name_of(rule)), undo)
            self._take_keyboard()

    def move_up(self) -> None:
        """Move the chosen rule up."""
        self._move(-1)

    def move_down(self) -> None:
        """Move the chosen rule down."""
        self._move(1)

    def _move(self, step: int) -> None:
        rule = self._rule
        if rule is not None:
            self.editing.move(rule, step)
            self._choose(rule.id)

    def _choose(self, id_: UUID) -> None:
        self._wanted = id_
        self.list.choose(id_)

    def discard(self) -> None:
        """Begin again from the rules in force."""
        spawn(self, self.editing.discard())

    def _add_condition(self) -> None:
        self.form.conditions.add_condition()

    def _add_group(self) -> None:
        self.form.conditions.add_inner()

    # Trying and looking back -----------------------------------------------------------------------------------------

    def try_rules(self) -> None:
        """Try the rules as they are written over the last days."""
        cancel_all(self._trying)
        self.attempt.wait()
        self.right.setCurrentWidget(self.attempt)
        spawn(self._trying, self._try(self.editing.rules))

    async def _try(self, rules: Rules) -> None:
        try:
            run = await self._place.desk.routing.try_rules(rules)
        except CrmdeskError as error:
            self.attempt.say(error)
            return
        self._tried = rules, {one.rule: one for one in run.rules}
        self.attempt.show_run(run)
        self._show()

    def look_at_editions(self) -> None:
        """Show the editions."""
        if self.editing.book is not None:
            self.editions.show_editions(self.editing.book.editions, self.editing.rules, self.editing.names)
            self.right.setCurrentWidget(self.editions)
            self.editions.take_keyboard()

    def _bring_back(self, older: object) -> None:
        if isinstance(older, Published):
            self.editing.bring_back(older)
            said = tr("The rules of edition {n} are written here again", n=older.edition.number)
            self._place.window.tell(said, tr("They hold once they are published; Ctrl+Z in the list takes them back."))
            self.finish()

    # Publishing ------------------------------------------------------------------------------------------------------

    def finish(self) -> None:
        """Show what would be published; there, publish it."""
        if not self.editing.ready:
            return
        if self.right.currentWidget() is self.publishing:
            self.publishing.finish()
            return
        self.right.setCurrentWidget(self.publishing)
        self._publisher.begin()

    def _show_publishing(self) -> None:
        self._publisher.show_changes(tried=self._tried[0] == self.editing.rules and bool(self.editing.rules))

    def _published(self) -> None:
        if self.right.currentWidget() is not self.publishing:  # whoever writes on already is not called back
            self._show()
            return
        self.right.setCurrentWidget(self._empty)
        self._show()
        self._take_keyboard()


__all__ = ["RoutingPage"]
