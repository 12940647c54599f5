"""The desk's door to complaints."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from crmdesk.domain.attachments.views import CaseKind, CaseRef
from crmdesk.domain.cases import forecast as domain_forecast
from crmdesk.domain.cases.deadlines import Deadline, History
from crmdesk.domain.cases.forecast import Forecast
from crmdesk.domain.cases.steps import StepKind
from crmdesk.domain.cases.views import CaseLine, CaseView
from crmdesk.domain.complaints import ComplaintPrefill, ComplaintRow, Finding, NewComplaint
from crmdesk.domain.dissatisfaction.lexicon import Lexicon
from crmdesk.domain.interactions import DraftKey
from crmdesk.domain.sla.explanation import Explanation
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.runtime.database import Database
from crmdesk.services import attachments, case_views, cases, causes, complaints, drafts, forecast, redress, routing
from crmdesk.services.causes import CausesInForce
from crmdesk.services.rules import RulesInForce


class ComplaintsDesk:
    """Registering complaints and seeing the open ones."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rules = RulesInForce()
        self._lexicon: Lexicon | None = None

    async def prefill(
        self, interaction_id: UUID | None, customer_id: UUID | None, note: str, reference: str | None = None
    ) -> ComplaintPrefill:
        """Return what the form knows already, with a new reference unless a draft holds one.

        Raises Unavailable when no reference is left on this computer.
        """
        return await self._database.write(self._prefill, interaction_id, customer_id, note, reference)

    def _prefill(
        self, uow: UnitOfWork, interaction_id: UUID | None, customer_id: UUID | None, note: str, reference: str | None
    ) -> ComplaintPrefill:
        return complaints.prefill(uow, interaction_id, customer_id, note, reference, self._rules.book(uow))

    async def register(self, new: NewComplaint, draft: DraftKey | None = None) -> UUID:
        """Register a complaint; its ``draft`` is gone with that, its files are the complaint's. Raises
        UserMistake at the field that is missing."""
        return await self._database.write(drafts.turned_into, draft, self._register, new, draft)

    def _register(self, uow: UnitOfWork, new: NewComplaint, draft: DraftKey | None) -> UUID:
        made = complaints.register(uow, new, self._rules.book(uow))
        if draft is not None:
            attachments.adopt(uow, draft, CaseRef(CaseKind.COMPLAINT, made))
        return made

    async def missed(self, interaction_id: UUID | None, note: str) -> tuple[str, ...]:
        """Return the words of a note that speak of dissatisfaction, nothing where they are not enough or where a
        complaint was registered from the interaction."""
        self._lexicon, words = await self._database.read(complaints.missed, self._lexicon, interaction_id, note)
        return words

    async def open(self) -> tuple[ComplaintRow, ...]:
        """Return the complaints that are not closed, newest first."""
        return await self._database.read(complaints.open_complaints)

    async def number_open(self) -> int:
        """Return how many complaints are not closed."""
        return await self._database.read(complaints.number_open)


class CasesDesk:
    """Working on complaints. Changes are published as ``Changes`` of ``Kind.COMPLAINT`` and its issues and steps."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rules = RulesInForce()
        self._causes = CausesInForce()

    async def open(self) -> tuple[CaseLine, ...]:
        """Return the complaints that are not closed, the most urgent first."""
        return await self._database.read(lambda uow: case_views.open_cases(uow, self._rules.book(uow)))

    async def closed(self) -> tuple[CaseLine, ...]:
        """Return the complaints that were closed last, the latest first."""
        return await self._database.read(lambda uow: case_views.closed_cases(uow, self._rules.book(uow)))

    async def forecast(self) -> Forecast:
        """Return which open complaints will probably miss the law's deadline, counted beside the reading threads."""
        past = await self._database.read(forecast.past)
        running = await self._database.read(lambda uow: forecast.running(uow, self._rules.book(uow)))
        return await asyncio.to_thread(domain_forecast.forecast, past, running)

    async def view(self, complaint_id: UUID) -> CaseView:
        """Return the whole of a complaint; raises Refused when this desk does not hold it any more."""
        return await self._database.read(self._view, complaint_id)

    def _view(self, uow: UnitOfWork, complaint_id: UUID) -> CaseView:
        return case_views.view(uow, self._rules.book(uow), complaint_id, self._causes.tree(uow))

    async def why(self, complaint_id: UUID, key: str) -> Explanation | None:
        """Return why a deadline is when it is, None for one that the complaint does not have."""
        return await self._database.read(lambda uow: case_views.why(uow, self._rules.book(uow), complaint_id, key))

    async def next_deadlines(self, ids: Sequence[UUID]) -> dict[UUID, Deadline]:
        """Return the next deadline of each of these complaints that has one."""
        return await self._database.read(lambda uow: cases.next_deadlines(uow, self._rules.book(uow), ids))

    async def deadlines_if(self, history: History) -> tuple[tuple[Deadline, Explanation | None], ...]:
        """Return the deadlines that a complaint would have if it were registered so, each with why."""
        return await self._database.read(self._deadlines_if, history)

    def _deadlines_if(self, uow: UnitOfWork, history: History) -> tuple[tuple[Deadline, Explanation | None], ...]:
        book = self._rules.book(uow)
        return tuple((one, book.explained(history, one.key)) for one in book.deadlines(history, uow.clock.now()))

    async def regime_of(self, product: str) -> str:
        """Return the key of the rules that hold for a product unless somebody says otherwise, empty without rules."""
        return await self._database.read(self._regime_of, product)

    def _regime_of(self, uow: UnitOfWork, product: str) -> str:
        house = self._rules.book(uow).house
        return "" if house is None else house.regime_of(product)

    async def take(
        self,
        complaint_id: UUID,
        kind: StepKind,
        details: Mapping[str, Any] | None = None,
        draft: DraftKey | None = None,
    ) -> UUID:
        """Take a step and return its id; its ``draft`` is gone with that. Raises NotAllowed where the life cycle does
        not let it follow."""
        return await self._database.write(drafts.turned_into, draft, self._take, complaint_id, kind, details or {})

    async def triage(self, complaint_id: UUID, regime: str, draft: DraftKey | None = None) -> UUID:
        """Choose which rules apply and triage, both or neither; raises as ``take`` does."""
        return await self._database.write(drafts.turned_into, draft, self._triage, complaint_id, regime)

    def _triage(self, uow: UnitOfWork, complaint_id: UUID, regime: str) -> UUID:
        cases.set_regime(uow, complaint_id, regime)
        return self._take(uow, complaint_id, StepKind.TRIAGED, {"regime": regime})

    async def regimes(self) -> tuple[tuple[str, str], ...]:
        """Return the rules that may apply, as pairs of key and title; none where none are set up."""
        return await self._database.read(self._regimes)

    def _regimes(self, uow: UnitOfWork) -> tuple[tuple[str, str], ...]:
        return tuple((one.key, one.title) for one in self._rules.book(uow).for_complaints)

    def _take(self, uow: UnitOfWork, complaint_id: UUID, kind: StepKind, details: Mapping[str, Any]) -> UUID:
        return cases.take(uow, self._rules.book(uow), complaint_id, kind, details)

    async def my_skills(self) -> tuple[str, ...]:
        """Return what whoever is signed in is skilled in, as routing may ask for it."""
        return await self._database.read(routing.my_skills)

    async def claim(self, complaint_id: UUID) -> None:
        """Take a complaint on, unconfirmed until the server answers; raises Refused when somebody has it already."""
        await self._database.write(cases.claim, complaint_id)

    async def give_back(self, complaint_id: UUID) -> None:
        """Let others take it on; raises Refused when it is somebody else's."""
        await self._database.write(cases.give_back, complaint_id)

    async def set_regime(self, complaint_id: UUID, regime: str) -> None:
        """Choose which rules apply; raises Refused when it is not here any more."""
        await self._database.write(cases.set_regime, complaint_id, regime)

    async def add_issue(self, complaint_id: UUID, words: str, category: str = "") -> UUID:
        """Add an issue and return its id; raises UserMistake where it has no words."""
        return await self._database.write(cases.add_issue, complaint_id, words, category)

    async def answer_issue(
        self,
        issue_id: UUID,
        finding: Finding | None,
        answer: str,
        draft: DraftKey | None = None,
        seen: str | None = None,
        cause: str | None = None,
    ) -> None:
        """Say what was found of an issue, what is answered and, where it is given, its root cause; its ``draft`` is
        gone with that. ``seen`` is the answer that stood there when it was begun: what others wrote since is kept.
        Raises Refused when it is not here any more, UserMistake at
        ``cause`` for one that is not offered."""
        await self._database.write(drafts.turned_into, draft, self._answer, issue_id, finding, answer, seen, cause)

    def _answer(
        self, uow: UnitOfWork, issue_id: UUID, finding: Finding | None, answer: str, seen: str | None, cause: str | None
    ) -> None:
        if cause is not None:
            causes.check_chosen(self._causes.tree(uow), cause, cases.issue_of(uow, issue_id).cause)
        cases.answer_issue(uow, issue_id, finding, answer, seen, cause)

    async def remove_issue(self, issue_id: UUID) -> None:
        """Take an issue away; raises Refused when it is not here any more."""
        await self._database.write(cases.remove_issue, issue_id)

    async def give(
        self,
        complaint_id: UUID,
        kind: str,
        words: str,
        amount_minor: int,
        currency: str,
        draft: DraftKey | None = None,
    ) -> UUID:
        """Put down what is given to put it right and return its id; its ``draft`` is gone with that. Raises UserMistake
        for an unknown kind, NotAllowed where nobody may give so much any more."""
        return await self._database.write(
            drafts.turned_into, draft, self._give, complaint_id, kind, words, amount_minor, currency
        )

    def _give(
        self, uow: UnitOfWork, complaint_id: UUID, kind: str, words: str, amount_minor: int, currency: str
    ) -> UUID:
        return redress.give(uow, self._rules.book(uow), complaint_id, kind, words, amount_minor, currency)
