"""What a card shows beside the customer's own record: who belongs to them, tags, and what is promised to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, bindparam, func, literal, select, union_all

from crmdesk.domain.callbacks import CallbackState
from crmdesk.domain.card import DueKind, DueView, RelationKind, RelationView
from crmdesk.domain.tasks import TaskState
from crmdesk.domain.values import known
from crmdesk.models.base import Id
from crmdesk.models.callback import Callback
from crmdesk.models.customer import Customer, Relationship, Tag
from crmdesk.models.people import Agent
from crmdesk.models.task import Task
from crmdesk.models.unit_of_work import UnitOfWork

MOST_RELATIONS, MOST_DUE = 12, 6

_relation = Relationship.__table__
_tag = Tag.__table__
_callback = Callback.__table__
_task = Task.__table__
_agent = Agent.__table__
_other = Customer.__table__.alias("other_customer")
_THIS = bindparam("customer", type_=Id)

_RELATIONS = (
    select(
        _relation.c.id,
        _relation.c.kind,
        func.coalesce(_other.c.name, _relation.c.name).label("name"),
        _relation.c.role,
        _relation.c.may_speak,
        _other.c.id.label("other"),
    )
    .select_from(_relation)
    .outerjoin(_other, _other.c.id == _relation.c.other_customer_id)
    .where(_relation.c.customer_id == _THIS, ~_relation.c.removed)
    .order_by(_relation.c.kind.desc(), _relation.c.id)
    .limit(MOST_RELATIONS)
)
_TAGS = select(_tag.c.word).where(_tag.c.customer_id == _THIS, ~_tag.c.removed).order_by(_tag.c.id)
_DUE = union_all(
    select(
        _callback.c.id,
        literal(DueKind.CALL.value).label("kind"),
        _callback.c.reason.label("what"),
        _callback.c.due_at,
        _callback.c.due_zone,
        _callback.c.assigned_to,
    ).where(_callback.c.customer_id == _THIS, _callback.c.state == CallbackState.OPEN.value),
    select(_task.c.id, _task.c.kind, _task.c.words, _task.c.due_at, _task.c.due_zone, _task.c.assigned_to).where(
        _task.c.customer_id == _THIS, _task.c.state == TaskState.OPEN.value
    ),
).subquery()
_DUE_OF = (
    select(_DUE.c.id, _DUE.c.kind, _DUE.c.what, _DUE.c.due_at, _DUE.c.due_zone, _agent.c.display_name.label("owner"))
    .select_from(_DUE)
    .outerjoin(_agent, _agent.c.id == _DUE.c.assigned_to)
    .order_by(_DUE.c.due_at, _DUE.c.id)
    .limit(MOST_DUE)
)

Parts = Iterable[Mapping[str, UUID]]


def _rows(uow: UnitOfWork, query: Select[Any], parts: Parts) -> Iterator[Row[*tuple[Any, ...]]]:
    return chain.from_iterable(uow.session.execute(query, part) for part in parts)


def relations(uow: UnitOfWork, customer_id: UUID, parts: Parts) -> tuple[RelationView, ...]:
    """Return who belongs to a customer; a name that their own record has counts before the one written here."""
    return tuple(
        RelationView(
            row.id, known(RelationKind, row.kind, RelationKind.HOUSEHOLD), row.name, row.role, row.may_speak, row.other
        )
        for row in _rows(uow, _RELATIONS, parts)
        if row.other != customer_id
    )


def tags(uow: UnitOfWork, parts: Parts) -> tuple[str, ...]:
    """Return the tags of a customer, each once however often it was put, in the order in which they came."""
    found: dict[str, str] = {}
    for row in _rows(uow, _TAGS, parts):
        found.setdefault(row.word.casefold(), row.word)
    return tuple(found.values())


def due(uow: UnitOfWork, parts: Parts) -> tuple[DueView, ...]:
    """Return what is still to be done for a customer, calls back and tasks, the most urgent first."""
    found = [
        DueView(row.id, known(DueKind, row.kind, DueKind.PROMISE), row.what, row.due_at, row.due_zone, row.owner or "")
        for row in _rows(uow, _DUE_OF, parts)
    ]
    return tuple(sorted(found, key=lambda one: one.due_at)[:MOST_DUE])
