"""Contents of attached files on this desk: which go to the server next, what it answered, and copies of fetched ones.

Each step is a transaction of its own and can be done again, so that nothing is lost or sent for nothing whenever the
program ends: a content waits until the server said that it has it, and is asked for before any byte is sent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from hashlib import sha256
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, func, select, update
from sqlalchemy.orm import Session

from crmdesk.domain.attachments.limits import CACHE_AT_MOST
from crmdesk.domain.changes import Kind
from crmdesk.domain.errors import Unavailable
from crmdesk.domain.language import tr
from crmdesk.domain.quick import dataclass
from crmdesk.models.attachment import ATTACHMENTS, Attached, CachedContent, ContentState, WaitingContent
from crmdesk.models.local import Outbox, OutboxState
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.sync.wire import Op

_ENTITIES = frozenset(model.__tablename__ for model in ATTACHMENTS.values())


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A content that the server may be sent: its row went before it."""

    entity: str
    id: UUID
    size: int


def outgoing(uow: UnitOfWork, leave_out: Collection[UUID]) -> Outgoing | None:
    """Return the content that waits longest among those whose row the server has, but ``leave_out``."""
    columns = (WaitingContent.entity, WaitingContent.id, WaitingContent.size)
    query = select(*columns).where(
        WaitingContent.entity != "",
        WaitingContent.state == ContentState.WAITING.value,
        WaitingContent.id.not_in(leave_out),
        ~_row_waits(),
    )
    row = uow.session.execute(query.order_by(WaitingContent.added_at, WaitingContent.id).limit(1)).one_or_none()
    return None if row is None else Outgoing(*row)


def _row_waits() -> ColumnElement[bool]:
    """Return the condition that the row of a content was not taken by the server yet."""
    return exists().where(
        Outbox.entity == WaitingContent.entity,
        Outbox.row_id == WaitingContent.id,
        Outbox.op == Op.INSERT.value,
        Outbox.state != OutboxState.ACKED.value,
    )


def data_of(uow: UnitOfWork, id_: UUID) -> bytes | None:
    """Return a content that waits, None when it is not here any more."""
    return uow.session.scalar(select(WaitingContent.data).where(WaitingContent.id == id_))


def was_taken(uow: UnitOfWork, one: Outgoing) -> None:
    """Note that the server has a content: from now on it is a copy that may go."""
    waiting = uow.session.get(WaitingContent, one.id)
    if waiting is None:
        return
    _cache(uow, one.id, waiting.data)
    uow.session.delete(waiting)
    uow.session.flush()
    uow.touched(Kind(one.entity), one.id)


def was_refused(uow: UnitOfWork, one: Outgoing, reason: str) -> None:
    """Note why the server will not take a content; it stays here to be saved elsewhere."""
    uow.session.execute(
        update(WaitingContent)
        .where(WaitingContent.id == one.id)
        .values(state=ContentState.REFUSED.value, reason=reason)
    )
    uow.touched(Kind(one.entity), one.id)


def keep_fetched(uow: UnitOfWork, entity: str, id_: UUID, data: bytes) -> None:
    """Keep a copy of a content that the server gave; the longest unused go where there are too many.

    Raises Unavailable, keeping nothing, when it is not what the row says.
    """
    row = uow.session.get(_model(entity), id_)
    if row is None or row.removed:
        return
    if len(data) != row.size or sha256(data).hexdigest() != row.sha256:
        raise Unavailable(
            tr("What came of this file is damaged."), tr("Try again; tell your administrator if it stays.")
        )
    _cache(uow, id_, data)
    uow.touched(Kind(entity), id_)


def used(uow: UnitOfWork, id_: UUID) -> None:
    """Note that a copy was wanted now."""
    uow.session.execute(update(CachedContent).where(CachedContent.id == id_).values(used_at=uow.clock.now()))


def offer_again(uow: UnitOfWork) -> None:
    """Let every copy wait to be sent: a server that was put back from a backup may have lost its own. It is asked
    first, so what it has does not travel."""
    for model in ATTACHMENTS.values():
        here = select(model).join(CachedContent, CachedContent.id == model.id).where(~model.removed)
        for row in uow.session.scalars(here).all():
            copy = uow.session.get_one(CachedContent, row.id)
            told = {name: getattr(row, name) for name in ("id", "name", "media_type", "size", "sha256", "added_at")}
            uow.session.add(WaitingContent(entity=model.__tablename__, data=copy.data, **told))
            uow.session.delete(copy)
            uow.session.flush()


def came(session: Session, entity: str, ids: Iterable[str]) -> None:
    """Forget the contents of files that a colleague took back; ``ids`` (in wire form) came from the server just now."""
    if entity not in _ENTITIES:
        return
    model = _model(entity)
    removed = select(model.id).where(model.id.in_([UUID(id_) for id_ in ids]), model.removed)
    gone(session, entity, session.scalars(removed).all())


def gone(session: Session, entity: str, ids: Collection[UUID]) -> None:
    """Forget copies of files that are not this desk's to see any more."""
    if entity in _ENTITIES and ids:
        session.execute(delete(CachedContent).where(CachedContent.id.in_(ids)))


def _cache(uow: UnitOfWork, id_: UUID, data: bytes) -> None:
    session = uow.session
    session.merge(CachedContent(id=id_, size=len(data), used_at=uow.clock.now(), data=data))
    session.flush()
    total = session.scalar(select(func.sum(CachedContent.size))) or 0
    by_age = select(CachedContent.id, CachedContent.size).order_by(CachedContent.used_at)
    for oldest, size in session.execute(by_age).all():
        if total <= CACHE_AT_MOST or oldest == id_:
            break
        session.execute(delete(CachedContent).where(CachedContent.id == oldest))
        total -= size


def _model(entity: str) -> type[Attached]:
    return next(model for model in ATTACHMENTS.values() if model.__tablename__ == entity)
