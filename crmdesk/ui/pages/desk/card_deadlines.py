"""Puts the next deadline of each open case on the card, once the card stands there."""

from __future__ import annotations

from PySide6.QtCore import QObject

from crmdesk.domain.customers import CustomerCard
from crmdesk.ui.frame.page import Place
from crmdesk.ui.pages.desk.columns import CallDesk
from crmdesk.ui.pages.desk.reader import CustomerReader
from crmdesk.ui.pop.next_deadlines import NextDeadlines


class CardDeadlines(QObject):
    """The card and the strip show them as they become known; what stands above their group does not move."""

    def __init__(self, place: Place, view: CallDesk, reader: CustomerReader, parent: QObject) -> None:
        super().__init__(parent)
        self._place, self._view = place, view
        self.next = NextDeadlines(place.desk, place.clock, place.zone, self)
        self.next.changed.connect(self._show)
        reader.card_shown.connect(self._another)
        reader.gone.connect(self._nobody)

    def _another(self, card: CustomerCard) -> None:
        self.next.follow(card.open_ids)
        self._show()

    def _nobody(self, _erased: bool) -> None:
        self.next.follow(())

    def _show(self) -> None:
        said = self.next.said
        self._view.customer.show_deadlines(said, self._place.clock.now())
        self._view.strip.show_deadlines(said)
        self._view.story.show_deadlines(said)
