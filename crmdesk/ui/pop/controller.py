"""Decides how a ring reaches the agent: the desk fills when idle, otherwise the chooser waits beside the note."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QObject, Signal

from crmdesk.domain.lane import DeskCall, Person, Stage
from crmdesk.ui.pop.calls import CallBook
from crmdesk.ui.pop.chooser import ONLY_THE_NUMBER, ChooserCard, ChooserStrip
from crmdesk.ui.qt.digits import DigitClaim, DigitRank, Digits


class PopHost(Protocol):
    """The desk as the pop sees it."""

    def is_idle(self) -> bool:
        """Say whether nobody is being served and nothing is being typed."""
        ...

    def fill(self, case: DeskCall) -> None:
        """Show a ringing call on an idle desk."""
        ...

    def answer(self, case: DeskCall) -> None:
        """Show a call that the agent began to talk on."""
        ...

    def resume(self, case: DeskCall) -> None:
        """Show a call that the agent talked on before this desk heard of it, unless one shown comes first."""
        ...

    def open_card(self, case: DeskCall) -> None:
        """Let the chooser float over the customer shown, and say so once it is painted."""
        ...

    def open_call(self, case: DeskCall) -> None:
        """Show a call because the agent chose who it is."""
        ...

    def lost(self, case: DeskCall) -> None:
        """The ring ended without this agent."""
        ...

    def over(self, case: DeskCall) -> None:
        """A call that needs no wrap-up ended: a colleague was asked, or called."""
        ...


class PopController(QObject):
    """One ring at a time has the card; the strip is there whenever the desk shows a call that nobody decided.

    Each call pops once, whatever is repeated or late. ``decided`` tells that the agent chose because finishing the
    call had asked.
    """

    decided = Signal()

    def __init__(
        self,
        book: CallBook,
        host: PopHost,
        card: ChooserCard,
        strip: ChooserStrip,
        digits: Digits,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._book, self._host, self._card, self._strip, self._digits = book, host, card, strip, digits
        self._ringing: str | None = None
        self._carded: str | None = None
        self._shown: str | None = None
        self._claim: DigitClaim | None = None
        self._offered: tuple[object, ...] = ()
        book.changed.connect(self._changed)
        card.chosen.connect(self.choose)
        card.closed.connect(self._card_closed)
        strip.chosen.connect(self.choose)

    @property
    def key(self) -> str | None:
        """Return the call that the digits choose for: that of the card, of the strip, the one that rings; or None."""
        if self._carded is not None:
            return self._carded
        asked = self._in_strip()
        return asked.key if asked is not None else self._ringing

    def _in_strip(self) -> DeskCall | None:
        """Return the call on the desk if it is to be said whose it is."""
        case = self._book.case(self._shown)
        return case if case is not None and case.undecided and case.stage is not Stage.GONE else None

    def follow(self, key: str | None) -> None:
        """Take note of the call that the desk shows, None without one."""
        self._shown = key
        self._refresh()

    def _changed(self, case: DeskCall, before: DeskCall | None) -> None:
        stage = case.stage
        if stage is Stage.RINGING and before is None and case.pops:
            self._ring(case)
        elif stage in (Stage.TALKING, Stage.HELD) and (before is None or before.stage is Stage.RINGING):
            self._answered(case, before)
        elif stage is Stage.WRAP_UP and before is not None and before.stage is Stage.RINGING:
            self._answered(case, before)  # it was over before it was known who called
        elif stage is Stage.GONE and (before is None or before.stage is Stage.RINGING) and not case.talked:
            self._close(case)
            self._host.lost(case)
            self._next_ring()
        elif stage is Stage.GONE and before is not None and before.stage in (Stage.TALKING, Stage.HELD):
            self._close(case)
            self._host.over(case)
        elif stage is Stage.RINGING and before is not None and before.look_up != case.look_up:
            self._found(case)
        elif not case.undecided or stage is Stage.GONE:
            self._close(case)
        self._refresh()

    def _found(self, case: DeskCall) -> None:
        """The server knew who rings: the card says so, wherever the desk is."""
        if case.key == self._carded:
            self._card.show_case(case, self._book.now())

    def _ring(self, case: DeskCall) -> None:
        idle = self._host.is_idle()
        if idle:
            self._host.fill(case)
        if self._ringing is not None:
            return
        self._ringing = case.key
        if not idle:
            self._open_card(case)
        self._refresh()

    def _answered(self, case: DeskCall, before: DeskCall | None) -> None:
        self._close(case)
        if case.undecided:
            self._card.go()
        if before is None:
            self._host.resume(case)
        else:
            self._host.answer(case)

    def _next_ring(self) -> None:
        """Give the card to another call that rings meanwhile."""
        waiting = self._first_ringing()
        if waiting is not None and self._ringing is None:
            self._ring(waiting)

    def rest(self) -> None:
        """The desk is idle again: a call that still rings fills it."""
        waiting = self._book.case(self._ringing) or self._first_ringing()
        if waiting is None or waiting.stage is not Stage.RINGING or not self._host.is_idle():
            return
        self._card.go()
        self._ringing = waiting.key
        self._host.fill(waiting)
        self._refresh()

    def _first_ringing(self) -> DeskCall | None:
        return next((c for c in self._book.cases if c.stage is Stage.RINGING and c.pops), None)

    def look(self) -> None:
        """Go to the call with the keyboard because the agent asked: the desk fills, the chooser has the focus."""
        case = self._book.case(self.key)
        if case is None:
            return
        self._card.go()
        self._host.open_call(case)
        self.focus_strip()

    def focus_strip(self) -> None:
        """Put the keyboard into the strip where there is one."""
        if self._in_strip() is not None:
            self._strip.take_focus()

    def ask(self) -> bool:
        """Ask whose call the desk shows before it is finished; return False where there is nothing to ask."""
        if self._in_strip() is None:
            return False
        self._card.go()
        self._strip.ask()
        return True

    def show_all(self) -> None:
        """Open the whole list over the customer: more candidates than the strip shows."""
        case = self._book.case(self.key)
        if case is not None:
            self._open_card(case)
            self._card.take_focus()
            self._refresh()

    def choose(self, digit: int) -> None:
        """Take a candidate, 1 the first; 0 nobody, only the number."""
        case = self._book.case(self.key)
        if case is None:
            return
        if digit == ONLY_THE_NUMBER:
            person = None
        elif digit <= len(case.candidates):
            one = case.candidates[digit - 1]
            person = Person(one.customer_id, one.name)
        else:
            return
        finishing = self._strip.asking and case.key == self._shown
        self._book.choose(case.key, person)
        chosen = self._book.case(case.key)
        if chosen is not None:
            self._close(chosen)
            self._host.open_call(chosen)
            self._refresh()
        if finishing:
            self.decided.emit()

    def _open_card(self, case: DeskCall) -> None:
        self._carded = case.key
        self._card.show_case(case, self._book.now())
        self._host.open_card(case)

    def _card_closed(self) -> None:
        self._carded = None
        self._refresh()

    def _refresh(self) -> None:
        """Show the strip and take the digits as it now stands."""
        asked = self._in_strip()
        if asked is not None:
            self._strip.show_case(asked)
        self._strip.setVisible(asked is not None)
        case = self._book.case(self.key)
        offered = (case.key, *(one.customer_id for one in case.candidates)) if case is not None else ()
        if offered != self._offered:  # a digit that was meant for the list before must not choose from this one
            self._drop_digits()
        self._offered = offered
        if case is None or not case.candidates:
            self._drop_digits()
        elif self._claim is None:
            self._claim = self._digits.claim(DigitRank.CHOOSER, self.choose, self)
            self._claim.changed.connect(self._keys_changed)
        self._keys_changed()

    def _drop_digits(self) -> None:
        if self._claim is not None:
            self._claim.release()
            self._claim = None

    def _keys_changed(self) -> None:
        works = self._claim is not None and self._claim.works
        self._card.show_keys(works and self._carded is not None)
        self._strip.show_keys(works and self._carded is None)

    def _close(self, case: DeskCall) -> None:
        if case.key == self._ringing:
            self._ringing = None
        if case.key == self._carded:
            self._card.go()
            self._carded = None
