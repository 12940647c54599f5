"""What merging two customers means, told before anything happens: fields side by side, and what comes along."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from crmdesk.domain.callbacks import CallbackState
from crmdesk.domain.card import CARD_FIELDS, CardField
from crmdesk.domain.complaints import ComplaintState
from crmdesk.domain.customers import ContactPointKind
from crmdesk.domain.language import mark_n, tr_n
from crmdesk.domain.merge_preview import Choice, MergeField, MergePreview
from crmdesk.domain.requests.kinds import RequestState
from crmdesk.domain.tasks import TaskState
from crmdesk.models.callback import Callback
from crmdesk.models.complaint import Complaint
from crmdesk.models.customer import ContactPoint, Customer, Relationship, Tag
from crmdesk.models.interaction import Interaction, Note
from crmdesk.models.request import Request
from crmdesk.models.task import Task
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services.merging import parts_of, two


def preview(uow: UnitOfWork, duplicate: UUID, survivor: UUID) -> MergePreview:
    """Return what merging a customer into another means. Raises Refused where they are one already or not here."""
    loser, winner = two(uow, duplicate, survivor)
    fields, same = [], []
    for field in CARD_FIELDS:
        kept, theirs = _words(winner, field), _words(loser, field)
        if kept == theirs:
            same += [field.label] if kept else []
        elif theirs:
            proposed = Choice.KEEP if kept else Choice.TAKE
            fields.append(MergeField(field.name, field.label, kept, theirs, proposed, field.lines))
    return MergePreview(
        survivor=winner.id,
        duplicate=loser.id,
        survivor_name=winner.name,
        duplicate_name=loser.name,
        fields=tuple(fields),
        brings=_brings(uow, loser.id),
        same=tuple(same),
        do_not_call=loser.do_not_call,
    )


def _words(row: Customer, field: CardField) -> str:
    value = getattr(row, field.name)
    return "" if value is None else str(value)


# What comes along -----------------------------------------------------------------------------------------------------


def _brings(uow: UnitOfWork, customer_id: UUID) -> tuple[str, ...]:
    """Return in words what a duplicate has that the survivor then has too."""
    parts = parts_of(uow, customer_id)

    def count(model: type[Any], *more: Any) -> int:
        query = select(func.count()).select_from(model).where(model.customer_id.in_(parts), *more)
        return uow.session.scalar(query) or 0

    return tuple(words for counted in _COUNTED if (words := counted(count)))


def _counted(forms: tuple[str, str], model: type[Any], *more: Any) -> Callable[[Callable[..., int]], str]:
    def words(count: Callable[..., int]) -> str:
        found = count(model, *more)
        return tr_n(*forms, found) if found else ""

    return words


def _of_kind(kind: ContactPointKind) -> tuple[Any, ...]:
    return (ContactPoint.kind == kind.value, ~ContactPoint.removed)


_COUNTED = (
    _counted(mark_n("{n} number", "{n} numbers"), ContactPoint, *_of_kind(ContactPointKind.PHONE)),
    _counted(mark_n("{n} e-mail address", "{n} e-mail addresses"), ContactPoint, *_of_kind(ContactPointKind.EMAIL)),
    _counted(mark_n("{n} address", "{n} addresses"), ContactPoint, *_of_kind(ContactPointKind.ADDRESS)),
    _counted(mark_n("{n} contact", "{n} contacts"), Interaction),
    _counted(mark_n("{n} note", "{n} notes"), Note),
    _counted(
        mark_n("{n} open complaint", "{n} open complaints"), Complaint, Complaint.state != ComplaintState.CLOSED.value
    ),
    _counted(mark_n("{n} open request", "{n} open requests"), Request, Request.state != RequestState.CLOSED.value),
    _counted(mark_n("{n} callback due", "{n} callbacks due"), Callback, Callback.state == CallbackState.OPEN.value),
    _counted(mark_n("{n} promise", "{n} promises"), Task, Task.state == TaskState.OPEN.value),
    _counted(mark_n("{n} relationship", "{n} relationships"), Relationship, ~Relationship.removed),
    _counted(mark_n("{n} tag", "{n} tags"), Tag, ~Tag.removed),
)
