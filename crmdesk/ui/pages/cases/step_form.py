"""A step that asks for words: its form in the page, kept as one types, with what stands against it said at its foot."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from crmdesk.domain.cases.steps import StepKind
from crmdesk.domain.cases.views import CaseLine, CaseView
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import tr
from crmdesk.domain.requests.views import RequestLine
from crmdesk.ui.formkit import FormDesign, FormPane, FormSubject, Prefill
from crmdesk.ui.forms.feedback import FeedbackForm
from crmdesk.ui.frame.page import Place
from crmdesk.ui.kit import Option
from crmdesk.ui.pages.cases.step_design import GIVEN, details_from, money_from

_HEAD, _FOOT, _WIDE = 51 + 2, 57, 400
_LOWEST = 200


class SnugForm(FormPane):
    """Base of what is written beside a case: as high as its fields, and no wider than its column."""

    def sizeHint(self) -> QSize:
        """Return the height that shows every field, and all that is said at the foot."""
        foot = self.foot.heightForWidth(self.width())
        return QSize(_WIDE, self.body.sizeHint().height() + _HEAD + max(_FOOT, foot))

    def minimumSizeHint(self) -> QSize:
        """Return how low it may become: its fields scroll then."""
        return QSize(240, min(_LOWEST, self.sizeHint().height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for another height where the words at the foot are broken otherwise."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        """Stand at the top of its column: what is said at its foot takes its room from the fields."""
        return False

    def has(self, name: str) -> bool:
        """Return whether the form asks for this."""
        return any(one.spec.name == name for one in self.body.inputs)

    def check(self) -> None:
        """Raise UserMistake at the first field that is missing."""
        for one in self.body.missing:
            raise UserMistake(one.spec.name, tr("{label} is missing.", label=one.spec.label), tr("Fill this in."))


class TellForm(SnugForm, FeedbackForm):
    """A line to the product team about a complaint."""

    def __init__(self, place: Place, view: CaseView, parent: QWidget | None = None) -> None:
        line = view.line
        subject = FormSubject(None, line.customer_id, line.customer_name, record_id=line.id)
        super().__init__(place.desk, place.keys, subject, parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)


class FormBeside(SnugForm):
    """Base of the forms of a case."""

    def __init__(
        self, place: Place, line: CaseLine | RequestLine, design: FormDesign, parent: QWidget | None = None
    ) -> None:
        subject = FormSubject(None, None, line.customer_name, record_id=line.id)
        super().__init__(place.desk, place.keys, subject, design, parent)
        self.head.fold()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)


class CaseForm(FormBeside):
    """Base of the forms of a complaint."""

    def __init__(self, place: Place, view: CaseView, design: FormDesign, parent: QWidget | None = None) -> None:
        self.case = view
        super().__init__(place, view.line, design, parent)

    async def prefill(self, reference: str | None) -> Prefill:
        """Return the currency of the house, and the rules that may apply."""
        values = {"currency": self.case.currency} if self.has("currency") and self.case.currency else {}
        options: dict[str, tuple[Option, ...]] = {}
        if self.has("regime"):
            found = await self.desk.cases.regimes()
            options["regime"] = tuple(Option(key, tr(title)) for key, title in found)
        return Prefill("", values, options, dict.fromkeys(values, ""))


class StepForm(CaseForm):
    """The form of one step."""

    def __init__(
        self, place: Place, view: CaseView, kind: StepKind, design: FormDesign, parent: QWidget | None = None
    ) -> None:
        self.kind = kind
        super().__init__(place, view, design, parent)

    async def finish(self, values: Mapping[str, str]) -> UUID:
        """Take the step; raises UserMistake at a field, NotAllowed where it may not follow."""
        self.check()
        id_, cases = self.case.line.id, self.desk.cases
        if self.kind is StepKind.TRIAGED:
            return await cases.triage(id_, values["regime"], self.draft_key)
        return await cases.take(id_, self.kind, details_from(self.kind, values, self.case.currency), self.draft_key)


class RedressForm(CaseForm):
    """What is given to put it right."""

    def __init__(self, place: Place, view: CaseView, parent: QWidget | None = None) -> None:
        super().__init__(place, view, GIVEN, parent)

    async def finish(self, values: Mapping[str, str]) -> UUID:
        """Put it down; raises UserMistake at a field."""
        self.check()
        sums, words = money_from(values, self.case.currency), values["words"]
        amount, currency = int(sums["redress_minor"]), str(sums["currency"])
        return await self.desk.cases.give(self.case.line.id, values["kind"], words, amount, currency, self.draft_key)
