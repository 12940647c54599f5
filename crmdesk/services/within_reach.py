"""Who an agent had open last and whom they keep pinned: offered before anything is typed, at this desk alone.

Only ids are kept; a customer who was erased or went to another team is not among them any more.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from crmdesk.domain.errors import Refused
from crmdesk.domain.found import Hit, Shelf
from crmdesk.domain.language import tr
from crmdesk.models.local import Setting
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services import search
from crmdesk.services.merging import living

RECENT = 12
PINNED = 20
_KEY = "within_reach"


def shelf(uow: UnitOfWork) -> Shelf:
    """Return the pinned customers by when they were pinned, and those opened last but not pinned, the last first."""
    pinned, recent = _kept(uow)
    found = {hit.id: hit for hit in search.people(uow, [*pinned, *recent])}
    return Shelf(_among(found, pinned), _among(found, [id_ for id_ in recent if id_ not in pinned])[:RECENT])


def opened(uow: UnitOfWork, customer_id: UUID) -> None:
    """Note that a customer was opened."""
    pinned, recent = _kept(uow)
    _keep(uow, pinned, [customer_id, *(id_ for id_ in recent if id_ != customer_id)])


def pin(uow: UnitOfWork, customer_id: UUID) -> bool:
    """Pin a customer, or let go of one who is pinned; return whether they are pinned now.

    Raises Refused when PINNED are pinned already.
    """
    pinned, recent = _kept(uow)
    (customer_id,) = living(uow, [customer_id])
    if customer_id in pinned:
        _keep(uow, [id_ for id_ in pinned if id_ != customer_id], recent)
        return False
    if len(_among({hit.id: hit for hit in search.people(uow, pinned)}, pinned)) >= PINNED:
        raise Refused(tr("You have {n} customers pinned already.", n=PINNED), tr("Let go of one of them first."))
    _keep(uow, [*pinned, customer_id], recent)
    return True


def _among(found: dict[UUID, Hit], ids: list[UUID]) -> tuple[Hit, ...]:
    return tuple(found[id_] for id_ in ids if id_ in found)


def _kept(uow: UnitOfWork) -> tuple[list[UUID], list[UUID]]:
    """Return who is pinned and who was opened, under the names that merged records have now."""
    row = uow.session.get(Setting, _key(uow))
    said: dict[str, Any] = row.value if row is not None and isinstance(row.value, dict) else {}
    pinned, recent = ([UUID(hex=id_) for id_ in said.get(name, ())] for name in ("pinned", "recent"))
    return living(uow, pinned), living(uow, recent)


def _keep(uow: UnitOfWork, pinned: list[UUID], recent: list[UUID]) -> None:
    said = {"pinned": [id_.hex for id_ in pinned], "recent": [id_.hex for id_ in recent[: RECENT + PINNED]]}
    uow.session.merge(Setting(key=_key(uow), value=said))


def _key(uow: UnitOfWork) -> str:
    """Each person who uses this desk has lists of their own."""
    return f"{_KEY} {uow.actor}"
