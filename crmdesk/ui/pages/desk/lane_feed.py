"""Tells the lane what to show: one cell per call, writing that waits, the agent's own state."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from PySide6.QtCore import QObject

from crmdesk.domain import lane, words
from crmdesk.domain.candidates import LookUp, LookUpKind
from crmdesk.domain.lane import DeskCall, Stage
from crmdesk.domain.language import tr
from crmdesk.runtime.bus import BoardChanged, HandsetChanged, StatusChanged
from crmdesk.ui.frame.commands import MORE_TIME
from crmdesk.ui.frame.lane_model import NO_CALL, Lane, LaneCell, Parked, StateBlock
from crmdesk.ui.frame.lane_words import no_phone_block, ringing_cell, state_block, talking_cell, wrap_up_cell
from crmdesk.ui.frame.page import Place
from crmdesk.ui.pages.desk.drafts import DraftBook
from crmdesk.ui.pages.desk.lane_acts import Hands, asking_words
from crmdesk.ui.pop import say
from crmdesk.ui.pop.calls import CallBook
from crmdesk.ui.qt.events import listen
from crmdesk.ui.qt.keys import cap_text

_SHOWN = (Stage.TALKING, Stage.HELD, Stage.WRAP_UP, Stage.RINGING)


class LaneFeed(QObject):
    """Makes the lane anew whenever a call, a draft or the place of the agent changed."""

    def __init__(self, place: Place, book: CallBook, drafts: DraftBook, parent: QObject) -> None:
        super().__init__(parent)
        self._place, self._book, self._drafts = place, book, drafts
        self._present: UUID | None = None
        self._parked: tuple[Parked, ...] = ()
        self._due = ""
        book.changed.connect(self.refresh)
        drafts.changed.connect(self._draft_changed)
        listen(self, place.desk.bus, BoardChanged, self.refresh)
        listen(self, place.desk.bus, StatusChanged, self.refresh)
        listen(self, place.desk.bus, HandsetChanged, self.refresh)

    def show_present(self, subject: UUID | None) -> None:
        """Take note of what the desk shows: it is not parked."""
        if subject != self._present:
            self._present = subject
            self.refresh()

    def show_due(self, words: str) -> None:
        """Say beside "No call" what is late and what is due next."""
        if words != self._due:
            self._due = words
            self.refresh()

    def _draft_changed(self, subject: object) -> None:
        if subject != self._present:
            self.refresh()

    @property
    def waiting(self) -> tuple[str, ...]:
        """Return what Ctrl+Tab goes through, by the subjects of its notes: calls first, then drafts."""
        calls = [str(case.call.contact_id) for case in self._in_lane() if case.stage is not Stage.RINGING]
        return tuple(dict.fromkeys((*calls, *(one.key for one in self._parked))))

    def _in_lane(self) -> list[DeskCall]:
        shown = [case for case in self._book.cases if case.stage in _SHOWN]
        return sorted(shown, key=_order)

    def refresh(self, *_: object) -> None:
        """Make the lane anew."""
        in_lane = self._in_lane()
        hands = self._hands()
        front = lane.in_front(c for c in in_lane if hands.acts_of(c)) if len(in_lane) > 1 else None
        present = next((c for c in in_lane if c.call.contact_id == self._present and hands.acts_of(c)), front)
        cells = tuple(
            replace(self._cell(case), buttons=hands.buttons_of(case, present is None or case is present))
            for case in in_lane
        )
        taken = {case.call.contact_id for case in in_lane} | {self._present}
        self._parked = tuple(self._waiting_calls(taken)) + tuple(self._waiting_notes(taken))
        parked = tuple(one for one in self._parked if one.key != str(self._present))
        state = self._state(cells)
        status = self._place.desk.phone.status
        no_call = tr("No call. {due}", due=self._due) if self._due else tr(NO_CALL)
        words = asking_words(self._place.desk.handset.asking) or no_call
        self._place.window.lane.show_lane(Lane(state, cells, parked, words, buttons=hands.idle_buttons(status)))
        key = cap_text(self._place.keys.chord_of(MORE_TIME))
        acts_on = lane.wrapping(self._book.cases, self._present)
        for view in self._place.window.lane.cells:
            view.show_key(key if acts_on is not None and view.cell.key == acts_on.key else "")

    def _waiting_calls(self, taken: set[UUID | None]) -> list[Parked]:
        """Return calls put aside without a word written."""
        return [
            Parked(str(case.call.contact_id), say.call_title(case, self._place.number), tr("No outcome yet"))
            for case in self._book.cases
            if case.stage is Stage.UNFINISHED
            and case.call.contact_id not in taken
            and not _has_words(self._drafts, case.call.contact_id)
        ]

    def _waiting_notes(self, taken: set[UUID | None]) -> list[Parked]:
        found = []
        for subject, writing in reversed(self._drafts.written):
            if subject in taken:
                continue
            at = writing.saved_at
            if at is not None and writing.trouble is None:
                kept = tr("Draft kept, {time}", time=words.clock(at, self._place.zone))
            else:
                kept = tr("Not saved")
            found.append(Parked(str(subject), writing.title, kept))
        return found

    def _cell(self, case: DeskCall) -> LaneCell:
        number = self._place.number
        call = replace(case.call, queue=self.queue_label(case.call.queue) or None)
        who = case.person.name if case.person is not None else ""
        if case.stage is Stage.RINGING:
            return ringing_cell(call, _decided(case), number)
        if case.stage is Stage.WRAP_UP and case.wrap_up is not None:
            wrap_up = case.wrap_up
            allowed = (wrap_up.until - wrap_up.began).total_seconds()
            return wrap_up_cell(call, who, number, self._place.zone, wrap_up.until, allowed)
        cell = talking_cell(call, who, number)
        said = self._said_of(case)
        return replace(cell, second=said) if said else cell

    def _said_of(self, case: DeskCall) -> str:
        """Return what is being done with a call at this moment, empty while nothing is."""
        handset = self._place.desk.handset
        if getattr(handset.asking, "call", None) == case.key:
            return asking_words(handset.asking)
        consultation = handset.consultation
        if consultation is not None and consultation.call == case.key:
            return tr("Waits while you ask {name}", name=self.name_of(consultation.name) or consultation.name)
        return ""

    def _hands(self) -> Hands:
        handset, keys = self._place.desk.handset, self._place.keys
        consulted = handset.consultation.call if handset.consultation is not None else ""
        return Hands(handset.abilities, handset.asking, consulted, lambda command: cap_text(keys.chord_of(command)))

    def queue_label(self, queue: str | None) -> str:
        """Return a queue as people call it: the board knows; without a board, its name made readable."""
        if not queue:
            return ""
        return self._queues().get(queue) or say.sentence(queue.replace("-", " ").replace("_", " "))

    def _queues(self) -> dict[str, str]:
        board = self._place.desk.phone.board
        return {} if board is None else {figures.queue: figures.label for figures in board.queues}

    def _state(self, cells: tuple[LaneCell, ...]) -> StateBlock:
        identity = self._place.desk.identity
        if identity is not None and identity.extension is None and not cells:
            return no_phone_block(identity.role)
        return state_block(cells, self._place.desk.phone.status, len(self._queues()), self._place.zone)

    def name_of(self, extension: str) -> str:
        """Return a colleague's name by the extension, empty where nobody told it."""
        board = self._place.desk.phone.board
        agents = board.agents if board is not None else ()
        told = next((agent.name for agent in agents if agent.extension == extension), "")
        return self._book.name_of(extension) or told


def _order(case: DeskCall) -> tuple[int, float]:
    return _SHOWN.index(case.stage), case.call.rang_at.timestamp()


def _has_words(drafts: DraftBook, subject: UUID) -> bool:
    writing = drafts.writing(subject)
    return writing is not None and bool(writing.text)


def _decided(case: DeskCall) -> LookUp | None:
    """Return the look-up as the lane is to say it: once the agent chose, there is nothing probable any more."""
    if case.look_up is None or (case.person is None and not case.number_only):
        return case.look_up
    chosen = tuple(c for c in case.candidates if case.person is not None and c.customer_id == case.person.customer_id)
    return LookUp(LookUpKind.ONE if chosen else LookUpKind.UNKNOWN, case.look_up.number, chosen)
