"""Sends the outbox in order and takes each mutation's result; nothing leaves it without one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from uuid import UUID

import msgspec
from sqlalchemy import bindparam, select

from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.language import mark, tr
from crmdesk.models.base import Merge
from crmdesk.models.kept import NOBODY
from crmdesk.models.kept_batch import STORED_CHANGE
from crmdesk.models.local import CAME_BACK, ERASED, EXISTS_ALREADY, Outbox, OutboxState, ServerRow
from crmdesk.models.numbering import last_number
from crmdesk.models.people import Agent
from crmdesk.models.registry import table_of
from crmdesk.models.shown import keep_server_row, reshow, server_said, server_values
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.sync.client import anew, at_once, erasing, holding, merging
from crmdesk.sync.client.merging import Clash
from crmdesk.sync.wire import Mutation, Op, Result, Status

_STORED = STORED_CHANGE.c
_WAITING = (
    select(*(_STORED[name] for name in ("seq", "id", "group_seq", "entity", "row_id", "op", "base_ver", "base", "set")))
    .where(_STORED.state == OutboxState.WAITING.value, _STORED.seq > bindparam("after"))
    .order_by(_STORED.seq)
    .limit(bindparam("most"))
)
"""As it is stored: columns without types, so that nothing is turned into Python's and from there into the wire's."""

_REASONS = {
    Status.DENIED: mark("The server did not allow it."),
    Status.DUPLICATE_OF: EXISTS_ALREADY,
}


def waiting(uow: UnitOfWork, most: int, after: int = 0) -> tuple[Mutation, ...]:
    """Return the oldest unsent mutations with a number above ``after``, whole groups where they fit into ``most``."""
    rows = uow.session.execute(_WAITING, {"after": after, "most": most + 1}).all()
    if len(rows) > most:
        cut = rows[-1].group_seq
        whole = [row for row in rows[:-1] if row.group_seq != cut]
        rows = whole or rows[:-1]
    return tuple(
        Mutation(
            seq=row.seq,
            id=UUID(bytes=row.id),
            group=row.group_seq,
            entity=row.entity,
            row=UUID(bytes=row.row_id),
            op=Op(row.op),
            base_ver=row.base_ver,
            base=msgspec.json.decode(row.base),
            set=msgspec.json.decode(row.set),
        )
        for row in rows
    )


def last_seq(uow: UnitOfWork) -> int:
    """Return the highest seq this desk ever gave out."""
    return last_number(uow.session)


def settle(uow: UnitOfWork, results: Sequence[Result]) -> Changes:
    """Write down what became of the mutations that were sent; return the rows whose look changed.

    Where a colleague changed the same text, the merged text is queued as a new change on theirs. What the server
    cannot place (GAP, FORK) stays as it is.
    """
    touched: list[Changes] = []
    for plain, run in groupby(results, key=at_once.is_plain):
        left = list(run)
        if plain:
            marked = at_once.acknowledge(uow.session, left)
            touched += [Changes(frozenset((Kind(entity), row_id) for entity, row_id in marked.values()))]
            left = [result for result in left if result.seq not in marked]
        touched += [_settle_one(uow, result) for result in left]
    return Changes.merged(touched) | uow.changes


def _settle_one(uow: UnitOfWork, result: Result) -> Changes:
    entry = uow.session.get(Outbox, result.seq)
    if entry is None or entry.state != OutboxState.WAITING.value or result.status in (Status.GAP, Status.FORK):
        return Changes()
    if entry.row_id == NOBODY:  # it only filled its number (``erasing.empty``)
        uow.session.delete(entry)
        return Changes()
    touched = Changes.of(Kind(entry.entity), entry.row_id)
    match result.status:
        case Status.OK | Status.CONFLICT:
            if result.row is not None and result.row != entry.row_id:
                touched |= _follow(uow, entry, result.row)
            _accept(uow, entry, result)
        case Status.DENIED if _may_come_back(uow, entry) and holding.lacks_its_row(uow.session, entry, result):
            holding.hold_for_its_row(uow.session, entry)
        case Status.TAKEN:
            _lose(uow, entry, result)
        case Status.ERASED:
            touched |= _erase(uow, entry, result)
        case _:
            _refuse(uow, entry, OutboxState.REFUSED, result.reason or _REASONS[result.status])
    uow.session.flush()
    return touched


def _may_come_back(uow: UnitOfWork, entry: Outbox) -> bool:
    """Return whether what a change lacks may be on its way: the server was put back from a backup, or it was waited for
    before, and only a part of it came."""
    return anew.is_fetched_anew(uow) or entry.reason == CAME_BACK


def _accept(uow: UnitOfWork, entry: Outbox, result: Result) -> None:
    session = uow.session
    told = {field: theirs.value for field, theirs in result.conflicts.items()}
    mine = {field: entry.set_.get(field) for field in told}
    entry.set_ = {name: value for name, value in entry.set_.items() if name not in told}
    seen = server_values(session, entry.entity, entry.row_id)
    done = seen is None or result.ver <= seen["ver"] or not entry.set_
    entry.state, entry.acked_ver = OutboxState.ACKED.value, result.ver
    session.flush()
    if told:
        server_said(session, entry.entity, entry.row_id, told)
    for field, theirs in result.conflicts.items():
        clash = Clash(entry, field, entry.base.get(field), mine[field], theirs)
        merging.resolve(uow, clash)
    if done:
        session.delete(entry)
        session.flush()
        reshow(session, entry.entity, entry.row_id)


def _follow(uow: UnitOfWork, entry: Outbox, survivor: UUID) -> Changes:
    """The row was merged into another, and the change was made there: lay it over that one, if it is here."""
    old = entry.row_id
    keep_server_row(uow.session, entry.entity, survivor)
    entry.row_id = survivor
    uow.session.flush()
    reshow(uow.session, entry.entity, old)
    reshow(uow.session, entry.entity, survivor)
    return Changes.of(Kind(entry.entity), survivor)


def _refuse(uow: UnitOfWork, entry: Outbox, state: OutboxState, reason: str) -> None:
    """Keep a change that was not taken, with the reason, and show what the server has instead of it."""
    entry.state, entry.reason, entry.answered_at = state.value, reason, uow.clock.now()
    uow.session.flush()
    for field, value in entry.set_.items():
        merging.hand_on(uow, entry, field, value)
    if entry.op == Op.UPDATE:
        server_said(uow.session, entry.entity, entry.row_id, {} if _is_kept(uow, entry) else entry.base)


def _is_kept(uow: UnitOfWork, entry: Outbox) -> bool:
    return uow.session.get(ServerRow, (entry.entity, entry.row_id)) is not None


def _lose(uow: UnitOfWork, entry: Outbox, result: Result) -> None:
    """A colleague has the claim: show who, and keep the lost one until it was seen.

    Giving back what a colleague has already is no loss.
    """
    _refuse(uow, entry, OutboxState.TAKEN, result.reason or _who_was_first(uow, entry, result))
    told = {name: theirs.value for name, theirs in result.conflicts.items()}
    server_said(uow.session, entry.entity, entry.row_id, told)
    if all(entry.set_.get(name) is None for name in told):
        uow.session.delete(entry)


def _who_was_first(uow: UnitOfWork, entry: Outbox, result: Result) -> str:
    for name, theirs in result.conflicts.items():
        if table_of(entry.entity).c[name].info.get("merge") is Merge.CLAIM and theirs.value:
            agent = uow.session.get(Agent, UUID(theirs.value))
            if agent is not None:
                return tr("{name} was first.", name=agent.display_name)
    return mark("This was done already.") if result.conflicts else mark("A colleague was first.")


def _erase(uow: UnitOfWork, entry: Outbox, result: Result) -> Changes:
    """The person's data was erased: nothing of it stays here, only that a change was not taken for that reason.

    The feed tells of it too, and of each row that went with it.
    """
    session = uow.session
    _refuse(uow, entry, OutboxState.REFUSED, ERASED)
    entry.base, entry.set_, entry.title = {}, {}, ""
    if entry.op != Op.INSERT and result.row is None:
        return Changes()
    row_id, entry.row_id = entry.row_id, NOBODY
    session.flush()
    changes = erasing.erase(uow, entry.entity, list(dict.fromkeys([row_id, result.row or row_id])))
    entry.row_id = row_id
    session.flush()
    return changes
