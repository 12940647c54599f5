"""The desk's door to callbacks: promise, claim, give back, done, and what is due."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from crmdesk.domain.callbacks import CallbackView, NewCallback
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.runtime.database import Database
from crmdesk.services import callbacks


class CallbacksDesk:
    """Changes are published as ``Changes`` of ``Kind.CALLBACK``, also when the server answers a claim. ``region`` is
    the country of this house."""

    def __init__(self, database: Database, region: str) -> None:
        self._database = database
        self._region = region

    async def make(self, new: NewCallback, draft: UUID | None = None) -> UUID:
        """Promise a callback; raises UserMistake at the field that is wrong. ``draft`` is the subject of what was
        typed."""
        return await self._database.write(callbacks.make, new, self._region, draft)

    async def make_for(self, new: NewCallback, colleague: UUID, draft: UUID | None = None) -> UUID:
        """Promise a callback and ask a colleague to take it on, in one step."""
        return await self._database.write(_make_for, new, self._region, colleague, draft)

    async def claim(self, callback_id: UUID) -> None:
        """Take it on, unconfirmed until the server answers; raises Refused when somebody has it already."""
        await self._database.write(callbacks.claim, callback_id)

    async def give_back(self, callback_id: UUID) -> None:
        """Let others take it on; raises Refused when it is somebody else's."""
        await self._database.write(callbacks.give_back, callback_id)

    async def hand_over(self, callback_id: UUID, colleague: UUID) -> None:
        """Ask a colleague to take it on; raises Refused when it is somebody else's."""
        await self._database.write(callbacks.hand_over, callback_id, colleague)

    async def snooze(self, callback_id: UUID, until: datetime) -> None:
        """Let it ask for attention again at an instant; raises Refused when it is somebody else's."""
        await self._database.write(callbacks.snooze, callback_id, until)

    async def wake(self, callback_id: UUID) -> None:
        """Let it ask for attention now."""
        await self._database.write(callbacks.wake, callback_id)

    async def done(self, callback_id: UUID) -> None:
        """Say that the customer was rung back; raises Refused when it was finished already."""
        await self._database.write(callbacks.done, callback_id)

    async def reopen(self, callback_id: UUID) -> None:
        """Take back that it was finished; does nothing for one that is open."""
        await self._database.write(callbacks.reopen, callback_id)

    async def cancel(self, callback_id: UUID) -> None:
        """Say that nobody needs to ring back any more; raises Refused when it was finished already."""
        await self._database.write(callbacks.cancel, callback_id)

    async def seen(self, callback_id: UUID) -> None:
        """Forget that a claim made here was not taken, once somebody saw who was first."""
        await self._database.write(callbacks.seen, callback_id)

    async def due(self, until: datetime | None = None) -> tuple[CallbackView, ...]:
        """Return the open callbacks, the most urgent first; those due by ``until`` where it is given."""
        return await self._database.read(callbacks.due, until)

    async def of_customer(self, customer_id: UUID) -> tuple[CallbackView, ...]:
        """Return the open callbacks to one customer."""
        return await self._database.read(callbacks.of_customer, customer_id)

    async def one(self, callback_id: UUID) -> CallbackView | None:
        """Return one callback, None if this desk does not hold it."""
        return await self._database.read(callbacks.one, callback_id)


def _make_for(uow: UnitOfWork, new: NewCallback, region: str, colleague: UUID, draft: UUID | None) -> UUID:
    made = callbacks.make(uow, new, region, draft)
    callbacks.hand_over(uow, made, colleague)
    return made
