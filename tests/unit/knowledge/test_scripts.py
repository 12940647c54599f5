"""Call scripts: one that cannot be followed to an end is refused, and a run stands where its answers lead."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.ids import new_id
from crmdesk.domain.knowledge.files import read_folder
from crmdesk.domain.knowledge.script import (
    Answered,
    Script,
    Step,
    StepKind,
    Way,
    answered,
    objections,
    read_script,
    standing,
)

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
DEMO = Path(__file__).parents[3] / "resources" / "demo" / "knowledge"


def script(start: str = "gas", **steps: Any) -> str:
    """Return a script as JSON."""
    return json.dumps({"start": start, "steps": steps})


ASK = {"ask": "Do you smell gas?", "answers": [["Yes", "leave"], ["No", "warm"]]}
LEAVE = {"kind": "end", "ask": "Leave the building."}
WARM = {"kind": "number", "ask": "How warm is it?", "then": "leave"}


def read(**steps: Any) -> Script:
    return read_script("heat/1", "Heat", script(**steps))


def test_a_script_is_read_with_its_kinds_of_answers() -> None:
    found = read(gas=ASK, leave=LEAVE, warm=WARM)
    assert {step.kind for step in found.steps.values()} == {StepKind.CHOICE, StepKind.END, StepKind.NUMBER}
    assert found.steps["gas"].ways == (Way("Yes", "leave"), Way("No", "warm"))


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ({"gas": ASK, "leave": LEAVE}, "'warm', which is not there"),
        ({"gas": ASK, "leave": LEAVE, "warm": WARM, "loft": LEAVE}, "Nobody can come to 'loft'"),
        (
            {"gas": ASK, "leave": LEAVE, "warm": {**WARM, "then": "cold"}, "cold": {**WARM, "then": "warm"}},
            "From 'warm' no end can be reached",
        ),
        ({"gas": {**ASK, "answers": []}}, "has 0 answers"),
        ({"gas": {**ASK, "answers": [["x", "leave"]] * 10}, "leave": LEAVE}, "has 10 answers"),
        ({"gas": {"ask": " ", "answers": [["Yes", "leave"]]}, "leave": LEAVE}, "asks nothing"),
        ({"gas": {"ask": "Really?", "answers": [["", "leave"]]}, "leave": LEAVE}, "without words"),
        ({"leave": LEAVE}, "starts at 'gas'"),
    ],
)
def test_a_script_that_leads_nowhere_is_refused_in_words(steps: dict[str, Any], told: str) -> None:
    with pytest.raises(UserMistake, match=told.replace("(", r"\(")):
        read(**steps)


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"start": 1, "steps": 2}', script(gas={"kind": "song", "ask": "La"})]
)
def test_what_is_no_script_is_a_mistake_and_no_crash(body: str) -> None:
    with pytest.raises(UserMistake):
        read_script("heat/1", "Heat", body)


def test_a_loop_with_a_way_out_is_fine() -> None:
    again = {"ask": "Does it start?", "answers": [["No", "gas"], ["Yes", "leave"]]}
    assert objections(read(gas={**ASK, "answers": [["Yes", "leave"], ["No", "warm"]]}, leave=LEAVE, warm=again)) == []


def test_the_scripts_of_the_demo_are_fit() -> None:
    assert sum(one.shelf == "script" for one in read_folder(DEMO)) == 2


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdefg"), max_size=3), min_size=1, max_size=6)
)
def test_whoever_follows_a_script_without_objections_comes_to_an_end(leads: dict[str, list[str]]) -> None:
    steps = {
        id_: Step(id_, StepKind.CHOICE if ways else StepKind.END, "?", "", tuple(Way(then, then) for then in ways))
        for id_, ways in leads.items()
    }
    made = Script("x/1", "X", next(iter(leads)), steps)
    if objections(made):
        return
    ends = {id_: 0 for id_, step in steps.items() if step.kind is StepKind.END}
    for _ in steps:  # how far each step is from an end, at the most as many steps as there are
        for id_, step in steps.items():
            near = [ends[way.then] for way in step.ways if way.then in ends]
            if near and id_ not in ends:
                ends[id_] = min(near) + 1
    assert ends.keys() == steps.keys()


# Answers -------------------------------------------------------------------------------------------------------------


def test_an_answer_is_a_number_key_or_what_was_typed() -> None:
    found = read(gas=ASK, leave=LEAVE, warm=WARM)
    assert answered(found.steps["gas"], 2) == Way("No", "warm")
    assert answered(found.steps["warm"], typed=" 12,5 ") == Way("12,5", "leave")
    for step, number, typed in (
        ("gas", 3, ""),
        ("gas", 0, "x"),
        ("warm", 0, "cold"),
        ("warm", 1, " "),
        ("leave", 1, ""),
    ):
        with pytest.raises(UserMistake):
            answered(found.steps[step], number, typed)


def given_to(step: str, leads_to: str) -> Answered:
    return Answered(new_id(), new_id(), "heat/1", "Heat", step, f"{step}?", "yes", leads_to, NOW)


def test_a_run_stands_where_its_last_answer_leads() -> None:
    assert standing("a", ()).step == "a"
    assert standing("a", [given_to("a", "b"), given_to("b", "c")]).step == "c"


def test_whoever_goes_back_takes_back_what_came_after() -> None:
    first, second, third = given_to("a", "b"), given_to("b", "c"), given_to("c", "d")
    again = given_to("b", "x")
    now = standing("a", [first, second, third, again])
    assert (now.path, now.step) == ((first, again), "x")


def test_going_round_a_loop_is_no_going_back() -> None:
    round_ = [given_to("a", "b"), given_to("b", "a"), given_to("a", "b")]
    assert standing("a", round_).path == tuple(round_)
