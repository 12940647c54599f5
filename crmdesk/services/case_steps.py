"""Steps of cases as this desk keeps them, of whatever kind the case is: read, in order, checked, written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, Table, bindparam, or_, select

from crmdesk.domain.cases.steps import Told, digest_of, ends_of, split, values_of
from crmdesk.domain.ids import new_id
from crmdesk.domain.language import tr
from crmdesk.models.complaint import ComplaintStep
from crmdesk.models.installation import installation
from crmdesk.models.limits import check_length
from crmdesk.models.local import CAME_BACK, LAID_OVER, NOT_BACK, Outbox, OutboxState
from crmdesk.models.registry import table_of
from crmdesk.models.request import RequestStep
from crmdesk.models.unit_of_work import UnitOfWork

ID_SETS = 500
"""How many ids are asked for at once."""

_LONG_AFTER = timedelta(days=1)
"""So much later than it was taken a step may be entered without a word: a desk was without a network for a shift."""

StepModel = type[ComplaintStep] | type[RequestStep]
CASE_OF: dict[StepModel, str] = {
    ComplaintStep: ComplaintStep.complaint_id.key,
    RequestStep: RequestStep.request_id.key,
}
"""The column that names the case of a step."""


class KeptStep(NamedTuple):
    """A step as it is kept here, in the columns of its table; ``ver`` is 0 until the server took it, ``accepted`` its
    number there, ``updated_at`` not before it did, by the server's clock."""

    id: UUID
    case_id: UUID
    kind: str
    by_id: UUID
    at: datetime
    device_id: UUID | None
    details: str
    parents: str
    digest: str
    accepted: int | None
    ver: int
    updated_at: datetime | None

    @property
    def entered_at(self) -> datetime | None:
        """Return when the server took it, where that was more than a day after it is said to have been."""
        taken = self.updated_at if self.ver > 0 else None
        return taken if taken is not None and taken - self.at > _LONG_AFTER else None

    @property
    def counts_at(self) -> datetime:
        """Return when it counts as taken: not after the server took it, whatever the clock of its desk said."""
        taken = self.updated_at
        return self.at if taken is None or self.at <= taken else taken


def _columns(model: StepModel) -> list[str]:
    return [CASE_OF[model] if name == "case_id" else name for name in KeptStep._fields]


_LOST = select(Outbox.row_id).where(Outbox.entity == bindparam("entity"), Outbox.reason.in_((NOT_BACK, CAME_BACK)))
_UNSENT = select(Outbox.row_id).where(
    Outbox.entity == bindparam("entity"),
    Outbox.row_id.in_(bindparam("ids", expanding=True)),
    Outbox.state != OutboxState.ACKED.value,
)
_WAITING = select(Outbox.set_).where(
    Outbox.entity == bindparam("entity"),
    Outbox.row_id == bindparam("row"),
    Outbox.state == OutboxState.WAITING.value,
)
# Columns, not records: a case may have hundreds of steps, and is opened while somebody waits.
_STEPS = {model: select(*(table_of(model.__tablename__).c[name] for name in _columns(model))) for model in CASE_OF}


def steps_of(
    uow: UnitOfWork, model: StepModel, ids: Sequence[UUID], kinds: Collection[str] | None = None
) -> dict[UUID, list[KeptStep]]:
    """Return the steps of cases, in no order: all of them, or those of some ``kinds`` and those that the server has not
    taken. What a server that was put back from a backup lost, it has not taken."""
    lost = frozenset(uow.session.scalars(_LOST, {"entity": model.__tablename__}))
    found: dict[UUID, list[KeptStep]] = defaultdict(list)
    table = _table(model)
    every = _STEPS[model]
    if kinds is not None:
        every = every.where(or_(table.c.kind.in_(kinds), table.c.ver == 0, table.c.id.in_(lost)))
    for first in range(0, len(ids), ID_SETS):
        query = every.where(table.c[CASE_OF[model]].in_(ids[first : first + ID_SETS]))
        for row in uow.session.execute(query).all():
            step = KeptStep._make(row)
            if step.id in lost:
                step = step._replace(ver=0, accepted=None, updated_at=None)
            found[step.case_id].append(step)
    return found


def of_waiting(model: StepModel) -> Select[tuple[UUID]]:
    """Return the query for the ids of the cases of which a step was neither taken nor refused yet."""
    table = _table(model)
    waits = select(Outbox.row_id).where(Outbox.entity == model.__tablename__, Outbox.state.in_(LAID_OVER))
    return select(table.c[CASE_OF[model]]).where(table.c.id.in_(waits))


def _table(model: StepModel) -> Table:
    return table_of(model.__tablename__)


def waiting(uow: UnitOfWork, model: StepModel, ids: Sequence[UUID]) -> frozenset[UUID]:
    """Return the steps that were neither taken nor refused yet; one that was refused counts for nothing."""
    found: set[UUID] = set()
    for first in range(0, len(ids), ID_SETS):
        query = select(Outbox.row_id).where(
            Outbox.entity == model.__tablename__,
            Outbox.row_id.in_(ids[first : first + ID_SETS]),
            Outbox.state.in_(LAID_OVER),
        )
        found.update(uow.session.scalars(query))
    return frozenset(found)


def counted(steps: Collection[KeptStep], waits: frozenset[UUID]) -> list[KeptStep]:
    """Return the steps that count, in order: those taken as the server took them, then those it has not heard of."""
    return sorted((one for one in steps if one.ver > 0 or one.id in waits), key=_in_order)


def _in_order(step: KeptStep) -> tuple[bool, int, object]:
    return step.ver == 0, step.accepted or 0, step.at


def add_step(
    uow: UnitOfWork, model: StepModel, case: UUID, before: Sequence[KeptStep], step: Told, title: tuple[str, str]
) -> UUID:
    """Write a step after those that are there and return its id. ``title`` is what it is called, and its reference."""
    parents = ends_of((one.digest, split(one.parents)) for one in before)
    id_, device = new_id(), installation(uow.session)[0]
    made = model(id=id_, **values_of(id_, case, step, device, parents, CASE_OF[model]))
    check_length("words", made.details, model.details)
    uow.insert(made, tr("{what}, {reference}", what=title[0], reference=title[1]))
    return id_


def is_unbroken(steps: Sequence[KeptStep]) -> bool:
    """Return whether every step is as it was made and names steps that came before it."""
    before: set[str] = set()
    for step in steps:
        parents = split(step.parents)
        made = digest_of(
            *(step.id, step.case_id, step.kind, step.by_id, step.at, step.device_id, step.details, parents)
        )
        if step.digest != made or not before.issuperset(parents):
            return False
        before.add(step.digest)
    return True


def unsent_rows(uow: UnitOfWork, entity: str, ids: Sequence[UUID]) -> frozenset[UUID]:
    """Return those of these rows of which the server has not taken everything."""
    found: set[UUID] = set()
    for first in range(0, len(ids), ID_SETS):
        found.update(uow.session.scalars(_UNSENT, {"entity": entity, "ids": list(ids[first : first + ID_SETS])}))
    return frozenset(found)


def is_unconfirmed(uow: UnitOfWork, entity: str, case: UUID) -> bool:
    """Return whether somebody took a case on here and the server has not said yet that it is theirs."""
    changes = uow.session.scalars(_WAITING, {"entity": entity, "row": case})
    return any("assigned_to" in changed for changed in changes)
