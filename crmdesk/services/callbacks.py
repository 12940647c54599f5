"""Callbacks: promised, taken on by whoever is first at the server, given back, done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from crmdesk.domain.callbacks import CallbackState, CallbackView, NewCallback
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.ids import new_id
from crmdesk.domain.language import left_to_right, mark, tr
from crmdesk.domain.phone import normalise
from crmdesk.domain.values import known
from crmdesk.models.callback import Callback
from crmdesk.models.customer import Customer
from crmdesk.models.limits import E164, check_length
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services import drafts
from crmdesk.services.customers import no_number
from crmdesk.services.owning import Deed, Owning, Refusals, Standing, check_zone, customer_names

_OPEN = CallbackState.OPEN.value


def make(uow: UnitOfWork, new: NewCallback, region: str, draft: UUID | None = None) -> UUID:
    """Promise a callback and return its id; what was typed of it, a draft about the subject ``draft``, goes with that.

    Raises UserMistake at the field that is wrong: nobody to ring, no phone number of ``region`` or of the world, no
    such time zone, or more words than the server takes.
    """
    number = normalise(new.number, region) if new.number.strip() else None
    e164 = number.e164 if number else None
    if e164 is None and E164["form"].fullmatch(new.number):
        e164 = new.number  # as the phone system told it, though no plan has assigned it
    if number is not None and e164 is None and number.extension is None:
        raise no_number("number")
    if number is None and new.customer_id is None:
        raise UserMistake("number", tr("Nobody is named to be rung back."), tr("Choose a customer or type a number."))
    check_zone(new.due_zone)
    check_length("reason", new.reason.strip(), Callback.reason)
    callback = Callback(
        id=new_id(),
        customer_id=new.customer_id,
        interaction_id=new.interaction_id,
        e164=e164,
        extension=number.extension if number else None,
        reason=new.reason.strip(),
        queue=new.queue,
        due_at=new.due_at,
        due_zone=new.due_zone,
        state=_OPEN,
        assigned_to=uow.actor if new.mine else None,
    )
    uow.insert(callback, _titled(uow, tr("Callback"), callback))
    if draft is not None:
        drafts.discard(uow, drafts.PROMISE, draft)
    return callback.id


def claim(uow: UnitOfWork, callback_id: UUID) -> None:
    """Take a callback on. It is ours at once on this desk, unconfirmed until the server answers.

    Raises Refused when somebody has it already, or there is nothing left to do.
    """
    OWNING.claim(uow, callback_id)


def give_back(uow: UnitOfWork, callback_id: UUID) -> None:
    """Let others take it on; raises Refused when it is somebody else's."""
    OWNING.give_back(uow, callback_id)


def hand_over(uow: UnitOfWork, callback_id: UUID, colleague: UUID) -> None:
    """Ask a colleague to take it on; raises Refused when it is somebody else's."""
    OWNING.hand_over(uow, callback_id, colleague)


def snooze(uow: UnitOfWork, callback_id: UUID, until: datetime) -> None:
    """Let it ask for attention again at an instant; raises as ``Owning.snooze``."""
    OWNING.snooze(uow, callback_id, until)


def wake(uow: UnitOfWork, callback_id: UUID) -> None:
    """Let it ask for attention now; raises Refused when there is nothing left to do."""
    OWNING.wake(uow, callback_id)


def done(uow: UnitOfWork, callback_id: UUID) -> None:
    """Say that the customer was rung back; raises Refused when there is nothing left to do."""
    row = OWNING.open_one(uow, callback_id)
    uow.update(row, _title(uow, Deed.DONE, row), state=CallbackState.DONE.value)


def reopen(uow: UnitOfWork, callback_id: UUID) -> None:
    """Take back that a callback was finished; does nothing for one that is open."""
    row = uow.session.get(Callback, callback_id)
    if row is not None and row.state != _OPEN:
        uow.update(row, _title(uow, Deed.REOPENED, row), state=_OPEN)


def cancel(uow: UnitOfWork, callback_id: UUID) -> None:
    """Say that nobody needs to ring back any more; raises Refused when there is nothing left to do."""
    row = OWNING.open_one(uow, callback_id)
    uow.update(row, _title(uow, Deed.CANCELLED, row), state=CallbackState.CANCELLED.value)


def seen(uow: UnitOfWork, callback_id: UUID) -> None:
    """Forget that a claim of ours was not taken: the person has seen who was first."""
    OWNING.seen(uow, callback_id)


def due(uow: UnitOfWork, until: datetime | None = None, limit: int = 200) -> tuple[CallbackView, ...]:
    """Return the open callbacks, the most urgent first; those due by ``until`` where it is given."""
    return _views(uow, OWNING.due(uow, until, limit))


def of_customer(uow: UnitOfWork, customer_id: UUID) -> tuple[CallbackView, ...]:
    """Return the open callbacks to one customer, the most urgent first."""
    query = select(Callback).where(Callback.customer_id == customer_id, Callback.state == _OPEN)
    return _views(uow, uow.session.scalars(query.order_by(Callback.due_at, Callback.id)).all())


def of_contact(uow: UnitOfWork, contact_id: UUID) -> tuple[CallbackView, ...]:
    """Return the open callbacks promised in one contact, the most urgent first, whoever is to be rung back."""
    query = select(Callback).where(Callback.interaction_id == contact_id, Callback.state == _OPEN)
    return _views(uow, uow.session.scalars(query.order_by(Callback.due_at, Callback.id)).all())


def one(uow: UnitOfWork, callback_id: UUID) -> CallbackView | None:
    """Return one callback, None if this desk does not hold it."""
    row = uow.session.get(Callback, callback_id)
    return None if row is None else _views(uow, [row])[0]


def _views(uow: UnitOfWork, rows: Sequence[Callback]) -> tuple[CallbackView, ...]:
    standings = OWNING.standings(uow, rows)
    customers = customer_names(uow, (row.customer_id for row in rows))
    return tuple(_view(row, standings[row.id], customers) for row in rows)


def _view(row: Callback, standing: Standing, customers: dict[UUID, str]) -> CallbackView:
    return CallbackView(
        id=row.id,
        customer_id=row.customer_id,
        customer_name=customers.get(row.customer_id, "") if row.customer_id else "",
        number=row.e164,
        extension=row.extension,
        reason=row.reason,
        queue=row.queue,
        due_at=row.due_at,
        due_zone=row.due_zone,
        state=known(CallbackState, row.state, CallbackState.OPEN),
        owner_id=row.assigned_to,
        owner=standing.owner,
        mine=standing.mine,
        unconfirmed=standing.unconfirmed,
        lost=standing.lost,
        unsent=standing.unsent,
        interaction_id=row.interaction_id,
        offered_to=standing.offered_to,
        for_me=standing.for_me,
        snoozed_until=row.snoozed_until,
    )


def _titled(uow: UnitOfWork, what: str, row: Callback) -> str:
    customer = uow.session.get(Customer, row.customer_id) if row.customer_id else None
    whom = customer.name if customer else left_to_right(row.e164 or row.extension or "")
    return tr("{what}, {name}", what=what, name=whom)


def _title(uow: UnitOfWork, deed: Deed, row: Callback, name: str = "") -> str:
    return _titled(uow, tr(_DEEDS[deed], name=name), row)


_DEEDS = {
    Deed.CLAIMED: mark("Callback claimed"),
    Deed.GIVEN_BACK: mark("Callback given back"),
    Deed.HANDED: mark("Callback handed to {name}"),
    Deed.SNOOZED: mark("Callback snoozed"),
    Deed.WOKEN: mark("Callback no longer snoozed"),
    Deed.DONE: mark("Callback done"),
    Deed.CANCELLED: mark("Callback cancelled"),
    Deed.REOPENED: mark("Callback open again"),
}
OWNING = Owning(
    Callback,
    Refusals(
        mark("This callback is no longer on this computer."),
        mark("This callback was finished already."),
        mark("{name} has taken this callback on."),
    ),
    _title,
)
