"""What the clocks of a request depend on: which rules hold for it, and what its steps mean for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from crmdesk.domain.cases.events import Events
from crmdesk.domain.cases.house import House
from crmdesk.domain.quick import dataclass
from crmdesk.domain.requests.cycles import CYCLES
from crmdesk.domain.requests.kinds import RequestKind, RequestStep, RequestStepKind, Topic
from crmdesk.domain.sla.clocks import Closure
from crmdesk.domain.sla.pauses import Pause

_K = RequestStepKind
_EVENTS: Mapping[RequestStepKind, tuple[str, ...]] = {
    _K.SCHEDULED: ("scheduled",),
    _K.DONE: ("scheduled", "done"),
    _K.AUTHORISED: ("decided_on",),
    _K.REFUSED: ("decided_on", "settled"),
    _K.GOODS_CAME: ("goods_received",),
    _K.INSPECTED: ("inspected",),
    _K.SETTLED: ("settled",),
    _K.EXTENDED: ("extended",),
    _K.ANSWERED: ("answered",),
}
"""What each step means for the clocks of a regime. Of a refused return nothing else is waited for."""
_WAITS = frozenset({_K.PARTS_ORDERED, _K.ASKED_CUSTOMER, _K.ASKED_OTHERS})
_GOES_ON = frozenset({_K.PARTS_CAME, _K.SCHEDULED, _K.ANSWER_CAME, _K.DONE, _K.ANSWERED})
_ENDS = frozenset({_K.CLOSED, _K.CANCELLED})
_FINISHES = frozenset({_K.DONE, _K.REFUSED, _K.SETTLED, _K.ANSWERED})
_ONCE_MORE = ("done", "settled", "answered")
"""What is waited for again once a request was opened again."""
_MOVING = frozenset(kind for cycle in CYCLES.values() for kind, rule in cycle.rules.items() if rule.ends is not None)
OF_CLOCKS = frozenset({*_EVENTS, *_WAITS, *_GOES_ON, *_ENDS, *_FINISHES, _K.REOPENED, *_MOVING})
"""The steps on which deadlines depend; what others say moves none."""


@dataclass(frozen=True, slots=True)
class RequestHistory:
    """What the deadlines of a request depend on: its kind and what of its kind it is, when and in which zone it was
    received, and its steps in order."""

    kind: RequestKind
    category: str
    received_at: datetime
    received_zone: str
    steps: Sequence[RequestStep] = ()

    def regime_in(self, house: House) -> str:
        """Return the key of the regime that holds for such requests in a house."""
        own_data = self.kind is RequestKind.INFORMATION and self.category == Topic.OWN_DATA
        return house.requests["own_data" if own_data else self.kind.value]

    def happened(self) -> Events:
        """Return what its steps mean for its clocks. What was done before it was opened again counts no more."""
        events: dict[str, datetime] = {"received": self.received_at}
        pauses: list[Pause] = []
        closures: list[Closure] = []
        waiting: tuple[datetime, str] | None = None
        finished_at: datetime | None = None
        counted = CYCLES[self.kind].timeline(self.received_at)
        for step in self.steps:
            at = counted.take(step.kind, step.at)  # whatever the clock of its desk said
            for name in _EVENTS.get(step.kind, ()):
                events.setdefault(name, at)
            if step.kind in _FINISHES:
                finished_at = at
            if step.kind in _WAITS:
                waiting = waiting or (at, step.kind.value)
            elif waiting is not None and (step.kind in _GOES_ON or step.kind in _ENDS):
                if at > waiting[0]:
                    pauses.append(Pause(waiting[0], at, waiting[1]))
                waiting = None
            if step.kind in _ENDS:
                closures.append(Closure(at, None))
            elif step.kind is _K.REOPENED:
                if closures and closures[-1].reopened_at is None:
                    closures[-1] = Closure(closures[-1].closed_at, at)
                elif finished_at is not None:
                    closures.append(Closure(finished_at, at))
                for name in _ONCE_MORE:
                    events.pop(name, None)
        if waiting is not None:
            pauses.append(Pause(waiting[0], None, waiting[1]))
        return Events(events, tuple(pauses), tuple(closures))
