"""Fields that two people changed: the two versions, the proposal made of both, and settling it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text, select

from crmdesk.domain.changes import Kind
from crmdesk.domain.errors import Refused, UserMistake
from crmdesk.domain.language import tr
from crmdesk.domain.merge3 import merge3
from crmdesk.domain.sync_state import ConflictView, Resolution
from crmdesk.domain.values import known_or_none
from crmdesk.models.base import Merge, Synced, from_microseconds
from crmdesk.models.customer import Customer
from crmdesk.models.local import ConflictRow
from crmdesk.models.people import Agent
from crmdesk.models.registry import SYNCED, table_of
from crmdesk.models.shown import server_values
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.models.wireform import from_wire
from crmdesk.services.field_words import label_of, words_of

MOST = 200


def open_conflicts(uow: UnitOfWork, row_id: UUID | None = None) -> tuple[ConflictView, ...]:
    """Return what waits to be settled, newest first; only those of one record where ``row_id`` names it."""
    query = select(ConflictRow).where(ConflictRow.settled_at.is_(None))
    if row_id is not None:
        query = query.where(ConflictRow.row_id == row_id)
    newest = query.order_by(ConflictRow.found_at.desc(), ConflictRow.seq.desc()).limit(MOST)
    return tuple(_view(uow, row) for row in uow.session.scalars(newest))


def lately(uow: UnitOfWork, since: datetime) -> tuple[ConflictView, ...]:
    """Return what was settled, or merged by itself, at or after ``since``, newest first."""
    query = select(ConflictRow).where(ConflictRow.settled_at >= since)
    newest = query.order_by(ConflictRow.settled_at.desc(), ConflictRow.seq.desc()).limit(MOST)
    return tuple(_view(uow, row) for row in uow.session.scalars(newest))


def settle(uow: UnitOfWork, seen: ConflictView, resolution: Resolution, text: str = "") -> None:
    """Settle a conflict as it was ``seen``; ``text`` are the words made of both, for ``Resolution.BOTH`` alone.

    Raises Refused when it was settled meanwhile, when the record left this computer, or when a colleague changed the
    field once more (the view shows it then); UserMistake when a text that may not be empty is.
    """
    kept = uow.session.get(ConflictRow, seen.id)
    if kept is None or kept.settled_at is not None:
        raise Refused(tr("This was settled already."), tr("There is nothing left to do."))
    if resolution is not Resolution.THEIRS:
        _write(uow, kept, seen, _wanted(kept, resolution, text))
    kept.settled_at, kept.resolution = uow.clock.now(), resolution.value
    uow.touched(Kind.CONFLICT, kept.id)
    uow.touched(Kind(kept.entity), kept.row_id)


def _wanted(kept: ConflictRow, resolution: Resolution, text: str) -> Any:
    """Return the value to be written, in wire form."""
    if resolution is Resolution.MINE:
        return kept.mine
    if not (_is_text(kept) or _may_type(kept)):
        raise Refused(tr("One of the two must be chosen here."), tr("Keep yours or theirs."))
    if not text.strip() and (kept.mine or kept.theirs):
        raise UserMistake(
            "merged", tr("The text is empty."), tr("Keep the words that are still true, or choose a version.")
        )
    return text


def _write(uow: UnitOfWork, kept: ConflictRow, seen: ConflictView, value: Any) -> None:
    row: Synced | None = uow.session.get(SYNCED[kept.entity], kept.row_id)
    if row is None:
        raise Refused(tr("This record is no longer on this computer."), tr("Your version stays here, to be copied."))
    now = _view(uow, kept)
    if now.theirs != seen.theirs:
        who = now.theirs_by or tr("A colleague")
        raise Refused(
            tr("{name} changed it again in the meantime.", name=who), tr("Look at the new text, then settle it.")
        )
    theirs = (server_values(uow.session, kept.entity, kept.row_id) or {}).get(kept.field)
    if value != theirs:
        seen_there, wanted = (from_wire(kept.entity, {kept.field: each}) for each in (theirs, value))
        uow.update_on(row, tr("{field}, {title}", field=now.label, title=now.title), seen_there, **wanted)


# What is shown -----------------------------------------------------------------------------------------------------


def _view(uow: UnitOfWork, kept: ConflictRow) -> ConflictView:
    title, customer_id = _whose(uow, kept)
    view = ConflictView(
        id=kept.id,
        kind=Kind(kept.entity),
        row_id=kept.row_id,
        customer_id=customer_id,
        title=title,
        field=kept.field,
        label=label_of(kept.field),
        base=words_of(uow, kept.entity, kept.field, kept.base),
        mine=words_of(uow, kept.entity, kept.field, kept.mine),
        theirs=words_of(uow, kept.entity, kept.field, kept.theirs),
        mine_at=kept.mine_at,
        theirs_by=_agent(uow, kept.theirs_by),
        theirs_at=kept.theirs_at,
        found_at=kept.found_at,
        settled_at=kept.settled_at,
        resolution=known_or_none(Resolution, kept.resolution),
        may_type=_may_type(kept),
    )
    view = view if kept.settled_at else _brought_up_to_date(uow, kept, view)
    return replace(view, merged=merge3(view.base, view.mine, view.theirs)) if _is_text(kept) else view


def _brought_up_to_date(uow: UnitOfWork, kept: ConflictRow, view: ConflictView) -> ConflictView:
    """Show what the server has now, where a colleague changed the field once more since the conflict was found."""
    values = server_values(uow.session, kept.entity, kept.row_id)
    if values is None or values.get(kept.field) == kept.theirs:
        return view
    by, at = values.get("updated_by"), values.get("updated_at")
    return replace(
        view,
        theirs=words_of(uow, kept.entity, kept.field, values.get(kept.field)),
        theirs_by=_agent(uow, UUID(by) if by else None),
        theirs_at=from_microseconds(at) if at else None,
    )


def _is_text(kept: ConflictRow) -> bool:
    return table_of(kept.entity).c[kept.field].info.get("merge") is Merge.TEXT


def _may_type(kept: ConflictRow) -> bool:
    """Return whether other words may take the place of both: where a person describes something in words."""
    column = table_of(kept.entity).c[kept.field]
    described = "prose" in column.info or kept.entity == Customer.__tablename__
    return isinstance(column.type, Text) and described and "one_of" not in column.info and not _is_text(kept)


def _whose(uow: UnitOfWork, kept: ConflictRow) -> tuple[str, UUID | None]:
    """Return how the record is named, by its customer where it has one, and that customer."""
    row = uow.session.get(SYNCED[kept.entity], kept.row_id)
    found = kept.row_id if kept.entity == Customer.__tablename__ else getattr(row, "customer_id", None)
    customer = uow.session.get(Customer, found) if found else None
    return (customer.name if customer else kept.title), (customer.id if customer else None)


def _agent(uow: UnitOfWork, agent_id: UUID | None) -> str:
    agent = uow.session.get(Agent, agent_id) if agent_id else None
    return agent.display_name if agent else ""
