"""One rule to be written: its name, its conditions as rows, what it says of a case, and all of it as a sentence."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import mark, tr
from crmdesk.domain.routing.codec import check_rule
from crmdesk.domain.routing.conditions import Group
from crmdesk.domain.routing.rules import LONGEST, PRIORITY_WORDS, Place, Priority, Rule, Then
from crmdesk.domain.routing.sentences import Names, rule_words
from crmdesk.domain.routing.skills import having, skill_words
from crmdesk.domain.routing.views import NOBODY, Household
from crmdesk.ui.kit import Combo, Field, Flow, Ground, Ink, Label, Option, Panel, SectionTitle, label_row
from crmdesk.ui.pages.routing.condition_rows import GroupRows
from crmdesk.ui.pages.routing.values import ValueList
from crmdesk.ui.theme import Icon, Space, TextRole, Voice

_NOTHING, _TEAM, _PERSON = "nothing", "team", "person"
_PLACES = {
    _NOTHING: mark("left open"),
    _TEAM: mark("into a team's queue"),
    _PERSON: mark("to a person"),
}


class RuleForm(Panel):
    """``edited`` carries the rule at every keystroke."""

    edited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Ground.PLAIN)
        self._rule: Rule | None = None
        self._household = NOBODY
        self._names = Names()
        self._filling = False
        self.sentence = Label("", TextRole.BODY, Ink.SECONDARY, Flow.WRAP)
        self.wanting = Label("", TextRole.SMALL, Voice.SOON, Flow.WRAP, Icon.CIRCLE_ALERT)
        self.name = Field(tr("Name"), tr("Gas leaks first"))
        self.conditions = GroupRows(Group(), outer=True)
        self.where = Combo(tr("Where it goes"), tuple(Option(id_, tr(words)) for id_, words in _PLACES.items()))
        self.team = Field(tr("Team"))
        self.skill = Field(tr("Skill"), hint=tr("shown beside the case"))
        self.person = Combo(tr("Person"))
        self.priority = Combo(tr("How urgent it is"))
        self.regime = Combo(tr("Whose deadlines hold"))
        self._teams, self._skills = ValueList(self.team.edit), ValueList(self.skill.edit)
        self.skilled = Label("", TextRole.SMALL, Ink.SECONDARY, Flow.WRAP)
        self._lay_out()
        for field in (self.name, self.team, self.skill):
            field.edit.setMaxLength(LONGEST)
            field.edit.textChanged.connect(self._typed)
        for combo in (self.where, self.person, self.priority, self.regime):
            combo.picked.connect(self._typed)

    def _lay_out(self) -> None:
        self._person = _labelled(tr("Person"), self.person)
        self._where = _labelled(tr("Where it goes"), self.where)
        place = QHBoxLayout()
        place.setSpacing(Space.M)
        for part in (self._where, self.team, self.skill, self._person):
            place.addWidget(part, 1)
        more = QHBoxLayout()
        more.setSpacing(Space.M)
        more.addWidget(_labelled(tr("How urgent it is"), self.priority), 1)
        more.addWidget(_labelled(tr("Whose deadlines hold"), self.regime), 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        self._column.setSpacing(Space.S)
        self._column.addWidget(self.sentence)
        self._column.addWidget(self.wanting)
        self._column.addWidget(self.name)
        self._column.addSpacing(Space.XS)
        self._column.addWidget(SectionTitle(tr("If")))
        self._column.addWidget(self.conditions)
        self._column.addSpacing(Space.XS)
        self._column.addWidget(SectionTitle(tr("Then")))
        self._column.addLayout(place)
        self._column.addWidget(self.skilled)
        self._column.addLayout(more)
        self._column.addStretch(1)

    @property
    def rule(self) -> Rule | None:
        """Return the rule as it stands in the form, None before the first."""
        return None if self._rule is None else self._read(self._rule)

    def show_rule(self, rule: Rule, household: Household, names: Names) -> None:
        """Show a rule; one that stands in the form as it is already is left alone, with what has the keyboard."""
        same_house = household == self._household
        self._household, self._names = household, names
        if same_house and self._rule is not None and self._rule.id == rule.id and self._read(self._rule) == rule:
            self._rule = rule
            self._tell(rule)
            return
        self._filling = True
        self._rule = rule
        self.name.set_text(rule.name)
        self._put_conditions(rule)
        self._put_then(rule)
        self._filling = False
        self._order_keys()
        self._tell(rule)

    def _put_conditions(self, rule: Rule) -> None:
        old = self.conditions
        self.conditions = GroupRows(rule.when, self._household, outer=True)
        self.conditions.edited.connect(self._typed)
        self._column.replaceWidget(old, self.conditions)
        old.hide()
        old.deleteLater()

    def _put_then(self, rule: Rule) -> None:
        house, place = self._household, rule.then.place
        people = house.people
        if place.owner is not None and place.owner not in dict(people):
            people = (*people, (place.owner, place.owner_name or tr("Somebody who left")))
        self.person.set_options(tuple(Option(str(id_), name) for id_, name in people))
        self._teams.offer(house.teams, several=False)
        self._skills.offer(tuple(name for name, _ in house.skills), several=False)
        none = Option("", tr("left open"))
        self.priority.set_options((none, *(Option(one, tr(words)) for one, words in PRIORITY_WORDS.items())))
        keys = dict(house.regimes)
        if rule.then.regime and rule.then.regime not in keys:
            keys[rule.then.regime] = rule.then.regime
        self.regime.set_options((none, *(Option(key, tr(title)) for key, title in keys.items())))
        self.where.choose(_PERSON if place.owner is not None else _TEAM if place else _NOTHING)
        self.team.set_text(place.team)
        self.skill.set_text(place.skill)
        if place.owner is not None:
            self.person.choose(str(place.owner))
        self.priority.choose(rule.then.priority or "")
        self.regime.choose(rule.then.regime)

    def _read(self, rule: Rule) -> Rule:
        priority = Priority(self.priority.value) if self.priority.value else None
        then = Then(self._place(rule), priority, self.regime.value)
        return replace(rule, name=self.name.text.strip(), when=self.conditions.group, then=then)

    def _place(self, rule: Rule) -> Place:
        match self.where.value:
            case "team":
                return Place(" ".join(self.team.text.split()), " ".join(self.skill.text.split()))
            case "person" if self.person.value:
                owner = UUID(self.person.value)
                name = self.person.currentText()
                kept = rule.then.place.owner == owner
                return Place(owner=owner, owner_name=rule.then.place.owner_name if kept else name)
            case _:
                return Place()

    def _typed(self, _value: object = None) -> None:
        if self._filling or self._rule is None:
            return
        rule = self._read(self._rule)
        self._rule = rule
        self._order_keys()
        self._tell(rule)
        self.edited.emit(rule)

    def _order_keys(self) -> None:
        """Let Tab go down the form as it stands: rows of conditions come and go."""
        then = (self.where, self.team.edit, self.skill.edit, self.person, self.priority, self.regime)
        order = (self.name.edit, *self.conditions.controls, *then)
        for one, other in pairwise(order):
            QWidget.setTabOrder(one, other)

    def _tell(self, rule: Rule) -> None:
        """Say the rule as a sentence, what it still wants, and how many have the skill; show what is asked for."""
        self.sentence.set_text(rule_words(rule, self._names))
        try:
            check_rule(rule)
            wanting = ""
        except UserMistake as mistake:
            wanting = f"{mistake.what} {mistake.next_step}".strip()
        self.wanting.set_text(wanting)
        self.wanting.setVisible(bool(wanting))
        where = self.where.value
        self.team.setVisible(where == _TEAM)
        self.skill.setVisible(where == _TEAM)
        self._person.setVisible(where == _PERSON)
        skill = rule.then.place.skill
        skilled = dict(self._household.skills)
        nobody = bool(skill) and not having(skill, skilled)
        self.skilled.set_text(skill_words(skill, skilled) if skill else "")
        self.skilled.set_ink(Voice.SOON if nobody else Ink.SECONDARY)
        self.skilled.set_icon(Icon.CIRCLE_ALERT if nobody else None, Voice.SOON)
        self.skilled.setVisible(bool(skill))

    def start(self) -> None:
        """Go into the form: into its name while it has none, else into its conditions."""
        first: QWidget = self.name.edit if not self.name.text else self.conditions.mode
        first.setFocus(Qt.FocusReason.OtherFocusReason)


def _labelled(words: str, combo: Combo) -> QWidget:
    part = QWidget()
    column = QVBoxLayout(part)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(Space.XS)
    column.addLayout(label_row(words, control=combo))
    column.addWidget(combo)
    return part
