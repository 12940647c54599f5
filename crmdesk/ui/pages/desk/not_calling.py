"""Says of the customer shown that they asked not to be called, and takes it back."""

from __future__ import annotations

from PySide6.QtCore import QObject

from crmdesk.domain.customers import CustomerCard
from crmdesk.domain.language import tr
from crmdesk.ui.frame import commands
from crmdesk.ui.frame.page import Place
from crmdesk.ui.pages.desk.columns import CallDesk
from crmdesk.ui.pages.desk.reader import CustomerReader
from crmdesk.ui.qt.tasks import spawn


class NotCalling(QObject):
    """One command in both directions: done again it takes back what it did."""

    def __init__(self, place: Place, view: CallDesk, reader: CustomerReader, parent: QObject) -> None:
        super().__init__(parent)
        self._place, self._reader = place, reader
        place.keys.bind(commands.DO_NOT_CALL, self.change, view)

    def change(self) -> None:
        """Write down that the customer shown asked not to be called, or does not any more."""
        card = self._reader.card
        if card is None:
            what, next_step = tr("Nobody is shown who could ask not to be called."), tr("Open a customer first.")
            self._place.window.tell(what, next_step)
            return
        spawn(self, self._write(card))

    async def _write(self, card: CustomerCard) -> None:
        wanted = not card.do_not_call
        if not await self._place.desk.customers.set_do_not_call(card.id, wanted=wanted):
            return
        again = tr("Ctrl+K, do not call, takes it back.")
        if wanted:
            self._place.window.tell(tr("{name} asked not to be called", name=card.name), again)
        else:
            self._place.window.tell(tr("{name} may be called again", name=card.name), again)
