"""Redress of a complaint: put down, taken away again, and paid, as far as the house's limits let one person do it."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from crmdesk.domain.cases.deadlines import RuleBook
from crmdesk.domain.cases.lifecycle import NotAllowed
from crmdesk.domain.cases.redress import Line, refusal
from crmdesk.domain.complaints import RedressKind
from crmdesk.domain.errors import Refused, UserMistake
from crmdesk.domain.ids import new_id
from crmdesk.domain.language import tr
from crmdesk.domain.values import known_or_none
from crmdesk.models.complaint import Redress
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services.cases import case, row_of
from crmdesk.services.given import line_of, redress_of


def give(
    uow: UnitOfWork, book: RuleBook, complaint_id: UUID, kind: str, words: str, amount_minor: int, currency: str
) -> UUID:
    """Put down what is given to put it right and return its id.

    Raises UserMistake at ``kind`` for an unknown one, NotAllowed where nobody may give so much any more.
    """
    row = row_of(uow, complaint_id)
    if known_or_none(RedressKind, kind) is None:
        raise UserMistake("kind", tr("This is no kind of redress."), tr("Choose one of the list."))
    _check(uow, book, complaint_id, None, Line(amount_minor, currency))
    made = Redress(
        id=new_id(), complaint_id=row.id, kind=kind, words=words.strip(), amount_minor=amount_minor, currency=currency
    )
    uow.insert(made, tr("Redress, {reference}", reference=row.reference))
    return made.id


def take_away(uow: UnitOfWork, book: RuleBook, redress_id: UUID) -> None:
    """Take redress away again; raises Refused for one that was paid or is not here any more."""
    row = _here(uow, redress_id)
    _check(uow, book, row.complaint_id, row, replace(line_of(row), removed=True))
    uow.update(row, _title(uow, row), removed=True)


def paid(uow: UnitOfWork, book: RuleBook, redress_id: UUID) -> None:
    """Say that redress was paid now; raises Refused for one that was paid before or is not here any more, NotAllowed
    for more than one person may pay before it was approved."""
    row = _here(uow, redress_id)
    if row.paid_at is not None:
        raise Refused(tr("This redress was paid before."))
    _check(uow, book, row.complaint_id, row, replace(line_of(row), paid=True))
    uow.update(row, _title(uow, row), paid_at=uow.clock.now())


def _check(uow: UnitOfWork, book: RuleBook, complaint_id: UUID, row: Redress | None, after: Line) -> None:
    here = case(uow, book, complaint_id)
    others = [line_of(one) for one in redress_of(uow, [complaint_id])[complaint_id] if one is not row]
    limits = book.limits(here.history, uow.clock.now())
    told = refusal(here.standing, limits, others, None if row is None else line_of(row), after)
    if told is not None:
        raise NotAllowed(*told)


def _here(uow: UnitOfWork, redress_id: UUID) -> Redress:
    row = uow.session.get(Redress, redress_id)
    if row is None or row.removed:
        raise Refused(tr("This redress is no longer on this computer."))
    return row


def _title(uow: UnitOfWork, row: Redress) -> str:
    return tr("Redress, {reference}", reference=row_of(uow, row.complaint_id).reference)
