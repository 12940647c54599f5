"""The desk's door to a customer's card: its fields edited one by one, taken back, and who changed them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from crmdesk.domain.card import FieldNow, FieldRef, FieldStamp, KeptEdit, RelationKind
from crmdesk.domain.changes import Kind
from crmdesk.domain.customers import ContactPointKind
from crmdesk.domain.errors import Refused, Unavailable
from crmdesk.domain.interactions import DraftKey
from crmdesk.domain.language import tr
from crmdesk.domain.quick import dataclass
from crmdesk.runtime.database import Database
from crmdesk.services import card_editing, drafts, stamps

Records: TypeAlias = "tuple[tuple[Kind, UUID], ...]"
AskStamps: TypeAlias = "Callable[[Records], Awaitable[dict[FieldRef, tuple[UUID, datetime]]]]"
"""Asks the server who changed fields of these records last; raises Unavailable or Refused."""

_PATIENCE_S = 2.0


@dataclass(frozen=True, slots=True)
class Stamps:
    """Who changed fields of a card. ``known`` is False where the server did not answer: then only changes that wait on
    this computer are among them, and ``why`` says what kept it."""

    of: tuple[FieldStamp, ...]
    known: bool
    why: str = ""


class CardDesk:
    """``region`` is the country of this house. ``reach`` is told by the link how the server is asked.

    A ``draft`` of what is written is gone with that, in the same transaction."""

    def __init__(self, database: Database, region: str) -> None:
        self._database, self._region = database, region
        self._ask: AskStamps | None = None

    def reach(self, ask: AskStamps | None) -> None:
        """Ask in this way from now on, None: not at all."""
        self._ask = ask

    async def field_now(self, ref: FieldRef) -> FieldNow:
        """Return what stands in a field; raises Refused where its record is not here."""
        return await self._database.read(card_editing.field_now, ref)

    async def keep(self, ref: FieldRef, seen: str, typed: str, draft: DraftKey | None = None) -> KeptEdit | None:
        """Write what was typed over what was ``seen``; None where that changes nothing. Raises UserMistake at the
        field, also where another value was put there meanwhile."""
        return await self._database.write(drafts.turned_into, draft, card_editing.keep, ref, seen, typed, self._region)

    async def take_back(self, edit: KeptEdit) -> None:
        """Put back what stood there before; raises Refused where it was changed again since."""
        await self._database.write(card_editing.take_back, edit)

    async def add_point(
        self, customer_id: UUID, kind: ContactPointKind, typed: str, draft: DraftKey | None = None
    ) -> KeptEdit:
        """Add a phone, e-mail or address; raises UserMistake where it is none, or is there already."""
        return await self._database.write(
            drafts.turned_into, draft, card_editing.add_point, customer_id, kind, typed, self._region
        )

    async def set_shared(self, point_id: UUID, *, shared: bool) -> KeptEdit | None:
        """Mark a way to reach somebody as used by others too, or not."""
        return await self._database.write(card_editing.set_shared, point_id, shared=shared)

    async def add_relation(
        self, customer_id: UUID, kind: RelationKind, typed: str, draft: DraftKey | None = None
    ) -> KeptEdit:
        """Add somebody who belongs to a customer; raises UserMistake where nobody is named."""
        return await self._database.write(
            drafts.turned_into, draft, card_editing.add_relation, customer_id, kind, typed
        )

    async def add_tag(self, customer_id: UUID, typed: str, draft: DraftKey | None = None) -> KeptEdit:
        """Put a tag on a customer; raises UserMistake for an empty one and one that is there."""
        return await self._database.write(drafts.turned_into, draft, card_editing.add_tag, customer_id, typed)

    async def remove_tag(self, customer_id: UUID, word: str) -> KeptEdit:
        """Take a tag off a customer; raises Refused where it is gone already."""
        return await self._database.write(card_editing.remove_tag, customer_id, word)

    async def remove(self, kind: Kind, row_id: UUID) -> KeptEdit:
        """Take a way to reach somebody, or somebody who belongs to them, off the card; raises Refused where gone."""
        return await self._database.write(card_editing.remove, kind, row_id)

    async def stamps(self, customer_id: UUID) -> Stamps:
        """Return who changed which field of a card last, as far as that can be told within two seconds."""
        records = await self._database.read(stamps.records_of, customer_id)
        told: dict[FieldRef, tuple[UUID, datetime]] = {}
        why = "" if self._ask is not None else tr("The server is away.")
        if self._ask is not None:
            try:
                async with asyncio.timeout(_PATIENCE_S):
                    told = await self._ask(records)
            except TimeoutError:
                why = tr("The server did not answer in time.")
            except (Unavailable, Refused) as error:
                why = error.what
        return Stamps(await self._database.read(stamps.stamps, records, told), not why, why)
