"""Which complaints are counted: those of the last days, about one product or any."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta, tzinfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from crmdesk.domain.language import mark, tr
from crmdesk.domain.learning.counting import Span
from crmdesk.ui.kit import Choice, Combo, Option
from crmdesk.ui.theme import Space

_PERIODS = (("30", mark("30 days")), ("90", mark("90 days")), ("365", mark("A year")), ("0", mark("All")))
_ANY = "*"


class Days(QWidget):
    """The last days, today among them. ``changed`` tells that others are meant."""

    changed = Signal()

    def __init__(self, now: Callable[[], datetime], zone: tzinfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now, self._zone = now, zone
        self.choice = Choice(tr("Period"), tuple(Option(days, tr(words)) for days, words in _PERIODS))
        self.choice.choose("365")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.choice)
        self.setFocusProxy(self.choice)
        self.choice.chosen.connect(self._chosen)

    @property
    def since(self) -> datetime | None:
        """Return the begin of the first of the reader's days that counts, None where all do."""
        days = int(self.choice.value)
        if not days:
            return None
        today = self._now().astimezone(self._zone).date()
        return datetime.combine(today - timedelta(days=days - 1), time(), self._zone)

    def next_period(self) -> None:
        """Choose the next of the periods, round the corner."""
        ids = [days for days, _ in _PERIODS]
        self.choice.choose(ids[(ids.index(self.choice.value) + 1) % len(ids)])
        self.changed.emit()

    def _chosen(self, _: str) -> None:
        self.changed.emit()


class Period(QWidget):
    """The last days, and one product or every one. ``changed`` tells that others are to be counted."""

    changed = Signal()

    def __init__(self, now: Callable[[], datetime], zone: tzinfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.days = Days(now, zone)
        self.product = Combo(tr("Product"))
        self.product.setFixedWidth(220)
        self._products: tuple[str, ...] = ()
        self.offer(())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        row.addWidget(self.days)
        row.addWidget(self.product)
        self.days.changed.connect(self.changed)
        self.product.picked.connect(self._chosen)

    @property
    def span(self) -> Span:
        """Return what is counted."""
        product = self.product.value
        return Span(self.days.since, None, "" if product == _ANY else product)

    def offer(self, products: tuple[str, ...]) -> None:
        """Say about which products there are complaints; the one that is chosen stays, with or without any."""
        chosen = self.product.value or _ANY
        offered = products if chosen in (_ANY, *products) else (*products, chosen)
        if offered != self._products or not self.product.count():
            self._products = offered
            options = (Option(_ANY, tr("Every product")), *(Option(name, name) for name in offered))
            self.product.set_options(options)
            self.product.choose(chosen)

    def next_period(self) -> None:
        """Choose the next of the periods, round the corner."""
        self.days.next_period()

    def to_product(self) -> None:
        """Give the keyboard to the products."""
        self.product.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _chosen(self, _: str) -> None:
        self.changed.emit()
