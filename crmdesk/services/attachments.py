"""Files of a case, or of a form that will be one: listed, added, taken over when it is registered, taken back."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

from sqlalchemy import delete, func, select

from crmdesk.domain.attachments.kinds import FIELD, FileKind, checked, size_words
from crmdesk.domain.attachments.limits import MOST_FILES, WAITING_AT_MOST
from crmdesk.domain.attachments.names import numbered, safe_name
from crmdesk.domain.attachments.views import AttachmentView, CaseKind, CaseRef, Owner, Whereabouts
from crmdesk.domain.changes import Kind
from crmdesk.domain.errors import Refused, UserMistake
from crmdesk.domain.ids import new_id
from crmdesk.domain.interactions import DraftKey
from crmdesk.domain.language import tr
from crmdesk.domain.people import Role
from crmdesk.domain.values import known_or_none
from crmdesk.models.attachment import ATTACHMENTS, Attached, CachedContent, ContentState, WaitingContent
from crmdesk.models.local import DraftRow
from crmdesk.models.people import Agent
from crmdesk.models.registry import SYNCED
from crmdesk.models.unit_of_work import UnitOfWork

_LEADS = frozenset({Role.SUPERVISOR.value, Role.ADMINISTRATOR.value})
_WAITING = (WaitingContent.id, WaitingContent.name, WaitingContent.media_type, WaitingContent.size)
_STANDS = {ContentState.WAITING: Whereabouts.WAITING, ContentState.REFUSED: Whereabouts.REFUSED}


# Listing -------------------------------------------------------------------------------------------------------------


def listed(uow: UnitOfWork, owner: Owner) -> tuple[AttachmentView, ...]:
    """Return the files of a case or of a form, in the order in which they were added."""
    return _of_draft(uow, owner) if isinstance(owner, DraftKey) else _of_case(uow, owner)


def _of_draft(uow: UnitOfWork, draft: DraftKey) -> tuple[AttachmentView, ...]:
    me = uow.session.scalar(select(Agent.display_name).where(Agent.id == uow.actor)) or ""
    query = select(*_WAITING, WaitingContent.added_at).where(
        WaitingContent.draft_kind == draft.kind, WaitingContent.draft_subject == draft.subject
    )
    rows = uow.session.execute(query.order_by(WaitingContent.added_at, WaitingContent.id))
    return tuple(
        AttachmentView(
            id=row.id,
            name=row.name,
            kind=known_or_none(FileKind, row.media_type),
            size=row.size,
            added_by=me,
            added_at=row.added_at,
            whereabouts=Whereabouts.WAITING,
            mine=True,
        )
        for row in rows
    )


def _of_case(uow: UnitOfWork, case: CaseRef) -> tuple[AttachmentView, ...]:
    rows = _rows(uow, case)
    ids = [row.id for row in rows]
    waiting = {
        id_: (_STANDS[ContentState(state)], reason)
        for id_, state, reason in uow.session.execute(
            select(WaitingContent.id, WaitingContent.state, WaitingContent.reason).where(WaitingContent.id.in_(ids))
        )
    }
    here = set(uow.session.scalars(select(CachedContent.id).where(CachedContent.id.in_(ids))))
    people = {row.added_by for row in rows if row.added_by is not None}
    found = uow.session.execute(select(Agent.id, Agent.display_name).where(Agent.id.in_(people)))
    names = {row.id: row.display_name for row in found}
    taken: list[str] = []
    views: list[AttachmentView] = []
    for row in rows:
        # Two desks that did not know of each other may have added two files of one name.
        taken.append(numbered(row.name, taken))
        stands, reason = waiting.get(row.id, (Whereabouts.HERE if row.id in here else Whereabouts.ELSEWHERE, ""))
        views.append(
            AttachmentView(
                id=row.id,
                name=taken[-1],
                kind=known_or_none(FileKind, row.media_type),
                size=row.size,
                added_by=names.get(row.added_by, "") if row.added_by is not None else "",
                added_at=row.added_at,
                whereabouts=stands,
                reason=reason,
                mine=row.added_by == uow.actor or _leads(uow),
            )
        )
    return tuple(views)


def _rows(uow: UnitOfWork, case: CaseRef) -> list[Attached]:
    model = ATTACHMENTS[case.kind]
    owner = getattr(model, f"{case.kind.value}_id")
    query = select(model).where(owner == case.id, ~model.removed).order_by(model.added_at, model.id)
    return list(uow.session.scalars(query))


def _leads(uow: UnitOfWork) -> bool:
    return uow.session.scalar(select(Agent.role).where(Agent.id == uow.actor)) in _LEADS


# Adding --------------------------------------------------------------------------------------------------------------


def add(uow: UnitOfWork, owner: Owner, name: str, data: bytes) -> UUID:
    """Attach a file and return its id: its name is made safe, its content waits to be sent.

    Raises UserMistake at ``kinds.FIELD`` for a file that is not taken, or one too many; Refused for a case that is not
    on this desk any more.
    """
    safe = safe_name(name)
    kind = checked(safe, data)
    there = [view.name for view in listed(uow, owner)]
    if len(there) >= MOST_FILES:
        what = tr("At most {n} files can be attached.", n=MOST_FILES)
        raise UserMistake(FIELD, what, tr("Put several pages into one file, or take one back."))
    waiting = uow.session.scalar(select(func.sum(WaitingContent.size))) or 0
    if waiting + len(data) > WAITING_AT_MOST:
        what = tr("Files of {size} wait to be sent already.", size=size_words(waiting))
        raise UserMistake(FIELD, what, tr("Connect to the server first, then add it again."))
    content = WaitingContent(
        id=new_id(),
        name=numbered(safe, there),
        media_type=kind.value,
        size=len(data),
        sha256=sha256(data).hexdigest(),
        added_at=uow.clock.now(),
        data=data,
    )
    if isinstance(owner, DraftKey):
        content.draft_kind, content.draft_subject = owner.kind, owner.subject
        _keep_draft(uow, owner)
    else:
        _attach(uow, content, owner)
    uow.session.add(content)
    uow.session.flush()
    return content.id


def _keep_draft(uow: UnitOfWork, draft: DraftKey) -> None:
    """A form without a word has files from now on: its draft is found again after anything."""
    if uow.session.get(DraftRow, (draft.kind, draft.subject)) is None:
        uow.session.add(DraftRow(kind=draft.kind, subject=draft.subject, fields={}, saved_at=uow.clock.now()))
    uow.touched(Kind.DRAFT, draft.subject)


def _attach(uow: UnitOfWork, content: WaitingContent, case: CaseRef) -> None:
    """Make the row of a file of a case. Each stands or falls alone: a file too many takes no words with it."""
    model = ATTACHMENTS[case.kind]
    owner = uow.session.get(SYNCED[case.kind.value], case.id)
    if owner is None:
        raise Refused(tr("This case is no longer on this computer."), tr("Look it up again."))
    content.entity, content.draft_kind, content.draft_subject = model.__tablename__, "", None
    row = model(
        id=content.id,
        name=content.name,
        media_type=content.media_type,
        size=content.size,
        sha256=content.sha256,
        added_by=uow.actor,
        added_at=content.added_at,
        **{f"{case.kind.value}_id": case.id},
    )
    uow.apart()
    uow.insert(row, _title(row, owner))


def adopt(uow: UnitOfWork, draft: DraftKey, case: CaseRef) -> None:
    """Let the files of a form be those of the case that it became, in the same transaction."""
    query = select(WaitingContent).where(
        WaitingContent.draft_kind == draft.kind, WaitingContent.draft_subject == draft.subject
    )
    for content in uow.session.scalars(query.order_by(WaitingContent.added_at, WaitingContent.id)).all():
        _attach(uow, content, case)
    uow.session.flush()


# Taking back ---------------------------------------------------------------------------------------------------------


def take_back(uow: UnitOfWork, attachment_id: UUID) -> None:
    """Take a file back, for good: its content goes, here and at the server; that it was there, and who took it back,
    stays. Of a form that is no case yet nothing stays.

    Raises Refused for one that is not here any more, or that a colleague added.
    """
    row = _row(uow, attachment_id)
    if row is None:
        content = uow.session.get(WaitingContent, attachment_id)
        if content is None or content.draft_subject is None:
            raise _not_here()
        uow.touched(Kind.DRAFT, content.draft_subject)
    else:
        if row.added_by != uow.actor and not _leads(uow):
            raise Refused(
                tr("A colleague added this file."), tr("Whoever added it, or a supervisor, can take it back.")
            )
        owner = uow.session.get(SYNCED[_case_of(row).kind.value], _case_of(row).id)
        taken = {"removed": True, "removed_by": uow.actor, "removed_at": uow.clock.now()}
        uow.update(row, _title(row, owner), **taken)
    for model in (WaitingContent, CachedContent):
        uow.session.execute(delete(model).where(model.id == attachment_id))


# Contents ------------------------------------------------------------------------------------------------------------


def content(uow: UnitOfWork, attachment_id: UUID) -> bytes | None:
    """Return the content of a file, None where it is not on this desk."""
    for model in (WaitingContent, CachedContent):
        found: bytes | None = uow.session.scalar(select(model.data).where(model.id == attachment_id))
        if found is not None:
            return found
    return None


def entity_of(uow: UnitOfWork, attachment_id: UUID) -> str:
    """Return the table of a file's row; raises Refused for one that is not here any more."""
    row = _row(uow, attachment_id)
    if row is None or row.removed:
        raise _not_here()
    entity: str = row.__tablename__
    return entity


def _row(uow: UnitOfWork, attachment_id: UUID) -> Attached | None:
    for model in ATTACHMENTS.values():
        row = uow.session.get(model, attachment_id)
        if row is not None:
            return row
    return None


def _case_of(row: Attached) -> CaseRef:
    kind = next(CaseKind(kind) for kind, model in ATTACHMENTS.items() if isinstance(row, model))
    return CaseRef(kind, getattr(row, f"{kind.value}_id"))


def title_of(uow: UnitOfWork, attachment_id: UUID) -> str:
    """Return what a file is called where it stands among other things: its name and its case."""
    row = _row(uow, attachment_id)
    if row is None:
        raise _not_here()
    case = _case_of(row)
    return _title(row, uow.session.get(SYNCED[case.kind.value], case.id))


def _title(row: Attached, owner: object) -> str:
    reference = getattr(owner, "reference", "")
    return tr("File {name}, {reference}", name=row.name, reference=reference) if reference else row.name


def _not_here() -> Refused:
    return Refused(tr("This file is not there any more."), tr("Look at the list again."))
