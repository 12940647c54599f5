"""The desk's door to promises and follow-ups."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from crmdesk.domain.tasks import NewTask, TaskView
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.runtime import settings
from crmdesk.runtime.database import Database
from crmdesk.services import owning, tasks

_REMEMBERED = 1000
"""How many reminders are remembered: what is due in weeks is not reminded of yet."""


class TasksDesk:
    """Changes are published as ``Changes`` of ``Kind.TASK``, also when the server answers a claim."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def make(self, new: NewTask, draft: UUID | None = None) -> UUID:
        """Make a task; raises UserMistake at the field that is wrong. ``draft`` is the subject of what was typed."""
        return await self._database.write(tasks.make, new, draft)

    async def make_for(self, new: NewTask, colleague: UUID, draft: UUID | None = None) -> UUID:
        """Make a task and ask a colleague to take it on, in one step."""
        return await self._database.write(_make_for, new, colleague, draft)

    async def claim(self, task_id: UUID) -> None:
        """Take it on, unconfirmed until the server answers; raises Refused when somebody has it already."""
        await self._database.write(tasks.claim, task_id)

    async def give_back(self, task_id: UUID) -> None:
        """Let others take it on; raises Refused when it is somebody else's."""
        await self._database.write(tasks.give_back, task_id)

    async def hand_over(self, task_id: UUID, colleague: UUID) -> None:
        """Ask a colleague to take it on; raises Refused when it is somebody else's."""
        await self._database.write(tasks.hand_over, task_id, colleague)

    async def snooze(self, task_id: UUID, until: datetime) -> None:
        """Let it ask for attention again at an instant; raises Refused when it is somebody else's."""
        await self._database.write(tasks.snooze, task_id, until)

    async def wake(self, task_id: UUID) -> None:
        """Let it ask for attention now."""
        await self._database.write(tasks.wake, task_id)

    async def done(self, task_id: UUID, result: str = "") -> None:
        """Say that it was done, and what came of it; raises Refused when it was finished already."""
        await self._database.write(tasks.done, task_id, result)

    async def cancel(self, task_id: UUID, result: str = "") -> None:
        """Say that it need not be done any more; raises Refused when it was finished already."""
        await self._database.write(tasks.cancel, task_id, result)

    async def reopen(self, task_id: UUID) -> None:
        """Take back that it was finished."""
        await self._database.write(tasks.reopen, task_id)

    async def move(self, task_id: UUID, due_at: datetime, due_zone: str) -> None:
        """Agree another time; raises UserMistake for one that is over."""
        await self._database.write(tasks.move, task_id, due_at, due_zone)

    async def seen(self, task_id: UUID) -> None:
        """Forget that a claim made here was not taken, once somebody saw who was first."""
        await self._database.write(tasks.seen, task_id)

    async def due(self, until: datetime | None = None) -> tuple[TaskView, ...]:
        """Return the open tasks, the most urgent first; those due by ``until`` where it is given."""
        return await self._database.read(tasks.due, until)

    async def finished(self, since: datetime) -> tuple[TaskView, ...]:
        """Return what this person finished since an instant, the latest first."""
        return await self._database.read(tasks.finished, since)

    async def of_customer(self, customer_id: UUID) -> tuple[TaskView, ...]:
        """Return the open tasks for one customer, the most urgent first."""
        return await self._database.read(tasks.of_customer, customer_id)

    async def kept_since(self, customer_id: UUID, since: datetime) -> tuple[TaskView, ...]:
        """Return what was promised to a customer and done since an instant, the latest first."""
        return await self._database.read(tasks.kept_since, customer_id, since)

    async def one(self, task_id: UUID) -> TaskView | None:
        """Return one task, None if this desk does not hold it."""
        return await self._database.read(tasks.one, task_id)

    async def reminded(self) -> tuple[str, ...]:
        """Return the keys of the reminders that were shown at this desk, also before it was last started."""
        return await self._database.read(_reminded)

    async def remember_reminded(self, keys: Sequence[str]) -> None:
        """Remember that reminders were shown; raises Unavailable."""
        await self._database.write(_remember, tuple(keys))

    async def colleagues(self) -> tuple[tuple[UUID, str], ...]:
        """Return everybody else who works here, by name."""
        return await self._database.read(owning.colleagues)


def _reminded(uow: UnitOfWork) -> tuple[str, ...]:
    return tuple(settings.get(uow, settings.REMINDED) or ())


def _remember(uow: UnitOfWork, keys: tuple[str, ...]) -> None:
    """Keep the last thousand, the newest at the end."""
    settings.put(uow, settings.REMINDED, [*_reminded(uow), *keys][-_REMEMBERED:])


def _make_for(uow: UnitOfWork, new: NewTask, colleague: UUID, draft: UUID | None) -> UUID:
    made = tasks.make(uow, new, draft)
    tasks.hand_over(uow, made, colleague)
    return made
