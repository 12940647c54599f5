"""The first rule that fits wins, later ones add only what is open, and every decision tells its reasons."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given, settings

from crmdesk.domain.routing.conditions import Condition, Fact, Group, Mode, Relation, fits, group_fits, told
from crmdesk.domain.routing.deciding import Answer, decide
from crmdesk.domain.routing.facts import Facts, facts
from crmdesk.domain.routing.rules import NOWHERE, Place, Priority, Rules
from tests.support.routing import about, cases, groups, rule, rule_lists

BILLING = rule(1, "Bills", about(Fact.CATEGORY, "Billing and payments"), team="Billing")
GRAVE = rule(2, "Grave ones", about(Fact.SEVERITY, "4", relation=Relation.AT_LEAST), priority=Priority.URGENT)
GAS = rule(3, "Gas", about(Fact.PRODUCT, "Gas boiler"), team="Gas", skill="gas safety", priority=Priority.HIGH)
REST = rule(4, "All the rest", team="Front office", priority=Priority.NORMAL, regime="iso")


def test_the_first_rule_that_fits_wins() -> None:
    case = facts(category="Billing and payments", product="Gas boiler")
    assert decide((BILLING, GAS), case).place == Place("Billing")
    assert decide((GAS, BILLING), case).place == Place("Gas", "gas safety")


def test_later_rules_add_only_what_is_still_open() -> None:
    decision = decide(
        (BILLING, GRAVE, GAS, REST), facts(category="billing  and Payments", severity=5, product="Gas boiler")
    )
    assert (decision.place, decision.priority, decision.regime) == (Place("Billing"), Priority.URGENT, "iso")
    assert [(one.name, one.gave) for one in decision.taken] == [
        ("Bills", (Answer.PLACE,)),
        ("Grave ones", (Answer.PRIORITY,)),
        ("All the rest", (Answer.REGIME,)),
    ]


def test_a_place_is_taken_as_a_whole_so_that_no_skill_of_one_rule_meets_the_team_of_another() -> None:
    skilled = rule(5, "Needs a gas fitter", skill="gas safety")
    assert decide((BILLING, skilled), facts(category="Billing and payments")).place == Place("Billing")


def test_the_reasons_name_what_fitted_and_which_rules_before_did_not_for_what() -> None:
    decision = decide((GAS, BILLING, REST), facts(category="Billing and payments"))
    assert decision.by is not None and decision.by.fitted == (about(Fact.CATEGORY, "Billing and payments"),)
    assert [(one.name, one.missing) for one in decision.passed] == [("Gas", (about(Fact.PRODUCT, "Gas boiler"),))]


def test_a_paused_rule_is_passed_over_and_named_as_paused() -> None:
    paused = rule(6, "Not now", team="Nobody", paused=True)
    decision = decide((paused, REST), facts())
    assert decision.place == Place("Front office")
    assert [(one.name, one.paused) for one in decision.passed] == [("Not now", True)]


def test_without_rules_or_where_none_fits_nothing_is_decided() -> None:
    assert decide((), facts()).taken == ()
    none = decide((BILLING,), facts(category="Delay"))
    assert none.place is NOWHERE or none.place == NOWHERE
    assert none.by is None and [one.name for one in none.passed] == ["Bills"]


def test_groups_ask_for_all_or_any_of_their_conditions_on_two_levels() -> None:
    either = Group(Mode.ANY, (about(Fact.TIER, "Gold"), about(Fact.SEGMENT, "Business")))
    whole = Group(Mode.ALL, (about(Fact.SAFETY, relation=Relation.YES), either))
    assert group_fits(whole, facts(safety=True, segment="business"))
    assert not group_fits(whole, facts(safety=False, segment="business"))
    seen = told(whole, facts(safety=True, tier="silver"))
    assert not seen.fits and seen.missing == either.parts


IN_GERMAN = about(Fact.LANGUAGE, "German")
NOT_IN_GERMAN = about(Fact.LANGUAGE, "German", relation=Relation.IS_NOT)
NO_LANGUAGE = about(Fact.LANGUAGE, relation=Relation.UNKNOWN)


@pytest.mark.parametrize(
    ("language", "fitting"), [("german", {IN_GERMAN}), ("Welsh", {NOT_IN_GERMAN}), ("", {NO_LANGUAGE})]
)
def test_what_is_not_known_fits_only_a_condition_that_asks_for_just_that(
    language: str, fitting: set[Condition]
) -> None:
    case = facts(language=language)
    assert {one for one in (IN_GERMAN, NOT_IN_GERMAN, NO_LANGUAGE) if fits(one, case)} == fitting


@pytest.mark.parametrize(
    ("phrase", "found"),
    [
        ("leak", True),
        ("LEAK", True),
        ("lea", False),
        ("lea*", True),
        ("gas leak", True),
        ("leak gas", False),
        ("…", False),
    ],
)
def test_words_are_found_whole_unless_a_star_ends_them(phrase: str, found: bool) -> None:
    case = facts(verbatim="There was a gas leak, again!\nNobody came.")
    assert fits(about(Fact.WORDS, phrase, relation=Relation.CONTAINS), case) is found
    assert fits(about(Fact.WORDS, phrase, relation=Relation.LACKS), case) is not found


def test_sums_and_hours_that_are_not_known_fit_neither_way() -> None:
    least, most = (about(Fact.ASKED, "100", relation=one) for one in (Relation.AT_LEAST, Relation.AT_MOST))
    assert not fits(least, facts()) and not fits(most, facts())
    assert fits(least, facts(asked_minor=100)) and fits(most, facts(asked_minor=100))
    yes, no = (about(Fact.HOURS, relation=one) for one in (Relation.YES, Relation.NO))
    assert not fits(yes, facts()) and not fits(no, facts())
    assert fits(no, facts(in_hours=False))


@settings(max_examples=37, deadline=None)
@given(rule_lists(), cases())
def test_a_decision_is_what_the_rules_say_one_after_the_other(rules: Rules, case: Facts) -> None:
    """A second way to decide, written down plainly: each answer comes from the first rule that fits and gives it."""
    fitting = [rule for rule in rules if not rule.paused and told(rule.when, case).fits]
    decision = decide(rules, case)
    assert decision.place == next((one.then.place for one in fitting if one.then.place), NOWHERE)
    assert decision.priority == next((one.then.priority for one in fitting if one.then.priority is not None), None)
    assert decision.regime == next((one.then.regime for one in fitting if one.then.regime), "")
    assert {one.rule for one in decision.taken} <= {one.id for one in fitting}
    first = next((n for n, one in enumerate(rules) if decision.taken and one.id == decision.taken[0].rule), len(rules))
    assert [one.rule for one in decision.passed] == [one.id for one in rules[:first]]


@settings(max_examples=37, deadline=None)
@given(groups(), cases())
def test_looking_no_further_than_needed_says_the_same_as_looking_at_all(group: Group, case: Facts) -> None:
    assert group_fits(group, case) is told(group, case).fits


def test_an_owner_is_a_place() -> None:
    mine = rule(8, "Anna's", owner=UUID(int=9))
    assert decide((mine, REST), facts()).place.owner == UUID(int=9)
