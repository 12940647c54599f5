"""Claiming callbacks and saying that they are done, from the list of the idle desk; who was first is said visibly."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from uuid import UUID

from PySide6.QtCore import QObject

from crmdesk.domain.desk import CallbackView
from crmdesk.ui.frame import commands
from crmdesk.ui.frame.page import Place
from crmdesk.ui.pages.desk.view import DeskView
from crmdesk.ui.pages.desk.work_rows import Owner, Reader, Work, WorkRow
from crmdesk.ui.qt.tasks import spawn


def end_of_day(reader: Reader) -> datetime:
    """Return the first instant of tomorrow where the reader is."""
    tomorrow = reader.now.astimezone(reader.zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), reader.zone)


class CallbackKeys(QObject):
    """C claims, or takes note of who was first; D says that the customer was rung back."""

    def __init__(self, place: Place, view: DeskView, parent: QObject) -> None:
        super().__init__(parent)
        self._place, self._idle = place, view.idle
        self._told: set[UUID] = set()
        table = view.idle.sections[Work.CALLBACK].table.view
        self._claims = place.keys.bind(commands.CLAIM, self.claim, table)
        self._dones = place.keys.bind(commands.DONE, self.done, table)
        self._claims.drive(view.preview.claim)
        self._dones.drive(view.preview.done)
        view.preview.claim.clicked.connect(self.claim)
        view.preview.done.clicked.connect(self.done)

    def _row(self) -> WorkRow | None:
        row = self._idle.row
        return row if row is not None and row.work is Work.CALLBACK else None

    def claim(self) -> None:
        """Take the selected callback on; of one that a colleague was given, take note."""
        row = self._row()
        if row is None:
            return
        if row.owner is Owner.LOST:
            spawn(self, self._place.desk.callbacks.seen(row.subject))
        elif row.owner in (Owner.FREE, Owner.COLLEAGUE):
            spawn(self, self._place.desk.callbacks.claim(row.subject))

    def done(self) -> None:
        """Say that the selected customer was rung back."""
        row = self._row()
        if row is not None and row.owner in (Owner.ME, Owner.UNCONFIRMED, Owner.FREE):
            spawn(self, self._done(row))

    async def _done(self, row: WorkRow) -> None:
        await self._place.desk.callbacks.done(row.subject)
        self._place.window.tell("Callback done", row.name)

    def tell_lost(self, views: Iterable[CallbackView]) -> None:
        """Tell once of each claim made here that a colleague won."""
        lost = {view.id: view for view in views if view.lost}
        for callback_id in lost.keys() - self._told:
            view = lost[callback_id]
            whom = view.customer_name or view.number or ""
            self._place.window.tell(view.lost.rstrip("."), f"The callback to {whom} is theirs." if whom else "")
        self._told = set(lost)
