"""The desk's door to calls as interactions: identify, note, wrap up; and to drafts."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from crmdesk.domain.changes import Changes
from crmdesk.domain.errors import Refused, Unavailable
from crmdesk.domain.hand_over import HandOver
from crmdesk.domain.interactions import DispositionView, Draft, DraftKey, RecentCall
from crmdesk.domain.language import tr
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.runtime import settings
from crmdesk.runtime.bus import Bus
from crmdesk.runtime.database import Database
from crmdesk.services import drafts, interactions
from crmdesk.services.hand_over import hand_over, leave_note

_REMEMBERED = 100
"""How many hand-overs are remembered: calls of weeks ago do not come back."""

log = logging.getLogger(__name__)


class InteractionsDesk:
    """What an agent does with a call. The interaction's id is the call's ``contact_id``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def identify(self, interaction_id: UUID, customer_id: UUID | None) -> None:
        """Say whose call this is; raises Refused while the call is not on this computer (before it is answered)."""
        await self._database.write(interactions.identify, interaction_id, customer_id)

    async def add_note(
        self, interaction_id: UUID | None, customer_id: UUID | None, body: str, draft: DraftKey | None = None
    ) -> UUID:
        """Write a note; its ``draft`` is gone with that. Raises UserMistake when it is empty."""
        return await self._database.write(
            drafts.turned_into, draft, interactions.add_note, interaction_id, customer_id, body
        )

    async def dispositions(self, interaction_id: UUID) -> tuple[DispositionView, ...]:
        """Return the outcomes to choose from, the proposed one first."""
        return await self._database.read(interactions.dispositions, interaction_id)

    async def wrap_up(self, interaction_id: UUID, disposition_id: UUID, note: str) -> None:
        """Close the interaction with outcome and note; its draft is gone afterwards, in the same transaction."""
        await self._database.write(interactions.wrap_up, interaction_id, disposition_id, note)

    async def wrap_up_times(self) -> dict[str, float]:
        """Return how long wrap-up lasts by queue, in seconds."""
        return await self._database.read(interactions.wrap_up_times)

    async def names_by_extension(self) -> dict[str, str]:
        """Return the names of colleagues by their extension: the board tells them to supervisors only."""
        return await self._database.read(interactions.names_by_extension)

    async def hand_over(self, interaction_id: UUID, customer_id: UUID | None) -> HandOver:
        """Return what was said in this very contact, and what is promised to the customer and open."""
        return await self._database.read(hand_over, interaction_id, customer_id)

    async def leave_note(self, interaction_id: UUID, body: str) -> None:
        """Make a note of what was typed on a call that is handed on; raises UserMistake, Refused or Unavailable."""
        await self._database.write(leave_note, interaction_id, body)

    async def acknowledge(self, call: str) -> None:
        """Remember that the hand-over of a call, by its key, was taken note of; raises Unavailable."""
        await self._database.write(_acknowledge, call)

    async def is_acknowledged(self, call: str) -> bool:
        """Say whether the hand-over of a call was taken note of at this desk, also before it was last started."""
        return await self._database.read(_is_acknowledged, call)

    async def recent(self) -> tuple[RecentCall, ...]:
        """Return this agent's calls, those that wait for wrap-up first."""
        actor = self._database.actor
        return () if actor is None else await self._database.read(interactions.recent, actor)


def _is_acknowledged(uow: UnitOfWork, call: str) -> bool:
    return call in (settings.get(uow, settings.HAND_OVERS) or ())


def _acknowledge(uow: UnitOfWork, call: str) -> None:
    """Keep the last hundred, the newest at the end."""
    known = [key for key in settings.get(uow, settings.HAND_OVERS) or () if key != call]
    settings.put(uow, settings.HAND_OVERS, [*known[1 - _REMEMBERED :], call])


class DraftsDesk:
    """Text as it is being typed. ``kind`` is ``services.drafts.NOTE`` ("note") or "complaint", ``subject`` the
    interaction's id, or the customer's for a note without a call.

    What is asked for first is done first, also by other doors: a record made of a draft takes along what was kept of it
    before, and who reads one has no words that were typed later."""

    def __init__(self, database: Database, bus: Bus) -> None:
        self._database = database
        self._erased: set[UUID] = set()
        self._discarding: set[asyncio.Task[None]] = set()
        bus.subscribe(Changes, self._rows_changed)

    async def keep(self, kind: str, subject: UUID, fields: Mapping[str, str], title: str) -> datetime:
        """Keep the text; returns the instant when it was safe on the disk. Raises Refused for one about the erased."""
        self._check_alive(subject)
        return await self._database.write(drafts.keep, kind, subject, fields, title)

    async def add(self, draft: DraftKey, typed: Mapping[str, str], prose: Collection[str], title: str) -> None:
        """Add what was typed before a form had read its draft to what that holds, at one go: whoever reads the draft
        next has these words. Nothing typed changes nothing; raises as ``keep`` does."""
        if not typed:
            return
        self._check_alive(draft.subject)
        await self._database.write(drafts.add, draft, typed, prose, title)

    def _check_alive(self, subject: UUID) -> None:
        if subject in self._erased:
            raise Refused(tr("The customer's data was erased."), tr("What is written here is not kept."))

    async def load(self, kind: str, subject: UUID) -> Draft | None:
        """Return the draft, or None; words that are being written at this moment are among what is read."""
        return await self._database.read_in_turn(drafts.load, kind, subject)

    async def about(self, subject: UUID) -> tuple[Draft, ...]:
        """Return every draft about a subject, the newest first."""
        return await self._database.read_in_turn(drafts.about, subject)

    async def discard(self, kind: str, subject: UUID) -> None:
        """Forget a draft."""
        await self._database.write(drafts.discard, kind, subject)

    def _rows_changed(self, changes: Changes) -> None:
        """Somebody may have typed on while the erasure was written: what came to the disk behind it goes too."""
        if changes.erased:
            self._erased |= changes.erased
            task = asyncio.ensure_future(self._discard_all(changes.erased))
            self._discarding.add(task)
            task.add_done_callback(self._discarding.discard)

    async def _discard_all(self, subjects: Collection[UUID]) -> None:
        try:
            await self._database.write(drafts.discard_all, subjects)
        except Unavailable as error:
            log.warning("a draft about somebody who was erased could not be looked for: %s", type(error).__name__)

    async def parked(self) -> tuple[Draft, ...]:
        """Return all drafts, newest first."""
        return await self._database.read(drafts.parked)
