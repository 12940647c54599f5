"""Ways on for a refused change that need a person's words: other words, or somebody who may decide."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select

from crmdesk.domain.callbacks import CallbackState, NewCallback
from crmdesk.domain.errors import Refused, UserMistake
from crmdesk.domain.language import grouped, tr
from crmdesk.domain.values import plain, storable
from crmdesk.models.callback import Callback
from crmdesk.models.limits import LONGEST_TEXT
from crmdesk.models.local import Outbox
from crmdesk.models.registry import prose_columns, table_of
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.models.wireform import from_wire
from crmdesk.services import callbacks, unsent


def change(uow: UnitOfWork, seq: int, wanted: Mapping[str, str]) -> None:
    """Send a refused change again with other words, with all that was saved with it.

    Raises UserMistake at a field whose words the server would not take either, Refused as ``unsent.try_again`` does.
    """
    unsent.refused_together(uow, seq)
    entry = uow.session.get_one(Outbox, seq)
    if wanted.keys() - {wording.field for wording in unsent.wordings_of(entry)}:
        raise Refused(tr("These words cannot be changed here."), tr("Let the change go and write it anew."))
    words = {name: _checked(entry.entity, name, text) for name, text in wanted.items()}
    entry.set_ = {**entry.set_, **words}
    table = table_of(entry.entity)
    if uow.session.scalar(select(table.c.ver).where(table.c.id == entry.row_id)) == 0:
        # The server never had the row: what is shown of it is what was written here.
        uow.session.execute(table.update().where(table.c.id == entry.row_id).values(**from_wire(entry.entity, words)))
        uow.session.expire_all()
    uow.session.flush()
    unsent.try_again(uow, seq)


def _checked(entity: str, name: str, text: str) -> str:
    words = storable(text) if name in prose_columns(entity) else plain(storable(text))
    info = table_of(entity).c[name].info
    longest: int = info.get("longest", LONGEST_TEXT)
    if len(words) > longest:
        what = tr(
            "This text has {n} characters; at most {most} are kept.", n=grouped(len(words)), most=grouped(longest)
        )
        raise UserMistake(name, what, tr("Shorten it."))
    if "filled" in info and not words.strip():
        raise UserMistake(name, tr("This may not be empty."), tr("Write something, or let the change go."))
    return words


def ask_supervisor(uow: UnitOfWork, seq: int) -> UUID:
    """Put what was refused before those who lead: an open callback of the customer, due now, free to take on. Return
    its id; the change itself stays.

    Raises Refused when it has no customer, or when they were asked already.
    """
    entry = unsent.refused_together(uow, seq)[0]
    customer_id = unsent.customer_of(uow, entry)
    if customer_id is None:
        raise Refused(tr("There is no customer to ask about."), tr("Let it go; what it says can be copied."))
    asked = tr("For a supervisor: {change} was refused. {reason}", change=entry.title, reason=tr(entry.reason))
    same = select(Callback.id).where(
        Callback.customer_id == customer_id,
        Callback.state == CallbackState.OPEN.value,
        Callback.reason.startswith(asked, autoescape=True),
    )
    if uow.session.scalar(same.limit(1)) is not None:
        raise Refused(tr("A supervisor was asked already."), tr("It is among the callbacks of the team."))
    reason = "\n".join(filter(None, (asked, unsent.words_said(uow, entry))))[:LONGEST_TEXT]
    uow.apart()
    return callbacks.make(uow, NewCallback(customer_id, reason, uow.clock.now(), "UTC", mine=False), "")
