"""Sends the outbox in order and takes each mutation's result; nothing leaves it without one."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.ids import new_id
from crmdesk.models.local import ConflictRow, Outbox, OutboxState, ServerRow
from crmdesk.models.registry import table_of
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.models.wireform import from_wire
from crmdesk.sync.wire import Mutation, Op, Result, Status

_REASONS = {
    Status.DENIED: "The server did not allow it.",
    Status.TAKEN: "A colleague was first.",
    Status.DUPLICATE_OF: "The same record exists already.",
    Status.ERASED: "The customer's data was erased.",
    Status.FORK: "This profile was also used on another computer.",
}


def waiting(uow: UnitOfWork, most: int) -> tuple[Mutation, ...]:
    """Return the oldest unsent mutations, whole groups where they fit into ``most``."""
    query = select(Outbox).where(Outbox.state == OutboxState.WAITING.value).order_by(Outbox.seq).limit(most + 1)
    rows = list(uow.session.scalars(query))
    if len(rows) > most:
        cut = rows[-1].group_seq
        whole = [row for row in rows[:-1] if row.group_seq != cut]
        rows = whole or rows[:-1]
    return tuple(
        Mutation(
            seq=row.seq,
            id=row.id,
            group=row.group_seq,
            entity=row.entity,
            row=row.row_id,
            op=Op(row.op),
            base_ver=row.base_ver,
            base=row.base,
            set=row.set_,
        )
        for row in rows
    )


def last_seq(uow: UnitOfWork) -> int:
    """Return the highest seq this desk ever gave out, as far as the outbox tells."""
    return uow.session.scalar(select(Outbox.seq).order_by(Outbox.seq.desc()).limit(1)) or 0


def settle(uow: UnitOfWork, results: Sequence[Result]) -> Changes:
    """Write down what became of the mutations that were sent; return the rows whose look changed."""
    touched: list[Changes] = []
    for result in results:
        entry = uow.session.get(Outbox, result.seq)
        if entry is None or entry.state != OutboxState.WAITING.value or result.status is Status.GAP:
            continue
        touched.append(Changes.of(Kind(entry.entity), entry.row_id))
        if result.status in (Status.OK, Status.CONFLICT):
            _accept(uow, entry, result)
        else:
            entry.state = OutboxState.REFUSED.value
            entry.reason = result.reason or _REASONS[result.status]
    uow.session.flush()
    return Changes.merged(touched)


def _accept(uow: UnitOfWork, entry: Outbox, result: Result) -> None:
    for field, theirs in result.conflicts.items():
        _keep_both(uow, entry, field, theirs.value)
    entry.set_ = {name: value for name, value in entry.set_.items() if name not in result.conflicts}
    kept = uow.session.get(ServerRow, (entry.entity, entry.row_id))
    seen = kept.values["ver"] if kept is not None else _shown_ver(uow, entry)
    if result.ver <= seen:
        uow.session.delete(entry)
    else:
        entry.state, entry.acked_ver = OutboxState.ACKED.value, result.ver


def _shown_ver(uow: UnitOfWork, entry: Outbox) -> int:
    table = table_of(entry.entity)
    return uow.session.scalar(select(table.c.ver).where(table.c.id == entry.row_id)) or 0


def _keep_both(uow: UnitOfWork, entry: Outbox, field: str, theirs: object) -> None:
    """Show the server's value and keep ours in a conflict entry, unless a later queued change covers the field."""
    uow.session.add(
        ConflictRow(
            id=new_id(),
            entity=entry.entity,
            row_id=entry.row_id,
            field=field,
            base=entry.base.get(field),
            mine=entry.set_.get(field),
            theirs=theirs,
            title=entry.title,
            found_at=uow.clock.now(),
        )
    )
    later = select(Outbox).where(Outbox.entity == entry.entity, Outbox.row_id == entry.row_id, Outbox.seq > entry.seq)
    if any(field in other.set_ for other in uow.session.scalars(later)):
        return
    table = table_of(entry.entity)
    shown = from_wire(entry.entity, {field: theirs})
    uow.session.execute(table.update().where(table.c.id == entry.row_id).values(**shown))
