"""Conditions of a rule: one thing asked of one fact, in groups of at most two levels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import lru_cache

from crmdesk.domain.quick import dataclass
from crmdesk.domain.routing.facts import Facts, alike, looked_for


class Fact(StrEnum):
    """What a condition asks about."""

    KIND = "kind"
    PRODUCT = "product"
    CATEGORY = "category"
    SEVERITY = "severity"
    SAFETY = "safety"
    VULNERABLE = "vulnerable"
    CHANNEL = "channel"
    LANGUAGE = "language"
    TIER = "tier"
    SEGMENT = "segment"
    ASKED = "asked"
    HOURS = "hours"
    WORDS = "words"


class Relation(StrEnum):
    """How a fact stands to the values of a condition.

    ``IS`` to one of them, ``IS_NOT`` to none, ``AT_LEAST`` and ``AT_MOST`` to the one number; ``YES``, ``NO`` and
    ``UNKNOWN`` need none; ``CONTAINS`` at least one of the words, ``LACKS`` none.
    """

    IS = "is"
    IS_NOT = "is_not"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    CONTAINS = "contains"
    LACKS = "lacks"


class Mode(StrEnum):
    """Whether all parts of a group have to fit, or any of them."""

    ALL = "all"
    ANY = "any"


_NAMED = (Relation.IS, Relation.IS_NOT)
_PERHAPS = (*_NAMED, Relation.UNKNOWN)
_NUMBER = (Relation.AT_LEAST, Relation.AT_MOST)
_TRUTH = (Relation.YES, Relation.NO)

RELATIONS: Mapping[Fact, tuple[Relation, ...]] = {
    Fact.CATEGORY: _NAMED,
    Fact.PRODUCT: _NAMED,
    Fact.SEVERITY: _NUMBER,
    Fact.SAFETY: _TRUTH,
    Fact.VULNERABLE: (*_TRUTH, Relation.IS),
    Fact.WORDS: (Relation.CONTAINS, Relation.LACKS),
    Fact.CHANNEL: _NAMED,
    Fact.LANGUAGE: _PERHAPS,
    Fact.TIER: _PERHAPS,
    Fact.SEGMENT: _PERHAPS,
    Fact.ASKED: (*_NUMBER, Relation.UNKNOWN),
    Fact.HOURS: _TRUTH,
    Fact.KIND: _NAMED,
}
"""What may be asked of each fact, in the order in which facts and relations are offered."""

WITHOUT_VALUES = frozenset({Relation.YES, Relation.NO, Relation.UNKNOWN})
ONE_NUMBER = frozenset(_NUMBER)


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that is asked. A number is written in decimal digits, a sum in the smallest unit of the currency."""

    fact: Fact
    relation: Relation
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions of which all or any have to fit. Only the outer group of a rule holds groups; an empty outer group
    fits every case."""

    mode: Mode = Mode.ALL
    parts: tuple[Condition | Group, ...] = ()

    def conditions(self) -> Iterator[Condition]:
        """Yield every condition, those of inner groups too, in order."""
        for part in self.parts:
            if isinstance(part, Group):
                yield from part.conditions()
            else:
                yield part


@dataclass(frozen=True, slots=True)
class Told:
    """Whether a group fits, and which of its conditions do and do not, in order."""

    fits: bool
    fitted: tuple[Condition, ...]
    missing: tuple[Condition, ...]


def told(group: Group, facts: Facts) -> Told:
    """Return whether a group fits a case and why. Every condition is looked at, so that the reasons are whole."""
    fitted: list[Condition] = []
    missing: list[Condition] = []
    verdicts: list[bool] = []
    for part in group.parts:
        if isinstance(part, Group):
            inner = told(part, facts)
            fitted += inner.fitted
            missing += inner.missing
            verdicts.append(inner.fits)
        else:
            verdicts.append(fits(part, facts))
            (fitted if verdicts[-1] else missing).append(part)
    whole = all(verdicts) if group.mode is Mode.ALL else any(verdicts) or not verdicts
    return Told(whole, tuple(fitted), tuple(missing))


def group_fits(group: Group, facts: Facts) -> bool:
    """Return whether a group fits a case: what ``told`` says, looking no further than needed."""
    wanted = group.mode is Mode.ANY
    for part in group.parts:
        if (group_fits(part, facts) if isinstance(part, Group) else fits(part, facts)) is wanted:
            return wanted
    return not wanted or not group.parts


def fits(condition: Condition, facts: Facts) -> bool:
    """Return whether a condition fits a case.

    What is not known of a case fits no condition but ``UNKNOWN``: neither "is German" nor "is not German". A condition
    that asks what cannot be asked of its fact fits nothing; the codec refuses to read one.
    """
    match condition.fact:
        case Fact.SEVERITY:
            return _number(condition, facts.severity)
        case Fact.ASKED:
            return _number(condition, facts.asked_minor)
        case Fact.SAFETY:
            return _truth(condition, facts.safety)
        case Fact.HOURS:
            return _truth(condition, facts.in_hours)
        case Fact.VULNERABLE if condition.relation is Relation.IS:
            return not facts.vulnerability.isdisjoint(_names(condition.values))
        case Fact.VULNERABLE:
            return _truth(condition, bool(facts.vulnerability))
        case Fact.WORDS:
            found = any(words in facts.words for words in _phrases(condition.values))
            return {Relation.CONTAINS: found, Relation.LACKS: not found}.get(condition.relation, False)
        case Fact.KIND:
            return _named(condition, facts.kind)
        case Fact.PRODUCT:
            return _named(condition, facts.product)
        case Fact.CATEGORY:
            return _named(condition, facts.category)
        case Fact.CHANNEL:
            return _named(condition, facts.channel)
        case Fact.LANGUAGE:
            return _named(condition, facts.language)
        case Fact.TIER:
            return _named(condition, facts.tier)
        case Fact.SEGMENT:
            return _named(condition, facts.segment)


@lru_cache(maxsize=8192)
def _names(values: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(alike, values))


@lru_cache(maxsize=8192)
def _phrases(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(words for value in values if (words := looked_for(value)))


def _named(condition: Condition, value: str) -> bool:
    if condition.relation is Relation.UNKNOWN:
        return not value
    if not value or condition.relation not in _NAMED:
        return False
    return (value in _names(condition.values)) is (condition.relation is Relation.IS)


def _truth(condition: Condition, value: bool | None) -> bool:
    return value is not None and condition.relation in _TRUTH and value is (condition.relation is Relation.YES)


def _number(condition: Condition, value: int | None) -> bool:
    if condition.relation is Relation.UNKNOWN:
        return value is None
    limit = number_of(condition)
    if value is None or limit is None:
        return False
    return value >= limit if condition.relation is Relation.AT_LEAST else value <= limit


def number_of(condition: Condition) -> int | None:
    """Return the number that a condition names, None for one that names none."""
    if condition.relation not in ONE_NUMBER or len(condition.values) != 1:
        return None
    written = condition.values[0]
    return int(written) if written.isascii() and written.isdigit() and len(written) < 18 else None
