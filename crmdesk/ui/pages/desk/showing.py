"""Puts a spot on the screen: the customer or the number, the note's place, and says when a pop was painted."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from crmdesk.domain.lane import DeskCall, Stage
from crmdesk.domain.language import tr
from crmdesk.runtime.bus import LookedElsewhere
from crmdesk.ui.frame.page import Place
from crmdesk.ui.pages.desk.lane_feed import LaneFeed
from crmdesk.ui.pages.desk.reader import CustomerReader
from crmdesk.ui.pages.desk.spot import Spot
from crmdesk.ui.pages.desk.view import DeskView
from crmdesk.ui.pop import say
from crmdesk.ui.pop.calls import CallBook
from crmdesk.ui.qt.events import listen
from crmdesk.ui.qt.layouts import lay_out_now

LIVE = (Stage.TALKING, Stage.HELD, Stage.WRAP_UP)


class DeskShowing(QObject):
    """Knows the present spot. ``moved`` carries it (None: the idle desk), ``popped`` the call whose pop was painted."""

    moved = Signal(object)
    popped = Signal(str)

    def __init__(
        self, place: Place, view: DeskView, book: CallBook, reader: CustomerReader, feed: LaneFeed, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._place, self._view, self._book, self._reader, self._feed = place, view, book, reader, feed
        self._spot: Spot | None = None
        self._popping: str | None = None
        self._popped: set[str] = set()
        self._carded = ""
        reader.filled.connect(self._filled)
        view.witness.painted.connect(self._painted)
        book.changed.connect(self._call_changed)
        listen(self, place.desk.bus, LookedElsewhere, self._looked)

    @property
    def spot(self) -> Spot | None:
        """Return where the agent is, None at the idle desk."""
        return self._spot

    @property
    def key(self) -> str | None:
        """Return the key of the call shown, None without one."""
        return self._spot.key if self._spot is not None else None

    def spot_of(self, case: DeskCall) -> Spot:
        """Return the spot of a call."""
        person = case.person
        return Spot(
            subject=case.call.contact_id,
            key=case.key,
            interaction_id=case.call.contact_id,
            customer_id=person.customer_id if person is not None else None,
            title=say.call_title(case, self._place.number),
            number=case.call.party.e164 or "",
        )

    def pop(self, case: DeskCall) -> None:
        """Show a call that rings, and tell once it was painted."""
        self._popping = case.key
        self.show_call(case)

    def show_call(self, case: DeskCall) -> None:
        """Show a call with whoever is likely to be calling."""
        with self._place.keys.together():
            self._show_call(case)
        lay_out_now()

    def _show_call(self, case: DeskCall) -> None:
        spot = self.spot_of(case)
        likely = case.likely
        wrapping = spot.subject if case.stage in (Stage.WRAP_UP, Stage.UNFINISHED) else None
        self._reader.set_call(wrapping, on_the_line=case.stage in LIVE and case.person is not None)
        self._move(spot)
        self._view.show_call()
        self._view.call.show_guess(tr(say.PROBABLY) if case.undecided else "")
        if likely is None:
            looking = self._place.desk.elsewhere.asks_for(spot.number)
            self._show_nobody(spot, tr(say.LOOKING) if looking else say.nobody(case))
            return
        summary = next((c.summary for c in case.candidates if c.customer_id == likely.customer_id), "")
        self._reader.show(likely.customer_id, likely.name, summary, self._book.likeliest)

    def show_spot(self, spot: Spot) -> None:
        """Show a customer, or a call of before."""
        with self._place.keys.together():
            self._show_spot(spot)
        lay_out_now()

    def _show_spot(self, spot: Spot) -> None:
        self._reader.set_call(spot.interaction_id, on_the_line=False)
        self._move(spot)
        self._view.show_call()
        self._view.call.show_guess("")
        if spot.customer_id is None:
            self._show_nobody(spot, tr(say.NOBODY if spot.number else say.NOT_KNOWN))
        else:
            self._reader.show(spot.customer_id, spot.title, "")
        self._view.focus_note()

    def show_work(self) -> None:
        """Show the idle desk."""
        with self._place.keys.together():
            self._move(None)
            self._view.show_work()
        lay_out_now()

    def _call_changed(self, case: DeskCall, before: DeskCall | None) -> None:
        if case.key == self.key and case.stage is not Stage.GONE and before is not None:
            self.show_call(case)

    def _looked(self, event: LookedElsewhere) -> None:
        """Say that other teams are asked who calls, and how that ended; whom they know comes as a change does."""
        if not event.number:
            return  # by a name, in the search
        words = tr(say.LOOKING if not event.over else say.NOBODY if event.answered else say.SILENT)
        spot, call = self._spot, self._view.call
        if spot is not None and spot.key is not None and spot.number == event.number and self._reader.customer is None:
            call.number.second.set_text(words)
            call.strip.show_name(spot.title, words)
            if event.over:
                self._reader.show_nobody()
            else:
                call.timeline.show_asking()
        if self._view.chooser.isVisible() and self._carded == event.number:
            self._view.chooser.show_search(words)

    def note_card(self, case: DeskCall) -> None:
        """Take note of the call on the chooser that floats over the desk."""
        self._carded = case.call.party.e164 or ""
        if self._place.desk.elsewhere.asks_for(self._carded):
            self._view.chooser.show_search(tr(say.LOOKING))

    def _show_nobody(self, spot: Spot, second: str) -> None:
        if self._reader.customer is not None or self._view.call.number.title.text() != spot.title:
            self._reader.show_nobody()
        self._view.call.show_number()
        self._view.call.number.show_caller(spot, second)
        self._view.call.strip.show_name(spot.title, second)
        if second == tr(say.LOOKING):
            self._view.call.timeline.show_asking()
        self._filled(None)

    def _move(self, spot: Spot | None) -> None:
        if spot != self._spot:
            self._spot = spot
            self.moved.emit(spot)
        self._feed.show_present(spot.subject if spot is not None else None)

    def _filled(self, _: object) -> None:
        if self._popping is not None and self._popping == self.key:
            self._view.witness.watch(self._popping)
            self._popping = None

    def _painted(self, key: object) -> None:
        if isinstance(key, str) and key not in self._popped:
            self._popped.add(key)
            self.popped.emit(key)
