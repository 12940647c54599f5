"""Redress of a complaint after it was put down: taken away again, and paid."""

from __future__ import annotations

from uuid import UUID

from crmdesk.domain.errors import Refused
from crmdesk.domain.language import tr
from crmdesk.models.complaint import Redress
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services.cases import row_of


def take_away(uow: UnitOfWork, redress_id: UUID) -> None:
    """Take redress away again; raises Refused for one that was paid or is not here any more."""
    row = _here(uow, redress_id)
    if row.paid_at is not None:
        raise Refused(tr("This redress was paid and stays."), tr("Put down another one beside it."))
    uow.update(row, _title(uow, row), removed=True)


def paid(uow: UnitOfWork, redress_id: UUID) -> None:
    """Say that redress was paid now; raises Refused for one that was paid before or is not here any more."""
    row = _here(uow, redress_id)
    if row.paid_at is not None:
        raise Refused(tr("This redress was paid before."))
    uow.update(row, _title(uow, row), paid_at=uow.clock.now())


def _here(uow: UnitOfWork, redress_id: UUID) -> Redress:
    row = uow.session.get(Redress, redress_id)
    if row is None or row.removed:
        raise Refused(tr("This redress is no longer on this computer."))
    return row


def _title(uow: UnitOfWork, row: Redress) -> str:
    return tr("Redress, {reference}", reference=row_of(uow, row.complaint_id).reference)
