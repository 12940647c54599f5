"""The side list of the desk: opened beside the customer in the place of the note, gone as soon as a call comes."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, Qt

from crmdesk.ui.frame import commands
from crmdesk.ui.frame.page import Place
from crmdesk.ui.pages.desk.note_desk import NoteDesk
from crmdesk.ui.pages.desk.reader import CustomerReader
from crmdesk.ui.pages.desk.spot import Spot
from crmdesk.ui.pages.desk.view import DeskView
from crmdesk.ui.pages.desk.walk import DESK, DeskWalk
from crmdesk.ui.qt.keys import cap_text
from crmdesk.ui.settle.desk import SettleDesk

if TYPE_CHECKING:
    from crmdesk.ui.settle.pane import SettlePane


class SideDesk(QObject):
    """Ties what is to settle to the desk: it is the host of the side list, and marks fields in the customer pane."""

    def __init__(
        self, place: Place, view: DeskView, walk: DeskWalk, notes: NoteDesk, reader: CustomerReader, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._place, self._view, self._walk, self._notes, self._reader = place, view, walk, notes, reader
        self.settle = SettleDesk(place, self, self)
        self._binding = place.keys.bind(commands.SETTLE, self._open_all)
        self.settle.marked.connect(self._mark)
        reader.filled.connect(self._mark)
        place.window.settle_wanted.connect(self.settle.open)
        view.call.customer.settle_wanted.connect(self.settle.open)

    def _open_all(self) -> None:
        self.settle.open()

    def _mark(self, _: object = None) -> None:
        """Say in the customer pane which fields have two versions; what is open is in memory, nothing is read."""
        key = cap_text(commands.SETTLE.chord)
        found = self.settle.of_customer(self._reader.customer)
        self._view.call.customer.show_versions(found, key)
        self._view.call.strip.show_versions(len(found))

    def follow(self, spot: Spot | None) -> None:
        """Put the list away where the desk shows something else."""
        if self.settle.is_open and not self.settle.follow(spot.customer_id if spot is not None else None):
            self.settle.close()
            self._put_back()

    # As the list sees the desk (SettleHost) --------------------------------------------------------------------------

    def side(self) -> SettlePane:
        """Return the side list."""
        return self._view.settle

    def open_side(self) -> None:
        """Show the side list in the place of the note."""
        if self._place.window.current != DESK:
            self._place.window.go_to(DESK)
        self._view.open_side()
        self._notes.covered()
        self._place.keys.refresh()

    def close_side(self) -> None:
        """Put the note back, with the keyboard."""
        self._put_back()
        if self._view.at_work:
            self._view.idle.take_focus()
        else:
            self._view.call.note.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _put_back(self) -> None:
        self._view.close_side()
        self._notes.covered()
        self._place.keys.refresh()

    def serving(self) -> bool:
        """Say whether a call is shown: then it stays."""
        return self._walk.case() is not None

    async def bring(self, customer_id: UUID) -> None:
        """Show a customer beside the list; the keyboard stays where it is."""
        if self._reader.customer != customer_id or self._view.at_work:
            await self._walk.to_customer(customer_id)
