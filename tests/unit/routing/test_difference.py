"""Two editions tell what differs; of two who edit at once neither loses a rule."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from hypothesis import given, settings

from crmdesk.domain.routing.conditions import Fact
from crmdesk.domain.routing.difference import Kind, differences, merged
from crmdesk.domain.routing.rules import Rules
from tests.support.routing import about, rule, rule_lists

A, B, C, D = (rule(n, name, about(Fact.TIER, name), team=name) for n, name in enumerate(("A", "B", "C", "D"), start=1))


def test_what_differs_is_told_rule_by_rule() -> None:
    other_b = replace(B, name="B!")
    found = differences((A, B, C), (C, A, other_b, D))
    assert [(one.kind, one.place) for one in found] == [(Kind.MOVED, 1), (Kind.CHANGED, 3), (Kind.ADDED, 4)]
    assert [(one.kind, one.was) for one in differences((A, B), (A,))] == [(Kind.REMOVED, B)]


def test_the_same_rules_do_not_differ() -> None:
    assert differences((A, B), (A, B)) == ()


def test_what_each_of_two_changed_is_in_what_is_made_of_both() -> None:
    mine, theirs = (replace(A, name="mine"), B, D), (A, C, replace(B, name="theirs"))
    result = merged((A, B), mine, theirs)
    assert [one.name for one in result.rules] == ["mine", "C", "theirs", "D"] and result.both == ()


def test_a_rule_that_both_changed_is_kept_twice_mine_in_force_and_theirs_paused_behind_it() -> None:
    result = merged((A,), (replace(A, name="mine"),), (replace(A, name="theirs"),), lambda: UUID(int=99))
    assert [(one.name, one.paused) for one in result.rules] == [("mine", False), ("theirs (2)", True)]
    assert result.both == ("mine",)


def test_a_rule_that_one_took_away_goes_unless_the_other_changed_it() -> None:
    assert merged((A, B), (B,), (A, B)).rules == (B,)
    assert merged((A, B), (A, B), (B,)).rules == (B,)
    changed = replace(A, name="changed")
    assert set(merged((A, B), (B,), (changed, B)).rules) == {changed, B}
    assert set(merged((A, B), (changed, B), (B,)).rules) == {changed, B}


@settings(max_examples=37, deadline=None)
@given(rule_lists(), rule_lists(), rule_lists())
def test_no_rule_that_somebody_wrote_is_lost(base: Rules, mine: Rules, theirs: Rules) -> None:
    result = merged(base, mine, theirs).rules
    assert len({one.id for one in result}) == len(result)
    kept = [(one.when, one.then) for one in result]
    for written in (*mine, *theirs):
        if written not in base:
            assert (written.when, written.then) in kept


@settings(max_examples=25, deadline=None)
@given(rule_lists(), rule_lists())
def test_where_nobody_else_wrote_mine_is_what_is_made_of_both(base: Rules, mine: Rules) -> None:
    assert merged(base, mine, base).rules == mine
    assert set(merged(base, base, mine).rules) == set(mine)
