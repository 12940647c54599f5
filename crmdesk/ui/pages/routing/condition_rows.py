"""The conditions of a rule as rows: what is asked, how, and of which values; groups stand in a frame of their own."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain.language import tr, tr_in
from crmdesk.domain.routing.conditions import (
    ONE_NUMBER,
    RELATIONS,
    WITHOUT_VALUES,
    Condition,
    Fact,
    Group,
    Mode,
    Relation,
)
from crmdesk.domain.routing.sentences import FACT_WORDS, RELATION_WORDS
from crmdesk.domain.routing.views import NOBODY, Household
from crmdesk.domain.values import known_or_none
from crmdesk.ui.kit import Button, ButtonKind, ButtonSize, Combo, Ground, LineEdit, Option, Panel
from crmdesk.ui.pages.routing.values import ValueList, offered, shown_as, typed_of, values_from
from crmdesk.ui.theme import Icon, Space

_FACT, _RELATION = 168, 148


class ConditionRow(QWidget):
    """One condition. ``edited`` tells that it is another one, ``removed`` that it goes."""

    edited = Signal()
    removed = Signal(object)

    def __init__(self, condition: Condition, household: Household, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._household = household
        facts = tuple(Option(fact, tr(FACT_WORDS[fact])) for fact in RELATIONS)
        self.fact = Combo(tr("What is asked"), facts)
        self.relation = Combo(tr("How it is asked"))
        self.values = LineEdit()
        self.values.setAccessibleName(tr("Values"))
        self._list = ValueList(self.values)
        self.remove = Button(tr("Take away"), ButtonKind.QUIET, Icon.X, size=ButtonSize.SMALL)
        self.remove.fold_words()
        self.fact.setFixedWidth(_FACT)
        self.relation.setFixedWidth(_RELATION)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        for part in (self.fact, self.relation):
            row.addWidget(part)
        row.addWidget(self.values, 1)
        row.addStretch(0)
        row.addWidget(self.remove)
        self.fact.choose(condition.fact)
        self._offer()
        self.relation.choose(condition.relation)
        self.values.setText(typed_of(condition, household.currency))
        self._fit()
        self.fact.picked.connect(self._other_fact)
        self.relation.picked.connect(self._other_relation)
        self.values.textChanged.connect(self.edited)
        self.remove.clicked.connect(self._go)

    @property
    def controls(self) -> tuple[QWidget, ...]:
        """Return what takes the keyboard, in order."""
        return (self.fact, self.relation, self.values, self.remove)

    @property
    def condition(self) -> Condition:
        """Return the condition as it stands."""
        fact, relation = self._fact, Relation(self.relation.value)
        known = offered(fact, self._household)
        typed = self.values.text()
        return Condition(fact, relation, values_from(fact, relation, typed, self._household.currency, known))

    @property
    def _fact(self) -> Fact:
        return Fact(self.fact.value)

    def _offer(self) -> None:
        relations = RELATIONS[self._fact]
        self.relation.set_options(tuple(Option(one, tr(RELATION_WORDS[one])) for one in relations))
        self.relation.choose(relations[0])

    def _other_fact(self, _id: str) -> None:
        self.values.blockSignals(True)
        self.values.clear()
        self.values.blockSignals(False)
        self._offer()
        self._other_relation("")

    def _other_relation(self, _id: str) -> None:
        self._fit()
        self.edited.emit()

    def _fit(self) -> None:
        relation = known_or_none(Relation, self.relation.value)
        one = relation in ONE_NUMBER
        self.values.setVisible(relation not in WITHOUT_VALUES)
        hint = tr("one or more, parted by ;")
        if self._fact is Fact.ASKED:
            hint = tr("250.00")
        elif self._fact is Fact.WORDS:
            hint = tr("leak*; burst pipe")
        elif one:
            hint = ""
        self.values.setPlaceholderText(hint)
        self.values.setAccessibleName(tr("Values"))
        words = tuple(shown_as(self._fact, value) for value in offered(self._fact, self._household))
        self._list.offer(words, several=not one)

    def _go(self) -> None:
        self.removed.emit(self)


class GroupRows(Panel):
    """A group: whether all or any have to fit, and its rows. Only the ``outer`` one holds groups."""

    edited = Signal()
    removed = Signal(object)

    def __init__(
        self, group: Group, household: Household = NOBODY, parent: QWidget | None = None, *, outer: bool = False
    ) -> None:
        super().__init__(parent, Ground.PLAIN if outer else Ground.SUNKEN)
        self._household, self._outer = household, outer
        self.parts: list[ConditionRow | GroupRows] = []
        modes = (Option(Mode.ALL, tr("all of these fit")), Option(Mode.ANY, tr("any of these fits")))
        self.mode = Combo(tr("All or any"), modes)
        self.mode.setFixedWidth(_FACT)
        self.mode.choose(group.mode)
        self.add = Button(tr_in("button", "Condition"), ButtonKind.QUIET, Icon.PLUS, size=ButtonSize.SMALL)
        self.add_group = Button(tr_in("button", "Group"), ButtonKind.QUIET, Icon.ROWS_3, size=ButtonSize.SMALL)
        self.remove = Button(tr("Take the group away"), ButtonKind.QUIET, Icon.X, size=ButtonSize.SMALL)
        self.remove.fold_words()
        self._lay_out()
        for part in group.parts:
            self._put(part)
        self.mode.picked.connect(self._edited)
        self.add.clicked.connect(self.add_condition)
        self.add_group.clicked.connect(self.add_inner)
        self.remove.clicked.connect(self._go)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(self.mode)
        head.addStretch(1)
        for button in (self.add, self.add_group, self.remove):
            head.addWidget(button)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(Space.S)
        column = QVBoxLayout(self)
        inset = 0 if self._outer else Space.S
        column.setContentsMargins(inset, inset, inset, inset)
        column.setSpacing(Space.S)
        column.addLayout(head)
        column.addLayout(self._rows)
        # Only now: a button without a parent that is shown is a window of its own.
        self.add_group.setVisible(self._outer)
        self.remove.setVisible(not self._outer)

    @property
    def controls(self) -> tuple[QWidget, ...]:
        """Return what takes the keyboard, in order."""
        inner = (control for part in self.parts for control in part.controls)
        return (self.mode, self.add, self.add_group, self.remove, *inner)

    @property
    def group(self) -> Group:
        """Return the group as it stands."""
        parts = tuple(part.condition if isinstance(part, ConditionRow) else part.group for part in self.parts)
        return Group(Mode(self.mode.value), parts)

    def _put(self, part: Condition | Group) -> ConditionRow | GroupRows:
        row: ConditionRow | GroupRows
        row = GroupRows(part, self._household) if isinstance(part, Group) else ConditionRow(part, self._household)
        row.edited.connect(self.edited)
        row.removed.connect(self._take_away)
        self.parts.append(row)
        self._rows.addWidget(row)
        if self.isVisible():
            row.show()  # at once: the next key may come before the layout has
        return row

    def add_condition(self) -> None:
        """Add a condition and go into it."""
        row = self._put(Condition(Fact.CATEGORY, Relation.IS))
        if isinstance(row, ConditionRow):
            row.fact.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edited.emit()

    def add_inner(self) -> None:
        """Add a group with one condition and go into it."""
        other = Mode.ANY if self.mode.value == Mode.ALL else Mode.ALL
        row = self._put(Group(other, (Condition(Fact.CATEGORY, Relation.IS),)))
        if isinstance(row, GroupRows):
            row.mode.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edited.emit()

    def _take_away(self, row: object) -> None:
        if isinstance(row, ConditionRow | GroupRows) and row in self.parts:
            place = self.parts.index(row)
            self.parts.remove(row)
            self._rows.removeWidget(row)
            row.hide()
            row.deleteLater()
            after: QWidget = self.add if not self.parts else self.parts[min(place, len(self.parts) - 1)]
            heir = (
                after.fact if isinstance(after, ConditionRow) else after.mode if isinstance(after, GroupRows) else after
            )
            heir.setFocus(Qt.FocusReason.OtherFocusReason)
            self.edited.emit()

    def _edited(self, _id: str) -> None:
        self.edited.emit()

    def _go(self) -> None:
        self.removed.emit(self)
