"""Work that belongs to whoever takes it on, callbacks and tasks alike: claimed, given back, handed on, put off.

A claim is ours at once on this desk and unconfirmed until the server answers; handing on frees it and asks a colleague,
who claims it (docs/adr/0034): work is taken on by oneself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar
from uuid import UUID

from sqlalchemy import or_, select

from crmdesk.domain.changes import Kind
from crmdesk.domain.errors import Refused, UserMistake
from crmdesk.domain.language import mark, tr
from crmdesk.domain.quick import dataclass
from crmdesk.domain.zones import zone_or_none
from crmdesk.models.callback import Callback
from crmdesk.models.customer import Customer
from crmdesk.models.local import Outbox, OutboxState
from crmdesk.models.people import Agent
from crmdesk.models.task import Task
from crmdesk.models.unit_of_work import UnitOfWork

Work = TypeVar("Work", Callback, Task)

_CLAIM = Task.assigned_to.key
_OPEN = "open"


@dataclass(frozen=True, slots=True)
class Standing:
    """Who has a piece of work, as far as this desk knows: ``lost`` says who was first where a claim made here was not
    taken."""

    owner: str
    mine: bool
    unconfirmed: bool
    lost: str
    unsent: bool
    offered_to: str
    for_me: bool


class Deed(StrEnum):
    """What was done with a piece of work."""

    CLAIMED = "claimed"
    GIVEN_BACK = "given_back"
    HANDED = "handed"
    SNOOZED = "snoozed"
    WOKEN = "woken"
    MOVED = "moved"
    DONE = "done"
    CANCELLED = "cancelled"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True)
class Refusals:
    """Why one piece of work cannot be had, as whole sentences that are marked: it is not here, it was finished, or
    ``{name}`` has it."""

    gone: str
    finished: str
    taken: str


@dataclass(frozen=True, slots=True)
class Owning(Generic[Work]):
    """The rules for one kind of work. ``title`` names one in the list of what is unsent: what was done with it, and the
    name of the colleague whom that concerns, if any."""

    model: type[Work]
    refusals: Refusals
    title: Callable[[UnitOfWork, Deed, Work, str], str]

    def claim(self, uow: UnitOfWork, row_id: UUID) -> None:
        """Take it on; raises Refused when somebody has it already, or there is nothing left to do."""
        row = self.open_one(uow, row_id)
        self._not_anothers(uow, row, tr("Choose another one."))
        self.seen(uow, row_id)
        uow.update(row, self.title(uow, Deed.CLAIMED, row, ""), assigned_to=uow.actor, offered_to=None)

    def give_back(self, uow: UnitOfWork, row_id: UUID) -> None:
        """Let others take it on; raises Refused when it is somebody else's."""
        row = self.open_one(uow, row_id)
        self._not_anothers(uow, row, tr("Only they can give it back."))
        uow.update(row, self.title(uow, Deed.GIVEN_BACK, row, ""), assigned_to=None, offered_to=None)

    def hand_over(self, uow: UnitOfWork, row_id: UUID, colleague: UUID) -> None:
        """Ask a colleague to take it on: it is free, and marked as theirs. Raises Refused when it is somebody else's
        or nobody has such an id."""
        row = self.open_one(uow, row_id)
        self._not_anothers(uow, row, tr("Only they can hand it over."))
        if colleague == uow.actor:
            raise Refused(tr("This is you."), tr("Choose a colleague, or claim it."))
        if uow.session.get(Agent, colleague) is None:
            raise Refused(tr("This colleague is not on this computer."), tr("Choose another one."))
        title = self.title(uow, Deed.HANDED, row, name_of(uow, colleague))
        uow.update(row, title, assigned_to=None, offered_to=colleague, snoozed_until=None)

    def snooze(self, uow: UnitOfWork, row_id: UUID, until: datetime) -> None:
        """Let it ask for attention again at an instant; what was promised stays. Raises Refused when it is somebody
        else's, UserMistake for an instant that is over."""
        row = self.open_one(uow, row_id)
        self._not_anothers(uow, row, tr("Only they can put it off."))
        if until <= uow.clock.now():
            raise UserMistake("until", tr("This time is over."), tr("Choose a later one."))
        uow.update(row, self.title(uow, Deed.SNOOZED, row, ""), snoozed_until=until)

    def wake(self, uow: UnitOfWork, row_id: UUID) -> None:
        """Let it ask for attention now; raises Refused when there is nothing left to do."""
        row = self.open_one(uow, row_id)
        uow.update(row, self.title(uow, Deed.WOKEN, row, ""), snoozed_until=None)

    def seen(self, uow: UnitOfWork, row_id: UUID) -> None:
        """Forget that a claim of ours was not taken: the person has seen who was first."""
        entity = self.model.__tablename__
        lost = select(Outbox).where(Outbox.entity == entity, Outbox.row_id == row_id)
        for entry in uow.session.scalars(lost.where(Outbox.state == OutboxState.TAKEN.value)):
            uow.session.delete(entry)
            uow.touched(Kind(entity), row_id)

    def open_one(self, uow: UnitOfWork, row_id: UUID) -> Work:
        """Return one that is still to be done; raises Refused in words."""
        row = uow.session.get(self.model, row_id)
        if row is None:
            raise Refused(tr(self.refusals.gone), tr("Choose another one."))
        if row.state != _OPEN:
            raise Refused(tr(self.refusals.finished), tr("There is nothing left to do."))
        return row

    def due(self, uow: UnitOfWork, until: datetime | None, limit: int) -> list[Work]:
        """Return what is open, the most urgent first: of a long list its beginning and everything that this person has
        or is asked for."""
        model: type[Callback] | type[Task] = self.model
        query = select(self.model).where(model.state == _OPEN).order_by(model.due_at, model.id).limit(limit)
        if until is not None:
            query = query.where(model.due_at <= until)
        found: list[Work] = list(uow.session.scalars(query))
        if len(found) == limit:
            here = {row.id for row in found}
            own = query.where(or_(model.assigned_to == uow.actor, model.offered_to == uow.actor))
            found += [row for row in uow.session.scalars(own) if row.id not in here]
            found.sort(key=_urgency)
        return found

    def standings(self, uow: UnitOfWork, rows: Sequence[Work]) -> dict[UUID, Standing]:
        """Return how each row stands, by its id."""
        queued = self._queued(uow, [row.id for row in rows])
        names = _agents(uow, (agent for row in rows for agent in (row.assigned_to, row.offered_to)))
        return {row.id: _standing(uow, row, queued.get(row.id, []), names) for row in rows}

    def _queued(self, uow: UnitOfWork, ids: Sequence[UUID]) -> dict[UUID, list[Outbox]]:
        found: dict[UUID, list[Outbox]] = {}
        query = select(Outbox).where(Outbox.entity == self.model.__tablename__, Outbox.row_id.in_(ids))
        for entry in uow.session.scalars(query.order_by(Outbox.seq)):
            found.setdefault(entry.row_id, []).append(entry)
        return found

    def _not_anothers(self, uow: UnitOfWork, row: Work, next_step: str) -> None:
        if row.assigned_to not in (None, uow.actor):
            raise Refused(tr(self.refusals.taken, name=name_of(uow, row.assigned_to)), next_step)


def _standing(uow: UnitOfWork, row: Callback | Task, queued: Sequence[Outbox], names: dict[UUID, str]) -> Standing:
    mine = row.assigned_to is not None and row.assigned_to == uow.actor
    waiting = [entry for entry in queued if entry.state == OutboxState.WAITING.value]
    asked = any(entry.op == "update" and entry.set_.get(_CLAIM) for entry in waiting)
    lost = next((entry.reason for entry in queued if entry.state == OutboxState.TAKEN.value), "")
    offered = row.offered_to if row.assigned_to is None else None
    return Standing(
        owner=names.get(row.assigned_to, tr(SOMEBODY)) if row.assigned_to else "",
        mine=mine,
        unconfirmed=mine and asked,
        lost="" if mine else tr(lost),
        unsent=bool(waiting),
        offered_to=names.get(offered, tr(SOMEBODY)) if offered else "",
        for_me=offered is not None and offered == uow.actor,
    )


def _urgency(row: Callback | Task) -> tuple[datetime, UUID]:
    return row.due_at, row.id


SOMEBODY = mark("A colleague")


def name_of(uow: UnitOfWork, agent_id: UUID | None) -> str:
    """Return a colleague's name, as far as it is here."""
    agent = uow.session.get(Agent, agent_id) if agent_id else None
    return agent.display_name if agent else tr(SOMEBODY)


def _agents(uow: UnitOfWork, ids: Iterable[UUID | None]) -> dict[UUID, str]:
    rows = uow.session.execute(select(Agent.id, Agent.display_name).where(Agent.id.in_({*ids} - {None})))
    return {row.id: row.display_name for row in rows}


def customer_names(uow: UnitOfWork, ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Return the names of customers by id."""
    rows = uow.session.execute(select(Customer.id, Customer.name).where(Customer.id.in_({*ids} - {None})))
    return {row.id: row.name for row in rows}


def colleagues(uow: UnitOfWork) -> tuple[tuple[UUID, str], ...]:
    """Return everybody else who works here, by name."""
    query = select(Agent.id, Agent.display_name).where(Agent.active, Agent.id != uow.actor).order_by(Agent.display_name)
    return tuple((row.id, row.display_name) for row in uow.session.execute(query))


def check_zone(zone: str) -> None:
    """Raise UserMistake for what is not an IANA time zone."""
    if zone_or_none(zone) is None:
        raise UserMistake(
            "due_zone", tr("There is no such time zone."), tr("Choose one like {zone}.", zone="Europe/London")
        )
