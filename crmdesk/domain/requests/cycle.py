"""The machinery of the life cycles of requests: which step may follow where one stands, and where it stands then. Pure.

Each kind has its rules in a module of its own (``service``, ``returning``, ``information``). Desk and server ask the
same function, as of complaints (``cases.lifecycle``), so nobody gets past a guard by being offline.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from crmdesk.domain.cases.lifecycle import NotAllowed
from crmdesk.domain.cases.timeline import Timeline
from crmdesk.domain.language import mark
from crmdesk.domain.quick import dataclass
from crmdesk.domain.requests.kinds import RequestKind, RequestOutcome, RequestState, RequestStep, RequestStepKind

_S, _K = RequestState, RequestStepKind


@dataclass(frozen=True, slots=True)
class RequestStanding:
    """Where a request stands.

    ``category`` is what of its kind it is (work, goods, topic), as ``models.request`` keeps it. ``appointment_at`` to
    ``appointment_until`` (UTC) is when ``visitor`` comes, in the IANA zone ``appointment_zone`` in which it was agreed;
    none while there is no appointment. ``label`` is the reference under which goods come back. ``refund_minor`` is what
    is paid back, in the smallest unit of ``currency``; ``second_person`` says that somebody else than ``decided_by``
    must approve it, as it was when it was decided. ``answered_at`` is when what was asked for was done, settled or
    answered first.
    """

    kind: RequestKind
    state: RequestState
    received_at: datetime
    category: str = ""
    owner: UUID | None = None
    outcome: str = ""
    appointment_at: datetime | None = None
    appointment_until: datetime | None = None
    appointment_zone: str = ""
    visitor: str = ""
    label: str = ""
    refund_minor: int = 0
    currency: str = ""
    second_person: bool = False
    decided_by: UUID | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    moved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """What the house asks of a step: above which refund, in the smallest unit of its ``currency``, a second person
    approves (None: never; in another currency always); after how many days of silence a finished request may be closed;
    whether its goods are within the window or the warranty (None: not known); until when its time may be extended
    (None: no such rule)."""

    second_person_above: int | None = None
    silent_days: int = 28
    in_time: bool | None = None
    extend_until: datetime | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A step that somebody wants to take."""

    standing: RequestStanding
    step: RequestStep
    limits: RequestLimits

    def words(self, name: str) -> str:
        """Return a detail of the step as words, empty where it is none."""
        told = self.step.details.get(name)
        return told.strip() if isinstance(told, str) else ""


Guard = Callable[[Attempt], None]
Change = Callable[[RequestStanding, Attempt], RequestStanding]


@dataclass(frozen=True, slots=True)
class Rule:
    """From which states a step begins, in which it ends (None: the same), which words it must bring and what is said
    where they are missing, what else must hold, and what it changes."""

    begins: frozenset[RequestState]
    ends: RequestState | None = None
    words: tuple[tuple[str, str], ...] = ()
    guards: tuple[Guard, ...] = ()
    change: Change | None = None


Rules = Mapping[RequestStepKind, Rule]


@dataclass(frozen=True, slots=True)
class Cycle:
    """The life cycle of one kind: its rules, the states that lie on its line in their order, at which of them others
    stand, and the steps that bring it on, and beside it, from each state."""

    rules: Rules
    line: tuple[RequestState, ...]
    stands_at: Mapping[RequestState, RequestState]
    onward: Mapping[RequestState, RequestStepKind]
    beside: Mapping[RequestState, RequestStepKind]

    def after(self, standing: RequestStanding, step: RequestStep, limits: RequestLimits) -> RequestStanding:
        """Return where a request stands after a step; raises NotAllowed for one that may not follow."""
        rule, tried = self.rules.get(step.kind), Attempt(standing, step, limits)
        if rule is None or standing.state not in rule.begins:
            raise NotAllowed(NOT_NOW, _LOOK)
        for name, missing in rule.words:
            if not tried.words(name):
                raise NotAllowed(missing, SAY_IT)
        for guard in rule.guards:
            guard(tried)
        moved = replace(standing, state=rule.ends or standing.state, moved_at=step.at)
        return rule.change(moved, tried) if rule.change else moved

    def after_taken(self, standing: RequestStanding, step: RequestStep) -> RequestStanding | None:
        """Return where a request stands after a step that was taken, without asking again what its guards asked then.

        None where its state does not let it follow, or where it does not say what a step of its kind says.
        """
        rule, taken = self.rules.get(step.kind), Attempt(standing, step, RequestLimits())
        if rule is None or standing.state not in rule.begins:
            return None
        moved = replace(standing, state=rule.ends or standing.state, moved_at=step.at)
        try:
            return rule.change(moved, taken) if rule.change else moved
        except (KeyError, TypeError, ValueError, NotAllowed):
            return None

    def timeline(self, received_at: datetime) -> Timeline:
        """Return from when on steps of such a request count, before its first step."""
        return Timeline(received_at, RequestState.REGISTERED, self._moves)

    def _moves(self, kind: StrEnum) -> tuple[frozenset[StrEnum], StrEnum | None]:
        rule = self.rules.get(RequestStepKind(kind))
        return (frozenset(), None) if rule is None else (rule.begins, rule.ends)

    def possible(self, state: RequestState) -> tuple[RequestStepKind, ...]:
        """Return the steps that a state allows, whatever else they ask for."""
        return tuple(kind for kind, rule in self.rules.items() if state in rule.begins and kind is not _K.REGISTERED)

    def state_after(self, state: RequestState, kind: RequestStepKind) -> RequestState | None:
        """Return the state after a step, None where it may not follow whatever it says."""
        rule = self.rules.get(kind)
        return None if rule is None or state not in rule.begins else (rule.ends or state)


NOT_NOW = mark("This request is not where this step could follow.")
_LOOK = mark("Look at its history: a colleague may have been here first.")
SAY_IT = mark("Say it in a few words and try again.")
REASON = ("reason", mark("The reason is missing."))


# What the kinds share ------------------------------------------------------------------------------------------------


def owned(tried: Attempt) -> None:
    """Raise NotAllowed where nobody has the request."""
    if tried.standing.owner is None:
        raise NotAllowed(mark("Nobody has this request yet."), mark("Take it on first."))


def accepted_or_silent(tried: Attempt) -> None:
    """Raise NotAllowed where the customer neither said that it is well nor was silent for as long as the house says."""
    if tried.words("accepted") == "yes":
        return
    since = tried.standing.answered_at
    if since is None or tried.step.at - since < timedelta(days=tried.limits.silent_days):
        raise NotAllowed(
            mark("The customer has neither said that it is well nor been silent for long enough."),
            mark("Close it when they do, or later."),
        )


def answered(now: RequestStanding, tried: Attempt) -> RequestStanding:
    """Note when what was asked for was done."""
    return replace(now, answered_at=tried.step.at)


def closed(now: RequestStanding, tried: Attempt) -> RequestStanding:
    """Note when it was closed."""
    return replace(now, closed_at=tried.step.at, appointment_at=None, appointment_until=None, visitor="")


def cancelled(now: RequestStanding, tried: Attempt) -> RequestStanding:
    """Close it with nothing done."""
    return replace(closed(now, tried), outcome=RequestOutcome.CANCELLED.value)


def opened_again(now: RequestStanding, _: Attempt) -> RequestStanding:
    """Begin anew: what was decided and given stays in the history."""
    cleared = replace(now, outcome="", decided_by=None, refund_minor=0, second_person=False)
    return replace(cleared, answered_at=None, closed_at=None)


def common(
    finished: frozenset[RequestState], anew: RequestState, also: frozenset[RequestState]
) -> dict[RequestStepKind, Rule]:
    """Return the rules of every kind: ``finished`` are the states from which one is closed, ``anew`` is where one that
    is opened again begins, ``also`` the open states."""
    return {
        _K.REGISTERED: Rule(frozenset({_S.REGISTERED})),
        _K.NOTED: Rule(also | finished | {_S.CLOSED}, None, (("words", mark("The note is empty.")),)),
        _K.CANCELLED: Rule(also, _S.CLOSED, (REASON,), (), cancelled),
        _K.CLOSED: Rule(finished, _S.CLOSED, (), (accepted_or_silent,), closed),
        _K.REOPENED: Rule(finished | {_S.CLOSED}, anew, (REASON,), (), opened_again),
    }
