"""What happened to a case, as the clocks of a regime name it: events, pauses and closings; those of a complaint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from crmdesk.domain.cases.lifecycle import MOVING, timeline
from crmdesk.domain.cases.steps import Step, StepKind
from crmdesk.domain.quick import dataclass
from crmdesk.domain.sla.clocks import Closure
from crmdesk.domain.sla.pauses import Pause

EARLY = "resolved_early"
"""The event that ends the clock of an early settlement: nobody has to use it."""


@dataclass(frozen=True, slots=True)
class Events:
    """The first instant of each event of a regime, the pauses and the closings."""

    events: Mapping[str, datetime]
    pauses: tuple[Pause, ...]
    closures: tuple[Closure, ...]


_EVENTS: Mapping[StepKind, tuple[str, ...]] = {
    StepKind.ACKNOWLEDGED: ("acknowledged",),
    StepKind.RESOLVED_EARLY: (EARLY, "final_response", "company_response", "stage1_response"),
    StepKind.RESPONSE_SENT: ("final_response", "company_response", "stage1_response"),
    StepKind.IMPORTED: ("final_response", "company_response", "stage1_response"),
    StepKind.HOLDING_SENT: ("final_response",),
    StepKind.SECOND_STAGE: ("stage2_requested",),
}
_OF_STAGE_TWO: Mapping[StepKind, tuple[str, ...]] = {
    StepKind.ACKNOWLEDGED: ("stage2_acknowledged",),
    StepKind.RESPONSE_SENT: ("stage2_response",),
}
_ENDS = frozenset(
    {
        *(StepKind.CLOSED, StepKind.RESOLVED_EARLY, StepKind.FORWARDED, StepKind.NOT_ELIGIBLE, StepKind.TIME_BARRED),
        *(StepKind.DUPLICATE, StepKind.WITHDRAWN, StepKind.IMPORTED),
    }
)
_OPENS = frozenset({StepKind.REOPENED, StepKind.SECOND_STAGE})
_ASKS = frozenset({StepKind.ASKED_COMPLAINANT, StepKind.ASKED_THIRD_PARTY})
OF_CLOCKS = frozenset({*_EVENTS, *_OF_STAGE_TWO, *_ENDS, *_OPENS, *_ASKS, StepKind.ANSWER_CAME, *MOVING})
"""The steps on which deadlines depend; what others say moves none."""


def events_of(received_at: datetime, steps: Sequence[Step]) -> Events:
    """Return what a complaint's receipt (UTC) and its steps in order mean for its clocks.

    A holding letter with the reasons for the delay ends the wait for a final response (FCA Handbook, DISP 1.6.2R). No
    step counts from before the receipt or from before what had to come first, whatever the clock of its desk said.
    """
    events: dict[str, datetime] = {"received": received_at, "sent_to_company": received_at}
    pauses: list[Pause] = []
    closures: list[Closure] = []
    waiting: tuple[datetime, str] | None = None
    stage, counted = 1, timeline(received_at)
    for step in steps:
        at = counted.take(step.kind, step.at)
        for name in (_OF_STAGE_TWO if stage == 2 else _EVENTS).get(step.kind, ()):
            events.setdefault(name, at)
        if step.kind is StepKind.SECOND_STAGE:
            stage = 2
        if step.kind in _ASKS:
            waiting = (at, step.kind.value)
        elif waiting is not None and (step.kind is StepKind.ANSWER_CAME or step.kind in _ENDS):
            if at > waiting[0]:
                pauses.append(Pause(waiting[0], at, waiting[1]))
            waiting = None
        closed = bool(closures) and closures[-1].reopened_at is None
        if step.kind in _ENDS and not closed:
            closures.append(Closure(at, None))
        elif step.kind in _OPENS and closed:
            closures[-1] = Closure(closures[-1].closed_at, at)
    if waiting is not None:
        pauses.append(Pause(waiting[0], None, waiting[1]))
    return Events(events, tuple(pauses), tuple(closures))
