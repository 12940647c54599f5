"""Reads a customer into the desk: card, story and timeline, again whenever something of it changed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal

from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.customers import CustomerCard
from crmdesk.domain.errors import CrmdeskError
from crmdesk.domain.language import mark, tr
from crmdesk.domain.stream import CustomerFile, TimelinePage, Wanted
from crmdesk.ui.frame.page import Place
from crmdesk.ui.pages.desk.columns import CallDesk
from crmdesk.ui.pages.desk.story import story_of
from crmdesk.ui.pages.desk.timeline_rows import Reading
from crmdesk.ui.qt.events import Throttle, listen
from crmdesk.ui.qt.tasks import cancel_all, spawn

_LOADING_AFTER_MS = 100
_EVERY_MS = 150
_TOGETHER_S = 0.03
_OF_A_CUSTOMER = (
    *(Kind.CONTACT_POINT, Kind.INTERACTION, Kind.NOTE, Kind.COMPLAINT, Kind.REQUEST, Kind.CALLBACK),
    *(Kind.TASK, Kind.RELATIONSHIP, Kind.TAG, Kind.MESSAGE, Kind.SCRIPT_ANSWER),
    *(Kind.FEEDBACK, Kind.FEEDBACK_ANSWER),
)
_NOT_HERE = mark("This customer is not on this computer.")


class CustomerReader(QObject):
    """``filled`` carries the id of the customer whose card stands on the desk, ``card_shown`` the card each time that
    it was read and is another than before.

    ``gone`` tells that the one who stood there is not on this computer any more, and carries whether they were erased.
    """

    filled = Signal(object)
    card_shown = Signal(object)
    gone = Signal(bool)

    def __init__(self, place: Place, view: CallDesk, parent: QObject) -> None:
        super().__init__(parent)
        self._place, self._view = place, view
        me = place.desk.identity.display_name if place.desk.identity is not None else ""
        self._reading = Reading(place.zone, place.clock.now(), me)
        self._customer: UUID | None = None
        self._first: tuple[str, str] = ("", "")
        self.card: CustomerCard | None = None
        self._on_the_line = False
        self._adding = QObject(self)
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.setInterval(_LOADING_AFTER_MS)
        self._slow.timeout.connect(self._show_loading)
        self._throttle = Throttle(_EVERY_MS, self)
        self._throttle.passed.connect(self._read_again)
        view.timeline.asked.connect(self._asked)
        view.timeline.again.connect(self.again)
        view.customer.again.connect(self.again)
        listen(self, place.desk.bus, Changes, self._changed)

    @property
    def customer(self) -> UUID | None:
        """Return the customer that is shown or being read."""
        return self._customer

    def show(self, customer_id: UUID, name: str, summary: str, file: CustomerFile | None = None) -> None:
        """Show a customer; ``name`` and ``summary`` stand there at once if reading takes longer than 100 ms.

        ``file`` is what was read of the customer at this very moment; with it nothing is read.
        """
        self._view.show_customer()
        if customer_id == self._customer and self.card is not None:
            self.filled.emit(customer_id)
            return
        self._customer, self.card, self._first = customer_id, None, (name, summary)
        if file is not None and file.card.id == customer_id:
            cancel_all(self)
            self._slow.stop()
            self._fill_card(file.card)
            self._fill_stream(file.page)
            return
        self._slow.start()
        self._start()

    def show_nobody(self) -> None:
        """Show no customer: the call has only a number."""
        cancel_all(self)
        self._slow.stop()
        self._customer, self.card = None, None
        self._view.show_number()
        self._view.timeline.show_loading()
        self._view.timeline.show_page(TimelinePage((), None), self._now())

    def set_call(self, wrapping: UUID | None, *, on_the_line: bool) -> None:
        """Take note of the call shown: it is being wrapped up, or talked on."""
        self._on_the_line = on_the_line
        if wrapping != self._reading.wrapping:
            self._reading = replace(self._reading, wrapping=wrapping)
            if self.card is not None:
                self._view.timeline.show_reading(self._now())

    def again(self) -> None:
        """Read once more what could not be read."""
        if self._customer is not None:
            self._start()

    def _now(self) -> Reading:
        self._reading = replace(self._reading, now=self._place.clock.now())
        return self._reading

    def _start(self) -> None:
        cancel_all(self)
        if self._customer is not None:
            spawn(self, self._read(self._customer))

    async def _read(self, customer_id: UUID) -> None:
        pages = asyncio.ensure_future(self._place.desk.customers.timeline(customer_id))
        try:
            card = await self._place.desk.customers.card(customer_id)
            # Both are painted in one go where the timeline is there in a moment; the card never waits for longer.
            await asyncio.wait((pages,), timeout=_TOGETHER_S)
            self._slow.stop()
            if card is None and self.card is not None:
                self._leave(erased=False)
                return
            if card is None:
                self._view.customer.show_failure(tr(_NOT_HERE), tr("It arrives with the next sync."))
                return
            first = self.card is None
            self._fill_card(card)
            if first and not pages.done():
                self._view.timeline.show_loading()
            await self._show_stream(pages)
        except CrmdeskError as error:
            self._slow.stop()
            self.card = None
            self._view.customer.show_failure(error.what, error.next_step)
        finally:
            pages.cancel()

    async def _show_stream(self, pages: asyncio.Future[TimelinePage]) -> None:
        try:
            self._fill_stream(await pages)
        except CrmdeskError as error:
            self._view.timeline.show_failure(error.what, error.next_step)

    def _fill_card(self, card: CustomerCard) -> None:
        first = self.card is None
        if card != self.card:
            self.card = card
            self._view.customer.show_card(card, self._place.clock.now())
            self._view.strip.show_card(card, self._place.clock.now(), self._place.zone)
            self.card_shown.emit(card)
        if first:
            self._view.timeline.begin()
            self._view.hide_story()
            self.filled.emit(card.id)

    def _fill_stream(self, page: TimelinePage) -> None:
        reading = self._now()
        self._view.timeline.show_page(page, reading)
        if self.card is None:
            return
        story = story_of(self.card, page.entries, reading.now, self._place.zone, on_the_line=self._on_the_line)
        if story.lines:
            self._view.story.show_story(story)
            self._view.show_story()
        else:
            self._view.hide_story()

    def _show_loading(self) -> None:
        self._view.customer.show_loading(*self._first)
        self._view.strip.show_name(*self._first)
        self._view.timeline.show_loading()
        self._view.hide_story()

    def _asked(self, wanted: Wanted, older: tuple[datetime, UUID] | None) -> None:
        if self._customer is not None:
            spawn(self._adding, self._add(self._customer, wanted, older))  # no newer first page takes its place

    async def _add(self, customer_id: UUID, wanted: Wanted, older: tuple[datetime, UUID] | None) -> None:
        page = await self._place.desk.customers.timeline(customer_id, older, wanted)
        if customer_id == self._customer:
            self._view.timeline.add_page(wanted, older, page)

    def _leave(self, *, erased: bool) -> None:
        """Take everything of the customer off the screen."""
        cancel_all(self)
        self._slow.stop()
        self._customer, self.card = None, None
        self._view.customer.show_gone(tr(_NOT_HERE))
        self._view.strip.show_name("", tr(_NOT_HERE))
        self._view.timeline.show_loading()
        self._view.timeline.show_page(TimelinePage((), None), self._now())
        self._view.hide_story()
        self.gone.emit(erased)

    def _changed(self, changes: Changes) -> None:
        if self._customer in changes.erased:
            self._leave(erased=True)
            return
        concerned = self._customer is not None and (
            changes.has(Kind.CUSTOMER, self._customer) or changes.touches(*_OF_A_CUSTOMER)
        )
        if concerned:
            self._throttle.put(self._customer)

    def _read_again(self, customer_id: object) -> None:
        if customer_id == self._customer:
            self._start()
