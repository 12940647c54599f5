"""The quiet hint under the note: its words speak of dissatisfaction, and no complaint was registered from the call."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import QObject, QTimer

from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.lane import DeskCall, Stage
from crmdesk.ui.frame import commands
from crmdesk.ui.frame.page import Place
from crmdesk.ui.pages.desk.drafts import DraftBook
from crmdesk.ui.pages.desk.note import NotePane
from crmdesk.ui.pages.desk.spot import Spot
from crmdesk.ui.pop.calls import CallBook
from crmdesk.ui.qt.events import listen
from crmdesk.ui.qt.tasks import cancel_all, running, spawn

AFTER_LAST_KEY_MS = 600


class MissedComplaint(QObject):
    """Reads the note on a database thread once nobody typed for a moment, in the call and while wrapping up.

    It takes no focus and holds nothing up: a call can be finished whatever the hint says. Once it was said to be no
    complaint, or one was registered, it stays away from that call.
    """

    def __init__(self, place: Place, note: NotePane, book: CallBook, drafts: DraftBook, parent: QObject) -> None:
        super().__init__(parent)
        self._place, self._note, self._book = place, note, book
        self._spot: Spot | None = None
        self._settled: set[object] = set()
        self._words: tuple[str, ...] = ()
        self._asking = QObject(self)
        self._after_key = QTimer(self)
        self._after_key.setSingleShot(True)
        self._after_key.setInterval(AFTER_LAST_KEY_MS)
        self._after_key.timeout.connect(self._read)
        self._dismiss = place.keys.bind(commands.NOT_A_COMPLAINT, self.dismiss, note.complaint_hint)
        self._dismiss.drive(note.no_complaint)
        note.no_complaint.clicked.connect(self.dismiss)
        note.edited.connect(self._after_key.start)
        drafts.found.connect(self._draft_found)
        book.changed.connect(self._call_changed)
        listen(self, place.desk.bus, Changes, self._changed)

    def follow(self, spot: Spot | None) -> None:
        """Take note of where the desk went."""
        same = spot is not None and self._spot is not None and spot.subject == self._spot.subject
        self._spot = spot
        if not same:
            self._show(())
            self._after_key.start()

    def dismiss(self) -> None:
        """It is no complaint: stay away from this call."""
        if self._spot is not None:
            self.settled(self._spot.subject)

    def settled(self, subject: object) -> None:
        """Nobody needs to be asked about this call or customer any more."""
        self._settled.add(subject)
        if subject == self._subject:
            self._show(())

    def finished(self, spot: object) -> None:
        """A note became a record: what is written next is another one."""
        if isinstance(spot, Spot) and spot.subject == self._subject:
            self._show(())

    @property
    def pending(self) -> bool:
        """Return whether words that were typed are still to be read."""
        return self._after_key.isActive() or bool(running(self._asking))

    @property
    def _subject(self) -> UUID | None:
        return self._spot.subject if self._spot is not None else None

    def _call_changed(self, case: DeskCall, before: DeskCall | None) -> None:
        here = self._spot is not None and self._spot.key == case.key
        if here and (before is None or before.stage is not case.stage):
            self._after_key.start()

    def _draft_found(self, subject: object) -> None:
        if subject == self._subject:
            self._after_key.start()

    def _changed(self, changes: Changes) -> None:
        if changes.touches(Kind.COMPLAINT):
            self._read()

    def _read(self) -> None:
        cancel_all(self._asking)
        spot = self._spot
        if spot is None or spot.subject in self._settled or self._rings(spot):
            self._show(())
        else:
            spawn(self._asking, self._ask(spot, self._note.text.text))

    def _rings(self, spot: Spot) -> bool:
        case = self._book.case(spot.key)
        return case is not None and case.stage is Stage.RINGING

    async def _ask(self, spot: Spot, note: str) -> None:
        words = await self._place.desk.complaints.missed(spot.interaction_id, note) if note.strip() else ()
        if spot.subject == self._subject and spot.subject not in self._settled:
            self._show(words)

    def _show(self, words: tuple[str, ...]) -> None:
        if words != self._words:
            self._words = words
            self._note.hint_complaint(words)
            self._place.keys.refresh()
