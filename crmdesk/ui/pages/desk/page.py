"""The desk page: makes its parts, ties them together and binds their keys; what each part does is its own."""

from __future__ import annotations

import asyncio
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from crmdesk.domain import lane
from crmdesk.domain.errors import CrmdeskError
from crmdesk.domain.lane import DeskCall, Stage
from crmdesk.domain.language import tr
from crmdesk.domain.requests.kinds import RequestKind
from crmdesk.ui.forms.requests import REQUESTS
from crmdesk.ui.frame import commands
from crmdesk.ui.frame.fold import Fold
from crmdesk.ui.frame.page import Page, Place
from crmdesk.ui.pages.desk.card_deadlines import CardDeadlines
from crmdesk.ui.pages.desk.card_desk import CardDesk
from crmdesk.ui.pages.desk.card_stamps import CardStamps
from crmdesk.ui.pages.desk.drafts import DraftBook
from crmdesk.ui.pages.desk.form_desk import FormDesk
from crmdesk.ui.pages.desk.hand_over_desk import HandOverDesk
from crmdesk.ui.pages.desk.knowledge_desk import KnowledgeDesk
from crmdesk.ui.pages.desk.lane_feed import LaneFeed
from crmdesk.ui.pages.desk.merge_desk import MergeDesk
from crmdesk.ui.pages.desk.missed_complaint import MissedComplaint
from crmdesk.ui.pages.desk.not_calling import NotCalling
from crmdesk.ui.pages.desk.note_desk import NoteDesk
from crmdesk.ui.pages.desk.phone_desk import PhoneDesk
from crmdesk.ui.pages.desk.promise_desk import PromiseDesk
from crmdesk.ui.pages.desk.reader import CustomerReader
from crmdesk.ui.pages.desk.showing import DeskShowing
from crmdesk.ui.pages.desk.side import SideDesk
from crmdesk.ui.pages.desk.spot import Spot
from crmdesk.ui.pages.desk.view import DeskView
from crmdesk.ui.pages.desk.walk import DeskWalk
from crmdesk.ui.pages.desk.work_desk import WorkDesk
from crmdesk.ui.pages.desk.work_rows import Reader, Work, WorkRow
from crmdesk.ui.pages.desk.wrap_up_clock import WrapUpClock
from crmdesk.ui.pop import say
from crmdesk.ui.pop.calls import CallBook
from crmdesk.ui.pop.controller import PopController
from crmdesk.ui.qt.keys import cap_text
from crmdesk.ui.qt.tasks import spawn


class DeskPage(Page):
    """Where the agent spends the day. ``popped`` carries the key of a call once its pop was painted."""

    popped = Signal(str)

    def __init__(self, place: Place) -> None:
        super().__init__()
        self._place = place
        self.view = DeskView(place, self._reader_now)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        call = self.view.call
        self.book = CallBook(place.desk, self)
        self.drafts = DraftBook(place.desk, self)
        self.feed = LaneFeed(place, self.book, self.drafts, self)
        self.reader = CustomerReader(place, call, self)
        self.showing = DeskShowing(place, self.view, self.book, self.reader, self.feed, self)
        self.walk = DeskWalk(place, self.view, self.book, self.drafts, self.feed, self.showing)
        self.wrap_up = WrapUpClock(place.clock, self.book, self.drafts, self)
        self.pop = PopController(self.book, self.walk, self.view.chooser, call.chooser, place.digits, self)
        self.promises = PromiseDesk(place, self.book, call, self.reader, self)
        self.notes = NoteDesk(place, self.book, self.drafts, call.note, self.pop.ask, self.promises.keep, self)
        self.missed = MissedComplaint(place, call.note, self.book, self.drafts, self)
        self.forms = FormDesk(place, self.view, self)
        self.work = WorkDesk(place, self.book, self.drafts, self.view, self._reader_now, self)
        self.side = SideDesk(place, self.view, self.walk, self.notes, self.reader, self)
        self.hand_over = HandOverDesk(place, call, self.book, self.feed, self.showing, self)
        self.merging = MergeDesk(place, self.view.call, self.reader, self)
        self.card = CardDesk(place, self.view.call, self.reader, self)
        self.deadlines = CardDeadlines(place, self.view.call, self.reader, self)
        self.stamps = CardStamps(place, self.view.call, self.reader, self)
        self.not_calling = NotCalling(place, self.view.call, self.reader, self)
        self.knowledge = KnowledgeDesk(place, call, self.book, self.reader, self)
        self.phone = PhoneDesk(place, self.book, self.view, self.walk, self)
        self._connect()
        self._bind()
        self.feed.refresh()
        spawn(self, self._begin())

    def _reader_now(self) -> Reader:
        return Reader(self._place.clock.now(), self._place.zone, self._place.number, self.feed.queue_label)

    async def _begin(self) -> None:
        try:
            await asyncio.gather(self.drafts.read(), self.book.read_house(), self.card.begin())
        except CrmdeskError:
            self.work.read()  # what can be read is shown; the sink tells the rest
            raise
        self.book.begin()
        self.work.read()
        self.side.settle.read()

    def _connect(self) -> None:
        lane_view = self._place.window.lane
        self.showing.moved.connect(self._moved)
        self.forms.filed.connect(self.missed.settled)
        self.promises.typed.connect(self.wrap_up.typed)
        self.work.due_said.connect(self.feed.show_due)
        self.showing.popped.connect(self.popped)
        self.walk.rested.connect(self.pop.rest)
        self.reader.gone.connect(self._gone)
        self.notes.finished.connect(self._finished)
        self.notes.finished.connect(self.missed.finished)
        self.pop.decided.connect(self.notes.finish)
        self.view.call.chooser.asked.connect(self._asked)
        self.wrap_up.timed_out.connect(self._timed_out)
        self.view.idle.opened.connect(self._open_row)
        self.view.preview.open.clicked.connect(self._open_selected)
        self.view.idle.find_button.clicked.connect(lane_view.find_wanted)
        self.view.call.chooser.more.connect(self.pop.show_all)
        self.view.call.note.register.clicked.connect(self.register)
        lane_view.looked.connect(self.walk.open_key)
        lane_view.more_time.connect(self._more_time)
        lane_view.parked_chosen.connect(self.walk.open_subject)
        self._place.window.closing.connect(self.drafts.keep_now)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.applicationStateChanged.connect(self._state_changed)

    def _bind(self) -> None:
        keys, call = self._place.keys, self.view.call
        keys.bind(commands.LOOK, self.look)
        keys.bind(commands.MORE_TIME, self._more_time)
        keys.bind(commands.NEXT_CALL, self.walk.next)
        keys.bind(commands.NOTE, self._focus_note, call)
        keys.bind(commands.BACK, self._back, call)
        keys.bind(commands.BACK, call.timeline.leave_search, call.timeline.search)
        keys.bind(commands.BACK, self._back_from_number, call.number)
        keys.bind(commands.BACK, self._back_from_filter, call.note.outcomes.filter)
        self._decide = keys.bind(commands.FINISH, call.chooser.take_focused, call.chooser)
        self._decide.forbid()
        keys.bind(commands.CONTACT, self.write_contact, call)
        keys.bind(commands.FEEDBACK, self.tell_product_team, call)
        self._register = keys.bind(commands.COMPLAINT, self.register, call)
        self._register.drive(call.note.register)
        for kind, command in REQUESTS.items():
            keys.bind(command, partial(self.register_request, kind), call)
        call.number.show_keys(cap_text(commands.LOOK.chord))
        call.strip.open.set_key(cap_text(commands.NEXT_PANE.chord))
        self.view.preview.open.set_key(cap_text("Enter"))

    # As the frame sees it --------------------------------------------------------------------------------------------

    def arrived(self) -> None:
        """Read again what may be old; go on where the agent was."""
        found = self._place.window.has_page("search")
        self.view.idle.find_button.set_key(cap_text(commands.FIND.chord) if found else "")
        if self.walk.spot is None:
            if self.work.shown.is_set():  # else the first reading is under way
                self.work.read()
            self.view.idle.take_focus()
        else:
            self.view.focus_note()

    async def shown(self) -> None:
        """Return when the lists of the idle desk are there."""
        await self.work.shown.wait()

    def folded(self, fold: Fold) -> None:
        """The window has another size class."""
        self.view.fold(fold)

    def panes(self) -> tuple[QWidget, ...]:
        """Return the panes in reading order."""
        return self.view.panes()

    def open_customer(self, customer_id: UUID) -> None:
        """Show a customer; the search page and others call this."""
        self.walk.open_customer(customer_id)

    async def closing(self) -> None:
        """Return when every word typed is on the disk: the program ends, or the desk is locked."""
        await self.drafts.settle()
        await self.book.settle()
        await self.forms.settle()
        await self.promises.settle()
        await self.knowledge.settle()
        await self.side.settle.settle()
        await self.card.settle()
        await self.view.call.number.settle()

    # What the keys do ------------------------------------------------------------------------------------------------

    def look(self) -> None:
        """Go to the call with the keyboard: the desk fills, the chooser or the caller's pane has the focus."""
        if self._place.window.current != "desk":
            self._place.window.go_to("desk")
        waiting = self.book.case(self.pop.key)
        front = waiting or lane.in_front(c for c in self.book.cases if c.stage is not Stage.UNFINISHED)
        if front is None:
            return
        if waiting is None:
            self.walk.open_call(front)
            self.pop.focus_strip()
        else:
            self.pop.look()
        if front.likely is None:
            if self.view.call.as_strip and not self.view.call.facts.isVisible():
                self.view.call.show_facts()
            self.view.call.number.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def register(self) -> None:
        """Open the complaint form for what is shown."""
        spot = self.walk.spot
        case = self.walk.case()
        if spot is not None and (case is None or case.stage is not Stage.RINGING):
            self.forms.open_complaint(spot, spot.title if spot.customer_id is not None else "")

    def register_request(self, kind: RequestKind) -> None:
        """Open the form of a request for what is shown."""
        spot, case = self.walk.spot, self.walk.case()
        if spot is not None and (case is None or case.stage is not Stage.RINGING):
            self.forms.open_request(kind, spot, spot.title if spot.customer_id is not None else "")

    def write_contact(self) -> None:
        """Open the form for a contact that did not come by phone, of whoever is shown."""
        spot = self.walk.spot
        if spot is None or spot.customer_id is None:
            what, next_step = tr("It is not said yet whose contact this was."), tr("Open a customer first.")
            self._place.window.tell(what, next_step)
            return
        self.forms.open_contact(spot, spot.title)

    def tell_product_team(self) -> None:
        """Open the form for a line about a product, from the call or the customer that is shown."""
        spot = self.walk.spot
        if spot is not None:
            self.forms.open_feedback(spot, spot.title if spot.customer_id is not None else "")

    def _focus_note(self) -> None:
        self.view.call.note.text.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _back(self) -> None:
        if self.side.settle.is_open:
            self.side.settle.later()
        elif not self.knowledge.put_away():
            self.walk.back()

    def _back_from_number(self) -> None:
        number = self.view.call.number
        if number.is_open:
            number.fold()
            number.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.walk.back()

    def _back_from_filter(self) -> None:
        self.view.call.note.outcomes.filter.clear()
        self._focus_note()

    def _asked(self) -> None:
        if self.view.call.chooser.asking:
            self._decide.allow()
        else:
            self._decide.forbid()

    def _more_time(self, key: str = "") -> None:
        case = self.book.case(key) if key else self.walk.case()
        self.wrap_up.more_time(case.call.contact_id if case is not None else None)

    # What the parts tell one another ---------------------------------------------------------------------------------

    def _moved(self, spot: object) -> None:
        present = spot if isinstance(spot, Spot) else None
        self.pop.follow(present.key if present is not None else None)
        self.forms.follow(present)
        whose = present.customer_id if present is not None else None
        self.merging.follow(whose)
        self.card.follow(whose)
        self.side.follow(present)
        self.promises.follow(present)
        self.knowledge.follow(present)
        self.notes.show(present)
        self.missed.follow(present)
        self.phone.settle()
        if present is None:
            self.work.read()
        self._place.keys.refresh()

    def _finished(self, spot: object) -> None:
        here = self.walk.spot
        if not isinstance(spot, Spot) or here is None:
            return
        if spot.interaction_id is not None and spot.subject == here.subject:
            self.walk.go_on()

    def _gone(self, erased: bool) -> None:
        """Leave a customer who is not here any more; a call that is on stays."""
        if self.walk.case() is None:
            self.walk.show_work()
        what, next_step = say.ERASED if erased else say.ELSEWHERE
        self._place.window.tell(tr(what), tr(next_step))

    def _timed_out(self, case: object) -> None:
        """Go on, unless a form or a field of the card would be taken away under the hands of whoever writes there."""
        here = self.walk.spot
        if not isinstance(case, DeskCall) or here is None or here.key != case.key:
            return
        if not self.view.typing_elsewhere():
            self.walk.go_on()

    def _open_selected(self) -> None:
        self._open_row(self.view.idle.row)

    def _open_row(self, row: object) -> None:
        if not isinstance(row, WorkRow):
            return
        if row.work is Work.FINISH and row.is_call:
            self.walk.open_subject(str(row.subject))
        elif row.customer_id is not None:
            self.walk.open_customer(row.customer_id)

    def _state_changed(self, state: Qt.ApplicationState) -> None:
        if state is not Qt.ApplicationState.ApplicationActive:
            self.drafts.keep_now()
