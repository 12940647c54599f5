"""The desk's door to customers."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from crmdesk.domain.calls.live import AgentCall
from crmdesk.domain.candidates import Caller, LookUpKind
from crmdesk.domain.customers import CustomerCard, MergedCustomer, NewCustomer, PartOf
from crmdesk.domain.interactions import DraftKey
from crmdesk.domain.merge_preview import Choice
from crmdesk.domain.stream import NewMessage, TimelinePage, Wanted
from crmdesk.runtime.database import Database
from crmdesk.runtime.desk.elsewhere import Elsewhere
from crmdesk.services import caller, customers, drafts, merging, messages, not_calling, timeline


class CustomersDesk:
    """Cards, timelines, who is calling, creating and attaching. ``region`` is the country of this house."""

    def __init__(self, database: Database, region: str, elsewhere: Elsewhere) -> None:
        self._database = database
        self._region = region
        self._elsewhere = elsewhere
        self._asked_of: deque[UUID] = deque(maxlen=100)

    async def caller(self, call: AgentCall) -> Caller:
        """Return who is probably calling, best first, and the likeliest one's card and newest history.

        What this computer holds is told at once. Where that is nobody the server is asked, once for a call; whom it
        finds is published as a change.
        """
        party = call.party
        found = await self._database.read(caller.caller, party.e164, party.withheld, call.contact_id, call.queue)
        if found.look_up.kind is LookUpKind.UNKNOWN and party.e164 and call.contact_id not in self._asked_of:
            self._asked_of.append(call.contact_id)
            self._elsewhere.look_for_number(party.e164)
        return found

    async def card(self, customer_id: UUID) -> CustomerCard | None:
        """Return the customer's card, None if this desk does not hold the customer."""
        return await self._database.read(customers.card, customer_id)

    async def timeline(
        self, customer_id: UUID, older: tuple[datetime, UUID] | None = None, wanted: Wanted | None = None
    ) -> TimelinePage:
        """Return a page of the customer's timeline, newest first; only of what is ``wanted`` where that is said."""
        return await self._database.read(timeline.page, customer_id, older, wanted=wanted or timeline.EVERYTHING)

    async def merge(self, duplicate: UUID, survivor: UUID, chosen: Mapping[str, Choice] | None = None) -> UUID:
        """Merge a duplicate into another customer and return the survivor's id; ``chosen`` says for fields of the card
        which value goes on. Raises Refused when they are one."""
        return await self._database.write(merging.merge, duplicate, survivor, chosen)

    async def undo_merge(self, duplicate: UUID) -> None:
        """Take a merged customer out again; raises Refused when it is not merged any more."""
        await self._database.write(merging.undo, duplicate)

    async def merged_into(self, customer_id: UUID) -> tuple[MergedCustomer, ...]:
        """Return the duplicates that were merged into a customer, the newest first."""
        return await self._database.read(merging.merged_into, customer_id)

    async def parts_among(self, ids: Collection[UUID]) -> dict[UUID, PartOf]:
        """Return those of these records that were merged into another, with what they and the survivor are called."""
        return await self._database.read(merging.parts_among, ids)

    async def set_do_not_call(self, customer_id: UUID, *, wanted: bool) -> bool:
        """Write down that a customer asked not to be called, or does not any more; return whether that changed
        anything. Raises Refused when the customer is not here."""
        return await self._database.write(not_calling.set_do_not_call, customer_id, wanted=wanted)

    async def who_asked_not_to_be_called(self, e164: str) -> str | None:
        """Return the name of somebody with this number who asked not to be called, None where nobody did."""
        return await self._database.read(not_calling.who_asked, e164)

    async def learn_of(self, e164: str) -> None:
        """Ask the server who has a number that nobody here has; whom it finds is published as a change."""
        if e164.startswith("+") and not await self._database.read(not_calling.is_held, e164):
            self._elsewhere.look_for_number(e164)

    async def record_message(self, new: NewMessage, draft: DraftKey | None = None) -> UUID:
        """Write down a contact that did not come by phone; its ``draft`` is gone with that. Raises UserMistake at the
        field that is wrong."""
        return await self._database.write(drafts.turned_into, draft, messages.record, new)

    async def create(self, new: NewCustomer, draft: DraftKey | None = None) -> UUID:
        """Make a customer; its ``draft`` is gone with that. Raises UserMistake at the field that is wrong."""
        return await self._database.write(drafts.turned_into, draft, customers.create, new, self._region)

    async def attach_number(self, customer_id: UUID, number: str) -> UUID:
        """Give a customer a number; raises UserMistake when it is none."""
        return await self._database.write(customers.attach_number, customer_id, number, self._region)
