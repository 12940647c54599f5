"""Requests as screens show them: the open ones by what must be done next, and the whole of one."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, or_, select

from crmdesk.domain.cases.deadlines import Deadline, RuleBook, next_of
from crmdesk.domain.complaints import MOST_ON_THE_DESK
from crmdesk.domain.requests.cycles import CYCLES
from crmdesk.domain.requests.eligibility import why as why_eligible
from crmdesk.domain.requests.kinds import RequestKind, RequestState
from crmdesk.domain.requests.limits import eligible, limits_of
from crmdesk.domain.requests.returning import needs_second_person
from crmdesk.domain.requests.urgency import closing_of
from crmdesk.domain.requests.views import (
    RequestLine,
    RequestRow,
    RequestStepView,
    RequestView,
    category_words,
    title_of,
)
from crmdesk.domain.routing.rules import Place, Priority
from crmdesk.domain.sla.explanation import Explanation
from crmdesk.domain.values import known, known_or_none
from crmdesk.models.customer import Customer
from crmdesk.models.request import Request, RequestStep
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services.case_steps import ID_SETS, is_unbroken, is_unconfirmed, of_waiting, unsent_rows
from crmdesk.services.case_views import MOST_CLOSED, customers_of, names_of
from crmdesk.services.requests import RequestCase, asked_of, case, cases
from crmdesk.services.routing import why_here

_LISTED = (
    *(Request.id, Request.kind, Request.reference, Request.customer_id, Request.product, Request.category),
    *(Request.urgency, Request.safety, Request.state, Request.received_at),
)


def open_requests(uow: UnitOfWork, book: RuleBook) -> tuple[RequestLine, ...]:
    """Return all requests that are not closed, the oldest first."""
    query = select(Request).where(Request.state != RequestState.CLOSED.value)
    rows = uow.session.scalars(query.order_by(Request.received_at)).all()
    found = [one for one in cases(uow, book, rows, whole=False) if one.standing.state is not RequestState.CLOSED]
    return tuple(_lines(uow, book, found))


def closed_requests(uow: UnitOfWork, book: RuleBook, limit: int = MOST_CLOSED) -> tuple[RequestLine, ...]:
    """Return the requests that were closed last, the latest first, also where the server has not heard of it yet."""
    over = or_(Request.state == RequestState.CLOSED.value, Request.id.in_(of_waiting(RequestStep)))
    rows = uow.session.scalars(select(Request).where(over).order_by(Request.closed_at.desc()).limit(limit)).all()
    found = [one for one in cases(uow, book, rows, whole=False) if one.standing.state is RequestState.CLOSED]
    return tuple(sorted(_lines(uow, book, found), key=closing_of, reverse=True))


def listed(uow: UnitOfWork, limit: int = MOST_ON_THE_DESK) -> tuple[RequestRow, ...]:
    """Return the requests that are not closed as the desk's list of work names them, the most urgent first, then the
    oldest."""
    query = (
        select(*_LISTED, Customer.name)
        .outerjoin(Customer, Customer.id == Request.customer_id)
        .where(Request.state != RequestState.CLOSED.value)
        .order_by(Request.safety.desc(), Request.urgency.desc(), Request.received_at)
        .limit(limit)
    )
    rows = uow.session.execute(query).all()
    unsent = unsent_rows(uow, Request.__tablename__, [row.id for row in rows])
    return tuple(
        RequestRow(
            id=row.id,
            kind=(kind := known(RequestKind, row.kind, RequestKind.SERVICE)),
            reference=row.reference,
            customer_id=row.customer_id,
            customer_name=row.name or "",
            title=title_of(kind, row.category, row.product),
            urgency=row.urgency,
            safety=row.safety,
            state=known(RequestState, row.state, RequestState.REGISTERED),
            received_at=row.received_at,
            unsent=row.id in unsent,
        )
        for row in rows
    )


def number_open(uow: UnitOfWork) -> int:
    """Return how many requests are not closed."""
    is_open = Request.state != RequestState.CLOSED.value
    return uow.session.scalar(select(func.count()).select_from(Request).where(is_open)) or 0


def next_deadlines(uow: UnitOfWork, book: RuleBook, ids: Sequence[UUID]) -> dict[UUID, Deadline]:
    """Return the next deadline of each of these requests that has one."""
    rows = uow.session.scalars(select(Request).where(Request.id.in_(list(ids)[:ID_SETS]))).all()
    now = uow.clock.now()
    found = ((one.row.id, next_of(book.deadlines(one.history, now))) for one in cases(uow, book, rows, whole=False))
    return {id_: deadline for id_, deadline in found if deadline is not None}


def view(uow: UnitOfWork, book: RuleBook, request_id: UUID) -> RequestView:
    """Return the whole of a request; raises Refused when this desk does not hold it any more."""
    one = case(uow, book, request_id)
    row, standing, now = one.row, one.standing, uow.clock.now()
    names = names_of(uow, {step.by_id for step in one.steps})
    goods = None if book.house is None else eligible(book.house, asked_of(row))
    needs_second = needs_second_person(standing, limits_of(book, asked_of(row), now))
    return RequestView(
        line=_lines(uow, book, [one])[0],
        category=category_words(standing.kind, row.category),
        product=row.product,
        serial=row.serial,
        lot=row.lot,
        place=row.place,
        bought_on=row.bought_on,
        warranty_until=row.warranty_until,
        condition=row.condition,
        wanted=row.wanted,
        verbatim=row.verbatim,
        channel=row.channel,
        received_zone=row.received_zone,
        standing=standing,
        currency=standing.currency or ("" if book.house is None else book.house.currency),
        owner_id=row.assigned_to,
        unconfirmed=is_unconfirmed(uow, Request.__tablename__, row.id),
        steps=tuple(
            RequestStepView(
                id=step.id,
                kind=told.kind,
                at=told.at,
                by=names.get(told.by, ""),
                details=told.details,
                unsent=step.id in one.unsent,
                entered_at=step.entered_at,
            )
            for step, told in zip(one.steps, one.told, strict=True)
        ),
        deadlines=book.deadlines(one.history, now),
        possible=CYCLES[standing.kind].possible(standing.state),
        second_person=standing.decided_by == uow.actor and needs_second,
        needs_second=needs_second,
        unbroken=is_unbroken(one.steps),
        eligible="" if goods is None else why_eligible(goods),
        in_time=None if goods is None else goods.in_time,
        why_here=why_here(uow, book, row),
    )


def why(uow: UnitOfWork, book: RuleBook, request_id: UUID, key: str) -> Explanation | None:
    """Return why a deadline of a request is when it is, None for one that it does not have."""
    return book.explained(case(uow, book, request_id).history, key)


def _lines(uow: UnitOfWork, book: RuleBook, found: Sequence[RequestCase]) -> list[RequestLine]:
    rows = [one.row for one in found]
    agents = names_of(uow, {id_ for row in rows for id_ in (row.registered_by, row.assigned_to) if id_ is not None})
    customers = customers_of(uow, {row.customer_id for row in rows if row.customer_id is not None})
    unsent = unsent_rows(uow, Request.__tablename__, [row.id for row in rows])
    now = uow.clock.now()
    return [
        RequestLine(
            id=one.row.id,
            kind=one.standing.kind,
            reference=one.row.reference,
            customer_id=one.row.customer_id,
            customer_name=customers.get(one.row.customer_id, "") if one.row.customer_id else "",
            title=title_of(one.standing.kind, one.row.category, one.row.product),
            urgency=one.row.urgency,
            safety=one.row.safety,
            state=one.standing.state,
            received_at=one.row.received_at,
            registered_by=agents.get(one.row.registered_by, "") if one.row.registered_by else "",
            owner=agents.get(one.row.assigned_to, "") if one.row.assigned_to else "",
            mine=one.row.assigned_to is not None and one.row.assigned_to == uow.actor,
            unsent=one.row.id in unsent or bool(one.unsent),
            next=next_of(book.deadlines(one.history, now)),
            waits_for_me=_waits_for(uow.actor, one, book),
            where=Place(one.row.team, one.row.skill, one.row.routed_owner),
            priority=known_or_none(Priority, one.row.priority),
            closed_at=one.standing.closed_at,
        )
        for one in found
    ]


def _waits_for(actor: UUID | None, one: RequestCase, book: RuleBook) -> bool:
    """Return whether a refund is there that somebody else than who decided it must approve."""
    if one.standing.state is not RequestState.DECIDED or one.standing.decided_by == actor:
        return False
    return needs_second_person(one.standing, limits_of(book, asked_of(one.row), one.row.received_at))
