"""From facts and rules to a decision with its reasons. Pure, total, and at an end after one look at each rule."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from enum import StrEnum
from uuid import UUID

from crmdesk.domain.quick import dataclass
from crmdesk.domain.routing.conditions import Condition, group_fits, told
from crmdesk.domain.routing.facts import Facts
from crmdesk.domain.routing.rules import NOWHERE, Place, Priority, Rule, Rules, Then


class Answer(StrEnum):
    """What is to be decided of a case."""

    PLACE = "place"
    PRIORITY = "priority"
    REGIME = "regime"


@dataclass(frozen=True, slots=True)
class Taken:
    """A rule that fitted and decided something: which conditions fitted, and what it decided."""

    rule: UUID
    name: str
    fitted: tuple[Condition, ...]
    gave: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Passed:
    """A rule before the first one that fitted: which of its conditions did not; none of a paused one."""

    rule: UUID
    name: str
    missing: tuple[Condition, ...]
    paused: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, by which rules, in their order, and which were passed over before the first of them."""

    place: Place = NOWHERE
    priority: Priority | None = None
    regime: str = ""
    taken: tuple[Taken, ...] = ()
    passed: tuple[Passed, ...] = ()

    @property
    def by(self) -> Taken | None:
        """Return the rule that decided where the case goes, None where none did."""
        return next((one for one in self.taken if Answer.PLACE in one.gave), None)


def decide(rules: Rules, facts: Facts) -> Decision:
    """Return what the rules say of a case, and why.

    The first rule that fits wins: what it says stands. Later rules that fit add only what is still open, each of place,
    priority and regime as a whole. A rule that fits and has nothing to add is not named.
    """
    place, priority, regime = NOWHERE, None, ""
    taken: list[Taken] = []
    passed: list[Passed] = []
    for rule in rules:
        if rule.paused or not group_fits(rule.when, facts):
            if not taken:
                passed.append(Passed(rule.id, rule.name, _missing(rule, facts), rule.paused))
            continue
        gave = _gives(rule, place, priority, regime)
        if gave:
            taken.append(Taken(rule.id, rule.name, told(rule.when, facts).fitted, gave))
            place = rule.then.place if Answer.PLACE in gave else place
            priority = rule.then.priority if Answer.PRIORITY in gave else priority
            regime = rule.then.regime if Answer.REGIME in gave else regime
        if place and priority is not None and regime:
            break
    return Decision(place, priority, regime, tuple(taken), tuple(passed))


def resting(rules: Rules, at_work: Collection[UUID]) -> Rules:
    """Return the rules as they hold while only these people work here: one whose owner does not rests as if paused."""
    gone = (rule.then.place.owner is not None and rule.then.place.owner not in at_work for rule in rules)
    return tuple(replace(rule, paused=True) if left else rule for rule, left in zip(rules, gone, strict=True))


def takers(rules: Rules, fitting: Sequence[bool]) -> tuple[tuple[Rule, tuple[Answer, ...]], ...]:
    """Return the rules that decide something and what, where it is known of each rule whether it fits.

    It is ``decide`` without its reasons, for many cases at once.
    """
    place, priority, regime = NOWHERE, None, ""
    taken: list[tuple[Rule, tuple[Answer, ...]]] = []
    for rule, fits in zip(rules, fitting, strict=True):
        gave = _gives(rule, place, priority, regime) if fits else ()
        if gave:
            taken.append((rule, gave))
            place = rule.then.place if Answer.PLACE in gave else place
            priority = rule.then.priority if Answer.PRIORITY in gave else priority
            regime = rule.then.regime if Answer.REGIME in gave else regime
    return tuple(taken)


def _gives(rule: Rule, place: Place, priority: Priority | None, regime: str) -> tuple[Answer, ...]:
    then: Then = rule.then
    adds = {
        Answer.PLACE: bool(then.place) and not place,
        Answer.PRIORITY: then.priority is not None and priority is None,
        Answer.REGIME: bool(then.regime) and not regime,
    }
    return tuple(answer for answer, new in adds.items() if new)


def _missing(rule: Rule, facts: Facts) -> tuple[Condition, ...]:
    return () if rule.paused else told(rule.when, facts).missing
