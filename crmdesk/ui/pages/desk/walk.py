"""Goes from one spot to the next: to a call that was answered, a draft taken up, a customer opened, back to work."""

from __future__ import annotations

from collections.abc import Coroutine
from dataclasses import replace
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from crmdesk.domain import lane
from crmdesk.domain.lane import DeskCall, Person, Stage
from crmdesk.domain.language import left_to_right, tr
from crmdesk.ui.frame.page import Place
from crmdesk.ui.pages.desk.drafts import DraftBook
from crmdesk.ui.pages.desk.lane_feed import LaneFeed
from crmdesk.ui.pages.desk.showing import LIVE, DeskShowing
from crmdesk.ui.pages.desk.spot import Spot
from crmdesk.ui.pages.desk.view import DeskView
from crmdesk.ui.pop import say
from crmdesk.ui.pop.calls import CallBook
from crmdesk.ui.qt.tasks import cancel_all, running, spawn

DESK = "desk"
_HINTS = 3
"""How many times a ring over one's writing says that the keys stay in the note."""


class DeskWalk(QObject):
    """``rested`` tells that the desk is idle again. It is the host of the pop (``PopHost``)."""

    rested = Signal()

    def __init__(
        self,
        place: Place,
        view: DeskView,
        book: CallBook,
        drafts: DraftBook,
        feed: LaneFeed,
        showing: DeskShowing,
    ) -> None:
        super().__init__(showing)
        self._place, self._view, self._book, self._drafts = place, view, book, drafts
        self._feed, self._showing = feed, showing
        self._hints_left = _HINTS
        self._going = QObject(self)
        self._gone_to = ""
        view.chooser.closed.connect(view.call.note.show_quiet)
        view.call.number.found.connect(self.found)

    @property
    def spot(self) -> Spot | None:
        """Return where the agent is, None at the idle desk."""
        return self._showing.spot

    def case(self) -> DeskCall | None:
        """Return the call of the present spot."""
        return self._book.case(self.spot.key) if self.spot is not None else None

    # What a ring does (PopHost) --------------------------------------------------------------------------------------

    def is_idle(self) -> bool:
        """Say whether nobody is being served or gone to, and nothing is being typed."""
        return self.spot is None and not running(self._going) and self._view.typed_in() is None

    def fill(self, case: DeskCall) -> None:
        """Show a ringing call on an idle desk; its note is ready before the phone is answered."""
        self._showing.pop(case)
        self._view.focus_note()

    def open_card(self, case: DeskCall) -> None:
        """Let the chooser float over the customer shown, and say so once it is painted."""
        self._view.open_chooser()
        self._showing.note_card(case)
        if self._hints_left and self._view.typed_in() is self._view.call.note.text.editor:
            self._hints_left -= 1
            self._view.call.note.show_ringing()
        self._view.witness.watch(case.key)

    def answer(self, case: DeskCall) -> None:
        """Show the call that the agent answered, unless the keyboard is in a field outside the note."""
        if self._view.typing_elsewhere() and self.spot != self._showing.spot_of(case):
            return
        self.open_call(case)

    def resume(self, case: DeskCall) -> None:
        """Show a call that was on before the desk was opened; of several, the one whose words were kept last stays."""
        present = self.case()
        if (
            present is not None
            and present.key != case.key
            and present.stage in LIVE
            and self._kept_later(present, case)
        ):
            return
        self.answer(case)

    def _kept_later(self, one: DeskCall, other: DeskCall) -> bool:
        first, second = self._drafts.writing(one.call.contact_id), self._drafts.writing(other.call.contact_id)
        if first is None or first.saved_at is None:
            return False
        return second is None or second.saved_at is None or first.saved_at > second.saved_at

    def open_call(self, case: DeskCall) -> None:
        """Show a call because the agent chose it."""
        cancel_all(self._going)
        self._show_call(case)

    def _show_call(self, case: DeskCall) -> None:
        if self._place.window.current != DESK:
            self._place.window.go_to(DESK)
        self._showing.show_call(case)
        self._view.focus_note()

    def lost(self, case: DeskCall) -> None:
        """The ring ended without this agent: say who took it, and go back if the desk showed it.

        A sentence that is being typed about it is ended here: it would go on as commands of a list, or in the note of
        the next who rings.
        """
        colleague = self._feed.name_of(case.call.taken_by) if case.call.taken_by is not None else ""
        self._place.window.tell(say.why_gone(case, colleague), say.call_title(case, self._place.number))
        if self._showing.key != case.key:
            return
        if self._view.typed_in() is self._view.call.note.text.editor and self._has_words(case):
            self._stay_for_words(case)
        else:
            self.go_on()

    def _stay_for_words(self, case: DeskCall) -> None:
        """There is no call to wrap up: the words are a note on whoever it surely was, else they wait for somebody."""
        subject = case.call.contact_id
        sure = None if case.undecided else case.likely
        writing = self._drafts.writing(subject)
        if sure is not None:
            self._showing.show_spot(Spot(subject, customer_id=sure.customer_id, title=sure.name))
        elif writing is not None:
            self._showing.show_spot(Spot(subject, title=writing.title))

    def _has_words(self, case: DeskCall) -> bool:
        writing = self._drafts.writing(case.call.contact_id)
        return writing is not None and bool(writing.text)

    def over(self, case: DeskCall) -> None:
        """Go from a colleague's call to the customer's: words on it keep the desk here, so that none land elsewhere."""
        if self._showing.key == case.key and not self._has_words(case):
            self.go_on()

    # Going somewhere -------------------------------------------------------------------------------------------------

    def show_work(self) -> None:
        """Go back to the idle desk."""
        cancel_all(self._going)
        self._showing.show_work()
        if self._view.typed_in() is None or self._view.call.isAncestorOf(self._view.typed_in() or self._view):
            self._view.idle.take_focus()
        self.rested.emit()

    def go_on(self) -> None:
        """Something is done: go to the call that needs the agent next, else back to work."""
        case = lane.in_front(c for c in self._book.cases if c.stage in LIVE and c.key != self._showing.key)
        if case is not None:
            self.open_call(case)
            return
        self.show_work()

    def next(self) -> None:
        """Go to the next call or draft, round and round; pressed again before it is there, to the one behind it."""
        present = str(self.spot.subject) if self.spot is not None else None
        if running(self._going):
            present = self._gone_to
        following = lane.next_after(self._feed.waiting, present)
        if following is not None:
            self.open_subject(following)

    def back(self) -> None:
        """Put aside what is shown; a call that is on stays."""
        case = self.case()
        if self._view.call.facts.isVisible():
            self._view.call.facts.go()
        elif case is not None and case.stage is Stage.WRAP_UP:
            self._book.put_aside(case.key)
            self.show_work()
        elif self.spot is not None and (case is None or case.stage in (Stage.UNFINISHED, Stage.GONE)):
            self.show_work()

    def open_key(self, key: str) -> None:
        """Go to a call of the lane."""
        case = self._book.case(key)
        if case is not None:
            self.open_call(case)

    def open_subject(self, subject: str) -> None:
        """Go to what a note belongs to: a call, a call of the past, or a customer."""
        self._gone_to = subject
        self._go(self._open_subject(UUID(subject)))

    def open_customer(self, customer_id: UUID) -> None:
        """Go to a customer, from a search or a list."""
        self._gone_to = str(customer_id)
        self._go(self.to_customer(customer_id))

    def _go(self, somewhere: Coroutine[Any, Any, None]) -> None:
        """Go where something has to be read first: who goes elsewhere meanwhile is not taken back there."""
        cancel_all(self._going)
        spawn(self._going, somewhere)

    async def to_customer(self, customer_id: UUID) -> None:
        """Go to a customer; the keyboard comes to the note, unless it is in another field."""
        card = await self._place.desk.customers.card(customer_id)
        if card is None:
            what, next_step = tr("This customer is not on this computer."), tr("It arrives with the next sync.")
            self._place.window.tell(what, next_step)
            return
        if self._place.window.current != DESK:
            self._place.window.go_to(DESK)
        self._showing.show_spot(Spot(customer_id, customer_id=customer_id, title=card.name))
        await self._place.desk.search.opened(customer_id)

    async def _open_subject(self, subject: UUID) -> None:
        case = self._book.of_contact(subject)
        if case is not None:
            self._show_call(case)
            return
        for one in await self._place.desk.interactions.recent():
            if one.interaction_id == subject:
                number = one.number or ""
                title = one.customer_name or (left_to_right(self._place.number(number)) if number else tr(say.WITHHELD))
                self._showing.show_spot(Spot(subject, None, subject, one.customer_id, title, number))
                return
        writing = self._drafts.writing(subject)
        if writing is None or await self._place.desk.customers.card(subject) is not None:
            await self.to_customer(subject)
        else:
            # Words for a call that ended before it was answered: they wait for the customer they are about.
            self._showing.show_spot(Spot(subject, title=writing.title))

    def found(self, spot: object, person: object) -> None:
        """The agent made or chose a customer for the caller of a spot, whom nobody on file fitted; the desk may be
        elsewhere by now, and stays there."""
        if not isinstance(person, Person) or not isinstance(spot, Spot):
            return
        if self._book.case(spot.key) is not None and spot.key is not None:
            self._book.choose(spot.key, person)
        elif spot.interaction_id is not None:
            spawn(self, self._identify(spot, person))
        else:
            self._drafts.move(spot.subject, person.customer_id, person.name)
            self._name(spot, Spot(person.customer_id, customer_id=person.customer_id, title=person.name))
        if self._is_at(spot):
            self._view.focus_note()

    async def _identify(self, spot: Spot, person: Person) -> None:
        if spot.interaction_id is not None:
            await self._place.desk.interactions.identify(spot.interaction_id, person.customer_id)
            self._name(spot, replace(spot, customer_id=person.customer_id, title=person.name))

    def _name(self, spot: Spot, named: Spot) -> None:
        """Show the same spot with whose it is, while the desk is there."""
        if self._is_at(spot):
            self._showing.show_spot(named)

    def _is_at(self, spot: Spot) -> bool:
        return self.spot is not None and self.spot.subject == spot.subject
