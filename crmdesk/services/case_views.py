"""Complaints as screens show them: the open ones by what must be done next, and the whole of one."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, bindparam, or_, select

from crmdesk.domain.cases.deadlines import Deadline, RuleBook, next_of
from crmdesk.domain.cases.lifecycle import needs_second_person, possible
from crmdesk.domain.cases.views import CaseLine, CaseView, IssueView, StepView
from crmdesk.domain.complaints import ComplaintState, Vulnerability, category_words
from crmdesk.domain.learning.causes import NO_TREE, Tree
from crmdesk.domain.requests.urgency import closing_of, urgency_of
from crmdesk.domain.routing.rules import Place, Priority
from crmdesk.domain.sla.explanation import Explanation
from crmdesk.domain.values import grade, known_or_none
from crmdesk.models.complaint import Complaint, ComplaintStep
from crmdesk.models.customer import Customer
from crmdesk.models.people import Agent
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services import feedback
from crmdesk.services.case_steps import ID_SETS, is_unbroken, is_unconfirmed, of_waiting, unsent_rows
from crmdesk.services.cases import Case, case, cases, there
from crmdesk.services.given import given
from crmdesk.services.routing import why_here

MOST_CLOSED = 200

_AGENTS = select(Agent.id, Agent.display_name).where(Agent.id.in_(bindparam("ids", expanding=True)))
_CUSTOMERS = select(Customer.id, Customer.name).where(Customer.id.in_(bindparam("ids", expanding=True)))


def open_cases(uow: UnitOfWork, book: RuleBook) -> tuple[CaseLine, ...]:
    """Return all complaints that are not closed, the most urgent first: by the next deadline that the law sets, then by
    the house's own; of those due at once by what routing said of their priority, then the oldest."""
    rows = uow.session.scalars(select(Complaint).where(Complaint.state != ComplaintState.CLOSED.value)).all()
    every = cases(uow, book, rows, whole=False)
    found = [one for one in every if one.standing.state is not ComplaintState.CLOSED]
    now = uow.clock.now()
    lines = _lines(uow, [(one, book.deadlines(one.history, now)) for one in found])
    return tuple(sorted(lines, key=urgency_of))


def closed_cases(uow: UnitOfWork, book: RuleBook, limit: int = MOST_CLOSED) -> tuple[CaseLine, ...]:
    """Return the complaints that were closed last, the latest first, also where the server has not heard of it yet."""
    over = or_(Complaint.state == ComplaintState.CLOSED.value, Complaint.id.in_(of_waiting(ComplaintStep)))
    rows = uow.session.scalars(select(Complaint).where(over).order_by(Complaint.closed_at.desc()).limit(limit)).all()
    every = cases(uow, book, rows, whole=False)
    found = [one for one in every if one.standing.state is ComplaintState.CLOSED]
    return tuple(sorted(_lines(uow, [(one, ()) for one in found]), key=closing_of, reverse=True))


def view(uow: UnitOfWork, book: RuleBook, complaint_id: UUID, tree: Tree = NO_TREE) -> CaseView:
    """Return the whole of a complaint, with the house's causes; raises Refused when this desk does not hold it any
    more."""
    one = case(uow, book, complaint_id)
    row, standing, now = one.row, one.standing, uow.clock.now()
    deadlines = book.deadlines(one.history, now)
    line = _lines(uow, [(one, deadlines)])[0]
    names = names_of(uow, {step.by_id for step in one.steps})
    regime = book.regime_for(one.history)
    issues = sorted(there(one.issues), key=lambda each: (each.position, each.id))
    return CaseView(
        line=line,
        product=row.product,
        channel=row.channel,
        category=category_words(row.category),
        verbatim=row.verbatim,
        desired_remedy=row.desired_remedy,
        on_behalf_of=row.on_behalf_of,
        regime=row.regime,
        regime_title="" if regime is None else regime.title,
        vulnerability=_marks(row.vulnerability),
        vulnerability_basis=row.vulnerability_basis,
        stage=standing.stage,
        outcome=standing.outcome,
        redress_minor=standing.redress_minor,
        currency=standing.currency or ("" if book.house is None else book.house.currency),
        owner_id=row.assigned_to,
        unconfirmed=is_unconfirmed(uow, Complaint.__tablename__, row.id),
        issues=tuple(
            IssueView(each.id, each.position, each.words, each.category, each.finding, each.answer, each.cause)
            for each in issues
        ),
        redress=given(uow, row.id),
        steps=tuple(
            StepView(
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
        deadlines=deadlines,
        possible=possible(standing),
        second_person=standing.decided_by == uow.actor and needs_second_person(standing, book.limits(one.history, now)),
        unbroken=is_unbroken(one.steps),
        received_zone=row.received_zone,
        tree=tree,
        told=feedback.told_in(uow, row.id),
        why_here=why_here(uow, book, row),
    )


def why(uow: UnitOfWork, book: RuleBook, complaint_id: UUID, key: str) -> Explanation | None:
    """Return why a deadline of a complaint is when it is, None for one that it does not have."""
    return book.explained(case(uow, book, complaint_id).history, key)


def _lines(uow: UnitOfWork, found: Sequence[tuple[Case, tuple[Deadline, ...]]]) -> list[CaseLine]:
    rows = [one.row for one, _ in found]
    agents = names_of(uow, {id_ for row in rows for id_ in (row.registered_by, row.assigned_to) if id_ is not None})
    customers = customers_of(uow, {row.customer_id for row in rows if row.customer_id is not None})
    unsent = unsent_rows(uow, Complaint.__tablename__, [row.id for row in rows])
    return [
        CaseLine(
            id=one.row.id,
            reference=one.row.reference,
            customer_id=one.row.customer_id,
            customer_name=customers.get(one.row.customer_id, "") if one.row.customer_id else "",
            title=category_words(one.row.category),
            severity=grade(one.row.severity),
            safety=one.row.safety,
            state=one.standing.state,
            received_at=one.row.received_at,
            registered_by=agents.get(one.row.registered_by, "") if one.row.registered_by else "",
            owner=agents.get(one.row.assigned_to, "") if one.row.assigned_to else "",
            mine=one.row.assigned_to is not None and one.row.assigned_to == uow.actor,
            unsent=one.row.id in unsent or bool(one.unsent),
            next=next_of(deadlines),
            waits_for_me=one.standing.state is ComplaintState.DECISION_DRAFTED and one.standing.decided_by != uow.actor,
            place=Place(one.row.team, one.row.skill, one.row.routed_owner),
            priority=known_or_none(Priority, one.row.priority),
            closed_at=one.standing.closed_at,
        )
        for one, deadlines in found
    ]


def names_of(uow: UnitOfWork, ids: set[UUID]) -> dict[UUID, str]:
    """Return the names of agents."""
    return _said_of(uow, _AGENTS, ids)


def customers_of(uow: UnitOfWork, ids: set[UUID]) -> dict[UUID, str]:
    """Return the names of customers."""
    return _said_of(uow, _CUSTOMERS, ids)


def _said_of(uow: UnitOfWork, query: Select[UUID, str], ids: set[UUID]) -> dict[UUID, str]:
    found: dict[UUID, str] = {}
    every = list(ids)
    for first in range(0, len(every), ID_SETS):  # of thousands of cases: more than a statement may name
        found.update((id_, name) for id_, name in uow.session.execute(query, {"ids": every[first : first + ID_SETS]}))
    return found


def _marks(text: str) -> tuple[Vulnerability, ...]:
    found = (known_or_none(Vulnerability, word) for word in text.split(","))
    return tuple(one for one in found if one is not None)
