"""Brings the hand-over card to whoever receives a transferred call, again when something of it arrives, until taken."""

from __future__ import annotations

from PySide6.QtCore import QObject

from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.lane import DeskCall, Stage
from crmdesk.domain.language import left_to_right, tr
from crmdesk.ui.frame import commands
from crmdesk.ui.frame.page import Place
from crmdesk.ui.pages.desk.columns import CallDesk
from crmdesk.ui.pages.desk.lane_feed import LaneFeed
from crmdesk.ui.pages.desk.showing import DeskShowing
from crmdesk.ui.pop.calls import CallBook
from crmdesk.ui.qt.events import listen
from crmdesk.ui.qt.tasks import cancel_all, spawn

_REMEMBERED = 100
_OF_A_HAND_OVER = (Kind.NOTE, Kind.CALLBACK, Kind.TASK, Kind.COMPLAINT, Kind.CUSTOMER)


class HandOverDesk(QObject):
    """Each hand-over is shown with its call and taken note of once."""

    def __init__(
        self, place: Place, view: CallDesk, book: CallBook, feed: LaneFeed, showing: DeskShowing, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._place, self._book, self._feed, self._showing = place, book, feed, showing
        self._view, self._card = view, view.hand_over
        self._taken: dict[str, None] = {}
        self._read = ""
        self._key = place.keys.bind(commands.TAKE_OVER, self.take, view)
        self._key.drive(self._card.got)
        self._key.forbid()
        self._card.got.clicked.connect(self.take)
        showing.moved.connect(self._moved)
        book.changed.connect(self._call_changed)
        listen(self, place.desk.bus, Changes, self._rows_changed)

    def take(self) -> None:
        """Take note of the hand-over that is shown."""
        case = self._handed()
        if case is None or case.key != self._read:
            return
        self._taken[case.key] = None
        spawn(self._place.window, self._place.desk.interactions.acknowledge(case.key))
        for key in tuple(self._taken)[:-_REMEMBERED]:
            del self._taken[key]
        self._follow()

    def _handed(self) -> DeskCall | None:
        """Return the call on the desk if a colleague handed it on and the agent has not taken note of it."""
        case = self._book.case(self._showing.key)
        if case is None or case.call.handed_by is None or case.key in self._taken or case.stage is Stage.GONE:
            return None
        return case

    def _moved(self, _: object) -> None:
        self._follow()

    def _call_changed(self, case: DeskCall, _: DeskCall | None) -> None:
        if case.key == self._showing.key:
            self._follow()

    def _rows_changed(self, changes: Changes) -> None:
        if changes.touches(*_OF_A_HAND_OVER) and self._handed() is not None:
            self._follow()

    def _follow(self) -> None:
        cancel_all(self)
        case = self._handed()
        if case is None or case.key != self._read:  # that of another call is no longer to be taken note of
            self._read = ""
            self._key.forbid()
            self._view.hide_hand_over()
        if case is not None:
            spawn(self, self._show(case))

    async def _show(self, case: DeskCall) -> None:
        if await self._place.desk.interactions.is_acknowledged(case.key):
            self._read = ""
            self._key.forbid()
            self._view.hide_hand_over()
            return
        likely = case.likely
        customer = likely.customer_id if likely is not None else None
        hand = await self._place.desk.interactions.hand_over(case.call.contact_id, customer)
        by = case.call.handed_by or ""
        colleague = self._feed.name_of(by) or tr("extension {number}", number=left_to_right(by))
        self._card.show_hand_over(colleague, hand, self._place.clock.now(), self._place.zone)
        self._view.show_hand_over()
        self._read = case.key
        self._key.allow()
