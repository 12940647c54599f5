"""Two customers of whom somebody said that they are two: remembered on every desk, and never offered again."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import delete, or_, select

from crmdesk.domain.changes import Kind
from crmdesk.domain.ids import new_id
from crmdesk.models.customer import Customer
from crmdesk.models.duplicates import DuplicatePairRow, NotDuplicate
from crmdesk.models.unit_of_work import UnitOfWork


def say_not_the_same(uow: UnitOfWork, one: UUID, other: UUID) -> None:
    """Remember that two customers are two, and offer them no more. Said twice it is remembered once."""
    first, second = ordered(one, other)
    row = _said(uow, first, second)
    if row is None:
        customer = uow.session.get(Customer, first)
        title = f"Not the same person, {customer.name}" if customer else "Not the same person"
        uow.insert(NotDuplicate(id=new_id(), customer_id=first, other_customer_id=second), title)
    else:
        uow.update(row, "Not the same person", removed=False)
    gone = delete(DuplicatePairRow).where(DuplicatePairRow.one == first, DuplicatePairRow.other == second)
    uow.session.execute(gone)
    uow.touched(Kind.DUPLICATE_PAIR, first)


def take_back(uow: UnitOfWork, one: UUID, other: UUID) -> None:
    """Forget that two customers were said to be two."""
    row = _said(uow, *ordered(one, other))
    if row is not None:
        uow.update(row, "Perhaps the same person after all", removed=True)


def said_of(uow: UnitOfWork, ids: Iterable[UUID]) -> frozenset[tuple[UUID, UUID]]:
    """Return the pairs, each in order, of which it was said and one is among ``ids``."""
    wanted = list(ids)
    table = NotDuplicate.__table__
    query = select(table.c.customer_id, table.c.other_customer_id).where(
        or_(table.c.customer_id.in_(wanted), table.c.other_customer_id.in_(wanted)), ~table.c.removed
    )
    return frozenset(ordered(a, b) for a, b in uow.session.execute(query) if a is not None and b is not None)


def ordered(one: UUID, other: UUID) -> tuple[UUID, UUID]:
    """Return two ids in the order in which pairs are kept."""
    return (one, other) if one.int < other.int else (other, one)


def _said(uow: UnitOfWork, one: UUID, other: UUID) -> NotDuplicate | None:
    either = or_(
        (NotDuplicate.customer_id == one) & (NotDuplicate.other_customer_id == other),
        (NotDuplicate.customer_id == other) & (NotDuplicate.other_customer_id == one),
    )
    return uow.session.scalar(select(NotDuplicate).where(either).order_by(NotDuplicate.id).limit(1))
