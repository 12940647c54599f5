"""Customers whom the fault behind a corrective action reaches: found in this desk's file, and given a task each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute

from crmdesk.domain.customers import ContactPointKind
from crmdesk.domain.errors import Refused, UserMistake
from crmdesk.domain.language import mark, tr
from crmdesk.domain.learning.actions import Concern
from crmdesk.domain.learning.affected import MOST_AFFECTED, Affected, AffectedList, Way, planned, task_id
from crmdesk.domain.learning.measure import concerns
from crmdesk.domain.radar.names import alike, product_name
from crmdesk.domain.requests.kinds import RequestKind
from crmdesk.domain.tasks import TaskKind, TaskState
from crmdesk.models.complaint import Complaint
from crmdesk.models.customer import ContactPoint, Customer
from crmdesk.models.learning import CorrectiveAction
from crmdesk.models.limits import check_length
from crmdesk.models.request import Request
from crmdesk.models.task import Task
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services.merging import living
from crmdesk.services.owning import check_zone

_ID_SETS = 500
_OF_GOODS = (RequestKind.SERVICE.value, RequestKind.RETURN.value)
"""The requests whose customers have what they are about; who asks a question need not."""
_FOLLOW_UP = mark("Follow-up, {name}")


def affected(uow: UnitOfWork, action_id: UUID, since: datetime | None) -> AffectedList:
    """Return the customers of the product, lot and area of an action: who complained about it since an instant (None:
    ever), who asked for its repair or gave it back, and, where no lot is named, who has the product on their card.
    Raises Refused when it is not here."""
    action = _action(uow, action_id)
    about = Concern(action.product, lot=action.lot, area=action.area)
    latest = _complained(uow, about, since)
    for customer, asked in _asked(uow, about, since).items():
        latest.setdefault(customer, asked)
    ids = list(latest)
    if not about.lot:
        ids = list(dict.fromkeys([*ids, *_holders(uow, about)]))
    listed = ids[:MOST_AFFECTED]
    return AffectedList(tuple(_rows(uow, action, listed, latest)), len(ids) > len(listed))


def _action(uow: UnitOfWork, action_id: UUID) -> CorrectiveAction:
    action = uow.session.get(CorrectiveAction, action_id)
    if action is None:
        raise Refused(tr("This action is no longer on this computer."))
    return action


def _complained(uow: UnitOfWork, about: Concern, since: datetime | None) -> dict[UUID, Complaint | Request]:
    """Return who complained about something, with their latest complaint, the latest first; one more than are
    listed."""
    query = select(Complaint).where(Complaint.customer_id.is_not(None), _begins(Complaint.product, about))
    if since is not None:
        query = query.where(Complaint.received_at >= since)
    found: dict[UUID, Complaint | Request] = {}
    for row in uow.session.scalars(query.order_by(Complaint.received_at.desc(), Complaint.id)):
        if row.customer_id is None or not concerns(about, row.product, row.category, row.lot, row.area):
            continue
        found.setdefault(living(uow, [row.customer_id])[0], row)
        if len(found) > MOST_AFFECTED:
            break
    return found


def _asked(uow: UnitOfWork, about: Concern, since: datetime | None) -> dict[UUID, Request]:
    """Return who asked for service of something or gave it back, with their latest request, the latest first."""
    query = select(Request).where(
        Request.customer_id.is_not(None), Request.kind.in_(_OF_GOODS), _begins(Request.product, about)
    )
    if since is not None:
        query = query.where(Request.received_at >= since)
    found: dict[UUID, Request] = {}
    for row in uow.session.scalars(query.order_by(Request.received_at.desc(), Request.id)):
        if row.customer_id is None:
            continue
        customer = living(uow, [row.customer_id])[0]
        if customer in found or not concerns(about, row.product, "", row.lot, _city(uow, about, customer)):
            continue
        found[customer] = row
        if len(found) > MOST_AFFECTED:
            break
    return found


def _city(uow: UnitOfWork, about: Concern, customer: UUID) -> str:
    """Return where a customer lives, as far as that matters: a request names no area."""
    row = uow.session.get(Customer, customer) if about.area else None
    return row.city if row is not None else ""


def _begins(column: InstrumentedAttribute[str], about: Concern) -> ColumnElement[bool]:
    """Return a condition that leaves out most other products; which are alike is decided by their whole names."""
    return column.istartswith(product_name(about.product).split()[0], autoescape=True)


def _holders(uow: UnitOfWork, about: Concern) -> list[UUID]:
    """Return the customers who have a product, of one city where the area is named, by name."""
    query = select(Customer.id, Customer.product, Customer.city).where(
        Customer.merged_into.is_(None), _begins(Customer.product, about)
    )
    wanted = alike(product_name(about.product))
    return [
        row.id
        for row in uow.session.execute(query.order_by(Customer.name, Customer.id))
        if alike(product_name(row.product)) == wanted and (not about.area or alike(row.city) == alike(about.area))
    ]


def _rows(
    uow: UnitOfWork, action: CorrectiveAction, ids: Sequence[UUID], latest: Mapping[UUID, Complaint | Request]
) -> Iterable[Affected]:
    customers = {row.id: row for row in _in_sets(uow, ids)}
    numbers = _numbers(uow, ids)
    barred = _barred(uow)
    tasks = {task_id(action.id, action.made_at, id_): id_ for id_ in ids}
    given = {tasks[one] for one in _known_tasks(uow, list(tasks))}
    for id_ in ids:
        row = customers.get(id_)
        if row is None:
            continue  # of another team: this desk holds the complaint and not the customer
        number, case = numbers.get(id_, ""), latest.get(id_)
        yield Affected(
            customer_id=id_,
            name=row.name,
            number=number,
            city=row.city,
            product=row.product if case is None else case.product,
            lot="" if case is None else case.lot,
            reference="" if case is None else case.reference,
            complaint_id=case.id if isinstance(case, Complaint) else None,
            at=None if case is None else case.received_at,
            do_not_call=row.do_not_call or number in barred,
            has_task=id_ in given,
        )


def _in_sets(uow: UnitOfWork, ids: Sequence[UUID]) -> Iterable[Customer]:
    for first in range(0, len(ids), _ID_SETS):
        yield from uow.session.scalars(select(Customer).where(Customer.id.in_(ids[first : first + _ID_SETS])))


def _numbers(uow: UnitOfWork, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the first number of each customer who has one."""
    found: dict[UUID, str] = {}
    for first in range(0, len(ids), _ID_SETS):
        query = select(ContactPoint.customer_id, ContactPoint.e164).where(
            ContactPoint.customer_id.in_(ids[first : first + _ID_SETS]),
            ContactPoint.kind == ContactPointKind.PHONE.value,
            ContactPoint.e164.is_not(None),
            ~ContactPoint.removed,
        )
        for customer, number in uow.session.execute(query.order_by(ContactPoint.id)):
            if customer is not None and number is not None:
                found.setdefault(customer, number)
    return found


def _barred(uow: UnitOfWork) -> frozenset[str]:
    """Return the numbers of everybody who asked not to be called."""
    query = select(ContactPoint.e164).join(Customer, Customer.id == ContactPoint.customer_id)
    return frozenset(uow.session.scalars(query.where(Customer.do_not_call, ContactPoint.e164.is_not(None))))


def _known_tasks(uow: UnitOfWork, ids: Sequence[UUID]) -> set[UUID]:
    found: set[UUID] = set()
    for first in range(0, len(ids), _ID_SETS):
        found |= set(uow.session.scalars(select(Task.id).where(Task.id.in_(ids[first : first + _ID_SETS]))))
    return found


def give_tasks(
    uow: UnitOfWork, action_id: UUID, since: datetime | None, way: Way, words: str, due_at: datetime, due_zone: str
) -> int:
    """Give every affected customer who has none yet a follow-up that anybody may take on; return how many.

    Each is a change of its own: one that cannot be taken leaves the others. Doing it again gives nobody a second one.
    Raises UserMistake for no words and for a time that is over, Refused when the action is not here.
    """
    if not words.strip():
        raise UserMistake("words", tr("Nothing is to be said."), tr("Write in one line what is told to them."))
    check_length("words", words.strip(), Task.words)
    check_zone(due_zone)
    if due_at <= uow.clock.now():
        raise UserMistake("due_at", tr("This time is over."), tr("Choose a later one."))
    action = _action(uow, action_id)
    found = affected(uow, action_id, since)
    if found.more:
        what = tr("More than {n} customers are affected.", n=MOST_AFFECTED)
        raise UserMistake("words", what, tr("Name a lot or an area in the action."))
    wanted = set(planned(found.rows, way).customers)
    for one in found.rows:
        if one.customer_id in wanted:
            uow.apart()
            uow.insert(_task(uow, action, one, words.strip(), due_at, due_zone), tr(_FOLLOW_UP, name=one.name))
    return len(wanted)


def _task(
    uow: UnitOfWork, action: CorrectiveAction, one: Affected, words: str, due_at: datetime, due_zone: str
) -> Task:
    return Task(
        id=task_id(action.id, action.made_at, one.customer_id),
        kind=TaskKind.FOLLOW_UP.value,
        words=words,
        customer_id=one.customer_id,
        complaint_id=one.complaint_id,
        made_by=uow.actor,
        made_at=uow.clock.now(),
        queue="",
        due_at=due_at,
        due_zone=due_zone,
        state=TaskState.OPEN.value,
        result="",
    )
