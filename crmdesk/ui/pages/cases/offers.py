"""What is offered of a case: the steps that may be taken now, which brings it on, which stands beside it."""

from __future__ import annotations

from collections.abc import Mapping

from crmdesk.domain.cases.steps import StepKind
from crmdesk.domain.cases.views import CaseView
from crmdesk.domain.language import tr
from crmdesk.domain.quick import dataclass
from crmdesk.domain.requests.cycles import CYCLES
from crmdesk.domain.requests.kinds import RequestState, RequestStepKind
from crmdesk.domain.requests.views import RequestView
from crmdesk.ui.pages.cases.commands import (
    BESIDE,
    CLAIM,
    CUSTOMER,
    HERE,
    ISSUES,
    LETTERS,
    NEXT,
    REDRESS,
    STEPS,
    TELL,
    WHY,
)
from crmdesk.ui.pages.cases.request_commands import REQUEST_STEPS
from crmdesk.ui.qt.keys import Command

AnyStep = StepKind | RequestStepKind
COMMANDS: tuple[tuple[Command, AnyStep], ...] = (
    *((command, kind) for kind, command in STEPS.items()),
    *((command, kind) for kind, command in REQUEST_STEPS.items()),
)
"""Every step of any kind of case with its command."""

OTHERS = (CLAIM, CUSTOMER, WHY, HERE, ISSUES, LETTERS, REDRESS, TELL)
"""What else can be done."""

_OF_ANY = (CLAIM, CUSTOMER, WHY, HERE)


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be done with a case: ``steps`` by the id of their command, ``onward`` and ``beside`` those that have a
    button (None: none), ``shown`` whether the one that brings it on is, and why it cannot be used (empty: it can)."""

    steps: Mapping[str, tuple[Command, AnyStep]]
    others: tuple[Command, ...]
    onward: tuple[Command, AnyStep] | None = None
    beside: tuple[Command, AnyStep] | None = None
    shown: bool = False
    blocked: str = ""

    @property
    def allowed(self) -> tuple[AnyStep, ...]:
        """Return the steps that may be taken by whoever reads this."""
        return tuple(kind for _, kind in self.steps.values())

    def may(self, pair: tuple[Command, AnyStep] | None) -> bool:
        """Return whether a step may be taken."""
        return pair is not None and pair[0].id in self.steps


NOTHING = Offer({}, ())


def offer_of(view: CaseView | RequestView | None) -> Offer:
    """Return what can be done with a case, nothing for None."""
    if view is None:
        return NOTHING
    return _of_request(view) if isinstance(view, RequestView) else _of_complaint(view)


def _of_complaint(view: CaseView) -> Offer:
    possible = [kind for kind in view.possible if kind in STEPS]
    allowed = [kind for kind in possible if kind is not StepKind.APPROVED or not view.second_person]
    onward, beside = NEXT.get(view.line.state), BESIDE.get(view.line.state)
    second = onward is StepKind.APPROVED and onward in possible and view.second_person
    return Offer(
        steps={STEPS[kind].id: (STEPS[kind], kind) for kind in allowed},
        others=OTHERS,
        onward=None if onward is None else (STEPS[onward], onward),
        beside=None if beside is None else (STEPS[beside], beside),
        shown=onward in possible,
        blocked=tr("You drafted it: a second person must approve") if second else "",
    )


def _of_request(view: RequestView) -> Offer:
    cycle, state = CYCLES[view.line.kind], view.line.state
    possible = [kind for kind in view.possible if kind in REQUEST_STEPS]
    allowed = [kind for kind in possible if _may(view, kind)]
    onward, beside = cycle.onward.get(state), cycle.beside.get(state)
    if state is RequestState.DECIDED and view.needs_second:
        onward = RequestStepKind.APPROVED
    second = onward is RequestStepKind.APPROVED and view.second_person
    return Offer(
        steps={REQUEST_STEPS[kind].id: (REQUEST_STEPS[kind], kind) for kind in allowed},
        others=_OF_ANY,
        onward=None if onward is None else (REQUEST_STEPS[onward], onward),
        beside=None if beside is None else (REQUEST_STEPS[beside], beside),
        shown=onward in possible,
        blocked=tr("You decided it: a second person must approve") if second else "",
    )


def _may(view: RequestView, kind: RequestStepKind) -> bool:
    if kind is RequestStepKind.APPROVED:
        return view.needs_second and not view.second_person
    if kind is RequestStepKind.SETTLED and view.line.state is RequestState.DECIDED:
        return not view.needs_second
    if kind is RequestStepKind.EXTENDED:
        return any(one.key == "answer" and one.kind == "legal" for one in view.deadlines)
    return True
