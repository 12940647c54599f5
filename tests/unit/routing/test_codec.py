"""What is kept of rules is what was written, and what cannot be a rule is refused at its place."""

from __future__ import annotations

import json
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.routing.codec import check_rules, lenient_from, rules_from, written
from crmdesk.domain.routing.conditions import Condition, Fact, Group, Mode, Relation
from crmdesk.domain.routing.rules import MOST_CONDITIONS, MOST_RULES, Place, Rule, Rules, Then
from tests.support.routing import about, rule, rule_lists

GOOD = rule(1, "Bills", about(Fact.CATEGORY, "Delay"), team="Billing")


@settings(max_examples=25, deadline=None)
@given(rule_lists())
def test_rules_come_back_as_they_were_written(rules: Rules) -> None:
    assert rules_from(written(rules)) == rules
    assert lenient_from(written(rules)) == rules


NO_NUMBER = about(Fact.SEVERITY, "four", relation=Relation.AT_LEAST)
DEEP = Group(Mode.ALL, (Group(Mode.ANY, (Group(Mode.ALL, (about(Fact.TIER, "Gold"),)),)),))


@pytest.mark.parametrize(
    "wrong",
    [
        replace(GOOD, name=" "),
        replace(GOOD, name="x" * 201),
        replace(GOOD, name="two\nlines"),
        replace(GOOD, name="turned \u202e round"),
        replace(GOOD, then=Then()),
        replace(GOOD, then=Then(Place("Billing", owner=UUID(int=3)))),
        replace(GOOD, when=Group(Mode.ALL, (Group(Mode.ANY, ()),))),
        replace(GOOD, when=DEEP),
        replace(GOOD, when=Group(Mode.ALL, (NO_NUMBER,))),
        replace(GOOD, when=Group(Mode.ALL, (about(Fact.SAFETY, "x", relation=Relation.YES),))),
        replace(GOOD, when=Group(Mode.ALL, (about(Fact.SAFETY, "x"),))),
        replace(GOOD, when=Group(Mode.ALL, (about(Fact.TIER),))),
        replace(GOOD, when=Group(Mode.ALL, (about(Fact.WORDS, "!?", relation=Relation.CONTAINS),))),
        replace(GOOD, when=Group(Mode.ALL, (about(Fact.TIER, "Gold"),) * (MOST_CONDITIONS + 1))),
    ],
)
def test_what_cannot_be_a_rule_is_refused_at_it_with_what_to_do(wrong: Rule) -> None:
    with pytest.raises(UserMistake) as refused:
        check_rules((replace(GOOD, id=UUID(int=2)), wrong))
    assert refused.value.field == str(wrong.id) and refused.value.next_step


def test_rules_that_are_too_many_or_have_one_id_are_refused() -> None:
    with pytest.raises(UserMistake):
        check_rules((GOOD, GOOD))
    with pytest.raises(UserMistake):
        check_rules(tuple(replace(GOOD, id=UUID(int=n)) for n in range(MOST_RULES + 1)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[1]",
        "[{}]",
        "[" * 100_000,
        '[{"id":"x"}]',
        "nul\x00",
        json.dumps([{"id": str(UUID(int=1)), "when": []}]),
    ],
)
def test_a_text_that_is_none_of_ours_is_refused_and_gives_a_draft_nothing(text: str) -> None:
    with pytest.raises(UserMistake):
        rules_from(text)
    assert lenient_from(text) == ()


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["all", "any", "is", "product"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["id", "name", "when", "then", "all", "any", "owner", "priority"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@settings(max_examples=37, deadline=None)
@given(_JSON)
def test_no_json_breaks_the_reading(document: object) -> None:
    lenient_from(json.dumps(document))
    lenient_from(json.dumps([document]))


def test_a_draft_keeps_a_rule_that_is_not_finished() -> None:
    unfinished = replace(
        GOOD, name="", when=Group(Mode.ALL, (Condition(Fact.SEVERITY, Relation.AT_LEAST, ("",)),)), then=Then()
    )
    assert lenient_from(written((unfinished, GOOD))) == (unfinished, GOOD)
