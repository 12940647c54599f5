"""Watches the database for all desks: what moved, what stands still, and whether it is still the same database."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import Connection

from crmdesk.domain.errors import CrmdeskError, Unavailable
from crmdesk.domain.language import mark
from crmdesk.domain.quick import dataclass
from crmdesk.sync.engine import DatabaseAway, NotSettled, feed
from crmdesk.sync.engine.journal import Journal
from crmdesk.sync.engine.restoring import Found, Glance, Memory, Settled, glance, pass_id, settle

if TYPE_CHECKING:
    from crmdesk.server.gateway import Gateway

log = logging.getLogger(__name__)

WATCH_S = 0.1
"""Seconds between two looks at the watermark."""

AWAY_S = 1.0
"""Seconds between two tries while the database is away."""

_SILENT_S = 5.0
"""A look that takes longer is a database that does not answer, whatever becomes of the connection."""

_SILENT = mark("The database does not answer.")


@dataclass(frozen=True, slots=True)
class _Look:
    standing: feed.Standing
    moved: dict[int, int]
    glance: Glance


class FeedWatch:
    """The eye of one gateway on its database. A feed that stands still for ``stall_s`` seconds while somebody writes is
    told as an alarm. ``suspect`` and ``forget`` may be called from any thread, everything else on the loop."""

    def __init__(self, gateway: Gateway, journal: Journal, stall_s: float) -> None:
        self._gateway = gateway
        self._journal = journal
        self._stall_s = stall_s
        self._settled: Settled | None = None
        self._memory: Memory | None = None
        self._lost: UUID | None = None
        self._since = 0
        self._moved_at = gateway.clock.monotonic()
        self._looking_since: float | None = None
        self._away_since = 0.0
        self._reasons: set[tuple[str, str]] = set()
        self._away = ""
        self.stalled = False
        self.restores = 0

    @property
    def watermark(self) -> int:
        """The transaction id below which everything was decided when it was last looked at; 0 before the first look."""
        return self._since

    @property
    def away(self) -> str:
        """Why the database serves nobody now, in words; empty while it serves."""
        if self._away or self._looking_since is None:
            return self._away
        return _SILENT if self._gateway.clock.monotonic() - self._looking_since > _SILENT_S else ""

    @property
    def still_for_s(self) -> float:
        """Seconds for which changes that are committed have waited for an older transaction; 0 while none does."""
        return 0.0 if self._since == 0 else self._gateway.clock.monotonic() - self._moved_at

    def suspect(self, lost: UUID) -> None:
        """Take note that a desk saw more of an epoch than the database knows: nobody is served until it is settled."""
        self._lost = lost
        self._gateway.engine.unsettle()

    async def begin(self) -> None:
        """Settle the database before the first desk is served, if it is there; from now on nobody is served before."""
        self._gateway.engine.guard()
        await self._look_once()

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            serves = await self._look_once()
            await asyncio.sleep(WATCH_S if serves else AWAY_S)

    async def _look_once(self) -> bool:
        """Look and tell what was seen; return whether the database serves."""
        self._looking_since = self._gateway.clock.monotonic()
        try:
            look = await self._look()
        except CrmdeskError as error:
            self.note_away(error)
            return False
        finally:
            self._looking_since = None
        self._note_back()
        self._take(look)
        return True

    async def _look(self) -> _Look:
        """Look once; where the database came back or is another, settle it first."""
        while True:
            while self._settled is None or self._lost is not None:
                await self._settle()
            try:
                look = await self._gateway.in_thread(partial(_look, since=self._since))
            except NotSettled:
                self._settled = None
                continue
            assert self._settled is not None
            if (look.glance.epoch, look.glance.place) == (self._settled.epoch, self._settled.place):
                return look
            self._gateway.engine.unsettle()
            self._settled = None

    async def _settle(self) -> None:
        lost, before = self._lost, self._memory
        looking = partial(settle, journal=self._journal, memory=before, lost=lost)
        settled = await self._gateway.off_loop(partial(self._gateway.engine.settle, looking, _passing))
        if self._lost == lost:  # otherwise another desk told of a loss meanwhile
            self._lost = None
        if before is not None and before.epoch != settled.epoch:
            # Whoever is connected greets again, and what was read from the former history is read anew.
            self._memory, self._since = None, 0
            self._gateway.begin_again()
        self._settled = settled
        self.restores += settled.found is Found.RESTORED
        _tell(settled, self._journal)

    def _take(self, look: _Look) -> None:
        """Tell the desks what moved, and remember what was seen."""
        assert self._settled is not None
        mark = look.standing.watermark
        if self._since and look.moved:
            self._gateway.hub.moved(frozenset(look.moved), mark)
        else:
            self._gateway.hub.hint_waiting()
        if self._since != mark or not look.standing.held:
            self._since, self._moved_at = mark, self._gateway.clock.monotonic()
        self._note_stall(self.still_for_s > self._stall_s)
        before = self._memory
        committed = max(look.moved.values(), default=0)
        self._memory = Memory(
            look.glance.epoch,
            self._settled.timeline,
            max(mark, before.watermark if before else 0),
            max(committed, before.committed if before else 0),
            look.glance.synchronous,
        )

    def _note_stall(self, stalled: bool) -> None:
        """Sound the alarm when one transaction keeps everybody's changes back."""
        if stalled and not self.stalled:
            log.warning("the feed stands still: a transaction in this PostgreSQL cluster does not end")
        if self.stalled and not stalled:
            log.info("the feed goes on")
        self.stalled = stalled

    def note_away(self, error: CrmdeskError) -> None:
        """Remember that the database serves nobody; log that it is tried until it does, and each reason once."""
        # What is done by itself need not be told, and the driver's own words say more than ours.
        advice = "" if isinstance(error, Unavailable) else error.next_step
        reason = error.detail if isinstance(error, DatabaseAway) else advice
        if not self._away:
            self._away_since = self._gateway.clock.monotonic()
            log.warning(
                "database away, tried every %.0f s until it is back: %s", AWAY_S, f"{error.what} {reason}".strip()
            )
        elif (error.what, reason) not in self._reasons:
            log.warning("database still away: %s", f"{error.what} {reason}".strip())
        self._reasons.add((error.what, reason))
        self._away = error.what

    def _note_back(self) -> None:
        if self._away:
            log.info("database back after %.0f s", self._gateway.clock.monotonic() - self._away_since)
        self._away = ""
        self._reasons.clear()


def _look(conn: Connection, since: int) -> _Look:
    now = feed.standing(conn)
    moved = feed.scopes_moved(conn, since, now.watermark) if since and now.watermark > since else {}
    return _Look(now, moved, glance(conn))


def _passing(settled: Settled) -> partial[bool] | None:
    return partial(pass_id, wanted=settled.catch_up_to) if settled.catch_up_to else None


def _tell(settled: Settled, journal: Journal) -> None:
    if settled.found is Found.PROMOTED:
        log.warning("a standby took over with everything that was confirmed (timeline %d)", settled.timeline)
    if settled.found is not Found.RESTORED:
        return
    log.warning(
        "the database was put back: a new epoch begins, every desk sends and fetches again; %d rows erased again",
        settled.erased_again,
    )
    if not journal.path.exists():
        log.warning("no journal of erasures at %s: whoever was erased since the backup may be back", journal.path)
