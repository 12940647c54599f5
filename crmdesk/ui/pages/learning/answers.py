"""Tells whoever told something about a product that it was answered: on the rail, and in words once no call is on."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import QObject

from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.errors import CrmdeskError
from crmdesk.domain.language import tr, tr_n
from crmdesk.domain.learning.feedback import Unread
from crmdesk.runtime.bus import SignedIn
from crmdesk.ui.frame.page import Place
from crmdesk.ui.pop.busy import Busy
from crmdesk.ui.qt.events import Throttle, listen
from crmdesk.ui.qt.tasks import InTurn, spawn
from crmdesk.ui.theme import Voice

_EVERY_MS = 500
_NAME = "crmdesk.answers"
_LONGEST = 140


class AnswersFeed(QObject):
    """Follows the answers for one window. A notice never interrupts: it waits until nothing rings, is on or is wrapped
    up. What was told stands on the rail until it was looked at."""

    def __init__(self, place: Place) -> None:
        super().__init__(place.window)
        self.setObjectName(_NAME)
        self.place = place
        self.unread: tuple[Unread, ...] = ()
        self.trouble: CrmdeskError | None = None
        self._reading = InTurn(self, self._read)
        self._told: set[UUID] = set()
        self._busy = Busy(place, self)
        self._busy.changed.connect(self._tell)
        self._throttle = Throttle(_EVERY_MS, self)
        self._throttle.passed.connect(self._due)
        listen(self, place.desk.bus, Changes, self._heard)
        listen(self, place.desk.bus, SignedIn, self._somebody)
        spawn(self, self._begin())

    async def _begin(self) -> None:
        await self.place.window.shown()  # the page in sight reads first
        await self._reading.run()

    def saw(self, answers: Sequence[UUID]) -> None:
        """Take note that the reader saw answers."""
        if any(one.id in answers for one in self.unread):
            spawn(self, self._saw(answers))

    async def _saw(self, answers: Sequence[UUID]) -> None:
        await self.place.desk.feedback.saw(answers)
        await self._reading.run()

    def _heard(self, changes: Changes) -> None:
        if changes.erased or changes.touches(Kind.FEEDBACK_ANSWER, Kind.FEEDBACK):
            self._throttle.put(None)

    def _somebody(self, _: SignedIn) -> None:
        self._told.clear()
        self._throttle.put(None)

    def _due(self, _: object) -> None:
        self._reading.ask()

    async def _read(self) -> None:
        try:
            self.unread, self.trouble = await self.place.desk.feedback.unread(), None
        except CrmdeskError as error:
            self.trouble = error  # the page says so to whoever looks
            return
        item = self.place.window.rail.items.get("learning")
        if item is not None:
            item.show_badge(len(self.unread), Voice.REST)
        self._tell()

    def _tell(self) -> None:
        fresh = [one for one in self.unread if one.id not in self._told]
        if not fresh or self._busy.now:
            return
        self._told.update(one.id for one in fresh)
        first = fresh[0]
        title = tr_n("Your feedback was answered", "{n} answers to your feedback", len(fresh))
        words = " ".join(first.words.split())
        short = words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"
        said = tr("{product}, {name}: {words}", product=first.product, name=first.by, words=short)
        self.place.window.tell(title, said)


def follow_answers(place: Place) -> AnswersFeed:
    """Return the feed of a window, begun now if it was not yet."""
    found = place.window.findChild(AnswersFeed, _NAME)
    return found if isinstance(found, AnswersFeed) else AnswersFeed(place)
