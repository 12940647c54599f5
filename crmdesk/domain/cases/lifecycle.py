"""The life cycle of a complaint: which step may follow where it stands, and where it stands then. Pure.

Desk and server ask the same function, so nobody gets past a guard by being offline: the server takes a step only where
it may follow the steps that it has. Acknowledgement, progress and holding letters change no state; clocks watch them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import field, replace
from datetime import datetime, timedelta
from enum import Enum, StrEnum, auto
from uuid import UUID

from crmdesk.domain.cases.redress import Sums, as_decided, may_give_alone
from crmdesk.domain.cases.steps import Step, StepKind
from crmdesk.domain.cases.timeline import Timeline
from crmdesk.domain.complaints import DECISIONS, ComplaintState, Outcome
from crmdesk.domain.errors import Refused
from crmdesk.domain.language import mark, tr
from crmdesk.domain.money import MOST
from crmdesk.domain.quick import dataclass
from crmdesk.domain.values import known_or_none

_S, _K = ComplaintState, StepKind
_CURRENCY = re.compile(r"(?:[A-Z]{3})?")
_DIGEST = re.compile(r"(?:[0-9a-f]{64})?")


class NotAllowed(Refused):
    """A step that may not follow. ``reason`` and ``advice`` are marked English: the server stores them so, and whoever
    reads them does so in their own language."""

    def __init__(self, reason: str, advice: str = "") -> None:
        super().__init__(tr(reason), tr(advice) if advice else "")
        self.reason = reason
        self.advice = advice


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a complaint stands.

    ``stage`` is 1 or 2; ``outcome`` empty until it is decided. ``open_issues`` counts the issues without a finding or
    an answer, ``causeless`` those that were upheld and have no root cause. ``decided_by`` drafted the decision,
    ``first_handler`` handled the first stage. ``redress_minor`` is what the decision gives, in the smallest unit of
    ``currency``; ``put_down`` what was put down as redress, ``granted`` what the answers before gave (None: another
    body says what is given); ``second_person`` says that somebody else than ``decided_by`` must approve it, as it was
    when it was drafted: who clears a mark later gets around nothing. ``letter`` is the digest of the letter that was
    approved.
    Instants are UTC; ``moved_at`` that of the last step, None before the first. ``reference`` is what everybody calls
    the complaint.
    """

    state: ComplaintState
    received_at: datetime
    stage: int = 1
    outcome: str = ""
    owner: UUID | None = None
    regime: str = ""
    vulnerable: bool = False
    open_issues: int = 0
    causeless: int = 0
    decided_by: UUID | None = None
    first_handler: UUID | None = None
    redress_minor: int = 0
    currency: str = ""
    put_down: Sums = field(default_factory=dict)
    granted: Sums | None = field(default_factory=dict)
    second_person: bool = False
    letter: str = ""
    acknowledged_at: datetime | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    moved_at: datetime | None = None
    reference: str = ""


class Other(Enum):
    """What is known of the complaint that one is said to be a duplicate of: nothing on a desk that does not hold it."""

    NOT_KNOWN = auto()
    MISSING = auto()
    STANDS = auto()
    DUPLICATE = auto()


@dataclass(frozen=True, slots=True)
class Limits:
    """What the house asks of a step: above which redress, in the smallest unit of its ``currency``, a second person
    approves (None: never for the sum alone; in another currency always), after how many days of silence an answered
    complaint may be closed, until when it may be settled early (None: no such rule), which elements the letter must
    contain, whether each issue that was upheld has a root cause when it is closed, whether it comes from a file of
    complaints that were handled elsewhere, and how the ``other`` complaint stands that a step names."""

    second_person_above: int | None = None
    silent_days: int = 28
    early_until: datetime | None = None
    elements: frozenset[str] = frozenset()
    cause_at_close: bool = False
    importing: bool = False
    other: Other = Other.NOT_KNOWN
    currency: str = ""


@dataclass(frozen=True, slots=True)
class _Attempt:
    standing: Standing
    step: Step
    limits: Limits


def after(standing: Standing, step: Step, limits: Limits) -> Standing:
    """Return where a complaint stands after a step; raises NotAllowed for one that may not follow."""
    rule, tried = _RULES[step.kind], _Attempt(standing, step, limits)
    if standing.state not in rule.begins:
        raise NotAllowed(_NOT_NOW, _LOOK)
    for name, missing in rule.words:
        told = step.details.get(name)
        if not isinstance(told, str) or not told.strip():
            raise NotAllowed(missing, _SAY_IT)
    for guard in rule.guards:
        guard(tried)
    moved = replace(standing, state=rule.ends or standing.state, moved_at=step.at)
    return rule.change(moved, tried) if rule.change else moved


def after_taken(standing: Standing, step: Step) -> Standing | None:
    """Return where a complaint stands after a step that was taken, without asking again what its guards asked then.

    None where its state does not let it follow, or where it does not say what a step of its kind says.
    """
    rule, taken = _RULES[step.kind], _Attempt(standing, step, Limits())
    if standing.state not in rule.begins:
        return None
    moved = replace(standing, state=rule.ends or standing.state, moved_at=step.at)
    try:
        return rule.change(moved, taken) if rule.change else moved
    except (KeyError, TypeError, ValueError):
        return None


def possible(standing: Standing) -> tuple[StepKind, ...]:
    """Return the steps that the state allows, whatever else they ask for."""
    here = (kind for kind, rule in _RULES.items() if standing.state in rule.begins)
    return tuple(kind for kind in here if kind is not _K.IMPORTED)


def state_after(state: ComplaintState, kind: StepKind) -> ComplaintState | None:
    """Return the state after a step, None where it may not follow whatever it says."""
    rule = _RULES[kind]
    return (rule.ends or state) if state in rule.begins else None


def timeline(received_at: datetime) -> Timeline:
    """Return from when on steps of a complaint count, before its first step."""
    return Timeline(received_at, _S.REGISTERED, _moves)


def _moves(kind: StrEnum) -> tuple[frozenset[StrEnum], StrEnum | None]:
    rule = _RULES[StepKind(kind)]
    return rule.begins, rule.ends


_NOT_NOW = mark("This complaint is not where this step could follow.")
_LOOK = mark("Look at its history: a colleague may have been here first.")
_SAY_IT = mark("Say it in a few words and try again.")


# Guards --------------------------------------------------------------------------------------------------------------


def _under_rules(tried: _Attempt) -> None:
    if not tried.standing.regime:
        raise NotAllowed(mark("No rules were chosen for this complaint."), mark("Choose which rules apply first."))


def _once(tried: _Attempt) -> None:
    if tried.standing.moved_at is not None:
        raise NotAllowed(mark("This complaint is registered already."), _LOOK)


def _of_another(tried: _Attempt) -> None:
    if str(tried.step.details.get("of")).strip().casefold() == tried.standing.reference.casefold():
        raise NotAllowed(mark("A complaint is no duplicate of itself."), mark("Name the other complaint."))


NO_SUCH = mark("There is no complaint of this reference.")
"""Why a step is refused that names a complaint which the server does not have."""


def _of_one_that_stands(tried: _Attempt) -> None:
    if tried.limits.other is Other.MISSING:
        raise NotAllowed(NO_SUCH, mark("Look its reference up."))
    if tried.limits.other is Other.DUPLICATE:
        raise NotAllowed(
            mark("That complaint was closed as a duplicate itself: nobody would answer either."),
            mark("Name the one that is worked on."),
        )


def _from_a_file(tried: _Attempt) -> None:
    if not tried.limits.importing:
        raise NotAllowed(mark("Only an import says how a complaint ended elsewhere."))
    if known_or_none(Outcome, str(tried.step.details.get("outcome"))) is None:
        raise NotAllowed(mark("The decision is missing."))


def _owned(tried: _Attempt) -> None:
    if tried.standing.owner is None:
        raise NotAllowed(mark("Nobody has this complaint yet."), mark("Take it on first."))


def _by_another_handler(tried: _Attempt) -> None:
    if tried.standing.stage == 2 and tried.standing.first_handler in (tried.standing.owner, tried.step.by):
        raise NotAllowed(
            mark("Whoever handled the first stage may not handle the second."),
            mark("Let a colleague take it on."),
        )


def _all_answered(tried: _Attempt) -> None:
    if tried.standing.open_issues:
        raise NotAllowed(
            mark("Not every issue has a finding and an answer."), mark("Write what was found of each issue first.")
        )


def _decided(tried: _Attempt) -> None:
    if known_or_none(Outcome, str(tried.step.details.get("outcome"))) not in DECISIONS:
        raise NotAllowed(mark("The decision is missing."), mark("Choose whether it is upheld."))
    amount = tried.step.details.get("redress_minor", 0)
    currency = tried.step.details.get("currency", "")
    if type(amount) is not int or not 0 <= amount <= MOST or not _formed(_CURRENCY, currency):
        raise NotAllowed(mark("The redress is no sum."), mark("Write it as an amount of money."))


def _formed(form: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and form.fullmatch(value) is not None


def _one_letter(tried: _Attempt) -> None:
    if not _formed(_DIGEST, tried.step.details.get("letter", "")):
        raise NotAllowed(mark("Which letter was approved is not told."), mark("Approve it on its own page."))


def _second_person(tried: _Attempt) -> None:
    if tried.step.by == tried.standing.decided_by and needs_second_person(tried.standing, tried.limits):
        raise NotAllowed(_SECOND_PERSON, mark("Ask a colleague to approve it."))


_SECOND_PERSON = mark("Whoever drafted this decision may not approve it: a second person must look at it.")


def needs_second_person(standing: Standing, limits: Limits) -> bool:
    """Return whether a drafted decision may only be approved by somebody else than who drafted it."""
    given = {standing.currency: standing.redress_minor} if standing.redress_minor else {}
    return standing.second_person or not may_give_alone(given, limits) or standing.vulnerable


def _no_more_than_decided(tried: _Attempt) -> None:
    if not as_decided(tried.standing):
        raise NotAllowed(
            mark("More was put down as redress than was decided."),
            mark("Correct the redress, or send the decision back."),
        )


def _as_approved(tried: _Attempt) -> None:
    if tried.standing.letter and tried.step.details.get("letter") != tried.standing.letter:
        raise NotAllowed(
            mark("The letter was changed after it was approved."), mark("Send it back, so that it is approved again.")
        )


def _whole_letter(tried: _Attempt) -> None:
    ticked = tried.step.details.get("elements")
    told = frozenset(one for one in ticked if isinstance(one, str)) if isinstance(ticked, list) else frozenset()
    if tried.limits.elements - told:
        raise NotAllowed(
            mark("The letter lacks something that it must contain."), mark("Tick off what must be in the letter.")
        )


def _accepted_or_silent(tried: _Attempt) -> None:
    if tried.standing.state is _S.REFERRED:
        if not str(tried.step.details.get("decision", "")).strip():
            raise NotAllowed(mark("What the other body decided is missing."), _SAY_IT)
        return
    if tried.step.details.get("accepted") == "yes":
        return
    since = tried.standing.answered_at
    if since is None or tried.step.at - since < timedelta(days=tried.limits.silent_days):
        raise NotAllowed(
            mark("The customer has neither accepted the answer nor been silent for long enough."),
            mark("Close it when they accept, or later."),
        )


def _causes_known(tried: _Attempt) -> None:
    if tried.limits.cause_at_close and tried.standing.causeless:
        raise NotAllowed(
            mark("Not every issue that was upheld has a root cause."), mark("Choose the cause of each of them first.")
        )


def _in_time(tried: _Attempt) -> None:
    if tried.limits.early_until is not None and tried.step.at > tried.limits.early_until:
        raise NotAllowed(
            mark("The time to settle this complaint early is over."), mark("It needs a final response now.")
        )


def _little_enough(tried: _Attempt) -> None:
    if not may_give_alone(tried.standing.put_down, tried.limits):
        raise NotAllowed(
            mark("So much is not given without a second person."),
            mark("Take the complaint up and draft the decision, for a colleague to approve."),
        )


# What a step changes -------------------------------------------------------------------------------------------------

_Change = Callable[[Standing, _Attempt], Standing]


def _acknowledged(now: Standing, tried: _Attempt) -> Standing:
    return now if tried.standing.acknowledged_at is not None else replace(now, acknowledged_at=tried.step.at)


def _drafted(now: Standing, tried: _Attempt) -> Standing:
    drafted = replace(
        now,
        outcome=str(tried.step.details["outcome"]),
        decided_by=tried.step.by,
        redress_minor=int(tried.step.details.get("redress_minor", 0)),
        currency=str(tried.step.details.get("currency", "")),
    )
    return replace(drafted, second_person=needs_second_person(drafted, tried.limits))


def _approved(now: Standing, tried: _Attempt) -> Standing:
    return replace(now, letter=str(tried.step.details.get("letter", "")))


def _undecided(now: Standing) -> Standing:
    return replace(now, outcome="", decided_by=None, redress_minor=0, second_person=False, letter="")


def _answered(now: Standing, tried: _Attempt) -> Standing:
    if now.granted is None or not now.redress_minor:
        return replace(now, answered_at=tried.step.at)
    given = {**now.granted, now.currency: now.granted.get(now.currency, 0) + now.redress_minor}
    return replace(now, answered_at=tried.step.at, granted=given)


def _referred(now: Standing, _: _Attempt) -> Standing:
    return replace(now, granted=None)


def _closed(now: Standing, tried: _Attempt) -> Standing:
    return _over(now, tried, "")


def _ended(outcome: Outcome) -> _Change:
    return lambda now, tried: _over(now, tried, outcome.value)


def _over(now: Standing, tried: _Attempt, outcome: str) -> Standing:
    """Close it. What was answered stays as it was decided; a draft that never went out decided and gave nothing."""
    at = tried.step.at
    if tried.standing.answered_at is not None:
        return replace(now, closed_at=at)
    return replace(_undecided(now), outcome=outcome, closed_at=at, answered_at=at)


def _ended_elsewhere(now: Standing, tried: _Attempt) -> Standing:
    return _ended(Outcome(str(tried.step.details["outcome"])))(now, tried)


def _second(now: Standing, tried: _Attempt) -> Standing:
    handler = tried.standing.first_handler or tried.standing.decided_by or tried.standing.owner
    return replace(_undecided(now), stage=2, first_handler=handler, answered_at=None, closed_at=None)


def _opened_again(now: Standing) -> Standing:
    return replace(_undecided(now), answered_at=None, closed_at=None)


_Guard = Callable[[_Attempt], None]


@dataclass(frozen=True, slots=True)
class _Rule:
    """From which states a step begins, in which it ends (None: the same), which words it must bring and what is said
    where they are missing, what else must hold, and what it changes."""

    begins: frozenset[ComplaintState]
    ends: ComplaintState | None = None
    words: tuple[tuple[str, str], ...] = ()
    guards: tuple[_Guard, ...] = ()
    change: _Change | None = None


_AT_FIRST = frozenset({_S.REGISTERED, _S.TRIAGED})
_WAITING = frozenset({_S.AWAITING_COMPLAINANT, _S.AWAITING_THIRD_PARTY})
_OPEN = frozenset(_S) - {_S.CLOSED}
_WORKED = _AT_FIRST | _WAITING | {_S.INVESTIGATING, _S.DECISION_DRAFTED, _S.APPROVED}
_REASON = ("reason", mark("The reason is missing."))
_PROOF = ("proof", mark("How the letter was sent is missing."))
_QUESTION = ("question", mark("The question is missing."))
_THEIR_WORDS = ("words", mark("The customer's own words are missing."))


def _aside(outcome: Outcome, *words: tuple[str, str], guards: tuple[_Guard, ...] = ()) -> _Rule:
    return _Rule(_AT_FIRST, _S.CLOSED, words, guards, _ended(outcome))


_RULES: Mapping[StepKind, _Rule] = {
    _K.REGISTERED: _Rule(frozenset({_S.REGISTERED}), None, (), (_once,)),
    _K.IMPORTED: _Rule(frozenset({_S.REGISTERED}), _S.CLOSED, (), (_from_a_file,), _ended_elsewhere),
    _K.ACKNOWLEDGED: _Rule(_WORKED, None, (_PROOF,), (), _acknowledged),
    _K.TRIAGED: _Rule(frozenset({_S.REGISTERED}), _S.TRIAGED, (), (_under_rules,)),
    _K.TAKEN_UP: _Rule(frozenset({_S.TRIAGED}), _S.INVESTIGATING, (), (_owned, _by_another_handler)),
    _K.ASKED_COMPLAINANT: _Rule(frozenset({_S.INVESTIGATING}), _S.AWAITING_COMPLAINANT, (_QUESTION,)),
    _K.ASKED_THIRD_PARTY: _Rule(frozenset({_S.INVESTIGATING}), _S.AWAITING_THIRD_PARTY, (_QUESTION,)),
    _K.ANSWER_CAME: _Rule(_WAITING, _S.INVESTIGATING),
    _K.PROGRESS_SENT: _Rule(_WORKED, None, (_PROOF,)),
    _K.HOLDING_SENT: _Rule(_WORKED, None, (_PROOF,)),
    _K.NOTED: _Rule(frozenset(_S), None, (("words", mark("The note is empty.")),)),
    _K.DECISION_DRAFTED: _Rule(
        frozenset({_S.INVESTIGATING}),
        _S.DECISION_DRAFTED,
        (_REASON,),
        (_owned, _by_another_handler, _all_answered, _decided),
        _drafted,
    ),
    _K.SENT_BACK: _Rule(
        frozenset({_S.DECISION_DRAFTED, _S.APPROVED}), _S.INVESTIGATING, (_REASON,), (), lambda now, _: _undecided(now)
    ),
    _K.APPROVED: _Rule(
        frozenset({_S.DECISION_DRAFTED}),
        _S.APPROVED,
        (),
        (_second_person, _all_answered, _one_letter, _no_more_than_decided),
        _approved,
    ),
    _K.RESPONSE_SENT: _Rule(
        frozenset({_S.APPROVED}),
        _S.RESPONSE_SENT,
        (_PROOF,),
        (_whole_letter, _as_approved, _no_more_than_decided),
        _answered,
    ),
    _K.CLOSED: _Rule(
        frozenset({_S.RESPONSE_SENT, _S.REFERRED}), _S.CLOSED, (), (_accepted_or_silent, _causes_known), _closed
    ),
    _K.RESOLVED_EARLY: _Rule(
        _AT_FIRST,
        _S.CLOSED,
        (("words", mark("How the customer accepted it is missing.")), _PROOF),
        (_in_time, _little_enough),
        _ended(Outcome.RESOLVED_EARLY),
    ),
    _K.FORWARDED: _aside(Outcome.FORWARDED, _REASON, _PROOF),
    _K.NOT_ELIGIBLE: _aside(Outcome.NOT_ELIGIBLE, _REASON, _PROOF),
    _K.TIME_BARRED: _aside(Outcome.TIME_BARRED, _REASON, _PROOF),
    _K.DUPLICATE: _aside(
        Outcome.DUPLICATE, ("of", mark("The other complaint is missing.")), guards=(_of_another, _of_one_that_stands)
    ),
    _K.WITHDRAWN: _Rule(_OPEN, _S.CLOSED, (_THEIR_WORDS, _PROOF), (), _ended(Outcome.WITHDRAWN)),
    _K.SECOND_STAGE: _Rule(frozenset({_S.RESPONSE_SENT, _S.CLOSED}), _S.TRIAGED, (), (), _second),
    _K.REFERRED: _Rule(
        frozenset(_S) - {_S.REFERRED}, _S.REFERRED, (("to", mark("To whom is missing.")),), (), _referred
    ),
    _K.REOPENED: _Rule(
        frozenset({_S.CLOSED}), _S.INVESTIGATING, (_REASON,), (_owned,), lambda now, _: _opened_again(now)
    ),
}
MOVING = frozenset(kind for kind, rule in _RULES.items() if rule.ends is not None)
"""The steps that bring a complaint to where it stands."""
