"""Text that is not finished: kept as it is typed, found again after anything."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Concatenate, ParamSpec, TypeVar
from uuid import UUID

from sqlalchemy import delete, select

from crmdesk.domain.changes import Kind
from crmdesk.domain.drafts import with_typed
from crmdesk.domain.interactions import Draft, DraftKey
from crmdesk.domain.values import storable
from crmdesk.models.attachment import WaitingContent
from crmdesk.models.local import DraftRow, ToKeep, ToKeepKind
from crmdesk.models.unit_of_work import UnitOfWork

NOTE = "note"
COMPLAINT = "complaint"
PROMISE = "promise"

P = ParamSpec("P")
T = TypeVar("T")


def keep(uow: UnitOfWork, kind: str, subject: UUID, fields: Mapping[str, str], title: str) -> datetime:
    """Keep the text as it is now and return the instant of saving; it is on the disk when the unit of work ends."""
    now = uow.clock.now()
    stored = {name: storable(text) for name, text in fields.items()}
    uow.session.merge(DraftRow(kind=kind, subject=subject, fields=stored, title=storable(title), saved_at=now))
    uow.touched(Kind.DRAFT, subject)
    return now


def add(uow: UnitOfWork, draft: DraftKey, typed: Mapping[str, str], prose: Collection[str], title: str) -> datetime:
    """Add what was typed before the draft was read to what it holds, words (``prose``) behind those that are there, and
    return the instant of saving. ``title`` is for a new one."""
    before = load(uow, draft.kind, draft.subject)
    fields = with_typed({} if before is None else before.fields, typed, prose)
    return keep(uow, draft.kind, draft.subject, fields, title if before is None else before.title)


def load(uow: UnitOfWork, kind: str, subject: UUID) -> Draft | None:
    """Return the draft, or None."""
    row = uow.session.get(DraftRow, (kind, subject))
    return None if row is None else _view(row)


def about(uow: UnitOfWork, subject: UUID) -> tuple[Draft, ...]:
    """Return every draft about a subject, the newest first."""
    of_it = select(DraftRow).where(DraftRow.subject == subject).order_by(DraftRow.saved_at.desc())
    return tuple(_view(row) for row in uow.session.scalars(of_it))


def discard(uow: UnitOfWork, kind: str, subject: UUID) -> None:
    """Forget a draft that became a record, or that the person threw away, with the files that are still its own."""
    of_it = (WaitingContent.draft_kind == kind, WaitingContent.draft_subject == subject)
    uow.session.execute(delete(WaitingContent).where(*of_it))
    row = uow.session.get(DraftRow, (kind, subject))
    if row is not None:
        uow.session.delete(row)
        uow.touched(Kind.DRAFT, subject)


def turned_into(
    uow: UnitOfWork,
    draft: DraftKey | None,
    record: Callable[Concatenate[UnitOfWork, P], T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Make a record of what was typed, and forget its draft with it: whenever the program ends, words are one of the
    two, never both and never neither. Raises what ``record`` raises; the draft stays then."""
    made = record(uow, *args, **kwargs)
    if draft is not None:
        discard(uow, draft.kind, draft.subject)
    return made


def discard_all(uow: UnitOfWork, subjects: Collection[UUID]) -> None:
    """Forget every draft about these subjects, who were erased: neither file nor its log keeps a word of it."""
    uow.session.execute(delete(WaitingContent).where(WaitingContent.draft_subject.in_(subjects)))
    for row in uow.session.scalars(select(DraftRow).where(DraftRow.subject.in_(subjects))):
        uow.session.delete(row)
        uow.session.add(ToKeep(what=ToKeepKind.ERASED.value, row_id=row.subject))
        uow.touched(Kind.DRAFT, row.subject)


def parked(uow: UnitOfWork) -> tuple[Draft, ...]:
    """Return all drafts, newest first."""
    return tuple(_view(row) for row in uow.session.scalars(select(DraftRow).order_by(DraftRow.saved_at.desc())))


def _view(row: DraftRow) -> Draft:
    return Draft(kind=row.kind, subject=row.subject, fields=dict(row.fields), saved_at=row.saved_at, title=row.title)
