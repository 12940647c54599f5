"""Two customers of whom somebody said that they are two: remembered on every desk, and never offered again."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import delete, or_, select

from crmdesk.domain.changes import Kind
from crmdesk.domain.ids import new_id
from crmdesk.domain.language import tr
from crmdesk.models.customer import Customer, Relationship
from crmdesk.models.duplicates import DuplicatePairRow, NotDuplicate
from crmdesk.models.unit_of_work import UnitOfWork


def say_not_the_same(uow: UnitOfWork, one: UUID, other: UUID) -> None:
    """Remember that two customers are two, and offer them no more. Said twice it is remembered once."""
    first, second = ordered(one, other)
    row = _said(uow, first, second)
    if row is None:
        customer = uow.session.get(Customer, first)
        title = tr("Not the same person, {name}", name=customer.name) if customer else tr("Not the same person")
        uow.insert(NotDuplicate(id=new_id(), customer_id=first, other_customer_id=second), title)
    else:
        uow.update(row, tr("Not the same person"), removed=False)
    gone = delete(DuplicatePairRow).where(DuplicatePairRow.one == first, DuplicatePairRow.other == second)
    uow.session.execute(gone)
    uow.touched(Kind.DUPLICATE_PAIR, first)


def take_back(uow: UnitOfWork, one: UUID, other: UUID) -> None:
    """Forget that two customers were said to be two."""
    row = _said(uow, *ordered(one, other))
    if row is not None:
        uow.update(row, tr("Perhaps the same person after all"), removed=True)


def said_of(uow: UnitOfWork, ids: Iterable[UUID]) -> frozenset[tuple[UUID, UUID]]:
    """Return the pairs, each in order, that are known to be two and of whom one is among ``ids``: it was said, or the
    one is on the other's card as somebody who belongs to them."""
    wanted = list(ids)
    return frozenset(
        ordered(one, other)
        for table in (NotDuplicate.__table__, Relationship.__table__)
        for column, beside in (("customer_id", "other_customer_id"), ("other_customer_id", "customer_id"))
        for one, other in uow.session.execute(
            select(table.c[column], table.c[beside]).where(table.c[column].in_(wanted), ~table.c.removed)
        )
        if one is not None and other is not None
    )


def ordered(one: UUID, other: UUID) -> tuple[UUID, UUID]:
    """Return two ids in the order in which pairs are kept."""
    return (one, other) if one.int < other.int else (other, one)


def _said(uow: UnitOfWork, one: UUID, other: UUID) -> NotDuplicate | None:
    either = or_(
        (NotDuplicate.customer_id == one) & (NotDuplicate.other_customer_id == other),
        (NotDuplicate.customer_id == other) & (NotDuplicate.other_customer_id == one),
    )
    return uow.session.scalar(select(NotDuplicate).where(either).order_by(NotDuplicate.id).limit(1))
