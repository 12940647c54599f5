"""Rules and reasons read as plain sentences."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from crmdesk.domain.routing.conditions import Condition, Fact, Group, Mode, Relation
from crmdesk.domain.routing.deciding import decide
from crmdesk.domain.routing.facts import Facts, facts
from crmdesk.domain.routing.rules import Priority, Rules
from crmdesk.domain.routing.sentences import Names, condition_words, reason_lines, rule_words
from tests.support.routing import about, cases, rule, rule_lists

NAMES = Names("GBP", {"uk-fca-disp": "FCA DISP"})


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (about(Fact.CATEGORY, "Delay", "Other"), "the category is Delay or Other"),
        (about(Fact.CHANNEL, "letter", relation=Relation.IS_NOT), "the channel is not Letter"),
        (about(Fact.SEVERITY, "4", relation=Relation.AT_LEAST), "the severity is at least 4"),
        (about(Fact.ASKED, "25000", relation=Relation.AT_MOST), "the sum asked for is at most £250.00"),
        (about(Fact.SAFETY, relation=Relation.YES), "safety is at stake"),
        (about(Fact.VULNERABLE, "health"), "the vulnerability is Health"),
        (about(Fact.HOURS, relation=Relation.NO), "it was received outside of business hours"),
        (about(Fact.TIER, relation=Relation.UNKNOWN), "the customer's tier is not known"),
        (about(Fact.WORDS, "leak*", relation=Relation.CONTAINS), "the customer's words contain leak*"),
    ],
)
def test_a_condition_is_a_clause(condition: Condition, words: str) -> None:
    assert condition_words(condition, NAMES) == words


def test_a_rule_is_one_sentence() -> None:
    either = Group(Mode.ANY, (about(Fact.TIER, "Gold"), about(Fact.SEGMENT, "Business")))
    whole = rule(
        1, "Gold", about(Fact.SAFETY, relation=Relation.YES), either,
        team="Gas", skill="leaks", priority=Priority.URGENT, regime="uk-fca-disp",
    )  # fmt: skip
    assert rule_words(whole, NAMES) == (
        "If safety is at stake and (the customer's tier is Gold or the customer's segment is Business): "
        "to team Gas, skill leaks, Urgent, deadlines of FCA DISP."
    )
    assert rule_words(rule(2, "Rest", team="Front office"), NAMES) == "Every case: to team Front office."


def test_why_a_case_is_here_names_rule_edition_conditions_and_those_before_it() -> None:
    gas = rule(1, "Gas first", about(Fact.PRODUCT, "Gas boiler"), team="Gas")
    bills = rule(
        2, "Bills", about(Fact.CATEGORY, "Delay"), about(Fact.SEVERITY, "3", relation=Relation.AT_LEAST), team="Billing"
    )
    lines = reason_lines(decide((gas, bills), facts(category="Delay", severity=4)), 7, NAMES)
    assert lines == (
        "“Bills” of edition 7 decided where it goes: the category is Delay; the severity is at least 3.",
        "“Gas first” before it did not fit; what does not hold: the product is Gas boiler.",
    )


@settings(max_examples=25, deadline=None)
@given(rule_lists(), cases())
def test_everything_that_can_be_written_can_be_said(rules: Rules, case: Facts) -> None:
    assert all(rule_words(one, NAMES).endswith(".") for one in rules)
    assert all(reason_lines(decide(rules, case), 1, NAMES))
