"""What will probably miss its deadline, for those who lead: counted when complaints change, some seconds apart."""

from __future__ import annotations

from time import perf_counter
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from crmdesk.domain.cases.forecast import Forecast, Outlook
from crmdesk.domain.cases.forecast_words import explained, summary
from crmdesk.domain.cases.views import CaseView
from crmdesk.domain.errors import CrmdeskError
from crmdesk.domain.people import Role
from crmdesk.ui.frame.page import Place
from crmdesk.ui.qt.events import Throttle
from crmdesk.ui.qt.tasks import cancel_all, spawn

_EVERY_MS = 5_000
_LEADING = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})


class Outlooks(QObject):
    """``changed`` tells that the forecast is another one, or could not be counted; then there is none."""

    changed = Signal()

    def __init__(self, place: Place, parent: QObject) -> None:
        super().__init__(parent)
        self._place = place
        self._forecast: Forecast | None = None
        self._by_id: dict[UUID, Outlook] = {}
        self._reading = QObject(self)
        self._throttle = Throttle(_EVERY_MS, self)
        self._throttle.passed.connect(self._due)

    @property
    def offered(self) -> bool:
        """Return whether whoever is signed in is told the forecast."""
        me = self._place.desk.identity
        return me is not None and me.role in _LEADING

    @property
    def summary(self) -> str:
        """Return how many will miss their deadline, in a sentence; empty where nothing is to be said."""
        return summary(self._forecast) if self._forecast is not None and self.offered else ""

    @property
    def ids(self) -> tuple[UUID, ...]:
        """Return the complaints that will probably miss their deadline, those most in danger first."""
        found = self._forecast.outlooks if self._forecast is not None and self.offered else ()
        return tuple(one.id for one in found if one.probable)

    def of(self, complaint_id: UUID) -> Outlook | None:
        """Return the outlook of a complaint, None where there is none to be told."""
        return self._by_id.get(complaint_id) if self.offered else None

    def sentence(self, view: CaseView) -> str:
        """Return what is to be expected of a complaint and what it was counted from, empty where nothing is."""
        one = self.of(view.line.id)
        return "" if one is None else explained(one, view.product, view.category)

    def count(self) -> None:
        """Count anew, soon."""
        if self.offered:
            self._throttle.put(None)

    def _due(self, _nothing: object) -> None:
        cancel_all(self._reading)
        spawn(self._reading, self._count())

    async def _count(self) -> None:
        began = perf_counter()
        try:
            found: Forecast | None = await self._place.desk.cases.forecast()
            self._throttle.cost(perf_counter() - began)
        except CrmdeskError:
            found = None  # the list says what is wrong with the file; a number that is not there says nothing wrong
        self._forecast = found
        self._by_id = {} if found is None else {one.id: one for one in found.outlooks}
        self.changed.emit()
