"""Reads the next deadlines of cases that are shown, after they are shown, and keeps their words true."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import tzinfo
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal

from crmdesk.domain.cases.deadlines import Deadline
from crmdesk.domain.cases.words import DeadlineWords, said_of
from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.clock import Clock
from crmdesk.runtime.desk import Desk
from crmdesk.ui.qt.events import listen
from crmdesk.ui.qt.tasks import cancel_all, running, spawn

_AFTER_PAINTING_MS = 60
_AGAIN_MS = 30_000
_CONCERN = (
    *(Kind.COMPLAINT, Kind.COMPLAINT_STEP, Kind.REQUEST, Kind.REQUEST_STEP),
    *(Kind.REGIME, Kind.HOUSE_RULES),
)


class NextDeadlines(QObject):
    """Nothing waits for them: they are read a moment after what they stand below was painted, since the first time
    loads public holidays. ``changed`` tells that they, or their words, are others now."""

    changed = Signal()

    def __init__(self, desk: Desk, clock: Clock, zone: tzinfo, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._clock, self._zone = desk, clock, zone
        self._followed: frozenset[UUID] = frozenset()
        self._known: dict[UUID, Deadline] = {}
        self._told: Mapping[UUID, DeadlineWords] = {}
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_AFTER_PAINTING_MS)
        self._soon.timeout.connect(self._start)
        self._tick = QTimer(self)
        self._tick.setInterval(_AGAIN_MS)
        self._tick.timeout.connect(self.look_at_the_clock)
        listen(self, desk.bus, Changes, self._rows_changed)

    @property
    def said(self) -> Mapping[UUID, DeadlineWords]:
        """Return the words of the deadlines that are known, by case."""
        now = self._clock.now()
        found = ((id_, said_of(one, now, self._zone)) for id_, one in self._known.items())
        return {id_: words for id_, words in found if words is not None}

    @property
    def waiting(self) -> bool:
        """Whether they are still to be read."""
        return self._soon.isActive() or running(self) > 0

    def follow(self, cases: Iterable[UUID]) -> None:
        """Read the deadlines of these cases soon, and again whenever one may have changed."""
        self._followed = frozenset(cases)
        self._known = {id_: one for id_, one in self._known.items() if id_ in self._followed}
        self._told = self.said
        if self._followed:
            self._soon.start()
            self._tick.start()
        else:
            cancel_all(self)
            self._soon.stop()
            self._tick.stop()

    def look_at_the_clock(self) -> None:
        """Tell if time alone made other words of them: a day has passed, or a due time."""
        said = self.said
        if said != self._told:
            self._told = said
            self.changed.emit()

    def _rows_changed(self, changes: Changes) -> None:
        if self._followed and changes.touches(*_CONCERN) and not self._soon.isActive():
            self._soon.start()

    def _start(self) -> None:
        cancel_all(self)
        spawn(self, self._read(self._followed))

    async def _read(self, followed: frozenset[UUID]) -> None:
        known = await self._desk.cases.next_deadlines(tuple(followed))
        known |= await self._desk.requests.next_deadlines(tuple(followed))
        if followed == self._followed:
            self._known = known
            self.look_at_the_clock()
