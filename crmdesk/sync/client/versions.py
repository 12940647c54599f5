"""Which versions this desk speaks, and what the server asks for: a desk that is too old reads, and keeps all."""

from __future__ import annotations

from crmdesk.domain.errors import Refused
from crmdesk.domain.language import mark, tr
from crmdesk.models.local import Setting
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.sync.wire import PROTOCOL, HelloReply

SCHEMA_VERSION = 5
"""The version of the synced tables that this desk knows."""

_LEAST = "least_versions"
_NEXT = mark("Install the new version: your work is kept here and sent then.")


class TooOld(Refused):
    """The server takes nothing from this version any more: what is here can be read, and the outbox is kept."""


def keep_least(uow: UnitOfWork, reply: HelloReply) -> None:
    """Keep what the server asks for at least, so that the next start without it knows too."""
    wanted = [reply.min_protocol, reply.min_schema]
    row = uow.session.get(Setting, _LEAST)
    if row is None or row.value != wanted:
        uow.session.merge(Setting(key=_LEAST, value=wanted))


def too_old(uow: UnitOfWork) -> TooOld | None:
    """Return why nothing can be written here, as the server last said; None while this version is taken."""
    row = uow.session.get(Setting, _LEAST)
    if row is None:
        return None
    protocol, schema = row.value
    if protocol > PROTOCOL:
        return TooOld(tr("This crmdesk is too old for the server."), tr(_NEXT))
    if schema > SCHEMA_VERSION:
        return TooOld(tr("This crmdesk is too old to write here."), tr(_NEXT))
    return None
