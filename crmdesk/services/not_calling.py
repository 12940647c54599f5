"""Who asked not to be called: saying so, and asking for a number before it is rung."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import bindparam, select

from crmdesk.domain.errors import Refused
from crmdesk.domain.language import tr
from crmdesk.models.customer import ContactPoint, Customer
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services.merging import living, survivor_of

_customer = Customer.__table__
_point = ContactPoint.__table__
_HOLDERS = (
    select(_customer.c.id)
    .distinct()
    .join_from(_point, _customer, _customer.c.id == _point.c.customer_id)
    .where(_point.c.e164 == bindparam("e164"))
)
_ASKED = (
    select(_customer.c.name)
    .where(_customer.c.id.in_(bindparam("ids", expanding=True)), _customer.c.do_not_call)
    .order_by(_customer.c.name, _customer.c.id)
    .limit(1)
)


def set_do_not_call(uow: UnitOfWork, customer_id: UUID, *, wanted: bool) -> bool:
    """Write down that a customer asked not to be called, or does not any more; return whether that changed anything.

    Raises Refused when the customer is not here.
    """
    row = uow.session.get(Customer, survivor_of(uow, customer_id))
    if row is None:
        raise Refused(tr("This customer is not on this computer."), tr("Find the customer again, then try once more."))
    title = tr("Do not call, {name}", name=row.name) if wanted else tr("May be called, {name}", name=row.name)
    return uow.update(row, title, do_not_call=wanted)


def is_held(uow: UnitOfWork, e164: str) -> bool:
    """Say whether some customer on this computer has a number."""
    return uow.session.scalar(_HOLDERS.limit(1), {"e164": e164}) is not None


def who_asked(uow: UnitOfWork, e164: str) -> str | None:
    """Return who asked not to be called among those who have a number, whichever extension; None where nobody did."""
    holders = list(uow.session.scalars(_HOLDERS, {"e164": e164}))
    if not holders:
        return None
    return uow.session.scalar(_ASKED, {"ids": [*living(uow, holders)]})
