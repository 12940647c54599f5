"""Changes that wait for something else than their turn: under numbers below one, so that the server's have no gaps."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crmdesk.domain.cases.lifecycle import NO_SUCH
from crmdesk.domain.cases.steps import StepKind, details_of
from crmdesk.domain.ids import new_id
from crmdesk.models.complaint import Complaint, ComplaintStep, Redress
from crmdesk.models.local import CAME_BACK, NOT_BACK, Outbox, OutboxState
from crmdesk.models.numbering import last_number
from crmdesk.models.registry import table_of
from crmdesk.models.request import RequestStep
from crmdesk.sync.wire import NOT_THERE, Op, Result

OF_CASES = {
    ComplaintStep.__tablename__: ComplaintStep.complaint_id.key,
    RequestStep.__tablename__: RequestStep.request_id.key,
    Redress.__tablename__: Redress.complaint_id.key,
}
"""The column that names the case, by the entity of what the server takes only where it has that."""


def next_below(session: Session) -> int:
    """Return the next number for a change that is held."""
    return min(session.scalar(select(func.min(Outbox.seq))) or 0, 0) - 1


def number(session: Session, entry: Outbox) -> Outbox:
    """Give a held change the next number, so that it is sent next, and return it."""
    following = last_number(session) + 1
    later = entry.again(id=entry.id, seq=following, group_seq=following)
    session.delete(entry)
    session.flush()
    session.add(later)
    session.flush()
    return later


def lacks_its_row(session: Session, entry: Outbox, result: Result) -> bool:
    """Return whether a server that was put back from a backup lost the row that was changed: this desk had it from
    there, and nobody erased it; or the case of a step or of redress, or the steps before it, or the complaint of which
    another is a duplicate. A change that stands or falls with others is none of these."""
    if result.reason == NO_SUCH:
        return _had_the_other(session, entry) and not _others_of(session, entry)
    if result.reason != NOT_THERE:
        return False
    if entry.op != Op.UPDATE.value:
        return entry.entity in OF_CASES and not _others_of(session, entry)
    table = table_of(entry.entity)
    had = session.scalar(select(table.c.ver).where(table.c.id == entry.row_id))
    return bool(had) and not _others_of(session, entry)


def _had_the_other(session: Session, entry: Outbox) -> bool:
    """Return whether this desk had the complaint that a step names, or waited for it before."""
    named = _named(entry)
    if entry.reason == CAME_BACK or not named:
        return bool(named)
    had = select(Complaint.ver).where(func.lower(Complaint.reference) == named)
    return bool(session.scalar(had))


def _named(entry: Outbox) -> str:
    """Return the reference of the complaint that a step says that it is a duplicate of, in small letters; empty for any
    other change."""
    if entry.entity != ComplaintStep.__tablename__ or entry.set_.get("kind") != StepKind.DUPLICATE:
        return ""
    return str(details_of(str(entry.set_.get("details", ""))).get("of", "")).strip().lower()


def _others_of(session: Session, entry: Outbox) -> bool:
    return session.scalar(select(func.count()).where(Outbox.group_seq == entry.group_seq)) != 1


def hold_for_its_row(session: Session, entry: Outbox) -> None:
    """Let a change wait until its row has come back to the server; it stays laid over what is shown."""
    held = entry.again(id=new_id(), seq=next_below(session), group_seq=0)
    held.reason = NOT_BACK
    entry.state = OutboxState.REFUSED.value  # of what leaves the queue so, the second file keeps the number alone
    session.flush()
    session.delete(entry)
    session.add(held)
    session.flush()


def cases_came(session: Session, cases: Collection[UUID]) -> None:
    """Send the steps and the redress that waited for these cases or for steps of theirs, in the order written."""
    held = select(Outbox).where(Outbox.entity.in_(OF_CASES), Outbox.reason == NOT_BACK).order_by(Outbox.seq.desc())
    wanted = {id_.hex for id_ in cases}
    for entry in session.scalars(held).all():
        if entry.set_.get(OF_CASES[entry.entity]) in wanted:
            _number_again(session, entry)


def complaints_came(session: Session, references: Collection[str]) -> None:
    """Send the steps that waited for complaints of which theirs are duplicates, in the order written."""
    steps = ComplaintStep.__tablename__
    held = select(Outbox).where(Outbox.entity == steps, Outbox.reason == NOT_BACK).order_by(Outbox.seq.desc())
    came = {reference.lower() for reference in references}
    for entry in session.scalars(held).all():
        if _named(entry) in came:
            _number_again(session, entry)


def _number_again(session: Session, entry: Outbox) -> None:
    number(session, entry).reason = CAME_BACK
    session.flush()


def heard_of(session: Session, entity: str, row_id: UUID) -> None:
    """Send what waited for this row, in the order written: the server has it now, or knows where it went."""
    held = select(Outbox).where(Outbox.entity == entity, Outbox.row_id == row_id, Outbox.reason == NOT_BACK)
    for entry in session.scalars(held.order_by(Outbox.seq.desc())).all():
        _number_again(session, entry)
