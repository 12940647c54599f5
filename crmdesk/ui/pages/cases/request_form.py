"""A step of a request that asks for words: its form in the page, kept as one types."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from PySide6.QtWidgets import QWidget

from crmdesk.domain.requests.kinds import RequestStepKind
from crmdesk.domain.requests.views import RequestView
from crmdesk.ui.formkit import FormDesign, Prefill
from crmdesk.ui.frame.page import Place
from crmdesk.ui.pages.cases.request_design import request_details_from
from crmdesk.ui.pages.cases.step_form import FormBeside


class RequestStepForm(FormBeside):
    """The form of one step."""

    def __init__(
        self, place: Place, view: RequestView, kind: RequestStepKind, design: FormDesign, parent: QWidget | None = None
    ) -> None:
        self.request, self.kind = view, kind
        super().__init__(place, view.line, design, parent)

    async def prefill(self, reference: str | None) -> Prefill:
        """Return the currency of the house, the zone of the request, and under which label its goods come."""
        request = self.request
        known = {"currency": request.currency, "zone": request.received_zone, "label": request.line.reference}
        values = {name: value for name, value in known.items() if value and self.has(name)}
        return Prefill("", values, {}, dict.fromkeys(values, ""))

    async def finish(self, values: Mapping[str, str]) -> UUID:
        """Take the step; raises UserMistake at a field, NotAllowed where it may not follow."""
        self.check()
        details = request_details_from(self.kind, values, self.request)
        return await self.desk.requests.take(self.request.line.id, self.kind, details, self.draft_key)
