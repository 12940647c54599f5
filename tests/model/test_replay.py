"""What the machine printed can be played again, whatever the version, and reduced to what matters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from hypothesis.stateful import rule

from tests.model.desk import Fate
from tests.model.ledger import Place
from tests.model.machine import ANY, Beginning, Machine, furnish
from tests.model.replay import kind_of, played, reduced, steps_in, understood
from tests.model.server import a_house

PRINTED = """Failing test case: <state machine>
state = Machine()
state.a_note(c=5, d=1)
state.a_turn(at=4, d=1, fate=Fate.ANSWER_LOST)
state.a_restore()
state.a_wrong_clock(d=0, days=-1)
state.a_late_commit(which=1)
state.teardown()
"""


@pytest.fixture(scope="module")
def beginning_here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Beginning]:
    with a_house() as house:
        yield furnish(house, tmp_path_factory.mktemp("beginning"))


def test_the_steps_are_read_from_what_was_printed() -> None:
    assert [understood(step) for step in steps_in(PRINTED)] == [
        ("a_note", {"c": 5, "d": 1}),
        ("a_turn", {"at": 4, "d": 1, "fate": Fate.ANSWER_LOST}),
        ("a_restore", {}),
        ("a_wrong_clock", {"d": 0, "days": -1}),
        ("a_late_commit", {"which": 1}),
    ]


@pytest.mark.parametrize("words", ["state.a_note", "print(1)", "state.a_note(5)", "state.a_note(c=open('x'))"])
def test_nothing_but_a_step_is_played(words: str) -> None:
    with pytest.raises(ValueError, match=r"no step|malformed"):
        understood(words)


def test_printed_steps_are_played_and_what_cannot_be_then_is_left_out(beginning_here: Beginning) -> None:
    class Here(Machine):
        beginning = beginning_here

    assert played(Here, steps_in(PRINTED)) is None
    with pytest.raises(ValueError, match="no such rules: a_dance"):
        played(Here, ["state.a_dance(d=1)"])


def test_a_promise_that_is_broken_is_told(beginning_here: Beginning) -> None:
    class Forgetful(Machine):
        beginning = beginning_here

        @rule(c=ANY)
        def a_slip(self, c: int) -> None:
            """A word is put down as written, and nobody wrote it."""
            customer = self._customer(c)
            assert customer is not None
            self.ledger.wrote("never", 0, Place.NOTE, customer, customer)

    assert (played(Forgetful, ["state.a_slip(c=0)"]) or "").startswith("AssertionError: lost: Word(word='never'")
    assert played(Forgetful, []) is None


def test_a_broken_promise_is_known_again_whatever_its_ids() -> None:
    told = "AssertionError: desk {} and its scope differ in ('customer', UUID('{}'))"
    assert kind_of(told.format(1, "01a228a4-471e-799e-ae57")) == kind_of(told.format(2, "77777777-471e-799e-ae57"))
    assert kind_of(told) != kind_of("AssertionError: lost")


def test_steps_are_reduced_to_those_that_matter() -> None:
    def breaks(steps: Sequence[str]) -> bool:
        return "c" in steps and "g" in steps and steps.index("c") < steps.index("g")

    assert reduced("abcdefghij", breaks) == ["c", "g"]
