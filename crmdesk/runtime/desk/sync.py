"""The desk's door to the sync state: is my work safe, what is unsent, why."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.clock import Clock
from crmdesk.domain.errors import Unavailable
from crmdesk.domain.interactions import DraftKey
from crmdesk.domain.sync_state import SnapshotProgress, SyncLink, SyncState, UnsentChange
from crmdesk.runtime.bus import Bus, LocalWrite, SecondFileChanged, SyncChanged
from crmdesk.runtime.database import Database
from crmdesk.services import drafts, second_try, unsent

log = logging.getLogger(__name__)

_FILES = (Kind.COMPLAINT_ATTACHMENT, Kind.REQUEST_ATTACHMENT)
"""What changes when the server has taken the content of a file, which is no turn of sync."""


class SyncDesk:
    """Holds the state that explains itself. ``try_now`` is set by the link that does the sending."""

    def __init__(self, database: Database, bus: Bus, clock: Clock) -> None:
        self._database = database
        self._bus = bus
        self._clock = clock
        self._state = SyncState(SyncLink.SIGNED_OUT, clock.now(), 0, 0, None, None)
        self._wake: Callable[[], None] | None = None
        self._recount: asyncio.Task[None] | None = None
        self._is_stale = False
        self._one_at_a_time = asyncio.Lock()
        self._snapshot: SnapshotProgress | None = None
        self._second_file = ""
        bus.subscribe(LocalWrite, self._count_soon)
        bus.subscribe(Changes, self._changed)
        bus.subscribe(SecondFileChanged, self._second_file_changed)

    @property
    def state(self) -> SyncState:
        """The state as last told."""
        return self._state

    def on_try_now(self, wake: Callable[[], None]) -> None:
        """Say what "try now" does."""
        self._wake = wake

    def try_now(self) -> None:
        """Send and receive at once instead of waiting for the next turn."""
        if self._wake is not None:
            self._wake()

    def show_snapshot(self, progress: SnapshotProgress | None) -> None:
        """Tell how far the first copy of the records is, None when nothing is on its way any more."""
        self._snapshot = progress
        self._tell(replace(self._state, snapshot=progress))

    def _second_file_changed(self, event: SecondFileChanged) -> None:
        self._second_file = event.trouble
        self._tell(replace(self._state, second_file=event.trouble))

    def _changed(self, changes: Changes) -> None:
        if any(changes.touches(kind) for kind in _FILES):
            self._count_soon(changes)

    def _count_soon(self, _: LocalWrite | Changes) -> None:
        """Count what waits as soon as something does, whether or not the server can be reached; once more where
        something came while it was counted."""
        self._is_stale = True
        if self._recount is None or self._recount.done():
            self._recount = asyncio.ensure_future(self._count_again())

    async def _count_again(self) -> None:
        try:
            while self._is_stale:
                self._is_stale = False
                await self.refresh()
        except Unavailable:  # the desk is being closed: nobody looks any more
            log.info("what is unsent was not counted: the desk closes")

    async def changes(self) -> tuple[UnsentChange, ...]:
        """Return what the server has not taken: refused and clashing first, then waiting."""
        return await self._database.read(unsent.changes)

    async def try_again(self, seq: int) -> None:
        """Send a refused change again, with all that was saved with it; raises Refused when that cannot be."""
        await self._database.write(unsent.try_again, seq)

    async def change(self, seq: int, words: Mapping[str, str], draft: DraftKey | None = None) -> None:
        """Send a refused change again with other words; their ``draft`` is gone with that. Raises UserMistake at a
        field, Refused when that cannot be."""
        await self._database.write(drafts.turned_into, draft, second_try.change, seq, words)

    async def ask_supervisor(self, seq: int) -> UUID:
        """Put a refused change before those who lead, as a callback of the customer; return its id. Raises Refused."""
        return await self._database.write(second_try.ask_supervisor, seq)

    async def let_go(self, seq: int) -> str:
        """Give up a refused change and return what it said, to be copied; the record is shown as the server has it."""
        return await self._database.write(unsent.let_go, seq)

    async def keep_as_note(self, seq: int) -> UUID:
        """Give up a refused change and keep what it said as a new note about the customer; return the note's id."""
        return await self._database.write(unsent.keep_as_note, seq)

    async def refresh(self, link: SyncLink | None = None, detail: str | None = None) -> None:
        """Count anew and publish if anything differs; ``link`` and ``detail`` stay as they are when None."""
        async with self._one_at_a_time:  # two counts could come back the newer one first
            await self._count(link, detail)

    async def _count(self, link: SyncLink | None, detail: str | None) -> None:
        tally = await self._database.read(unsent.tally)
        now = self._state.link if link is None else link
        state = SyncState(
            link=now,
            since=self._since(now),
            unsent=tally.unsent,
            refused=tally.refused,
            oldest_unsent_at=tally.oldest_at,
            last_received_at=tally.pulled_at,
            detail=self._state.detail if detail is None else detail,
            conflicts=tally.conflicts,
            snapshot=self._snapshot,
            second_file=self._second_file,
        )
        self._tell(state)

    def _tell(self, state: SyncState) -> None:
        if state != self._state:
            self._state = state
            self._bus.publish(SyncChanged(state))

    def _since(self, link: SyncLink) -> datetime:
        return self._state.since if link is self._state.link else self._clock.now()
