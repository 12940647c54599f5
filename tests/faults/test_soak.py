"""What the soak prints of a failure suffices to see it again, on another day and with another version."""

from __future__ import annotations

import sys
from importlib.metadata import version

from tests.faults.soak import Log, versions
from tests.model.replay import steps_in

STEPS = ["state.an_erasure(c=5)", "state.a_turn(at=4, d=1, fate=Fate.ANSWER_LOST)"]


def test_a_failure_tells_command_seed_versions_and_steps() -> None:
    log = Log(versions=versions())
    log.failed("the machine, seed 7: lost", "tests.model.run --examples 10 --steps 40 --seed 7 --shrink", STEPS)
    (told,) = log.failures
    assert "tests.model.run --examples 10 --steps 40 --seed 7 --shrink" in told
    assert f"Python {sys.version.split()[0]}" in told
    assert f"Hypothesis {version('hypothesis')}" in told
    assert steps_in(told) == STEPS


def test_the_version_names_the_commit_or_says_that_there_is_none() -> None:
    commit = versions().split(",")[0]
    assert commit == "no commit" or len(commit.removesuffix(" with changes")) == 12
