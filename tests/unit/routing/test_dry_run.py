"""A dry run counts what rules would have taken, and says which never fire and which rule is before them."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from crmdesk.domain.routing.conditions import Fact, Group, Relation, group_fits
from crmdesk.domain.routing.covering import covered_by, covers
from crmdesk.domain.routing.deciding import decide
from crmdesk.domain.routing.dry_run import MOST_LISTED, PastCase, try_rules
from crmdesk.domain.routing.facts import Facts, facts
from crmdesk.domain.routing.rules import NOWHERE, Place, Priority, Rules
from tests.support.routing import about, cases, groups, rule, rule_lists

AT = datetime(2026, 11, 3, 9, tzinfo=UTC)


def past(number: int, case: Facts, went: Place = NOWHERE) -> PastCase:
    return PastCase(UUID(int=number), "complaint", f"CP-26-{number:05d}", "Boiler", "Delay", AT, case, went)


def test_each_rule_tells_how_many_cases_it_would_have_taken_and_who_is_before_it() -> None:
    grave = rule(1, "Grave", about(Fact.SEVERITY, "3", relation=Relation.AT_LEAST), team="Seniors")
    bills = rule(2, "Bills", about(Fact.CATEGORY, "Delay"), team="Billing")
    gravest = rule(3, "Gravest", about(Fact.SEVERITY, "5", relation=Relation.AT_LEAST), team="Directors")
    never = rule(4, "Welsh", about(Fact.LANGUAGE, "Welsh"), team="Cardiff")
    past_cases = [
        past(1, facts(severity=5, category="Delay"), Place("Seniors")),
        past(2, facts(severity=4, category="Other")),
        past(3, facts(severity=1, category="Delay"), Place("Billing")),
        past(4, facts(severity=1, category="Other"), Place("Billing")),
    ]
    run = try_rules((grave, bills, gravest, never), past_cases)
    assert [(one.name, one.takes, one.fits, one.never) for one in run.rules] == [
        ("Grave", 2, 2, False),
        ("Bills", 1, 2, False),
        ("Gravest", 0, 1, True),
        ("Welsh", 0, 0, True),
    ]
    assert run.rules[2].shadows == ((UUID(int=1), "Grave", 1),)
    assert run.rules[2].covered_by == "Grave" and run.rules[3].covered_by == ""
    assert (run.cases, run.nothing_count, run.elsewhere_count) == (4, 1, 2)
    assert [(one.reference, one.went, one.would_go, one.rule) for one in run.elsewhere] == [
        ("CP-26-00002", NOWHERE, Place("Seniors"), "Grave"),
        ("CP-26-00004", Place("Billing"), NOWHERE, ""),
    ]
    assert [one.reference for one in run.nothing] == ["CP-26-00004"]


def test_a_rule_that_only_adds_a_priority_takes_cases_too_and_is_not_called_shadowed() -> None:
    rest = rule(1, "All", team="Front office")
    grave = rule(2, "Grave", about(Fact.SEVERITY, "3", relation=Relation.AT_LEAST), priority=Priority.URGENT)
    run = try_rules((rest, grave), [past(1, facts(severity=4))])
    assert [one.takes for one in run.rules] == [1, 1] and run.rules[1].covered_by == ""


def test_lists_hold_the_newest_and_numbers_count_all() -> None:
    run = try_rules((), [past(n, facts()) for n in range(1, MOST_LISTED + 51)])
    assert run.nothing_count == MOST_LISTED + 50 and len(run.nothing) == MOST_LISTED
    assert run.nothing[0].id == UUID(int=1)


@settings(max_examples=40, deadline=None)
@given(rule_lists(), st.lists(cases(), min_size=2, max_size=4))
def test_many_cases_at_once_are_decided_as_one_is(rules: Rules, seen: list[Facts]) -> None:
    run = try_rules(rules, [past(n, case) for n, case in enumerate(seen, start=1)])
    decided = [decide(rules, case) for case in seen]
    assert {one.rule: one.takes for one in run.rules} == {
        rule.id: sum(rule.id in {taken.rule for taken in one.taken} for one in decided) for rule in rules
    }
    assert run.elsewhere_count == sum(bool(one.place) for one in decided)
    assert [one.would_go for one in run.elsewhere] == [one.place for one in decided if one.place]
    assert run.nothing_count == sum(not one.taken for one in decided)


@settings(max_examples=100, deadline=None)
@given(groups(), groups(), st.lists(cases(), min_size=5, max_size=5))
def test_a_rule_said_to_cover_another_fits_wherever_that_one_fits(
    earlier: Group, later: Group, seen: list[Facts]
) -> None:
    if covers(earlier, later):
        assert all(group_fits(earlier, case) for case in seen if group_fits(later, case))


@settings(max_examples=37, deadline=None)
@given(rule_lists(), st.lists(cases(), min_size=3, max_size=3))
def test_a_rule_that_is_said_never_to_fire_never_does(rules: Rules, seen: list[Facts]) -> None:
    covered = {rule.id for place, rule in enumerate(rules) if not rule.paused and covered_by(rules, place) is not None}
    assert not covered & {one.rule for case in seen for one in decide(rules, case).taken}
