"""Skills by their names: who has one, and which is meant by a name that nobody knows."""

from __future__ import annotations

import pytest

from crmdesk.domain.routing.dry_run import try_rules
from crmdesk.domain.routing.skills import counted, having, meant, skill_words
from tests.support.routing import rule

HERE = {"gas safety": 2, "retention": 1}


def test_skills_are_counted_by_who_has_them() -> None:
    assert counted(["gas safety, retention", " gas  safety ", "", ","]) == HERE


def test_capitals_make_no_other_skill() -> None:
    assert having("Gas Safety", HERE) == 2 and having("plumbing", HERE) == 0


@pytest.mark.parametrize(
    ("typed", "near"),
    [("gas saftey", "gas safety"), ("GAS SAFETY", "gas safety"), ("retension", "retention"), ("plumbing", "")],
)
def test_a_misspelt_skill_is_told_as_the_one_that_is_meant(typed: str, near: str) -> None:
    assert meant(typed, HERE.keys()) == near


def test_what_is_said_of_a_skill_names_what_can_be_done() -> None:
    assert skill_words("gas safety", HERE) == "2 people have this skill."
    assert skill_words("gas saftey", HERE).endswith("has the skill “gas saftey”. Is “gas safety” meant?")
    assert skill_words("plumbing", HERE).endswith("There are: gas safety, retention.")
    assert skill_words("plumbing", {}) == "Nobody who works here has the skill “plumbing”."


def test_a_dry_run_tells_of_a_skill_that_nobody_has() -> None:
    rules = (rule(1, "Gas", skill="gas saftey"), rule(2, "Bills", skill="Retention"), rule(3, "Rest", team="All"))
    run = try_rules(rules, [], skilled=HERE)
    assert [(one.lacks, one.meant) for one in run.rules] == [("gas saftey", "gas safety"), ("", ""), ("", "")]
