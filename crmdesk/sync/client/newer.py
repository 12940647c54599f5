"""A desk that is newer than its server: what the server does not know waits here until it does, the rest is sent.

Numbers have no gaps, so a change that is partly unknown is sent without those fields, and one of a table that the
server does not have is sent empty. What was taken out waits under a number below one until its time comes; of a new
row only what somebody set, since the rest is what the server will take for unset.
"""

from __future__ import annotations

from sqlalchemy import select

from crmdesk.domain.ids import new_id
from crmdesk.models.kept import NOBODY
from crmdesk.models.local import HELD, Outbox, OutboxState
from crmdesk.models.registry import SYNCED, known_columns, unset_values
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.sync.client import holding
from crmdesk.sync.client.erasing import empty
from crmdesk.sync.wire import Op


def hold_back(uow: UnitOfWork, server_schema: int) -> None:
    """Take out of the waiting changes what a server of this schema does not know, and keep it for later."""
    session = uow.session
    waiting = select(Outbox).where(Outbox.state == OutboxState.WAITING.value, Outbox.seq > 0, Outbox.row_id != NOBODY)
    for entry in session.scalars(waiting.order_by(Outbox.seq)).all():
        known = known_columns(entry.entity, server_schema) if entry.entity in SYNCED else frozenset()
        unknown = {name: value for name, value in entry.set_.items() if name not in known}
        if not unknown:
            continue
        apart = known and entry.op == Op.INSERT.value
        if apart:
            unset = unset_values(entry.entity)
            unknown = {name: value for name, value in unknown.items() if name not in unset or value != unset[name]}
            entry.set_ = {name: value for name, value in entry.set_.items() if name in known or name in unknown}
            if not unknown:
                continue
        session.add(
            Outbox(
                seq=holding.next_below(session),
                id=new_id(),
                group_seq=0,
                entity=entry.entity,
                row_id=entry.row_id,
                op=Op.UPDATE.value if apart else entry.op,
                base_ver=entry.base_ver,
                base={name: value for name, value in entry.base.items() if name in unknown},
                set_=unknown,
                made_at=entry.made_at,
                title=entry.title,
                reason=HELD,
            )
        )
        if known:
            entry.set_ = {name: value for name, value in entry.set_.items() if name in known}
            entry.base = {name: value for name, value in entry.base.items() if name in known}
        else:
            empty(entry)
        session.flush()


def release(uow: UnitOfWork, server_schema: int) -> None:
    """Number what waited for this schema, so that it is sent next, in the order in which it was written."""
    session = uow.session
    held = select(Outbox).where(Outbox.reason == HELD, Outbox.seq < 1).order_by(Outbox.seq.desc())
    for entry in session.scalars(held).all():
        if not entry.set_.keys() <= known_columns(entry.entity, server_schema):
            continue
        holding.number(session, entry)
