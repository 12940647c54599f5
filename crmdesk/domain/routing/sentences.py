"""Conditions, rules and decisions as plain sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce

from crmdesk.domain import words
from crmdesk.domain.complaints import VULNERABILITY_WORDS, Channel, Vulnerability, category_words
from crmdesk.domain.language import mark, tr, tr_in
from crmdesk.domain.money import said
from crmdesk.domain.quick import dataclass
from crmdesk.domain.requests.kinds import RequestKind
from crmdesk.domain.routing.conditions import Condition, Fact, Group, Mode, Relation, number_of
from crmdesk.domain.routing.deciding import Answer, Decision, Passed, Taken
from crmdesk.domain.routing.facts import COMPLAINT
from crmdesk.domain.routing.rules import PRIORITY_WORDS, Place, Rule, Then
from crmdesk.domain.values import known_or_none

CHANNEL_WORDS: Mapping[Channel, str] = {
    Channel.PHONE: mark("Phone"),
    Channel.EMAIL: mark("E-mail"),
    Channel.LETTER: mark("Letter"),
    Channel.WEB: mark("Web form"),
    Channel.SOCIAL: mark("Social media"),
    Channel.VISIT: mark("Visit"),
    Channel.REGULATOR: mark("Regulator"),
    Channel.THIRD_PARTY: mark("Third party"),
}
KIND_WORDS: Mapping[str, str] = {
    COMPLAINT: mark("complaint"),
    RequestKind.SERVICE.value: mark("service request"),
    RequestKind.RETURN.value: mark("product return"),
    RequestKind.INFORMATION.value: mark("information request"),
}
"""The kinds of cases by the value that is kept."""


def came_words(channel: str) -> str:
    """Return how something came as it is said, empty for a channel that nobody here knows."""
    known = known_or_none(Channel, channel)
    return "" if known is None else tr(CHANNEL_WORDS[known])


FACT_WORDS: Mapping[Fact, str] = {
    Fact.KIND: mark("Kind of case"),
    Fact.PRODUCT: mark("Product"),
    Fact.CATEGORY: mark("Category"),
    Fact.SEVERITY: mark("Severity"),
    Fact.SAFETY: mark("Safety"),
    Fact.VULNERABLE: mark("Vulnerability"),
    Fact.CHANNEL: mark("Channel"),
    Fact.LANGUAGE: mark("Language"),
    Fact.TIER: mark("Tier"),
    Fact.SEGMENT: mark("Segment"),
    Fact.ASKED: mark("Sum asked for"),
    Fact.HOURS: mark("Business hours"),
    Fact.WORDS: mark("Customer's words"),
}
RELATION_WORDS: Mapping[Relation, str] = {
    Relation.IS: mark("is"),
    Relation.IS_NOT: mark("is not"),
    Relation.AT_LEAST: mark("is at least"),
    Relation.AT_MOST: mark("is at most"),
    Relation.YES: mark("yes"),
    Relation.NO: mark("no"),
    Relation.UNKNOWN: mark("is not known"),
    Relation.CONTAINS: mark("contain"),
    Relation.LACKS: mark("do not contain"),
}

_TRUTHS: Mapping[tuple[Fact, Relation], str] = {
    (Fact.SAFETY, Relation.YES): mark("safety is at stake"),
    (Fact.SAFETY, Relation.NO): mark("safety is not at stake"),
    (Fact.VULNERABLE, Relation.YES): mark("the customer is vulnerable"),
    (Fact.VULNERABLE, Relation.NO): mark("the customer is not known to be vulnerable"),
    (Fact.HOURS, Relation.YES): mark("it was received in business hours"),
    (Fact.HOURS, Relation.NO): mark("it was received outside of business hours"),
    (Fact.ASKED, Relation.UNKNOWN): mark("no sum is asked for"),
}


@dataclass(frozen=True, slots=True)
class Names:
    """What sentences need to know of the house: its currency, and the titles of regimes by their keys."""

    currency: str = ""
    regimes: Mapping[str, str] | None = None

    def regime(self, key: str) -> str:
        """Return what a regime is called."""
        return (self.regimes or {}).get(key, key)


def value_words(fact: Fact, value: str) -> str:
    """Return a value of a fact in the language that is spoken."""
    match fact:
        case Fact.CATEGORY:
            return category_words(value)
        case Fact.CHANNEL:
            return came_words(value) or value
        case Fact.VULNERABLE:
            driver = known_or_none(Vulnerability, value)
            return tr(VULNERABILITY_WORDS[driver]) if driver is not None else value
        case Fact.KIND:
            return tr(KIND_WORDS[value]) if value in KIND_WORDS else value
        case _:
            return value


def condition_words(condition: Condition, names: Names) -> str:
    """Return a condition as a clause: "the category is Delay or Other"."""
    truth = _TRUTHS.get((condition.fact, condition.relation))
    if truth is not None:
        return tr(truth)
    fact = tr(_IN_A_SENTENCE[condition.fact])
    if condition.relation is Relation.UNKNOWN:
        return tr("{fact} is not known", fact=fact)
    if condition.relation in (Relation.AT_LEAST, Relation.AT_MOST):
        number = number_of(condition)
        figure = (
            "?" if number is None else said(number, names.currency) if condition.fact is Fact.ASKED else str(number)
        )
        least = condition.relation is Relation.AT_LEAST
        return (
            tr("{fact} is at least {n}", fact=fact, n=figure)
            if least
            else tr("{fact} is at most {n}", fact=fact, n=figure)
        )
    values = _either([value_words(condition.fact, value) for value in condition.values] or ["?"])
    match condition.relation:
        case Relation.CONTAINS:
            return tr("the customer's words contain {words}", words=values)
        case Relation.LACKS:
            return tr("the customer's words do not contain {words}", words=values)
        case Relation.IS_NOT:
            return tr("{fact} is not {values}", fact=fact, values=values)
        case _:
            return tr("{fact} is {values}", fact=fact, values=values)


_IN_A_SENTENCE: Mapping[Fact, str] = {
    Fact.KIND: mark("the kind of case"),
    Fact.PRODUCT: mark("the product"),
    Fact.CATEGORY: mark("the category"),
    Fact.SEVERITY: mark("the severity"),
    Fact.SAFETY: mark("safety"),
    Fact.VULNERABLE: mark("the vulnerability"),
    Fact.CHANNEL: mark("the channel"),
    Fact.LANGUAGE: mark("the customer's language"),
    Fact.TIER: mark("the customer's tier"),
    Fact.SEGMENT: mark("the customer's segment"),
    Fact.ASKED: mark("the sum asked for"),
    Fact.HOURS: mark("the hour"),
    Fact.WORDS: mark("the customer's words"),
}


def _either(names: Sequence[str]) -> str:
    return reduce(lambda one, other: tr("{one} or {other}", one=one, other=other), names)


def _both(names: Sequence[str]) -> str:
    return reduce(lambda one, other: tr("{one} and {other}", one=one, other=other), names)


def group_words(group: Group, names: Names) -> str:
    """Return a group's conditions as one clause, inner groups in brackets; "every case" for none."""
    joined: Callable[[Sequence[str]], str] = _both if group.mode is Mode.ALL else _either
    parts = [
        tr_in("conditions that belong together", "({conditions})", conditions=group_words(part, names))
        if isinstance(part, Group) and len(part.parts) > 1
        else group_words(part, names)
        if isinstance(part, Group)
        else condition_words(part, names)
        for part in group.parts
    ]
    return joined(parts) if parts else tr("every case")


def place_words(place: Place) -> str:
    """Return where a case goes: "team Billing, skill gas", "Anna Weiss"."""
    if place.owner is not None:
        return place.owner_name or tr("a person")
    if place.team and place.skill:
        return tr("team {team}, skill {skill}", team=place.team, skill=place.skill)
    if place.team:
        return tr("team {team}", team=place.team)
    return tr("skill {skill}", skill=place.skill) if place.skill else tr("nowhere")


def then_words(then: Then, names: Names) -> str:
    """Return what a rule says of a case."""
    parts: list[str] = []
    if then.place:
        parts.append(tr("to {place}", place=place_words(then.place)))
    if then.priority is not None:
        parts.append(tr(PRIORITY_WORDS[then.priority]))
    if then.regime:
        parts.append(tr("deadlines of {regime}", regime=names.regime(then.regime)))
    return ", ".join(parts) if parts else tr("decides nothing")


def rule_words(rule: Rule, names: Names) -> str:
    """Return a rule as one sentence."""
    what = then_words(rule.then, names)
    if not rule.when.parts:
        return tr("Every case: {then}.", then=what)
    return tr("If {conditions}: {then}.", conditions=group_words(rule.when, names), then=what)


# Why a case was routed where it is -----------------------------------------------------------------------------------


def reason_lines(decision: Decision, edition: int, names: Names) -> tuple[str, ...]:
    """Return in sentences which rules of which edition decided what and why, then why those before them did not."""
    decided = tuple(
        _taken_words(one, edition if place == 0 else None, names) for place, one in enumerate(decision.taken)
    )
    none = (tr("No rule of edition {n} fits.", n=edition),)
    return (decided or none) + tuple(_passed_words(one, names) for one in decision.passed)


def _taken_words(taken: Taken, edition: int | None, names: Names) -> str:
    given = words.one_of(tuple(tr(_ANSWERS[answer]) for answer in taken.gave))
    why = _listed(taken.fitted, names) if taken.fitted else tr("it takes every case")
    if edition is None:
        return tr("Then “{rule}” decided {answers}: {conditions}.", rule=taken.name, answers=given, conditions=why)
    return tr(
        "“{rule}” of edition {n} decided {answers}: {conditions}.",
        rule=taken.name,
        n=edition,
        answers=given,
        conditions=why,
    )


_ANSWERS = {
    Answer.PLACE: mark("where it goes"),
    Answer.PRIORITY: mark("how urgent it is"),
    Answer.REGIME: mark("which deadlines hold"),
}


def _passed_words(one: Passed, names: Names) -> str:
    if one.paused:
        return tr("“{rule}” before it is paused.", rule=one.name)
    missing = _listed(one.missing, names)
    return tr("“{rule}” before it did not fit; what does not hold: {conditions}.", rule=one.name, conditions=missing)


def _listed(conditions: Sequence[Condition], names: Names) -> str:
    return "; ".join(condition_words(one, names) for one in conditions)
