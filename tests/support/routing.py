"""Rules and facts for tests of routing."""

from __future__ import annotations

from uuid import UUID

from hypothesis import strategies as st

from crmdesk.domain.routing.conditions import (
    ONE_NUMBER,
    RELATIONS,
    WITHOUT_VALUES,
    Condition,
    Fact,
    Group,
    Mode,
    Relation,
)
from crmdesk.domain.routing.facts import Facts, facts
from crmdesk.domain.routing.rules import NOWHERE, Place, Priority, Rule, Rules, Then

IS, AT_LEAST = Relation.IS, Relation.AT_LEAST


def rule(
    number: int,
    name: str,
    *parts: Condition | Group,
    team: str = "",
    skill: str = "",
    owner: UUID | None = None,
    priority: Priority | None = None,
    regime: str = "",
    mode: Mode = Mode.ALL,
    paused: bool = False,
) -> Rule:
    """Return a rule whose id is a number."""
    place = Place(team, skill, owner, "Anna Weiss" if owner is not None else "")
    return Rule(UUID(int=number), name, Group(mode, parts), Then(place, priority, regime), paused)


def about(fact: Fact, *values: str, relation: Relation = IS) -> Condition:
    """Return a condition."""
    return Condition(fact, relation, values)


# What Hypothesis draws -----------------------------------------------------------------------------------------------

_NAMES = st.sampled_from(("gas", "water", "Gas leak", "billing", "a b"))
_WORDS = st.sampled_from(("gas", "gas*", "leak", "gas leak", "leak gas", "wat*", "water"))


def _values(fact: Fact, relation: Relation) -> st.SearchStrategy[tuple[str, ...]]:
    if relation in WITHOUT_VALUES:
        return st.just(())
    if relation in ONE_NUMBER:
        return st.integers(0, 6).map(lambda n: (str(n),))
    drawn = (
        _WORDS
        if fact is Fact.WORDS
        else st.sampled_from(("health", "capability"))
        if fact is Fact.VULNERABLE
        else _NAMES
    )
    return st.lists(drawn, min_size=1, max_size=3, unique=True).map(tuple)


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    """Draw a condition that can be published."""
    fact = draw(st.sampled_from(tuple(RELATIONS)))
    relation = draw(st.sampled_from(RELATIONS[fact]))
    return Condition(fact, relation, draw(_values(fact, relation)))


def _inner() -> st.SearchStrategy[Group]:
    return st.builds(Group, st.sampled_from(Mode), st.lists(conditions(), min_size=1, max_size=3).map(tuple))


def groups() -> st.SearchStrategy[Group]:
    """Draw the conditions of a rule."""
    parts = st.lists(conditions() | _inner(), max_size=4)
    return st.builds(Group, st.sampled_from(Mode), parts.map(tuple))


def _then() -> st.SearchStrategy[Then]:
    places = st.sampled_from(
        (NOWHERE, Place("Billing"), Place("Gas", "leaks"), Place(owner=UUID(int=7), owner_name="Anna"))
    )
    then = st.builds(Then, places, st.none() | st.sampled_from(Priority), st.sampled_from(("", "iso", "uk")))
    return then.filter(lambda one: bool(one.place or one.priority or one.regime))


@st.composite
def rule_lists(draw: st.DrawFn, most: int = 5) -> Rules:
    """Draw rules that can be published."""
    ids = draw(st.lists(st.integers(1, 9), max_size=most, unique=True))
    return tuple(
        Rule(
            UUID(int=n),
            draw(st.sampled_from(("One", "Two", "Drei"))),
            draw(groups()),
            draw(_then()),
            draw(st.booleans()),
        )
        for n in ids
    )


def cases() -> st.SearchStrategy[Facts]:
    """Draw the facts of a case."""
    name = st.just("") | _NAMES
    texts = st.lists(st.sampled_from(("gas", "leak", "water", "gases", "a", "b")), max_size=5).map(" ".join)
    return st.builds(
        facts,
        kind=st.sampled_from(("complaint", "return")),
        product=_NAMES,
        category=_NAMES,
        severity=st.integers(1, 5),
        safety=st.booleans(),
        vulnerability=st.lists(st.sampled_from(("health", "capability")), max_size=2),
        channel=st.sampled_from(("phone", "letter")),
        language=name,
        tier=name,
        segment=name,
        asked_minor=st.none() | st.integers(0, 6),
        in_hours=st.none() | st.booleans(),
        verbatim=texts,
    )
