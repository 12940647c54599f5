"""While everything is fetched anew from a restored server: which rows it has shown so far."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, delete, exists
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from crmdesk.models.local import SeenRow, Setting
from crmdesk.models.unit_of_work import UnitOfWork

_RESTORED = "restored"


def begin(session: Session, epoch: UUID) -> None:
    """Nothing has been shown yet in this epoch of the server."""
    session.execute(delete(SeenRow))
    session.merge(Setting(key=_RESTORED, value=epoch.hex))


def is_fetched_anew(uow: UnitOfWork) -> bool:
    """Return whether rows of a restored server are still on their way."""
    return is_under_way(uow.session)


def is_under_way(session: Session) -> bool:
    """Return whether rows of a restored server are still on their way."""
    return session.get(Setting, _RESTORED) is not None


def note_seen(session: Session, entity: str, ids: Iterable[str]) -> None:
    """Note rows (ids in wire form) that the restored server has; nothing while there is none."""
    if not is_under_way(session):
        return
    rows = [{"entity": entity, "row_id": UUID(row_id)} for row_id in ids]
    if rows:
        session.execute(insert(SeenRow).on_conflict_do_nothing(), rows)


def was_seen(entity: str, table: FromClause) -> ColumnElement[bool]:
    """Return the condition that the restored server has shown a row of this table."""
    return exists().where(SeenRow.entity == entity, SeenRow.row_id == table.c.id)


def end(session: Session) -> None:
    """Everything is as the server has it."""
    mark = session.get(Setting, _RESTORED)
    if mark is not None:
        session.delete(mark)
        session.execute(delete(SeenRow))
        session.flush()
