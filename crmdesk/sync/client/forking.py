"""A profile that is in use twice: copied to another computer, or put back from a copy of itself.

Two desks that number their changes as one device would take each other's numbers. So this one becomes a new device:
what waits is numbered anew from one, both files know it, and the person signs in again. Nothing written is lost; what
the server had already under the old numbers it takes as the same.
"""

from __future__ import annotations

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from crmdesk.domain.errors import Refused
from crmdesk.domain.language import tr
from crmdesk.domain.sync_state import COPIED
from crmdesk.models.installation import become_another
from crmdesk.models.local import APART, ConflictRow, Outbox, OutboxState, ReferenceBlockRow, ToKeep, ToKeepKind
from crmdesk.models.numbering import go_on_after
from crmdesk.models.unit_of_work import UnitOfWork

_FAR = 1 << 40
"""Added while rows change numbers, so that none meets another."""

CODE = "fork"
"""The code of a server's refusal that says that another computer has this profile."""


class Forked(Refused):
    """This profile is in use twice; it is a new device from now on, and the person has to sign in again."""

    def __init__(self) -> None:
        super().__init__(
            f"{tr(COPIED)} {tr('It goes on as a new device.')}",
            tr("Sign in again; everything you wrote is here and is sent then."),
        )


def says_fork(error: Refused) -> bool:
    """Return whether a server's refusal means that this profile is in use twice."""
    return str(getattr(error, "code", "")) == CODE


def become_new_device(uow: UnitOfWork) -> None:
    """Take a new identity and number the waiting changes from one.

    Complaint references that the copy has too are not handed out any more.
    """
    become_another(uow.session)
    uow.session.execute(delete(ReferenceBlockRow))
    number_anew(uow.session)


def number_anew(session: Session) -> None:
    """Number the waiting changes from one, in their order; those with an answer get the numbers from zero downwards.

    The second file does the same in one transaction of its own, when this one is committed.
    """
    session.flush()
    columns = (Outbox.seq, Outbox.group_seq, Outbox.state, Outbox.reason)
    rows = session.execute(select(*columns).order_by(Outbox.seq)).all()
    waiting = [row for row in rows if row.state == OutboxState.WAITING.value and row.reason not in APART]
    going = {row.seq for row in waiting}
    answered = [row for row in rows if row.seq not in going]
    numbers = {row.seq: place for place, row in enumerate(waiting, start=1)}
    numbers |= {row.seq: place for place, row in enumerate(answered, start=1 - len(answered))}
    session.execute(update(Outbox).values(seq=Outbox.seq + _FAR), execution_options={"synchronize_session": False})
    groups: dict[int, int] = {0: 0}
    for row in rows:
        new = {"seq": numbers[row.seq], "group_seq": groups.setdefault(row.group_seq, numbers[row.seq])}
        statement = update(Outbox).where(Outbox.seq == row.seq + _FAR).values(new)
        session.execute(statement, execution_options={"synchronize_session": False})
    for conflict in session.scalars(select(ConflictRow).where(ConflictRow.seq.in_(numbers))):
        conflict.seq = numbers[conflict.seq]
    session.expire_all()
    go_on_after(session, len(waiting))
    session.add(ToKeep(what=ToKeepKind.ANEW.value))
    session.flush()
