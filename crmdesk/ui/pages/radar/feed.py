"""Follows the radar for one window: what is open, what nobody took note of, and who is told of it."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.errors import CrmdeskError
from crmdesk.domain.language import tr_n
from crmdesk.domain.radar.views import RadarRow, RadarView, where
from crmdesk.runtime.bus import SignedIn
from crmdesk.ui.frame.page import Place
from crmdesk.ui.qt.events import Throttle, listen
from crmdesk.ui.qt.tasks import InTurn
from crmdesk.ui.reports.radar_table import risen_words
from crmdesk.ui.theme import Voice

FIRST_AFTER_MS = 15_000
"""Whoever has just begun needs the processor themselves."""

_EVERY_MS = 300_000
_CLOCK_MS = 60_000
_NAME = "crmdesk.radar"


class RadarFeed(QObject):
    """``changed`` tells that ``view`` or ``trouble`` became others; None is not computed yet.

    Computed some seconds after the start, when complaints change (every five minutes at most) and on a new day.
    """

    changed = Signal()

    def __init__(self, place: Place, first_ms: int = FIRST_AFTER_MS) -> None:
        super().__init__(place.window)
        self.setObjectName(_NAME)
        self.place = place
        self.view: RadarView | None = None
        self.trouble: CrmdeskError | None = None
        self._told: set[tuple[str, str, str]] = set()
        self._reading = InTurn(self, self._read)
        self._first = QTimer(self)
        self._first.setSingleShot(True)
        self._first.timeout.connect(self.read)
        self._first.start(first_ms)
        self._clock = QTimer(self)
        self._clock.setInterval(_CLOCK_MS)
        self._clock.timeout.connect(self.look_at_the_day)
        self._clock.start()
        self._throttle = Throttle(_EVERY_MS, self)
        self._throttle.passed.connect(self._due)
        listen(self, place.desk.bus, Changes, self._heard)
        listen(self, place.desk.bus, SignedIn, self._somebody_else)

    def read(self) -> None:
        """Compute anew; while that is being done already, once more after it."""
        self._first.stop()
        self._reading.ask()

    def look_at_the_day(self) -> None:
        """Compute anew if another day began."""
        if self.view is not None and self.view.day != self.place.clock.now().astimezone(self.place.zone).date():
            self.read()

    def _heard(self, changes: Changes) -> None:
        if not self._first.isActive() and changes.touches(Kind.COMPLAINT):
            self._throttle.put(None)

    def _due(self, _nothing: object) -> None:
        self.read()

    def _somebody_else(self, _event: SignedIn) -> None:
        self._told.clear()
        if not self._first.isActive():
            self.read()

    async def _read(self) -> None:
        try:
            self.view, self.trouble = await self.place.desk.radar.look(self.place.zone), None
        except CrmdeskError as error:
            self.trouble = error
        self._tell()
        self.changed.emit()

    def _tell(self) -> None:
        if self.view is None or self.trouble is not None:
            return
        untold = self.view.untold
        item = self.place.window.rail.items.get("radar")
        if item is not None:
            item.show_badge(len(untold), Voice.SOON)
        fresh = tuple(row for row in untold if row.key not in self._told)
        self._told = {row.key for row in untold}
        if fresh and self.place.window.current != "radar":
            self._say(fresh)

    def _say(self, fresh: tuple[RadarRow, ...]) -> None:
        title = tr_n("Complaints rise in {n} place", "Complaints rise in {n} places", len(fresh))
        first = fresh[0].alert
        self.place.window.tell(title, f"{where(first.cell)}: {risen_words(first.latest)}")


def follow_radar(place: Place) -> RadarFeed:
    """Return the feed of a window, begun now if it was not yet."""
    found = place.window.findChild(RadarFeed, _NAME)
    return found if isinstance(found, RadarFeed) else RadarFeed(place)
