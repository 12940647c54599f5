"""Words that were typed for a step which may not follow any more: in sight until somebody throws them away."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtGui import QGuiApplication

from crmdesk.domain.cases.steps import StepKind
from crmdesk.domain.cases.views import CaseView
from crmdesk.domain.interactions import Draft
from crmdesk.domain.language import tr, unturned
from crmdesk.domain.requests.kinds import RequestStepKind
from crmdesk.domain.requests.views import RequestView
from crmdesk.domain.values import known_or_none
from crmdesk.ui.formkit import FieldKind, FormDesign
from crmdesk.ui.frame.page import Place
from crmdesk.ui.kit import Button, ButtonKind, ButtonSize, Hint
from crmdesk.ui.pages.cases.request_design import request_design
from crmdesk.ui.pages.cases.step_design import design_of
from crmdesk.ui.qt.tasks import InTurn, spawn
from crmdesk.ui.theme import Icon, Voice

_WRITTEN = (FieldKind.WORDS, FieldKind.LINE, FieldKind.SUGGEST)
_SHOWN = 300


class LeftWords(Hint):
    """Shows the newest words of the case that no step offered now would take; they can be copied or thrown away."""

    def __init__(self, place: Place) -> None:
        self.copy = Button(tr("Copy the text"), ButtonKind.QUIET, Icon.COPY, size=ButtonSize.SMALL)
        self.drop = Button(tr("Throw away"), ButtonKind.QUIET, size=ButtonSize.SMALL)
        super().__init__(Icon.PENCIL, "", "", Voice.SOON, self.copy, self.drop)
        self._place = place
        self._view: CaseView | RequestView | None = None
        self._left: tuple[Draft, str] | None = None
        self._reading = InTurn(self, self._read)
        self.copy.clicked.connect(self._copy)
        self.drop.clicked.connect(self._drop)
        self.hide()

    def show_of(self, view: CaseView | RequestView) -> None:
        """Look for words about the case that is shown; those about another go at once."""
        if self._view is None or self._view.line.id != view.line.id:
            self._left = None
            self.hide()
        self._view = view
        self._reading.ask()

    async def _read(self) -> None:
        view = self._view
        if view is None:
            return
        kept = await self._place.desk.drafts.about(view.line.id)
        if view is not self._view:
            return  # it is read once more for what is shown now
        found = ((draft, design, words_of(draft, design)) for draft, design in _stranded(view, kept))
        first = next(((draft, design, words) for draft, design, words in found if words), None)
        self._left = None if first is None else (first[0], first[2])
        if first is not None:
            shown = first[2] if len(first[2]) <= _SHOWN else f"{first[2][:_SHOWN]}…"
            self.say(tr("Left over from “{step}”", step=tr(first[1].title)), unturned(shown))
        self.setVisible(first is not None)

    def _copy(self) -> None:
        if self._left is not None:
            QGuiApplication.clipboard().setText(self._left[1])

    def _drop(self) -> None:
        if self._left is not None:
            spawn(self, self._throw_away(self._left[0]))

    async def _throw_away(self, draft: Draft) -> None:
        await self._place.desk.drafts.discard(draft.kind, draft.subject)
        self._reading.ask()


def _stranded(view: CaseView | RequestView, kept: tuple[Draft, ...]) -> Iterator[tuple[Draft, FormDesign]]:
    """Yield the drafts of steps that may not follow now, each with its form."""
    for draft in kept:
        of, _, name = draft.kind.partition(".")
        design: FormDesign | None = None
        if isinstance(view, CaseView) and of == "step":
            kind = known_or_none(StepKind, name)
            design = design_of(kind, view) if kind is not None and kind not in view.possible else None
        elif isinstance(view, RequestView) and of == "request":
            asked = known_or_none(RequestStepKind, name)
            design = request_design(asked, view) if asked is not None and asked not in view.possible else None
        if design is not None:
            yield draft, design


def words_of(draft: Draft, design: FormDesign) -> str:
    """Return what was written in a form's fields, a field to a line."""
    written = [(spec.label, draft.fields.get(spec.name, "")) for spec in design.fields if spec.kind in _WRITTEN]
    return "\n".join(f"{tr(label)}: {value.strip()}" for label, value in written if value.strip())
