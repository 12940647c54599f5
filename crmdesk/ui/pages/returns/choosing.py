"""Which return: the rules, the legal entity and the days; usual periods by name, others as they are typed."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from crmdesk.domain.cases.return_periods import PERIOD_WORDS, UsualPeriod, days_of
from crmdesk.domain.cases.returns import Period, Scope
from crmdesk.domain.language import tr
from crmdesk.domain.values import known
from crmdesk.runtime.desk.returns import ReturnChoices
from crmdesk.ui.kit import Combo, LineEdit, Option, muted
from crmdesk.ui.theme import Space

_DAY_WIDE = 112
_WIDE, _NARROWER = 340, 200


class Choosing(QWidget):
    """``changed`` tells that another return is wanted: ``scope`` says which, None while no day can be read."""

    changed = Signal()

    def __init__(self, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.regime = Combo(tr("Rules"))
        self.entity = Combo(tr("Legal entity"))
        self.period = Combo(tr("Period"), tuple(Option(one.value, tr(said)) for one, said in PERIOD_WORDS.items()))
        self.first, self.last = _day_field(tr("First day")), _day_field(tr("Last day"))
        self._today = today
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        for part, widest in ((self.regime, _WIDE), (self.entity, _WIDE), (self.period, _NARROWER)):
            part.setMaximumWidth(widest)
            row.addWidget(part, widest)
        row.addWidget(self.first)
        row.addWidget(muted(tr("to")))
        row.addWidget(self.last)
        row.addStretch(1)
        self.regime.picked.connect(self._picked)
        self.entity.picked.connect(self._picked)
        self.period.picked.connect(self._period_picked)
        for field in (self.first, self.last):
            field.textEdited.connect(self._typed)
            field.editingFinished.connect(self._days_typed)
        self.entity.hide()
        self._told: Scope | None = None
        self._take(UsualPeriod.LAST_HALF)

    def offer(self, choices: ReturnChoices) -> None:
        """Offer the rules and entities of the house; what was chosen stays where it still is there."""
        regime, entity = self.regime.value, self.entity.value
        keys = [key for key, _ in choices.regimes]
        self.regime.set_options(tuple(Option(key, title) for key, title in choices.regimes))
        for wanted in (regime, choices.regime, *keys[:1]):
            if wanted in keys:
                self.regime.choose(wanted)
                break
        whole = Option("", tr("The whole house"))
        self.entity.set_options((whole, *(Option(key, title) for key, title in choices.entities)))
        self.entity.choose(entity if entity in [key for key, _ in choices.entities] else "")
        self.entity.setVisible(bool(choices.entities))

    @property
    def scope(self) -> Scope | None:
        """Return which return is wanted; None where there are no rules, or no days that can be read."""
        first, last = _day(self.first.text()), _day(self.last.text())
        if not self.regime.value or first is None or last is None or last < first:
            return None
        return Scope(self.regime.value, Period(first, last), self.entity.value)

    def day_that_is_none(self) -> LineEdit | None:
        """Return the field whose text is no day, or lies before the other; None where both can be taken."""
        first, last = _day(self.first.text()), _day(self.last.text())
        if first is None:
            return self.first
        return self.last if last is None or last < first else None

    def choose_days(self, period: Period) -> None:
        """Choose other days by program."""
        self.period.choose(UsualPeriod.OWN.value)
        self._put(period)
        self._tell()

    def _picked(self, _key: str) -> None:
        self._tell()

    def _period_picked(self, key: str) -> None:
        self._take(known(UsualPeriod, key, UsualPeriod.OWN))
        self._tell()

    def _take(self, usual: UsualPeriod) -> None:
        self.period.choose(usual.value)
        days = days_of(usual, self._today)
        if days is not None:
            self._put(days)

    def _put(self, period: Period) -> None:
        self.first.setText(period.first.isoformat())
        self.last.setText(period.last.isoformat())
        for field in (self.first, self.last):
            field.show_right()

    def _typed(self, _text: str) -> None:
        self.period.choose(UsualPeriod.OWN.value)

    def _days_typed(self) -> None:
        for field in (self.first, self.last):
            field.show_right()
        if (wrong := self.day_that_is_none()) is not None:
            wrong.show_wrong()
        self._tell()

    def _tell(self) -> None:
        """Tell once: a field that is left after Enter says the same again."""
        if self.scope != self._told or self.scope is None:
            self._told = self.scope
            self.changed.emit()


def _day_field(name: str) -> LineEdit:
    field = LineEdit("2026-01-31")
    field.setAccessibleName(name)
    field.setFixedWidth(_DAY_WIDE)
    return field


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
