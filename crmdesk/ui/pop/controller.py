"""Decides how a ring reaches the agent: the desk fills when idle, otherwise the chooser waits beside the note."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QObject

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

    def open_card(self, case: DeskCall) -> None:
        """Let the chooser float over the customer shown, and say so once it is painted."""
        ...

    def open_call(self, case: DeskCall) -> None:
        """Show a call because the agent chose who it is."""
        ...

    def lost(self, case: DeskCall) -> None:
        """The ring ended without this agent."""
        ...


class PopController(QObject):
    """One ring at a time has the chooser; each call pops once, whatever is repeated or late."""

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
        self._key: str | None = None
        self._claim: DigitClaim | None = None
        book.changed.connect(self._changed)
        card.chosen.connect(self.choose)
        strip.chosen.connect(self.choose)

    @property
    def key(self) -> str | None:
        """Return the call that has the chooser, None while none has."""
        return self._key

    def _changed(self, case: DeskCall, before: DeskCall | None) -> None:
        stage = case.stage
        if stage is Stage.RINGING and before is None and case.pops:
            self._ring(case)
        elif stage in (Stage.TALKING, Stage.HELD) and (before is None or before.stage is Stage.RINGING):
            self._answered(case)
        elif stage is Stage.GONE and (before is None or before.stage is Stage.RINGING) and not case.talked:
            self._close(case)
            self._host.lost(case)
            self._next_ring()
        elif case.key == self._key and (not case.undecided or stage is Stage.GONE):
            self._close(case)

    def _ring(self, case: DeskCall) -> None:
        idle = self._host.is_idle()
        if idle:
            self._host.fill(case)
        if self._key is not None:
            return
        self._key = case.key
        self._take_digits(case)
        if not idle:
            self._card.show_case(case, self._book.now())
            self._host.open_card(case)
        elif case.undecided:
            self._show_strip(case)

    def _answered(self, case: DeskCall) -> None:
        if case.undecided:
            self._card.go()
            if self._key != case.key:
                self._drop_digits()
                self._key = case.key
            self._take_digits(case)
            self._show_strip(case)
        elif case.key == self._key:
            self._close(case)
        self._host.answer(case)

    def _next_ring(self) -> None:
        """Give the chooser to another call that rings meanwhile."""
        waiting = self._first_ringing()
        if waiting is not None and self._key is None:
            self._ring(waiting)

    def rest(self) -> None:
        """The desk is idle again: a call that still rings fills it."""
        waiting = self._book.case(self._key) or self._first_ringing()
        if waiting is None or waiting.stage is not Stage.RINGING or not self._host.is_idle():
            return
        self._card.go()
        self._key = waiting.key
        self._take_digits(waiting)
        self._host.fill(waiting)
        if waiting.undecided:
            self._show_strip(waiting)

    def _first_ringing(self) -> DeskCall | None:
        return next((c for c in self._book.cases if c.stage is Stage.RINGING and c.pops), None)

    def look(self) -> None:
        """Go to the call with the keyboard because the agent asked: the desk fills, the chooser has the focus."""
        case = self._book.case(self._key)
        if case is None:
            return
        self._card.go()
        self._host.open_call(case)
        if case.undecided:
            self._show_strip(case)
            self._strip.take_focus()

    def show_all(self) -> None:
        """Open the whole list over the customer: more candidates than the strip shows."""
        case = self._book.case(self._key)
        if case is not None:
            self._card.show_case(case, self._book.now())
            self._host.open_card(case)
            self._card.take_focus()

    def choose(self, digit: int) -> None:
        """Take a candidate, 1 the first; 0 nobody, only the number."""
        case = self._book.case(self._key)
        if case is None:
            return
        if digit == ONLY_THE_NUMBER:
            person = None
        elif digit <= len(case.candidates):
            one = case.candidates[digit - 1]
            person = Person(one.customer_id, one.name)
        else:
            return
        self._book.choose(case.key, person)
        chosen = self._book.case(case.key)
        if chosen is not None:
            self._close(chosen)
            self._host.open_call(chosen)

    def _show_strip(self, case: DeskCall) -> None:
        self._strip.show_case(case)
        self._strip.show()

    def _take_digits(self, case: DeskCall) -> None:
        if self._claim is None and case.candidates:
            self._claim = self._digits.claim(DigitRank.CHOOSER, self.choose, self)
            self._claim.changed.connect(self._keys_changed)
            self._keys_changed()

    def _drop_digits(self) -> None:
        if self._claim is not None:
            self._claim.release()
            self._claim = None

    def _keys_changed(self) -> None:
        works = self._claim is not None and self._claim.works
        self._card.show_keys(works)
        self._strip.show_keys(works)

    def _close(self, case: DeskCall) -> None:
        if case.key != self._key:
            return
        self._key = None
        self._card.go()
        self._strip.hide()
        self._drop_digits()
