"""Lines of redress as this desk keeps them: what the server has, and what it has not answered yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import exists, or_, select

from crmdesk.domain.cases.redress import Line
from crmdesk.domain.cases.views import RedressView
from crmdesk.models.complaint import Redress
from crmdesk.models.local import LAID_OVER, Outbox
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services.case_steps import ID_SETS

_WAITS = exists().where(
    Outbox.entity == Redress.__tablename__, Outbox.row_id == Redress.id, Outbox.state.in_(LAID_OVER)
)
_STANDS = or_(Redress.ver > 0, _WAITS)
"""What was refused is among the unsent work, and is not given."""


def redress_of(uow: UnitOfWork, ids: Sequence[UUID]) -> dict[UUID, list[Redress]]:
    """Return what was put down as redress of complaints, in the order in which it was."""
    found: dict[UUID, list[Redress]] = defaultdict(list)
    for first in range(0, len(ids), ID_SETS):
        some = Redress.complaint_id.in_(ids[first : first + ID_SETS])
        query = select(Redress).where(some, ~Redress.removed, _STANDS).order_by(Redress.id)
        for row in uow.session.scalars(query):
            found[row.complaint_id].append(row)
    return found


def line_of(row: Redress) -> Line:
    """Return a line of redress as the rules see it."""
    return Line(row.amount_minor, row.currency, paid=row.paid_at is not None, removed=row.removed)


def given(uow: UnitOfWork, complaint_id: UUID) -> tuple[RedressView, ...]:
    """Return what was put down as redress of a complaint, in the order in which it was."""
    return tuple(
        RedressView(row.id, row.kind, row.words, row.amount_minor, row.currency, row.paid_at)
        for row in redress_of(uow, [complaint_id])[complaint_id]
    )
