"""What becomes of a field that a colleague changed too: merged by itself, or kept in both versions to be settled."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select

from crmdesk.domain.changes import Kind
from crmdesk.domain.ids import new_id
from crmdesk.domain.merge3 import merge3
from crmdesk.domain.quick import dataclass
from crmdesk.domain.sync_state import Resolution
from crmdesk.models.base import Merge, Synced, from_microseconds
from crmdesk.models.local import ConflictRow, Outbox, OutboxState
from crmdesk.models.registry import SYNCED, table_of
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.sync.wire import Theirs

LISTED_FOR = timedelta(days=30)
"""How long it can be seen how a conflict was settled; then its words go."""


@dataclass(frozen=True, slots=True)
class Clash:
    """One field of a sent change that kept the server's value: what we both began with, mine, and theirs, as sent."""

    entry: Outbox
    field: str
    base: Any
    mine: Any
    theirs: Theirs


def resolve(uow: UnitOfWork, clash: Clash) -> None:
    """Merge text into a new change made on their version; keep what cannot be merged beside it, as a conflict.

    A field that a later change of this desk goes on with is left to that one.
    """
    if clash.mine == clash.theirs.value or hand_on(uow, clash.entry, clash.field, clash.mine):
        return
    if table_of(clash.entry.entity).c[clash.field].info.get("merge") is not Merge.TEXT:
        _keep_both(uow, clash, None)
        return
    merged = merge3(_text(clash.base), _text(clash.mine), _text(clash.theirs.value))
    row = uow.session.get(SYNCED[clash.entry.entity], clash.entry.row_id, populate_existing=True)
    if row is None or not merged.clean:
        _keep_both(uow, clash, None)
        return
    _keep_both(uow, clash, Resolution.MERGED)
    text = merged.text()
    if text != _text(clash.theirs.value):
        _queue(uow, clash, row, text)


def hand_on(uow: UnitOfWork, entry: Outbox, field: str, mine: Any) -> bool:
    """Let the next change of a field, if it was made on this one's value ``mine``, stand on what this one was made on.

    This one is not taken, so the server never has that value: it is to compare what it has with what we began with.
    Return False where no such change waits.
    """
    query = (
        select(Outbox)
        .where(Outbox.entity == entry.entity, Outbox.row_id == entry.row_id, Outbox.seq > entry.seq)
        .where(Outbox.state == OutboxState.WAITING.value)
        .order_by(Outbox.seq)
    )
    later = next((other for other in uow.session.scalars(query) if field in other.set_), None)
    if later is None or later.base.get(field) != mine:
        return False
    later.base = {**later.base, field: entry.base.get(field)}
    uow.session.flush()
    return True


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _queue(uow: UnitOfWork, clash: Clash, row: Synced, text: str) -> None:
    uow.apart()
    uow.update_on(row, clash.entry.title, {clash.field: clash.theirs.value}, **{clash.field: text})
    uow.apart()


def _keep_both(uow: UnitOfWork, clash: Clash, settled: Resolution | None) -> None:
    now = uow.clock.now()
    uow.session.execute(delete(ConflictRow).where(ConflictRow.settled_at < now - LISTED_FOR))
    theirs = clash.theirs
    kept = ConflictRow(
        id=new_id(),
        entity=clash.entry.entity,
        row_id=clash.entry.row_id,
        field=clash.field,
        base=clash.base,
        mine=clash.mine,
        theirs=theirs.value,
        title=clash.entry.title,
        found_at=now,
        settled_at=now if settled else None,
        seq=clash.entry.seq,
        mine_at=clash.entry.made_at,
        theirs_by=theirs.by,
        theirs_at=from_microseconds(theirs.at_us) if theirs.at_us else None,
        ver=theirs.ver,
        resolution=settled.value if settled else "",
    )
    uow.session.add(kept)
    uow.touched(Kind.CONFLICT, kept.id)
