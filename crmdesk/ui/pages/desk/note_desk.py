"""What happens with the note: kept as it is typed, turned into a record at the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.errors import CrmdeskError, Refused
from crmdesk.domain.interactions import DraftKey
from crmdesk.domain.lane import DeskCall, Stage
from crmdesk.domain.language import tr
from crmdesk.domain.sync_state import SyncLink
from crmdesk.runtime.bus import SyncChanged
from crmdesk.ui.frame.commands import FINISH
from crmdesk.ui.frame.page import Place
from crmdesk.ui.pages.desk.drafts import KIND as DRAFT
from crmdesk.ui.pages.desk.drafts import DraftBook
from crmdesk.ui.pages.desk.note import NotePane
from crmdesk.ui.pages.desk.spot import Spot
from crmdesk.ui.pop.calls import CallBook
from crmdesk.ui.qt.digits import DigitClaim, DigitRank
from crmdesk.ui.qt.events import listen
from crmdesk.ui.qt.tasks import cancel_all, spawn


class NoteDesk(QObject):
    """``finished`` carries the spot whose note became a record.

    ``ask`` asks whose call the desk shows and returns whether there is an answer to wait for. ``promised`` makes a
    promise of what stands in its line, and raises UserMistake where it does not say when.
    """

    finished = Signal(object)

    def __init__(
        self,
        place: Place,
        book: CallBook,
        drafts: DraftBook,
        pane: NotePane,
        ask: Callable[[], bool],
        promised: Callable[[Spot], Awaitable[None]],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._ask, self._promised = ask, promised
        self._place, self._book, self._drafts, self._pane = place, book, drafts, pane
        self._spot: Spot | None = None
        self._early = False
        self._left: set[UUID] = set()
        self._reading = QObject(self)
        self._sealing: set[UUID] = set()
        self._claim: DigitClaim | None = None
        self._read_only = place.desk.sync.state.link is SyncLink.TOO_OLD
        self._finish = place.keys.bind(FINISH, self.finish, pane)
        self._finish.drive(pane.primary)
        pane.primary.clicked.connect(self.finish)
        pane.edited.connect(self._edited)
        pane.left.connect(drafts.keep_now)
        drafts.changed.connect(self._draft_changed)
        drafts.found.connect(self._draft_found)
        book.changed.connect(self._call_changed)
        book.kept.connect(self._tell_how_safe)
        listen(self, place.desk.bus, Changes, self._changed)
        listen(self, place.desk.bus, SyncChanged, self._sync_changed)

    def _sync_changed(self, event: SyncChanged) -> None:
        """A version that is too old writes drafts only; the banner over the page says why."""
        read_only = event.state.link is SyncLink.TOO_OLD
        if read_only != self._read_only:
            self._read_only = read_only
            self._allow()

    @property
    def spot(self) -> Spot | None:
        """Return where the note belongs."""
        return self._spot

    def show(self, spot: Spot | None) -> None:
        """Go to another note; the one before stays a draft."""
        if _subject(spot) != _subject(self._spot):
            self._drafts.keep_now()
            self._early = False
            self._pane.outcomes.forget()
        self._spot = spot
        self._lock()
        self._show()

    def covered(self) -> None:
        """The pane was put away for a side list, or is there again: see anew whose the digits are."""
        self._show()

    def wraps_up(self) -> bool:
        """Say whether the note shown is being wrapped up."""
        return self._spot is not None and self._spot.interaction_id is not None and (self._early or self._has_ended())

    def _case(self) -> DeskCall | None:
        return self._book.case(self._spot.key) if self._spot is not None else None

    def _has_ended(self) -> bool:
        case = self._case()
        if case is None:
            return self._spot is not None and self._spot.interaction_id is not None
        return case.stage in (Stage.WRAP_UP, Stage.UNFINISHED)

    def _show(self) -> None:
        spot = self._spot
        if spot is None:
            self._give_digits_up()
            return
        self._pane.left_hint.setVisible(spot.subject in self._left)
        writing = self._drafts.writing(spot.subject)
        if self.wraps_up():
            finish = tr("Finish and get ready") if self._has_ended() else tr("Finish after the call")
            self._pane.show_wrap_up(writing, finish)
            self._read_outcomes()
            self._give_digits_up() if self._pane.isHidden() else self._take_digits()
        elif spot.interaction_id is None:
            self._give_digits_up()
            whose = self._drafts.whose(spot.subject) or spot.title
            self._pane.show_note(tr("Note, {whose}", whose=whose), writing, tr("Save note"))
        else:
            self._give_digits_up()
            self._pane.show_note(tr("Note on this call"), writing, tr("Wrap up"))
        self._allow()

    def _allow(self) -> None:
        """Offer to finish where it can be done now: not while the phone rings, not before the call has ended."""
        case = self._case()
        ringing = case is not None and case.stage is Stage.RINGING
        too_early = self._early and not self._has_ended()
        nobodys = self._spot is not None and self._spot.interaction_id is None and self._spot.customer_id is None
        can = not (ringing or too_early or nobodys or self._read_only)
        if can:
            self._finish.allow()
        else:
            self._finish.forbid()
        self._pane.primary.setEnabled(can)

    # Typing ----------------------------------------------------------------------------------------------------------

    def _edited(self) -> None:
        if self._spot is not None:
            case = self._case()
            title = case.person.name if case is not None and case.person is not None else self._spot.title
            self._drafts.edit(self._spot.subject, self._pane.text.text, title)

    def _tell_how_safe(self) -> None:
        """Let the status line say whether every word typed is on the disk."""
        status = self._place.window.status
        written = [writing for _, writing in self._drafts.written]
        if self._book.unkept:
            status.tell_unsafe()
        elif not written:
            status.tell_nothing_typed()
        elif any(writing.unsaved or writing.trouble is not None for writing in written):
            status.tell_unsafe()
        else:
            status.tell_safe()

    def _draft_changed(self, subject: object) -> None:
        self._tell_how_safe()
        if self._spot is not None and subject == self._spot.subject:
            writing = self._drafts.writing(self._spot.subject)
            if writing is not None and not writing.sealed:
                self._pane.show_state(writing)

    def _draft_found(self, subject: object) -> None:
        """Show what was kept of the note shown: it was read after the pane was there."""
        if self._spot is not None and subject == self._spot.subject:
            self._show()

    # Wrapping up -----------------------------------------------------------------------------------------------------

    def _call_changed(self, case: DeskCall, before: DeskCall | None) -> None:
        if case.stage is Stage.WRAP_UP and (before is None or before.stage is not Stage.WRAP_UP):
            self._drafts.keep_now()
            if case.call.transferred_to is not None:
                spawn(self, self._leave_note(case))
        if self._spot is not None and case.key == self._spot.key:
            self._show()

    async def _leave_note(self, case: DeskCall) -> None:
        """Let what was typed go with a call that was handed on; what is typed meanwhile stays here as another note."""
        subject = case.call.contact_id
        writing = self._drafts.writing(subject)
        if writing is None or not writing.text.strip():
            return
        body = await self._drafts.seal(subject)
        try:
            await self._book.identify(case)
            await self._place.desk.interactions.leave_note(subject, body)
        except CrmdeskError:
            self._drafts.unseal(subject)
            raise
        typed_on, title = writing.text, writing.title
        self._drafts.forget(subject)
        self._left.add(subject)
        if typed_on != body:
            rest = typed_on.removeprefix(body)
            self._drafts.edit(subject, rest.lstrip() if rest != typed_on else typed_on, title)
        self._show()

    def _changed(self, changes: Changes) -> None:
        if self.wraps_up() and changes.touches(Kind.COMPLAINT, Kind.REQUEST, Kind.DISPOSITION):
            self._read_outcomes()

    def _read_outcomes(self) -> None:
        cancel_all(self._reading)  # what it found may be from before a record that is proposed now
        if self._spot is not None and self._spot.interaction_id is not None:
            spawn(self._reading, self._fill_outcomes(self._spot))

    async def _fill_outcomes(self, spot: Spot) -> None:
        if spot.interaction_id is not None:
            outcomes = await self._place.desk.interactions.dispositions(spot.interaction_id)
            if _subject(spot) == _subject(self._spot):
                self._pane.show_outcomes(outcomes)
                self._allow()

    def _take_digits(self) -> None:
        if self._claim is None:
            self._claim = self._place.digits.claim(DigitRank.WRAP_UP, self._pane.outcomes.choose, self)
            self._claim.changed.connect(self._digits_changed)
            self._digits_changed()

    def _give_digits_up(self) -> None:
        if self._claim is not None:
            self._claim.release()
            self._claim = None
            self._pane.outcomes.show_keys(False)

    def _digits_changed(self) -> None:
        self._pane.outcomes.show_keys(self._claim is not None and self._claim.works)

    # Finishing -------------------------------------------------------------------------------------------------------

    def finish(self) -> None:
        """Do what the primary button says."""
        spot = self._spot
        if spot is None or not self._finish.enabled:
            return
        if spot.interaction_id is None:
            self._finish.forbid()
            spawn(self, self._save_note(spot))
        elif self.wraps_up():
            case = self._case()
            if case is not None and case.undecided and self._ask():
                return
            self._finish.forbid()
            spawn(self, self._wrap_up(spot, self._pane.outcomes.chosen))
        else:
            self._early = True
            self._show()

    @asynccontextmanager
    async def _sealed(self, spot: Spot) -> AsyncIterator[str]:
        """Take no typing while the note becomes a record, and yield its text; what is refused stays a draft.

        A desk that goes meanwhile cancels this when its pane is gone already.
        """
        self._sealing.add(spot.subject)
        self._lock()
        goes = False
        try:
            yield await self._drafts.seal(spot.subject)
        except CrmdeskError:
            self._drafts.unseal(spot.subject)
            raise
        except asyncio.CancelledError:
            goes = True
            raise
        finally:
            self._sealing.discard(spot.subject)
            if not goes:
                self._lock()
                self._allow()

    def _lock(self) -> None:
        """Take no typing in the note that is shown while it becomes a record."""
        if self._spot is not None and self._spot.subject in self._sealing:
            self._pane.text.lock(tr("Finishing"))
        else:
            self._pane.text.unlock()

    async def _save_note(self, spot: Spot) -> None:
        async with self._sealed(spot) as body:
            await self._promised(spot)
            draft = DraftKey(DRAFT, spot.subject)
            await self._place.desk.interactions.add_note(None, spot.customer_id, body, draft)
        self._drafts.forget(spot.subject)
        self._show()
        self.finished.emit(spot)

    async def _wrap_up(self, spot: Spot, outcome: UUID | None) -> None:
        case = self._book.case(spot.key)
        async with self._sealed(spot) as body:
            if outcome is None:
                await self._fill_outcomes(spot)  # the key was quicker than the list
                outcome = self._pane.outcomes.chosen if _subject(spot) == _subject(self._spot) else None
            if outcome is None or spot.interaction_id is None:
                raise Refused(tr("No outcome is chosen."), tr("Choose one from the list; a supervisor can add more."))
            if case is not None:
                await self._book.identify(case)
            await self._promised(spot)
            await self._place.desk.interactions.wrap_up(spot.interaction_id, outcome, body)
        self._drafts.forget(spot.subject)
        if case is not None:
            self._book.finish(case.key)
        self.finished.emit(spot)


def _subject(spot: Spot | None) -> UUID | None:
    return spot.subject if spot is not None else None
