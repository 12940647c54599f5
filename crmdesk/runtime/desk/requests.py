"""The desk's door to requests for service, returns and information."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from crmdesk.domain.attachments.views import CaseKind, CaseRef
from crmdesk.domain.cases.deadlines import Deadline
from crmdesk.domain.interactions import DraftKey
from crmdesk.domain.requests.deadlines import RequestHistory
from crmdesk.domain.requests.eligibility import Eligibility
from crmdesk.domain.requests.kinds import RequestKind, RequestStepKind
from crmdesk.domain.requests.limits import Asked, eligible
from crmdesk.domain.requests.views import NewRequest, RequestLine, RequestPrefill, RequestRow, RequestView
from crmdesk.domain.sla.explanation import Explanation
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.runtime.database import Database
from crmdesk.services import attachments, drafts, request_views, requests
from crmdesk.services.rules import RulesInForce


class RequestsDesk:
    """Registering requests and working on them. Changes are published as ``Changes`` of ``Kind.REQUEST`` and its
    steps."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rules = RulesInForce()

    async def prefill(
        self,
        kind: RequestKind,
        interaction_id: UUID | None,
        customer_id: UUID | None,
        note: str,
        reference: str | None = None,
    ) -> RequestPrefill:
        """Return what the form knows already, with a new reference unless a draft holds one.

        Raises Unavailable when no reference is left on this computer.
        """
        return await self._database.write(self._prefill, kind, interaction_id, customer_id, note, reference)

    def _prefill(
        self,
        uow: UnitOfWork,
        kind: RequestKind,
        interaction_id: UUID | None,
        customer_id: UUID | None,
        note: str,
        reference: str | None,
    ) -> RequestPrefill:
        return requests.prefill(uow, kind, interaction_id, customer_id, note, reference, self._rules.book(uow))

    async def register(self, new: NewRequest, draft: DraftKey | None = None) -> UUID:
        """Register a request; its ``draft`` is gone with that, its files are the request's. Raises UserMistake
        at the field that is missing."""
        return await self._database.write(drafts.turned_into, draft, _register, new, draft)

    async def open(self) -> tuple[RequestLine, ...]:
        """Return the requests that are not closed, the oldest first."""
        return await self._database.read(lambda uow: request_views.open_requests(uow, self._rules.book(uow)))

    async def closed(self) -> tuple[RequestLine, ...]:
        """Return the requests that were closed last, the latest first."""
        return await self._database.read(lambda uow: request_views.closed_requests(uow, self._rules.book(uow)))

    async def listed(self) -> tuple[RequestRow, ...]:
        """Return the requests that are not closed as the desk's list of work names them, the most urgent first."""
        return await self._database.read(request_views.listed)

    async def number_open(self) -> int:
        """Return how many requests are not closed."""
        return await self._database.read(request_views.number_open)

    async def view(self, request_id: UUID) -> RequestView:
        """Return the whole of a request; raises Refused when this desk does not hold it any more."""
        return await self._database.read(lambda uow: request_views.view(uow, self._rules.book(uow), request_id))

    async def why(self, request_id: UUID, key: str) -> Explanation | None:
        """Return why a deadline is when it is, None for one that the request does not have."""
        return await self._database.read(lambda uow: request_views.why(uow, self._rules.book(uow), request_id, key))

    async def next_deadlines(self, ids: Sequence[UUID]) -> dict[UUID, Deadline]:
        """Return the next deadline of each of these requests that has one."""
        return await self._database.read(lambda uow: request_views.next_deadlines(uow, self._rules.book(uow), ids))

    async def deadlines_if(self, history: RequestHistory) -> tuple[tuple[Deadline, Explanation | None], ...]:
        """Return the deadlines that a request would have if it were registered so, each with why."""
        return await self._database.read(self._deadlines_if, history)

    def _deadlines_if(
        self, uow: UnitOfWork, history: RequestHistory
    ) -> tuple[tuple[Deadline, Explanation | None], ...]:
        book = self._rules.book(uow)
        return tuple((one, book.explained(history, one.key)) for one in book.deadlines(history, uow.clock.now()))

    async def eligible(self, asked: Asked) -> Eligibility | None:
        """Return whether goods may come back, None where nothing can be said of it."""
        return await self._database.read(self._eligible, asked)

    def _eligible(self, uow: UnitOfWork, asked: Asked) -> Eligibility | None:
        house = self._rules.book(uow).house
        return None if house is None else eligible(house, asked)

    async def take(
        self,
        request_id: UUID,
        kind: RequestStepKind,
        details: Mapping[str, Any] | None = None,
        draft: DraftKey | None = None,
    ) -> UUID:
        """Take a step and return its id; its ``draft`` is gone with that. Raises NotAllowed where the life cycle does
        not let it follow."""
        return await self._database.write(drafts.turned_into, draft, self._take, request_id, kind, details or {})

    def _take(self, uow: UnitOfWork, request_id: UUID, kind: RequestStepKind, details: Mapping[str, Any]) -> UUID:
        return requests.take(uow, self._rules.book(uow), request_id, kind, details)

    async def claim(self, request_id: UUID) -> None:
        """Take a request on, unconfirmed until the server answers; raises Refused when somebody has it already."""
        await self._database.write(requests.claim, request_id)

    async def give_back(self, request_id: UUID) -> None:
        """Let others take it on; raises Refused when it is somebody else's."""
        await self._database.write(requests.give_back, request_id)


def _register(uow: UnitOfWork, new: NewRequest, draft: DraftKey | None) -> UUID:
    made = requests.register(uow, new)
    if draft is not None:
        attachments.adopt(uow, draft, CaseRef(CaseKind.REQUEST, made))
    return made
