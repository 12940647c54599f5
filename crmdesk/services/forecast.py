"""What the forecast of missed deadlines is counted from: how long complaints took, and those that are open."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import func, or_, select

from crmdesk.domain.cases.deadlines import Deadline, RuleBook
from crmdesk.domain.cases.forecast import DAYS, Past, Running, past_of
from crmdesk.domain.complaints import ComplaintState
from crmdesk.domain.radar.names import alike, product_name
from crmdesk.domain.sla.clocks import ClockState
from crmdesk.domain.sla.due import ClockKind
from crmdesk.models.complaint import Complaint
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services.cases import Case, cases

MOST_READ = 20_000
"""How many complaints of the past are read at most, the newest."""


def past(uow: UnitOfWork) -> tuple[Past, ...]:
    """Return how long complaints took that were open in the last days, the newest first."""
    now = uow.clock.now()
    ended = func.coalesce(Complaint.answered_at, Complaint.closed_at)
    query = (
        select(*(Complaint.product, Complaint.category, Complaint.received_at), ended)
        .where(or_(ended.is_(None), ended >= now - timedelta(days=DAYS)))
        .order_by(Complaint.received_at.desc())
        .limit(MOST_READ)
    )
    found = (
        past_of(alike(product_name(product)), alike(category), received, end, now)
        for product, category, received, end in uow.session.execute(query)
    )
    return tuple(one for one in found if one is not None)


def running(uow: UnitOfWork, book: RuleBook) -> tuple[Running, ...]:
    """Return all open complaints whose answer the law sets a time for, counted from their receipt.

    One that was opened again, or is in its second stage, is compared with none: those took another way.
    """
    now = uow.clock.now()
    rows = uow.session.scalars(select(Complaint).where(Complaint.state != ComplaintState.CLOSED.value)).all()
    found: list[Running] = []
    for one in cases(uow, book, rows, whole=False):
        due = _legal(book.deadlines(one.history, now), one)
        if due is not None and due.due_at is not None and one.standing.state is not ComplaintState.CLOSED:
            names = alike(product_name(one.row.product)), alike(one.row.category)
            found.append(Running(one.row.id, *names, now - one.row.received_at, due.due_at - now))
    return tuple(found)


def _legal(deadlines: Iterable[Deadline], one: Case) -> Deadline | None:
    """Return the first time limit of the law for the answer that runs since the receipt, None where there is none."""
    wanted = (
        each
        for each in deadlines
        if each.kind is ClockKind.LEGAL
        and each.answers
        and not each.optional
        and each.met_at is None
        and each.due_at is not None
        and each.state is not ClockState.WAIVED
        and each.started_at == one.row.received_at
    )
    return (
        None
        if one.standing.stage > 1
        else min(wanted, key=lambda each: each.due_at or one.row.received_at, default=None)
    )
