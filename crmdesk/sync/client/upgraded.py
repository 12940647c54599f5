"""A file whose rows an older crmdesk fetched: it left out the columns that it did not know, so they come anew."""

from __future__ import annotations

from sqlalchemy import delete, select

from crmdesk.models.local import Cursor, HeldScope, Setting
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.sync.client import snapshot_live
from crmdesk.sync.client.versions import SCHEMA_VERSION

_FETCHED_BY = "fetched_by_schema"
_BEFORE_IT_WAS_KEPT = 2


def fetch_what_was_left_out(uow: UnitOfWork, server_schema: int) -> None:
    """Let every scope that is held be fetched again where the server has columns that were left out until now.

    What is here stays in use meanwhile, and so does the place from which to pull. A server that is older than this
    desk has sent all it knows: when it becomes newer, what is set then comes with the pull.
    """
    session = uow.session
    row = session.get(Setting, _FETCHED_BY)
    if row is not None and row.value == SCHEMA_VERSION:
        return
    known = _BEFORE_IT_WAS_KEPT if row is None else row.value
    if session.get(Cursor, 1) is not None and known < min(SCHEMA_VERSION, server_schema):
        snapshot_live.expect(uow, session.scalars(select(HeldScope.scope_id)).all())
        snapshot_live.begin_again(uow)
        session.execute(delete(HeldScope))
    session.merge(Setting(key=_FETCHED_BY, value=SCHEMA_VERSION))
