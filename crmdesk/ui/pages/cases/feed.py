"""Follows the cases for one window: what is open, what nobody here has seen, and who is told of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from time import perf_counter
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal

from crmdesk.domain import words
from crmdesk.domain.cases.views import CaseLine
from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.errors import CrmdeskError
from crmdesk.domain.language import left_to_right, mark, tr, tr_n
from crmdesk.domain.people import Identity, Role
from crmdesk.domain.requests.urgency import urgency_of
from crmdesk.domain.requests.views import RequestLine
from crmdesk.domain.sync_state import SyncLink
from crmdesk.runtime.bus import SignedIn, SyncChanged
from crmdesk.ui.frame.page import Place
from crmdesk.ui.qt.events import Throttle, listen
from crmdesk.ui.qt.tasks import InTurn, spawn

_EVERY_MS = 200
_TOLD_MS = 8000
_LOOK_MS = 60_000
_NAME = "crmdesk.complaints"
_CONCERN = (
    *(Kind.COMPLAINT, Kind.COMPLAINT_STEP, Kind.COMPLAINT_ISSUE, Kind.CUSTOMER, Kind.AGENT),
    *(Kind.REQUEST, Kind.REQUEST_STEP, Kind.REGIME, Kind.HOUSE_RULES),
)


class ComplaintFeed(QObject):
    """``changed`` tells that ``rows``, ``unseen`` or ``trouble`` became others, or that a minute went by; rows are in
    the order in which they are due, None unread.

    A supervisor who looks elsewhere is told of each new complaint in one line; who registered it is not.
    """

    changed = Signal()

    def __init__(self, place: Place) -> None:
        super().__init__(place.window)
        self.setObjectName(_NAME)
        self.place = place
        self.rows: tuple[CaseLine | RequestLine, ...] | None = None
        self.unseen: frozenset[UUID] = frozenset()
        self.trouble: CrmdeskError | None = None
        self._reading = InTurn(self, self._read)
        self._watched = False
        self._quietly = self.catching_up = True
        self._hush = QTimer(self)
        self._hush.setSingleShot(True)
        self._hush.setInterval(_TOLD_MS)
        self._hush.timeout.connect(self._take_notice_away)
        self._throttle = Throttle(_EVERY_MS, self)
        self._throttle.passed.connect(self._due)
        self._clock = QTimer(self)
        self._clock.setInterval(_LOOK_MS)
        self._clock.timeout.connect(self.changed)
        self._clock.start()
        listen(self, place.desk.bus, Changes, self._heard)
        listen(self, place.desk.bus, SignedIn, self._somebody_else)
        listen(self, place.desk.bus, SyncChanged, self._link_changed)
        spawn(self, self._begin())

    async def _begin(self) -> None:
        await self.place.window.shown()  # the page in sight reads first
        await self._reading.run()

    def read(self) -> None:
        """Read the open cases."""
        self._reading.ask()

    def watch(self) -> None:
        """Somebody looks at the list: nothing counts as unseen, though what is new stays marked."""
        self._watched = True
        if self._hush.isActive():
            self._take_notice_away()
        self._show_badge()

    def look_away(self) -> None:
        """Nobody looks any longer: what was new is known now."""
        self._watched = False
        self.unseen = frozenset()
        self.changed.emit()

    def _heard(self, changes: Changes) -> None:
        if changes.touches(*_CONCERN):
            self._quietly = self._quietly or changes.everything
            self._throttle.put(None)

    def _somebody_else(self, _event: SignedIn) -> None:
        self._quietly = True
        self._throttle.put(None)

    def _due(self, _nothing: object) -> None:
        self.read()

    def _link_changed(self, event: SyncChanged) -> None:
        if self.catching_up and event.state.link is SyncLink.LIVE:
            spawn(self, self._caught_up())

    async def _caught_up(self) -> None:
        """What the first pull of the day brought is where things stand, not news."""
        await self._reading.run()
        self.catching_up = False

    async def _read(self) -> None:
        quietly, self._quietly = self._quietly or self.catching_up, False
        began = perf_counter()
        try:
            rows = await self._open_cases()
        except CrmdeskError as error:
            self.trouble, self._quietly = error, quietly
            self.changed.emit()
            return
        self._throttle.cost(perf_counter() - began)
        known = {row.id for row in self.rows} if self.rows is not None else set()
        fresh = tuple(row for row in rows if row.id not in known) if self.rows is not None and not quietly else ()
        self.rows, self.trouble = rows, None
        self.unseen = (self.unseen | {row.id for row in fresh}) & {row.id for row in rows}
        self._show_badge()
        self._tell(fresh)
        self.changed.emit()

    async def _open_cases(self) -> tuple[CaseLine | RequestLine, ...]:
        complaints, requests = await self.place.desk.cases.open(), await self.place.desk.requests.open()
        every: list[CaseLine | RequestLine] = [*complaints, *requests]
        # Beside the screen: with thousands of them, too long for a frame.
        return await asyncio.to_thread(_in_order, every, self.rows or ())

    def _show_badge(self) -> None:
        item = self.place.window.rail.items.get("cases")
        if item is not None:
            item.show_badge(0 if self._watched else len(self.unseen))

    def _tell(self, fresh: tuple[CaseLine | RequestLine, ...]) -> None:
        me = self.place.desk.identity
        if me is None or me.role is Role.AGENT or self._watched:
            return
        others = tuple(row for row in fresh if not _by(row, me))
        if others:
            self._hush.start()
        if len(others) == 1:
            reference = left_to_right(others[0].reference)
            self.place.window.tell(tr(_told_as(others[0]), reference=reference), about(others[0]))
        elif others:
            references = words.one_of(tuple(left_to_right(row.reference) for row in others[:3]))
            self.place.window.tell(tr_n("{n} new case", "{n} new cases", len(others)), references)

    def _take_notice_away(self) -> None:
        self._hush.stop()
        self.place.window.notice.go()


def _in_order(
    every: Sequence[CaseLine | RequestLine], before: Iterable[CaseLine | RequestLine]
) -> tuple[CaseLine | RequestLine, ...]:
    """Return cases by urgency. One that is as it was ``before`` is that very one, which a list sees at a glance."""
    known = {row.id: row for row in before}
    return tuple(known[row.id] if known.get(row.id) == row else row for row in sorted(every, key=urgency_of))


def _by(row: CaseLine | RequestLine, me: Identity) -> bool:
    return row.registered_by == me.display_name


def _told_as(row: CaseLine | RequestLine) -> str:
    return mark("New request {reference}") if isinstance(row, RequestLine) else mark("New complaint {reference}")


def about(row: CaseLine | RequestLine) -> str:
    """Return whose case it is and what about, in one line."""
    grave = "" if isinstance(row, RequestLine) else tr("severity {severity}", severity=row.severity)
    return ", ".join(part for part in (row.customer_name, row.title, grave) if part)


def follow_complaints(place: Place) -> ComplaintFeed:
    """Return the feed of a window, begun now if it was not yet."""
    found = place.window.findChild(ComplaintFeed, _NAME)
    return found if isinstance(found, ComplaintFeed) else ComplaintFeed(place)
