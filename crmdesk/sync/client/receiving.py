"""Takes a page of the feed: rows, rows that went, and the cursor, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.errors import Unavailable
from crmdesk.domain.language import tr
from crmdesk.models.bulk import write_values
from crmdesk.models.complaint import Complaint
from crmdesk.models.local import Cursor, Outbox
from crmdesk.models.registry import SYNCED, table_of
from crmdesk.models.request import Request
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.sync.client import at_once, contents, holding
from crmdesk.sync.client.anew import note_seen
from crmdesk.sync.client.erasing import erase
from crmdesk.sync.client.overlay import forget, receive
from crmdesk.sync.wire import Gone, PullReply, Rows

ERASED = "E"
"""The step of the feed that says that a row was erased; D (deleted) and R (left) leave what was written here."""

_CASE_IN = {Complaint.__tablename__: "id", Request.__tablename__: "id", **holding.OF_CASES}
"""The column that holds the id of a case, in each entity for which steps and redress may wait."""

LISTED_AT_MOST = 500
"""A page with more rows than this is published as "everything", so that screens re-read once."""


def apply_page(uow: UnitOfWork, page: PullReply) -> Changes:
    """Write one page and its cursor; return what changed on the screens.

    Raises Unavailable when the page is not what was asked for; nothing of it is kept then.
    """
    touched = [apply_rows(uow, rows) for rows in page.tables]
    touched += [_apply_gone(uow, gone) for gone in page.gone]
    cursor = uow.session.get_one(Cursor, 1)
    cursor.position, cursor.pulled_at = page.cursor, uow.clock.now()
    changes = Changes.merged(touched)
    return changes if len(changes.rows) <= LISTED_AT_MOST else Changes(everything=True, erased=changes.erased)


def queued_rows(uow: UnitOfWork) -> set[tuple[str, UUID]]:
    """Return the rows that have queued changes, as (entity, id)."""
    return {(entity, row_id) for entity, row_id in uow.session.execute(select(Outbox.entity, Outbox.row_id))}


def apply_rows(uow: UnitOfWork, page: Rows) -> Changes:
    """Write rows as the server has them, those with queued changes with these laid over; return which, or
    "everything" where they are more than LISTED_AT_MOST.

    Raises Unavailable when the rows cannot be what was asked for.
    """
    if page.entity not in SYNCED or not page.rows:
        return Changes()
    session, entity, names = uow.session, page.entity, list(page.columns)
    if "id" not in names or "ver" not in names:
        raise Unavailable(tr("The server's answer is incomplete."), tr("It is asked again."))
    at, ver = names.index("id"), names.index("ver")
    known = table_of(entity).c
    rows: Sequence[Sequence[Any]] = page.rows
    queued = at_once.queued_among(session, entity, [row[at] for row in rows])
    covered = queued - at_once.uncovered(session, entity, {row[at]: row[ver] for row in rows if row[at] in queued})
    if covered:
        for row in rows:
            if row[at] in covered:
                receive(session, entity, {name: row[place] for place, name in enumerate(names) if name in known})
        rows = [row for row in rows if row[at] not in covered]
    here = [place for place, name in enumerate(names) if name in known]
    if len(here) < len(names):
        rows = [tuple(row[place] for place in here) for row in rows]
    write_values(session, entity, [names[place] for place in here], rows)
    contents.came(session, entity, (row[at] for row in page.rows))
    note_seen(session, entity, (row[at] for row in page.rows))
    if entity in _CASE_IN:
        place = names.index(_CASE_IN[entity])
        holding.cases_came(session, {UUID(row[place]) for row in page.rows})
    if entity == Complaint.__tablename__:
        place = names.index("reference")
        holding.complaints_came(session, {row[place] for row in page.rows})
    if len(page.rows) > LISTED_AT_MOST:
        return Changes(everything=True)
    return Changes.of(Kind(entity), *(UUID(row[at]) for row in page.rows))


def _apply_gone(uow: UnitOfWork, gone: Gone) -> Changes:
    if gone.entity not in SYNCED:
        return Changes()
    if gone.op == ERASED:
        return erase(uow, gone.entity, gone.ids)
    contents.gone(uow.session, gone.entity, gone.ids)
    for row_id in gone.ids:
        forget(uow.session, gone.entity, row_id)
        holding.heard_of(uow.session, gone.entity, row_id)
    return Changes.of(Kind(gone.entity), *gone.ids)
